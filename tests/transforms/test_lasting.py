"""Nights in a row: a finding is new, stays, goes and comes again; what changed, and why."""

import datetime as dt
from typing import Any

import pytest

from transforms import findings, tables
from transforms.lasting import Nights

World = Any
FIRST = dt.date(2026, 10, 1)
RULES = tuple(rule for rule in findings.load_rules() if rule.id in {"E02", "I01", "N08"})
(E02, I01, N08) = RULES


class Calendar:
    """Nights of one world, a week apart; each is compared with the one before."""

    def __init__(self, world: World) -> None:
        self.world, self.number, self.rules = world, 0, RULES
        self.before: str | None = None
        self.ended: dt.datetime | None = None

    def night(self, days: int = 7) -> None:
        self.number += 1
        self.as_of = FIRST if self.number == 1 else self.as_of + dt.timedelta(days=days)
        self.hold()
        self.before, self.ended = self.run, dt.datetime.combine(self.as_of, dt.time(23))

    @property
    def run(self) -> str:
        return f"night {self.number}"

    def hold(self) -> None:
        self.world.resolve()
        nights = Nights(self.run, self.before, self.ended)
        findings.find(self.world.con, self.as_of, self.rules, nights=nights)

    def changes(self, rule: str = "I01") -> list[tuple[str, str]]:
        query = "SELECT change, cause FROM findings.changes WHERE rule = $1 ORDER BY ALL"
        return self.world.con.execute(query, [rule]).fetchall()

    def lasting(self, rule: str = "I01") -> list[dict[str, Any]]:
        query = "SELECT * FROM findings.lasting WHERE rule = $1 ORDER BY first_seen, finding_id"
        return self.world.con.execute(query, [rule]).pl().to_dicts()

    def all(self) -> list[list[tuple[object, ...]]]:
        layer = (*tables.FINDING_LAYER, tables.KEPT)
        return [self.world.con.execute(f"FROM {t.full_name} ORDER BY ALL").fetchall() for t in layer]


@pytest.fixture
def calendar(world: World) -> Calendar:
    return Calendar(world)


def dead_but_paid(world: World, person: str, **how: object) -> None:
    world.event(person, "death", "2026-01-01", **how)
    world.payment(world.enrolment(person, "elderly", **how), "elderly", "2026-09-10")


def set_paid(world: World, status: str) -> None:
    world.con.execute("UPDATE clean.payments SET status = $1", [status])


def put_policy(world: World, name: str, value: str) -> None:
    world.con.execute("UPDATE reference.policy SET value = $2 WHERE name = $1", [name, value])


def elder(world: World, birth_date: str) -> None:
    """Somebody of a card household, in a country where another one draws the benefit."""
    world.enrolment("another", "elderly")
    world.household("H1")
    world.member("p", "H1", birth_date=birth_date)


