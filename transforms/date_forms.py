"""The forms in which dates are written, each a regular expression over digits parted by '/', and the years of eras.

A month's name stands as `m01` to `m12` by then (see `in_figures`), so that it cannot be taken for a day.
"""

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.reference import Era, Reference
from transforms.tables import BirthCalendar, BirthPrecision
from transforms.text import canonical

SPREADSHEET_DAY_0 = date(1899, 12, 30)  # day 60 of spreadsheets, 29 February 1900, never was
SEPARATORS = r"[\s./\\\-,_|\x{2010}-\x{2015}]+"
ISO, DAY_FIRST = "%Y-%m-%d", "%d/%m/%Y"
PARTS = {"%d": "day", "%m": "month", "%Y": "year", "%y": "short_year"}
ORDINAL = r"\b(\d{1,2})(?:st|nd|rd|th)\b"


@dataclass(frozen=True)
class Form:
    """One way to write a date. `kind`: the repair that reading it is, or null."""

    pattern: str
    kind: str | None = "other_form"
    days: bool = False  # a spreadsheet's number of days
    future_years: int = 0  # how far ahead of now a year of two digits may lie

    def tells(self, part: str) -> bool:
        return f"?<{part}>" in self.pattern


YEAR = Form(r"^(?<year>\d{4})$", "year_only")
# Of four digits only those that are no year of either calendar; 3000 is 18 March 1908.
SERIAL = Form(r"^(?<days>\d{5}|[3-9]\d{3})$", "spreadsheet_day", days=True)
# What every register may hold, whatever it promised. Month first only where the other reading is impossible.
TOLERANT = (
    Form(r"^(?<year>\d{4})/(?<month>\d{1,2})/(?<day>\d{1,2})$"),
    Form(r"^(?<day>\d{1,2})/(?<month>\d{1,2})/(?<year>\d{4})$"),
    Form(r"^(?<month>\d{1,2})/(?<day>1[3-9]|2\d|3[01])/(?<year>\d{4})$", "month_first"),
    Form(r"^(?<day>\d{1,2})/m(?<month>\d{2})/(?<year>\d{4})$"),
    Form(r"^m(?<month>\d{2})/(?<day>\d{1,2})/(?<year>\d{4})$"),
    Form(r"^(?<year>\d{4})/m(?<month>\d{2})/(?<day>\d{1,2})$"),
    Form(r"^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$"),
    Form(r"^(?<day>\d{2})(?<month>\d{2})(?<year>\d{4})$"),
    SERIAL,
)
# Day and month written as zeros are not known.
TOLERANT_OF_BIRTHS = (
    YEAR,
    Form(r"^00?/00?/(?<year>\d{4})$", "year_only"),
    Form(r"^(?<year>\d{4})/00?/00?$", "year_only"),
    Form(r"^m(?<month>\d{2})/(?<year>\d{4})$"),
)


def forms(formats: tuple[str, ...], birth: bool, future: bool) -> tuple[Form, ...]:
    """The contract's forms in its order, then the others. Reading a year alone makes only a birth of use."""
    dated = [form for form in formats if form not in ("year", "serial")]
    own = [_of_contract(form, None if form in dated[:1] else "other_form", future) for form in formats]
    return (*own, *TOLERANT, *(TOLERANT_OF_BIRTHS if birth else ()))


def _of_contract(form: str, kind: str | None, future: bool) -> Form:
    if form in ("year", "serial"):
        return YEAR if form == "year" else SERIAL
    parts = re.findall(r"%[dmYy]", form)
    parted = re.search(r"%[dmYy][^%]+%", form) is not None
    width = {"%Y": r"\d{4}", "%y": r"\d{2}"} | dict.fromkeys(("%d", "%m"), r"\d{1,2}" if parted else r"\d{2}")
    groups = [f"(?<{PARTS[part]}>{width[part]})" for part in parts]
    return Form(f"^{('/' if parted else '').join(groups)}$", kind, future_years=20 if future else 0)


