"""Files of the sample country: piece by piece is as good as at once, and no clock stands in them."""

import sqlite3
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.sample_files import DATABASE_TABLES, TEXT_FILES, WORKBOOKS, Files, Truth

REGISTERS = [*TEXT_FILES, *WORKBOOKS, *DATABASE_TABLES, "hef_claims", "grievances"]
ROWS = pl.DataFrame(
    {"no": ["01", "02", None, "04"], "name": ["សុខ", "a;b\tc", "", 'say "x"'], "amount": [1, None, 3, 4]}
)


def read(folder: Path, register: str) -> pl.DataFrame:
    if register in TEXT_FILES:
        encoding, separator = TEXT_FILES[register]
        text = (folder / f"{register}.csv").read_bytes().decode(encoding)
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
        return frame.with_columns(pl.col("amount").cast(pl.Int64))
    if register in WORKBOOKS:
        return pl.concat(pl.read_excel(folder / f"{register}.xlsx", sheet_id=0, engine="calamine").values())
    if register in DATABASE_TABLES:
        with sqlite3.connect(folder / "nssf.sqlite") as database:
            return pl.read_database(f"SELECT * FROM {DATABASE_TABLES[register]}", database)
    if register == "hef_claims":
        return pl.read_parquet(folder / "hef_claims.parquet")
    return pl.read_ndjson(folder / "grievances.jsonl")


@pytest.mark.parametrize("register", REGISTERS)
def test_pieces_come_back_whole_and_in_order(tmp_path: Path, register: str) -> None:
    with Files(tmp_path) as files:
        for piece in (ROWS[:1], ROWS[1:1], ROWS[1:]):
            files.write(register, piece)
    back = read(tmp_path, register)
    assert back.columns == ROWS.columns
    assert back.with_columns(pl.col("name").replace("", None)).equals(
        ROWS.with_columns(pl.col("name").replace("", None))
    )


def test_the_same_calls_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Files(tmp_path / name) as files, Truth(tmp_path / name) as truth:
            for register in REGISTERS:
                files.write(register, ROWS)
                files.write(register, ROWS)
            truth.write("people", ROWS)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_a_night_is_written_anew(tmp_path: Path) -> None:
    for rows in (ROWS, ROWS[:1]):
        with Files(tmp_path) as files:
            for register in REGISTERS:
                files.write(register, rows)
    assert {read(tmp_path, register).height for register in REGISTERS} == {1}


def test_a_workbook_goes_on_to_further_sheets_with_the_header_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.sample_files.SHEET_ROWS", 4)
    with Files(tmp_path) as files:
        for start in (0, 3, 6, 9):
            files.write("family_package_payments", pl.DataFrame({"n": range(start, min(start + 3, 10))}))
    sheets = pl.read_excel(tmp_path / "family_package_payments.xlsx", sheet_id=0, engine="calamine")
    assert [sheet.height for sheet in sheets.values()] == [4, 4, 2]
    assert pl.concat(sheets.values())["n"].to_list() == list(range(10))


def test_a_cell_is_a_day_a_number_or_a_text(tmp_path: Path) -> None:
    cells = [(date(1984, 7, 29), None, None), (None, 30892, None), (None, None, "1984"), (None, None, None)]
    frame = pl.DataFrame({"n": range(4)}).with_columns(
        pl.Series("dob", [dict(zip(("day", "number", "text"), cell, strict=True)) for cell in cells])
    )
    with Files(tmp_path) as files:
        files.write("family_package_enrolments", frame)
    back = pl.read_excel(
        tmp_path / "family_package_enrolments.xlsx", engine="calamine", schema_overrides={"dob": pl.String}
    )
    assert [str(v)[:10] if v else v for v in back["dob"]] == ["1984-07-29", "30892", "1984", None]


def test_truth_is_appended_as_row_groups(tmp_path: Path) -> None:
    with Truth(tmp_path) as truth:
        truth.write("people", ROWS)
        truth.write("people", ROWS)
    assert pl.read_parquet(tmp_path / "people.parquet").equals(pl.concat([ROWS, ROWS]))


def test_nobody_sends_an_unknown_register(tmp_path: Path) -> None:
    with Files(tmp_path) as files, pytest.raises(KeyError):
        files.write("phone_book", ROWS)
