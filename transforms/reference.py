"""What a country's reference data tell standardising: its script, names, areas and eras."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Reference:
    """Reference data of one country. The defaults serve a country that writes in Latin script only."""

    country: str | None = None
    script: Script | None = None
    titles: tuple[str, ...] = ()
    titles_or_names: tuple[str, ...] = ()  # titles only where two more words follow
    surnames: tuple[str, ...] = ()  # local script: they split names written without a space
    era_offset: int | None = None  # years to take from a year of the national era
    era_from: int = 2400  # years from here on are of that era
    area_digits: tuple[int, ...] = ()  # digits of a code of each level; a level is a prefix of the next
    latin_fold: Rules = ()
    latin_skeleton: Rules = ()  # applied to the fold
    romanise: Rules = ()  # local script to Latin letters, before fold and skeleton


PLAIN = Reference(
    latin_fold=((r"[^\p{L}]", ""), (r"ph", "f"), (r"ck", "k")),
    latin_skeleton=((r"(\p{L})[aeiouyhw]+", "${1}"),),  # the first letter and the consonants after it
)
