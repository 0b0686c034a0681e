"""Family and given name in the other order: when two records have them so, and how rare that is.

Who swaps two names seldom spells them anew, while there are many strangers whose names sound alike in the other order:
so the two are told apart. In the right order two names are the commoner; what stands in the other's place is rare
there, and the lesser of both records' rarities counts.
"""

from dataclasses import dataclass

from transforms.feature import NO_SLIP, WHOLLY_WRONG, Level, Mirrored

IN_OTHER_ORDER = ", in the other order"
_SPELLED_SO = " OR ".join(
    f"(l.family_{script} = r.given_{script} AND l.given_{script} = r.family_{script})"
    for script in ("spelled", "latin")
)
_SOUND_SO = "(l.family_key = r.given_key AND l.given_key = r.family_key AND l.family_key <> r.family_key)"
# Asked only where no spelling is the same.
SWAPPED = f"coalesce({_SPELLED_SO} OR {_SOUND_SO}, false)"
_BOTH_RARITIES = "{side}family_rarity + {side}given_rarity"
_RARITIES = {15: ", which one in 30,000 or fewer have", 12: ", which one in 4,000 or fewer have", 0: ""}  # by bits


@dataclass(frozen=True)
class Likeness:
    """One way in which swapped names are alike: asked among them, in words; `form` of a name it compares, as SQL over
    one record and a {part}; and the steps of rarity of both names, in bits, that have levels."""

    when: str
    words: str
    form: str
    steps: tuple[int, ...]


_SOUNDING = ("true", "family and given name sound the same", "{part}_key")
IN_ONE_SCRIPT = (
    Likeness(_SPELLED_SO, "family and given name agree", "coalesce({part}_spelled, {part}_latin)", (15, 12, 0)),
    Likeness(*_SOUNDING, (12, 0)),
)
ACROSS_SCRIPTS = (Likeness(*_SOUNDING, (15, 12, 0)),)


def levels(alike: tuple[Likeness, ...]) -> list[Level]:
    """The levels of the given name, best first; the family name is then silent, so that both count once."""
    steps = [(one, bits) for one in alike for bits in one.steps]
    return [
        *(
            Level(
                f"({one.when}) AND {_rarer_than(bits)}",
                f"{one.words}{IN_OTHER_ORDER}{_RARITIES[bits]}",
                SWAPPED,
                WHOLLY_WRONG / len(steps),
            )
            for one, bits in steps
        ),
        Level(
            "l.family_key = r.given_key OR l.given_key = r.family_key",
            "one name stands in the other's place",
            most=NO_SLIP,
        ),
    ]


def mirrored(alike: tuple[Likeness, ...], best: int) -> tuple[Mirrored, ...]:
    """How strangers reach those levels, of which the likeliest is `best`."""
    steps = [(one, least, below) for one in alike for least, below in zip(one.steps, (999, *one.steps), strict=False)]
    worth = _BOTH_RARITIES.format(side="")
    return tuple(
        Mirrored(best - place, _both(one, "family", "given"), _both(one, "given", "family"), worth, least, below)
        for place, (one, least, below) in enumerate(steps)
    )


def _rarer_than(bits: int) -> str:
    sides = ", ".join(_BOTH_RARITIES.format(side=side) for side in ("l.", "r."))
    return f"least({sides}) >= {bits}" if bits else "true"


def _both(one: Likeness, first: str, second: str) -> str:
    return f"{one.form.format(part=first)} || ' ' || {one.form.format(part=second)}"
