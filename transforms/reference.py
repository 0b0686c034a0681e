"""What a country's reference data tell standardising: its script, names, areas and eras."""

from dataclasses import dataclass, field

import polars as pl

Rules = tuple[tuple[str, str], ...]  # ordered (regular expression, replacement)


@dataclass(frozen=True)
class Script:
    """A script beside Latin. `signs` are the code points that get one byte each in comparison keys.

    `name` chooses how text is brought to one form ("Khmr": SIL khnormal). `replace` comes after that, in order.
    """

    name: str
    letters: str  # as a regular expression class without brackets
    digits: str  # ten of them, from zero
    signs: str  # first and last code point
    replace: Rules = ()
    old_font: str | None = None  # a regular expression for what an old font's letters look like in a local name


@dataclass(frozen=True)
class Era:
    """A national count of years: `offset` ahead of the common one, and one more from the day `change` (MMDD) on.

    Years from `first` to `last` are of it.
    """

    offset: int
    change: str
    first: int
    last: int


@dataclass(frozen=True)
class Reference:
    """Reference data of one country. The defaults serve a country that writes in Latin script only."""

    country: str | None = None
    script: Script | None = None
    titles: tuple[str, ...] = ()
    titles_or_names: tuple[str, ...] = ()  # titles only where two more words follow
    alias_words: tuple[str, ...] = ()  # between a name and what its bearer is called
    surnames: tuple[str, ...] = ()  # local script, canonical: with the given names they part joined names
    given_names: tuple[str, ...] = ()
    era: Era | None = None
    months: tuple[tuple[str, ...], ...] = ()  # the names of each month, in lower case
    date_words: tuple[str, ...] = ()  # words that stand around the parts of a date
    area_digits: tuple[int, ...] = ()  # digits of a code of each level; a level is a prefix of the next
    area_words: tuple[tuple[str, ...], ...] = ()  # what an area of each level is called before its name
    area_changes: tuple[tuple[str, str], ...] = ()  # old code, current code
    areas: pl.DataFrame | None = field(default=None, compare=False)  # code, level, name_en, name_km: the gazetteer
    areas_vintage: str | None = None
    latin_fold: Rules = ()
    latin_skeleton: Rules = ()  # applied to the fold
    romanise: Rules = ()  # local script to Latin letters, before fold and skeleton


PLAIN = Reference(
    latin_fold=((r"[^\p{L}]", ""), (r"ph", "f"), (r"ck", "k")),
    latin_skeleton=((r"(\p{L})[aeiouyhw]+", "${1}"),),  # the first letter and the consonants after it
)
