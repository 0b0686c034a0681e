"""Cambodian reference data, and a register of any shape standardised in memory."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.reference import load_reference
from transforms import tables
from transforms.mapping import RegisterMapping
from transforms.mending import of_table
from transforms.reference import Reference
from transforms.sheet import NOTES
from transforms.standardise import SLICE_ROWS, Counts, Snapshot, standardise

AS_OF = date(2026, 11, 1)
REFERENCE = Path(__file__).resolve().parents[3] / "data" / "reference"
Standardised = Callable[..., Counts]
Noted = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def noted() -> Noted:
    """Give it a table, the rows that fill it and the mapping: what is told of them, as row, column, kinds, found,
    became."""

    def run(table: tables.Table, rows: pl.DataFrame, mapping: RegisterMapping) -> list[tuple[object, ...]]:
        return pl.concat([part.select(NOTES.keys()) for part in of_table(table, rows, mapping)]).sort("_row").rows()

    return run


@pytest.fixture(scope="session")
def cambodia() -> Reference:
    return load_reference(REFERENCE)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for layer in tables.LAYERS:
            connection.execute(f"CREATE SCHEMA {layer}")
        tables.create(connection, *tables.CLEAN)
        yield connection


@pytest.fixture
def standardised(con: duckdb.DuckDBPyConnection, cambodia: Reference) -> Standardised:
    """Give it a contract's mapping and the rows of a register; the clean tables are then in `con`."""

    def run(mapping: dict[str, object], rows: pl.DataFrame, slice_rows: int = SLICE_ROWS) -> Counts:
        contract = RegisterMapping.model_validate(mapping)
        con.register("rows", rows)
        con.execute(
            f"""CREATE OR REPLACE TABLE raw."{contract.register_name}" AS
                SELECT 'snap' AS _snapshot, 'file.csv' AS _file, row_number() OVER () AS _row, * FROM rows"""
        )
        con.unregister("rows")
        return standardise(con, contract, Snapshot("snap", "file.csv"), cambodia, AS_OF, slice_rows)

    return run
