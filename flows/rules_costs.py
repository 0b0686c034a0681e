"""What asking each rule costs. Kept in the ledger, and in no release: the same input gives the same release."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from transforms import tables

COSTLY = 1.0  # seconds from which on a step is worth a line


class Stopwatch:
    """Wall time of each step it is held to, in seconds by the step's name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = time.monotonic() - started


def record(con: duckdb.DuckDBPyConnection, run_id: str, seconds: dict[str, float], rows: dict[str, int]) -> None:
    """Write ops.rule_costs of a run: a row a step, with the rows it made."""
    con.execute("DELETE FROM ops.rule_costs WHERE run_id = ?", [run_id])
    lines = [[run_id, step, round(spent, 3), rows.get(step, 0)] for step, spent in seconds.items()]
    con.executemany(f"INSERT INTO {tables.RULE_COSTS.full_name} VALUES (?, ?, ?, ?)", lines)
