"""Every register of the night to the clean tables. One that cannot be standardised is held back; the rest goes on."""

import logging
import traceback
from pathlib import Path

import duckdb

from expectations.contracts import Contract
from flows import arrivals, warehouse
from flows.reference import load_reference
from flows.settings import Night
from transforms import cleanliness, tables
from transforms.culprit import StandardisingError
from transforms.reference import Reference
from transforms.standardise import Snapshot, standardise

# A full disk or Ctrl-C is no register's fault.
OF_THE_MACHINE = (duckdb.IOException, duckdb.FatalException, duckdb.InterruptException)
log = logging.getLogger("reconcile")


def standardise_all(con: duckdb.DuckDBPyConnection, night: Night, run_id: str, contracts: dict[str, Contract]) -> int:
    """Make the clean tables and ops.cleanliness anew; returns how many registers are in use.

    A transaction a register, so that one that fails leaves nothing behind. May be done twice.
    """
    tables.create(con, *tables.CLEAN)
    con.execute(f"DELETE FROM {tables.CLEANLINESS.full_name} WHERE run_id = ?", [run_id])
    reference = load_reference(night.reference)
    return sum(_is_used(con, night, run_id, contract, reference) for contract in contracts.values())


def _is_used(
    con: duckdb.DuckDBPyConnection, night: Night, run_id: str, contract: Contract, reference: Reference
) -> bool:
    """Standardise the snapshot the register stands at; if that fails, the one before it."""
    register = contract.register_name
    stands = arrivals.accepted(con, register)
    while stands is not None:
        snapshot = Snapshot(stands[0], stands[1])
        try:
            with warehouse.transaction(con):
                counts = standardise(con, contract, snapshot, reference, night.as_of)
                shares = (counts.rows_in, counts.rows_clean, counts.rows_quarantined)
                arrivals.count_rows(con, run_id, register, shares)
                cleanliness.measure(con, run_id, register, counts.rows_clean)
                arrivals.forget_before(con, register)
            return True
        except OF_THE_MACHINE:
            raise
        except (StandardisingError, duckdb.Error) as error:
            log.error("standardise %s failed at %s", register, _place(error), extra={"register": register})
            with warehouse.transaction(con):
                stands = arrivals.hold_unread(con, run_id, contract, _sentence(contract, snapshot, error))
    return False


def _sentence(contract: Contract, snapshot: Snapshot, error: Exception) -> str:
    """What happened and what to do, without a value: the error's own text may hold one."""
    rows, kind = (
        (error.rows, error.kind) if isinstance(error, StandardisingError) else ("all rows", type(error).__name__)
    )
    return (
        f"standardising failed at {rows} of {snapshot.file} ({kind}). Look there for a value unlike all others, "
        f"and ask {contract.agency} to mend it and send the register again."
    )


def _place(error: BaseException) -> str:
    """Where in the code it failed, for those who develop it."""
    frame = traceback.extract_tb((error.__cause__ or error).__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