def shape(form: str) -> str:
    """A regular expression for text that has a contract's format to the letter, but for leading zeros."""
    widths = {"%d": r"\d{1,2}", "%m": r"\d{1,2}", "%Y": r"\d{4}", "%y": r"\d{2}"}
    pieces = re.split(r"(%[dmYy])", form)
    return "^" + "".join(widths.get(piece, re.escape(piece)) for piece in pieces) + "$"


def in_figures(texts: pl.Series, reference: Reference) -> pl.Series:
    """Texts with letters: months' names as `m01` to `m12`, and the words around a date taken out."""
    words = canonical(texts, reference.script).str.to_lowercase().to_frame("text")
    plain = pl.col("text").str.replace_all(ORDINAL, "${1}")
    for number, names in enumerate(reference.months, 1):
        plain = plain.str.replace_all(_any_of(names), f"/m{number:02}/")
    if reference.date_words:
        plain = plain.str.replace_all(_any_of(reference.date_words), "/")
    return words.select(plain.str.replace_all(SEPARATORS, "/").str.strip_chars("/")).to_series()


def _any_of(words: tuple[str, ...]) -> str:
    """Latin words as whole words; those of a script that is written without spaces anywhere."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in longest)


def read(form: Form, era: Era | None, as_of: date) -> pl.Expr:
    """A struct (day, precision, calendar), null where `plain` has not the form; day null where it is no date."""
    groups = pl.col("plain").str.extract_groups(form.pattern)
    if form.days:
        return _read_serial(groups)
    year, is_era = _year(groups, form, era, as_of)
    month, day = (
        groups.struct.field(part).str.zfill(2) if form.tells(part) else pl.lit("01") for part in ("month", "day")
    )
    if era is not None:
        after = month + day >= era.change
        year = pl.when(is_era).then(year - era.offset - after.cast(pl.Int32)).otherwise(year)
    written = pl.concat_str(year.cast(pl.String).str.zfill(4), month, day, separator="-")
    told = pl.struct(
        day=written.str.to_date("%Y-%m-%d", strict=False),
        precision=_precision(form, month, day),
        calendar=pl.when(is_era).then(pl.lit(str(BirthCalendar.BUDDHIST))).otherwise(pl.lit(str(BirthCalendar.COMMON))),
    )
    return pl.when(year.is_not_null()).then(told)


def _year(groups: pl.Expr, form: Form, era: Era | None, as_of: date) -> tuple[pl.Expr, pl.Expr]:
    """The year as it is written, and whether it is one of the national era.

    Two digits mean the last such year that is not ahead of now, or not further than the form allows.
    """
    if form.tells("short_year"):
        latest = as_of.year + form.future_years
        short = groups.struct.field("short_year").cast(pl.Int32, strict=False)
        return latest - ((latest - short) % 100), pl.lit(False)
    year = groups.struct.field("year").cast(pl.Int32, strict=False)
    return year, (year.is_between(era.first, era.last) if era else pl.lit(False))


def _precision(form: Form, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    if not form.tells("month"):
        return pl.lit(str(BirthPrecision.YEAR))
    if not form.tells("day"):
        return pl.lit(str(BirthPrecision.MONTH))
    told = pl.when((month == "01") & (day == "01")).then(pl.lit(str(BirthPrecision.DEFAULT_1_JANUARY)))
    return told.otherwise(pl.lit(str(BirthPrecision.DAY)))


def _read_serial(groups: pl.Expr) -> pl.Expr:
    number = groups.struct.field("days").cast(pl.Int32, strict=False)
    moment = (pl.lit(SPREADSHEET_DAY_0) + pl.duration(days=number)).cast(pl.Date)
    month, day = (moment.dt.to_string(f"%{part}") for part in "md")
    precision = _precision(TOLERANT[0], month, day)
    calendar = pl.lit(str(BirthCalendar.SPREADSHEET))
    return pl.when(number.is_not_null()).then(pl.struct(day=moment, precision=precision, calendar=calendar))
