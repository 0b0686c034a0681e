"""The DuckDB file of a home: open it, hold it for one night, keep the ledger of runs and stages."""

import fcntl
import json
import os
import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from transforms import tables
from transforms.lasting import Nights

LOCK = "night.lock"
# What nights hand on.
LASTING = (
    *tables.LEDGER,
    tables.PREVIOUS,
    *tables.KEPT_MODELS,
    *tables.KEPT_JUDGEMENTS,
    *tables.KEPT_FINDINGS,
    *tables.KEPT_COVERAGE,
)
MEMORY = "10GB"
BESIDE, A_RECORD = 400_000_000, 450  # bytes that linking needs: for itself, and for each record
UNITS = {"": 1, "B": 1} | {
    f"{size}{kind}": base**power for power, size in enumerate("KMGT", 1) for kind, base in (("B", 1000), ("IB", 1024))
}


class WarehouseBusy(RuntimeError):
    """Another process holds the home or its warehouse."""


class WarehouseMissing(RuntimeError):
    """Nothing has run in this home yet."""


@contextmanager
def opened(path: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, with all layers and the ledger in place.

    Raises `WarehouseBusy` while another process writes, `WarehouseMissing` when there is nothing to read.
    """
    if read_only and not path.exists():
        raise WarehouseMissing(f"There is no warehouse in {path.parent}: start a night there with `reconcile run`.")
    con = _connect(path, read_only)
    try:
        if not read_only:
            _prepare(con, path)
        with _spared_pandas() if read_only else nullcontext():
            yield con
    finally:
        con.close()


def _connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise WarehouseBusy(f"{path} is in use by another process. {_at_work(path.parent)}") from None
        raise


@contextmanager
def _spared_pandas() -> Iterator[None]:
    """Nobody imports pandas here: DuckDB would, in more than a second, to see whether a parameter is a value of it."""
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]


def _prepare(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    con.execute(f"SET temp_directory = '{path.parent / 'spill'}'")
    con.execute(f"SET memory_limit = '{os.environ.get('RECONCILE_MEMORY', MEMORY)}'")
    con.execute("SET enable_progress_bar = false")
    for layer in tables.LAYERS:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {layer}")
    tables.ensure(con, *LASTING)


def economise(con: duckdb.DuckDBPyConnection) -> None:
    """Let DuckDB hold no more than linking the records of clean.people needs.

    What it puts on disk for that costs little time; what it may hold it holds, needed or not.
    """
    needed = BESIDE + A_RECORD * tables.count(con, tables.PEOPLE)
    con.execute(f"SET memory_limit = '{min(needed, _bytes(os.environ.get('RECONCILE_MEMORY', MEMORY)))}B'")


def _bytes(text: str) -> int:
    """How many bytes a size such as 10GB or 9.5 GiB is."""
    number, unit = re.fullmatch(r"\s*([\d.]+)\s*([A-Za-z]*)\s*", text).groups()  # type: ignore[union-attr]
    return int(float(number) * UNITS[unit.upper()])


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Hold a home for one night; the hold ends with the process, however it ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WarehouseBusy(f"A night is already running in {home}. {_at_work(home)}") from None
        yield


def is_held(home: Path) -> bool:
    """Whether a night is running in this home."""
    try:
        with only_run(home):
            return False
    except WarehouseBusy:
        return True


def announce(home: Path, run_id: str, stage: str) -> None:
    """Write what is at work beside the warehouse, for those who find it locked."""
    (home / LOCK).write_text(f"Run {run_id} began the stage '{stage}' at {datetime.now(UTC):%H:%M:%S} UTC.")


def _at_work(home: Path) -> str:
    told = (home / LOCK).read_text() if (home / LOCK).exists() else ""
    return told or "Wait for it to end."


def begin(con: duckdb.DuckDBPyConnection, as_of: date, parameters: dict[str, object]) -> str:
    """Go on with the run that was cut off, if it had the same parameters; else start one. Returns its run id.

    Writes ops.runs. A run that was cut off and had other parameters is marked failed.
    """
    told = json.dumps({"as_of": as_of.isoformat(), **parameters}, sort_keys=True)
    unfinished = con.execute("SELECT run_id, parameters FROM ops.runs WHERE state = 'running'").fetchall()
    for run_id, had in unfinished:
        if had == told:
            return str(run_id)
        end(con, run_id, "failed", "cut off, and the next start had other parameters")
    before = tables.number(con, "SELECT count(*) FROM ops.runs WHERE as_of = ?", [as_of])
    run_id = f"{as_of}.{before + 1}"
    con.execute("INSERT INTO ops.runs VALUES (?, ?, ?, 'running', NULL, ?, NULL)", [run_id, as_of, told, now()])
    return run_id


BEFORE = """
    SELECT run_id, finished_at FROM ops.runs SEMI JOIN findings.rule_prints USING (run_id) WHERE state = 'released'
    ORDER BY as_of < $1 DESC, abs(as_of - $1), finished_at DESC, started_at DESC LIMIT 1
"""
LAST_OF_DATE = """
    SELECT run_id FROM ops.runs WHERE state = 'released' AND as_of = $1
    ORDER BY finished_at DESC, started_at DESC LIMIT 1
"""


def nights(con: duckdb.DuckDBPyConnection, run_id: str, as_of: date) -> Nights:
    """The run, and the released run its findings are compared with: the last one of an earlier as-of date.

    Where none is kept it is the one of the nearest date, so that no history is lost. The last release of this date
    stays kept too: should the run be refused, the next night is compared with that. Reads ops.runs and
    findings.rule_prints.
    """
    before, same = (con.execute(query, [as_of]).fetchone() for query in (BEFORE, LAST_OF_DATE))
    name, ended = before or (None, None)
    return Nights(run_id, name, ended, tuple(same or ())[:1])


def end(con: duckdb.DuckDBPyConnection, run_id: str, state: str, note: str | None = None) -> None:
    con.execute(
        "UPDATE ops.runs SET state = ?, note = ?, finished_at = ? WHERE run_id = ?", [state, note, now(), run_id]
    )


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def is_done(con: duckdb.DuckDBPyConnection, run_id: str, stage: str) -> bool:
    query = "SELECT 1 FROM ops.stages WHERE run_id = ? AND stage = ?"
    return con.execute(query, [run_id, stage]).fetchone() is not None


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: committed at the end of the block, rolled back if it raises."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def record_stage(con: duckdb.DuckDBPyConnection, run_id: str, stage: str, note: str, started: float) -> None:
    """Write the stage's line in ops.stages; call it in the transaction of the stage's own tables."""
    ordinal = tables.number(con, "SELECT count(*) FROM ops.stages WHERE run_id = ?", [run_id]) + 1
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    values = [run_id, ordinal, stage, note, round(time.monotonic() - started, 3), round(peak_mb, 1), now()]
    con.execute("INSERT INTO ops.stages VALUES (?, ?, ?, ?, ?, ?, ?)", values)
