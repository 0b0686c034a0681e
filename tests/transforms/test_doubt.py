"""Findings that rest on two people who may be one: raised, told as doubtful, and dropped where a human parted them."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from transforms import facts
from transforms.between import KEPT, OF_FEWER, OF_MORE, SAME_DAY

World = Any
MEMBERS, ENROLMENTS, SOCIAL_SECURITY = "idpoor_members", "family_package_enrolments", "nssf_members"
Pair = tuple[tuple[str, str], tuple[str, str]]


def listed_twice(world: World) -> Pair:
    for household, person in (("H1", "one"), ("H2", "other")):
        world.household(household)
        world.member(person, household)
    return (MEMBERS, "H1/one"), (MEMBERS, "H2/other")


def paid_too_young(world: World) -> Pair:
    number = world.enrolment("one", "elderly", birth_date="1955-08-08")
    world.payment(number, "elderly", "2026-09-10")
    world.social_security("other", birth_date="1970-08-09")
    return (ENROLMENTS, number), (SOCIAL_SECURITY, "SS-other")


WORLDS = pytest.mark.parametrize(("rule", "tell"), [("D01", listed_twice), ("I04", paid_too_young)])


@WORLDS
def test_it_is_found_and_nobody_can_tell(world: World, rule: str, tell: Callable[[World], Pair]) -> None:
    world.pair(*tell(world), probability=0.4)
    ((subject, found),) = world.found_alone(rule).items()
    assert (subject, found["state"], found["probability"]) == ("one", "cannot_tell", 0.4)


@WORLDS
def test_what_is_hardly_possible_is_not_found(world: World, rule: str, tell: Callable[[World], Pair]) -> None:
    world.pair(*tell(world), probability=0.04)
    assert world.found_alone(rule) == {}


@WORLDS
def test_whom_a_human_parted_is_not_found(world: World, rule: str, tell: Callable[[World], Pair]) -> None:
    pair = tell(world)
    world.pair(*pair, probability=0.9)
    world.part(*pair)
    assert world.found_alone(rule) == {}


def test_two_rows_of_other_registers_are_no_second_household(world: World) -> None:
    """A pair that says little of the rosters: one person's claim resembles the other's row on a roster."""
    listed_twice(world)
    claim = world.claim("one", "2026-05-05")
    world.pair(("hef_claims", claim), (MEMBERS, "H2/other"), probability=0.4)
    assert world.found_alone("D01") == {}


@pytest.mark.parametrize(
    ("home", "away"), [("010101", "020202"), (None, "010102")], ids=["against the others", "to a place nearby"]
)
def test_where_one_member_alone_left_nobody_can_tell(world: World, home: str | None, away: str) -> None:
    world.household("H1")
    for person, day, commune in (("one", "2026-06-06", away), ("other", "2026-06-05", home)):
        world.member(person, "H1")
        if commune:
            world.claim(person, day, area_1=commune[:2], area_3=commune)
    world.payment(world.enrolment("one", "elderly"), "elderly", "2026-09-10")
    assert [row["state"] for row in world.found_alone("I15").values()] == ["cannot_tell"]


def test_whoever_stands_on_one_roster_alone_is_the_likelier_somebody_listed_twice(world: World) -> None:
    """One of the two rows stands alone. Half of all on rosters do, so that of two people one would in 3 cases of 4."""
    rows = listed_twice(world)
    world.claim("other", "2026-05-05")
    world.pair(*rows, probability=0.4)
    (found,) = world.found_alone("D01").values()
    same = (1 - 0.75 + 10 * 0.4 * 0.25) / (11 * 0.25)
    assert found["probability"] == pytest.approx(same / (same + (1 - same) * 0.75), abs=1e-6)


@pytest.mark.parametrize("all_are_two", [False, True], ids=["one of each pair stands alone", "none stands alone"])
def test_how_often_rows_of_such_pairs_stand_alone_tells_how_many_are_one_person(
    world: World, all_are_two: bool
) -> None:
    rows = listed_twice(world)
    world.claim("other", "2026-05-05")
    world.pair(*rows, probability=0.4)
    for n in range(20):
        for person in (f"a{n}", f"b{n}", f"lone {n}"):
            world.household(f"of {person}")
            world.member(person, f"of {person}")
        for person in (f"a{n}", f"b{n}") if all_are_two else (f"a{n}",):
            world.claim(person, "2026-05-05")
        world.pair((MEMBERS, f"of a{n}/a{n}"), (MEMBERS, f"of b{n}/b{n}"), probability=0.4)
    found = world.found_alone("D01")
    assert found.get("one", {"probability": 0.0})["probability"] > 0.5 or all_are_two
    assert ("one" in found) != all_are_two


def test_of_two_people_of_several_records_all_pairs_have_a_say(world: World) -> None:
    rows = listed_twice(world)
    for person in ("one", "other"):
        world.claim(person, "2026-05-05")
    world.pair(*rows, probability=0.96)
    of_rosters, unseen = math.log(0.96 / 0.04), math.log(KEPT / (1 - KEPT))
    log_odds = (
        (of_rosters + (of_rosters + 3 * unseen) / 4) / 2 + math.log(SAME_DAY) - (OF_FEWER + OF_MORE) * math.log(2)
    )
    (found,) = world.found_alone("D01").values()
    assert found["probability"] == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-6)


def test_a_date_that_differs_speaks_less_where_dates_are_often_false(world: World) -> None:
    rows = paid_too_young(world)
    world.pair(*rows, probability=0.3)
    for n, (component, certified) in enumerate([("elderly", "1970-05-05")] * 4 + [("disability", "1955-08-08")] * 8):
        world.enrolment(f"p{n}", component, birth_date="1955-08-08")
        world.social_security(f"p{n}", birth_date=certified)
    found = world.found_alone("I04")
    # One in 10 dates is false elsewhere, by Laplace's rule; here (4 + 1 / 10) / 5. And 12 of 13 are in both registers.
    more = (4 + 0.1) / 5 / 0.1 * 13
    assert found["one"]["probability"] == pytest.approx(0.3 * more / (0.3 * more + 0.7), abs=1e-6)


@pytest.mark.parametrize(("payer", "likelier"), [("social_security", True), ("self", False)])
def test_who_paid_for_the_visit_tells_whether_it_was_a_worker(world: World, payer: str, likelier: bool) -> None:
    world.payment(world.enrolment("another", "elderly"), "elderly", "2026-09-10")
    for n in range(8):
        worker = f"worker {n}" if n < 4 else f"no worker {n}"
        world.claim(worker, "2026-09-01", "social_security" if n < 4 else "self", service="antenatal")
        if n < 4:
            world.social_security(worker)
            world.contribution(f"SS-{worker}", "2026-10")
    claim = world.claim("woman", "2026-09-01", payer, service="antenatal")
    world.social_security("perhaps she")
    world.contribution("SS-perhaps she", "2026-10")
    world.pair(("hef_claims", claim), (SOCIAL_SECURITY, "SS-perhaps she"), probability=0.6)
    found = world.found_alone("E04").get("woman", {"probability": 0.0, "state": "cannot_tell"})
    facts.prepare(world.con, world.as_of)
    ((apart,),) = world.con.execute("SELECT probability FROM persons_apart WHERE person_id = 'woman'").fetchall()
    assert found["state"] == "cannot_tell"
    assert (found["probability"] > apart) == likelier


def test_who_is_surely_listed_twice_is_not_in_doubt(world: World) -> None:
    world.pair(*listed_twice(world), probability=0.4)
    world.household("H3")
    world.member("one", "H3")
    assert {name: row["state"] for name, row in world.found_alone("D01").items()} == {"one": "confirmed"}


@pytest.mark.parametrize("shown", [40, 20])
def test_how_many_hold_the_paper_that_they_are_noted_to_lack_is_told_by_other_registers(
    world: World, shown: int
) -> None:
    """Of 60 noted to hold one, other registers show 40; of 10 noted to hold none, 2. Of too few nothing is told."""
    world.household("H")
    world.event("somebody", "birth", "2020-02-02")
    world.identifier("civil_births", "birth-somebody", "birth_certificate", "1")
    for paper, people, of_them in (("national_id", 60, shown), ("none", 10, 2)):
        for n in range(people):
            world.member(f"{paper} {n}", "H", birth_date="1980-05-05", identity_paper=paper)
            if n < of_them:
                world.social_security(f"{paper} {n}")
                world.identifier(SOCIAL_SECURITY, f"SS-{paper} {n}", "national_id", f"{len(paper)}{n:08}")
    found = world.found_alone("E14")
    wrong = 20 * (2 + 10) / (40 + 10 / ((2 + 0.5) / (40 + 1)))
    assert set(found) == {f"none {n}" for n in range(2, 10)}
    assert {row["probability"] for row in found.values()} == {round(1 - wrong / 8, 2) if shown == 40 else 1.0}
    assert {row["state"] for row in found.values()} == {"probable"}


def test_a_row_that_could_not_be_read_is_as_likely_theirs_as_such_rows_that_were_read(world: World) -> None:
    """Two of the household are left out; one unread row of that register shows its card. Of 3 read so, 2 are of it."""
    world.household("H")
    for n in range(3):
        world.household(f"read {n}")
        world.identifier(MEMBERS, world.member(f"p{n}", f"read {n}"), "equity_card", f"020{n}")
        enrolment = world.enrolment(f"p{n}" if n < 2 else "stranger", "elderly")
        world.identifier(ENROLMENTS, enrolment, "equity_card", f"020{n}")
    for person in ("grandmother", "grandfather"):
        world.identifier(MEMBERS, world.member(person, "H", birth_date="1950-05-05"), "equity_card", "0101")
    world.unread(ENROLMENTS, card="0101")
    found = world.found_alone("E02")
    assert {name: row["state"] for name, row in found.items()} == dict.fromkeys(found, "cannot_tell")
    share = (2 + 1) / (3 + 2)
    assert [row["missed_link_probability"] for row in found.values()] == pytest.approx([share / 2] * 2, abs=1e-6)
    assert set(found) == {"grandmother", "grandfather"}


@pytest.mark.parametrize(("groups", "state"), [("AA", "confirmed"), ("AB", "cannot_tell")])
def test_two_enrolments_that_only_a_score_joins_may_be_of_twins(world: World, groups: str, state: str) -> None:
    for number, group in zip("AB", groups, strict=True):
        enrolment = world.enrolment("twins", "scholarship", number=number, group=f"twins.{group}")
        world.payment(enrolment, "scholarship", "2026-09-10")
    world.pair((ENROLMENTS, "A"), (ENROLMENTS, "B"), 0.9)
    assert world.found_alone("D03")["twins"]["state"] == state
