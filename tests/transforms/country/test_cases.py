"""True cases: what was planted holds by the rule's own definition, and what looks alike does not."""

from datetime import date

import polars as pl
import pytest

from flows.sample import read_reference
from transforms.country.cases import CASES, age_on, differs_between_registers, months_after_birth
from transforms.country.near_misses import near_misses, plant_near_misses
from transforms.country.planting import subjects_of
from transforms.country.population import day_number
from transforms.country.world import Country, make_country
from transforms.country.wrongs import plant_wrongs


@pytest.fixture(scope="module")
def clean() -> Country:
    return make_country(12_000, 3, read_reference())


@pytest.fixture(scope="module")
def planted(clean: Country) -> tuple[Country, pl.DataFrame]:
    return plant_wrongs(clean)


@pytest.mark.parametrize("rule", CASES)
def test_what_is_planted_is_a_case(planted: tuple[Country, pl.DataFrame], rule: str) -> None:
    country, meant = planted
    found = subjects_of(rule, CASES[rule](country).unique().to_series())
    wanted = meant.filter(pl.col("rule") == rule)
    held = wanted.join(found, on="subject", how="semi").height
    assert held >= 0.8 * wanted.height > 0


@pytest.mark.parametrize("rule", [rule for rule in CASES if not rule.startswith("E")])
def test_without_planting_there_is_no_case(clean: Country, rule: str) -> None:
    assert CASES[rule](clean).height <= 2


def test_planting_near_misses_makes_no_cases(planted: tuple[Country, pl.DataFrame]) -> None:
    country, meant = planted
    after, near = plant_near_misses(country, meant)
    for rule in near["rule"].unique():
        subjects = near.filter(pl.col("rule") == rule)
        found = subjects_of(rule, CASES[rule](after).unique().to_series())
        assert subjects.join(found, on="subject", how="semi").is_empty(), rule
    no_cases = subjects_of("E01", pl.Series([], dtype=pl.String)).with_columns(kind=pl.lit("case"))
    assert near_misses(after, near, no_cases)["rule"].n_unique() >= 12


def test_ages_are_full_years_by_the_calendar() -> None:
    births = [date(1966, 11, 1), date(1966, 11, 2), date(1964, 2, 29)]
    born = pl.DataFrame({"born": [day_number(day) for day in births]})
    assert born.select(age_on(day_number(date(2026, 11, 1)))).to_series().to_list() == [60, 59, 62]


def test_months_after_birth_end_within_the_month() -> None:
    born = pl.DataFrame({"born": [day_number(date(2024, 2, 29))]})
    assert born.select(months_after_birth(24)).item() == day_number(date(2026, 2, 28))


def test_a_value_differs_between_registers_only() -> None:
    said = [
        (1, "M", "a"), (1, "F", "b"),
        (2, "M", "a"), (2, "F", "a"),
        (3, "M", "a"), (3, "M", "b"),
        (4, "M", "a"), (4, "F", "a"), (4, "F", "b"),
    ]  # fmt: skip
    frame = pl.DataFrame(said, schema=["person", "value", "register"], orient="row")
    assert sorted(differs_between_registers(frame)["person"]) == [1, 4]
