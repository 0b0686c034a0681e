"""Dates as agencies write them, to ISO text, how much of them is known, and the calendar they came in.

Formats are tried as the contract orders them, then the others that agencies use, whatever sign stands between the
parts. What can be read in two ways is read as the contract says.
"""

from datetime import date

import polars as pl

from transforms.date_forms import DAY_FIRST, SEPARATORS, Form, forms, in_figures, read, shape
from transforms.mapping import SourceColumn
from transforms.reference import Reference
from transforms.tables import BirthCalendar, BirthPrecision
from transforms.text import ascii_digits

EARLIEST_YEAR = 1900
DECIMALS = r"^(\d{4})\.0+$|^(\d{5})\.\d+$"  # of a year or a day's number in a spreadsheet
TIME_OF_DAY = r"[T ]\d{1,2}:\d{2}.*$"
UNREAD = {"day": pl.Date, "precision": pl.String, "calendar": pl.String, "kind": pl.String}


def read_dates(
    values: pl.DataFrame, column: SourceColumn, reference: Reference, as_of: date, birth: bool = True
) -> pl.DataFrame:
    """Dates out of text.

    In: column `text`. Out, beside it: `value` (ISO text), `precision` (`BirthPrecision`), `calendar`
    (`BirthCalendar`), `fault` (null, unreadable_date, impossible_date) and `repair` (kinds joined with '+', or null).
    A year alone is read where the contract says so, and of births always.
    """
    work = _prepared(values, reference)
    latest = date.max if column.future else as_of
    left, done = work, []
    for form in forms(column.dates, birth, column.future):
        tried = _tried(left, form, reference, as_of)
        good = tried["day"].is_between(date(EARLIEST_YEAR, 1, 1), latest).fill_null(False)
        done.append(tried.filter(good))
        left = tried.filter(~good).drop(*UNREAD)
        if left.is_empty():
            break
    left = left.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in UNREAD.items())
    every = pl.concat([*done, left]).sort("_n")
    return every.select(
        *values.columns,
        value=pl.col("day").dt.to_string("%Y-%m-%d"),
        precision="precision",
        calendar="calendar",
        fault=_fault(),
        repair=_repairs(_own_shape(column.dates), birth),
    )


def _prepared(values: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """`digits`: the text in ASCII digits; `figures`: without time of day; `plain`: its parts with '/' between."""
    digits = ascii_digits(pl.col("text"), reference.script)
    figures = pl.col("digits").str.replace(TIME_OF_DAY, "").str.replace(DECIMALS, "${1}${2}")
    work = values.with_row_index("_n").with_columns(digits=digits, shaped=pl.lit(False)).with_columns(figures=figures)
    work = work.with_columns(plain=pl.col("figures").str.replace_all(SEPARATORS, "/").str.strip_chars("/"))
    lettered = work["plain"].str.contains(r"\p{L}").fill_null(False)
    if not lettered.any():
        return work
    named = in_figures(work.filter(lettered)["figures"], reference)
    return work.with_columns(work["plain"].scatter(lettered.arg_true(), named))


def _tried(left: pl.DataFrame, form: Form, reference: Reference, as_of: date) -> pl.DataFrame:
    told = left.with_columns(told=read(form, reference.era, as_of)).with_columns(
        pl.col("shaped") | pl.col("told").is_not_null()
    )
    return told.unnest("told").with_columns(kind=pl.lit(form.kind, dtype=pl.String))


def _fault() -> pl.Expr:
    told, is_read = pl.col("text").is_not_null(), pl.col("day").is_not_null()
    unread = pl.when(pl.col("shaped")).then(pl.lit("impossible_date")).otherwise(pl.lit("unreadable_date"))
    return pl.when(told & ~is_read).then(unread)


def _own_shape(formats: tuple[str, ...]) -> str:
    dated = [form for form in formats if form not in ("year", "serial")]
    return shape(dated[0] if dated else DAY_FIRST)


def _repairs(own: str, birth: bool) -> pl.Expr:
    """Kinds of digits, year and form (where it is not the contract's first), and the day that is mostly not known."""
    kind, day_known = pl.col("kind"), pl.col("precision") == str(BirthPrecision.DEFAULT_1_JANUARY)
    other = pl.when(kind.is_not_null()).then(kind).when(~pl.col("figures").str.contains(own)).then(pl.lit("other_form"))
    kinds = [
        pl.when(pl.col("text") != pl.col("digits")).then(pl.lit("local_digits")),
        pl.when(pl.col("calendar") == str(BirthCalendar.BUDDHIST)).then(pl.lit("buddhist_year")),
        other,
        pl.when(day_known & birth).then(pl.lit("first_january")),
    ]
    joined = pl.concat_str(kinds, separator="+", ignore_nulls=True)
    return pl.when(pl.col("day").is_not_null() & (joined != "")).then(joined)


def from_age(birth: pl.Expr, age: pl.Expr, told_on: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Birth date and whether it was derived: 1 January of the year of telling less the age, where no date is known."""
    derived = pl.date(told_on.dt.year() - age, 1, 1)
    uses_age = birth.is_null() & age.is_not_null() & told_on.is_not_null()
    return pl.when(uses_age).then(derived).otherwise(birth), uses_age
