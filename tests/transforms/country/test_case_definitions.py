"""The edges of what makes a case, on facts made for it; and that the sample's policy is the country's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sample import read_reference
from transforms.country.cases import CASES, CASES_AS_WRITTEN
from transforms.country.cases_facts import age_on, differs_between_registers, last_months, months_after_birth
from transforms.country.planting import living
from transforms.country.population import day_number
from transforms.country.world import Country, make_country
from transforms.policy import policy_rows

POLICY = Path(__file__).parents[3] / "data" / "reference" / "policy.yaml"
Stay = tuple[str, int, int | None, bool]  # service, days before as-of of the visit and the discharge, referral


@pytest.fixture(scope="module")
def small() -> Country:
    return make_country(1500, 2, read_reference())


def with_visits(country: Country, stays: Sequence[Stay]) -> Country:
    """The country in which person 0 has these claims, and nobody any other."""
    rows = country.claims.head(1).clear().select("service", "visited_on", "discharged_on", "referral")
    visits = pl.DataFrame(stays, schema=["service", "visited_on", "discharged_on", "referral"], orient="row")
    since = ((country.as_of - pl.col(name)).alias(name) for name in ("visited_on", "discharged_on"))
    visits = pl.concat([rows, visits.with_columns(since).cast(rows.schema)])
    like = pl.concat([country.claims.head(1)] * visits.height)
    claims = like.with_columns(
        *visits.get_columns(), person=pl.lit(0, dtype=pl.Int64), claim=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    return country.but(claims=claims, births=country.births.clear())


@pytest.mark.parametrize(
    ("stays", "twice"),
    [
        ([("OPD", 9, None, False), ("OPD", 9, None, False)], True),
        ([("OPD", 9, None, False), ("OPD", 9, None, True)], False),
        ([("OPD", 9, None, False), ("IPD", 9, 5, False)], False),
        ([("OPD", 9, None, False), ("OPD", 8, None, False)], False),
        ([("IPD", 20, 10, False), ("IPD", 12, 8, False)], True),
        ([("IPD", 20, 10, False), ("IPD", 10, 8, False)], False),
        ([("IPD", 20, 10, True), ("IPD", 12, 8, False)], False),
        ([("IPD", 30, 5, False), ("IPD", 28, 26, False), ("IPD", 10, 7, False)], True),
    ],
)
def test_one_episode_claimed_twice(small: Country, stays: list[Stay], twice: bool) -> None:
    assert (CASES["D07"](with_visits(small, stays)).height > 0) == twice


@pytest.mark.parametrize(("days", "too_close"), [(0, False), (14, False), (15, True), (209, True), (210, False)])
def test_two_deliveries_too_close(small: Country, days: int, too_close: bool) -> None:
    stays = [("DEL", 300, 298, False), ("DEL", 300 - days, 298 - days, False)]
    assert (CASES["D04"](with_visits(small, stays)).height > 0) == too_close


@pytest.mark.parametrize(("amount", "wrong"), [(80_000, False), (400_000, False), (28_000, True), (8_000, True)])
def test_an_amount_off_the_tariff(small: Country, amount: int, wrong: bool) -> None:
    one = small.payments.filter((pl.col("component") == "maternal_child") & (pl.col("status") == "paid")).head(1)
    payments = one.with_columns(amount=pl.lit(amount, dtype=pl.Int64))
    assert (CASES["N08"](small.but(payments=payments)).height > 0) == wrong


def work(country: Country, months: list[tuple[str, int]], scheme: str) -> Country:
    """The country in which one member has these contributions (month, enterprise) alone."""
    worker = country.members.filter(pl.col("parent").is_null()).head(1).with_columns(scheme=pl.lit(scheme))
    rows = pl.DataFrame(months, schema=["month", "enterprise"], orient="row")
    rows = rows.with_columns(member=worker["member"].item(), amount=15_600).select(country.contributions.columns)
    return country.but(members=worker, contributions=rows.cast(country.contributions.schema))


@pytest.mark.parametrize(
    ("scheme", "months", "rules"),
    [
        ("private", [("2026-10", 1), ("2026-10", 2)], {"N12"}),
        ("self", [("2026-10", 1), ("2026-10", 2)], {"I12"}),
        ("private", [("2026-09", 1), ("2026-10", 2)], set()),
        ("self", [("2026-09", 1), ("2026-10", 2)], set()),
    ],
)
def test_two_enterprises_in_a_month(
    small: Country, scheme: str, months: list[tuple[str, int]], rules: set[str]
) -> None:
    country = work(small, months, scheme)
    assert {rule for rule in ("I12", "N12") if CASES[rule](country).height} == rules


@pytest.mark.parametrize(
    ("scheme", "last", "lost"),
    [("private", "2026-07", True), ("private", "2026-08", False), ("self", "2026-07", False)],
)
def test_a_job_is_lost_after_three_complete_months(small: Country, scheme: str, last: str, lost: bool) -> None:
    country = work(small, [("2026-06", 1), (last, 1)], scheme)
    country = country.but(roster=country.roster.clear(), claims=country.claims.clear())
    alive = living(country, "person").join(country.members, on="person", how="semi").height
    assert alive == 1
    assert (CASES["E16"](country).height > 0) == lost


@pytest.mark.parametrize(("households", "captured"), [(3, False), (4, True)])
def test_a_wallet_serves_three_households_at_most(small: Country, households: int, captured: bool) -> None:
    homes = small.payments.filter(pl.col("status") == "paid").join(
        small.enrolments.select("enrolment", "household"), on="enrolment"
    )
    homes = homes.sort("payment").unique("household", keep="first", maintain_order=True).head(households)
    payments = homes.select(small.payments.columns).with_columns(wallet=pl.lit("012000000"))
    assert CASES["I14"](small.but(payments=payments)).height == (households if captured else 0)


def a_roster(relation: str, birth: date, man: bool) -> pl.DataFrame:
    """A head born on 1 June 1980, a man, and one member more; as written."""
    rows = [("1-1/1", 0, True, date(1980, 6, 1), "day", "head"), ("1-1/2", 1, man, birth, "day", relation)]
    return pl.DataFrame(rows, schema=["record_id", "person", "man", "birth", "precision", "relation"], orient="row")


@pytest.mark.parametrize(
    ("relation", "birth", "man", "impossible"),
    [
        ("child", date(1992, 6, 1), True, False),
        ("child", date(1992, 5, 31), True, True),
        ("parent", date(1968, 6, 1), False, False),
        ("parent", date(1968, 6, 2), False, True),
        ("spouse", date(2011, 11, 1), False, False),
        ("spouse", date(2011, 11, 2), False, True),
        ("spouse", date(1981, 1, 1), True, True),
        ("other", date(1980, 6, 1), True, False),
    ],
)
def test_kin_that_cannot_be(small: Country, relation: str, birth: date, man: bool, impossible: bool) -> None:
    who = {"idpoor_members": a_roster(relation, birth, man)}
    assert (CASES_AS_WRITTEN["N05"](small, who)["person"].to_list() == [1]) == impossible


def test_one_number_on_two_people_and_numbers_of_the_wrong_length(small: Country) -> None:
    rows = [(1, "012345678"), (1, "012345678"), (2, "12345678"), (3, "987654321"), (4, None)]
    who = {"nssf_members": pl.DataFrame(rows, schema=["person", "id_no"], orient="row")}
    assert sorted(set(CASES_AS_WRITTEN["D09"](small, who)["person"])) == [1, 2]
    assert CASES_AS_WRITTEN["N09"](small, who)["person"].to_list() == [2]


def test_the_unborn_and_the_dead_do_not_live(small: Country) -> None:
    people = small.people.head(4).with_columns(
        born=pl.Series([small.as_of, small.as_of + 1, 0, 0]), died=pl.Series([None, None, small.as_of, small.as_of + 1])
    )
    country = replace(small, population=replace(small.population, people=people))
    assert living(country)["person"].to_list() == [0, 3]


def test_the_policy_of_the_sample_is_the_policy_of_the_country() -> None:
    rows = policy_rows(POLICY.read_text("utf-8"))
    as_of = read_reference().parameters["as_of"]
    valid = (pl.col("valid_from") <= as_of) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_of))
    known = dict(rows.filter(valid).select("name", "value").iter_rows())
    for name, value in read_reference().parameters["planted"]["policy"].items():
        text = ",".join(str(item) for item in value) if isinstance(value, list) else str(value)
        assert known[name] == text, name


def test_months_end_before_the_as_of_day(small: Country) -> None:
    today = date(1970, 1, 1) + timedelta(days=small.as_of)
    assert today == date(2026, 11, 1)
    assert last_months(small, 11)[:2] == ["2026-10", "2026-09"]
    assert last_months(small, 11)[-1] == "2025-12"


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


@given(st.dates(date(1920, 1, 1), date(2026, 10, 31)), st.dates(date(2026, 11, 1), date(2030, 12, 31)))
def test_ages_are_those_of_the_calendar(born: date, day: date) -> None:
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    frame = pl.DataFrame({"born": [day_number(born)]})
    assert frame.select(age_on(day_number(day))).item() == years
