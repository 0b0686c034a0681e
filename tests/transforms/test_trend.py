"""Coverage over the nights: what is kept, and who entered and left the gap, by cause."""

import datetime as dt
from typing import Any

import pytest

from transforms import coverage, fingerprints, tables
from transforms.lasting import Nights

World = Any
FIRST = dt.date(2026, 10, 1)
(ELDERLY,) = (measure for measure in coverage.load_measures() if measure.id == "elderly_benefit")
OLD, YOUNG = "1950-02-02", "1990-02-02"


class Calendar:
    """Nights of one world, a week apart, that count one measure; each is compared with the one before."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.number, self.measure = world, 0, ELDERLY
        self.before: str | None = None
        self.ended: dt.datetime | None = None
        self.as_of = FIRST
        monkeypatch.setattr(coverage, "load_measures", lambda: (self.measure,))

    def night(self, days: int = 7) -> None:
        self.number += 1
        self.as_of = FIRST if self.number == 1 else self.as_of + dt.timedelta(days)
        self.hold()
        self.before, self.ended = f"night {self.number}", dt.datetime.combine(self.as_of, dt.time(23))

    def hold(self) -> None:
        self.world.resolve()
        nights = Nights(f"night {self.number}", self.before, self.ended)
        fingerprints.take(self.world.con, nights)
        coverage.summarise(self.world.con, self.as_of, nights)

    def moves(self, breakdown: str = "total") -> list[tuple[object, ...]]:
        query = "SELECT group_code, cause, entered, left_gap FROM coverage.moves WHERE breakdown = $1 ORDER BY ALL"
        return self.world.con.execute(query, [breakdown]).fetchall()


@pytest.fixture
def calendar(world: World, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Two elders of one household, of whom one draws the benefit."""
    world.household("H1")
    world.member("p", "H1", birth_date=OLD)
    world.member("q", "H1", birth_date=OLD, sex="M")
    world.enrolment("q", "elderly", birth_date=OLD, sex="M")
    return Calendar(world, monkeypatch)


def test_the_first_night_moves_nobody_and_one_without_changes_does_not_either(calendar: Calendar) -> None:
    calendar.night()
    assert calendar.moves() == []
    calendar.night()
    assert calendar.moves() == []


def test_a_record_that_came_or_went_is_data(world: World, calendar: Calendar) -> None:
    calendar.night()
    world.enrolment("p", "elderly", birth_date=OLD)
    calendar.night()
    assert calendar.moves() == [("all", "data", 0, 1)]
    assert calendar.moves("sex") == [("F", "data", 0, 1)]
    world.con.execute("DELETE FROM clean.enrolments WHERE enrolment_id = 'FP-p-elderly'")
    calendar.night()
    assert calendar.moves() == [("all", "data", 1, 0)]


def test_a_card_of_the_household_that_is_withdrawn_is_data(world: World, calendar: Calendar) -> None:
    calendar.night()
    world.con.execute("UPDATE clean.entitlements SET status = 'withdrawn'")
    calendar.night()
    assert calendar.moves() == [("all", "data", 0, 1)]


def test_a_birthday_and_a_card_that_runs_out_are_the_date(world: World, calendar: Calendar) -> None:
    calendar.night()
    world.member("r", "H1", birth_date="1966-10-10")
    calendar.night(days=1)
    assert calendar.moves() == []
    calendar.night(days=20)
    assert calendar.moves() == [("all", "date", 1, 0)]
    world.con.execute("UPDATE clean.entitlements SET valid_to = DATE '2026-12-01'")
    calendar.night()
    assert calendar.moves() == []
    calendar.night(days=90)
    assert calendar.moves() == [("all", "date", 0, 2)]


def test_records_grouped_differently_are_a_link(world: World, calendar: Calendar) -> None:
    world.enrolment("somebody", "elderly", birth_date=OLD)
    calendar.night()
    world.con.execute("UPDATE persons.records SET person_id = 'p' WHERE person_id = 'somebody'")
    calendar.night()
    assert calendar.moves() == [("all", "link", 0, 1)]


def test_a_judgement_that_is_new_is_a_judgement(world: World, calendar: Calendar) -> None:
    number = world.enrolment("somebody", "elderly", birth_date=OLD)
    calendar.night()
    world.con.execute("UPDATE persons.records SET person_id = 'p' WHERE person_id = 'somebody'")
    world.con.execute(
        """INSERT INTO linkage.judgements BY NAME SELECT 'family_package_enrolments' AS register_l, $1 AS record_id_l,
            'idpoor_members' AS register_r, 'H1/p' AS record_id_r, 'same' AS judgement, 'somebody' AS judged_by,
            $2::DATE AS judged_at, $2::DATE AS counts_since""",
        [number, calendar.as_of + dt.timedelta(3)],
    )
    calendar.night()
    assert calendar.moves() == [("all", "judgement", 0, 1)]


def test_a_policy_value_that_is_another_is_policy(world: World, calendar: Calendar) -> None:
    world.member("r", "H1", birth_date="1970-02-02")
    calendar.night()
    world.con.execute("UPDATE reference.policy SET value = '50' WHERE name = 'elderly_age'")
    calendar.night()
    assert calendar.moves() == [("all", "policy", 1, 0)]


