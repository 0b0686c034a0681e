"""Which counts of published tables must be hidden, so that nobody can be made out, directly or by subtraction.

`label` protects all breakdowns of tables at once: hierarchies, crossings, several releases. `suppress` protects one
breakdown by itself, whose reasons may be told:

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
import numpy as np
import polars as pl

from transforms.disclosure_audit import known_bounds
from transforms.linked_sums import KEY, TOTAL
from transforms.linked_tables import ELIGIBLE, link
from transforms.shelter import Task, protect

SMALL_CELL = 11  # where policy sets no minimum: a missing value must not open the small cells
SHOWN, PRIMARY, COMPLEMENTARY = "no", "primary", "complementary"
HIDDEN = "yes"  # primary or complementary: what is released does not tell which
TOO_LITTLE = "its small counts could be worked out from its totals, whatever else were hidden"


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


def label(
    cells: pl.DataFrame, minimum: int, sums: pl.DataFrame | None = None, known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The cells, in the order given, with `label` (no, primary or complementary) and `withheld` (a reason, or null).

    `cells`: table, breakdown, group_code, eligible, covered: all breakdowns of a table at once, with crossings
    (see `transforms.linked_sums`). May have `published` (BOOLEAN): how the same figures went out before, as when the
    dates of the registers are the same: true shown, which cannot be taken back, false hidden; and `hidden_before`
    (BOOLEAN): hidden in an earlier release of other figures, to be hidden first now, so that two nights do not
    take turns. `sums` and `known`: what else readers know (see `linked_tables.link`, `disclosure_audit.known_bounds`).

    A cell is small where a count of it is in 1 to `minimum` - 1, and after this no reader can say of any small count
    closer than by `minimum` what it is. A label hides all figures of its cell. Rows of a withheld breakdown are to be
    left out. What is released must not tell primary from complementary. Raises `ValueError` (see `link`).
    """
    linked = link(cells, sums)
    small = (linked.counts > 0) & (linked.counts < minimum)
    known_before, hidden_before = linked.flags("published"), linked.flags("published", False)
    empty = linked.counts[ELIGIBLE] == 0
    rest = linked.flags("is_rest")
    low, high = known_bounds(linked, known)
    hide = (small.any(axis=0) | hidden_before | rest) & ~known_before
    total = linked.column("breakdown") == TOTAL
    free = ~(empty | known_before | total | rest)
    settled = known_before | hidden_before
    task = Task(linked, small & hide, minimum, hide, free, linked.flags("hidden_before"), settled, low, high)
    hidden, gone = protect(task)
    names = np.where(small.any(axis=0), PRIMARY, np.where(hidden, COMPLEMENTARY, SHOWN))
    told = linked.cells.select(*KEY).with_columns(
        label=pl.Series(names.tolist(), dtype=pl.String),
        withheld=pl.when(pl.Series(gone)).then(pl.lit(TOO_LITTLE)),
    )
    return cells.drop("label", "withheld", strict=False).join(told, on=KEY, how="left", maintain_order="left")


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
