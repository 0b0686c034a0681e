"""Dates as agencies write them, to ISO text and how much of them is known.

Formats are tried as the contract orders them, then ISO, whatever sign stands between the parts. Years of a
national era, digits of the local script and a spreadsheet's day numbers are read where reference or contract say so.
"""

import re
from datetime import date

import polars as pl

from transforms.mapping import SourceColumn
from transforms.reference import Reference
from transforms.tables import BirthPrecision
from transforms.text import ascii_digits

ISO = "%Y-%m-%d"
EARLIEST_YEAR = 1900
SPREADSHEET_DAY_0 = date(1899, 12, 30)  # day 60 of spreadsheets, 29 February 1900, never was
SEPARATORS = r"[\s./\-]+"
TIME_OF_DAY = r"[T ]\d{1,2}:\d{2}.*$"


def read_dates(values: pl.DataFrame, column: SourceColumn, reference: Reference, as_of: date) -> pl.DataFrame:
    """Dates out of text.

    In: column `text`. Out, beside it: `value` (ISO text), `precision` (`BirthPrecision`), `fault` (null,
    unreadable_date, impossible_date) and `repair` (kinds joined with '+', or null).
    """
    plain = ascii_digits(pl.col("text"), reference.script).str.replace(TIME_OF_DAY, "")
    work = values.with_columns(plain=plain.str.replace_all(SEPARATORS, "/").str.strip_chars("/"))
    formats = (*column.dates, *(() if ISO in column.dates else (ISO,)))
    work = work.with_columns(_read(form, reference).alias(f"read_{n}") for n, form in enumerate(formats))
    latest = date.max if column.future else as_of
    reads = [pl.col(f"read_{n}") for n in range(len(formats))]
    good = [pl.when(_possible(read, latest)).then(read) for read in reads]
    work = work.with_columns(best=pl.coalesce(good), shaped=pl.any_horizontal(read.is_not_null() for read in reads))
    work = work.with_columns(pl.col("best").struct.unnest())
    return work.select(
        *values.columns,
        value=pl.col("day").dt.to_string("%Y-%m-%d"),
        precision=pl.col("precision"),
        fault=_fault(),
        repair=_repairs(reference),
    )


def _read(form: str, reference: Reference) -> pl.Expr:
    """A struct (day, precision, how), null where the text has not this form; day null where it is no date."""
    if form == "serial":
        return _read_serial()
    pattern, known = _pattern(form)
    groups = pl.col("plain").str.extract_groups(pattern)
    year = groups.struct.field("year").cast(pl.Int32, strict=False)
    era = reference.era_offset is not None and year.is_between(reference.era_from, reference.era_from + 250)
    year = pl.when(era).then(year - (reference.era_offset or 0)).otherwise(year)
    month, day = (_part(groups, part, known) for part in ("month", "day"))
    written = pl.concat_str(year.cast(pl.String).str.zfill(4), month, day, separator="-")
    precision = _precision(known, month, day)
    how = pl.when(era).then(pl.lit("era_year")).otherwise(None)
    moment = written.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(year.is_not_null()).then(pl.struct(day=moment, precision=precision, how=how))


def _pattern(form: str) -> tuple[str, frozenset[str]]:
    """The regular expression of a format whose separators were made '/', and the parts it tells."""
    if form == "year":
        return r"^(?<year>\d{4})$", frozenset({"year"})
    parts = re.findall(r"%[dmY]", form)
    digits = r"\d{1,2}" if re.search(r"%[dmY][^%]+%", form) else r"\d{2}"
    named = {"%d": f"(?<day>{digits})", "%m": f"(?<month>{digits})", "%Y": r"(?<year>\d{4})"}
    between = "" if digits == r"\d{2}" else "/"
    names = {"%d": "day", "%m": "month", "%Y": "year"}
    return f"^{between.join(named[part] for part in parts)}$", frozenset(names[part] for part in parts)


def _part(groups: pl.Expr, part: str, known: frozenset[str]) -> pl.Expr:
    return groups.struct.field(part).str.zfill(2) if part in known else pl.lit("01")


def _precision(known: frozenset[str], month: pl.Expr, day: pl.Expr) -> pl.Expr:
    if "month" not in known:
        return pl.lit(str(BirthPrecision.YEAR))
    if "day" not in known:
        return pl.lit(str(BirthPrecision.MONTH))
    first = (month == "01") & (day == "01")
    told = pl.when(first).then(pl.lit(str(BirthPrecision.DEFAULT_1_JANUARY)))
    return told.otherwise(pl.lit(str(BirthPrecision.DAY)))


def _read_serial() -> pl.Expr:
    number = pl.col("text").str.extract(r"^(\d{4,5})(?:\.0+)?$").cast(pl.Int32, strict=False)
    moment = (pl.lit(SPREADSHEET_DAY_0) + pl.duration(days=number)).cast(pl.Date)
    month, day = (moment.dt.to_string(f"%{part}") for part in "md")
    precision = _precision(frozenset({"day", "month", "year"}), month, day)
    return pl.when(number.is_not_null()).then(pl.struct(day=moment, precision=precision, how=pl.lit("spreadsheet_day")))


def _possible(read: pl.Expr, latest: date) -> pl.Expr:
    return read.struct.field("day").is_between(pl.date(EARLIEST_YEAR, 1, 1), pl.lit(latest))


def _fault() -> pl.Expr:
    told, read = pl.col("text").is_not_null(), pl.col("day").is_not_null()
    unread = pl.when(pl.col("shaped")).then(pl.lit("impossible_date")).otherwise(pl.lit("unreadable_date"))
    return pl.when(told & ~read).then(unread)


def _repairs(reference: Reference) -> pl.Expr:
    digits = pl.col("text") != ascii_digits(pl.col("text"), reference.script)
    kinds = [pl.when(digits).then(pl.lit("local_digits")), pl.col("how")]
    joined = pl.concat_str(kinds, separator="+", ignore_nulls=True)
    return pl.when(pl.col("day").is_not_null() & (joined != "")).then(joined)


def from_age(birth: pl.Expr, age: pl.Expr, told_on: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Birth date and whether it was derived: 1 January of the year of telling less the age, where no date is known."""
    derived = pl.date(told_on.dt.year() - age, 1, 1)
    uses_age = birth.is_null() & age.is_not_null() & told_on.is_not_null()
    return pl.when(uses_age).then(derived).otherwise(birth), uses_age
