"""Links drawn again: what is in doubt is counted as often as it is likely, and nothing else moves."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from tests.transforms.conftest import ENROLMENTS, MEMBERS
from transforms import uncertainty
from transforms.between import ELSE, NO_DAY, OF_MORE, OTHER_DAY, SAME_DAY
from transforms.edges import DRAWS
from transforms.intervals import estimate, smallest_interval
from transforms.recount import Counted, Hidden
from transforms.uncertainty import Spread

World = Any
ELDER = {"birth_date": "1950-02-02"}


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probabilities that are right: no shift between draws."""
    monkeypatch.setattr(uncertainty, "spread", lambda _: Spread())


def village(world: World, people: int, probability: float, linked: bool) -> World:
    """Elders of whom each has an enrolment that is theirs with a probability, linked or rejected."""
    world.household("H")
    for number in range(people):
        person, other = f"p{number}", f"p{number}" if linked else f"q{number}"
        member = world.member(person, "H", group=f"{person}.1", probability=probability, **ELDER)
        enrolment = world.enrolment(other, "elderly", group=f"{other}.2", probability=probability, **ELDER)
        world.pair((MEMBERS, member), (ENROLMENTS, enrolment), probability)
    return world


def likelier(odds: float) -> float:
    """The probability of a bridge of such odds between two people who were born on one day."""
    return SAME_DAY * odds / (1 + SAME_DAY * odds)


def total(world: World, measure: str = "elderly_benefit") -> dict[str, Any]:
    world.gaps(measure)
    query = "SELECT * FROM coverage.estimates WHERE measure = $1 AND breakdown = 'total'"
    return world.con.execute(query, [measure]).pl().row(0, named=True)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(("probability", "linked", "covered"), [(0.7, True, 100), (0.3, False, 0), (0.02, False, 0)])
def test_a_link_counts_as_often_as_it_is_right(world: World, probability: float, linked: bool, covered: int) -> None:
    found = total(village(world, 100, probability, linked))
    right = probability if linked else likelier(probability / (1 - probability))
    assert (found["eligible"], found["covered"]) == (100, covered)
    assert found["covered_adjusted"] == pytest.approx(100 * right, abs=1)
    assert found["eligible_adjusted"] == 100
    assert found["gap_low"] < found["gap_share_adjusted"] < found["gap_high"]
    spread = (found["gap_high"] - found["gap_low"]) / (2 * 1.96)
    assert spread == pytest.approx((right * (1 - right) / 100) ** 0.5, rel=0.25)


@pytest.mark.usefixtures("exact")
def test_pairs_that_nobody_proposed_speak_against_joining_two_persons(world: World) -> None:
    village(world, 100, 0.4, linked=False)
    for number in range(100):
        world.record(f"q{number}", "hef_claims", f"more {number}", group=f"q{number}.2", **ELDER)
    odds = (0.4 / 0.6) ** 0.75 * (0.01 / 0.99) ** 0.25  # halfway between the mean of both pairs and the likelier one
    assert total(world)["covered_adjusted"] == pytest.approx(100 * likelier(odds / 2**OF_MORE), abs=1)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(
    ("born", "times"),
    [("1950-02-03", ELSE), ("1961-07-09", OTHER_DAY), (None, NO_DAY), ("1950-02-02", SAME_DAY)],
)
def test_dates_of_birth_tell_of_two_persons_what_their_pairs_do_not(
    world: World, born: str | None, times: float
) -> None:
    world.household("H")
    for number in range(100):
        member = world.member(f"p{number}", "H", **ELDER)
        enrolment = world.enrolment(f"q{number}", "elderly", birth_date=born)
        world.pair((MEMBERS, member), (ENROLMENTS, enrolment), 0.5)
    assert total(world)["covered_adjusted"] == pytest.approx(100 * times / (1 + times), abs=1)


@pytest.mark.usefixtures("exact")
def test_two_entries_of_one_person_are_eligible_once(world: World) -> None:
    world.household("H")
    for number in range(60):
        one = world.member(f"p{number}", "H", group=f"p{number}", **ELDER)
        two = world.member(f"twin {number}", "H", group=f"twin {number}", **ELDER)
        world.pair((MEMBERS, one), (MEMBERS, two), 0.5)
    world.enrolment("somebody", "elderly")
    found = total(world)
    assert found["eligible"] == 120
    assert found["eligible_adjusted"] == pytest.approx(120 - 60 * likelier(1), abs=1)


@pytest.mark.usefixtures("exact")
def test_who_is_eligible_can_hang_on_a_link_too(world: World) -> None:
    world.household("H")
    for number in range(50):
        person = f"p{number}"
        member = world.member(person, "H", group=f"{person}.1", probability=0.8)
        world.disability_card(person, number=f"D{number}", group=f"{person}.2", probability=0.8)
        world.pair((MEMBERS, member), ("disability", f"D{number}"), 0.8)
    world.enrolment("somebody", "elderly")
    found = total(world, "disability_benefit")
    assert (found["eligible"], found["covered"]) == (50, 0)
    assert found["eligible_adjusted"] == pytest.approx(40, abs=1)


@pytest.mark.usefixtures("exact")
def test_a_household_is_covered_by_any_of_its_members(world: World) -> None:
    for number in range(60):
        world.household(f"H{number}")
        for name in ("a", "b"):
            member = world.member(f"{name}{number}", f"H{number}", group=f"{name}{number}.1", **ELDER)
            enrolment = world.enrolment(f"{name}{number}", "elderly", group=f"{name}{number}.2", **ELDER)
            world.pair((MEMBERS, member), (ENROLMENTS, enrolment), 0.5)
    found = total(world, "family_package_households")
    assert (found["eligible"], found["covered"], found["eligible_adjusted"]) == (60, 60, 60)
    assert found["covered_adjusted"] == pytest.approx(45, abs=1.5)


