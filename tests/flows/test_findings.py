"""`reconcile findings`: what is listed, shown, counted and written, on a made-up night."""

import json
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import fastexcel
import polars as pl
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from flows import cli, findings_screen, findings_sheet, release
from transforms import tables

NIGHT = Path(__file__).parent.parent / "made_up_night.sql"
RUN = "2026-11-01.1"
EVIL = '=HYPERLINK("http://example.org","x")'
EVERY_TABLE = (*tables.CLEAN, *tables.LINKAGE, *tables.PERSON_LAYER, *tables.FINDING_LAYER,
               *tables.KEPT_FINDINGS, *tables.COVERAGE, *tables.LEDGER, *tables.REFERENCE)  # fmt: skip
CARD = """UPDATE findings.findings SET evidence = json_object('card_number', $card, 'card_level', 'poor_1',
    'valid_from', '2025-02-03', 'valid_to', '2028-02-03', 'living_members', 4, 'qualifies_for', json_array('elderly')),
    absent_from = 'nssf_members' WHERE finding_id = $id"""
runner = CliRunner()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse and its release; the evidence of two findings is told."""
    folder = tmp_path_factory.mktemp("home")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        for layer in tables.LAYERS:
            con.execute(f"CREATE SCHEMA {layer}")
        tables.create(con, *EVERY_TABLE)
        con.execute(NIGHT.read_text())
        con.execute(f"INSERT INTO ops.stages BY NAME SELECT '{RUN}' AS run_id, 1 AS ordinal, 'find' AS stage")
        for finding, card in (("E01-1", "010203"), ("E01-2", EVIL)):
            con.execute(CARD, {"id": finding, "card": card})
        con.execute("UPDATE findings.findings SET household_id = '0007' WHERE finding_id = 'E01-1'")
        con.execute("UPDATE findings.findings SET household_id = $1 WHERE finding_id = 'E01-2'", [EVIL])
        release.publish(con, folder, RUN)
    return folder


def call(home: Path, *arguments: object, code: int = 0) -> str:
    done = runner.invoke(cli.app, ["findings", *map(str, arguments), "--home", str(home)])
    assert done.exit_code == code, done.output
    return done.stdout


def listed(home: Path, *arguments: object) -> list[dict[str, object]]:
    return json.loads(call(home, *arguments, "--json"))


@pytest.mark.parametrize(
    ("flags", "column", "value"),
    [
        (("--rule", "d03"), "rule", "D03"),
        (("--kind", "inclusion"), "kind", "inclusion"),
        (("--state", "cannot_tell"), "state", "cannot_tell"),
        (("--severity", "low"), "severity", "low"),
        (("--province", "Battambang"), "area_1", "02"),
        (("--province", "2"), "area_1", "02"),
    ],
)
def test_findings_are_filtered(home: Path, flags: tuple[str, str], column: str, value: str) -> None:
    rows = listed(home, *flags, "--limit", 1000)
    assert rows
    assert {row[column] for row in rows} == {value}


def test_the_worst_come_first_and_the_limit_holds(home: Path) -> None:
    rows = listed(home, "--limit", 5)
    assert [row["severity"] for row in rows] == ["critical"] * 5
    assert listed(home, "--limit", 5) == rows


def test_the_list_fits_a_terminal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings_screen.console, "width", 80)
    told = call(home, "--rule", "E01", "--limit", 3)
    assert max(map(cell_len, told.splitlines())) <= 80
    assert "40 findings, of which 3 are shown." in told


def test_one_finding_is_shown_and_fits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings_screen.console, "width", 80)
    told = call(home, "show", "E01-1")
    assert "3 February 2025" in told.replace("\n", " ")
    assert "ខែកុម្ភៈ" in told
    assert max(map(cell_len, told.splitlines())) <= 80


def test_a_release_tells_the_same_sentence(home: Path) -> None:
    here, there = (json.loads(call(home, "show", "E01-1", "--json", *more)) for more in ((), ("--release", RUN)))
    assert here["finding"]["sentence_en"] == there["finding"]["sentence_en"]
    assert there["records"][0]["came"] == {}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("show", "nothing"), "There is no finding nothing"),
        (("--release", "2020-01-01.1"), "There is no release"),
        (("--out", "findings.pdf"), "ends in .csv or .xlsx"),
    ],
)
def test_it_rejects_what_is_not_there(home: Path, arguments: tuple[str, ...], why: str) -> None:
    done = runner.invoke(cli.app, ["findings", *arguments, "--home", str(home)])
    assert done.exit_code != 0
    assert why in str(done.exception)


def test_a_spreadsheet_keeps_zeros_dates_and_runs_no_formula(home: Path, tmp_path: Path) -> None:
    call(home, "--rule", "E01", "--out", tmp_path / "f.xlsx")
    sheet = fastexcel.read_excel(tmp_path / "f.xlsx").load_sheet(0, dtypes="string").to_polars()
    assert sheet.height == 40
    assert {"0007", EVIL} <= set(sheet["household"])
    with zipfile.ZipFile(tmp_path / "f.xlsx") as parts:
        told = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in told
        assert 'state="frozen"' in told
        assert not [name for name in parts.namelist() if "externalLink" in name]
        assert "<autoFilter" in parts.read("xl/tables/table1.xml").decode()
        assert "<hyperlink" not in told


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_csv_guards_every_sign_that_begins_a_formula(tmp_path: Path, sign: str) -> None:
    row = {"finding_id": "1", "kind": "exclusion", "state": "probable", "household_id": f"{sign}1", "person_id": "007"}
    findings_sheet.export(pl.DataFrame([row]), tmp_path / "f.csv")
    assert (tmp_path / "f.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    read = pl.read_csv(tmp_path / "f.csv", infer_schema=False)
    assert (read["household"].item(), read["person"].item()) == (f"'{sign}1", "007")


def test_a_date_is_a_date_in_a_spreadsheet(tmp_path: Path) -> None:
    row = {"finding_id": "1", "kind": "exclusion", "state": "probable", "first_seen": date(2026, 11, 1)}
    findings_sheet.export(pl.DataFrame([row]), tmp_path / "f.xlsx")
    sheet = fastexcel.read_excel(tmp_path / "f.xlsx").load_sheet(0).to_polars()
    assert sheet.schema["first seen"] in (pl.Date, pl.Datetime("ms"))


def test_the_summary_adds_up(home: Path) -> None:
    rows = json.loads(call(home, "summary", "--json"))
    assert sum(row["findings"] for row in rows if row["rule"] == "E02") == 88
    assert all(row["findings"] == row["confirmed"] + row["probable"] + row["cannot_tell"] for row in rows)


def test_the_public_summary_tells_no_small_count(home: Path) -> None:
    rows = json.loads(call(home, "summary", "--public", "--json"))
    assert {row["rule"] for row in rows} == {"E01", "E02", "I04", "D03", "N01"}
    assert [row["findings"] for row in rows if row["findings"] is not None and 0 < row["findings"] < 11] == []
    assert [row for row in rows if row["rule"] == "D03"] == [
        {"rule": "D03", "breakdown": "total", "name": "all", "findings": None, "hidden": True}
    ]
    hidden = [row for row in rows if row["breakdown"] == "state" and row["findings"] is None]
    assert len({row["name"] for row in hidden if row["rule"] == "I04"}) != 1  # one alone is told by subtraction
