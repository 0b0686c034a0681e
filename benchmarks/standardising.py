"""How long standardising a sample country takes, and how much memory: `make bench-standardising`, or with --people N.

Peak memory is of a process that does nothing else, with DuckDB's share in it.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flows import settings, stages, warehouse
from flows.sample import write_sample
from transforms import tables

AS_OF = date(2026, 11, 1)
KIB = 1024


def prepare(people: int, seed: int, folder: Path) -> str:
    """Make the country and pull its registers; returns the run."""
    write_sample(people, seed, folder / "country")
    night = night_of(folder)
    run_id, contracts = stages.begin(night)
    for contract in contracts.values():
        stages.pull.fn(night, run_id, contract)
    stages.check_raw.fn(night, run_id, contracts)
    return run_id


def night_of(folder: Path) -> settings.Night:
    return settings.night(folder, folder / "country" / "registers", as_of=AS_OF)


def standardise(run_id: str, folder: Path) -> dict[str, Any]:
    """Standardise every register once; gives rows, seconds and the peak of this process in MiB."""
    night = night_of(folder)
    run_id, contracts = stages.begin(night)
    before, cpu = time.monotonic(), time.process_time()
    stages.standardise_registers.fn(night, run_id, contracts)
    told = {"seconds": time.monotonic() - before, "cpu_seconds": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    with warehouse.opened(night.warehouse, read_only=True) as con:
        people = tables.count(con, tables.PEOPLE)
        rows = tables.number(con, "SELECT sum(rows_in) FROM ops.arrivals WHERE run_id = ?", [run_id])
    per = told["seconds"] / people * 1_000_000
    return told | {"peak_mib": peak, "rows": rows, "records_of_people": people, "seconds_per_million_people": per}


def measured(people: int, seed: int, folder: Path) -> dict[str, Any]:
    """Each part in a process of its own, so that the country's memory is not counted."""
    with get_context("spawn").Pool(1) as maker:
        run_id = maker.apply(prepare, (people, seed, folder))
    with get_context("spawn").Pool(1) as reader:
        return {"people": people, "seed": seed} | reader.apply(standardise, (run_id, folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000, help="people of the sample country")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        told = measured(wanted.people, wanted.seed, Path(folder))
    if wanted.json:
        print(json.dumps(told))
        return
    for name, value in told.items():
        shown = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
        print(f"{name.replace('_', ' '):<28} {shown:>14}")


if __name__ == "__main__":
    main()