def test_a_measure_that_is_written_differently_is_a_rule(calendar: Calendar) -> None:
    calendar.night()
    calendar.measure = ELDERLY.model_copy(update={"sql": ELDERLY.sql.replace("'elderly')", "'disability')")})
    calendar.night()
    assert calendar.moves() == [("all", "rule", 0, 1)]


def test_a_night_that_could_not_ask_moves_nobody(world: World, calendar: Calendar) -> None:
    calendar.night()
    world.con.execute("CREATE TABLE aside AS FROM clean.enrolments")
    world.con.execute("DELETE FROM clean.enrolments")
    world.con.execute("UPDATE clean.entitlements SET programme = 'another'")
    calendar.night()
    assert calendar.moves() == []
    assert world.con.execute("SELECT DISTINCT applied FROM coverage.measures").fetchall() == [(False,)]
    world.con.execute("INSERT INTO clean.enrolments FROM aside")
    world.con.execute("UPDATE clean.entitlements SET programme = 'equity_card'")
    calendar.night()
    assert calendar.moves() == []


def test_whoever_moves_leaves_one_province_for_another(world: World, calendar: Calendar) -> None:
    calendar.night()
    world.con.execute("UPDATE clean.households SET area_1 = '02', area_3 = '020101'")
    calendar.night()
    assert calendar.moves() == []
    assert calendar.moves("area_1") == [("01", "data", 0, 1), ("02", "data", 1, 0)]


def test_moves_add_up_to_what_the_gap_has_grown_by(world: World, calendar: Calendar) -> None:
    for number in range(6):
        world.member(f"more {number}", "H1", birth_date=OLD if number % 2 else YOUNG, sex="MF"[number % 3 > 0])
    calendar.night()
    world.con.execute("UPDATE clean.people SET birth_date = $1 WHERE record_id = 'H1/more 0'", [OLD])
    world.con.execute("UPDATE clean.people SET birth_date = $1 WHERE record_id = 'H1/more 1'", [YOUNG])
    world.enrolment("more 3", "elderly", birth_date=OLD)
    calendar.night()
    wrong = world.con.execute(
        """WITH gaps AS (
            SELECT measure, breakdown, group_code,
                sum(CASE WHEN run_id = 'night 2' THEN eligible - covered ELSE covered - eligible END) AS grown
            FROM coverage.trend GROUP BY ALL
        ),
        told AS (
            SELECT measure, breakdown, group_code, sum(entered - left_gap) AS moved FROM coverage.moves GROUP BY ALL
        )
        SELECT * FROM gaps FULL JOIN told USING (measure, breakdown, group_code)
        WHERE coalesce(grown, 0) <> coalesce(moved, 0)"""
    ).fetchall()
    assert wrong == []
    assert world.con.execute("SELECT count(*) FROM coverage.moves").fetchall()[0][0] > 0


def test_the_trend_keeps_every_night_and_one_of_a_date(world: World, calendar: Calendar) -> None:
    calendar.night()
    calendar.night()
    calendar.night()
    kept = "SELECT run_id, as_of, eligible, covered FROM coverage.trend WHERE breakdown = 'total' ORDER BY as_of"
    weeks = [(f"night {n + 1}", FIRST + dt.timedelta(7 * n), 2, 1) for n in range(3)]
    assert world.con.execute(kept).fetchall() == weeks
    world.enrolment("p", "elderly", birth_date=OLD)
    calendar.night(days=0)
    assert world.con.execute(kept).fetchall() == [*weeks[:2], ("night 4", weeks[2][1], 2, 2)]
    fine = "SELECT DISTINCT breakdown FROM coverage.trend WHERE contains(breakdown, 'area_3')"
    assert world.con.execute(fine).fetchall() == []


def test_a_night_held_again_gives_the_same(world: World, calendar: Calendar) -> None:
    calendar.night()
    world.enrolment("p", "elderly", birth_date=OLD)
    calendar.number, calendar.as_of = 2, FIRST + dt.timedelta(7)
    every = [f"FROM {table.full_name} ORDER BY ALL" for table in (*tables.KEPT_COVERAGE, tables.MOVES)]
    calendar.hold()
    first = [world.con.execute(query).fetchall() for query in every]
    calendar.hold()
    assert [world.con.execute(query).fetchall() for query in every] == first


def test_only_the_last_nights_are_kept_and_nobody_is_named(world: World, calendar: Calendar) -> None:
    for _ in range(3):
        calendar.night()
    for table in (tables.UNITS, tables.MEASURE_PRINTS):
        runs = world.con.execute(f"SELECT DISTINCT run_id FROM {table.full_name} ORDER BY ALL").fetchall()
        assert runs == [("night 2",), ("night 3",)]
    types = {column.name: column.type for column in tables.UNITS.columns}
    assert (types["unit"], types["persons"], types["about"]) == ("UBIGINT", "UBIGINT[]", "UBIGINT")
