"""How clean registers come, and what a register does that nobody foresaw, from the outside."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.flows.hard_night import MONSTER, put_monster, unforeseen

AS_OF = "2026-11-01"
CONTRACTS = Path(__file__).parents[2] / "expectations" / "registers"


def quality(reconcile: Callable, home: Path, *arguments: object) -> dict[str, list[dict]]:
    return json.loads(reconcile("quality", *arguments, "--home", home, "--json").stdout)


def registers(report: dict) -> dict[str, dict]:
    return {row["register"]: row for row in report["registers"]}


def test_every_row_is_as_sent_mended_set_aside_or_quarantined(
    reconcile: Callable, first_night: Path, status: Callable[[Path], dict]
) -> None:
    came = registers(status(first_night))
    told = registers(quality(reconcile, first_night))
    assert told.keys() == came.keys()
    for register, row in told.items():
        assert row["as_sent"] + row["mended"] + row["set_aside"] + row["quarantined"] == row["rows"]
        assert row["rows"] == came[register]["rows_in"]
        assert row["quarantined"] == came[register]["rows_quarantined"]
        assert row["change"] is None


def test_one_register_is_told_by_column_with_what_to_tell_its_agency(reconcile: Callable, first_night: Path) -> None:
    facts = quality(reconcile, first_night, "idpoor_members")
    assert (
        {row["register"] for row in facts["registers"]}
        == {"idpoor_members"}
        == {row["register"] for row in facts["kinds"]}
    )
    signs = [row for row in facts["kinds"] if (row["column"], row["from_kind"]) == ("name_km", "sign_variant")]
    assert [row["to_kind"] for row in signs] == ["canonical_signs"]
    assert 0 < signs[0]["rows"] == pytest.approx(signs[0]["share"] * facts["registers"][0]["rows"])
    assert all(row["advice"].endswith(".") for row in facts["kinds"])
    shown = reconcile("quality", "idpoor_members", "--home", first_night, COLUMNS="80").stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "name_km" in shown


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_tells_the_same(reconcile: Callable, first_night: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"members.{form}"
    reconcile("quality", "idpoor_members", "--home", first_night, "--out", out)
    sheet = pl.read_csv(out) if form == "csv" else pl.read_excel(out)
    facts = quality(reconcile, first_night, "idpoor_members")
    whole = sheet.filter(pl.col("column") == "(whole row)")
    assert whole["rows"].sum() == facts["registers"][0]["rows"]
    assert sheet.height == whole.height + len(facts["kinds"])
    assert sheet["what to do"].to_list()[-1] == facts["kinds"][-1]["advice"]


def test_what_cannot_be_told_is_said(reconcile: Callable, first_night: Path, tmp_path: Path) -> None:
    assert "reconcile run" in reconcile("quality", "--home", tmp_path / "none", code=1).stderr
    assert "idpoor_members" in reconcile("quality", "members", "--home", first_night, code=1).stderr
    assert ".xlsx" in reconcile("quality", "--home", first_night, "--out", tmp_path / "q.pdf", code=1).stderr


def test_a_register_that_cannot_be_standardised_is_held_back_and_the_night_goes_on(
    first_night: Path, hard: Path, status: Callable[[Path], dict]
) -> None:
    before = registers(status(first_night))["idpoor_members"]
    report = status(hard / "home")
    held = registers(report)["idpoor_members"]
    assert report["run"]["state"] == "released"
    assert held["state"] == "held"
    assert "row 7 of idpoor_members.csv" in held["message"]
    assert "goes on with the snapshot accepted" in held["message"]
    assert (held["snapshot_id"], held["rows_in"]) == (before["snapshot_id"], before["rows_in"])
    assert MONSTER not in (hard / "said.txt").read_text("utf-8") + json.dumps(report)


def test_a_first_night_goes_on_without_a_register_that_cannot_be_standardised(
    reconcile: Callable, status: Callable[[Path], dict], inbox: Path, tmp_path: Path
) -> None:
    put_monster(inbox)
    few = shutil.copytree(CONTRACTS, tmp_path / "few", ignore=shutil.ignore_patterns("[!i]*.yaml"))
    run = ("run", "--inbox", inbox, "--as-of", AS_OF, "--home", tmp_path / "new", "--registers", few, "--strict")
    reconcile(*run, code=3, **unforeseen(tmp_path / "code"))
    report = status(tmp_path / "new")
    held = registers(report)["idpoor_members"]
    assert report["run"]["state"] == "released"
    assert (held["state"], held["snapshot_id"], held["rows_in"]) == ("held", None, 0)
    assert "goes on without this register" in held["message"]
