"""Addresses as text to one form: words written in full or short, words before a flat's number, postal codes."""

import polars as pl

from transforms.reference import Reference
from transforms.text import apply_rules

ZIP_PLUS_FOUR = r"^(\d{5})\d{4}$"  # the last four of a code of the United States name a side of a street


def shortened(text: pl.Expr, reference: Reference) -> pl.Expr:
    """Folded free text with the words of the country's addresses in their short form; null where nothing is left."""
    short = apply_rules(text, reference.address_words).str.replace_all(r" +", " ").str.strip_chars(" ")
    return short.replace({"": None})


def postcode(code: pl.Expr, country: str | None) -> pl.Expr:
    """A postal code in capitals, without blanks and hyphens, in its coarser form where it has two."""
    plain = code.str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "").replace({"": None})
    return plain.str.replace(ZIP_PLUS_FOUR, "${1}") if country == "US" else plain
