"""How right findings are, on a handful whose truth is known by sight."""

import duckdb
import polars as pl
import pytest

from transforms import tables
from transforms.rule_scores import rule_scores

RECORDS = pl.DataFrame({"register": ["people"] * 3, "record_id": ["r1", "r2", "r3"], "person": ["t1", "t2", "t3"]})
CASES = pl.DataFrame(
    [
        ("I01", "person", "t1", "case"),
        ("I01", "person", "t3", "case"),
        ("I01", "person", "t2", "near_miss"),
        ("D10", "household", "homes/h1", "case"),
        ("E01", "household", "homes/h1", "case"),
    ],
    schema=["rule", "subject_kind", "subject", "kind"],
    orient="row",
)
FOUND = [
    ("f1", "I01", "confirmed", 1.0, None, None, None, "r1"),  # right
    ("f2", "I01", "probable", 0.9, None, None, None, "r2"),  # a near miss
    ("f3", "D10", "probable", 0.9, 0.5, "homes", "h1", None),  # right
    ("f4", "D10", "cannot_tell", 0.44, None, "homes", "h9", None),  # wrong
]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA findings")
    tables.create(con, *tables.FINDING_LAYER)
    for *finding, record in FOUND:
        con.execute(
            """INSERT INTO findings.findings
            (finding_id, rule, state, probability, missed_link_probability, household_register, household_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            finding,
        )
        if record:
            con.execute("INSERT INTO findings.records VALUES (?, 'people', ?, 'subject')", [finding[0], record])
            con.execute("INSERT INTO findings.records VALUES (?, 'people', 'r3', 'death')", [finding[0]])
    return con


def test_a_rule_is_scored_by_the_person_of_its_subject_or_by_household(con: duckdb.DuckDBPyConnection) -> None:
    scores = rule_scores(con, RECORDS, CASES)["rules"]
    of_person = {
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "true": 2,
        "found": 2,
        "near_misses": 1,
        "near_miss_hits": 1,
    }
    assert {name: scores["I01"][name] for name in of_person} == of_person
    assert (scores["D10"]["precision"], scores["D10"]["recall"]) == (0.5, 1.0)
    assert "E01" not in scores  # no rule asks it


def test_each_state_has_a_precision_of_its_own(con: duckdb.DuckDBPyConnection) -> None:
    score = rule_scores(con, RECORDS, CASES)["rules"]["I01"]
    assert score["confirmed"] == {"found": 1, "precision": 1.0}
    assert score["probable"] == {"found": 1, "precision": 0.0}
    assert score["cannot_tell"] == {"found": 0, "precision": None}


def test_what_findings_say_is_set_beside_what_is_right(con: duckdb.DuckDBPyConnection) -> None:
    tenths = {row["least"]: row for row in rule_scores(con, RECORDS, CASES)["tenths"]}
    assert set(tenths) == {0.4, 0.9}
    half = {
        "findings": 2,
        "right": 0.5,
        "right_low": pytest.approx(0.0945, abs=1e-4),
        "right_high": pytest.approx(0.9055, abs=1e-4),
    }
    assert tenths[0.4] == {"least": 0.4, "most": 0.5, "said": pytest.approx(0.445)} | half
    assert tenths[0.9] == {"least": 0.9, "most": 1.0, "said": pytest.approx(0.95)} | half


def test_deciles_hold_as_many_findings_each(con: duckdb.DuckDBPyConnection) -> None:
    more = "SELECT f.* REPLACE (finding_id || '/' || n AS finding_id) FROM findings.findings f, range(9) t(n)"
    con.execute(f"INSERT INTO findings.findings {more}")
    deciles = rule_scores(con, RECORDS, CASES)["deciles"]
    assert [row["findings"] for row in deciles] == [4] * 10
    assert (deciles[0]["least"], deciles[-1]["most"]) == (pytest.approx(0.44), 1.0)
