"""A release is whole or not there, and the one before it stays current until the new one is."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows import release
from transforms import tables

NIGHT = Path(__file__).parent.parent / "made_up_night.sql"
FIRST, SECOND = "2026-11-01.1", "2026-11-02.1"
EVERY_TABLE = (
    *tables.CLEAN,
    *tables.LINKAGE,
    *tables.PERSON_LAYER,
    *tables.FINDING_LAYER,
    *tables.KEPT_FINDINGS,
    *tables.COVERAGE,
    *tables.LEDGER,
    *tables.REFERENCE,
)


def fill(con: duckdb.DuckDBPyConnection) -> None:
    for layer in tables.LAYERS:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {layer}")
    tables.create(con, *EVERY_TABLE)
    con.execute(NIGHT.read_text())
    con.execute(
        "INSERT INTO ops.checks VALUES (?, 'raw', 'raw.x', 'rows', 'Has rows.', 'warn', TRUE, 0, '[]')", [FIRST]
    )
    con.execute(
        "INSERT INTO ops.runs BY NAME SELECT * REPLACE (? AS run_id, DATE '2026-11-02' AS as_of) FROM ops.runs",
        [SECOND],
    )
    con.execute("INSERT INTO ops.arrivals SELECT * REPLACE (? AS run_id) FROM ops.arrivals", [SECOND])


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a warehouse of two runs, of which the first is released. Copy it before changing it."""
    folder = tmp_path_factory.mktemp("released")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        fill(con)
        release.publish(con, folder, FIRST)
    return folder


@pytest.fixture
def home(released: Path, tmp_path: Path) -> Path:
    shutil.copytree(released, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        yield connection


def current(home: Path) -> Path:
    return (home / "releases" / "current").resolve()


def leftovers(home: Path) -> list[str]:
    return [path.name for path in (home / "releases").iterdir() if path.name.startswith(".")]


def test_a_release_has_every_table_and_page(home: Path) -> None:
    names = {path.name for path in current(home).iterdir()}
    assert names == {
        *(f"{name}.{kind}" for name in release.EXPORTS for kind in ("parquet", "csv")),
        "release.duckdb",
        "summary.html",
        "checks.html",
        "manifest.json",
        "public",
    }
    assert current(home).name == FIRST
    assert not release.verify(current(home))


def test_persons_have_one_row_a_record(home: Path) -> None:
    for persons in (
        pl.read_parquet(current(home) / "persons.parquet"),
        pl.read_csv(current(home) / "persons.csv", infer_schema=False),
    ):
        assert {"register", "record_id", "person_id"} <= set(persons.columns)
        assert persons.height == persons.select("register", "record_id").n_unique() == 600


def test_no_text_of_a_csv_is_a_formula_and_parquet_has_it_as_it_is(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "UPDATE persons.records SET record_id = '=1+1' WHERE record_id = (SELECT min(record_id) FROM persons.records)"
    )
    folder = release.publish(con, home, SECOND)
    found = [pl.read_csv(folder / "persons.csv", infer_schema=False), pl.read_parquet(folder / "persons.parquet")]
    assert [rows["record_id"].str.contains("1+1", literal=True).sum() for rows in found] == [1, 1]
    assert [rows["record_id"].str.starts_with("=").sum() for rows in found] == [0, 1]


def test_the_database_holds_the_tables_of_this_run_alone(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    release.publish(con, home, SECOND)
    with duckdb.connect(str(current(home) / "release.duckdb"), read_only=True) as published:
        for table in (*release.EXPORTS.values(), *release.DATABASE_ALONE):
            assert published.execute(f"DESCRIBE {table.full_name}").fetchall()
        assert published.execute("SELECT DISTINCT run_id FROM ops.arrivals").fetchall() == [(SECOND,)]
        assert published.execute("SELECT count(*) FROM persons.persons").fetchone() == (300,)


def test_the_manifest_tells_rows_versions_and_parameters_but_no_clock_and_no_machine(home: Path) -> None:
    text = (current(home) / "manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    assert manifest["run_id"] == FIRST
    assert manifest["as_of"] == "2026-11-01"
    assert manifest["parameters"] == {"full": False}
    assert manifest["rows"]["persons"] == 600
    assert set(manifest["files"]) | set(manifest["database"]) | {"manifest.json"} == {
        path.relative_to(current(home)).as_posix() for path in current(home).rglob("*") if path.is_file()
    }
    assert manifest["packages"]["duckdb"] == duckdb.__version__
    assert str(home) not in text
    assert not re.search(r"\d\d:\d\d", text)


def test_the_same_content_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with duckdb.connect(config={"threads": 1}) as con:
        fill(con)
        for table in EVERY_TABLE:
            con.execute(f"CREATE TEMP TABLE turned AS FROM {table.full_name} ORDER BY hash({table.key[-1]})")
            con.execute(f"DELETE FROM {table.full_name}")
            con.execute(f"INSERT INTO {table.full_name} FROM turned")
            con.execute("DROP TABLE turned")
        release.publish(con, other, FIRST)
    manifests = [json.loads((current(h) / "manifest.json").read_text()) for h in (home, other)]
    assert manifests[0]["files"] == manifests[1]["files"]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda path: (path / "pairs.csv").write_text("harmed"), "pairs.csv has changed."),
        (lambda path: (path / "release.duckdb").write_bytes(b""), "release.duckdb has changed."),
        (lambda path: (path / "pairs.csv").unlink(), "pairs.csv is missing."),
        (lambda path: (path / "more.csv").write_text(""), "more.csv is not in the manifest."),
        (lambda path: (path / "manifest.json").write_text("{"), "manifest.json of 2026-11-01.1 is missing or"),
    ],
)
def test_a_harmed_release_is_told_apart(home: Path, harm: Callable[[Path], object], told: str) -> None:
    harm(current(home))
    found = release.verify(current(home))
    assert len(found) == 1
    assert found[0].startswith(told)


