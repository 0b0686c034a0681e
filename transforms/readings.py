"""Reading one source column: distinct raw values to canonical ones, with what was wrong and what was mended.

A reading has one row a value: `found` (raw), `value` (canonical text or null), `fault` (reason code or null),
`repair` (kinds joined with '+', or null), and for births `precision`.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.dates import read_dates
from transforms.mapping import SourceColumn
from transforms.phones import e164
from transforms.reference import Reference
from transforms.roles import Role
from transforms.text import ascii_digits, canonical, has_hidden, local_letters, tidy

NAMES = (Role.NAME, Role.LOCAL_NAME, Role.EITHER_NAME)
OLDEST = 125
TRUTHS = {"true": "true", "1": "true", "yes": "true", "y": "true", "false": "false", "0": "false", "no": "false"} | {
    "t": "true",
    "f": "false",
    "n": "false",
}


@dataclass(frozen=True)
class Setting:
    """What reading depends on beside the column: country, its reference data, and the night's date."""

    country: str | None
    reference: Reference
    as_of: date


def read_column(raw: pl.Series, column: SourceColumn, role: Role, setting: Setting) -> pl.DataFrame:
    """The reading of a series of raw values, row for row."""
    found = pl.DataFrame({"found": raw}, schema={"found": pl.String})
    values = found.with_columns(text=tidy(pl.col("found"), column.missing))
    if role in (Role.BIRTH, Role.DATE):
        read = read_dates(values, column, setting.reference, setting.as_of)
    else:
        read = _read(values, column, role, setting)
    if column.pattern is not None:
        misfit = pl.col("value").is_not_null() & ~pl.col("value").str.contains(f"^(?:{column.pattern})$")
        read = read.with_columns(fault=pl.when(misfit).then(pl.lit("unexpected_form")).otherwise("fault"))
        read = read.with_columns(value=pl.when(~misfit).then("value"))
    return read.with_columns(repair=_joined(_if(has_hidden(pl.col("found")), "hidden_signs"), pl.col("repair")))


def _read(values: pl.DataFrame, column: SourceColumn, role: Role, setting: Setting) -> pl.DataFrame:
    script = setting.reference.script
    digits = ascii_digits(pl.col("text"), script)
    local_digits = _if(digits != pl.col("text"), "local_digits")
    if column.codes is not None:
        return _read_codes(values.with_columns(digits=digits), column.codes)
    if role in NAMES:
        return _read_name(values, role, setting.reference)
    if role is Role.TEXT and column.width is None:
        return values.with_columns(value=pl.col("text"), fault=NOTHING, repair=NOTHING)
    readers = {
        Role.PHONE: (e164(digits, setting.country), "unreadable_phone"),
        Role.NUMBER: (_whole(digits), "unreadable_number"),
        Role.AGE: (_age(digits), "implausible_age"),
        Role.TRUTH: (digits.str.to_lowercase().replace_strict(TRUTHS, default=None), "unknown_code"),
        Role.AREA: (padded(code(digits), column.width), "unreadable_code"),
        Role.CODE: (padded(code(digits), column.width), "unreadable_code"),
        Role.TEXT: (padded(digits, column.width), "unreadable_code"),
    }
    value, reason = readers[role]
    read = values.with_columns(value=value, digits=local_digits)
    lost = _if(pl.lit(column.width is not None) & _zeros_lost(digits, pl.col("value")), "leading_zero")
    unread = pl.col("text").is_not_null() & pl.col("value").is_null()
    return read.with_columns(fault=_if(unread, reason), repair=_joined(pl.col("digits"), lost))


NOTHING = pl.lit(None, dtype=pl.String)


def applies(when: dict[str, str]) -> pl.Expr:
    """Rows in which all these columns have these read values."""
    return pl.all_horizontal(pl.lit(True), *((pl.col(c) == v).fill_null(False) for c, v in when.items()))


def _if(condition: pl.Expr, kind: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(kind))


def _joined(*kinds: pl.Expr) -> pl.Expr:
    joined = pl.concat_str(kinds, separator="+", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _read_codes(values: pl.DataFrame, codes: dict[str, str]) -> pl.DataFrame:
    """Codes as they are written, then whatever their case, digits and leading zeros."""
    loose = {source.casefold().lstrip("0") or "0": canonical for source, canonical in codes.items()}
    plain = pl.col("digits").str.to_lowercase().str.strip_chars_start("0").replace({"": "0"})
    exact = pl.col("text").replace_strict(codes, default=None, return_dtype=pl.String)
    value = pl.coalesce(exact, plain.replace_strict(loose, default=None, return_dtype=pl.String))
    unknown = pl.col("text").is_not_null() & pl.col("value").is_null()
    read = values.with_columns(value=value)
    return read.with_columns(fault=_if(unknown, "unknown_code"), repair=NOTHING)


def _read_name(values: pl.DataFrame, role: Role, reference: Reference) -> pl.DataFrame:
    """A name column in the wrong script was written in an old font encoding, or by mistake: it cannot be trusted."""
    local = pl.col("text").str.contains(local_letters(reference))
    lettered = pl.col("text").str.contains(r"\p{L}")
    wrong = {Role.LOCAL_NAME: ~local if reference.script else ~lettered, Role.NAME: local | ~lettered}
    misfit = wrong.get(role, ~lettered)
    reason = pl.when(lettered).then(pl.lit("wrong_script")).otherwise(pl.lit("no_letters"))
    settled = values.with_columns(settled=canonical(values["text"], reference.script))
    mended = _if(~misfit & (pl.col("settled") != pl.col("text").str.normalize("NFC")), "sign_variant")
    return settled.select(
        *values.columns, value=pl.when(~misfit).then("settled"), fault=pl.when(misfit).then(reason), repair=mended
    )


def code(text: pl.Expr) -> pl.Expr:
    """An identifier or code for comparing: upper case, without spaces, dots, dashes and a spreadsheet's '.0'."""
    plain = text.str.replace(r"\.0+$", "").str.replace_all(r"[\s.\-\x{2010}-\x{2015}]+", "").str.to_uppercase()
    return plain.replace({"": None})


def padded(text: pl.Expr, width: int | None) -> pl.Expr:
    """Leading zeros put back that a spreadsheet lost; at most half of the digits, or it is another number."""
    if width is None:
        return text
    short = text.str.contains(r"^\d+$") & text.str.len_bytes().is_between((width + 1) // 2, width - 1)
    return pl.when(short).then(text.str.zfill(width)).otherwise(text)


def _zeros_lost(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    return after.str.len_bytes() > before.str.len_bytes()


def _whole(digits: pl.Expr) -> pl.Expr:
    """A whole number as text; thousands may be parted by spaces or commas, decimals are rounded."""
    plain = digits.str.replace_all(r"(\d)[ ,](\d{3})\b", "${1}${2}").str.replace_all(r"(\d)[ ,](\d{3})\b", "${1}${2}")
    number = plain.str.extract(r"^([+-]?\d{1,15}(?:\.\d+)?)$").cast(pl.Float64, strict=False)
    return number.round().cast(pl.Int64, strict=False).cast(pl.String)


def _age(digits: pl.Expr) -> pl.Expr:
    years = digits.str.extract(r"^(\d{1,3})(?:\.\d+)?$").cast(pl.Int32, strict=False)
    return pl.when(years <= OLDEST).then(years.cast(pl.String))
