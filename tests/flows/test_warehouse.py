"""The warehouse and its ledger: runs are taken up, stages are all or nothing, and one night holds a home."""

import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows import warehouse
from transforms import tables

AS_OF = date(2026, 11, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def test_runs_of_a_date_are_numbered(path: Path) -> None:
    with warehouse.opened(path) as con:
        first = warehouse.begin(con, AS_OF, {"contracts": "a"})
        warehouse.end(con, first, "released")
        assert (first, warehouse.begin(con, AS_OF, {"contracts": "a"})) == ("2026-11-01.1", "2026-11-01.2")


def test_a_run_that_was_cut_off_is_taken_up(path: Path) -> None:
    with warehouse.opened(path) as con:
        assert warehouse.begin(con, AS_OF, {"contracts": "a"}) == warehouse.begin(con, AS_OF, {"contracts": "a"})


def test_a_run_with_other_parameters_is_not_taken_up(path: Path) -> None:
    with warehouse.opened(path) as con:
        cut_off = warehouse.begin(con, AS_OF, {"contracts": "a"})
        assert warehouse.begin(con, AS_OF, {"contracts": "b"}) != cut_off
        state = con.execute("SELECT state FROM ops.runs WHERE run_id = ?", [cut_off]).fetchone()
        assert state == ("failed",)


def test_a_stage_that_fails_leaves_nothing(path: Path) -> None:
    with warehouse.opened(path) as con:
        with pytest.raises(RuntimeError), warehouse.transaction(con):
            con.execute("CREATE TABLE clean.half (n INTEGER)")
            warehouse.record_stage(con, "run", "standardise", "", time.monotonic())
            raise RuntimeError
        assert not tables.exists(con, "clean", "half")
        assert not warehouse.is_done(con, "run", "standardise")


def test_reading_where_nothing_ran_says_what_to_do(path: Path) -> None:
    with pytest.raises(warehouse.WarehouseMissing, match="reconcile run"), warehouse.opened(path, read_only=True):
        pass


HOLD = """
import sys, time
from pathlib import Path
from flows import warehouse
with warehouse.only_run(Path(sys.argv[1])), warehouse.opened(Path(sys.argv[1]) / "warehouse.duckdb"):
    warehouse.announce(Path(sys.argv[1]), "2026-11-01.1", "link")
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_home_is_held_by_one_night_and_let_go_when_it_is_killed(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    with pytest.raises(warehouse.WarehouseBusy, match="began the stage 'link'"), warehouse.only_run(tmp_path):
        pass
    with pytest.raises(warehouse.WarehouseBusy, match="in use"), warehouse.opened(tmp_path / "warehouse.duckdb"):
        pass
    other.kill()
    other.wait()
    other.stdout.close()
    with warehouse.only_run(tmp_path), warehouse.opened(tmp_path / "warehouse.duckdb") as con:
        assert isinstance(con, duckdb.DuckDBPyConnection)
