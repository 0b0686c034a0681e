"""Which counts of a published table must be hidden, so that nobody can be made out, directly or by subtraction.

A breakdown is a list of groups that add up to a published total. Primary suppression hides a group with a small
count: of the eligible, the covered or the uncovered, of which zero is not small. Complementary suppression hides a
further group, the smallest that gives shelter: one whose same count is at least twice the minimum. Then every small
value fits, even for a reader who knows the total, these rules and which group was hidden for which reason: what the
small group has more, the sheltering one can have less, and stays above the minimum.
(Hundepool et al., Statistical Disclosure Control, 2012, chapter 4: cell suppression in frequency tables.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN, PRIMARY, COMPLEMENTARY = "no", "primary", "complementary"


@dataclass(frozen=True)
class Cell:
    """Counts of one group: how many are eligible, and how many of them are covered."""

    eligible: int
    covered: int

    @property
    def halves(self) -> tuple[int, int]:
        """The covered and the uncovered."""
        return self.covered, self.eligible - self.covered


def is_small(cell: Cell, minimum: int) -> bool:
    """Whether a count of the eligible, the covered or the uncovered lies between 1 and `minimum` - 1."""
    return any(0 < count < minimum for count in (cell.eligible, *cell.halves))


def suppress(groups: Sequence[Cell], minimum: int) -> list[str] | None:
    """For each group of one breakdown 'no', 'primary' or 'complementary', in the order given.

    Groups of equal size are hidden in the order given, so give them in the order of their codes. Where no group
    gives shelter all are hidden, and called primary: the two names would tell which of them is small. None where
    the breakdown cannot be published at all: its total is small, or all groups together leave too little to hide in.
    """
    labels = [PRIMARY if is_small(group, minimum) else SHOWN for group in groups]
    if PRIMARY not in labels:
        return labels
    if is_small(add(groups), minimum):
        return None
    for half in (0, 1):
        if _needs_shelter(groups, labels, half, minimum):
            shelter = _shelter(groups, labels, half, minimum)
            if shelter is None:
                return _hide_all(groups, minimum)
            labels[shelter] = COMPLEMENTARY
    return labels


def add(groups: Iterable[Cell]) -> Cell:
    """The groups taken together."""
    listed = list(groups)
    return Cell(sum(group.eligible for group in listed), sum(group.covered for group in listed))


def _needs_shelter(groups: Sequence[Cell], labels: Sequence[str], half: int, minimum: int) -> bool:
    counts = [(group.halves[half], label) for group, label in zip(groups, labels, strict=True)]
    has_small = any(0 < count < minimum for count, _ in counts)
    return has_small and not any(count >= 2 * minimum for count, label in counts if label == COMPLEMENTARY)


def _shelter(groups: Sequence[Cell], labels: Sequence[str], half: int, minimum: int) -> int | None:
    """The place of the smallest group that is shown and could hide any small value of this half."""
    fit = [n for n, g in enumerate(groups) if labels[n] == SHOWN and g.halves[half] >= 2 * minimum]
    return min(fit, key=lambda place: groups[place].eligible, default=None)


def _hide_all(groups: Sequence[Cell], minimum: int) -> list[str] | None:
    """Hide every group that has somebody, if the eligible beyond one for each leave room for `minimum` values."""
    labels = [PRIMARY if group.eligible else SHOWN for group in groups]
    room = add(groups).eligible - labels.count(PRIMARY)
    return labels if labels.count(PRIMARY) > 1 and room >= minimum - 1 else None
