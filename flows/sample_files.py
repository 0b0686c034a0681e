"""The sample country's files, in the forms agencies send them: written piece by piece, in constant memory.

The same calls give the same bytes: no file carries a clock.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, Self

import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import xlsxwriter
from polars.interchange import CompatLevel

FIXED_DATE = datetime(2026, 1, 1)
SHEET_ROWS = 1_048_575
DATE_FORMAT = "dd/mm/yyyy"
# register: encoding, separator
TEXT_FILES = {
    "idpoor_households": ("utf-8-sig", ";"),
    "idpoor_members": ("utf-8-sig", ";"),
    "disability": ("utf-8", ","),
    "civil_births": ("utf-8", ","),
    "civil_deaths": ("utf-8", ","),
    "health_line_list": ("utf-16", "\t"),
}
WORKBOOKS = ("family_package_enrolments", "family_package_payments")
DATABASE = "nssf.sqlite"
DATABASE_TABLES = {"nssf_members": "member", "nssf_contributions": "contribution"}
MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}


class _Closable(Protocol):
    def write(self, table: pl.DataFrame) -> None: ...

    def close(self) -> None: ...


class Files:
    """The registers of one night in a folder: `with Files(folder) as files: files.write(register, table)`.

    `write` may be called any number of times a register, with the same columns each time: the rows go after those
    written before. A register of which nothing is written has no file. Files of earlier nights are written anew.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[str, _Closable] = {}
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            if self._database is not None:
                stack.callback(self._database.close)
                stack.callback(self._database.commit)
            for file in self._open.values():
                stack.callback(file.close)

    def write(self, register: str, table: pl.DataFrame) -> None:
        """Append the rows of a register. Raises `KeyError` for a register that no agency sends."""
        if register not in self._open:
            self._open[register] = self._opened(register)
        self._open[register].write(table)

    def _opened(self, register: str) -> _Closable:
        if register in TEXT_FILES:
            return _TextFile(self._folder / f"{register}.csv", *TEXT_FILES[register])
        if register in WORKBOOKS:
            return _Workbook(self._folder / f"{register}.xlsx")
        if register in DATABASE_TABLES:
            return _DatabaseTable(self._connection(), DATABASE_TABLES[register])
        if register == "hef_claims":
            return _Parquet(self._folder / f"{register}.parquet")
        if register == "grievances":
            return _Lines(self._folder / f"{register}.jsonl")
        raise KeyError(register)

    def _connection(self) -> sqlite3.Connection:
        if self._database is None:
            path = self._folder / DATABASE
            path.unlink(missing_ok=True)
            self._database = sqlite3.connect(path)
        return self._database


class Truth:
    """The known truth in a folder: `with Truth(folder) as truth: truth.write(name, frame)`, a row group each time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[str, _Parquet] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            for file in self._open.values():
                stack.callback(file.close)

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Append to `name`.parquet; the columns are the same each time."""
        if name not in self._open:
            self._open[name] = _Parquet(self._folder / f"{name}.parquet")
        self._open[name].write(frame)


class _TextFile:
    """Delimited text with one header."""

    def __init__(self, path: Path, encoding: str, separator: str) -> None:
        self._file: BinaryIO = path.open("wb")
        self._file.write(MARKS.get(encoding, b""))
        self._wide = encoding == "utf-16"
        self._separator = separator
        self._begun = False

    def write(self, table: pl.DataFrame) -> None:
        text = table.write_csv(separator=self._separator, include_header=not self._begun)
        self._begun = True
        self._file.write(text.encode("utf-16-le" if self._wide else "utf-8"))

    def close(self) -> None:
        self._file.close()


class _Lines:
    """One JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")

    def write(self, table: pl.DataFrame) -> None:
        table.write_ndjson(self._file)

    def close(self) -> None:
        self._file.close()


class _Parquet:
    """A row group a piece."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pl.DataFrame) -> None:
        arrow = table.to_arrow(compat_level=CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, arrow.schema, compression="zstd")
        self._writer.write_table(arrow, row_group_size=max(arrow.num_rows, 1))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class _DatabaseTable:
    """A table of a SQLite database; whole numbers as such, everything else as text."""

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        self._database = database
        self._name = name
        self._begun = False

    def write(self, table: pl.DataFrame) -> None:
        if not self._begun:
            kinds = ["INTEGER" if dtype.is_integer() else "TEXT" for dtype in table.dtypes]
            columns = ", ".join(f"{column} {kind}" for column, kind in zip(table.columns, kinds, strict=True))
            self._database.execute(f"CREATE TABLE {self._name} ({columns})")
            self._begun = True
        marks = ", ".join("?" * table.width)
        self._database.executemany(f"INSERT INTO {self._name} VALUES ({marks})", table.iter_rows())

    def close(self) -> None:
        """The database is closed with the last of its tables."""


class _Workbook:
    """A workbook that goes on to further sheets, each with the header."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": DATE_FORMAT})
        self._book.set_properties({"created": FIXED_DATE})
        self._sheet: Any = None
        self._row = 0

    def write(self, table: pl.DataFrame) -> None:
        if self._sheet is None:
            self._begin(table.columns)
        for values in _cells(table):
            if self._row == SHEET_ROWS:
                self._begin(table.columns)
            self._row += 1
            self._sheet.write_row(self._row, 0, values)

    def _begin(self, header: list[str]) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.write_row(0, 0, header)
        self._row = 0

    def close(self) -> None:
        self._book.close()


def _cells(table: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows as they stand in cells. Of a struct column the one field that is not null: a day, a number or a text."""
    mixed = [name for name, dtype in table.schema.items() if dtype == pl.Struct]
    if not mixed:
        return table.iter_rows()
    columns = [_first(table[name]) if name in mixed else table[name].to_list() for name in table.columns]
    return zip(*columns, strict=True)


def _first(cells: pl.Series) -> list[Any]:
    """Of each cell the first field that is not null."""
    fields = (cells.struct.field(name).to_list() for name in cells.struct.fields)
    return [next((value for value in cell if value is not None), None) for cell in zip(*fields, strict=True)]
