"""Postal codes and the words of addresses in one form."""

import polars as pl
import pytest

from transforms.postal import postcode, shortened
from transforms.reference import PLAIN, Reference
from transforms.text import folded


@pytest.mark.parametrize(
    ("country", "told", "read"),
    [
        ("GB", "SW1A 1AA", "SW1A1AA"),
        ("GB", "sw1a1aa", "SW1A1AA"),
        ("US", "62704-1234", "62704"),
        ("US", "627041234", "62704"),
        ("US", "01234", "01234"),
        ("AU", "2000", "2000"),
        ("JP", "1234567", "1234567"),
        (None, "627041234", "627041234"),
        ("US", " - ", None),
    ],
)
def test_postcodes(country: str | None, told: str, read: str | None) -> None:
    assert pl.select(postcode(pl.lit(told), country)).item() == read


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("12 Main Street, Apt. 3", "12 main st 3"),
        ("12 Main St #3", "12 main st 3"),
        ("Flat 3B, 12 North Road", "3b 12 n rd"),
        ("Saint Louis", "st louis"),
        ("St. Louis", "st louis"),
        ("12 Flat Rock Lane", "12 flat rock ln"),  # no number behind it: a name
        ("1 Streeter Place", "1 streeter pl"),
    ],
)
def test_words_of_addresses_are_short(told: str, read: str) -> None:
    assert pl.select(shortened(folded(pl.lit(told), None), PLAIN)).item() == read


def test_a_country_that_names_no_address_words_keeps_its_own() -> None:
    assert pl.select(shortened(pl.lit("12 street apt 3"), Reference())).item() == "12 street apt 3"
