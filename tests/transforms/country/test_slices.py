"""Slices of a large country: nothing that is seen outside comes twice."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sample import plant, read_reference
from transforms.country.population import phone_numbers
from transforms.country.slices import NUMBERS_A_PERSON, Slice, slices
from transforms.country.world import Country, make_country


@pytest.fixture(scope="module")
def country() -> list[Country]:
    return [plant(make_country(part, 4, read_reference())).country for part in slices(36_000, 12_000)]


@given(st.integers(1, 20_000_000), st.integers(1000, 3_000_000))
def test_slices_cover_the_country_once(people: int, largest: int) -> None:
    parts = list(slices(people, largest))
    assert sum(part.people for part in parts) == people
    assert max(part.people for part in parts) <= largest
    assert [part.number for part in parts] == list(range(parts[0].of))
    first = 0
    for part in parts:
        assert part.first == first
        first += part.people


def test_the_first_slice_is_the_country_when_it_is_the_only_one() -> None:
    alone, part = make_country(2000, 3, read_reference()), make_country(Slice(2000), 3, read_reference())
    assert alone.people.equals(part.people)
    assert alone.claims.equals(part.claims)


@pytest.mark.parametrize("column", ["national_id", "birth_certificate"])
def test_identifiers_of_people_come_once(column: str) -> None:
    parts = [make_country(part, 4, read_reference()) for part in slices(36_000, 12_000)]
    assert pl.concat([part.people[column] for part in parts]).drop_nulls().is_unique().all()


def test_a_phone_is_of_one_household_or_person(country: list[Country]) -> None:
    columns = ["phone", "household_phone"]
    phones = [set(pl.concat([part.people[name] for name in columns]).drop_nulls()) for part in country]
    assert sum(map(len, phones)) == len(set.union(*phones))


def test_slices_share_no_village_card_or_enterprise(country: list[Country]) -> None:
    for of in (
        lambda part: set(part.population.households["village"]) | set(part.population.households["village_before"]),
        lambda part: set(part.cards["household_code"]),
        lambda part: set(part.cards["card_no"]),
    ):
        found = [of(part) - {None} for part in country]
        assert sum(map(len, found)) == len(set.union(*found))


def test_enterprises_of_full_slices_stand_apart() -> None:
    firms, own = [], []
    for number in (0, 1):
        part = Slice(40_000, number, 17, number * 1_000_000)
        members = make_country(part, 4, read_reference()).members.filter(pl.col("parent").is_null())
        firms.append(members.filter(pl.col("scheme") != "self")["enterprise"])
        own.append(members.filter(pl.col("scheme") == "self")["enterprise"])
    assert firms[0].max() < firms[1].min()  # type: ignore[operator]
    assert pl.concat(own).is_unique().all()
    assert firms[0].max() < 6_000  # type: ignore[operator]


def test_each_slice_has_its_own_chance(country: list[Country]) -> None:
    one, other = (part.people["born"] for part in country[:2])
    assert (one == other).mean() < 0.01  # type: ignore[operator]


def test_every_slice_has_all_provinces(country: list[Country]) -> None:
    for part in country:
        assert part.people["province"].n_unique() == 25


def test_numbers_of_facts_leave_room_for_planted_and_older_ones(country: list[Country]) -> None:
    for part in country:
        size = part.people.height
        keys = {"payments": "payment", "claims": "claim", "members": "member", "births": "certificate"}
        for facts, key in keys.items():
            assert getattr(part, facts)[key].max() < 2 * size, facts
        assert part.enrolments["enrolment"].max() < size * (NUMBERS_A_PERSON - 2) / 12


def test_phones_suffice_for_the_whole_country() -> None:
    last = 20_000_000 * 5 // 4
    index = pl.int_range(last - 50_000, last, eager=True).to_numpy()
    low = pl.int_range(0, 50_000, eager=True).to_numpy()
    phones = pl.concat([phone_numbers(low, 1), phone_numbers(index, 1)])
    assert phones.is_unique().all()
