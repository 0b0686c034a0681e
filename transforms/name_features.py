"""What names are compared on: in one script or across scripts, in either order, and how rare they are."""

from dataclasses import dataclass

from transforms.feature import NO_SLIP, WHOLLY_WRONG, Equal, Feature, Level, Mirrored

MARRIED = 0.5  # of the matches of a register at most: family names change

# Asked only where no spelling is the same. Swapped names are weighed once: with the given name.
_SWAPPED_SPELLINGS = " OR ".join(
    f"(l.family_{script} = r.given_{script} AND l.given_{script} = r.family_{script})"
    for script in ("spelled", "latin")
)
_SWAPPED_SOUNDS = "(l.family_key = r.given_key AND l.given_key = r.family_key AND l.family_key <> r.family_key)"
_SWAPPED = f"coalesce({_SWAPPED_SPELLINGS} OR {_SWAPPED_SOUNDS}, false)"
IN_OTHER_ORDER = ", in the other order"
# In the right order two names are the commoner: what stands in the other's place is rare there.
_BOTH_RARITIES = "{side}family_rarity + {side}given_rarity"
_RARITIES_OF_BOTH = {15: ", which one in 30,000 or fewer have", 12: ", which one in 4,000 or fewer have", 0: ""}
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
        *_in_other_order(part, _SWAPPED_AS_SPELLED),
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
        elsewhere=_SWAPPED if part == "family" else "",
        most=MARRIED if part == "family" else WHOLLY_WRONG,
        equals=_equal_by_rarity(part, len(levels), f"coalesce({part}_spelled, {part}_latin)", *bits),
        mirrored=_mirrored(part, len(levels) - len(bits) - 1, _SWAPPED_AS_SPELLED),
    )


def sound(part: str) -> Feature:
    bits = (9, 7)
    levels = (
        *_by_rarity(part, f"l.{part}_key = r.{part}_key", "sounds the same", *bits),
        *_in_other_order(part, _SWAPPED_AS_SOUNDING),
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
        elsewhere=_SWAPPED if part == "family" else "",
        most=MARRIED if part == "family" else WHOLLY_WRONG,
        equals=_equal_by_rarity(part, len(levels), f"{part}_key", *bits),
        mirrored=_mirrored(part, len(levels) - len(bits) - 1, _SWAPPED_AS_SOUNDING),
    )


@dataclass(frozen=True)
class _Swap:
    """A level for names in the other order, asked among those that are: which, in words, and how it is counted."""

    when: str
    words: str
    form: str  # of the two names: what SQL over one record has for {part}
    least: int  # rarity of both names, in bits
    below: int


def _swaps(alike: tuple[tuple[str, str, str, tuple[int, ...]], ...]) -> list[_Swap]:
    """One level for each step of rarity of each way of being alike: the condition, words, form and steps."""
    return [
        _Swap(
            f"({when}) AND {_rarer_than(least)}",
            f"{words}{IN_OTHER_ORDER}{_RARITIES_OF_BOTH[least]}",
            form,
            least,
            below,
        )
        for when, words, form, steps in alike
        for least, below in zip(steps, (999, *steps), strict=False)
    ]


def _rarer_than(bits: int) -> str:
    sides = ", ".join(_BOTH_RARITIES.format(side=side) for side in ("l.", "r."))
    return f"least({sides}) >= {bits}" if bits else "true"


_SOUNDS = "family and given name sound the same"
# Who swaps two names seldom spells them anew, while there are many strangers whose names sound alike.
_SWAPPED_AS_SPELLED = _swaps(
    (
        (_SWAPPED_SPELLINGS, "family and given name agree", "coalesce({part}_spelled, {part}_latin)", (15, 12, 0)),
        ("true", _SOUNDS, "{part}_key", (12, 0)),
    )
)
_SWAPPED_AS_SOUNDING = _swaps((("true", _SOUNDS, "{part}_key", (15, 12, 0)),))


def _in_other_order(part: str, swaps: list[_Swap]) -> list[Level]:
    """The given name has levels for names in the other order, above the likenesses; the family name is then silent."""
    if part == "family":
        return []
    most = WHOLLY_WRONG / len(swaps)
    return [
        *(Level(swap.when, swap.words, _SWAPPED, most) for swap in swaps),
        Level(
            "l.family_key = r.given_key OR l.given_key = r.family_key",
            "one name stands in the other's place",
            most=NO_SLIP,
        ),
    ]


def _mirrored(part: str, best: int, swaps: list[_Swap]) -> tuple[Mirrored, ...]:
    """The levels of names in the other order, of which the likeliest is `best`."""
    if part == "family":
        return ()
    return tuple(
        Mirrored(
            best - place,
            _both("family", "given", swap.form),
            _both("given", "family", swap.form),
            _BOTH_RARITIES.format(side=""),
            swap.least,
            swap.below,
        )
        for place, swap in enumerate(swaps)
    )


def _both(first: str, second: str, form: str) -> str:
    return f"{form.format(part=first)} || ' ' || {form.format(part=second)}"


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
