"""What is told of a rule before any night asks it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.transforms.made_up_rule import HEADER
from transforms import facts, lint
from transforms.findings import Rule, load_rules
from transforms.headers import parse
from transforms.policy import policy_rows

POLICY = Path(__file__).parents[2] / "data" / "reference" / "policy.yaml"
SOUND = """
SELECT person_id, {sex: min(sex)} AS evidence, list(record(register, record_id, 'subject')) AS records
FROM person_records GROUP BY person_id
"""
Warehouse = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def empty() -> Iterator[Warehouse]:
    with duckdb.connect() as con:
        lint.make_empty(con)
        con.register("policy_frame", policy_rows(POLICY.read_text("utf-8")))
        con.execute("INSERT INTO reference.policy BY NAME FROM policy_frame")
        con.execute("INSERT INTO reference.policy VALUES ('old_age', '50', 'years', 'x', '2000-01-01', '2001-01-01')")
        facts.prepare(con, dt.date(2026, 11, 1))
        yield con


def told(con: Warehouse, sql: str, header: str = HEADER) -> list[tuple[str, bool]]:
    return [(flaw.told, flaw.stops) for flaw in lint.flaws(con, parse(header + sql, "made_up.sql", Rule))]


def test_a_sound_rule_has_no_flaw(empty: Warehouse) -> None:
    assert told(empty, SOUND) == []


def test_the_rules_of_the_catalogue_can_be_used(empty: Warehouse) -> None:
    wrong = {rule.id: [f.told for f in lint.flaws(empty, rule) if f.stops] for rule in load_rules()}
    assert {rule: found for rule, found in wrong.items() if found} == {}


WRONG = [
    ("person_records", "persn_records", "persn_records"),
    ("min(sex)", "min(sexx)", "sexx"),
    ("sex: min", "gender: min", "header explains: sex"),
    ("person_id,", "person_id AS who,", "must give person_id"),
    ("record(register, record_id, 'subject')", "record_id", "list of record"),
    ("'subject'", "'witness'", "role 'subject'"),
    ("GROUP", "WHERE policy('nonsense') = '1' GROUP", "no policy value nonsense"),
    ("GROUP", "WHERE policy('old_age') = '1' GROUP", "old_age is not valid"),
    ("GROUP", "WHERE birth_date < current_date GROUP", "current_date"),
    ("GROUP", "WHERE random() < 0.5 GROUP", "random"),
    ("person_records", "person_records SEMI JOIN glob('*') ON TRUE", "glob()"),
    ("GROUP", "WHERE register = (SELECT 'x'::INTEGER)::VARCHAR GROUP", "type it is cast to"),
    ("SELECT", "SELECT 1; SELECT", "one SELECT"),
]


@pytest.mark.parametrize(("words", "instead", "says"), WRONG)
def test_what_cannot_be_used_is_told(empty: Warehouse, words: str, instead: str, says: str) -> None:
    flaws = told(empty, SOUND.replace(words, instead, 1))
    assert any(says in text and stops for text, stops in flaws), flaws


MAY_BE_ZERO = (
    *("count(sex)", "0", "(count(sex) + 0)", "(count(sex) - 1)", "(min(length(sex)) + 1)", "(1 - count(sex))"),
    "greatest(-1, count(sex))",
)


@pytest.mark.parametrize("divisor", [*MAY_BE_ZERO, "count(sex)::DOUBLE"])
def test_a_division_that_may_fail_is_told_and_stops_nothing(empty: Warehouse, divisor: str) -> None:
    for sign in ("/", "//", "%"):
        ((text, stops),) = told(empty, SOUND.replace("min(sex)", f"count(*) {sign} {divisor}"))
        assert "zero" in text
        assert divisor.partition("::")[0] in text
        assert not stops


NULL_INSTEAD = ("nullif(count(sex), 0)", "nullif(count(sex), 0)::DOUBLE")
ABOVE_ZERO = ("2", "(count(sex) + 1)", "greatest(1 - count(*), 0.5)")


@pytest.mark.parametrize("divisor", [*NULL_INSTEAD, *ABOVE_ZERO])
def test_a_division_that_cannot_fail_is_not_told(empty: Warehouse, divisor: str) -> None:
    assert told(empty, SOUND.replace("min(sex)", f"count(*) / {divisor}")) == []


def test_a_table_that_needs_does_not_name_is_told(empty: Warehouse) -> None:
    reads = SOUND.replace("GROUP", "WHERE record_id IN (SELECT of_record_id FROM clean.claims) GROUP")
    ((text, stops),) = told(empty, reads)
    assert "clean.claims" in text
    assert not stops
    assert told(empty, reads, HEADER.replace("needs: people", "needs: people, claims")) == []


@pytest.mark.parametrize(
    ("line", "instead"), [("វិធានសាកល្បង", "A made-up rule."), ("en: A made-up rule.", "en: វិធានសាកល្បង")]
)
def test_both_languages_are_asked_for(empty: Warehouse, line: str, instead: str) -> None:
    ((text, stops),) = told(empty, SOUND, HEADER.replace(line, instead, 1))
    assert "statement_" in text
    assert stops
