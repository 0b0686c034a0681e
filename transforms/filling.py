"""Canonical tables out of the read rows of a register."""

from datetime import date

import polars as pl

from transforms.areas import LEVELS, located
from transforms.dates import from_age
from transforms.mapping import AREA_INPUTS, RegisterMapping, Value, Yield
from transforms.names import with_names
from transforms.postal import postcode, shortened
from transforms.readings import applies
from transforms.reference import Reference
from transforms.sheet import CALENDAR, PRECISION
from transforms.tables import BirthPrecision, Table
from transforms.text import folded

FREE_TEXT = ("address_line", "address_place")


def yielded(frame: pl.DataFrame, fills: Yield) -> pl.DataFrame:
    """The rows a table gets, with `_row`, `record_id` and the filled columns as text under their canonical names."""
    rows = frame.filter(applies(fills.when))
    return rows.select("_row", "record_id", *(_value(value).alias(name) for name, value in fills.columns.items()))


def _value(value: Value) -> pl.Expr:
    if value.value is not None:
        return pl.lit(str(value.value).lower() if isinstance(value.value, bool) else value.value)
    told = pl.concat_str([pl.col(c) for c in value.columns], separator=value.join) if value.columns else pl.col(
        str(value.column)
    )  # fmt: skip
    if value.first is None:
        return told
    return pl.when(told.str.len_chars() >= value.first).then(told.str.slice(0, value.first))


def people(frame: pl.DataFrame, mapping: RegisterMapping, reference: Reference, as_of: date) -> pl.DataFrame:
    """Rows of clean.people: names, birth, areas and address in canonical form."""
    fills = mapping.yields["people"]
    rows = yielded(frame, fills)
    birth = fills.columns.get("birth_date")
    if birth is not None and birth.column is not None:
        told = frame.filter(applies(fills.when))
        precision, calendar = (told[birth.column + note] for note in (PRECISION, CALENDAR))
        rows = rows.with_columns(precision.alias("birth_precision"), calendar.alias("birth_calendar"))
    rows = _with_birth(rows, as_of)
    rows = _with_address(rows, mapping.country, reference)
    return with_names(with_areas(rows, reference), mapping.name_order, reference)


def _with_address(rows: pl.DataFrame, country: str | None, reference: Reference) -> pl.DataFrame:
    told = [
        *(shortened(folded(pl.col(c), reference.script), reference).alias(c) for c in FREE_TEXT if c in rows.columns),
        *(postcode(pl.col(c), country).alias(c) for c in ("address_postcode",) if c in rows.columns),
    ]
    return rows.with_columns(told)


def _with_birth(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Birth date, year and precision; from an age and the day it was told where no date is known."""
    rows = _with_missing(rows, ("birth_date", "birth_precision", "age"))
    told_on = pl.col("age_on").str.to_date("%Y-%m-%d") if "age_on" in rows.columns else pl.lit(as_of)
    age = pl.col("age").cast(pl.Int32)
    birth, derived = from_age(pl.col("birth_date").str.to_date("%Y-%m-%d"), age, told_on)
    rows = rows.with_columns(
        birth_date=birth,
        birth_precision=pl.when(derived).then(pl.lit(str(BirthPrecision.AGE))).otherwise("birth_precision"),
    )
    return rows.with_columns(birth_year=pl.col("birth_date").dt.year())


def with_areas(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """All four levels of area where the row tells any."""
    if not {*LEVELS, *AREA_INPUTS} & set(rows.columns):
        return rows
    return located(_with_missing(rows, LEVELS), reference)


def _with_missing(rows: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(c) for c in columns if c not in rows.columns)


def about_its_person(rows: pl.DataFrame, table: Table, register: str, persons: pl.Series | None) -> pl.DataFrame:
    """Point a fact to the person record of its own row, where the contract points it nowhere and there is one.

    `persons`: rows (`_row`) that yield a person.
    """
    if "of_record_id" not in table.column_names or "of_record_id" in rows.columns or persons is None:
        return rows
    known = pl.col("_row").is_in(persons.implode())
    return rows.with_columns(
        of_register=pl.when(known).then(pl.lit(register)), of_record_id=pl.when(known).then("record_id")
    )