def test_publishing_again_keeps_a_whole_release_as_it_is(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    before = (current(home) / "release.duckdb").stat().st_mtime_ns
    release.publish(con, home, FIRST)
    assert (current(home) / "release.duckdb").stat().st_mtime_ns == before


def test_publishing_again_replaces_a_harmed_release(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    (current(home) / "pairs.csv").unlink()
    release.publish(con, home, FIRST)
    assert not release.verify(current(home))
    release.publish(con, home, SECOND)
    assert not leftovers(home)


def test_it_rolls_back_to_an_older_release(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    release.publish(con, home, SECOND)
    release.roll_back(home, FIRST)
    assert current(home).name == FIRST


@pytest.mark.parametrize("run_id", ["2026-01-01.1", "", ".", "..", "../releases"])
def test_it_does_not_roll_back_to_what_is_no_release(home: Path, run_id: str) -> None:
    with pytest.raises(release.ReleaseError, match=r"There is: 2026-11-01\.1"):
        release.roll_back(home, run_id)
    assert current(home).name == FIRST


def test_it_does_not_roll_back_to_a_harmed_release(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    release.publish(con, home, SECOND)
    (home / "releases" / FIRST / "people.csv").write_text("")
    with pytest.raises(release.ReleaseError, match=r"people\.csv has changed"):
        release.roll_back(home, FIRST)
    assert current(home).name == SECOND


def test_an_unknown_run_is_not_published(home: Path, con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(release.ReleaseError, match="no run 1999"):
        release.publish(con, home, "1999")
    assert current(home).name == FIRST


# Publish the second run, and die by SIGKILL at the n-th call of a function: before it does its work, or after.
KILLED = """
import os, pathlib, signal, sys
import duckdb
from flows import release

home, place, n, when = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
owner, name = {"export": (release, "_export"), "sync": (release, "_sync"),
               "rename": (pathlib.Path, "rename"), "replace": (pathlib.Path, "replace")}[place]
real, calls = getattr(owner, name), 0

def dies(*arguments, **named):
    global calls
    calls += 1
    if calls == n and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(*arguments, **named)
    if calls == n:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(owner, name, dies)
with duckdb.connect(str(home / "warehouse.duckdb")) as con:
    release.publish(con, home, "2026-11-02.1")
"""


@pytest.mark.parametrize(
    ("place", "n", "when", "then"),
    [
        ("export", 3, "before", FIRST),
        ("sync", 3, "after", FIRST),
        ("rename", 1, "before", FIRST),
        ("rename", 1, "after", FIRST),
        ("replace", 1, "after", SECOND),
    ],
)
def test_killed_anywhere_a_whole_release_is_current(home: Path, place: str, n: int, when: str, then: str) -> None:
    command = [sys.executable, "-c", KILLED, str(home), place, str(n), when]
    assert subprocess.run(command, check=False).returncode == -9
    assert current(home).name == then
    assert not release.verify(current(home))
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        release.publish(con, home, SECOND)
    assert current(home).name == SECOND
    assert not release.verify(current(home))
    assert not leftovers(home)
