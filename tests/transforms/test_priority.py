"""What to look at first: more of anything never lowers it, and doubt never comes before exclusion."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms import facts, findings, tables
from transforms.headers import RuleError, parse
from transforms.priority import ranked

World = Any
SEVERITIES = ("low", "medium", "high", "critical")
STATES = ("cannot_tell", "probable", "confirmed")
MADE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([str(kind) for kind in tables.Kind]),
        "severity": st.sampled_from(SEVERITIES),
        "state": st.sampled_from(STATES),
        "probability": st.floats(0, 1),
        "riel_a_month": st.one_of(st.none(), st.integers(0, 10**9)),
        "days": st.integers(0, 4000),
    }
)
NAMES = ("kind", "severity", "state", "probability", "riel_a_month", "days")
quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def points(world: World, *made: dict[str, object]) -> list[dict[str, float]]:
    for macro in (f"as_of() AS DATE '{world.as_of}'", *facts.MACROS):
        world.con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    world.con.execute(
        """CREATE OR REPLACE TEMP TABLE made (place INTEGER, kind VARCHAR, severity VARCHAR, state VARCHAR,
        probability DOUBLE, riel_a_month BIGINT, days INTEGER)"""
    )
    world.con.executemany(
        "INSERT INTO made VALUES (?, ?, ?, ?, ?, ?, ?)", [[n, *(m[name] for name in NAMES)] for n, m in enumerate(made)]
    )
    dated = "SELECT *, DATE '2020-01-01' AS first_seen, DATE '2020-01-01' + days AS last_seen FROM made"
    return world.con.execute(f"FROM ({ranked(dated)}) ORDER BY place").pl().to_dicts()


@quickly
@given(one=MADE, other=MADE)
def test_more_of_anything_never_lowers_it(world: World, one: dict[str, Any], other: dict[str, Any]) -> None:
    more = one | {
        "severity": max(one["severity"], other["severity"], key=SEVERITIES.index),
        "state": max(one["state"], other["state"], key=STATES.index),
        "probability": max(one["probability"], other["probability"]),
        "riel_a_month": max(one["riel_a_month"] or 0, other["riel_a_month"] or 0),
        "days": max(one["days"], other["days"]),
    }
    each = [one | {name: more[name]} for name in ("severity", "state", "probability", "riel_a_month", "days")]
    least, *greater, greatest = (row["priority"] for row in points(world, one, *each, more))
    assert 0 <= least <= min(greater) <= max(greater) <= greatest <= 100


@quickly
@given(
    exclusion=MADE, adverse=MADE, kind=st.sampled_from(["inclusion", "duplication"]), state=st.sampled_from(STATES[:2])
)
def test_doubt_never_comes_before_an_exclusion_of_the_same_severity(
    world: World, exclusion: dict[str, Any], adverse: dict[str, Any], kind: str, state: str
) -> None:
    adverse |= {"kind": kind, "state": state, "severity": exclusion["severity"]}
    first, second = points(world, exclusion | {"kind": "exclusion"}, adverse)
    assert first["priority"] > second["priority"]


def test_the_parts_add_up_and_are_as_written(world: World) -> None:
    worst = {"kind": "exclusion", "severity": "critical", "state": "confirmed", "probability": 1.0}
    (row, empty) = points(
        world,
        worst | {"riel_a_month": 400_000, "days": 365},
        {
            "kind": "inclusion",
            "severity": "low",
            "state": "cannot_tell",
            "probability": 0.5,
            "riel_a_month": None,
            "days": 9,
        },
    )
    names = ("priority", "priority_severity", "priority_sureness", "priority_money", "priority_age")
    assert [row[name] for name in names] == [100, 40, 30, 20, 10]
    assert [empty[name] for name in names] == [1.5, 0, 1.5, 0, 0]


def test_money_is_a_months(world: World) -> None:
    world.event("dead", "death", "2026-01-01")
    enrolment = world.enrolment("dead", "elderly")
    for day in ("2026-08-10", "2026-09-10"):
        world.payment(enrolment, "elderly", day)
    world.household("H1")
    world.member("old", "H1", birth_date="1950-05-05")
    world.claim("old", "2026-05-05", payer="self", birth_date="1950-05-05")
    world.find()
    told = {
        rule: [(row["riel_a_month"], row["stake"]) for row in world.found(rule).values()]
        for rule in ("I01", "E02", "E10", "E01")
    }
    assert told == {
        "I01": [(28000, "overpaid")],
        "E02": [(28000, "owed")],
        "E10": [(3333, "charged")],
        "E01": [(28000, "owed")],
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("money: amount", "owed, overpaid or charged"),
        ("money: amount lost", "'owed', 'overpaid' or 'charged'"),
        ("money: sum overpaid", "sum is no field of the evidence"),
        ("money: amount overpaid rounds", "rounds is no field of the evidence"),
    ],
)
def test_a_line_of_money_that_cannot_be_used_is_refused(line: str, says: str) -> None:
    header = """-- id: E98
-- statement_en: A made-up rule.
-- statement_km: វិធានសាកល្បង
-- kind: inclusion
-- severity: low
-- needs: people
-- evidence:
--   amount: money
-- confirm: Nothing.
-- source: this test
"""
    with pytest.raises(RuleError, match=says):
        parse(f"{header}-- {line}\nSELECT 1", "made_up.sql", findings.Rule)
