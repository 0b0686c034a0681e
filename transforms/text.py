"""Text without the signs that nobody sees, in one canonical form a script.

A `pl.Expr` in, a `pl.Expr` out, but for what has to call a library once a distinct value.
"""

import re
import unicodedata
from functools import cache, lru_cache

import polars as pl
from khmerspell import khnormal  # type: ignore[import-untyped]

from transforms.reference import Reference, Rules, Script

# Among them the two vowels of Khmer that have no shape, joiners of graphemes, and variation selectors.
HIDDEN = (
    r"[\x{AD}\x{34F}\x{61C}\x{17B4}\x{17B5}\x{180B}-\x{180E}\x{FE00}-\x{FE0F}"
    r"\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
)
SPACES = r"[\s\x{A0}\p{Zs}\p{Cc}]+"
ACCENTS = r"[\x{300}-\x{36F}]"
LETTERS_NFKD_KEEPS = {"đ": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
CAPITALS_NFKD_KEEPS = {"Đ": "D", "Ł": "L", "Ø": "O", "ẞ": "Ss", "Æ": "Ae", "Œ": "Oe", "Ð": "D", "Þ": "Th"}

# Khmer words whose signs stand in order already: the library gives them back as they are (tests hold it to that).
_BASE = r"[\x{1780}-\x{17A2}\x{17A5}-\x{17B3}]"
_NO_RO = r"(?:\x{17D2}[\x{1780}-\x{1789}\x{178B}-\x{1799}\x{179B}-\x{17A2}])?"
_BELOW = _NO_RO + r"(?:\x{17D2}[\x{1780}-\x{1789}\x{178B}-\x{17A2}])?"
_ABOVE = r"[\x{17C9}\x{17CA}]?(?:\x{17D0}|[\x{17B6}-\x{17C5}]?[\x{17C6}\x{17CB}\x{17CD}]?)[\x{17C7}\x{17C8}]?"
# The library works syllable by syllable, so what it makes of each may be kept. A base after a coeng begins none.
KHMER_RUN = re.compile("[\u1780-\u17dd\u200c\u200d]+")
SYLLABLE_START = re.compile("(?<![\u17d2\u200d])(?=[\u1780-\u17a2\u17a5-\u17b3])")
SYLLABLES_KEPT = 2**15
DOUBLED_SIGN = re.compile("([\u17b6-\u17d1\u17d3\u17dd])\\1+")
SETTLED_KHMER = rf"^(?: |{_BASE}{_BELOW}{_ABOVE})*$"


def has_hidden(column: pl.Expr) -> pl.Expr:
    """Whether text holds zero-width signs, direction marks or no-break spaces."""
    return column.str.contains(HIDDEN[:-1] + r"\x{A0}\x{202F}\x{2007}]")


def tidy(column: pl.Expr, missing: tuple[str, ...] = ()) -> pl.Expr:
    """Hidden signs out, every run of spaces one space, none at the ends; null where nothing is left."""
    text = column.str.replace_all(HIDDEN, "").str.replace_all(SPACES, " ").str.strip_chars(" ")
    return text.replace(dict.fromkeys(("", *missing)))


def ascii_digits(column: pl.Expr, script: Script | None) -> pl.Expr:
    """Decimal digits of any script as 0 to 9: so a regular expression's `\\d` means no others afterwards."""
    local = {digit: str(n) for n, digit in enumerate(script.digits)} if script else {}
    return column.str.replace_many(_decimal_digits() | local)


@cache
def _decimal_digits() -> dict[str, str]:
    signs = map(chr, range(0x80, 0x20000))
    return {sign: str(value) for sign in signs if (value := unicodedata.decimal(sign, None)) is not None}


def latin(column: pl.Expr) -> pl.Expr:
    """Latin text in one form: compatibility signs unfolded, accents off, case left."""
    plain = column.str.normalize("NFKD").str.replace_all(ACCENTS, "")
    return plain.str.replace_many(LETTERS_NFKD_KEEPS).str.replace_many(CAPITALS_NFKD_KEEPS)


def folded(column: pl.Expr, script: Script | None) -> pl.Expr:
    """Free text for comparing: lower case, no accents, digits in ASCII, one space between words."""
    text = latin(ascii_digits(column, script)).str.to_lowercase().str.normalize("NFC")
    text = text.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars(" ")
    return text.replace({"": None})


def apply_rules(column: pl.Expr, rules: Rules) -> pl.Expr:
    """Regular expressions replaced in order."""
    for pattern, replacement in rules:
        column = column.str.replace_all(pattern, replacement)
    return column


def canonical(values: pl.Series, script: Script | None) -> pl.Series:
    """Local-script text in one canonical form; text without a letter of the script only composed (NFC).

    Stable: done twice is done once.
    """
    composed = values.str.normalize("NFC")
    if script is None or script.name != "Khmr":
        return composed
    local = composed.filter(composed.str.contains(f"[{script.letters}]").fill_null(False)).unique()
    put = local.to_frame("text").select(pl.col("text").str.replace_many(dict(script.replace))).to_series()
    settled = put.str.contains(SETTLED_KHMER)
    slow = put.filter(~settled).to_list()
    fixed = put.scatter(settled.not_().arg_true(), [_settle(text, script.replace) for text in slow]) if slow else put
    changed = local != fixed
    return composed.replace(local.filter(changed), fixed.filter(changed)) if changed.any() else composed


def _settle(text: str, replace: Rules) -> str:
    """Normalise until nothing moves; of forms that turn in a circle the smallest.

    It ends, because no step makes text longer.
    """
    seen: list[str] = []
    while text not in seen:
        seen.append(text)
        text = DOUBLED_SIGN.sub(r"\1", ordered(text))
        for found, put in replace:
            text = text.replace(found, put)
        text = unicodedata.normalize("NFC", text)
    return min(seen[seen.index(text) :])


def ordered(text: str) -> str:
    """Khmer signs in their order: what the library makes of the text, at a tenth of its time."""
    return KHMER_RUN.sub(lambda run: "".join(map(_syllable, SYLLABLE_START.split(run[0]))), text)


@lru_cache(SYLLABLES_KEPT)
def _syllable(text: str) -> str:
    normal: str = khnormal(text)
    return normal


def signs(column: pl.Expr, script: Script | None) -> pl.Expr:
    """Local-script text with one byte a sign, so that byte-wise string metrics count signs; no spaces.

    Text of a script without a table stays as it is.
    """
    if script is None:
        return column.str.replace_all(" ", "")
    first, last = (ord(sign) for sign in (script.signs[0], script.signs[-1]))
    table = {chr(code): chr(0x21 + code - first) for code in range(first, min(last, first + 93) + 1)}
    return column.str.replace_all(" ", "").str.replace_many(table)


def local_letters(reference: Reference) -> str:
    """A regular expression that finds any letter of the local script; one that finds nothing where there is none."""
    return f"[{reference.script.letters}]" if reference.script else r"[^\s\S]"
