"""Typed identifiers of records, in one form, with whether they can be trusted to name somebody."""

import polars as pl

from transforms.mapping import Identifier, RegisterMapping
from transforms.readings import applies, code, padded
from transforms.reference import Script
from transforms.text import ascii_digits

RUNS_OF_DIGITS = ("01234567890123456789", "98765432109876543210")
SHORTEST_RUN = 6
NO_NUMBER = ("NA", "N/A", "NONE", "NIL", "NULL", "NO", "UNKNOWN", "X", "គ្មាន", "មិនមាន", "មិនដឹង")  # in upper case
COLUMNS = ("_row", "record_id", "id_type", "scope", "value", "is_valid")


def identifiers(frame: pl.DataFrame, mapping: RegisterMapping, script: Script | None) -> pl.DataFrame:
    """One row an identifier of a record: `_row` and the columns of clean.identifiers, but for the register.

    `frame` has `_row`, `record_id` and the read values of the source columns. Whether too many records carry an
    identifier only the whole register tells: see `transforms.shared`.
    """
    parts = [_of_type(frame, identifier, script) for identifier in mapping.identifiers]
    if len({identifier.type for identifier in mapping.identifiers}) == len(parts):
        return pl.concat(parts)
    return pl.concat(parts).unique(["_row", "id_type", "value"], keep="first", maintain_order=True)


def _of_type(frame: pl.DataFrame, kind: Identifier, script: Script | None) -> pl.DataFrame:
    value = padded(code(ascii_digits(pl.col(kind.column), script)), kind.width)
    rows = frame.filter(applies(kind.when)).select("_row", "record_id", value=value).drop_nulls("value")
    return rows.with_columns(
        id_type=pl.lit(kind.type),
        scope=pl.lit(str(kind.scope)),
        is_valid=_well_formed(kind) & ~_placeholder(),
    ).select(COLUMNS)


def _well_formed(kind: Identifier) -> pl.Expr:
    pattern = f"^(?:{kind.pattern})$" if kind.pattern else r"[\p{L}\p{N}]"
    return pl.col("value").str.contains(pattern)


def _placeholder() -> pl.Expr:
    """Zeros, one sign over and over (999999999), digits in a row (123456789), or a word for nothing.

    A short number of one sign may well be somebody's.
    """
    value = pl.col("value")
    same = value.str.strip_chars(value.str.slice(0, 1)).str.len_bytes() == 0
    runs = [pl.lit(run).str.contains(value, literal=True) for run in RUNS_OF_DIGITS]
    long = value.str.len_bytes() >= SHORTEST_RUN
    return (same & (long | value.str.starts_with("0"))) | (long & pl.any_horizontal(runs)) | value.is_in(NO_NUMBER)


def mended(frame: pl.DataFrame, mapping: RegisterMapping, script: Script | None) -> pl.DataFrame:
    """Identifiers that got leading zeros back here (`lost_zero`), and those that name nobody (`placeholder`).

    One row a repair: `_row`, `column_name`, `repair`, `found`, `became` (null for a placeholder: it is set aside).
    """
    parts = [part for kind in mapping.identifiers for part in _mended(frame, kind, script)]
    empty = {"column_name": pl.String, "repair": pl.String, "found": pl.String, "became": pl.String}
    every = pl.concat([pl.DataFrame(schema={"_row": pl.Int64, **empty}), *parts])
    return every.unique(["_row", "column_name", "repair"], keep="first", maintain_order=True)


def _mended(frame: pl.DataFrame, kind: Identifier, script: Script | None) -> list[pl.DataFrame]:
    plain = code(ascii_digits(pl.col(kind.column), script))
    rows = frame.filter(applies(kind.when) & pl.col(kind.column).is_not_null())
    rows = rows.select("_row", found=kind.column, plain=plain).with_columns(value=padded(pl.col("plain"), kind.width))
    zeros = rows.filter(pl.col("value") != pl.col("plain")).with_columns(repair=pl.lit("lost_zero"), became="value")
    nobody = rows.filter(_placeholder()).with_columns(
        repair=pl.lit("placeholder"), became=pl.lit(None, dtype=pl.String)
    )
    columns = [pl.col("_row").cast(pl.Int64), pl.lit(kind.column).alias("column_name"), "repair", "found", "became"]
    return [part.select(columns) for part in (zeros, nobody)]
