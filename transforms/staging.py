"""Temporary tables in which a register is gathered slice by slice, before it joins the clean tables as a whole.

A staged table has the columns of its table and `row_no`, but for register and snapshot, which are the same in all
rows; that of identifiers has the source column too, which a repair names.
"""

from collections.abc import Iterable

import duckdb
import polars as pl

from transforms.tables import IDENTIFIERS, QUARANTINE, Column, Table, needed

TYPES = {"DATE": pl.Date, "INTEGER": pl.Int32, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean}
THE_SAME = ("register", "snapshot_id")
ROW_NO = needed("row_no", "row in the snapshot", "BIGINT")
SOURCE_COLUMN = needed("column_name", "the source column")
USED = Table(
    "temp",
    "used",
    "one row a row that can be used by itself; its key may stand in others",
    ("row_no",),
    (ROW_NO, needed("record_id", "the row's key")),
)
REPEATS = "staged_repeats"  # row_no, reason: rows whose key stands in an earlier row


def staged(table: Table) -> str:
    return f"staged_{table.name}"


def columns(table: Table) -> tuple[Column, ...]:
    """The columns of a staged table."""
    own = tuple(column for column in table.columns if column.name not in THE_SAME)
    own += (SOURCE_COLUMN,) if table is IDENTIFIERS else ()
    return own if ROW_NO.name in table.column_names else (ROW_NO, *own)


def begin(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Make the staged tables empty."""
    for table in (*tables, USED):
        kinds = ", ".join(f'"{column.name}" {column.type}' for column in columns(table))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {staged(table)} ({kinds})")


def ready(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the columns and types of a staged table.

    `rows` has text under the table's column names, and `_row`. Columns that it has not are null; where no id is
    told, the record's key is it. Raises a `PolarsError` where a value is not of its type.
    """
    own = table.key[-1]
    if own not in rows.columns and "record_id" in rows.columns:
        rows = rows.with_columns(pl.col("record_id").alias(own))
    rows = rows.with_columns(row_no=pl.col("_row"))
    return rows.select(_typed(column, rows.schema.get(column.name)) for column in columns(table))


def stage(con: duckdb.DuckDBPyConnection, table: Table, rows: pl.DataFrame) -> None:
    """Add rows that are `ready` to a staged table."""
    con.register("slice_rows", rows)
    con.execute(f"INSERT INTO {staged(table)} SELECT * FROM slice_rows")
    con.unregister("slice_rows")


def _typed(column: Column, came: pl.DataType | None) -> pl.Expr:
    kind = TYPES.get(column.type, pl.String)
    if came is None:
        return pl.lit(None, dtype=kind()).alias(column.name)
    if came == pl.String and column.type == "DATE":
        return pl.col(column.name).str.to_date("%Y-%m-%d")
    if came == pl.String and column.type == "BOOLEAN":
        return pl.col(column.name) == "true"
    return pl.col(column.name).cast(kind())


def find_repeats(con: duckdb.DuckDBPyConnection, register: str) -> None:
    """Rows whose key stood in an earlier usable row: the same row again, or another one with its key.

    Reads staged rows and raw.<register>; makes `REPEATS`.
    """
    relation = f'raw."{register}"'
    sent = [row[0] for row in con.execute(f"DESCRIBE {relation}").fetchall() if not row[0].startswith("_")]
    content = ", ".join('raw_row."{}"'.format(name.replace('"', '""')) for name in sent)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {REPEATS} AS
        WITH twice AS (
            SELECT record_id, row_no FROM {staged(USED)}
            SEMI JOIN (SELECT record_id FROM {staged(USED)} GROUP BY record_id HAVING count(*) > 1) USING (record_id))
        SELECT row_no, CASE WHEN alike > 1 THEN 'repeated_row' ELSE 'duplicate_key' END AS reason FROM (
            SELECT row_no, row_number() OVER (PARTITION BY record_id ORDER BY row_no) AS nth,
                   row_number() OVER (PARTITION BY record_id, {content} ORDER BY row_no) AS alike
            FROM twice JOIN {relation} AS raw_row ON raw_row._row = row_no)
        WHERE nth > 1"""
    )


def settle(con: duckdb.DuckDBPyConnection, table: Table, register: str, snapshot_id: str) -> None:
    """Move a staged table into the clean one, ordered by its key; repeated rows only into quarantine."""
    same = {name: told for name, told in zip(THE_SAME, (register, snapshot_id), strict=True)
            if name in table.column_names}  # fmt: skip
    names = ", ".join(f"${name} AS {name}" if name in same else f'"{name}"' for name in table.column_names)
    by = ", ".join(name for name in table.key if name not in THE_SAME)
    once = "" if table is QUARANTINE else f"ANTI JOIN {REPEATS} USING (row_no)"
    con.execute(f"INSERT INTO {table.full_name} SELECT {names} FROM {staged(table)} {once} ORDER BY {by}", same)
    con.execute(f"DROP TABLE {staged(table)}")


def end(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what is left."""
    for name in (staged(USED), REPEATS):
        con.execute(f"DROP TABLE {name}")
