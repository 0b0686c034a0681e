"""What the report tells is read as it stands in the warehouse, and what is labelled as hidden is not read at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows import facts
from flows.reference import store_reference
from flows.settings import REFERENCE
from tests.flows.test_release import FIRST, SECOND, fill
from transforms import tables

AS_OF = date(2026, 11, 1)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        fill(connection)
        yield connection


def test_figures_have_their_counts_and_their_state(con: duckdb.DuckDBPyConnection) -> None:
    told = facts.summary(con, FIRST, AS_OF)
    elderly = next(measure for measure in told.measures if measure.measure == "elderly_benefit")
    assert elderly.total
    assert (elderly.total.eligible, elderly.total.entitled, elderly.total.left_out) == (2400, 2400, 500)
    assert {gap.code for gap in elderly.of("area_1") if gap.state == "hidden"} == {"09", "11"}


def test_what_is_labelled_as_hidden_stays_hidden_whatever_stands_beside_the_label(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        "UPDATE coverage.gaps SET eligible = 7, gap_share_adjusted = 0.5, gap_low = 0.4 WHERE suppressed <> 'no'"
    )
    told = facts.summary(con, FIRST, AS_OF)
    hidden = [gap for measure in told.measures for gap in measure.gaps if gap.code in ("09", "11")]
    assert len(hidden) == 4
    assert all((gap.state, gap.eligible, gap.share, gap.low) == ("hidden", None, None, None) for gap in hidden)


def test_registers_are_dated_by_the_snapshot_in_use(con: duckdb.DuckDBPyConnection) -> None:
    told = facts.summary(con, FIRST, AS_OF)
    assert {register.name: register.dated for register in told.registers} == {
        "idpoor_members": date(2026, 10, 20),
        "nssf_members": date(2026, 10, 20),
        "civil_deaths": None,
        "grievances": None,
    }
    assert [register.name for register in told.absent] == ["civil_deaths", "grievances"]


def test_nights_are_told_where_they_are_kept(con: duckdb.DuckDBPyConnection) -> None:
    assert all(measure.nights == () for measure in facts.summary(con, FIRST, AS_OF).measures)
    nights = [{"run_id": FIRST, "as_of": date(2026, 11, 1)}, {"run_id": SECOND, "as_of": date(2026, 11, 2)}]
    tables.fill(
        con,
        tables.TREND,
        "SELECT * FROM coverage.gaps, (SELECT unnest($nights, recursive := TRUE))",
        {"nights": nights},
    )
    told = facts.summary(con, FIRST, AS_OF)
    elderly = next(measure for measure in told.measures if measure.measure == "elderly_benefit")
    assert [night.as_of for night in elderly.nights] == [date(2026, 11, 1), date(2026, 11, 2)]


def test_tiles_come_from_a_file_where_a_country_has_one(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    store_reference(con, REFERENCE)
    tiles = facts.summary(con, FIRST, AS_OF).tiles
    provinces = con.execute("SELECT code, name_en FROM reference.areas WHERE level = 1 ORDER BY code").fetchall()
    assert [(tile.code, tile.name_en) for tile in tiles] == provinces
    assert len({(tile.column, tile.row) for tile in tiles}) == len(tiles) == 25
    store_reference(con, tmp_path)
    assert facts.summary(con, FIRST, AS_OF).tiles == ()


def test_a_tile_without_an_area_is_left_out(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    pl.DataFrame({"code": ["01", "99"], "column": ["1", "2"], "row": ["1", "1"]}).write_csv(tmp_path / "tiles.csv")
    (tmp_path / "areas.csv").write_text("code,level,parent,name_en,name_km\n01,1,,Here,នៅទីនេះ\n", encoding="utf-8")
    store_reference(con, tmp_path)
    assert [tile.code for tile in facts.summary(con, FIRST, AS_OF).tiles] == ["01"]
    assert tables.count(con, tables.TILES) == 2
