"""Typed identifiers of records, in one form, with whether they can be trusted to name somebody."""

import polars as pl

from transforms.mapping import Identifier, RegisterMapping
from transforms.readings import applies, code, padded
from transforms.reference import Script
from transforms.text import ascii_digits

RUNS_OF_DIGITS = ("01234567890123456789", "98765432109876543210")
SHORTEST_RUN = 6
NO_NUMBER = ("NA", "N/A", "NONE", "NIL", "NULL", "NO", "UNKNOWN", "X", "គ្មាន", "មិនមាន", "មិនដឹង")  # in upper case


def identifiers(frame: pl.DataFrame, mapping: RegisterMapping, script: Script | None) -> pl.DataFrame:
    """One row an identifier of a record: `_row` and the columns of clean.identifiers, but for the register.

    Beside them how each was mended, or why it is not valid: `column_name` (the source), `kinds` (joined with '+', or
    null), `found`, `became` (null where it is not valid). `frame` has `_row`, `record_id` and the read values of the
    source columns. Whether too many records carry an identifier only the whole register tells: see
    `transforms.shared`.
    """
    parts = [_of_type(frame, identifier, script) for identifier in mapping.identifiers]
    if len({identifier.type for identifier in mapping.identifiers}) == len(parts):
        return pl.concat(parts)
    return pl.concat(parts).unique(["_row", "id_type", "value"], keep="first", maintain_order=True)


def _of_type(frame: pl.DataFrame, kind: Identifier, script: Script | None) -> pl.DataFrame:
    plain = code(ascii_digits(pl.col(kind.column), script))
    rows = frame.filter(applies(kind.when)).select("_row", "record_id", found=kind.column, plain=plain)
    rows = rows.drop_nulls("plain").with_columns(value=padded(pl.col("plain"), kind.width))
    rows = rows.with_columns(kinds=_kinds(kind))
    is_valid = pl.col("kinds").is_null() | (pl.col("kinds") == "lost_zero")
    return rows.select(
        "_row",
        "record_id",
        id_type=pl.lit(kind.type),
        scope=pl.lit(str(kind.scope)),
        value="value",
        is_valid=is_valid,
        column_name=pl.lit(kind.column),
        kinds="kinds",
        found="found",
        became=pl.when(is_valid).then("value"),
    )


def _kinds(kind: Identifier) -> pl.Expr:
    pattern = f"^(?:{kind.pattern})$" if kind.pattern else r"[\p{L}\p{N}]"
    return (
        pl.when(_placeholder())
        .then(pl.lit("placeholder"))
        .when(~pl.col("value").str.contains(pattern))
        .then(pl.lit("unexpected_form"))
        .when(pl.col("value") != pl.col("plain"))
        .then(pl.lit("lost_zero"))
    )


def _placeholder() -> pl.Expr:
    """Zeros, one sign over and over (999999999), digits in a row (123456789), or a word for nothing.

    A short number of one sign may well be somebody's.
    """
    value = pl.col("value")
    same = value.str.strip_chars(value.str.slice(0, 1)).str.len_bytes() == 0
    runs = [pl.lit(run).str.contains(value, literal=True) for run in RUNS_OF_DIGITS]
    long = value.str.len_bytes() >= SHORTEST_RUN
    return (same & (long | value.str.starts_with("0"))) | (long & pl.any_horizontal(runs)) | value.is_in(NO_NUMBER)
