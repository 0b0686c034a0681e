"""What `reconcile coverage` tells: measures, their groups, and the dates of the registers they rest on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import inside, warehouse
from flows.coverage_words import FIGURES, PROGRAMME, UNITS
from transforms import tables
from transforms.disclosure import placed, smallest_cell_inside
from transforms.trend import FINE

Rows = list[dict[str, Any]]
# What is counted, and what may leave. Which hidden group is small, and which hides it, is not told. Districts and
# communes stay inside: their names are villages' too, and few people live there.
SOURCES = {
    False: f"SELECT * FROM {tables.ESTIMATES.full_name}",
    True: f"""SELECT * EXCLUDE (suppressed), suppressed <> 'no' AS hidden FROM {tables.GAPS.full_name}
        WHERE breakdown NOT IN {FINE}""",
}
LAST = """
    SELECT r.run_id, r.as_of FROM ops.runs r JOIN ops.stages s USING (run_id) WHERE s.stage = 'summarise'
    ORDER BY r.rowid DESC LIMIT 1
"""
# One row a register of a run: what came of it, and the night that its rows in use were pulled in.
REGISTERS = """
    SELECT a.register, a.agency, a.state, a.message, s.as_of AS pulled_on, a.rows_in, a.rows_quarantined
    FROM ops.arrivals a LEFT JOIN ops.snapshots s USING (snapshot_id) WHERE a.run_id = $run ORDER BY a.register
"""
MEASURES = "SELECT measure, statement_en, statement_km, unit, applied FROM coverage.measures ORDER BY measure"
_UNIT = " ".join(f"WHEN '{ours}' THEN '{theirs}'" for ours, theirs in UNITS.items())
DESCRIBED = f"""
    SELECT measure, statement_en AS programme_description, CASE unit {_UNIT} END AS assistance_unit
    FROM coverage.measures
"""
NAMING = ("breakdown", "group_code", "group_name_en", "group_name_km")
NIGHTS = """
    SELECT measure, as_of, eligible, covered, gap_share_adjusted, gap_low, gap_high, verdict
    FROM coverage.trend WHERE breakdown = 'total' AND coalesce(measure = $measure, TRUE) ORDER BY measure, as_of
"""
MOVES = """
    SELECT measure, cause, entered, left_gap, since FROM coverage.moves
    WHERE breakdown = 'total' AND coalesce(measure = $measure, TRUE) ORDER BY measure, entered + left_gap DESC, cause
"""


@dataclass(frozen=True)
class Night:
    """The night whose figures are read; `public`: as they may leave the administration.

    `minimum`: the smallest count that is told of figures that stay inside; 1 where all are.
    """

    con: duckdb.DuckDBPyConnection
    run_id: str
    as_of: date
    public: bool = False
    minimum: int = 1


@contextmanager
def opened(home: Path, public: bool, all_counts: bool = False) -> Iterator[Night]:
    """The last night of a home that counted coverage, read-only. Raises `WarehouseMissing` where there is none.

    `all_counts`: small counts are told, too.
    """
    with warehouse.opened(home / "warehouse.duckdb", read_only=True) as con:
        there = all(
            tables.exists(con, table.schema, table.name) for table in (tables.MEASURES, tables.ESTIMATES, tables.GAPS)
        )
        row = con.execute(LAST).fetchone() if there else None
        if row is None:
            raise warehouse.WarehouseMissing(f"No night in {home} has counted coverage: hold one with `reconcile run`.")
        minimum = 1 if public or all_counts else smallest_cell_inside(con, row[1])
        yield Night(con, str(row[0]), row[1], public, minimum)


def _figures(night: Night, where: str = "TRUE", **given: str) -> pl.DataFrame:
    """Figures with `hidden`, in the order of their keys; null where it is so."""
    query = f"FROM ({SOURCES[night.public]}) WHERE {where} ORDER BY measure, breakdown, group_code"
    found = night.con.execute(query, given).pl()
    return found if night.public else inside.coverage(placed(night.con, found), night.minimum)


def measures(night: Night) -> Rows:
    """Every measure with its figures over all groups; null where it was not asked or its total is hidden."""
    totals = _figures(night, "breakdown = 'total'").drop(NAMING)
    return night.con.execute(MEASURES).pl().join(totals, on="measure", how="left", maintain_order="left").to_dicts()


def registers(night: Night) -> Rows:
    """The registers of the night: {register, agency, state, message, pulled_on, rows_in, rows_quarantined}."""
    return night.con.execute(REGISTERS, {"run": night.run_id}).pl().to_dicts()


def groups(night: Night, measure: str, breakdown: str) -> Rows:
    """The groups of one breakdown of a measure, in the order of their codes.

    Raises `ValueError` where the night has no such measure or breakdown; what it has is told.
    """
    known(night, "measure", measure, "SELECT measure FROM coverage.measures", ())
    shown = f"SELECT DISTINCT breakdown FROM ({SOURCES[night.public]}) WHERE measure = $1"
    known(night, "breakdown", breakdown, shown, (measure,))
    return _figures(night, "measure = $measure", measure=measure).filter(breakdown=breakdown).to_dicts()


def trend(night: Night, measure: str | None = None) -> dict[str, Rows]:
    """`nights`: one row a measure and night that was kept. `moves`: who entered and left its gap, by cause.

    Raises `ValueError` where the night has no such measure, `WarehouseMissing` where no night has kept a trend.
    """
    if not all(tables.exists(night.con, table.schema, table.name) for table in (tables.TREND, tables.MOVES)):
        raise warehouse.WarehouseMissing("No night has kept a trend yet: hold one with `reconcile run`.")
    if measure:
        known(night, "measure", measure, "SELECT measure FROM coverage.measures", ())
    nights, moves = (night.con.execute(query, {"measure": measure}).pl() for query in (NIGHTS, MOVES))
    return {
        "nights": inside.nights(nights, night.minimum).to_dicts(),
        "moves": inside.moves(moves, night.minimum).to_dicts(),
    }


def known(night: Night, what: str, name: str, query: str, given: tuple[str, ...]) -> None:
    """Raises `ValueError` where a query does not give a name; what it gives is told."""
    there = sorted(found for (found,) in night.con.execute(query, given).fetchall())
    if name not in there:
        less = " Where all groups are too small to be told apart, a breakdown does not leave." if night.public else ""
        raise ValueError(f"There is no {what} {name!r} here. There is: {', '.join(there) or 'none'}.{less}")


def of_breakdown(figures: pl.DataFrame, breakdown: str) -> pl.DataFrame:
    """The figures by one breakdown. Raises `ValueError` where there are none; what there is is told."""
    there = set(figures["breakdown"])
    if breakdown not in there:
        raise ValueError(f"There is no breakdown {breakdown!r} here. There is: {', '.join(sorted(there)) or 'none'}.")
    return figures.filter(pl.col("breakdown") == breakdown)


def every(night: Night, measure: str | None = None, breakdown: str | None = None) -> pl.DataFrame:
    """All figures as a table to send, of one measure or breakdown or of all, with the columns of `FIGURES`."""
    found = _figures(night, "measure = $measure", measure=measure) if measure else _figures(night)
    if breakdown:
        found = found.filter(breakdown=breakdown)
    named = night.con.execute(DESCRIBED).pl()
    return found.join(named, on="measure", how="left", maintain_order="left").select(
        pl.col("measure").alias(field.name) if field is PROGRAMME else field.name for field in FIGURES
    )
