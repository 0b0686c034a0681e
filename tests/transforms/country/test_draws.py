"""Chance a record: the same for a record whatever stands beside it, and as often as told."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sample import read_reference
from transforms.country.assistance_registers import idpoor_members
from transforms.country.clerks import Desk
from transforms.country.draws import Draws, mixed
from transforms.country.health_line_list import health_line_list
from transforms.country.service_registers import disability, hef_claims, nssf_members
from transforms.country.world import Country, make_country

keys = st.lists(st.integers(0, 2**62), min_size=1, max_size=30, unique=True)


def drawn(key: list[int], seed: int = 1, register: str = "r", part: str = "p") -> np.ndarray:
    return Draws(seed, register, np.asarray(key, dtype=np.int64)).unit(part)


@given(keys, st.randoms())
@settings(max_examples=50, deadline=None)
def test_a_record_draws_the_same_whatever_others_there_are(key: list[int], chance) -> None:  # type: ignore[no-untyped-def]
    alone = {k: drawn([k])[0] for k in key}
    chance.shuffle(key)
    assert drawn(key).tolist() == [alone[k] for k in key]


def test_seed_register_part_and_key_each_change_the_draw() -> None:
    base = drawn([5])[0]
    others = [drawn([6])[0], drawn([5], seed=2)[0], drawn([5], register="s")[0], drawn([5], part="q")[0]]
    assert base not in others


def test_draws_are_even_and_parts_are_independent() -> None:
    key = list(range(100_000))
    first, second = drawn(key), drawn(key, part="q")
    assert np.histogram(first, bins=10, range=(0, 1))[0] == pytest.approx(10_000, rel=0.05)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.01


def test_at_most_one_kind_befalls_a_record() -> None:
    kinds = Draws(1, "r", np.arange(50_000)).kind("p", {"a": 0.1, "b": 0.3})
    assert not (kinds["a"] & kinds["b"]).any()
    assert [kinds[name].mean() for name in "ab"] == pytest.approx([0.1, 0.3], abs=0.01)


def test_a_key_out_of_several_tells_them_apart() -> None:
    one, two = np.repeat(np.arange(300), 300), np.tile(np.arange(300), 300)
    assert len(np.unique(mixed(one, two))) == 90_000
    assert (mixed(one, two) != mixed(two, one))[one != two].all()


@pytest.fixture(scope="module")
def country() -> Country:
    return make_country(6000, 4, read_reference())


@pytest.mark.parametrize("register", ["idpoor_members", "nssf_members", "hef_claims", "disability", "health_line_list"])
def test_a_record_is_written_the_same_whatever_others_there_are(country: Country, register: str) -> None:
    desk = Desk(register, country.population, country.reference, country.seed)
    write = {
        "idpoor_members": lambda some: idpoor_members(desk, some(country.roster, "household_code"), country.cards),
        "nssf_members": lambda some: nssf_members(desk, some(country.members, "member"), country.contributions),
        "hef_claims": lambda some: hef_claims(desk, some(country.claims, "patient")),
        "disability": lambda some: disability(desk, some(country.disability, "did")),
        "health_line_list": lambda some: health_line_list(desk, some(country.line_list, "visit")),
    }[register]
    every = write(lambda facts, _: facts)
    part = write(lambda facts, key: facts.filter(pl.col(key).hash(1) % 3 > 0))
    assert 0 < part.rows.height < every.rows.height
    assert part.rows.join(every.rows, on=part.rows.columns, how="anti", nulls_equal=True).is_empty()
    assert part.records.join(every.records, on=every.records.columns, how="anti", nulls_equal=True).is_empty()
    of_part = every.dirt.join(part.records.select("record_id"), on="record_id", how="semi")
    columns = ["record_id", "column", "kind"]
    shared = ("over_shared_phone", "borrowed_phone")  # told apart by how many there are
    assert set(part.dirt.filter(~pl.col("kind").is_in(shared)).select(columns).rows()) == set(
        of_part.filter(~pl.col("kind").is_in(shared)).select(columns).rows()
    )
