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
    code, trunk = str(plan.country_code), plan.national_prefix or ""
    home = plain.str.replace(rf"^\+?{code}{trunk}", f"+{code}") if trunk else plain
    national = _national(plan)
    bare = pl.when(home.str.contains(rf"^{trunk}(?:{national})$")).then(home.str.strip_prefix(trunk))
    bare = bare.when(home.str.contains(rf"^(?:{national})$")).then(home)
    bare = bare.when(home.str.contains(rf"^\+?{code}(?:{national})$")).then(home.str.replace(rf"^\+?{code}", ""))
    return pl.coalesce(pl.lit(f"+{code}") + bare, pl.when(~home.str.starts_with(f"+{code}")).then(foreign))


def _national(plan: phonenumbers.PhoneMetadata) -> str:
    """The plan's pattern of a national number, of the lengths that it allows."""
    described = plan.general_desc
    pattern = re.sub(r"\s", "", described.national_number_pattern or r"\d{6,14}")
    return pattern if described.possible_length else r"\d{6,14}"
