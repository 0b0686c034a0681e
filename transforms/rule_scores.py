"""How right the findings are, by rule, by state and by stated probability, against a known truth.

A finding about a person is right if a record of its subject belongs to the person of a case of its rule; one about a
household, if "register/household_id" is the subject of a case. What a finding says of itself is that its links are
right, what its records say is so, and no link was missed: `probability * (1 - missed_link_probability)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

from transforms import wilson

Rows = list[dict[str, Any]]

# One row a finding: whether it is right, the case it found or the near miss it fell for, and what it says of itself.
_JUDGED = """
    CREATE OR REPLACE TEMP TABLE judged_findings AS
    WITH subjects AS (
        SELECT DISTINCT f.rule, f.finding_id, 'person' AS subject_kind, t.person AS subject
        FROM findings.findings f JOIN findings.records r USING (finding_id)
        JOIN true_records t ON t.register = r.register AND t.record_id = r.record_id
        WHERE r.role = 'subject' AND f.household_id IS NULL
        UNION ALL
        SELECT rule, finding_id, 'household', household_register || '/' || household_id
        FROM findings.findings WHERE household_id IS NOT NULL
    ),
    met AS (SELECT * FROM subjects JOIN (SELECT DISTINCT * FROM true_cases) USING (rule, subject_kind, subject))
    SELECT f.finding_id, f.rule, f.state, f.probability * (1 - coalesce(f.missed_link_probability, 0)) AS said,
        coalesce(bool_or(m.kind = 'case'), FALSE) AS is_right,
        list(DISTINCT m.subject_kind || ':' || m.subject) FILTER (m.kind = 'case') AS cases,
        list(DISTINCT m.subject_kind || ':' || m.subject) FILTER (m.kind = 'near_miss') AS near_misses
    FROM findings.findings f LEFT JOIN met m USING (finding_id)
    GROUP BY f.finding_id, f.rule, f.state, f.probability, f.missed_link_probability
"""
_STATES = ("confirmed", "probable", "cannot_tell")
_BY_STATE = ", ".join(
    f"count(*) FILTER (state = '{state}') AS {state}, count(*) FILTER (is_right AND state = '{state}') AS {state}_right"
    for state in _STATES
)
_BY_RULE = f"""
    WITH asked AS (SELECT rule FROM findings.rules UNION SELECT rule FROM judged_findings),
    truths AS (
        SELECT rule, count(DISTINCT subject_kind || ':' || subject) FILTER (kind = 'case') AS cases,
            count(DISTINCT subject_kind || ':' || subject) FILTER (kind = 'near_miss') AS near_misses
        FROM true_cases GROUP BY rule
    ),
    found AS (
        SELECT rule, count(*) AS findings, count(*) FILTER (is_right) AS right_findings, {_BY_STATE},
            len(list_distinct(flatten(list(cases) FILTER (cases IS NOT NULL)))) AS hit,
            len(list_distinct(flatten(list(near_misses) FILTER (near_misses IS NOT NULL)))) AS near_hit
        FROM judged_findings GROUP BY rule
    )
    SELECT rule, coalesce(t.cases, 0) AS "true", coalesce(f.findings, 0) AS found, coalesce(f.hit, 0) AS hit,
        coalesce(f.right_findings, 0) AS right_findings, coalesce(t.near_misses, 0) AS near_misses,
        coalesce(f.near_hit, 0) AS near_miss_hits,
        {", ".join(f"coalesce(f.{name}, 0) AS {name}" for state in _STATES for name in (state, f"{state}_right"))}
    FROM asked LEFT JOIN truths t USING (rule) LEFT JOIN found f USING (rule) ORDER BY rule
"""
_SHARES = f"""
    count(*) AS findings, avg(said) AS said, avg(is_right::INTEGER) AS "right",
    {wilson.low("count(*) FILTER (is_right)", "count(*)")} AS right_low,
    {wilson.high("count(*) FILTER (is_right)", "count(*)")} AS right_high
"""
_BY_TENTH = f"""
    SELECT least, least + 0.1 AS most, {_SHARES}
    FROM (SELECT *, least(floor(said * 10), 9) / 10 AS least FROM judged_findings) GROUP BY least ORDER BY least
"""
# Ten parts with as many findings each, as Hosmer and Lemeshow (1980) group by deciles of risk.
_BY_DECILE = f"""
    SELECT min(said) AS least, max(said) AS most, {_SHARES}
    FROM (SELECT *, ntile(10) OVER (ORDER BY said, finding_id) AS decile FROM judged_findings)
    GROUP BY decile ORDER BY decile
"""
_CALIBRATION = {"tenths": _BY_TENTH, "deciles": _BY_DECILE}


def rule_scores(con: duckdb.DuckDBPyConnection, records: pl.DataFrame, cases: pl.DataFrame) -> dict[str, Any]:
    """`rules`: a row a rule that is asked; `tenths`: a row a tenth of what findings say of themselves; `deciles`: a row
    a tenth of the findings, in the order of what they say.

    A rule has the number of `true` cases, of findings `found`, of `near_misses` and of `near_miss_hits`, which were
    wrongly found; `precision`, `recall` (the share of cases that have a finding) and `f1`; and for each state the
    number of findings and their precision. Reads findings.rules, findings.findings and findings.records. `records`: a
    row a record, with register, record_id and person; `cases`: a row a case, with rule, subject_kind (person,
    household), subject and kind (case, near_miss). A tenth or decile has its bounds (`least`, `most`), its `findings`,
    the mean of what they say (`said`), and the share that is `right`, with its 95% interval (`right_low`,
    `right_high`).
    """
    with _judged(con, records, cases):
        rules = con.execute(_BY_RULE).pl().to_dicts()
        groups = {name: con.execute(query).pl().to_dicts() for name, query in _CALIBRATION.items()}
    return {"rules": {row["rule"]: _scored(row) for row in rules}, **groups}


@contextmanager
def _judged(con: duckdb.DuckDBPyConnection, records: pl.DataFrame, cases: pl.DataFrame) -> Iterator[None]:
    con.register("true_records", records.select("register", "record_id", "person"))
    con.register("true_cases", cases.select("rule", "subject_kind", "subject", "kind"))
    con.execute(_JUDGED)
    yield
    con.execute("DROP TABLE judged_findings")
    con.unregister("true_records")
    con.unregister("true_cases")


def _scored(row: dict[str, Any]) -> dict[str, Any]:
    """Where nothing is found precision is not defined, nor recall where there is no case: then 1 if both are none."""
    found, true = row["found"], row["true"]
    precision = row["right_findings"] / found if found else float(not true)
    recall = row["hit"] / true if true else float(not found)
    total = precision + recall
    counts = {name: row[name] for name in ("true", "found", "near_misses", "near_miss_hits")}
    states = {
        state: {"found": row[state], "precision": row[f"{state}_right"] / row[state] if row[state] else None}
        for state in _STATES
    }
    shares = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}
    return shares | counts | states
