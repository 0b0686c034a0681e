"""What came tonight: keep each pull whole, accept it or hold it back, and say so in ops.arrivals."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from expectations.contracts import Contract
from expectations.gate import CheckResult, check_arrival
from flows import warehouse
from flows.settings import Night
from flows.sources import Pulled, pull
from transforms import tables


def table(register: str, kept: str = "") -> str:
    """The raw table of a register: of the accepted snapshot, or the one `incoming`, `held` or `before` it."""
    return f'raw."{register}{"__" + kept if kept else ""}"'


def accepted(con: duckdb.DuckDBPyConnection, register: str) -> tuple[str, str, int, str] | None:
    """Snapshot id, file, rows and as-of date of the snapshot the register stands at; None if none was ever accepted."""
    return con.execute(
        """SELECT snapshot_id, file, rows, as_of::VARCHAR FROM ops.snapshots
           WHERE register = ? AND state = 'accepted' ORDER BY rowid DESC LIMIT 1""",
        [register],
    ).fetchone()


def take(con: duckdb.DuckDBPyConnection, night: Night, run_id: str, contract: Contract) -> str:
    """Pull a register into its incoming table, unless its content is what already stands.

    Writes raw.<register>__incoming and ops.arrivals. Raises `SourceError` where it cannot be read.
    """
    pulled = pull(contract, night.inbox)
    snapshot_id = f"{contract.register_name}.{pulled.content_hash[:12]}"
    stands = accepted(con, contract.register_name)
    unchanged = stands is not None and stands[0] == snapshot_id and not night.full
    if not unchanged:
        _keep(con, contract.register_name, snapshot_id, pulled)
    rows = pulled.frame.height
    _arrive(con, run_id, contract, "unchanged" if unchanged else "fresh", rows=rows)
    return f"{rows:,} rows{' (unchanged)' if unchanged else ''} from {Path(pulled.file).name}"


def _keep(con: duckdb.DuckDBPyConnection, register: str, snapshot_id: str, pulled: Pulled) -> None:
    con.register("pulled_frame", pulled.frame)
    con.execute(
        f"""CREATE OR REPLACE TABLE {table(register, "incoming")} AS
            SELECT ?::VARCHAR AS _snapshot, ?::VARCHAR AS _file, row_number() OVER () AS _row, * FROM pulled_frame""",
        [snapshot_id, pulled.file],
    )
    con.unregister("pulled_frame")


def miss(con: duckdb.DuckDBPyConnection, run_id: str, contract: Contract, why: str) -> str:
    """Write down that a register did not come, and what the night does without it."""
    message = f"{why} {_fallback(accepted(con, contract.register_name))}"
    _arrive(con, run_id, contract, "missing", message)
    return message


def _fallback(stands: tuple[str, str, int, str] | None) -> str:
    if stands is None:
        return "The night goes on without this register."
    return f"The night goes on with the snapshot accepted for {stands[3]} ({stands[2]:,} rows)."


def _arrive(
    con: duckdb.DuckDBPyConnection, run_id: str, contract: Contract, state: str, message: str = "", rows: int = 0
) -> None:
    stands = accepted(con, contract.register_name)
    con.execute("DELETE FROM ops.arrivals WHERE run_id = ? AND register = ?", [run_id, contract.register_name])
    con.execute(
        "INSERT INTO ops.arrivals VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0)",
        [run_id, contract.register_name, contract.agency, state, message, stands and stands[0], rows],
    )


def inspect(con: duckdb.DuckDBPyConnection, night: Night, run_id: str, contract: Contract) -> list[CheckResult]:
    """Check what came against the contract, then accept it or hold it back. Nothing to do for a missing one.

    Writes ops.arrivals and ops.snapshots; renames raw.<register>__incoming to raw.<register> or __held, and
    what stood before to __before.
    """
    register = contract.register_name
    state = _state(con, run_id, register)
    if state not in ("fresh", "unchanged"):
        return []
    came = table(register, "incoming") if state == "fresh" else table(register)
    stands = accepted(con, register)
    results = check_arrival(con, contract, came, stands and stands[2], night.as_of)
    broken = [result for result in results if not result.passed and result.severity == "stop"]
    if broken:
        _hold(con, night, run_id, contract, broken)
    elif state == "fresh":
        _accept(con, night, run_id, register)
    return results


def _state(con: duckdb.DuckDBPyConnection, run_id: str, register: str) -> str:
    query = "SELECT state FROM ops.arrivals WHERE run_id = ? AND register = ?"
    row = con.execute(query, [run_id, register]).fetchone()
    return str(row[0]) if row else "missing"


def _accept(con: duckdb.DuckDBPyConnection, night: Night, run_id: str, register: str) -> None:
    stood = accepted(con, register)
    snapshot_id = _settle(con, night, register, "accepted")
    forget_before(con, register)
    if stood is not None and stood[0] != snapshot_id and tables.exists(con, "raw", register):
        con.execute(f'ALTER TABLE {table(register)} RENAME TO "{register}__before"')
    con.execute(f"DROP TABLE IF EXISTS {table(register)}")
    con.execute(f'ALTER TABLE {table(register, "incoming")} RENAME TO "{register}"')
    con.execute(
        "UPDATE ops.arrivals SET snapshot_id = ? WHERE run_id = ? AND register = ?", [snapshot_id, run_id, register]
    )


def forget_before(con: duckdb.DuckDBPyConnection, register: str) -> None:
    """The snapshot that stood before the accepted one is kept only until that one is standardised."""
    con.execute(f"DROP TABLE IF EXISTS {table(register, 'before')}")


def hold_unread(
    con: duckdb.DuckDBPyConnection, run_id: str, contract: Contract, why: str
) -> tuple[str, str, int, str] | None:
    """Hold back a snapshot that was accepted and could not be standardised. Returns what the night goes on with.

    That is the snapshot that stood before, if it is still kept; else the night goes on without the register, and
    the snapshot stays accepted, so that the next night tries it again.
    """
    register, stands = contract.register_name, None
    if tables.exists(con, "raw", f"{register}__before"):
        con.execute(
            f"""UPDATE ops.snapshots SET state = 'held' WHERE snapshot_id =
                (SELECT any_value(_snapshot) FROM {table(register)})"""
        )
        con.execute(f"DROP TABLE IF EXISTS {table(register, 'held')}")
        con.execute(f'ALTER TABLE {table(register)} RENAME TO "{register}__held"')
        con.execute(f'ALTER TABLE {table(register, "before")} RENAME TO "{register}"')
        stands = accepted(con, register)
    con.execute(
        """UPDATE ops.arrivals SET state = 'held', message = ?, snapshot_id = ?
           WHERE run_id = ? AND register = ?""",
        [f"Held back: {why} {_fallback(stands)}", stands and stands[0], run_id, register],
    )
    return stands


def _hold(
    con: duckdb.DuckDBPyConnection, night: Night, run_id: str, contract: Contract, broken: Iterable[CheckResult]
) -> None:
    register = contract.register_name
    if _state(con, run_id, register) == "fresh":
        _settle(con, night, register, "held")
        con.execute(f"DROP TABLE IF EXISTS {table(register, 'held')}")
        con.execute(f'ALTER TABLE {table(register, "incoming")} RENAME TO "{register}__held"')
    reasons = " ".join(result.promise for result in broken)
    message = f"Held back: {reasons} {_fallback(accepted(con, register))}"
    con.execute(
        "UPDATE ops.arrivals SET state = 'held', message = ? WHERE run_id = ? AND register = ?",
        [message, run_id, register],
    )


def _settle(con: duckdb.DuckDBPyConnection, night: Night, register: str, state: str) -> str | None:
    """Write the incoming snapshot into ops.snapshots; returns its id, or None if it has no row."""
    row = con.execute(
        f"SELECT any_value(_snapshot), any_value(_file), count(*) FROM {table(register, 'incoming')}"
    ).fetchone()
    if row is None or row[0] is None:
        return None
    con.execute("DELETE FROM ops.snapshots WHERE snapshot_id = ?", [row[0]])
    values = [row[0], register, row[1], row[2], state, night.as_of, warehouse.now()]
    con.execute("INSERT INTO ops.snapshots VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    return str(row[0])


def count_rows(con: duckdb.DuckDBPyConnection, run_id: str, register: str, counts: tuple[int, int, int]) -> None:
    """Write rows in, clean and quarantined of the snapshot in use into ops.arrivals."""
    con.execute(
        """UPDATE ops.arrivals SET rows_in = ?, rows_clean = ?, rows_quarantined = ?
           WHERE run_id = ? AND register = ?""",
        [*counts, run_id, register],
    )


def record_checks(con: duckdb.DuckDBPyConnection, run_id: str, results: Iterable[CheckResult]) -> None:
    """Append check results to ops.checks."""
    rows = [
        [run_id, r.layer, r.table_name, r.check_name, r.promise, r.severity, r.passed, r.failing_rows, r.failing_keys]
        for r in results
    ]
    if rows:
        con.executemany(f"INSERT INTO {tables.CHECKS.full_name} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
