"""Typed identifiers of records, in one form, with whether they can be trusted to name somebody."""

import polars as pl

from transforms.mapping import Identifier, RegisterMapping
from transforms.readings import applies, code, padded
from transforms.reference import Script
from transforms.text import ascii_digits

RUNS_OF_DIGITS = ("01234567890123456789", "98765432109876543210")
SHORTEST_RUN = 6
COLUMNS = ("register", "record_id", "id_type", "scope", "value", "is_valid")


def identifiers(frame: pl.DataFrame, mapping: RegisterMapping, script: Script | None) -> pl.DataFrame:
    """One row an identifier of a record: the columns of clean.identifiers.

    `frame` has `record_id` and the read values of the source columns. An identifier that more records of the
    register carry than its contract allows is not valid: it is a placeholder, or a number everybody was given.
    """
    parts = [_of_type(frame, mapping, identifier, script) for identifier in mapping.identifiers]
    if len({identifier.type for identifier in mapping.identifiers}) == len(parts):
        return pl.concat(parts)
    return pl.concat(parts).unique(["record_id", "id_type", "value"], keep="first", maintain_order=True)


def _of_type(frame: pl.DataFrame, mapping: RegisterMapping, kind: Identifier, script: Script | None) -> pl.DataFrame:
    value = padded(code(ascii_digits(pl.col(kind.column), script)), kind.width)
    rows = frame.filter(applies(kind.when)).select("record_id", value=value).drop_nulls("value")
    return rows.with_columns(
        register=pl.lit(mapping.register_name),
        id_type=pl.lit(kind.type),
        scope=pl.lit(str(kind.scope)),
        is_valid=_well_formed(kind) & ~_placeholder() & (pl.len().over("value") <= kind.shared_by_at_most),
    ).select(COLUMNS)


def _well_formed(kind: Identifier) -> pl.Expr:
    pattern = f"^(?:{kind.pattern})$" if kind.pattern else r"[\p{L}\p{N}]"
    return pl.col("value").str.contains(pattern)


def _placeholder() -> pl.Expr:
    """One sign over and over (000000000), or digits in a row (123456789)."""
    value = pl.col("value")
    same = value.str.strip_chars(value.str.slice(0, 1)).str.len_bytes() == 0
    runs = [pl.lit(run).str.contains(value, literal=True) for run in RUNS_OF_DIGITS]
    return same | ((value.str.len_bytes() >= SHORTEST_RUN) & pl.any_horizontal(runs))


def mended(frame: pl.DataFrame, mapping: RegisterMapping, script: Script | None) -> pl.DataFrame:
    """Identifiers that got leading zeros back here: `_row`, `column_name`, `repair`, `found`, `became`."""
    parts = [_mended(frame, kind, script) for kind in mapping.identifiers if kind.width is not None]
    empty = {"column_name": pl.String, "repair": pl.String, "found": pl.String, "became": pl.String}
    return pl.concat([pl.DataFrame(schema={"_row": pl.Int64, **empty}), *parts])


def _mended(frame: pl.DataFrame, kind: Identifier, script: Script | None) -> pl.DataFrame:
    plain = code(ascii_digits(pl.col(kind.column), script))
    became = padded(plain, kind.width)
    short = frame.filter(pl.col(kind.column).str.len_chars() < (kind.width or 0))
    return short.filter(applies(kind.when) & (became != plain)).select(
        pl.col("_row").cast(pl.Int64),
        column_name=pl.lit(kind.column),
        repair=pl.lit("leading_zero"),
        found=pl.col(kind.column),
        became=became,
    )
