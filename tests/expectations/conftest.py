"""A made-up night in which every promise holds."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from transforms import tables

NIGHT = Path(__file__).parent.parent / "made_up_night.sql"
EVERY_TABLE = (
    *tables.CLEAN,
    *tables.LINKAGE,
    *tables.PERSON_LAYER,
    *tables.FINDING_LAYER,
    *tables.COVERAGE,
    *tables.LEDGER,
    *tables.REFERENCE,
)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for layer in tables.LAYERS:
            connection.execute(f"CREATE SCHEMA {layer}")
        tables.create(connection, *EVERY_TABLE)
        connection.execute(NIGHT.read_text())
        yield connection
