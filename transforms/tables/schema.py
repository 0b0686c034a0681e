"""What a table definition is, and how one is made in DuckDB."""

from collections import defaultdict
from dataclasses import dataclass

import duckdb

LAYERS = ("raw", "clean", "linkage", "persons", "findings", "coverage", "ops", "reference")


@dataclass(frozen=True)
class Column:
    """One column: `required` means never null; `values` lists the only values allowed."""

    name: str
    type: str
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: `grain` says what a row is, `key` which columns name it."""

    schema: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def create(con: duckdb.DuckDBPyConnection, *tables: Table) -> None:
    """Create the tables empty, replacing any of the same name."""
    for table in tables:
        columns = ", ".join(f'"{c.name}" {c.type}' for c in table.columns)
        con.execute(f"CREATE OR REPLACE TABLE {table.full_name} ({columns})")


def exists(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    """Whether there is a table of this name."""
    query = "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?"
    return con.execute(query, [schema, name]).fetchone() is not None


def ensure(con: duckdb.DuckDBPyConnection, *tables: Table) -> None:
    """Create those of the tables that are not there, empty; columns that one lacks are added to it, null."""
    query = "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = current_database()"
    there: dict[tuple[str, str], set[str]] = defaultdict(set)
    for schema, name, column in con.execute(query).fetchall():
        there[schema, name].add(column)
    for table in tables:
        has = there.get((table.schema, table.name))
        if has is None:
            create(con, table)
            continue
        for lacking in (column for column in table.columns if column.name not in has):
            con.execute(f'ALTER TABLE {table.full_name} ADD COLUMN "{lacking.name}" {lacking.type}')


def fill(
    con: duckdb.DuckDBPyConnection, table: Table, query: str, parameters: object = None, by: str | None = None
) -> int:
    """Replace `table` by the rows of `query`, matched by column name and ordered by the table's key.

    `by`: a column of the query in whose order the key is in order too, and which is cheaper to sort by. Returns the
    number of rows. Raises `duckdb.BinderException` when the query lacks a column.
    """
    create(con, table)
    names = ", ".join(f'"{name}"' for name in table.column_names)
    order = by or ", ".join(f'"{name}"' for name in table.key)
    con.execute(f"INSERT INTO {table.full_name} SELECT {names} FROM ({query}) ORDER BY {order}", parameters)
    return count(con, table)


def count(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    return number(con, f"SELECT count(*) FROM {table.full_name}")


def number(con: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> int:
    """The one whole number a query gives; 0 where it gives no row."""
    row = con.execute(query, parameters).fetchone()
    return int(row[0]) if row else 0


def text(name: str, meaning: str, **more: object) -> Column:
    return Column(name, "VARCHAR", meaning, **more)  # type: ignore[arg-type]


def needed(name: str, meaning: str, type: str = "VARCHAR", values: tuple[str, ...] = ()) -> Column:
    return Column(name, type, meaning, required=True, values=values)


def date(name: str, meaning: str) -> Column:
    return Column(name, "DATE", meaning)


def money(name: str, meaning: str) -> Column:
    return Column(name, "BIGINT", f"{meaning}, in the country's currency (riel in Cambodia)")
