"""What the pages of a release tell, read from the warehouse: counts, and the keys of rows that fail a check."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import TypeVar

import duckdb

from expectations.gate import CheckResult
from flows.pages import Gap, Measure, Register, Rule, Summary
from transforms.disclosure import smallest_cell

Row = TypeVar("Row", Register, Rule, Gap, CheckResult)

REGISTERS = """
    SELECT register AS name, agency, state, message, rows_in, rows_quarantined
    FROM ops.arrivals WHERE run_id = $run_id ORDER BY register
"""
RULES = """
    SELECT r.rule, r.kind, r.severity, r.statement_en, r.statement_km, r.applied, r.note,
           count(*) FILTER (f.state = 'confirmed') AS confirmed,
           count(*) FILTER (f.state = 'probable') AS probable,
           count(*) FILTER (f.state = 'cannot_tell') AS cannot_tell
    FROM findings.rules AS r LEFT JOIN findings.findings AS f USING (rule) GROUP BY ALL ORDER BY r.rule
"""
GAPS = """
    SELECT breakdown, group_code AS code, group_name_en AS name_en, group_name_km AS name_km,
           eligible, covered, gap_share_adjusted AS share, gap_low AS low, gap_high AS high, suppressed
    FROM coverage.gaps WHERE measure = $measure ORDER BY breakdown, group_code
"""
MEASURES = "SELECT measure, statement_en, statement_km, unit, applied FROM coverage.measures ORDER BY measure"
PEOPLE = """
    SELECT coalesce(sum(records), 0)::BIGINT, count(*), count(*) FILTER (registers > 1),
           (SELECT count(*) FROM linkage.pairs WHERE is_linked) FROM persons.persons
"""
CHECKS = """
    SELECT layer, table_name, check_name, promise, severity, passed, failing_rows, failing_keys
    FROM ops.checks WHERE run_id = $run_id ORDER BY layer, table_name, check_name
"""


def summary(con: duckdb.DuckDBPyConnection, run_id: str, as_of: date) -> Summary:
    """The facts of the summary page. Reads ops.arrivals, persons, linkage, findings, coverage, reference.policy."""
    records, people, in_several, links = _one(con, PEOPLE)
    return Summary(
        run_id=run_id,
        as_of=as_of,
        small_cell=smallest_cell(con, as_of),
        registers=tuple(_rows(con, Register, REGISTERS, {"run_id": run_id})),
        records=records,
        people=people,
        people_in_several=in_several,
        links=links,
        rules=tuple(_rows(con, Rule, RULES)),
        measures=tuple(_measures(con)),
    )


def checks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[CheckResult]:
    """The checks of a run, from ops.checks."""
    return list(_rows(con, CheckResult, CHECKS, {"run_id": run_id}))


def _measures(con: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    for measure, statement_en, statement_km, unit, applied in con.execute(MEASURES).fetchall():
        gaps = tuple(_rows(con, Gap, GAPS, {"measure": measure}))
        yield Measure(measure, statement_en, statement_km, unit, applied, gaps)


def _rows(
    con: duckdb.DuckDBPyConnection, kind: type[Row], query: str, parameters: dict[str, object] | None = None
) -> Iterator[Row]:
    names = ", ".join(field.name for field in fields(kind))
    for row in con.execute(f"SELECT {names} FROM ({query})", parameters or {}).fetchall():
        yield kind(*row)


def _one(con: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, object] | None = None) -> tuple[int, ...]:
    return con.execute(query, parameters or {}).fetchone() or ()
