"""Runs Great Expectations inside an open DuckDB connection.

Great Expectations speaks SQLAlchemy, and duckdb-engine is the dialect for it; but DuckDB drops a cursor's
result at the next commit or rollback, and Great Expectations reads results after that. So the cursors here
take each result in at once: they are counts and short lists of keys, never whole tables.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy.dialects import registry
from sqlalchemy.pool import StaticPool

URL = "duckdb+gate:///:memory:"


class HoldingCursor(duckdb_engine.CursorWrapper):
    """A cursor that keeps its rows whatever happens to the transaction they were read in."""

    rowcount = -1

    def __init__(self, con: duckdb.DuckDBPyConnection, owner: duckdb_engine.ConnectionWrapper) -> None:
        super().__init__(con, owner)
        self.con = con
        self.description: Any = None
        self.rows: Iterator[Any] = iter(())

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        super().execute(statement, parameters, context)
        self.description = self.con.description
        self.rows = iter(self.con.fetchall() if self.description else ())

    def fetchone(self) -> Any:
        return next(self.rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return [row for row, _ in zip(self.rows, range(size or 1), strict=False)]

    def fetchall(self) -> list[Any]:
        return list(self.rows)


class HoldingConnection(duckdb_engine.ConnectionWrapper):
    """A DuckDB connection as SQLAlchemy wants one, with cursors that hold their rows."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        super().__init__(con)
        self.con = con

    def cursor(self) -> HoldingCursor:
        return HoldingCursor(self.con, self)


class Dialect(duckdb_engine.Dialect):
    """duckdb-engine's dialect under a name of its own; connections come from the pool's creator."""

    driver = "gate"
    supports_statement_cache = False


registry.register("duckdb.gate", __name__, "Dialect")


@dataclass(frozen=True)
class Expectation:
    """One expectation of a suite: its type as Great Expectations names it, and its arguments."""

    name: str
    type: str
    arguments: dict[str, Any]


def validate(
    con: duckdb.DuckDBPyConnection, suites: Mapping[str, Sequence[Expectation]]
) -> dict[tuple[str, str], bool]:
    """Run one suite of expectations a table (`schema.table`) and say of each whether it holds.

    Returns {(table, name of the expectation): held}. An expectation that could not be run did not hold.
    """
    with quiet():
        gx: Any = import_module("great_expectations")  # takes up to ten seconds
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_sql(
            "warehouse",
            connection_string=URL,
            kwargs={"creator": lambda: HoldingConnection(con.cursor()), "poolclass": StaticPool},
        )
        try:
            runs = [_run(gx, context, source, table, suite) for table, suite in suites.items() if suite]
        finally:
            source.get_execution_engine().close()
    return {held[0]: held[1] for run in runs for held in run}


def _run(gx: Any, context: Any, source: Any, table: str, expectations: Sequence[Expectation]) -> list[Any]:
    schema, _, name = table.partition(".")
    asset = source.add_table_asset(table, table_name=name, schema_name=schema)
    suite = gx.ExpectationSuite(
        table,
        expectations=[{"type": e.type, "kwargs": e.arguments, "meta": {"name": e.name}} for e in expectations],
    )
    definition = gx.ValidationDefinition(
        name=table, data=asset.add_batch_definition_whole_table("whole"), suite=context.suites.add(suite)
    )
    outcome = context.validation_definitions.add(definition).run(result_format="BOOLEAN_ONLY")
    return [((table, r.expectation_config.meta["name"]), bool(r.success)) for r in outcome.results]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Great Expectations says on the side out of the night's log; its results say it all."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=DeprecationWarning)
            warnings.simplefilter("ignore", category=duckdb_engine.DuckDBEngineWarning)
            yield
    finally:
        logger.setLevel(level)