def test_a_finding_is_new_stays_is_resolved_and_comes_again(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    (first,) = calendar.lasting()
    assert calendar.changes() == [("new", "data")]
    calendar.night()
    assert calendar.changes() == []
    (stays,) = calendar.lasting()
    assert stays == first | {"last_seen": calendar.as_of}
    set_paid(world, "pending")
    calendar.night()
    assert calendar.changes() == [("resolved", "data")]
    assert calendar.lasting() == [stays | {"resolved_on": calendar.as_of}]
    calendar.night()
    assert calendar.changes() == []
    assert calendar.lasting() == [stays | {"resolved_on": calendar.as_of - dt.timedelta(7)}]
    set_paid(world, "paid")
    calendar.night()
    assert calendar.changes() == [("new", "data")]
    _, again = calendar.lasting()
    assert again["finding_id"] != first["finding_id"]
    assert (again["episode"], again["first_seen"]) == (2, calendar.as_of)
    row = world.found("I01")["p"]
    assert {name: row[name] for name in ("finding_id", "episode", "first_seen", "last_seen")} == {
        name: again[name] for name in ("finding_id", "episode", "first_seen", "last_seen")
    }
    assert world.con.execute("SELECT DISTINCT finding_id FROM findings.records").fetchall() == [(again["finding_id"],)]


def merge(world: World, person: str, into: str) -> None:
    world.con.execute(
        "UPDATE persons.records SET person_id = $2, identifier_group = $2 WHERE person_id = $1", [person, into]
    )


def test_a_finding_follows_its_person_into_another(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    world.claim("q", "2025-05-05")
    calendar.night()
    (first,) = calendar.lasting()
    merge(world, "p", "q")
    calendar.night()
    assert calendar.lasting() == [first | {"person_id": "q", "last_seen": calendar.as_of}]
    assert calendar.changes() == []
    set_paid(world, "pending")
    calendar.night()
    set_paid(world, "paid")
    calendar.night()
    assert [row["episode"] for row in calendar.lasting()] == [1, 2]


def test_a_person_is_followed_to_where_most_records_went(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    (first,) = calendar.lasting()
    merge(world, "p", "most")
    world.claim("p", "2025-05-05")
    world.con.execute("DELETE FROM clean.claims")
    merge(world, "p", "few")
    calendar.night()
    assert [(row["finding_id"], row["person_id"]) for row in calendar.lasting()] == [(first["finding_id"], "most")]


def test_of_two_findings_of_two_people_who_are_one_the_persons_own_goes_on(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    dead_but_paid(world, "q")
    calendar.night()
    ids = {row["person_id"]: row["finding_id"] for row in calendar.lasting()}
    merge(world, "p", "q")
    calendar.night()
    rows = {row["finding_id"]: row for row in calendar.lasting()}
    assert rows[ids["q"]]["resolved_on"] is None
    gone = rows[ids["p"]]
    assert (gone["resolved_on"], gone["continued_by"]) == (calendar.as_of, ids["q"])
    assert ("resolved", "link") in calendar.changes()


def test_an_id_is_never_given_twice(world: World, calendar: Calendar) -> None:
    """p goes into q with its finding; then another person is given the id p once more."""
    dead_but_paid(world, "p")
    world.claim("q", "2025-05-05")
    calendar.night()
    merge(world, "p", "q")
    calendar.night()
    dead_but_paid(world, "p2")
    world.con.execute("UPDATE persons.records SET person_id = 'p', identifier_group = 'p' WHERE person_id = 'p2'")
    calendar.night()
    assert sorted((row["person_id"], row["episode"]) for row in calendar.lasting()) == [("p", 2), ("q", 1)]
    assert len({row["finding_id"] for row in calendar.lasting()}) == 2


def test_a_rule_that_cannot_be_asked_resolves_nothing(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    (first,) = calendar.lasting()
    world.con.execute("CREATE TEMP TABLE away AS FROM clean.payments; DELETE FROM clean.payments")
    calendar.night()
    assert (calendar.lasting(), calendar.changes()) == ([first], [])
    world.con.execute("INSERT INTO clean.payments FROM away")
    calendar.night()
    assert calendar.lasting() == [first | {"last_seen": calendar.as_of}]
    assert calendar.changes() == []


def test_a_record_that_says_something_else_is_a_cause(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    world.payment("FP-p-elderly", "elderly", "2026-09-20")
    calendar.night()
    assert calendar.changes() == [("changed", "data")]
    assert world.con.execute("SELECT evidence_changed, since FROM findings.changes").fetchall() == [(True, FIRST)]


def test_where_a_row_came_from_is_no_cause(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    world.con.execute("UPDATE clean.payments SET row_no = row_no + 9, snapshot_id = 'another', amount = amount")
    world.con.execute("UPDATE clean.people SET row_no = row_no + 9, snapshot_id = 'another'")
    put_policy(world, "death_payment_grace_days", "3000")
    calendar.night()
    assert calendar.changes() == [("resolved", "policy")]


def test_records_grouped_differently_are_a_cause(world: World, calendar: Calendar) -> None:
    world.event("p", "death", "2026-01-01")
    world.payment(world.enrolment("q", "elderly"), "elderly", "2026-09-10")
    calendar.night()
    merge(world, "q", "p")
    calendar.night()
    assert calendar.changes() == [("new", "link")]
    world.con.execute("UPDATE persons.records SET person_id = 'q' WHERE register = 'family_package_enrolments'")
    calendar.night()
    assert calendar.changes() == [("resolved", "link")]


def test_links_weighed_differently_are_a_cause(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    world.con.execute("UPDATE persons.records SET identifier_group = record_id, link_probability = 0.6")
    calendar.night()
    assert calendar.changes() == [("changed", "link")]
    told = "SELECT state_before, state, class_before > class, evidence_changed FROM findings.changes WHERE rule = 'I01'"
    assert world.con.execute(told).fetchall() == [("confirmed", "probable", True, False)]


def judged(world: World, left: tuple[str, str], right: tuple[str, str], since: dt.date) -> None:
    """What a human said of two records, which counts since a day."""
    world.con.execute(
        """INSERT INTO linkage.judgements BY NAME SELECT $1 AS register_l, $2 AS record_id_l, $3 AS register_r,
            $4 AS record_id_r, 'same' AS judgement, 'somebody' AS judged_by, $5::DATE AS judged_at,
            FALSE AS is_contested, $5::DATE AS counts_since""",
        [*min(left, right), *max(left, right), since],
    )


@pytest.mark.parametrize("days", [0, 3])
def test_a_judgement_that_is_new_is_a_cause(world: World, calendar: Calendar, days: int) -> None:
    """A judgement of the night before is none any more: then its links are only weighed differently."""
    dead_but_paid(world, "p")
    calendar.night()
    (record,) = world.con.execute("SELECT register, record_id FROM clean.people LIMIT 1").fetchall()
    judged(world, record, ("nssf_members", "somebody else's"), FIRST + dt.timedelta(days))
    world.con.execute("UPDATE persons.records SET identifier_group = record_id, link_probability = 0.6")
    calendar.night()
    assert calendar.changes() == [("changed", "judgement" if days else "link")]


def test_a_judgement_of_others_is_no_cause(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    world.claim("q", "2025-05-05")
    calendar.night()
    (record,) = world.con.execute(
        "SELECT register, record_id FROM persons.records WHERE person_id = 'q' LIMIT 1"
    ).fetchall()
    judged(world, record, ("nssf_members", "somebody else's"), FIRST + dt.timedelta(6))
    world.con.execute("UPDATE persons.records SET identifier_group = record_id, link_probability = 0.6")
    calendar.night()
    assert calendar.changes() == [("changed", "link")]


def test_a_rule_that_is_written_differently_is_a_cause(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    other = I01.model_copy(update={"sql": I01.sql.replace("p.status = 'paid'", "p.status = 'pending'")})
    calendar.rules = (E02, other, N08)
    set_paid(world, "rejected")
    calendar.night()
    assert calendar.changes() == [("resolved", "rule")]
    calendar.rules = RULES
    set_paid(world, "paid")
    calendar.night()
    assert calendar.changes() == [("new", "rule")]
    calendar.rules = (E02,)
    calendar.night()
    assert calendar.changes() == [("resolved", "rule")]


def test_a_policy_value_that_a_fact_reads_is_a_cause(world: World, calendar: Calendar) -> None:
    elder(world, "1963-05-05")
    calendar.night()
    put_policy(world, "elderly_age", "70")
    calendar.night()
    assert calendar.changes("E02") == [("resolved", "policy")]


def test_another_value_that_became_valid_is_a_cause_where_the_rule_reads_the_table(
    world: World, calendar: Calendar
) -> None:
    world.payment(world.enrolment("p", "elderly"), "elderly", "2026-10-12", amount=35000)
    calendar.night()
    world.con.execute(
        """UPDATE reference.policy SET valid_to = '2026-10-04' WHERE name = 'tariff_elderly';
        INSERT INTO reference.policy SELECT name, '35000', unit, source, '2026-10-05', NULL FROM reference.policy
        WHERE name = 'tariff_elderly'"""
    )
    calendar.night()
    assert calendar.changes("N08") == [("resolved", "policy")]


def test_a_policy_value_that_the_rule_does_not_read_is_none(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    calendar.night()
    put_policy(world, "elderly_age", "70")
    world.payment("FP-p-elderly", "elderly", "2026-09-20")
    calendar.night()
    assert calendar.changes() == [("changed", "data")]


def test_time_is_a_cause_when_nothing_else_is(world: World, calendar: Calendar) -> None:
    elder(world, "1966-10-05")
    calendar.night()
    assert calendar.changes("E02") == []
    calendar.night()
    assert calendar.changes("E02") == [("new", "date")]


def test_a_night_held_again_gives_the_same(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p")
    elder(world, "1966-10-05")
    calendar.night()
    before = calendar.before
    set_paid(world, "pending")
    calendar.night()
    first = calendar.all()
    calendar.before = before
    calendar.hold()
    assert calendar.all() == first
    world.con.execute("SET threads = 1")
    for table in (tables.PEOPLE, tables.PERSON_RECORDS, tables.PAYMENTS, tables.KEPT, tables.FINGERPRINTS):
        world.con.execute(f"CREATE TEMP TABLE turned AS FROM {table.full_name} ORDER BY hash(row_number() OVER ())")
        world.con.execute(f"DELETE FROM {table.full_name}")
        world.con.execute(f"INSERT INTO {table.full_name} FROM turned; DROP TABLE turned")
    calendar.hold()
    assert calendar.all() == first


def test_nothing_that_names_somebody_is_in_the_fingerprints(world: World, calendar: Calendar) -> None:
    dead_but_paid(world, "p", given_name="Sokha")
    calendar.night()
    types = {column.type for column in tables.FINGERPRINTS.columns if column.name not in {"run_id", "is_person"}}
    assert types == {"UBIGINT"}
    kept = str(world.con.execute("FROM findings.kept").fetchall())
    assert "Sokha" not in kept
    assert "2026-09-10" not in kept


def test_only_the_last_nights_are_kept(calendar: Calendar) -> None:
    for _ in range(4):
        calendar.night()
    for table in tables.KEPT_FINDINGS:
        runs = calendar.world.con.execute(f"SELECT DISTINCT run_id FROM {table.full_name}").fetchall()
        assert {run for (run,) in runs} <= {"night 3", "night 4"}
