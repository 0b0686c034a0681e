"""Our linkage beside its peers, one run, same records, same machine: `make bench`.

Each contestant has a process of its own, one after the other. Time is from records in a file to clusters in a file;
starting Python and importing libraries is not in it. Memory is the most that the process held, its libraries included.
Splink is shown with the clustering and threshold that are best on the truth, which nobody could know; ours with its own
choice.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.linkage import contest, datasets, report

ROOT = Path(__file__).resolve().parents[2]
COUNTRY = ("ours", "splink quick", "splink patient", "supervised")
LARGE, LARGE_COUNTRY = 2_000_000, ("ours", "splink patient")  # the others need hours or more memory than there is
FEBRL = ("ours", "splink patient", "recordlinkage")
PACKAGES = ("duckdb", "goldenmatch", "polars", "recordlinkage", "scikit-learn", "splink")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="*", default=["100k", "1M"], metavar="SIZE", help="records, as 100k 1M 10M")
    parser.add_argument("--febrl", nargs="*", default=list(datasets.FEBRL), choices=datasets.FEBRL, metavar="NAME")
    parser.add_argument("--only", nargs="*", choices=contest.NAMES, metavar="NAME", help=", ".join(contest.NAMES))
    parser.add_argument(
        "--data", type=Path, nargs="*", default=[], help="folders with a records.duckdb, in place of sizes"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "linkage.json", help="where the numbers go")
    parser.add_argument("--more", action="store_true", help="keep what that file has, and measure only what it lacks")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md and its pictures again")
    return parser.parse_args()


def main() -> None:
    wanted = arguments()
    started = time.monotonic()
    told = json.loads(wanted.json.read_text("utf-8")) if wanted.more else setting(wanted.seed)
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        for title, records, names in _sets(wanted, Path(folder)):
            chosen = [name for name in names if not wanted.only or name in wanted.only]
            results = told["data"].setdefault(title, [])
            there = {result["name"] for result in results}
            for name in (name for name in chosen if name not in there):
                results.append(_compete(name, title, records, Path(folder) / "out"))
                results.sort(key=lambda result: contest.NAMES.index(result["name"]))
                report.write_json(told, wanted.json)
            if results:
                report.show(title, results)
    told["minutes"] = told.get("minutes", 0) + (time.monotonic() - started) / 60
    report.write_json(told, wanted.json)
    _say(f"{told['minutes']:.1f} minutes; all numbers are in {wanted.json}")
    if wanted.docs:
        from benchmarks.linkage import plots  # noqa: PLC0415

        pictures = plots.draw(told, ROOT / "docs" / "benchmarks")
        report.write_docs(told, ROOT / "docs" / "benchmarks.md", pictures)


def _sets(wanted: argparse.Namespace, folder: Path) -> Any:
    """Each set of records: what it is, its file, and who competes on it."""
    if wanted.data:
        for path in wanted.data:
            yield _country(path / "records.duckdb")
    else:
        for size in wanted.sizes:
            _say(f"making a sample country of about {size} records ...")
            home = folder / size
            contest.in_own_process(datasets.make_country, datasets.records_of(size), wanted.seed, home)
            yield _country(home / "records.duckdb")
            shutil.rmtree(home)
    for name in wanted.febrl:
        contest.in_own_process(datasets.make_febrl, name, folder / name)
        names = FEBRL if name == "febrl4" else (*FEBRL, "goldenmatch")
        yield f"FEBRL {name[-1]}", folder / name / "records.duckdb", names


def _country(records: Path) -> tuple[str, Path, tuple[str, ...]]:
    size = _count(records)
    return f"Sample country, {size:,} records", records, COUNTRY if size <= LARGE else LARGE_COUNTRY


def _compete(name: str, title: str, records: Path, out: Path) -> dict[str, Any]:
    _say(f"{title}: {name} ...")
    shutil.rmtree(out, ignore_errors=True)
    return contest.compete(name, records, out) | {"records": _count(records)}


def _count(path: Path) -> int:
    import duckdb  # noqa: PLC0415

    with duckdb.connect(str(path), read_only=True) as con:
        row = con.execute("SELECT count(*) FROM clean.people").fetchone()
    return int(row[0]) if row else 0


def setting(seed: int) -> dict[str, Any]:
    """What must be known to do it again: date, machine, versions, seed."""
    machine = {"cpu": _cpu(), "cores": os.cpu_count(), "memory_gib": _memory_gib(), "system": platform.platform()}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "seed": seed,
        "data": {},
    }


def _cpu() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
