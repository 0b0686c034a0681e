"""How clean registers come, and what a register does that nobody foresaw, from the outside."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

AS_OF = "2026-11-01"
CONTRACTS = Path(__file__).parents[2] / "expectations" / "registers"

# Put before everything else in the command's process: reading the monstrous cell raises, telling its value.
UNFORESEEN = """
import polars as pl
from transforms import standardise

real = standardise.read_sheet

def failing(raw, *rest):
    if any((raw[name] == "MONSTER").any() for name in raw.columns if name != "_row"):
        raise pl.exceptions.ComputeError("cannot read MONSTER")
    return real(raw, *rest)

standardise.read_sheet = failing
"""


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


def _with_monster(inbox: Path) -> str:
    """Put a cell that cannot be read into the seventh member; returns the register as it was."""
    members = inbox / "idpoor_members.csv"
    whole = members.read_text("utf-8-sig")
    lines = whole.splitlines()
    lines[7] = ";".join([*lines[7].split(";")[:-1], "MONSTER"])
    members.write_text("\n".join(lines) + "\n", "utf-8-sig")
    return whole


def test_a_register_that_cannot_be_standardised_is_held_back_and_the_night_goes_on(
    reconcile: Callable, status: Callable[[Path], dict], home: Path, inbox: Path, tmp_path: Path
) -> None:
    before = registers(status(home))["idpoor_members"]
    whole = _with_monster(inbox)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "sitecustomize.py").write_text(UNFORESEEN)
    run = ("run", "--inbox", inbox, "--as-of", AS_OF, "--home")
    done = reconcile(*run, home, "--strict", code=3, PYTHONPATH=str(tmp_path / "code"))
    report = status(home)
    held = registers(report)["idpoor_members"]
    assert report["run"]["state"] == "released"
    assert held["state"] == "held"
    assert "row 7 of idpoor_members.csv" in held["message"]
    assert "goes on with the snapshot accepted" in held["message"]
    assert (held["snapshot_id"], held["rows_in"]) == (before["snapshot_id"], before["rows_in"])
    assert "MONSTER" not in done.stdout + done.stderr + json.dumps(report)

    few = shutil.copytree(CONTRACTS, tmp_path / "few", ignore=shutil.ignore_patterns("[!in]*.yaml"))
    reconcile(*run, tmp_path / "new", "--registers", few, "--strict", code=3, PYTHONPATH=str(tmp_path / "code"))
    report = status(tmp_path / "new")
    held = registers(report)["idpoor_members"]
    assert report["run"]["state"] == "released"
    assert (held["state"], held["snapshot_id"], held["rows_in"]) == ("held", None, 0)
    assert "goes on without this register" in held["message"]

    (inbox / "idpoor_members.csv").write_text(whole.replace(";worker", ";WORKER", 1), "utf-8-sig")
    reconcile(*run, home, "--strict")
    assert registers(status(home))["idpoor_members"]["state"] == "fresh"
    nights = quality(reconcile, home, "idpoor_members", "--nights", 3)["registers"]
    assert [row["change"] for row in nights] == [pytest.approx(0), pytest.approx(0), None]
