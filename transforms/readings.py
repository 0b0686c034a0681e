"""Reading one source column: distinct raw values to canonical ones, with what was wrong and what was mended.

A reading has one row a value: `found` (raw), `value` (canonical text or null), `fault` (reason code or null),
`repair` (kinds joined with '+', or null; see `transforms.repairs`), and of dates `precision` and `calendar`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.areas import looked_up
from transforms.dates import read_dates
from transforms.mapping import SourceColumn
from transforms.phones import read_phones
from transforms.reference import Reference
from transforms.roles import Role
from transforms.text import ascii_digits, canonical, has_hidden, local_letters, tidy

NAMES = (Role.NAME, Role.LOCAL_NAME, Role.EITHER_NAME)
OLDEST = 125
UNREADABLE = r"\x{FFFD}|\?\?"  # what a program writes for signs it could not read
SIGNS = r"\x{A1}-\x{A9}\x{AB}-\x{B4}\x{B6}-\x{B9}\x{BB}-\x{BF}\x{D7}\x{F7}"  # of Latin-1, no letters
SIGN_IN_WORD = rf"\p{{L}}[;:<>\[\]{{}}|\\@#$%^&*+=~`\"!_]+\p{{L}}|[{SIGNS}]"
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
        read = read_dates(values, column, setting.reference, setting.as_of, birth=role is Role.BIRTH)
    else:
        read = _read(values, column, role, setting)
    if column.pattern is not None:
        misfit = pl.col("value").is_not_null() & ~pl.col("value").str.contains(f"^(?:{column.pattern})$")
        read = read.with_columns(fault=pl.when(misfit).then(pl.lit("unexpected_form")).otherwise("fault"))
        read = read.with_columns(value=pl.when(~misfit).then("value"))
    mended = _joined(_if(has_hidden(pl.col("found")), "hidden_signs"), pl.col("repair"))
    return read.with_columns(repair=pl.when(pl.col("value").is_not_null()).then(mended))


def _read(values: pl.DataFrame, column: SourceColumn, role: Role, setting: Setting) -> pl.DataFrame:
    """Values with `value`, `fault` and `repair`. Text of no code, name or width is taken as it is."""
    reference = setting.reference
    values = values.with_columns(digits=ascii_digits(pl.col("text"), reference.script))
    if column.codes is not None:
        return _read_codes(values, column.codes, reference)
    if role is Role.TEXT and column.width is None:
        return values.with_columns(value=pl.col("text"), fault=NOTHING, repair=NOTHING)
    readers: dict[Role, Callable[[], pl.DataFrame]] = {
        **dict.fromkeys(NAMES, lambda: _read_name(values, role, reference)),
        Role.PHONE: lambda: _read_phone(values, setting.country),
        Role.AREA: lambda: _read_area(values, column, reference),
        Role.CODE: lambda: _read_code(values, column.width, spaced=True),
        Role.TEXT: lambda: _read_code(values, column.width, spaced=False),
    }
    return readers[role]() if role in readers else _read_plain(values, role)


def _read_plain(values: pl.DataFrame, role: Role) -> pl.DataFrame:
    readers = {
        Role.NUMBER: (_whole(pl.col("digits")), "unreadable_number"),
        Role.AGE: (_age(pl.col("digits")), "implausible_age"),
        Role.TRUTH: (pl.col("digits").str.to_lowercase().replace_strict(TRUTHS, default=None), "unknown_code"),
    }
    value, reason = readers[role]
    return _noted(values.with_columns(value=value), reason)


NOTHING = pl.lit(None, dtype=pl.String)


def applies(when: dict[str, str]) -> pl.Expr:
    """Rows in which all these columns have these read values."""
    return pl.all_horizontal(pl.lit(True), *((pl.col(c) == v).fill_null(False) for c, v in when.items()))


def _if(condition: pl.Expr | pl.Series, kind: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(kind))


def _joined(*kinds: pl.Expr) -> pl.Expr:
    joined = pl.concat_str(kinds, separator="+", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _noted(read: pl.DataFrame, reason: str, *kinds: pl.Expr) -> pl.DataFrame:
    """A reading with `value` given its fault, where nothing could be made of the text, and its repairs."""
    unread = pl.col("text").is_not_null() & pl.col("value").is_null()
    local = _if(pl.col("digits") != pl.col("text"), "local_digits")
    return read.with_columns(fault=_if(unread, reason), repair=_joined(local, *kinds))


def _read_codes(values: pl.DataFrame, codes: dict[str, str], reference: Reference) -> pl.DataFrame:
    """Codes as they are written; else whatever their case, digits, spaces, final dots, signs and leading zeros.

    Two codes that would then be one are read only as they are written.
    """
    sources = pl.DataFrame(list(codes.items()), schema={"text": pl.String, "code": pl.String}, orient="row")
    known = sources.with_columns(loose=_loose(sources["text"], reference)).drop_nulls().group_by("loose").agg(
        pl.col("code").unique()
    )  # fmt: skip
    one = known.filter(pl.col("code").list.len() == 1)
    loose = dict(zip(one["loose"], one["code"].list.first(), strict=True))
    exact = pl.col("text").replace_strict(codes, default=None, return_dtype=pl.String)
    bent = pl.col("loose").replace_strict(loose, default=None, return_dtype=pl.String)
    read = values.with_columns(loose=_loose(values["text"], reference), exact=exact)
    read = read.with_columns(value=pl.coalesce("exact", bent))
    unknown = pl.col("text").is_not_null() & pl.col("value").is_null()
    return read.with_columns(
        fault=_if(unknown, "unknown_code"),
        repair=_if(pl.col("exact").is_null() & pl.col("value").is_not_null(), "loose_code"),
    )


def _loose(texts: pl.Series, reference: Reference) -> pl.Series:
    plain = ascii_digits(pl.col("text"), reference.script).str.replace_all(r"[\s.។៕]+", "").str.to_lowercase()
    zeros = plain.str.replace(r"^0+(\d)", "${1}")
    return canonical(texts, reference.script).to_frame("text").select(zeros.replace({"": None})).to_series()


def _read_name(values: pl.DataFrame, role: Role, reference: Reference) -> pl.DataFrame:
    """A name column in the wrong script was written in an old font encoding, or by mistake: it cannot be trusted."""
    local = pl.col("text").str.contains(local_letters(reference))
    lettered = pl.col("text").str.contains(r"\p{L}")
    wrong = {Role.LOCAL_NAME: ~local if reference.script else ~lettered, Role.NAME: local | ~lettered}
    old_font = _in_old_font(role, reference) & ~local
    broken = pl.col("text").str.contains(UNREADABLE)
    misfit = wrong.get(role, ~lettered) | broken | (old_font if role is Role.EITHER_NAME else pl.lit(False))
    reason = (
        pl.when(~lettered)
        .then(pl.lit("no_letters"))
        .when(broken)
        .then(pl.lit("unexpected_form"))
        .when(old_font)
        .then(pl.lit("legacy_font"))
        .otherwise(pl.lit("wrong_script"))
    )
    settled = values.with_columns(settled=canonical(values["text"], reference.script))
    mended = _if(~misfit & (pl.col("settled") != pl.col("text").str.normalize("NFC")), "sign_variant")
    return settled.select(
        *values.columns, value=pl.when(~misfit).then("settled"), fault=pl.when(misfit).then(reason), repair=mended
    )


def _in_old_font(role: Role, reference: Reference) -> pl.Expr:
    """Letters of an old font: in a local column by all that shows them, in one of either script by signs in words."""
    known = reference.script.old_font if reference.script else None
    if known is None or role is Role.NAME:
        return pl.lit(False)
    return pl.col("text").str.contains(known if role is Role.LOCAL_NAME else SIGN_IN_WORD)


def _read_code(values: pl.DataFrame, width: int | None, spaced: bool) -> pl.DataFrame:
    """An identifier or the number of a card; text with a width is one too, but was never written with spaces."""
    plain = code(pl.col("digits")) if spaced else pl.col("digits")
    figures = pl.col("plain").str.contains(r"^\d+$") & (pl.col("plain") != pl.col("digits"))
    parted = figures | pl.col("digits").str.contains(" ", literal=True)
    read = values.with_columns(plain=plain).with_columns(value=padded(pl.col("plain"), width))
    return _noted(
        read,
        "unexpected_form",
        _if(parted & spaced, "spaced_code"),
        _if(_zeros_lost(pl.col("plain"), pl.col("value")), "lost_zero"),
    )


def _read_phone(values: pl.DataFrame, country: str | None) -> pl.DataFrame:
    read = read_phones(values["digits"], country)
    return _noted(values.with_columns(read["value"]), "unreadable_phone", _if(read["lost_zero"], "lost_zero"))


def _read_area(values: pl.DataFrame, column: SourceColumn, reference: Reference) -> pl.DataFrame:
    """An area's code of today. Of one that names no area there stays what begins it and does."""
    read = values.with_columns(plain=code(pl.col("digits")))
    read = read.with_columns(told=padded(pl.col("plain"), column.width))
    lost = _if(_zeros_lost(pl.col("plain"), pl.col("told")), "lost_zero")
    if reference.areas is None:
        return _noted(read.with_columns(value="told"), "unknown_area", lost)
    found = looked_up(read["told"], reference)
    fits = pl.lit(True) if column.width is None else pl.col("told").str.len_bytes() == column.width
    read = read.with_columns(found).with_columns(value=pl.when(fits).then("known"))
    noted = _noted(read, "unknown_area", lost, _if(pl.col("moved"), "old_area_code"))
    less = pl.col("value").str.len_bytes() < pl.col("code").str.len_bytes()
    return noted.with_columns(fault=pl.when(less).then(pl.lit("unknown_area")).otherwise("fault"))


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
