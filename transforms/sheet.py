"""A register's rows with every declared column read, what could not be read, and what was mended."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from transforms.mapping import RegisterMapping
from transforms.readings import Setting, read_column
from transforms.roles import Role, roles
from transforms.text import tidy

PRECISION = "__precision"
CALENDAR = "__calendar"
MANY_REPEATS = 2  # a value that comes at least so often on average is read once and joined back
NOTES = {"_row": pl.Int64, "column_name": pl.String, "kinds": pl.String, "found": pl.String, "became": pl.String}


@dataclass(frozen=True)
class Sheet:
    """`frame`: `_row`, `record_id`, the read values under their source names, `<column>__precision` and
    `<column>__calendar` for births.

    `faults` and `repairs`: one row a value at fault or mended: `_row`, `column_name`, `kinds`, `found`, `became`.
    """

    frame: pl.DataFrame
    faults: pl.DataFrame
    repairs: pl.DataFrame


def read_sheet(raw: pl.DataFrame, mapping: RegisterMapping, setting: Setting) -> Sheet:
    """Read every declared column of raw rows. `raw` has `_row` and text columns; one that did not come is empty."""
    known = roles(mapping)
    columns: dict[str, pl.Series] = {"_row": raw["_row"]}
    faults, repairs = [pl.DataFrame(schema=NOTES)], [pl.DataFrame(schema=NOTES)]
    for name, column in mapping.columns.items():
        read = _aligned(raw[name], partial(read_column, column=column, role=known[name], setting=setting))
        columns[name] = read["value"]
        if known[name] is Role.BIRTH:
            columns[name + PRECISION], columns[name + CALENDAR] = read["precision"], read["calendar"]
        faults.append(_notes(read, raw["_row"], name, "fault"))
        repairs.append(_notes(read, raw["_row"], name, "repair"))
    frame = pl.DataFrame(columns).with_columns(record_id=_record_id(raw, mapping.key))
    return Sheet(frame, pl.concat(faults), pl.concat(repairs))


def _aligned(column: pl.Series, work: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """A reading row for row; done on distinct values where they repeat."""
    distinct = column.unique()
    if column.len() < MANY_REPEATS * distinct.len():
        return work(column)
    found = pl.DataFrame({"found": column})
    return found.join(work(distinct), on="found", how="left", maintain_order="left", nulls_equal=True)


def _notes(read: pl.DataFrame, row: pl.Series, name: str, kind: str) -> pl.DataFrame:
    at = read[kind].is_not_null().arg_true()
    return read[at].select(
        _row=row.gather(at),
        column_name=pl.lit(name),
        kinds=pl.col(kind),
        found=pl.col("found"),
        became=pl.col("value"),
    )


def _record_id(raw: pl.DataFrame, key: tuple[str, ...]) -> pl.Series:
    """The key as it was sent, but for signs that nobody sees."""
    return raw.select(pl.concat_str([tidy(pl.col(part)) for part in key], separator="/")).to_series()
