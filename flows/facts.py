"""What the pages of a release tell, read from the warehouse: counts, and the keys of rows that fail a check."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import TypeVar

import duckdb
import polars as pl

from expectations.gate import CheckResult
from flows.summary import Measure, Summary
from flows.summary_rows import Age, Completeness, Errors, Gap, Missed, Moves, Point, Population, Register, Rule, Tile
from transforms import public_counts, tables
from transforms.disclosure import SHOWN, smallest_cell

Row = TypeVar("Row", Register, Rule, Gap, Point, Tile, Missed, CheckResult, Errors, Population, Age, Completeness)

REGISTERS = """
    SELECT a.register AS name, agency, a.state, message, rows_in, rows_quarantined, s.as_of AS dated
    FROM ops.arrivals a LEFT JOIN ops.snapshots s USING (snapshot_id) WHERE a.run_id = $run_id ORDER BY a.register
"""
RULES = """
    SELECT r.rule, r.kind, r.severity, r.statement_en, r.statement_km, r.applied, r.note,
           count(*) FILTER (f.state = 'confirmed') AS confirmed,
           count(*) FILTER (f.state = 'probable') AS probable,
           count(*) FILTER (f.state = 'cannot_tell') AS cannot_tell
    FROM findings.rules AS r LEFT JOIN findings.findings AS f USING (rule) GROUP BY ALL ORDER BY r.rule
"""
# What the label does not let out is left out here, too, whatever stands in the table.
_FIGURES = ", ".join(
    f"CASE WHEN suppressed = '{SHOWN}' THEN {column} END AS {name}"
    for name, column in (
        ("eligible", "eligible"), ("covered", "covered"), ("entitled", "eligible_adjusted"),
        ("left_out", "gap_adjusted"), ("share", "gap_share_adjusted"), ("low", "gap_low"), ("high", "gap_high"),
        ("verdict", "verdict"),
    )
)  # fmt: skip
GAPS = f"""
    SELECT breakdown, group_code AS code, group_name_en AS name_en, group_name_km AS name_km, {_FIGURES}
    FROM coverage.gaps WHERE measure = $measure ORDER BY breakdown, group_code
"""
# The trend stays inside, with its small counts: what is told of it must not be small.
NIGHTS = """
    SELECT as_of, gap_share_adjusted AS share, gap_low AS low, gap_high AS high, eligible - covered AS left_out
    FROM coverage.trend
    WHERE measure = $measure AND breakdown = 'total' AND gap_share_adjusted IS NOT NULL
        AND len(list_filter([eligible, covered, eligible - covered], lambda n: n BETWEEN 1 AND $minimum - 1)) = 0
    ORDER BY as_of
"""
TILES = """
    SELECT code, "column", "row", name_en, name_km FROM reference.tiles JOIN reference.areas USING (code) ORDER BY code
"""
MISSED = "SELECT pairs, low, high FROM linkage.missed WHERE lists = 0 AND pairs > 0"
MEASURES = "SELECT measure, statement_en, statement_km, unit, applied, after FROM coverage.measures ORDER BY measure"
ERRORS = f"""
    SELECT population, kind, statement_en, statement_km, unit, e.rules,
        {
    ", ".join(
        f"CASE WHEN suppressed = '{SHOWN}' THEN {column} END AS {name}"
        for name, column in (
            ("people", "people"),
            ("found", "found"),
            ("low", "expected_low"),
            ("high", "expected_high"),
        )
    )
},
        CASE WHEN money_suppressed = '{SHOWN}' THEN riel_a_month END AS riel,
        money_suppressed <> '{SHOWN}' AS money_hidden
    FROM coverage.error_gaps e JOIN coverage.populations USING (population) WHERE breakdown = 'total'
"""
POPULATIONS = """
    SELECT population, statement_en, statement_km, applied, rules_not_asked FROM coverage.populations
    ORDER BY population
"""
AGES = f"""
    SELECT register, median_days, ninetieth_days FROM coverage.staleness
    WHERE breakdown = 'total' AND suppressed = '{SHOWN}' ORDER BY register
