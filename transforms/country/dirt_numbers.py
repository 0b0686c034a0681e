"""What goes wrong with numbers: identifiers, phones, codes of areas. Every function takes texts and gives as many."""

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Ints, scattered_number
from transforms.country.dirt_text import changed
from transforms.country.draws import Draws

KHMER_DIGITS = dict(zip("0123456789", "០១២៣៤៥៦៧៨៩", strict=True))
# Digits that a scanner or a tired eye takes for each other.
MISREAD = {"0": "8", "8": "0", "1": "7", "7": "1", "3": "8", "5": "6", "6": "5"}
PLACEHOLDERS = ("000000000", "123456789", "999999999", "111111111")
DIGITS_AT_RISK = 8


def in_khmer_digits(text: pl.Series, hit: Flags) -> pl.Series:
    return changed(text, hit, pl.col("s").str.replace_many(KHMER_DIGITS))


def without_first_zero(text: pl.Series, hit: Flags) -> pl.Series:
    """Without the zeros in front, as a spreadsheet keeps a number."""
    return changed(text, hit, pl.col("s").str.strip_chars_start("0"))


def one_digit_wrong(draws: Draws, part: str, number: pl.Series, hit: Flags) -> pl.Series:
    """One of the last eight digits is another one."""
    at, other = digit_at_risk(draws, part, number), pl.Series(1 + draws.below(f"{part} digit", 9))
    s, here = pl.col("s"), pl.col("at")
    digit = (s.str.slice(here, 1).cast(pl.Int64, strict=False).fill_null(0) + pl.col("other")) % 10
    return changed(
        number, hit, s.str.slice(0, here) + digit.cast(pl.String) + s.str.slice(here + 1), at=at, other=other
    )


def one_digit_misread(draws: Draws, part: str, number: pl.Series, hit: Flags) -> pl.Series:
    """One of the last eight digits is taken for one of its shape; nothing happens to a 2, a 4 or a 9."""
    at = digit_at_risk(draws, part, number)
    s, here = pl.col("s"), pl.col("at")
    return changed(
        number, hit, s.str.slice(0, here) + s.str.slice(here, 1).replace(MISREAD) + s.str.slice(here + 1), at=at
    )


def digit_at_risk(draws: Draws, part: str, number: pl.Series) -> pl.Series:
    length = number.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
    return pl.Series(np.maximum(length - 1 - draws.below(f"{part} at", np.minimum(length, DIGITS_AT_RISK)), 0))


def tail_wrong(draws: Draws, part: str, number: pl.Series, hit: Flags) -> pl.Series:
    """The last two digits are others."""
    tail = (pl.col("s").str.tail(2).cast(pl.Int64, strict=False) + pl.col("shift")) % 100
    shift = pl.Series(1 + draws.below(f"{part} shift", 98))
    return changed(number, hit, pl.col("s").str.head(-2) + tail.cast(pl.String).str.zfill(2), shift=shift)


def in_groups(draws: Draws, part: str, number: pl.Series, hit: Flags) -> pl.Series:
    """Digits in groups of three or four with spaces or dashes between."""
    s, sign = pl.col("s"), pl.col("sign")
    size = pl.when(s.str.len_chars() % 3 == 0).then(3).otherwise(4)
    rest = s.str.slice(2 * size)
    grouped = (
        s.str.slice(0, size)
        + sign
        + s.str.slice(size, size)
        + pl.when(rest != "").then(sign + rest).otherwise(pl.lit(""))
    )
    signs = pl.Series([" ", "-"]).gather(draws.below(f"{part} sign", 2))
    return changed(number, hit, grouped, sign=signs)


def placeholders(draws: Draws, part: str) -> pl.Series:
    return pl.Series(PLACEHOLDERS).gather(draws.below(f"{part} placeholder", len(PLACEHOLDERS)))


def from_abroad(draws: Draws, phone: pl.Series, hit: Flags) -> pl.Series:
    """With the country's code instead of the zero, in one of four ways."""
    front = pl.Series(["+855", "+855 ", "855", "00855"]).gather(draws.below("abroad", 4))
    return changed(phone, hit, pl.col("front") + pl.col("s").str.strip_chars_start("0"), front=front)


def spaced_phone(draws: Draws, phone: pl.Series, hit: Flags) -> pl.Series:
    """012 345 678, 012-345-678 or 012.345.678."""
    s, sign = pl.col("s"), pl.col("sign")
    signs = pl.Series([" ", "-", "."]).gather(draws.below("phone sign", 3))
    return changed(phone, hit, s.str.slice(0, 3) + sign + s.str.slice(3, 3) + sign + s.str.slice(6), sign=signs)


def chief_phones(villages: pl.Series) -> pl.Series:
    """The phone of the chief of each village, or of whoever has such a key."""
    return special_phones(villages.cast(pl.Int64).to_numpy(), "096")


def special_phones(keys: Ints, operator: str) -> pl.Series:
    numbers = pl.Series(scattered_number(keys % 10**7, 0, 0, 10**7)).cast(pl.String).str.zfill(7)
    return operator + numbers


def neighbours(draws: Draws, village: pl.Series, gazetteer: pl.Series) -> pl.Series:
    """A village near each village: one of the eight that follow in the gazetteer (codes in order)."""
    codes = gazetteer.to_numpy()
    place = np.searchsorted(codes, village.fill_null("").to_numpy())
    return gazetteer.gather((place + 1 + draws.below("neighbour", 8)) % len(codes))
