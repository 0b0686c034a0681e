"""How right the links and the findings are, against a known truth.

Pairs are counted from contingency tables (sums of n choose 2), never listed, so that a truth of any size is
measured in one pass. B-cubed is Bagga and Baldwin's (1998): for each record, how pure and how whole its person is.
"""

import duckdb
import numpy as np
import polars as pl
import recordlinkage

from transforms.tables import number

Scores = dict[str, float]


def linkage_scores(con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> dict[str, Scores]:
    """Precision, recall and F1 of the persons: over all pairs, within a register, across registers, and B-cubed.

    Reads persons.records. `truth` is one row a record: register, record_id, person. Records that stand only
    on one side are left out.
    """
    con.register("true_records", truth.select("register", "record_id", "person"))
    con.execute(
        """CREATE OR REPLACE TEMP TABLE judged AS
        SELECT register, person_id AS found, person AS meant FROM persons.records
        JOIN true_records USING (register, record_id)"""
    )
    con.unregister("true_records")
    everywhere, within = _pair_counts(con), _pair_counts(con, "register")
    across = [a - b for a, b in zip(everywhere, within, strict=True)]
    return {
        "pairwise": _scores(*everywhere),
        "within": _scores(*within),
        "cross": _scores(*across),
        "bcubed": _bcubed(con),
    }


def rule_scores(
    con: duckdb.DuckDBPyConnection, records: pl.DataFrame, cases: pl.DataFrame
) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each rule that is asked, with the number of `true` cases, of findings `found`, and of
    near misses that were wrongly found (`near_miss_hits`).

    Reads findings.rules, findings.findings and findings.records. `records` is the truth of linkage_scores;
    `cases` one row a case: rule, subject_kind (person, household), subject, kind (case, near_miss). A finding about
    a person is right if a record of its subject belongs to the person of a case; one about a household, if
    "register/household_id" is the subject of a case. Recall is the share of cases that have a finding.
    """
    con.register("true_records", records.select("register", "record_id", "person"))
    con.register("true_cases", cases.select("rule", "subject_kind", "subject", "kind"))
    rows = con.execute(_RULE_QUERY).fetchall()
    con.unregister("true_records")
    con.unregister("true_cases")
    return {
        rule: {
            **_shares(right / found if found else float(not true), hit / true if true else float(not found)),
            "true": true,
            "found": found,
            "near_miss_hits": near,
        }
        for rule, true, found, hit, right, near in rows
    }


_RULE_QUERY = """
WITH subjects AS (
    SELECT DISTINCT f.rule, f.finding_id, 'person' AS subject_kind, t.person AS subject
    FROM findings.findings f JOIN findings.records r USING (finding_id)
    JOIN true_records t ON t.register = r.register AND t.record_id = r.record_id
    WHERE r.role = 'subject' AND f.household_id IS NULL
    UNION ALL
    SELECT rule, finding_id, 'household', household_register || '/' || household_id
    FROM findings.findings WHERE household_id IS NOT NULL
), hits AS (
    SELECT rule, c.kind, count(DISTINCT finding_id) AS findings,
        count(DISTINCT subject_kind || ':' || subject) AS cases
    FROM (SELECT DISTINCT * FROM true_cases) c JOIN subjects USING (rule, subject_kind, subject) GROUP BY ALL
), truths AS (
    SELECT rule, count(DISTINCT subject_kind || ':' || subject) AS cases
    FROM true_cases WHERE kind = 'case' GROUP BY rule
), found AS (SELECT rule, count(*) AS findings FROM findings.findings GROUP BY rule),
named AS (SELECT rule FROM findings.rules UNION SELECT rule FROM found)
SELECT rule, coalesce(truths.cases, 0), coalesce(found.findings, 0),
    coalesce(hit.cases, 0), coalesce(hit.findings, 0), coalesce(near.cases, 0)
FROM named LEFT JOIN truths USING (rule) LEFT JOIN found USING (rule)
LEFT JOIN hits hit ON hit.rule = named.rule AND hit.kind = 'case'
LEFT JOIN hits near ON near.rule = named.rule AND near.kind = 'near_miss'
ORDER BY rule"""


def _pair_counts(con: duckdb.DuckDBPyConnection, *within: str) -> tuple[int, int, int]:
    """Pairs of records found and meant, found, and meant; only pairs that agree on the columns `within`."""

    def pairs(*by: str) -> int:
        groups = f"SELECT count(*) AS n FROM judged GROUP BY {', '.join(by + within)}"
        return number(con, f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM ({groups})")

    return pairs("found", "meant"), pairs("found"), pairs("meant")


def _scores(right: int, found: int, meant: int) -> Scores:
    """recordlinkage's measures on a confusion matrix; where nothing is found or meant, they are not defined there."""
    confusion = np.array([[right, meant - right], [found - right, 0]])
    precision = float(recordlinkage.precision(confusion)) if found else float(not meant)
    recall = float(recordlinkage.recall(confusion)) if meant else float(not found)
    return _shares(precision, recall)


def _bcubed(con: duckdb.DuckDBPyConnection) -> Scores:
    row = con.execute(
        """WITH joint AS (SELECT found, meant, count(*) AS n FROM judged GROUP BY ALL),
        sized AS (SELECT n, sum(n) OVER (PARTITION BY found) AS f, sum(n) OVER (PARTITION BY meant) AS m FROM joint)
        SELECT coalesce(sum(n * n / f) / sum(n), 1), coalesce(sum(n * n / m) / sum(n), 1) FROM sized"""
    ).fetchone()
    return _shares(*(float(share) for share in row or (1.0, 1.0)))


def _shares(precision: float, recall: float) -> Scores:
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}