"""
COMPLETENESS = f"""
    SELECT * FROM coverage.captures
    LEFT JOIN (FROM coverage.completeness_gaps WHERE breakdown = 'total' AND suppressed = '{SHOWN}') USING (capture)
    ORDER BY capture
"""
PEOPLE = """
    SELECT coalesce(sum(records), 0)::BIGINT, count(*), count(*) FILTER (registers > 1),
           (SELECT count(*) FROM linkage.pairs WHERE is_linked) FROM persons.persons
"""
CHECKS = """
    SELECT layer, table_name, check_name, promise, severity, passed, failing_rows, failing_keys
    FROM ops.checks WHERE run_id = $run_id ORDER BY layer, table_name, check_name
"""


def summary(con: duckdb.DuckDBPyConnection, run_id: str, as_of: date) -> Summary:
    """The facts of the summary page.

    Reads ops.arrivals, ops.snapshots, persons, linkage, findings, coverage, reference.
    """
    records, people, in_several, links = _one(con, PEOPLE)
    minimum = smallest_cell(con, as_of)
    return Summary(
        run_id=run_id,
        as_of=as_of,
        small_cell=minimum,
        registers=tuple(_rows(con, Register, REGISTERS, {"run_id": run_id})),
        records=records,
        people=people,
        people_in_several=in_several,
        links=links,
        rules=tuple(_rows(con, Rule, RULES)),
        measures=tuple(_measures(con, minimum, _moves(con, as_of))),
        tiles=tuple(_rows(con, Tile, TILES)) if tables.exists(con, "reference", "tiles") else (),
        errors=tuple(_rows(con, Errors, ERRORS)),
        populations=tuple(_rows(con, Population, POPULATIONS)),
        ages=tuple(_rows(con, Age, AGES)),
        completeness=tuple(_rows(con, Completeness, COMPLETENESS)),
        missed=next(_rows(con, Missed, MISSED), None) if tables.exists(con, "linkage", "missed") else None,
    )


def checks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[CheckResult]:
    """The checks of a run, from ops.checks."""
    return list(_rows(con, CheckResult, CHECKS, {"run_id": run_id}))


def _moves(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, tuple[Moves, ...]]:
    """By measure who entered and left its gap by cause, as it may be told; none where a whole is hidden."""
    if not tables.exists(con, "coverage", "moves"):
        return {}
    told = public_counts.moves(con, as_of)
    hidden = told.filter(pl.col("breakdown") == "total", pl.col("hidden"))["measure"]
    causes = told.filter(pl.col("breakdown") != "total", ~pl.col("measure").is_in(hidden.implode()))
    sides = (pl.col("units").filter(direction=side).first().alias(side) for side in ("entered", "left_gap"))
    wide = causes.group_by("measure", "group_code").agg(*sides).sort("measure", "group_code")
    found: dict[str, tuple[Moves, ...]] = {}
    for measure, rows in wide.group_by("measure", maintain_order=True):
        found[str(measure[0])] = tuple(Moves(*row) for row in rows.rows())
    return found


def _measures(con: duckdb.DuckDBPyConnection, minimum: int, moves: dict[str, tuple[Moves, ...]]) -> Iterator[Measure]:
    keeps_nights = tables.exists(con, "coverage", "trend")
    for measure, statement_en, statement_km, unit, applied, after in con.execute(MEASURES).fetchall():
        wanted = {"measure": measure}
        gaps = tuple(_rows(con, Gap, GAPS, wanted))
        nights = tuple(_rows(con, Point, NIGHTS, wanted | {"minimum": minimum})) if keeps_nights else ()
        moved = moves.get(measure, ())
        yield Measure(measure, statement_en, statement_km, unit, applied, gaps, nights, after, moved)


def _rows(
    con: duckdb.DuckDBPyConnection, kind: type[Row], query: str, parameters: dict[str, object] | None = None
) -> Iterator[Row]:
    names = ", ".join(f'"{field.name}"' for field in fields(kind))
    for row in con.execute(f"SELECT {names} FROM ({query})", parameters or {}).fetchall():
        yield kind(*row)


def _one(con: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, object] | None = None) -> tuple[int, ...]:
    return con.execute(query, parameters or {}).fetchone() or ()
