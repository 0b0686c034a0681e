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
    suffixes: tuple[str, ...] = ()  # behind a name, to tell father and son apart
    particles: tuple[str, ...] = ()  # begin a family name that stands last and has several words
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
    address_words: Rules = ()  # of folded free text
    romanise: Rules = ()  # local script to Latin letters, before fold and skeleton


_SHORT = (
    "street/st road/rd avenue|av/ave lane/ln drive|drv/dr court|crt/ct place/pl close/cl crescent|cresc/cres"
    " terrace|terr|ter/tce boulevard|boul/blvd circuit/cct parade/pde highway/hwy parkway/pkwy square/sq gardens/gdns"
    " grove/gr saint/st mount/mt fort/ft north/n south/s east/e west/w"
)
_PARTICLES = "de la las los del della di da dos du van von der den ter mc mac st bin al el"
_UNITS = "apartment|apt|unit|flat|suite|ste"
PLAIN = Reference(
    titles=("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir"),
    suffixes=("jr", "sr", "junior", "senior", "ii", "iii", "iv"),
    particles=tuple(_PARTICLES.split()),
    address_words=(
        *((rf"\b(?:{long})\b", short) for long, short in (word.split("/") for word in _SHORT.split())),
        (rf"\b(?:{_UNITS}) (\S*\d)", "${1}"),
    ),
    latin_fold=((r"[^\p{L}]", ""), (r"ph", "f"), (r"ck", "k")),
    latin_skeleton=((r"(\p{L})[aeiouyhw]+", "${1}"),),  # the first letter and the consonants after it
)
