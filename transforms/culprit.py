"""The row that made standardising fail: what nobody foresaw is told by where it stands, never by what it holds."""

from collections.abc import Callable
from typing import TypeVar

import polars as pl

T = TypeVar("T")
ANYTHING = (Exception, pl.exceptions.PanicException)  # a panic of Polars is no Exception


class StandardisingError(RuntimeError):
    """Rows that nobody foresaw made standardising fail: `rows` says which, `kind` the error's. No value is told."""

    def __init__(self, rows: str, kind: str) -> None:
        super().__init__(f"{rows} ({kind})")
        self.rows = rows
        self.kind = kind


def guarded(prepare: Callable[[pl.DataFrame], T], raw: pl.DataFrame) -> T:
    """What is prepared from a slice of raw rows (`_row`). Raises `StandardisingError` where that fails."""
    try:
        return prepare(raw)
    except ANYTHING as error:
        raise StandardisingError(_culprit(prepare, raw), type(error).__name__) from error


def _culprit(prepare: Callable[[pl.DataFrame], object], raw: pl.DataFrame) -> str:
    """The one row that fails by itself, found by halving; the whole slice where none does."""
    rows = raw
    while rows.height > 1:
        half = rows.head(rows.height // 2)
        rows = half if _fails(prepare, half) else rows.tail(rows.height - half.height)
    if _fails(prepare, rows):
        return f"row {rows['_row'].item():,}"
    return f"rows {raw['_row'][0]:,} to {raw['_row'][-1]:,}"


def _fails(prepare: Callable[[pl.DataFrame], object], raw: pl.DataFrame) -> bool:
    try:
        prepare(raw)
    except ANYTHING:
        return True
    return False
