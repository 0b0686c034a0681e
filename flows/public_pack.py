"""The public pack of a release: what civil society, unions and journalists may have. Nothing in it is about a person.

`releases/<run>/public/` holds the tables of `public_pack_words.SHEETS` as CSV and in one workbook, a dictionary of
their columns, the report, a method card, metadata for machines, and SHA256SUMS. The same input gives the same bytes:
dates are the as-of date, and no clock is asked.
"""

import re
import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
from xlsxwriter import Workbook

from flows import public_pack_card, public_pack_metadata, public_pack_tables
from flows.coverage_figures import Night
from flows.coverage_sheet import dictionary, sheet
from flows.findings_sheet import SAFE, guarded
from flows.public_pack_metadata import About
from flows.public_pack_words import SHEETS, Sheet

FOLDER = "public"
SUMS = "SHA256SUMS"
LICENCE = """
    SELECT any_value(value) FROM reference.policy WHERE name = 'public_licence'
    AND coalesce(valid_from <= $1, TRUE) AND coalesce(valid_to >= $1, TRUE)
"""
A_SUM = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")


def write(night: Night, report: Path, folder: Path) -> None:
    """Write the pack of a night into a new folder, with a copy of its report.

    Reads coverage.*, findings.*, linkage.*, persons.*, clean.grievances, ops.* and reference.*.
    """
    folder.mkdir()
    read = {table.name: _read(night, table) for table in SHEETS}
    words = _dictionary()
    for name, table in (*read.items(), ("dictionary", words)):
        guarded(table).write_csv(folder / f"{name}.csv")
    _write_workbook(folder / "tables.xlsx", read | {"dictionary": words}, night)
    shutil.copyfile(report, folder / "summary.html")
    for language, name in (("en", "method.md"), ("km", "method.km.md")):
        (folder / name).write_text(public_pack_card.method(night, language), "utf-8")
    about = About(night.run_id, night.as_of.isoformat(), _licence(night))
    described = [public_pack_metadata.data_package(folder, about), public_pack_metadata.dcat(folder, about)]
    for name, text in zip(("datapackage.json", "dcat.jsonld"), described, strict=True):
        (folder / name).write_text(text, "utf-8")
    (folder / SUMS).write_text(public_pack_metadata.check_sums(folder.iterdir()), "utf-8")


def verify(folder: Path) -> list[str]:
    """Hash every file of a pack again. Returns one sentence a difference from its SHA256SUMS; none if it is whole."""
    expected = _sums(folder)
    if not expected:
        return [f"{SUMS} of {folder.name} is missing or cannot be read."]
    there = {path.name for path in folder.iterdir()} - {SUMS}
    missing = [f"{name} is missing." for name in sorted(expected.keys() - there)]
    added = [f"{name} is not in {SUMS}." for name in sorted(there - expected.keys())]
    kept = sorted(expected.keys() & there)
    changed = [name for name in kept if public_pack_metadata.digest(folder / name) != expected[name]]
    return [*missing, *added, *(f"{name} has changed." for name in changed)]


def _sums(folder: Path) -> dict[str, str]:
    """Hash by name of file; empty where a line cannot be read."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    found = [A_SUM.fullmatch(line) for line in lines]
    return {line[2]: line[1] for line in found if line} if all(found) else {}


def _read(night: Night, table: Sheet) -> pl.DataFrame:
    """A table in the order of its columns and key."""
    return public_pack_tables.READ[table.name](night).select(field.name for field in table.fields).sort(table.key)


def _dictionary() -> pl.DataFrame:
    """One row a column of a table: table, field, type, meaning, standard, values."""
    parts = [dictionary(table.fields).select(pl.lit(table.name).alias("table"), pl.all()) for table in SHEETS]
    return pl.concat(parts)


def _write_workbook(path: Path, tables: dict[str, pl.DataFrame], night: Night) -> None:
    with Workbook(path, SAFE) as book:
        book.set_properties({"created": datetime.combine(night.as_of, datetime.min.time())})
        for name, table in tables.items():
            sheet(book, name, table)


def _licence(night: Night) -> str | None:
    """The licence that policy sets at the as-of date, as an SPDX id; None where it sets none."""
    row = night.con.execute(LICENCE, [night.as_of]).fetchone()
    return str(row[0]) if row and row[0] else None
