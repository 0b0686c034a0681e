"""Phone numbers to E.164, by the numbering plan of the contract's country (libphonenumber's metadata)."""

import re

import phonenumbers
import polars as pl

WRITTEN = r"[\s().\-/\x{2010}-\x{2015}]+"
DECIMALS = r"^(\+?\d+)\.0+$"  # a spreadsheet took the number for an amount
# Tried only where the whole field is no number: a slash may stand inside one.
BETWEEN_NUMBERS = r"\s*[/,;|&]\s*|\s(?:or|and|-|ឬ|និង)\s"
LONG_NUMBER = r"(\d{8,})\s+"


def read_phones(numbers: pl.Series, country: str | None) -> pl.DataFrame:
    """Phones row for row: `value` (E.164, of several numbers the first that is one) and `lost_zero`.

    `numbers` have ASCII digits. `lost_zero`: a spreadsheet took the zero that stands in front at home.
    """
    frame = pl.DataFrame({"number": numbers}, schema={"number": pl.String}).with_row_index("_n")
    frame = frame.with_columns(value=e164(pl.col("number"), country))
    unread = frame.filter(pl.col("value").is_null() & pl.col("number").is_not_null())
    parted = pl.col("number").str.replace_all(BETWEEN_NUMBERS, "\n").str.replace_all(LONG_NUMBER, "${1}\n")
    pieces = unread.select("_n", number=parted.str.split("\n")).filter(pl.col("number").list.len() > 1)
    firsts = pieces.explode("number").with_columns(value=e164(pl.col("number"), country)).drop_nulls("value")
    read = frame.update(firsts.unique("_n", keep="first", maintain_order=True), on="_n", how="left")
    return read.select("value", lost_zero=pl.col("value").is_not_null() & _lost_zero(pl.col("number"), country))


def e164(number: pl.Expr, country: str | None) -> pl.Expr:
    """A phone in E.164, null where it is none. `number` has ASCII digits.

    Without a country only numbers with their country code can be read.
    """
    plain = _plain(number)
    foreign = pl.when(plain.str.contains(r"^\+[1-9]\d{6,14}$")).then(plain)
    plan = _plan(country)
    if plan is None:
        return foreign
    code, trunk, national = str(plan.country_code), plan.national_prefix or "", _national(plan)
    with_code = rf"^(?:\+?{code})(?:{trunk})?(?:{national})$"
    number = (
        pl.when(bool(trunk) & plain.str.contains(f"^{trunk}(?:{national})$"))
        .then(plain.str.strip_prefix(trunk))
        .when(plain.str.contains(f"^(?:{national})$"))
        .then(plain)
        .when(plain.str.contains(with_code))
        .then(plain.str.replace(rf"^\+?{code}(?:{trunk})?(?P<rest>(?:{national})$)", "${rest}"))
    )
    abroad = pl.when(~plain.str.starts_with(f"+{code}")).then(foreign)
    return pl.coalesce(pl.lit(f"+{code}") + number, abroad)


def _lost_zero(number: pl.Expr, country: str | None) -> pl.Expr:
    plan = _plan(country)
    if plan is None or plan.national_prefix != "0":
        return pl.lit(False)
    national, plain = _national(plan), _plain(number)
    return plain.str.contains(f"^(?:{national})$") & ~plain.str.contains(f"^0(?:{national})$")


def _plain(number: pl.Expr) -> pl.Expr:
    return number.str.replace(DECIMALS, "${1}").str.replace_all(WRITTEN, "").str.replace(r"^00", "+")


def _plan(country: str | None) -> phonenumbers.PhoneMetadata | None:
    return phonenumbers.PhoneMetadata.metadata_for_region(country) if country else None


def _national(plan: phonenumbers.PhoneMetadata) -> str:
    """The plan's pattern of a national number."""
    pattern = plan.general_desc.national_number_pattern if plan.general_desc else None
    return re.sub(r"\s", "", pattern or r"\d{6,14}")
