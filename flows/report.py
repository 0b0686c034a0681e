"""How a night stands, read from the ledger: what `status`, the artifacts and the last screen tell. No personal data."""

from pathlib import Path
from typing import Any

import duckdb

from flows import rules_costs, warehouse
from transforms import tables
from transforms.kept_models import LATEST, kept

Rows = list[dict[str, Any]]


def last_run(con: duckdb.DuckDBPyConnection) -> str | None:
    """The run that was started last; None before the first."""
    row = con.execute("SELECT run_id FROM ops.runs ORDER BY rowid DESC LIMIT 1").fetchone()
    return str(row[0]) if row else None


def rows(con: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> Rows:
    """The rows of a query as dictionaries."""
    return con.execute(query, list(parameters)).pl().to_dicts()


def night_report(con: duckdb.DuckDBPyConnection, home: Path, run_id: str) -> dict[str, Any]:
    """What a run did: {run, registers, stages, checks, findings, held_back,
    costly, totals, release}.

    `registers`: one row a register of ops.arrivals. `findings`: one row a rule that was applied; `held_back`: one that
    was not, and why. `costly`: the steps of asking rules that took long, the longest first.
    """
    asked = warehouse.is_done(con, run_id, "find")
    return {
        "run": _run(con, home, run_id),
        "registers": rows(
            con, "SELECT * EXCLUDE (run_id) FROM ops.arrivals WHERE run_id = ? ORDER BY register", run_id
        ),
        "stages": rows(con, "SELECT * EXCLUDE (run_id) FROM ops.stages WHERE run_id = ? ORDER BY ordinal", run_id),
        "checks": rows(con, BROKEN_CHECKS, run_id),
        "findings": rows(con, FINDINGS) if asked else [],
        "held_back": rows(con, HELD_BACK) if asked else [],
        "costly": _costly(con, run_id),
        "totals": _totals(con, run_id),
        "release": _released(home, run_id),
    }


def models(con: duckdb.DuckDBPyConnection, asked: str) -> Rows:
    """The kept linkage models, the last one first; `pinned`: the next night would use it, `used`: the last one did."""
    if not tables.exists(con, tables.MODELS.schema, tables.MODELS.name):
        return []
    there = kept(con)
    pinned = there[0]["model_id"] if there and asked == LATEST else asked
    used = set()
    if tables.exists(con, tables.MODEL_USED.schema, tables.MODEL_USED.name):
        used = {row["model_id"] for row in rows(con, f"SELECT model_id FROM {tables.MODEL_USED.full_name}")}
    return [row | {"pinned": row["model_id"] == pinned, "used": row["model_id"] in used} for row in there]


def _run(con: duckdb.DuckDBPyConnection, home: Path, run_id: str) -> dict[str, Any]:
    vintage = "parameters ->> 'areas_vintage' AS areas_vintage"
    run = rows(con, f"SELECT * EXCLUDE (parameters), {vintage} FROM ops.runs WHERE run_id = ?", run_id)[0]
    if run["state"] == "running" and not warehouse.is_held(home):
        return run | {"state": "cut off", "note": "Start it again with the same settings: it goes on where it stood."}
    return run


BROKEN_CHECKS = """
    SELECT layer, table_name, promise, severity, failing_rows FROM ops.checks
    WHERE run_id = ? AND NOT passed ORDER BY severity, layer, table_name, check_name
"""


FINDINGS = """
    SELECT r.rule, r.kind, r.severity, r.statement_en AS statement, r.findings,
           count(*) FILTER (f.state = 'confirmed') AS confirmed,
           count(*) FILTER (f.state = 'probable') AS probable,
           count(*) FILTER (f.state = 'cannot_tell') AS cannot_tell
    FROM findings.rules r LEFT JOIN findings.findings f USING (rule)
    WHERE r.applied GROUP BY ALL ORDER BY r.rule
"""
HELD_BACK = (
    "SELECT rule, kind, severity, statement_en AS statement, note FROM findings.rules WHERE NOT applied ORDER BY 1"
)
COSTLY = """
    SELECT step, seconds, rows FROM ops.rule_costs WHERE run_id = $1 AND seconds >= $2
    ORDER BY seconds DESC, step LIMIT 5
"""


def _costly(con: duckdb.DuckDBPyConnection, run_id: str) -> Rows:
    """A home whose last night was of an older version has no such table."""
    there = tables.exists(con, tables.RULE_COSTS.schema, tables.RULE_COSTS.name)
    return rows(con, COSTLY, run_id, rules_costs.COSTLY) if there else []


def _totals(con: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """Counts of the night; a stage that is not done yet counts nothing."""
    counts = {
        "records": ("standardise", "SELECT count(*) FROM clean.people"),
        "quarantined": ("standardise", "SELECT count(*) FROM clean.quarantine"),
        "pairs": ("link", "SELECT count(*) FROM linkage.pairs"),
        "links": ("link", "SELECT count(*) FROM linkage.pairs WHERE is_linked"),
        "persons": ("resolve", "SELECT count(*) FROM persons.persons"),
        "findings": ("find", "SELECT count(*) FROM findings.findings"),
    }
    return {name: rows(con, query)[0]["count_star()"] for name, (stage, query) in counts.items()
            if warehouse.is_done(con, run_id, stage)}  # fmt: skip


def _released(home: Path, run_id: str) -> str | None:
    folder = home / "releases" / run_id
    return str(folder) if folder.is_dir() else None
