"""A night's release: written aside, published by one rename, pointed to by `current`; checked and rolled back.

`HOME/releases/<run>/` holds release.duckdb, each table of `EXPORTS` as Parquet and CSV, summary.html, checks.html,
manifest.json and the public pack (see `public_pack`). In CSV a ' stands before what a spreadsheet could take for a
formula. A release that is published is never written again.
"""

import hashlib
import json
import os
import platform
import shutil
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from flows import facts, pages, public_pack
from flows.coverage_figures import Night
from flows.findings_sheet import FORMULA
from transforms import tables
from transforms.tables import Table

EXPORTS: dict[str, Table] = {
    "persons": tables.PERSON_RECORDS,
    "people": tables.PERSONS,
    "pairs": tables.PAIRS,
    "findings": tables.FINDINGS,
    "finding_records": tables.FINDING_RECORDS,
    "changes": tables.CHANGES,
    "coverage": tables.GAPS,
    "quarantine": tables.QUARANTINE,
    "checks": tables.CHECKS,
    "arrivals": tables.ARRIVALS,
}
DATABASE_ALONE = (
    tables.PATTERNS,
    tables.WEIGHTS,
    tables.MODEL_USED,
    tables.JUDGEMENTS,
    tables.CLUSTER_SIZES,
    tables.DOUBTFUL,
    tables.UNBLOCKED,
    tables.RULES,
    tables.LASTING,
    tables.MEASURES,
    tables.POPULATIONS,
    tables.ERROR_GAPS,
    tables.CAPTURES,
    tables.COMPLETENESS_GAPS,
    tables.AREA_NAMES,
    tables.POLICY,
)
DATABASE = "release.duckdb"
PACKAGES = (
    "duckdb",
    "duckdb-engine",
    "great-expectations",
    "numpy",
    "pandas",
    "polars",
    "prefect",
    "pyarrow",
    "recordlinkage",
    "scipy",
    "sqlalchemy",
)


class ReleaseError(ValueError):
    """A release is not there or not whole; the text says which and what to do."""


def publish(con: duckdb.DuckDBPyConnection, home: Path, run_id: str) -> Path:
    """Publish the run as `home/releases/<run_id>` and make it the current release. Returns its folder.

    Reads the tables of `EXPORTS` and `DATABASE_ALONE` and ops.runs; call it outside a transaction. Whenever it is
    cut off, the release before stays current and whole, and the next call clears what was left and starts again.
    """
    releases = home / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(releases)
    final = releases / run_id
    if not final.is_dir() or verify(final):
        partial = releases / f".{run_id}.partial"
        partial.mkdir()
        _write(con, partial, run_id)
        _make_way(final)
        partial.rename(final)
        _sync(releases)
    _point_to(releases, run_id)
    return final


def verify(release: Path) -> list[str]:
    """Hash every file of a release again. Returns one sentence a difference from its manifest; none if it is whole."""
    try:
        manifest = json.loads((release / "manifest.json").read_text("utf-8"))
        expected = manifest["files"] | manifest["database"]
    except (OSError, ValueError, KeyError):
        return [f"manifest.json of {release.name} is missing or cannot be read."]
    there = set(_files(release)) - {"manifest.json"}
    missing = [f"{name} is missing." for name in sorted(expected.keys() - there)]
    added = [f"{name} is not in the manifest." for name in sorted(there - expected.keys())]
    kept = sorted(expected.keys() & there)
    return [*missing, *added, *(f"{n} has changed." for n in kept if _facts_of(release / n) != expected[n])]


def differences(folder: Path) -> list[str]:
    """What differs in a release or a public pack from what was published, one sentence each; none if it is whole."""
    if (folder / "manifest.json").is_file():
        packed = folder / public_pack.FOLDER
        return [*verify(folder), *(f"{public_pack.FOLDER}: {told}" for told in public_pack.verify(packed))]
    if (folder / public_pack.SUMS).is_file():
        return public_pack.verify(folder)
    return [f"{folder} is neither a release nor a public pack: it has no manifest.json and no {public_pack.SUMS}."]


def roll_back(home: Path, run_id: str) -> None:
    """Make an older release the current one. Raises `ReleaseError` where it is not there or not whole."""
    releases = home / "releases"
    there = sorted(p.name for p in releases.glob("[!.]*") if p.is_dir() and not p.is_symlink())
    if run_id not in there:
        raise ReleaseError(f"There is no release {run_id} in {releases}. There is: {', '.join(there) or 'none'}.")
    wrong = verify(releases / run_id)
    if wrong:
        raise ReleaseError(f"Release {run_id} is not whole, so it was not made current. {' '.join(wrong)}")
    _point_to(releases, run_id)


def _clear_leftovers(releases: Path) -> None:
    for path in releases.glob(".*.partial"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)


