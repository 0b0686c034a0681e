"""Which counts of a published table must be hidden, so that nobody can be made out, directly or by subtraction.

A breakdown is a list of groups that add up to a published total. Primary suppression hides a group with a small
count: of the eligible, the covered or the uncovered, of which zero is not small. Complementary suppression hides
further groups, the smallest first, until what is hidden cannot be worked out: at least two groups are hidden, their
sum is no small count itself, and each hidden count could still take at least `minimum` values, even for a reader
who knows these rules and which group was hidden for which reason.
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


def is_small(cell: Cell, minimum: int) -> bool:
    """Whether a count of the eligible, the covered or the uncovered lies between 1 and `minimum` - 1."""
    return any(0 < n < minimum for n in (cell.eligible, cell.covered, cell.eligible - cell.covered))


def suppress(groups: Sequence[Cell], minimum: int) -> list[str]:
    """For each group of one breakdown 'no', 'primary' or 'complementary', in the order given.

    Groups of equal size are hidden in the order given, so give them in the order of their codes. Where nothing is
    left to hide, every group is called primary: the two names would tell which of them is small.
    """
    labels = [PRIMARY if is_small(group, minimum) else SHOWN for group in groups]
    if PRIMARY not in labels:
        return labels
    sizes = sorted((group.eligible, place) for place, group in enumerate(groups))
    spare = [place for size, place in sizes if size and labels[place] == SHOWN]
    total_is_shown = not is_small(add(groups), minimum)
    while spare and not _is_safe(groups, labels, minimum, total_is_shown):
        labels[spare.pop(0)] = COMPLEMENTARY
    return labels if spare else [PRIMARY if label == COMPLEMENTARY else label for label in labels]


def add(groups: Iterable[Cell]) -> Cell:
    """The groups taken together."""
    listed = list(groups)
    return Cell(sum(group.eligible for group in listed), sum(group.covered for group in listed))


def _is_safe(groups: Sequence[Cell], labels: Sequence[str], minimum: int, total_is_shown: bool) -> bool:
    hidden = [group for group, label in zip(groups, labels, strict=True) if label != SHOWN]
    if len(hidden) < 2:
        return False
    rest = add(hidden)
    return not total_is_shown or (not is_small(rest, minimum) and _play(rest, labels, minimum) >= minimum - 1)


def _play(rest: Cell, labels: Sequence[str], minimum: int) -> int:
    """By how much a hidden count of the eligible can be moved: what is left over the least each group can have."""
    return rest.eligible - labels.count(PRIMARY) - minimum * labels.count(COMPLEMENTARY)
