"""Which counts of a published table must be hidden, so that nobody can be made out, directly or by subtraction.

A breakdown is a list of groups that add up to a published total. Primary suppression hides a group with a small
count: of the eligible, the covered or the uncovered, of which zero is not small. Complementary suppression hides
further groups, as few and small as may be, whose same counts are together `minimum` above the least they can be. Then
every small value fits, even for a reader who knows the total, these rules and which group was hidden for which
reason: what the small group has more, the sheltering ones can have less, and none of them becomes small.
(Hundepool et al., Statistical Disclosure Control, 2012, chapter 4: cell suppression in frequency tables.)
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

SMALL_CELL = 11  # where policy sets no minimum: a missing value must not open the small cells
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


def smallest_cell(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> int:
    """The smallest count that may be shown, as policy sets it at a date. Reads reference.policy."""
    row = con.execute(
        """SELECT max(value::BIGINT) FROM reference.policy WHERE name = 'small_cell_minimum'
        AND coalesce(valid_from <= $1, TRUE) AND coalesce(valid_to >= $1, TRUE)""",
        [as_of],
    ).fetchone()
    return SMALL_CELL if row is None or row[0] is None else int(row[0])


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
        while (wanting := _wanting(groups, labels, half, minimum)) > 0:
            shelter = _shelter(groups, labels, half, minimum, wanting)
            if shelter is None:
                return _hide_all(groups, minimum)
            labels[shelter] = COMPLEMENTARY
    return labels


def add(groups: Iterable[Cell]) -> Cell:
    """The groups taken together."""
    listed = list(groups)
    return Cell(sum(group.eligible for group in listed), sum(group.covered for group in listed))


def _wanting(groups: Sequence[Cell], labels: Sequence[str], half: int, minimum: int) -> int:
    """How much more the sheltering groups must have to spare in this half; 0 where no group is small in it."""
    counts = [(group.halves[half], label) for group, label in zip(groups, labels, strict=True)]
    if not any(0 < count < minimum for count, _ in counts):
        return 0
    return minimum - sum(count - minimum for count, label in counts if label == COMPLEMENTARY and count >= minimum)


def _shelter(groups: Sequence[Cell], labels: Sequence[str], half: int, minimum: int, wanting: int) -> int | None:
    """The place of the smallest group that has enough to spare, or else of the one that has most; None if none has."""
    spare = {n: g.halves[half] - minimum for n, g in enumerate(groups) if labels[n] == SHOWN}
    enough = [place for place, more in spare.items() if more >= wanting]
    if enough:
        return min(enough, key=lambda place: groups[place].eligible)
    return max((place for place, more in spare.items() if more > 0), key=lambda place: spare[place], default=None)


def _hide_all(groups: Sequence[Cell], minimum: int) -> list[str] | None:
    """Hide every group that has somebody, if the eligible beyond one for each leave room for `minimum` values."""
    labels = [PRIMARY if group.eligible else SHOWN for group in groups]
    room = add(groups).eligible - labels.count(PRIMARY)
    return labels if labels.count(PRIMARY) > 1 and room >= minimum - 1 else None
