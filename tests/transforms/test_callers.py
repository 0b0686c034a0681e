"""Complaints that tell a name and little else: whose they may be, how likely, and whose they are not."""

from typing import Any

import pytest

World = Any
PHONE = "+85512345678"
NAMES = {"family_skeleton": "sk", "given_skeleton": "sp"}


def home(world: World, household: str = "H1", phone: str | None = PHONE) -> None:
    """A card household with an elder who is left out, and a younger member who is enrolled; both of one family name."""
    world.household(household, area_3="010101")
    world.con.execute("UPDATE clean.households SET phone = ? WHERE household_id = ?", [phone, household])
    place = {"area_3": "010101", "area_4": "01010101"}
    world.member(f"elder {household}", household, birth_date="1950-04-04", **place, **NAMES)
    world.member(f"young {household}", household, **place, **NAMES | {"given_skeleton": "rt"})
    world.enrolment(f"young {household}", "disability")


def found(world: World) -> dict[str, Any]:
    return world.found_alone("E13")


def complain(world: World, **told: object) -> None:
    world.grievance("caller", "2026-01-05", birth_date=None, **told)


@pytest.mark.parametrize(
    "told",
    [NAMES, {"given_skeleton": "sp"}, NAMES | {"given_skeleton": "spr"}],
    ids=["two names", "one name", "a slip in a name"],
)
def test_the_phone_of_a_household_and_a_name_tell_who_complained(world: World, told: dict[str, str]) -> None:
    home(world)
    complain(world, phone=PHONE, **told)
    row = found(world)["caller"]
    assert row["state"] == "cannot_tell"
    assert 0.5 <= row["probability"] < 1
    assert row["evidence"]["told_by"] == "phone_of_the_household"


def test_a_member_whom_nothing_leaves_out_has_no_such_complaint(world: World) -> None:
    home(world)
    complain(world, phone=PHONE, **NAMES | {"given_skeleton": "rt"})
    assert found(world) == {}


def test_a_stranger_with_the_phone_of_a_household_is_none_of_its_members(world: World) -> None:
    home(world)
    complain(world, phone=PHONE, family_skeleton="kp", given_skeleton="wnt")
    assert found(world) == {}


def test_a_phone_of_two_households_tells_nothing(world: World) -> None:
    home(world)
    home(world, "H2")
    complain(world, phone=PHONE, given_skeleton="sp")
    assert found(world) == {}


def test_a_child_complains_of_nothing(world: World) -> None:
    world.household("H1")
    world.con.execute("UPDATE clean.households SET phone = ?", [PHONE])
    world.member("child", "H1", birth_date="2015-04-04", **NAMES)
    complain(world, phone=PHONE, **NAMES)
    assert found(world) == {}


def test_whom_a_human_parted_from_the_complaint_did_not_make_it(world: World) -> None:
    home(world)
    complain(world, phone=PHONE, **NAMES)
    (case,) = world.con.execute("SELECT case_id FROM clean.grievances").fetchone()
    world.part(("grievances", case), ("idpoor_members", "H1/elder H1"))
    assert found(world) == {}


def village(world: World, *homes: str) -> None:
    """Households of one village with elders left out, and twenty other people of the commune who are not."""
    for household in homes:
        home(world, household, phone=None)
    world.household("H9", area_3="010101")
    for n in range(20):
        names = {"family_skeleton": f"k{n}", "given_skeleton": f"t{n}"}
        world.member(f"neighbour {n}", "H9", area_3="010101", area_4="01010101", **names)


@pytest.mark.parametrize(
    ("told", "by"),
    [
        (NAMES, "two_names"),
        (NAMES | {"family_skeleton": "pk"}, "two_names"),
        ({"given_skeleton": "sp"}, "one_name_and_village"),
    ],
    ids=["two names", "a sign misheard", "one name"],
)
def test_a_name_and_a_place_tell_who_complained(world: World, told: dict[str, str], by: str) -> None:
    village(world, "H1")
    complain(world, area_3="010101", area_4="01010101", **told)
    row = found(world)["caller"]
    assert row["state"] == "cannot_tell"
    assert 0.5 <= row["probability"] < 1
    assert row["evidence"]["told_by"] == by


def test_who_is_misheard_by_two_signs_is_not_looked_for(world: World) -> None:
    village(world, "H1")
    complain(world, area_3="010101", area_4="01010101", family_skeleton="pkl", given_skeleton="sp")
    assert found(world) == {}


def test_who_bears_the_name_itself_is_the_likelier_caller(world: World) -> None:
    village(world, "H1")
    world.member("of that very name", "H9", area_3="010101", area_4="01010101", **NAMES | {"family_skeleton": "pk"})
    complain(world, area_3="010101", area_4="01010101", **NAMES | {"family_skeleton": "pk"})
    assert found(world) == {}


def test_a_name_without_a_place_tells_nobody(world: World) -> None:
    village(world, "H1")
    complain(world, **NAMES)
    assert found(world) == {}


def test_of_two_with_that_name_of_whom_one_is_left_out_the_complaint_is_less_surely_theirs(world: World) -> None:
    said = []
    for namesake in (False, True):
        world.__init__()
        village(world, "H1")
        if namesake:
            world.member("namesake", "H9", area_3="010101", area_4="01010101", **NAMES)
        complain(world, area_3="010101", area_4="01010101", **NAMES)
        said.append(found(world).get("caller", {"probability": 0.0})["probability"])
    assert said[1] < 0.5 < said[0]


def test_a_complaint_that_linking_gave_to_somebody_is_not_looked_for_by_its_name(world: World) -> None:
    village(world, "H1")
    complain(world, area_3="010101", area_4="01010101", **NAMES)
    world.claim("caller", "2026-05-05")
    assert found(world) == {}


def test_the_phone_of_another_household_tells_more_than_a_link(world: World) -> None:
    """Linked to an elder left out, but told with the phone of a household in which the younger bears the name."""
    home(world)
    world.household("H2")
    world.member("caller", "H2", birth_date="1950-04-04", family_skeleton="sk", given_skeleton="rt")
    complain(world, phone=PHONE, **NAMES | {"given_skeleton": "rt"})
    assert found(world) == {}


@pytest.mark.parametrize(("probability", "rules"), [(0.6, ["E01", "E02"]), (0.2, [])], ids=["likely", "hardly"])
def test_who_is_on_two_rosters_may_be_left_out_by_the_other(world: World, probability: float, rules: list[str]) -> None:
    born = {"birth_date": "1950-04-04"}
    for household in ("H0", "H1"):
        world.household(household)
    one = world.member("elder", "H0", **born)
    other = world.member("elder again", "H1", **born)
    world.enrolment("elder", "elderly", **born)
    world.grievance("elder", "2026-01-05", **born)
    world.pair(("idpoor_members", one), ("idpoor_members", other), probability)
    row = found(world).get("elder")
    assert (row["evidence"]["rules"] if row else []) == rules
    assert row is None or row["state"] == "cannot_tell"
