"""Findings as a table to send: .xlsx or .csv, with their sentences, safe to open in a spreadsheet.

Identifiers are text, so that no zero in front is lost; dates are dates. A text that begins with = + - @, a tab or a
line end could be taken for a formula. In .xlsx every text is written as text, never as a formula or link; in .csv,
where nothing else helps, such a text gets a ' in front, as is usual. The .csv is UTF-8 with a mark that spreadsheets
know it by.
"""

from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter import Workbook

FORMULA = r"^[=+\-@\t\r\n]"
# Every text stays text: whatever looks like a formula, a link or a number is written as it stands.
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# Columns of the table, their widths in pixels, and what they are called.
COLUMNS = {
    "finding_id": ("finding", 130),
    "rule": ("rule", 50),
    "kind": ("kind", 95),
    "severity": ("severity", 75),
    "state": ("state", 85),
    "priority": ("priority", 70),
    "first_seen": ("first seen", 90),
    "province_en": ("province", 120),
    "commune_en": ("commune", 120),
    "area_3": ("commune code", 100),
    "person_id": ("person", 130),
    "household_register": ("household of", 130),
    "household_id": ("household", 110),
    "sentence_en": ("what was found", 480),
    "sentence_km": ("អ្វីដែលបានរកឃើញ", 480),
    "probability": ("probability that it is right", 90),
    "missed_link_probability": ("probability of a missed link", 90),
    "complaints": ("complaints", 85),
    "statement_en": ("what the rule says", 320),
    "confirm": ("what to confirm", 320),
}
WRAPPED = ("sentence_en", "sentence_km", "statement_en", "confirm")


def check(out: Path) -> None:
    """Raises `ValueError` where a file of this name cannot be written."""
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise ValueError(f"{out.name}: give a name that ends in .csv or .xlsx.")


def export(findings: pl.DataFrame, out: Path) -> int:
    """Write findings as `findings.listed` gives them; returns their number. Raises `ValueError` as `check` does."""
    check(out)
    write = _csv if out.suffix.lower() == ".csv" else _xlsx
    out.parent.mkdir(parents=True, exist_ok=True)
    there = [name for name in COLUMNS if name in findings.columns]
    plain = pl.col("kind", "state").cast(pl.String).str.replace_all("_", " ")
    write(findings.select(there).with_columns(plain), out)
    return findings.height


def _csv(table: pl.DataFrame, out: Path) -> None:
    guarded(table).rename(_names(table)).write_csv(out, include_bom=True)


def guarded(table: pl.DataFrame) -> pl.DataFrame:
    """The table with a ' before a text that a spreadsheet could take for a formula."""
    text = pl.col(pl.String)
    return table.with_columns(pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep())


def _xlsx(table: pl.DataFrame, out: Path) -> None:
    names = _names(table)
    wrapped: dict[Any, Any] = {names[name]: {"text_wrap": True, "valign": "top"} for name in WRAPPED if name in names}
    with Workbook(out, SAFE) as book:
        table.rename(names).write_excel(
            book,
            "findings",
            column_widths={names[name]: COLUMNS[name][1] for name in table.columns},
            column_formats=wrapped,
            dtype_formats={pl.Date: "yyyy-mm-dd", pl.Float64: "0.000"},
            freeze_panes=(1, 0),
            autofilter=True,
        )


def _names(table: pl.DataFrame) -> dict[str, str]:
    return {name: COLUMNS[name][0] for name in table.columns}
