"""How clean registers come, night after night, from ops.cleanliness: for the screen and to send to an agency."""

from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import warehouse
from transforms import tables
from transforms.cleanliness import WHOLE_ROW

# One row a night and register; `back` counts the nights from the last one, 1.
NIGHTS = f"""
    WITH nights AS (
        SELECT run_id, row_number() OVER (ORDER BY rowid DESC) AS back FROM ops.runs
        WHERE run_id IN (SELECT run_id FROM ops.cleanliness)),
    counts AS (
        SELECT register, run_id, sum(rows)::BIGINT AS rows,
               coalesce(sum(rows) FILTER (to_kind = 'as_sent'), 0)::BIGINT AS as_sent,
               coalesce(sum(rows) FILTER (to_kind = 'mended'), 0)::BIGINT AS mended,
               coalesce(sum(rows) FILTER (to_kind = 'set_aside'), 0)::BIGINT AS set_aside,
               coalesce(sum(rows) FILTER (to_kind = 'quarantined'), 0)::BIGINT AS quarantined
        FROM ops.cleanliness WHERE column_name = '{WHOLE_ROW}' GROUP BY register, run_id),
    registers AS (
        SELECT *, as_sent / rows - lag(as_sent / rows) OVER earlier AS change, lag(run_id) OVER earlier AS before
        FROM counts JOIN nights USING (run_id) WINDOW earlier AS (PARTITION BY register ORDER BY back DESC))
"""
REGISTERS = f"""{NIGHTS}
    SELECT register, run_id AS night, rows, as_sent, mended, set_aside, quarantined, change FROM registers
    WHERE back <= $nights AND ($register IS NULL OR register = $register) ORDER BY register, back
"""
KINDS = f"""{NIGHTS},
    kinds AS (
        SELECT run_id, register, column_name, from_kind, to_kind, rows AS found, advice
        FROM ops.cleanliness WHERE column_name <> '{WHOLE_ROW}'),
    told AS (SELECT register, column_name, from_kind, to_kind, arg_max(advice, run_id) AS advice
             FROM kinds GROUP BY ALL)
    SELECT register, r.run_id AS night, column_name AS column, from_kind, to_kind, coalesce(k.found, 0) AS rows,
           coalesce(k.found, 0) / r.rows AS share,
           CASE WHEN b.rows > 0 THEN coalesce(k.found, 0) / r.rows - coalesce(p.found, 0) / b.rows END AS change,
           told.advice
    FROM registers AS r JOIN told USING (register)
    LEFT JOIN kinds AS k USING (register, column_name, from_kind, to_kind, run_id)
    LEFT JOIN registers AS b ON b.register = r.register AND b.run_id = r.before
    LEFT JOIN kinds AS p ON p.register = r.register AND p.run_id = r.before AND p.column_name = told.column_name
                         AND p.from_kind = told.from_kind AND p.to_kind = told.to_kind
    WHERE r.back <= $nights AND ($register IS NULL OR r.register = $register)
      AND (k.found IS NOT NULL OR p.found IS NOT NULL)
    ORDER BY register, r.back, rows DESC, column_name, from_kind, to_kind
"""
KIND_ROW = {
    **dict.fromkeys(("register", "night", "column", "from_kind", "to_kind"), pl.String),
    "rows": pl.Int64,
    **dict.fromkeys(("share", "change"), pl.Float64),
    "advice": pl.String,
}
STATES = {
    "as_sent": "nothing to mend",
    "mended": "a value mended",
    "set_aside": "a value set aside",
    "quarantined": "row in quarantine",
}
HEADERS = ("register", "night", "column", "found as", "stands as", "rows", "share of rows", "change", "what to do")
WIDTHS: dict[Any, int] = dict(zip(HEADERS, (190, 100, 150, 150, 130, 80, 90, 80, 620), strict=True))


def quality(home: Path, register: str | None, nights: int) -> dict[str, Any]:
    """The cleanliness of one register or all: {registers, kinds}, lists of rows, the last night first.

    `registers`: register, night, rows, as_sent, mended, set_aside, quarantined (rows), change (of the share as
    sent since the night before). `kinds`: register, night, column, from_kind, to_kind, rows, share, change, advice.
    Raises `WarehouseMissing` before the first night, `ValueError` for a register that no night knows.
    """
    with warehouse.opened(home / "warehouse.duckdb", read_only=True) as con:
        known = _known(con)
        if not known:
            raise warehouse.WarehouseMissing(f"No night in {home} has told how clean registers are: `reconcile run`.")
        if register is not None and register not in known:
            raise ValueError(f"No night has read a register {register!r}. Known: {', '.join(known)}.")
        told = {"register": register, "nights": nights}
        return {name: con.execute(query, told).pl().to_dicts() for name, query in
                (("registers", REGISTERS), ("kinds", KINDS))}  # fmt: skip


def _known(con: duckdb.DuckDBPyConnection) -> list[str]:
    if not tables.exists(con, "ops", "cleanliness"):
        return []
    return [row[0] for row in con.execute("SELECT DISTINCT register FROM ops.cleanliness ORDER BY ALL").fetchall()]


def export(facts: dict[str, Any], out: Path) -> int:
    """Write a table that can be sent to an agency, as .csv or .xlsx; returns its rows. No value of a person is in it.

    One row a night, register, column and kind, after four rows a night that add up to all rows of the register.
    """
    if out.suffix not in (".csv", ".xlsx"):
        raise ValueError(f"{out.name}: give a name that ends in .csv or .xlsx.")
    table = _sheet(facts)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".csv":
        table.write_csv(out, include_bom=True, float_precision=6)
    else:
        percent: dict[Any, Any] = {"share of rows": "0.00%", "change": "+0.00%;-0.00%;0.00%"}
        table.write_excel(out, "quality", column_formats=percent, column_widths=WIDTHS, freeze_panes=(1, 0))
    return table.height


def _sheet(facts: dict[str, Any]) -> pl.DataFrame:
    rows = [
        (row["register"], row["night"], "(whole row)", "row", means, row[state], row[state] / row["rows"],
         row["change"] if state == "as_sent" else None, "")
        for row in facts["registers"] for state, means in STATES.items()
    ]  # fmt: skip
    plain = pl.col("from_kind", "to_kind").str.replace_all("_", " ")
    rows += pl.DataFrame(facts["kinds"], schema=KIND_ROW).with_columns(plain).rows()
    numbers = {"rows": pl.Int64, "share of rows": pl.Float64, "change": pl.Float64}
    return pl.DataFrame(rows, schema={name: numbers.get(name, pl.String) for name in HEADERS}, orient="row")