def _make_way(final: Path) -> None:
    """Take a damaged release out of the way of its new self; it is cleared at the next publishing."""
    if final.exists():
        final.rename(final.with_name(f".{final.name}.damaged.partial"))


def _point_to(releases: Path, run_id: str) -> None:
    """Switch `current` in one step: a reader sees the old release or the new one, never none."""
    aside = releases / ".current.partial"
    aside.unlink(missing_ok=True)
    aside.symlink_to(run_id, target_is_directory=True)
    aside.replace(releases / "current")
    _sync(releases)


def _write(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> None:
    as_of, parameters = _run(con, run_id)
    rows = _write_tables(con, folder, run_id)
    told = facts.summary(con, run_id, as_of)
    (folder / "summary.html").write_text(pages.summary_html(told), "utf-8")
    (folder / "checks.html").write_text(pages.checks_html(facts.checks(con, run_id), run_id, as_of), "utf-8")
    night = Night(con, run_id, as_of, public=True)
    public_pack.write(night, folder / "summary.html", folder / public_pack.FOLDER)
    about = {"run_id": run_id, "as_of": as_of.isoformat(), "parameters": parameters, "rows": rows, "model": _model(con)}
    manifest = about | _versions() | _hashes(folder)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False), "utf-8")
    for path in (*folder.rglob("*"), folder):
        _sync(path)


def _run(con: duckdb.DuckDBPyConnection, run_id: str) -> tuple[date, dict[str, Any]]:
    row = con.execute("SELECT as_of, parameters FROM ops.runs WHERE run_id = ?", [run_id]).fetchone()
    if row is None:
        raise ReleaseError(f"There is no run {run_id} in the warehouse.")
    return row[0], json.loads(row[1])


def _model(con: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """The linkage model that the pairs were scored with."""
    columns = "model_id, strftime(fitted_as_of, '%Y-%m-%d') AS fitted_as_of, is_pinned, unknown"
    rows = con.execute(f"SELECT {columns} FROM {tables.MODEL_USED.full_name}").pl().to_dicts()
    return rows[0] if rows else None


def _write_tables(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> dict[str, int]:
    """The database, and from its sorted tables the other files. Returns the rows of each export."""
    con.execute(f"ATTACH {_quoted(folder / DATABASE)} AS published")
    try:
        for table in (*EXPORTS.values(), *DATABASE_ALONE):
            con.execute(f"CREATE SCHEMA IF NOT EXISTS published.{table.schema}")
            con.execute(f"CREATE TABLE published.{table.full_name} AS {_rows_of(table, run_id)}")
        return {name: _export(con, table, folder / name) for name, table in EXPORTS.items()}
    finally:
        con.execute("DETACH published")


def _export(con: duckdb.DuckDBPyConnection, table: Table, stem: Path) -> int:
    parquet, csv = (_quoted(stem.with_suffix(suffix)) for suffix in (".parquet", ".csv"))
    con.execute(f"COPY published.{table.full_name} TO {parquet} (FORMAT parquet, COMPRESSION zstd)")
    rows = f"SELECT {_for_spreadsheets(table)} FROM published.{table.full_name}"
    con.execute(f"COPY ({rows}) TO {csv} (FORMAT csv, HEADER)")
    return tables.number(con, f"SELECT count(*) FROM published.{table.full_name}")


def _for_spreadsheets(table: Table) -> str:
    """The columns, with a ' before a text that a spreadsheet could take for a formula; Parquet has them as they are."""
    guarded = f"CASE WHEN regexp_matches({{0}}, '{FORMULA}') THEN '''' || {{0}} ELSE {{0}} END AS {{0}}"
    names = ((f'"{column.name}"', column.type == "VARCHAR") for column in table.columns)
    return ", ".join(guarded.format(name) if is_text else name for name, is_text in names)


def _rows_of(table: Table, run_id: str) -> str:
    """The table in its column and key order, so that the same content gives the same file; only rows of this run."""
    columns, key = (", ".join(f'"{name}"' for name in names) for names in (table.column_names, table.key))
    mine = f"WHERE run_id = '{run_id}'" if table.schema == "ops" else ""
    return f"SELECT {columns} FROM {table.full_name} {mine} ORDER BY {key}"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _versions() -> dict[str, Any]:
    packages = {name: version(name) for name in PACKAGES}
    return {"project": version("reconcile"), "python": platform.python_version(), "packages": packages}


def _hashes(folder: Path) -> dict[str, Any]:
    """`files`: the same content gives the same bytes. `database`: not so, DuckDB draws its file's id by lot."""
    files = {name: _facts_of(folder / name) for name in _files(folder)}
    database = {DATABASE: files.pop(DATABASE)}
    return {"files": files, "database": database}


def _files(folder: Path) -> list[str]:
    """Every file below a folder, by its path from there."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _facts_of(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}


def _sync(path: Path) -> None:
    """Have the disk keep a file or a folder's list of names, before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
