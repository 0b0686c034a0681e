"""What goes wrong in the text of a name: slips of the pen, signs out of order, signs nobody sees, old fonts.

Khmer stands in clusters: a letter, up to two letters below it, a shifter, a vowel, further signs (The Unicode
Standard, chapter 16.4). Every function takes texts and gives as many.
"""

import numpy as np
import polars as pl

from transforms.country.chance import Flags
from transforms.country.draws import Draws

# Signs that look, sound or lie alike; each is taken for the other.
LOOK_ALIKE = "ន/ណ ល/ឡ ត/ថ ព/ភ ផ/ជ ក/គ ច/ឆ ុ/ូ ិ/ី ឹ/ឺ េ/ែ ស/ប ដ/ធ a/e o/u i/y n/m p/b t/d k/g s/z v/w h/n r/t l/i c/x"
PAIRS = [(pair[0], pair[-1]) for pair in LOOK_ALIKE.split()]
TAKEN_FOR = {b: a for a, b in reversed(PAIRS)} | dict(PAIRS)
SLIPS = 4  # left out, doubled, places changed, look-alike

LETTER, VOWEL = "[\u1780-\u17a2\u17a5-\u17b3]", "[\u17b6-\u17c5]"
BELOW = "(?:\u17d2[\u1780-\u1789\u178b-\u1799\u179b-\u17a2])?(?:\u17d2[\u1780-\u1789\u178b-\u17a2])?"
ABOVE = f"[\u17c9\u17ca]?(?:\u17d0|{VOWEL}?[\u17c6\u17cb\u17cd]?)[\u17c7\u17c8]?"
WELL_FORMED = f"^(?:[A-Za-z '-]|{LETTER}{BELOW}{ABOVE})*$"

HIDDEN = ("\u200b", "\u200c", "\u200d", "\ufeff")
NO_BREAK = "\u00a0"
# A sign of Khmer as its key in the Limon fonts shows it when read as Latin; subscripts have keys of their own.
LIMON = dict(
    zip("កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ", "kxKXgcqCQjdzDZNtfTFnbpBPmyrlvshLG", strict=True)
) | dict(zip("ាិីឹឺុូួើឿៀេែៃោៅំះៈ៉៊់៍័", ["a", "i", "I", "w", "W", "u", "U", "Y", "eI", "eO", "eo", "e", "E",
    "é", "ea", "eA", "M", "H", "³", ":", "‘", ";", "_", "½"], strict=True))  # fmt: skip


def changed(text: pl.Series, hit: Flags, after: pl.Expr, **columns: pl.Series) -> pl.Series:
    """The texts with `after` (of the column `s`, and of further ones as long) where hit; nothing else is worked out."""
    rows = np.flatnonzero(hit & text.is_not_null().to_numpy())
    if not len(rows):
        return text
    frame = pl.DataFrame({"s": text.gather(rows), **{name: column.gather(rows) for name, column in columns.items()}})
    return text.clone().scatter(rows, frame.select(after.alias("s")).to_series())


def mistyped(draws: Draws, part: str, text: pl.Series, share: float) -> tuple[pl.Series, Flags]:
    """One sign left out, doubled, changed places with the next, or taken for a look-alike, in some of the texts; and
    which of them are look-alikes. What would not be Khmer any more is not written."""
    long = (text.str.len_chars().fill_null(0) > 2).to_numpy()
    at = draws.below(f"{part} typo at", text.str.len_chars().fill_null(0).to_numpy().astype(np.int64) - 1)
    slip = draws.below(f"{part} typo slip", SLIPS)
    s, here = pl.col("s"), pl.col("at")
    before, sign, after = s.str.slice(0, here), s.str.slice(here, 1), s.str.slice(here + 1)
    written = (
        pl.when(pl.col("slip") == 0).then(before + after)
        .when(pl.col("slip") == 1).then(before + sign + sign + after)
        .when(pl.col("slip") == 2).then(before + after.str.slice(0, 1) + sign + after.str.slice(1))
        .otherwise(before + sign.replace(TAKEN_FOR) + after)
    )  # fmt: skip
    written = pl.when(written.str.contains(WELL_FORMED)).then(written).otherwise(s)
    hit = draws.hits(f"{part} typo", share) & long
    return changed(text, hit, written, at=pl.Series(at), slip=pl.Series(slip)), np.asarray(slip == SLIPS - 1)


def signs_out_of_order(text: pl.Series, hit: Flags) -> pl.Series:
    """Vowel before the letter below, shifter after the vowel, ោ and ើ in two signs, ំ before its vowel."""
    s = pl.col("s")
    ways = [
        s.str.replace(f"((?:\u17d2[\u1780-\u17a2])+)({VOWEL})", "${2}${1}"),
        s.str.replace(f"([\u17c9\u17ca])({VOWEL})", "${2}${1}"),
        s.str.replace("\u17c4", "\u17c1\u17b6", literal=True),
        s.str.replace("\u17be", "\u17c1\u17b8", literal=True),
        s.str.replace(f"({VOWEL})(\u17c6)", "${2}${1}"),
    ]
    return changed(text, hit, pl.coalesce(*(pl.when(way != s).then(way) for way in ways), s))


def signs_of_another_spelling(draws: Draws, text: pl.Series, hit: Flags) -> pl.Series:
    """Another sign for the same sound: coeng DA for TA, a colon for ៈ, ឲ for ឱ, or a vowel typed twice."""
    s = pl.col("s")
    ways = [
        s.str.replace("\u17d2\u178f", "\u17d2\u178a", literal=True),
        s.str.replace("\u17c8", ":", literal=True),
        s.str.replace("\u17b1", "\u17b2", literal=True),
        s.str.replace("([\u17b6-\u17bd])", "${1}${1}"),
    ]
    first = pl.coalesce(*(pl.when(way != s).then(way) for way in ways), s)
    twice = pl.coalesce(*(pl.when(way != s).then(way) for way in reversed(ways)), s)
    way = pl.Series(draws.hits("which spelling", 0.5))
    return changed(text, hit, pl.when("first").then(first).otherwise(twice), first=way)


def with_hidden_sign(draws: Draws, part: str, text: pl.Series, hit: Flags) -> pl.Series:
    """A sign that nobody sees somewhere within the text."""
    length = text.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
    at = pl.Series(1 + draws.below(f"{part} hidden at", length - 1))
    sign = pl.Series(HIDDEN).gather(draws.below(f"{part} hidden sign", len(HIDDEN)))
    s = pl.col("s")
    written = s.str.slice(0, pl.col("at")) + pl.col("sign") + s.str.slice(pl.col("at"))
    return changed(text, hit & (length > 1), written, at=at, sign=sign)


def in_old_font(text: pl.Series, hit: Flags) -> pl.Series:
    """Khmer typed in a Limon font, as it is read when the font is lost: Latin letters and signs."""
    s = pl.col("s").str.replace_all("\u17d2([\u1780-\u17a2])", "®").str.replace_many(LIMON)
    s = s.str.replace_all("[\u1780-\u17ff]", "|")
    return changed(text, hit, s.str.replace_all("([A-Za-z])([®:]?)(e)", "${3}${1}${2}"))
