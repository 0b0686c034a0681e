"""Complaints that speak for a finding or against it, and that change nothing it rests on."""

from typing import Any

import pytest

from tests.transforms.made_up_rule import HEADER
from transforms import findings
from transforms.headers import RuleError, parse

World = Any


def complaint(world: World, person: str, opened_on: str, programme: str, told: str) -> None:
    world.grievance(person, opened_on, told, group="spoken name", probability=0.9, birth_date=None)
    world.con.execute("UPDATE clean.grievances SET programme = $1 WHERE programme IS NULL", [programme])


def roles(world: World, rule: str) -> list[tuple[str, ...]]:
    return world.con.execute(
        """SELECT coalesce(f.person_id, f.household_id), r.role FROM findings.records r
           JOIN findings.findings f USING (finding_id)
           WHERE r.register = 'grievances' AND f.rule = $1 ORDER BY ALL""",
        [rule],
    ).fetchall()


def elder(world: World, person: str = "elder") -> None:
    world.household("H1")
    world.member(person, "H1", birth_date="1950-05-17")
    world.enrolment("somebody else", "elderly")


def test_a_complaint_of_being_left_out_supports_the_exclusion_of_the_person_and_of_the_household(world: World) -> None:
    elder(world)
    complaint(world, "elder", "2026-09-01", "family_package", "excluded")
    world.find()
    assert roles(world, "E02") == [("elder", "complaint")]
    assert roles(world, "E01") == [("H1", "complaint")]
    assert (world.found("E02")["elder"]["complaints"], world.found("E01")["H1"]["complaints"]) == (1, 1)


@pytest.mark.parametrize(
    ("person", "opened_on", "programme", "told"),
    [
        ("elder", "2026-09-01", "equity_card", "excluded"),
        ("elder", "2026-09-01", "family_package", "charged"),
        ("elder", "2026-11-20", "family_package", "excluded"),
        ("somebody else", "2026-09-01", "family_package", "excluded"),
    ],
)
def test_another_programme_matter_day_or_person_supports_nothing(
    world: World, person: str, opened_on: str, programme: str, told: str
) -> None:
    elder(world)
    complaint(world, person, opened_on, programme, told)
    world.find()
    assert roles(world, "E02") == []
    assert world.found("E02")["elder"]["complaints"] == 0


@pytest.mark.parametrize(("opened_on", "told"), [("2026-05-01", [("p", "contradicts")]), ("2025-12-01", [])])
def test_whoever_complains_after_the_registered_death_contradicts_it(
    world: World, opened_on: str, told: list[tuple[str, str]]
) -> None:
    world.event("p", "death", "2026-01-01")
    world.payment(world.enrolment("p", "elderly"), "elderly", "2026-09-10")
    complaint(world, "p", opened_on, "family_package", "unpaid")
    found = world.found_alone("I01")["p"]
    assert roles(world, "I01") == told
    assert found["complaints"] == 0


def test_a_complaint_changes_neither_state_nor_probability(world: World) -> None:
    world.event("p", "death", "2026-01-01")
    world.payment(world.enrolment("p", "elderly"), "elderly", "2026-09-10")
    complaint(world, "p", "2026-05-01", "family_package", "unpaid")
    found = world.found_alone("I01")["p"]
    assert (found["state"], found["probability"]) == ("confirmed", 1)


@pytest.mark.parametrize(
    ("told", "why"), [("family_package", "cannot be read"), ("any:any after died_on", "no field of the evidence")]
)
def test_it_rejects_complaints_that_cannot_be_matched(told: str, why: str) -> None:
    with pytest.raises(RuleError, match=r"line 11: complaints") as refused:
        parse(f'{HEADER}-- complaints: "{told}"\nSELECT 1\n', "x.sql", findings.Rule)
    assert why in str(refused.value)
