"""How long coverage takes, and how much memory: measures, intervals, suppression, audit, errors, report, public pack.

`python -m benchmarks.coverage_size --home HOME --times 17`: takes the last night of a home and lays its country so many
times over, in the same provinces, each copy with people, households, numbers and findings of its own; then counts it
and writes what a release has to show. Peak memory is of a process that does nothing else.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import duckdb

from flows import facts, pages, public_pack, warehouse
from flows.coverage_figures import Night
from transforms import coverage, tables

MIB = 1024
# What names something of one copy alone. A text that may be null stays so.
OWN = frozenset(
    (
        *(
            "record_id",
            "of_record_id",
            "record_id_l",
            "record_id_r",
            "depends_on_record_id",
            "household_id",
            "person_id",
        ),
        *("identifier_group", "finding_id", "enrolment_id", "payment_id", "claim_id", "contribution_id"),
        *(
            "membership_id",
            "event_id",
            "entitlement_id",
            "case_id",
            "card_number",
            "number",
            "value",
            "wallet",
            "phone",
        ),
    )
)
LAID = ("clean", "persons", "findings")
PAIRS = ("linkage.pairs", "linkage.doubtful")


def lay(home: Path, times: int, folder: Path) -> None:
    """Write `folder`/warehouse.duckdb: the night of `home`, so many times over."""
    with warehouse.opened(folder / "warehouse.duckdb") as con:
        con.execute(f"ATTACH '{home / 'warehouse.duckdb'}' AS one (READ_ONLY)")
        names = con.execute(
            """SELECT schema_name || '.' || table_name FROM duckdb_tables()
            WHERE database_name = 'one' AND schema_name NOT IN ('raw', 'coverage') ORDER BY ALL"""
        ).fetchall()
        for (name,) in names:
            laid = name.split(".")[0] in LAID or name in PAIRS
            con.execute(f"CREATE OR REPLACE TABLE {name} AS {_copies(con, name, times if laid else 1)}")
        con.execute(
            f"UPDATE {tables.MISSED.full_name} SET pairs = pairs * {times}, low = low * {times}, high = high * {times}"
        )


def _copies(con: duckdb.DuckDBPyConnection, name: str, times: int) -> str:
    if times == 1:
        return f"FROM one.{name}"
    columns = [str(column) for column, *_ in con.execute(f"DESCRIBE one.{name}").fetchall()]
    own = [f"copy || '~' || {column} AS {column}" for column in columns if column in OWN]
    replaced = f" REPLACE ({', '.join(own)})" if own else ""
    return f"SELECT * EXCLUDE (copy){replaced} FROM one.{name}, (SELECT unnest(range({times})) AS copy)"


def measured(folder: Path) -> dict[str, float]:
    """Seconds, processor seconds and the peak of this process in MiB, part by part."""
    told: dict[str, float] = {}
    with warehouse.opened(folder / "warehouse.duckdb") as con:
        row = con.execute("SELECT run_id, as_of FROM ops.runs ORDER BY started_at DESC LIMIT 1").fetchone()
        assert row is not None, "no night was held in that home"
        run_id, as_of = row
        told["records of people"] = tables.count(con, tables.PEOPLE)
        nights = warehouse.nights(con, run_id, as_of)
        _clock(told, "count", lambda: coverage.summarise(con, as_of, nights))
        report, night = folder / "summary.html", Night(con, run_id, as_of, public=True)
        _clock(
            told, "report", lambda: report.write_text(pages.summary_html(facts.summary(con, run_id, as_of)), "utf-8")
        )
        _clock(told, "pack", lambda: public_pack.write(night, report, folder / "public"))
    told["peak MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return told


def _clock(told: dict[str, float], name: str, work: Callable[[], object]) -> None:
    before, cpu = time.monotonic(), time.process_time()
    work()
    told[f"{name}, seconds"] = time.monotonic() - before
    told[f"{name}, processor seconds"] = time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home whose last night is taken")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-", dir=wanted.home.parent) as folder:
        for work, given in ((lay, (wanted.home, wanted.times, Path(folder))), (measured, (Path(folder),))):
            with get_context("spawn").Pool(1) as process:
                told = process.apply(work, given)
    if wanted.json:
        print(json.dumps(told))
        return
    for name, value in told.items():
        print(f"{name:<28} {value:>14,.1f}")


if __name__ == "__main__":
    main()
