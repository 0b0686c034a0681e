"""Coverage figures as a file: .csv, .xlsx or .parquet, the names as `coverage_words` has them."""

from pathlib import Path

import polars as pl
from xlsxwriter import Workbook

from flows.coverage_words import Field
from flows.findings_sheet import SAFE, guarded

KINDS = (".csv", ".xlsx", ".parquet")


def check(out: Path) -> None:
    """Raises `ValueError` where a file of this name cannot be written."""
    if out.suffix.lower() not in KINDS:
        raise ValueError(f"{out.name}: give a name that ends in {', '.join(KINDS[:-1])} or {KINDS[-1]}.")


def export(figures: pl.DataFrame, out: Path, name: str, fields: tuple[Field, ...]) -> int:
    """Write figures with the columns `fields`, in a workbook as a sheet of this name; returns their number.

    Raises as `check` does.
    """
    check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    match out.suffix.lower():
        case ".csv":
            guarded(figures).write_csv(out, include_bom=True)
        case ".parquet":
            figures.write_parquet(out, compression="zstd")
        case _:
            with Workbook(out, SAFE) as book:
                sheet(book, name, figures)
                sheet(book, "dictionary", dictionary(fields))
    return figures.height


def sheet(book: Workbook, name: str, table: pl.DataFrame) -> None:
    """Add a table to a workbook as a sheet of its own."""
    table.write_excel(
        book,
        name,
        dtype_formats={pl.Date: "yyyy-mm-dd", pl.Float64: "0.0000"},
        column_widths=120,
        freeze_panes=(1, 0),
        autofilter=True,
    )


def dictionary(fields: tuple[Field, ...]) -> pl.DataFrame:
    """One row a field: field, type, meaning, standard, values."""
    rows = [(f.name, f.type, f.meaning, f.standard, ", ".join(f.values)) for f in fields]
    return pl.DataFrame(rows, schema=["field", "type", "meaning", "standard", "values"], orient="row")
