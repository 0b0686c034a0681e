"""Coverage of a tiny world: counts, intervals, names, and no small cell."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import coverage
from transforms.coverage import load_measures
from transforms.disclosure_audit import audit

World = Any


def elders(world: World, area: str, people: int, covered: int, **values: object) -> None:
    world.household(f"H{area}", area_1=area)
    for number in range(people):
        person = f"{area}-{number}"
        world.member(person, f"H{area}", birth_date="1950-02-02", **values)
        if number < covered:
            world.enrolment(person, "elderly", birth_date="1950-02-02", **values)


def row(gaps: pl.DataFrame, breakdown: str, code: str) -> dict[str, Any]:
    return gaps.row(by_predicate=(pl.col("breakdown") == breakdown) & (pl.col("group_code") == code), named=True)


def test_counts_shares_and_names_of_groups(world: World) -> None:
    for code, name in {"01": ("Banteay Meanchey", "បន្ទាយមានជ័យ"), "02": ("Battambang", "បាត់ដំបង")}.items():
        world.area(code, *name)
    elders(world, "01", 40, 20)
    elders(world, "02", 30, 12, sex="M")
    gaps = world.gaps("elderly_benefit")
    everyone, first = row(gaps, "total", "all"), row(gaps, "area_1", "01")
    assert (everyone["eligible"], everyone["covered"], everyone["gap_share"]) == (70, 32, pytest.approx(38 / 70))
    assert (everyone["gap_low"], everyone["gap_high"]) == pytest.approx((38 / 70, 38 / 70))  # exact links: no doubt
    assert (first["group_name_en"], first["group_name_km"], first["eligible"]) == ("Banteay Meanchey", "បន្ទាយមានជ័យ", 40)
    assert row(gaps, "sex", "M")["covered"] == 12
    assert (row(gaps, "age_band", "75")["group_name_en"], row(gaps, "age_band", "75")["group_name_km"]) == (
        "75-79",
        "៧៥-៧៩",
    )


def elders_by_setting(world: World) -> None:
    """Of two districts of a province one is urban; of others who live there nobody knows the district."""
    world.area("0101", "Serei Saophoan", "សិរីសោភ័ណ", "urban")
    world.area("0102", "Mongkol Borei", "មង្គលបូរី", "rural")
    for household, people, area_2, area_3 in (
        ("town", 30, "0101", None), ("village", 40, "0102", "010201"), ("somewhere", 20, None, None),
        ("nowhere", 15, "0201", None),  # a district of another province than the one beside it
    ):  # fmt: skip
        world.household(household, area_1="01", area_2=area_2, area_3=area_3)
        for number in range(people):
            world.member(f"{household}-{number}", household, birth_date="1950-02-02")
            if number < people // 2:
                world.enrolment(f"{household}-{number}", "elderly", birth_date="1950-02-02")
    world.area("010201", "Banteay Neang", "បន្ទាយនាង", "rural")


def test_districts_tell_who_lives_in_town(world: World) -> None:
    elders_by_setting(world)
    gaps = world.gaps("elderly_benefit")
    eligible = {code: row(gaps, "setting", code)["eligible"] for code in ("urban", "rural", "unknown")}
    assert eligible == {"urban": 30, "rural": 40, "unknown": 35}
    assert row(gaps, "area_1*setting", "01*rural")["covered"] == 20
    named = [
        row(gaps, "setting", code)[name] for code in ("urban", "unknown") for name in ("group_name_en", "group_name_km")
    ]
    assert named == ["Urban", "ទីក្រុង", "Not known", "មិនដឹង"]


def test_where_the_gazetteer_tells_no_settings_there_is_no_such_breakdown(world: World) -> None:
    elders_by_setting(world)
    world.con.execute("UPDATE reference.areas SET setting = NULL")
    told = set(world.gaps("elderly_benefit")["breakdown"])
    assert {"total", "area_1", "area_2"} <= told
    assert not {name for name in told if "setting" in name}


def test_a_small_province_is_hidden_with_another(world: World) -> None:
    for area, (people, covered) in {"01": (60, 30), "02": (50, 25), "03": (4, 1), "04": (30, 12)}.items():
        elders(world, area, people, covered)
    gaps = world.gaps("elderly_benefit")
    labels = {code: row(gaps, "area_1", code)["suppressed"] for code in ("01", "02", "03", "04")}
    assert labels["03"] == "yes"
    assert sorted(labels.values()) == ["no", "no", "yes", "yes"]
    hidden = gaps.filter(pl.col("breakdown") == "area_1", pl.col("suppressed") != "no").select(
        "eligible", "covered", "gap_share", "gap_low", "gap_high"
    )
    assert hidden.null_count().row(0) == (2,) * 5
    assert row(gaps, "total", "all")["eligible"] == 144


def test_where_there_is_too_little_to_hide_in_nothing_is_told(world: World) -> None:
    elders(world, "01", 6, 3)
    elders(world, "02", 5, 3)
    gaps = world.gaps("elderly_benefit")
    assert gaps["suppressed"].unique().to_list() == ["yes"]
    assert gaps.select("eligible", "covered", "gap_share_adjusted", "gap_low").null_count().row(0) == (gaps.height,) * 4


def test_every_measure_counts_its_own(world: World) -> None:
    world.household("H1")
    for number in range(12):
        world.member(f"baby {number}", "H1", birth_date="2025-12-12")
        world.member(f"disabled {number}", "H1", birth_date="1990-12-12")
        world.disability_card(f"disabled {number}", "4" if number else "1")
        world.enrolment(f"baby {number}", "maternal_child", birth_date="2025-12-12")
    assert row(world.gaps("maternal_child_benefit"), "total", "all")["covered"] == 12
    disabled = row(world.gaps("disability_benefit"), "total", "all")
    assert (disabled["eligible"], disabled["covered"]) == (11, 0)
    assert row(world.gaps("family_package_households"), "total", "all")["suppressed"] == "yes"


def test_a_programme_without_eligible_people_has_no_share(world: World) -> None:
    world.household("H1")
    world.enrolment("p", "elderly")
    total = row(world.gaps("elderly_benefit"), "total", "all")
    assert (total["eligible"], total["gap_share"], total["gap_low"], total["suppressed"]) == (0, None, None, "no")


def test_a_measure_whose_registers_are_not_there_is_not_counted(world: World) -> None:
    assert world.gaps("elderly_benefit").is_empty()
    applied = world.con.execute("SELECT measure, applied FROM coverage.measures ORDER BY measure").fetchall()
    assert applied == [(measure.id, False) for measure in load_measures()]


def test_breakdowns_that_do_not_add_up_are_withheld_and_end_no_night() -> None:
    cells = pl.DataFrame(
        {
            "table": "m",
            "breakdown": ["total", "area_1", "area_2"],
            "group_code": ["all", "01", "0201"],
            "eligible": [100, 100, 100],
            "covered": [50, 50, 50],
        }
    )
    labelled = coverage._labelled(cells, 11)
    assert labelled.filter(pl.col("withheld").is_null())["breakdown"].to_list() == ["total"]


def test_each_step_counts_among_those_who_took_the_step_before(world: World) -> None:
    world.household("H1")
    for number in range(60):
        person = f"p{number}"
        world.member(person, "H1", birth_date="1950-02-02", sex="M" if number % 2 else "F")
        if number < 40:
            enrolment = world.enrolment(person, "elderly", birth_date="1950-02-02")
            if number < 25:
                world.payment(enrolment, "elderly", "2026-10-01" if number < 20 else "2026-07-01")
    world.payment(world.enrolment("nobody's", "elderly"), "elderly", "2026-10-01")  # paid, and in no card household
    enrolled, paid = world.gaps("elderly_benefit"), world.gaps("elderly_benefit_paid")
    assert (row(enrolled, "total", "all")["eligible"], row(enrolled, "total", "all")["covered"]) == (60, 40)
    assert (row(paid, "total", "all")["eligible"], row(paid, "total", "all")["covered"]) == (40, 20)
    each = world.con.execute(
        """SELECT count(*), count(*) FILTER (paid.eligible <> enrolled.covered)
        FROM coverage.estimates enrolled JOIN coverage.estimates paid USING (breakdown, group_code)
        WHERE enrolled.measure = 'elderly_benefit' AND paid.measure = 'elderly_benefit_paid'"""
    ).fetchone()
    assert each is not None and each[0] > 5 and each[1] == 0


STEPS = st.tuples(*[st.integers(0, 50)] * 3).map(lambda parts: (sum(parts), parts[0] + parts[1], parts[0]))


@settings(deadline=None, max_examples=60)  # labelling takes its time
@given(st.lists(STEPS, min_size=2, max_size=7))
def test_two_steps_side_by_side_tell_no_small_count(areas: list[tuple[int, int, int]]) -> None:
    groups = [("total", "all", *map(sum, zip(*areas, strict=True))), *(
        ("area_1", f"{n:02}", *one) for n, one in enumerate(areas, 1))]  # fmt: skip
    cells = pl.DataFrame(
        [(table, breakdown, code, *((eligible, enrolled) if table == "first" else (enrolled, paid)))
         for breakdown, code, eligible, enrolled, paid in groups for table in ("first", "then")],
        ["table", "breakdown", "group_code", "eligible", "covered"], orient="row",
    )  # fmt: skip
    told = coverage.protected(cells, 11, {"then": "first"})
    shown = told.filter(pl.col("label") == "no", pl.col("withheld").is_null())
    # Whatever either table tells of those enrolled is known of the other.
    known = pl.concat(
        shown.filter(table=table).select(
            "breakdown", "group_code", table=pl.lit(other), count=pl.lit(theirs), least=ours, greatest=ours
        )
        for table, ours, other, theirs in (("first", "covered", "then", "eligible"),
                                           ("then", "eligible", "first", "covered"))
    )  # fmt: skip
    assert audit(told, 11, known=known).filter("recoverable").is_empty()
