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
from sqlalchemy import BigInteger, Date, Double, Integer, String, text
from sqlalchemy.dialects import registry
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import NullType

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

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """Columns from DuckDB's own catalog: the PostgreSQL way around takes ten times as long."""
        query = text("""SELECT column_name, data_type FROM duckdb_columns()
            WHERE database_name = current_database() AND schema_name = :s AND table_name = :t""")
        rows = connection.execute(query, {"t": table_name, "s": schema or "main"})
        types = {"VARCHAR": String, "BIGINT": BigInteger, "INTEGER": Integer, "DOUBLE": Double, "DATE": Date}
        return [
            {"name": name, "type": types.get(kind, NullType)(), "nullable": True, "default": None}
            for name, kind in rows
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> Any:
        """None, without asking: keys are promises of ours, and DuckDB is told of none."""
        return {"constrained_columns": [], "name": None}


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
        context = gx.get_context(mode="ephemeral", project_config=_settings())
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


def _settings() -> Any:
    """All in memory, no bars, and none of Great Expectations' own pages, which load scripts from other hosts."""
    base: Any = import_module("great_expectations.data_context.types.base")
    return base.DataContextConfig(
        store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars={"globally": False},
        analytics_enabled=False,
    )


def _run(gx: Any, context: Any, source: Any, table: str, expectations: Sequence[Expectation]) -> list[Any]:
    schema, _, name = table.partition(".")
    asset = source.add_table_asset(table, table_name=name, schema_name=schema)
    suite = gx.ExpectationSuite(
        table,
        expectations=[{"type": e.type, "kwargs": e.arguments, "meta": {"name": e.name}} for e in expectations],
    )
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    outcome = batch.validate(context.suites.add(suite), result_format="BOOLEAN_ONLY")
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
