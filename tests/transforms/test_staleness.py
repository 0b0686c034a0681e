"""How old registers are: days since the last event of each person or household, and no small group told."""

from typing import Any

import polars as pl

from transforms import coverage, staleness
from transforms.disclosure_audit import audit

World = Any


def ages(world: World) -> dict[str, tuple[int, int, int]]:
    """By register how many people or households, and the days of half and of nine in ten of them."""
    world.find()
    coverage.summarise(world.con, world.as_of)
    rows = world.con.execute(
        "SELECT register, records, median_days, ninetieth_days FROM coverage.staleness WHERE breakdown = 'total'"
    ).fetchall()
    return {register: tuple(figures) for register, *figures in rows}


def test_the_last_event_of_a_person_counts(world: World) -> None:
    enrolment = world.enrolment("p", "elderly", enrolled_on="2026-10-01")
    world.payment(enrolment, "elderly", "2026-10-12")
    world.payment(enrolment, "elderly", "2026-10-22")
    world.claim("p", "2026-10-31")
    told = ages(world)
    assert told["family_package_payments"] == (1, 10, 10)
    assert told["family_package_enrolments"] == (1, 31, 31)
    assert told["hef_claims"] == (1, 1, 1)


def test_what_is_to_come_touches_nobody_and_a_month_that_is_not_over_is_of_tonight(world: World) -> None:
    world.enrolment("p", "elderly", enrolled_on="2026-10-01")
    world.con.execute("UPDATE clean.enrolments SET ended_on = DATE '2027-01-01'")
    for month in ("2026-09", "2026-11", "2027-01"):
        world.contribution(world.social_security("w", number=f"n{month}"), month)
    told = ages(world)
    assert told["family_package_enrolments"] == (1, 31, 31)
    assert told["nssf_contributions"] == (1, 0, 0)


def test_a_roster_is_as_old_as_the_visits_to_its_households(world: World) -> None:
    world.household("H1", valid_from="2026-10-22")
    world.con.execute("UPDATE clean.households SET assessed_on = DATE '2026-10-02'")
    for number in range(10):
        world.member(f"p{number}", "H1")
    told = ages(world)
    assert told["idpoor_households"] == (1, 10, 10)  # the card is younger than the interview
    assert told["idpoor_members"] == (10, 30, 30)


def test_no_small_group_leaves_nor_can_be_had_by_subtraction() -> None:
    sizes = {"01": 40, "02": 3, "03": 25, "unknown": 18}
    rows = [("r", "total", "all", sum(sizes.values())), *(("r", "area_1", code, n) for code, n in sizes.items()),
            ("s", "total", "all", 4), ("s", "area_1", "01", 4)]  # fmt: skip
    counted = pl.DataFrame(rows, ["register", "breakdown", "group_code", "records"], orient="row")
    told = staleness.labelled(counted, 11)
    shown = dict(told.filter(suppressed="no", register="r").select("group_code", "records").rows())
    assert "02" not in shown
    assert len(shown) == 3  # the total and two provinces: another province is hidden with the small one
    assert told.filter(register="s", suppressed="no").is_empty()
    cells = told.with_columns(table="register", label="suppressed", eligible="records", covered=pl.lit(0, pl.Int64))
    assert audit(cells.filter(register="r"), 11).filter("recoverable").is_empty()
