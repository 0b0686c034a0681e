"""What names are compared on: in one script or across scripts, in either order, and how rare they are."""

from transforms import name_order
from transforms.feature import WHOLLY_WRONG, Equal, Feature, Level, Mirrored
from transforms.name_order import ACROSS_SCRIPTS, IN_ONE_SCRIPT, SWAPPED, Likeness

MARRIED = 0.5  # of the matches of a register at most: family names change

_ELSEWHERE = "missing on one side or both, or weighed with the given name"
_RARITIES = (
    (13, "one in 8,000"),
    (11, "one in 2,000"),
    (9, "one in 500"),
    (8, "one in 250"),
    (7, "one in 125"),
    (6, "one in 60"),
    (5, "one in 30"),
    (4, "one in 15"),
)


def _by_rarity(part: str, same: str, words: str, *bits: int) -> list[Level]:
    """A level for each step of rarity: agreeing on a rare name says more. Either record's bits will do."""
    rarity = f"greatest(l.{part}_rarity, r.{part}_rarity)"
    rare = [
        Level(f"{rarity} >= {n}", f"{words}, which {said} or fewer have", same) for n, said in _RARITIES if n in bits
    ]
    return [*rare, Level("true", f"{words}, a common name", same)]


def _equal_by_rarity(part: str, best: int, key: str, *bits: int) -> tuple[Equal, ...]:
    steps = [*(f"{part}_rarity >= {n}" for n in bits), "true"]
    return tuple(Equal(best - n, key, f"{key} IS NOT NULL", among) for n, among in enumerate(steps))


def spelling(part: str) -> Feature:
    bits = tuple(bits for bits, _ in _RARITIES)
    alike = (
        f"greatest(jaro_winkler_similarity(l.{part}_spelled, r.{part}_spelled),"
        f" jaro_winkler_similarity(l.{part}_latin, r.{part}_latin))"
    )
    levels = (
        *_by_rarity(
            part,
            f"(l.{part}_spelled = r.{part}_spelled OR l.{part}_latin = r.{part}_latin)",
            "the same spelling",
            *bits,
        ),
        *_with_swapped(part, IN_ONE_SCRIPT),
        *_by_rarity(part, f"l.{part}_key = r.{part}_key", "another spelling that sounds the same", 9),
        Level(_shortened(part), "one is the beginning of the other"),
        Level(f"{alike} >= 0.92", "nearly the same spelling", f"{alike} >= 0.82"),
        Level("true", "some likeness of spelling", f"{alike} >= 0.82"),
    )
    return Feature(
        f"{part}_name",
        f"Is the {part} name spelled the same, in a script that both records have?",
        _shown(part),
        (
            f"(l.{part}_spelled IS NULL OR r.{part}_spelled IS NULL)"
            f" AND (l.{part}_latin IS NULL OR r.{part}_latin IS NULL)",
        ),
        levels,
        "another name",
        silent=_ELSEWHERE,
        elsewhere=SWAPPED if part == "family" else "",
        most=MARRIED if part == "family" else WHOLLY_WRONG,
        equals=_equal_by_rarity(part, len(levels), f"coalesce({part}_spelled, {part}_latin)", *bits),
        mirrored=_swapped(part, len(levels) - len(bits) - 1, IN_ONE_SCRIPT),
    )


def sound(part: str) -> Feature:
    bits = (9, 7)
    levels = (
        *_by_rarity(part, f"l.{part}_key = r.{part}_key", "sounds the same", *bits),
        *_with_swapped(part, ACROSS_SCRIPTS),
        Level(f"jaro_winkler_similarity(l.{part}_key, r.{part}_key) >= 0.82", "sounds alike"),
    )
    return Feature(
        f"{part}_sound",
        f"Does the {part} name sound the same, when the records write it in two scripts?",
        _shown(part),
        (
            f"l.{part}_spelled IS NOT NULL AND r.{part}_spelled IS NOT NULL",
            f"l.{part}_latin IS NOT NULL AND r.{part}_latin IS NOT NULL",
            f"l.{part}_key IS NULL OR r.{part}_key IS NULL",
        ),
        levels,
        "another name",
        silent=_ELSEWHERE,
        elsewhere=SWAPPED if part == "family" else "",
        most=MARRIED if part == "family" else WHOLLY_WRONG,
        equals=_equal_by_rarity(part, len(levels), f"{part}_key", *bits),
        mirrored=_swapped(part, len(levels) - len(bits) - 1, ACROSS_SCRIPTS),
    )


def _with_swapped(part: str, alike: tuple[Likeness, ...]) -> list[Level]:
    """Levels for names in the other order, which only the given name has."""
    return [] if part == "family" else name_order.levels(alike)


def _swapped(part: str, best: int, alike: tuple[Likeness, ...]) -> tuple[Mirrored, ...]:
    """How strangers reach those levels."""
    return () if part == "family" else name_order.mirrored(alike, best)


def _shortened(part: str) -> str:
    left, right = f"l.{part}_latin", f"r.{part}_latin"
    return f"(starts_with({left}, {right}) OR starts_with({right}, {left}))"


def _shown(part: str) -> str:
    return f"concat_ws(' ', {{side}}.{part}_name_local, {{side}}.{part}_name)"


OTHER_NAME = Feature(
    "other_name",
    "Are the middle and other names the same?",
    "concat_ws(' ', {side}.other_name_local, {side}.other_name)",
    ("l.other_latin IS NULL OR r.other_latin IS NULL",),
    (
        Level("l.other_latin = r.other_latin AND length(l.other_latin) > 1", "the same"),
        Level("l.other_latin = r.other_latin", "the same initial, written as one"),
        Level(_shortened("other"), "one is the beginning of the other"),
        Level("jaro_winkler_similarity(l.other_latin, r.other_latin) >= 0.85", "nearly the same"),
    ),
    "others",
    most=WHOLLY_WRONG,
)
