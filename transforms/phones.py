"""Phone numbers to E.164, by the numbering plan of the contract's country (libphonenumber's metadata)."""

import re

import phonenumbers
import polars as pl

WRITTEN = r"[\s().\-/]+"


def e164(number: pl.Expr, country: str | None) -> pl.Expr:
    """A phone in E.164, null where it is none. `number` has ASCII digits.

    Without a country only numbers with their country code can be read.
    """
    plain = number.str.replace_all(WRITTEN, "").str.replace(r"^00", "+")
    foreign = pl.when(plain.str.contains(r"^\+[1-9]\d{6,14}$")).then(plain)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country) if country else None
    if plan is None:
        return foreign
    code, trunk, national = str(plan.country_code), plan.national_prefix or "", _national(plan)
    with_code = rf"^(?:\+?{code})(?:{trunk})?(?:{national})$"
    with_trunk, bare = f"^{trunk}(?:{national})$", f"^(?:{national})$"  # bare: a spreadsheet took the zero
    number = (
        pl.when(bool(trunk) & plain.str.contains(with_trunk))
        .then(plain.str.strip_prefix(trunk))
        .when(plain.str.contains(bare))
        .then(plain)
        .when(plain.str.contains(with_code))
        .then(plain.str.replace(rf"^\+?{code}(?:{trunk})?(?P<rest>(?:{national})$)", "${rest}"))
    )
    abroad = pl.when(~plain.str.starts_with(f"+{code}")).then(foreign)
    return pl.coalesce(pl.lit(f"+{code}") + number, abroad)


def _national(plan: phonenumbers.PhoneMetadata) -> str:
    """The plan's pattern of a national number."""
    pattern = plan.general_desc.national_number_pattern if plan.general_desc else None
    return re.sub(r"\s", "", pattern or r"\d{6,14}")
