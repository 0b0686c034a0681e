"""The gate: holds what came to its contract, and every layer to its promises, by Great Expectations in DuckDB."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from expectations.arrival import of_arrival
from expectations.contracts import Contract
from expectations.promises import LAYER_TABLES, promises_of
from expectations.suites import Promise, SeverityOfCheck, of_table

BREAKING = """
    WITH failing AS MATERIALIZED ({failing}), first AS (SELECT * FROM failing ORDER BY ALL LIMIT 20)
    SELECT (SELECT count(*) FROM failing), (SELECT to_json(list(first)) FROM first)
"""


@dataclass(frozen=True)
class CheckResult:
    """One row of ops.checks, but for the run: whether a promise held, and which rows break it.

    `failing_keys` is a JSON list of the keys of the first rows that break it; it holds no other value of a row.
    """

    layer: str
    table_name: str
    check_name: str
    promise: str
    severity: SeverityOfCheck
    passed: bool
    failing_rows: int
    failing_keys: str


def check_arrival(
    con: duckdb.DuckDBPyConnection, contract: Contract, table: str, previous_rows: int | None, as_of: date
) -> list[CheckResult]:
    """Hold a pull to its contract: columns, volume, missing values, repeated keys, freshness.

    Reads `table` (`raw."<register>__incoming"`), as last committed. `previous_rows`: rows of the last accepted
    snapshot, None for a first one. Results are under layer `raw` and table `raw.<register>`; the promise of a
    check that failed goes on with a sentence on what was found and what to do.
    """
    name = table.replace('"', "")
    promises = of_arrival(contract, name, _columns(con, name), previous_rows, as_of)
    return _check(con, "raw", promises, shown_as=f"raw.{contract.register_name}")


def check_layer(con: duckdb.DuckDBPyConnection, layer: str) -> list[CheckResult]:
    """Hold a layer (clean, linkage, persons, findings, coverage) to `transforms.tables` and to its promises.

    Reads the layer's tables, those they refer to, and ops.arrivals and ops.runs, all as last committed.
    A table that is not there is a failed check of its own.
    """
    there = _tables(con)
    wanted = [table for table in LAYER_TABLES[layer] if table.full_name in there]
    absent = [_absent(layer, t.full_name, t.grain) for t in LAYER_TABLES[layer] if t.full_name not in there]
    promises = [promise for table in wanted for promise in of_table(table)]
    return [*absent, *_check(con, layer, [*promises, *promises_of(layer, there)])]


def _absent(layer: str, table: str, grain: str) -> CheckResult:
    return CheckResult(layer, table, "exists", f"{table} is there, {grain}.", "stop", False, 0, "[]")


def _tables(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
    rows = con.cursor().execute(query).fetchall()
    return frozenset(row[0] for row in rows)


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in con.cursor().execute(f"DESCRIBE {_sql_name(table)}").fetchall()]


def _sql_name(table: str) -> str:
    schema, _, name = table.partition(".")
    return f'"{schema}"."{name}"'


def _check(
    con: duckdb.DuckDBPyConnection, layer: str, promises: Sequence[Promise], shown_as: str = ""
) -> list[CheckResult]:
    from expectations import engine  # noqa: PLC0415  it and Great Expectations are slow to import

    suites: dict[str, list[engine.Expectation]] = defaultdict(list)
    for promise in promises:
        suites[promise.table].append(engine.Expectation(promise.name, promise.type, promise.expected))
    held = engine.validate(con, suites)
    return [_result(con, layer, promise, held[promise.table, promise.name], shown_as) for promise in promises]


def _result(con: duckdb.DuckDBPyConnection, layer: str, promise: Promise, passed: bool, shown_as: str) -> CheckResult:
    rows, keys, told = 0, "[]", ""
    if not passed:
        try:
            rows, keys, told = _broken(con, promise)
        except duckdb.Error:
            told = "It could not be asked: see whether the columns and their types are right."
    table = shown_as or promise.table
    sentence = f"{promise.sentence} {told}".strip()
    return CheckResult(layer, table, promise.name, sentence, promise.severity, passed, rows, keys)


def _broken(con: duckdb.DuckDBPyConnection, promise: Promise) -> tuple[int, str, str]:
    """How many rows break the promise, the keys of the first as JSON, and what was found instead."""
    table = _sql_name(promise.table)
    row = con.cursor().execute(BREAKING.format(failing=promise.failing.format(batch=table))).fetchone()
    rows, keys = row or (0, None)
    found = con.cursor().execute(promise.found.format(batch=table)).fetchone() if promise.found else None
    return rows, json.dumps(json.loads(keys or "[]"), ensure_ascii=False), str(found[0]) if found else ""