def test_what_identifiers_or_humans_say_is_not_drawn(world: World) -> None:
    village(world, 20, 0.4, linked=False)
    world.con.execute(
        """INSERT INTO linkage.judgements BY NAME SELECT register_l, record_id_l, register_r, record_id_r,
        'different' AS judgement, 'an auditor' AS judged_by, TIMESTAMP '2026-10-01' AS judged_at FROM linkage.pairs"""
    )
    world.household("H2")
    world.member("sure", "H2", **ELDER)
    world.enrolment("sure", "elderly", **ELDER)
    found = total(world)
    assert (found["covered"], found["covered_adjusted"], found["eligible_adjusted"]) == (1, 1, 21)
    assert found["gap_low"] == found["gap_high"] == pytest.approx(20 / 21)


def test_the_order_of_rows_changes_nothing(world: World) -> None:
    first = total(village(world, 40, 0.4, linked=False))
    for table in ("linkage.pairs", "persons.records"):
        world.con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} ORDER BY hash(rowid)")
    assert total(world) == first


def test_probabilities_that_may_be_wrong_together_widen_the_interval(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    village(world, 200, 0.5, linked=False)
    widths = []
    for shift in (Spread(), Spread(everywhere=1.0), Spread(everywhere=1.0, registers=1.0)):
        monkeypatch.setattr(uncertainty, "spread", lambda _, shift=shift: shift)
        found = total(world)
        widths.append(found["gap_high"] - found["gap_low"])
        assert found["covered_adjusted"] == pytest.approx(200 * likelier(1), abs=12)
    assert widths[0] < widths[1] < widths[2]


def test_an_interval_wider_than_the_gap_cannot_tell() -> None:
    groups = pl.DataFrame({"breakdown": ["total"], "group_code": ["all"], "eligible": [10], "covered": [9]})
    shifts = pl.DataFrame(
        {"breakdown": "total", "group_code": "all", "draw": list(range(0, DRAWS, 3)), "eligible": 0, "covered": -3}
    )
    told = estimate(Counted(groups, shifts), 0.0).row(0, named=True)
    assert (told["gap_low"], told["gap_high"], told["verdict"]) == (
        pytest.approx(0.1),
        pytest.approx(0.4),
        "cannot_tell",
    )
    assert told["covered_adjusted"] == pytest.approx(9 - 3 * 67 / DRAWS)
    sure = estimate(Counted(groups, shifts.clear()), 0.0).row(0, named=True)
    assert (sure["verdict"], sure["gap_low"], sure["gap_high"]) == ("clear", pytest.approx(0.1), pytest.approx(0.1))


def test_pairs_that_nobody_kept_hide_some_of_the_covered() -> None:
    groups = pl.DataFrame({"breakdown": ["total"], "group_code": ["all"], "eligible": [4000], "covered": [2000]})
    shifts = pl.DataFrame({"breakdown": [], "group_code": [], "draw": [], "eligible": [], "covered": []}).cast(
        {"breakdown": pl.String, "group_code": pl.String, "draw": pl.Int64, "eligible": pl.Int64, "covered": pl.Int64}
    )
    told = estimate(Counted(groups, shifts, Hidden(0.01)), 0.0).row(0, named=True)
    assert told["covered_adjusted"] == pytest.approx(2020, abs=2)
    assert told["gap_low"] < told["gap_share_adjusted"] < told["gap_high"] < 0.5


def shares(*values: float) -> npt.NDArray[np.float64]:
    return np.array([values])


def test_the_interval_is_the_narrowest_that_holds_95_percent_of_the_draws() -> None:
    assert smallest_interval(shares(*[0.1] * 190, *[0.9] * 9)) == (0.1, 0.1)
    assert smallest_interval(shares(*[0.1] * 180, *[0.2] * 15, *[0.0] * 4)) == (0.1, 0.2)
    low, high = smallest_interval(np.linspace(0, 1, DRAWS)[None, :])
    assert (high - low)[0] == pytest.approx(0.95, abs=0.01)
    assert (low + high)[0] / 2 == pytest.approx(0.5, abs=0.01)


def test_a_group_without_any_doubt_is_told_as_linked() -> None:
    groups = pl.DataFrame({"breakdown": ["total"], "group_code": ["all"], "eligible": [10], "covered": [7]})
    moved = pl.DataFrame({"breakdown": ["total"], "group_code": ["all"], "draw": [0], "eligible": [0], "covered": [1]})
    told = estimate(Counted(groups, moved.clear()), 0.0).row(0, named=True)
    assert told["gap_low"] == told["gap_share_adjusted"] == told["gap_high"] == pytest.approx(0.3)
    assert (told["interval_holds"], told["expected_error"]) == (1.0, 0.0)


def test_a_likely_count_is_told_though_others_are_possible() -> None:
    groups = pl.DataFrame({"breakdown": ["total"], "group_code": ["all"], "eligible": [10], "covered": [7]})
    shifts = pl.DataFrame(
        {"breakdown": "total", "group_code": "all", "draw": list(range(60)), "eligible": 0, "covered": 1}
    )
    told = estimate(Counted(groups, shifts), 0.0).row(0, named=True)
    assert (told["gap_share_adjusted"], told["gap_low"], told["gap_high"]) == pytest.approx((0.3, 0.2, 0.3))
    assert told["gap_adjusted"] == pytest.approx(3 - 60 / DRAWS)
    assert told["expected_error"] == pytest.approx(0.1 * 60 / DRAWS)
