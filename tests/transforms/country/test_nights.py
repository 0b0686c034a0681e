"""Earlier nights of the country: what was not known yet is not there, what has ended goes on, the rest is the same."""

from itertools import pairwise

import polars as pl
import pytest

from flows.sample import plant, read_reference
from transforms.country.cases import CASES
from transforms.country.homes import village_on
from transforms.country.nights import EARLIEST, as_at
from transforms.country.world import Country, make_country

KEYS = {
    "cards": ["household_code"],
    "roster": ["household_code", "member_no"],
    "enrolments": ["enrolment"],
    "payments": ["payment"],
    "members": ["member"],
    "contributions": ["member", "month", "enterprise"],
    "disability": ["did"],
    "claims": ["claim"],
    "births": ["certificate"],
    "deaths": ["death"],
    "grievances": ["case"],
    "line_list": ["visit"],
}
# What may change of a fact from one night to the next; everything else stays as it was.
CHANGES = {
    "cards": {"status", "valid_to"},
    "roster": {"relation", "pregnant"},
    "enrolments": {"ended_on"},
    "members": {"left", "months"},
    "disability": {"valid"},
    "claims": {"discharged_on"},
}
LEAVES = {
    "payments",
    "contributions",
    "claims",
    "roster",
    "births",
    "grievances",
    "line_list",
}  # registers that do not keep everything for ever


@pytest.fixture(scope="module")
def last() -> Country:
    return plant(make_country(20_000, 5, read_reference())).country


@pytest.fixture(scope="module")
def nights(last: Country) -> list[Country]:
    return [as_at(last, last.as_of - back) for back in (90, 45, 0)]


def test_the_last_night_is_the_country_itself(last: Country, nights: list[Country]) -> None:
    assert nights[-1] is last


@pytest.mark.parametrize("facts", KEYS)
def test_facts_keep_their_numbers_and_what_may_not_change(nights: list[Country], facts: str) -> None:
    for one, other in pairwise(nights):
        early, late = getattr(one, facts), getattr(other, facts)
        assert early.schema == late.schema
        assert not early.select(KEYS[facts]).is_duplicated().any()
        both = early.join(late, on=KEYS[facts], suffix="_later")
        changed = {
            column
            for column in early.columns
            if column not in KEYS[facts] and (both[column].ne_missing(both[f"{column}_later"])).any()
        }
        assert changed <= CHANGES.get(facts, set())
        assert both.height > 0.4 * early.height
        assert late.join(early, on=KEYS[facts], how="anti").height > 0
        gone = early.join(late, on=KEYS[facts], how="anti").height
        assert (gone > 0) if facts in LEAVES - {"roster"} else (gone == 0 or facts in LEAVES)


def test_nothing_recorded_later_is_known(nights: list[Country]) -> None:
    for night in nights:
        for facts, day in (
            ("cards", "interview"), ("enrolments", "enrolled_on"), ("enrolments", "ended_on"), ("payments", "paid_on"),
            ("members", "hired"), ("members", "left"), ("claims", "visited_on"), ("claims", "discharged_on"),
            ("disability", "issued"), ("births", "registered_on"), ("deaths", "registered_on"),
            ("grievances", "opened_on"), ("line_list", "visited_on"),
        ):  # fmt: skip
            assert getattr(night, facts)[day].max() <= night.as_of, (facts, day)
        born = night.people["born"].to_numpy()
        for facts in ("roster", "enrolments", "members", "claims", "disability", "births"):
            assert (born[getattr(night, facts)["person"].to_numpy()] <= night.as_of).all(), facts


def test_lives_end_begin_and_change_between_nights(nights: list[Country]) -> None:
    early, late = nights[0], nights[-1]
    both = early.people.join(late.people, on="person", suffix="_later")
    unborn = pl.col("born") > early.as_of
    assert both.filter(unborn)["died"].eq(both.filter(unborn)["born"]).all()  # nobody takes them for living
    assert both.filter(unborn).height == pytest.approx(20_000 * 0.0215 * 90 / 365, rel=0.35)
    alive = both.filter(pl.col("died").is_null())
    assert alive["died_later"].count() == pytest.approx(20_000 * 0.0065 * 90 / 365, rel=0.6)
    assert (alive["village"] != alive["village_later"]).sum() > 20
    wed = alive.filter(pl.col("spouse").is_null() & pl.col("spouse_later").is_not_null())
    assert wed.height > 10
    assert (wed["household"] != wed["household_later"]).mean() > 0.6  # type: ignore[operator]
    cards = early.cards.join(late.cards, on="household_code", suffix="_later")
    assert cards.filter((pl.col("status") == "active") & (pl.col("status_later") == "expired")).height > 0
    left = early.members.join(late.members, on="member", suffix="_later")
    assert left.filter(pl.col("left").is_null() & pl.col("left_later").is_not_null()).height > 0


def test_withdrawn_cards_were_active_before() -> None:
    country = make_country(60_000, 2, read_reference())
    withdrawn = country.cards.filter(pl.col("status") == "withdrawn").with_columns(
        valid_to=pl.lit(country.as_of - 10, dtype=pl.Int64)
    )
    country = country.but(cards=withdrawn)
    before, after = as_at(country, country.as_of - 20).cards, as_at(country, country.as_of - 5).cards
    assert set(before["status"]) == {"active"}
    assert (before["valid_to"] - before["interview"] > 1000).all()
    assert after.equals(withdrawn)


def test_everybody_lives_where_the_night_says(nights: list[Country]) -> None:
    last = nights[-1].population
    for night in nights[:-1]:
        assert village_on(last, last.people["person"], night.as_of).equals(night.people["village"])
        # What the earlier night knows of earlier days still is what the last one knows.
        long_ago = night.as_of - 200
        assert village_on(night.population, last.people["person"], long_ago).equals(
            village_on(last, last.people["person"], long_ago)
        )
    same = last.people.filter(pl.col("moved_on").is_null())["person"]
    assert village_on(last, same, pl.Series([None] * len(same), dtype=pl.Int64)).equals(
        last.people["village"].gather(same)
    )


def test_each_household_has_one_head_on_every_night(nights: list[Country]) -> None:
    for night in nights:
        heads = night.people.group_by("household").agg((pl.col("relation") == "head").sum())
        assert heads["relation"].unique().to_list() == [1]


def test_payments_and_contributions_are_of_those_known(nights: list[Country]) -> None:
    for night in nights:
        assert night.payments.join(night.enrolments, on="enrolment", how="anti").is_empty()
        assert night.contributions.join(night.members, on="member", how="anti").is_empty()
        assert night.payments["round"].n_unique() == 6
        assert night.contributions["month"].n_unique() == 6


def test_registers_are_as_large_on_an_earlier_night(nights: list[Country]) -> None:
    for facts in KEYS:
        early, late = (getattr(night, facts).height for night in (nights[0], nights[-1]))
        assert 0.8 * late < early <= late * (1.2 if facts == "grievances" else 1.05), facts


def test_each_night_has_its_own_truth(nights: list[Country]) -> None:
    for rule in ("E02", "E10", "I02", "D01"):
        early, late = (set(CASES[rule](night).to_series()) for night in (nights[0], nights[-1]))
        assert early
        assert early != late


@pytest.mark.parametrize("back", [-1, EARLIEST + 1])
def test_it_rejects_days_the_country_does_not_know(last: Country, back: int) -> None:
    with pytest.raises(ValueError, match="known from"):
        as_at(last, last.as_of - back)
