"""Which further cells to hide, so that a reader of linked tables cannot work the small counts out.

First sum by sum: wherever a hidden cell must be free to move, other hidden cells of the sum must have enough to give
or take, and they in turn in their other sums. Then the whole is audited as a reader would, and where a count is still
too narrow the nearest shown cell is hidden as well, until the audit finds nothing. Where there is nothing left to
hide, the breakdown is withheld, with all that adds up to it. A heuristic: it hides few cells, not the fewest.
The total is never hidden for the sake of another cell. Ties go to the smaller cell, then to the order of the keys.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from transforms.linked_sums import KEY, below
from transforms.linked_tables import COVERED, ELIGIBLE, EVERY, UNCOVERED, Flags, Ints, Linked
from transforms.programme import narrow_by_programme
from transforms.ranges import block_numbers, hidden_part, shuttle

Member = tuple[int, int]  # a cell, and its sign in a sum


@dataclass(frozen=True)
class Task:
    """What is to be protected: `wanted` (3, cells) are the small counts, `width` how far their ends must lie apart.

    `hidden` must be hidden at least; `free` may be; `before` were hidden in the release before, and are taken first;
    `settled` have been published as they are, shown or hidden.
    `low` and `high` (3, cells) are what a reader knows of each cell if it is hidden.
    """

    linked: Linked
    wanted: Flags
    width: int
    hidden: Flags
    free: Flags
    before: Flags
    settled: Flags
    low: Ints
    high: Ints


@dataclass
class Pattern:
    """A pattern in the making: which cells are hidden, which counts lean on a cell, which are proven to be wide."""

    task: Task
    gone: Flags
    given_up: Flags
    hidden: list[bool] = field(init=False)
    needs: list[list[bool]] = field(init=False)
    proven: Flags = field(init=False)
    members: list[list[Member]] = field(init=False)
    sums_of: list[list[int]] = field(init=False)
    pending: list[int] = field(init=False)

    def __post_init__(self) -> None:
        task = self.task
        self.linked = task.linked
        self.counts: list[list[int]] = task.linked.counts.tolist()
        self.low = task.low.copy()
        self.low[ELIGIBLE, self.gone] = 0  # nobody says which groups of a withheld breakdown are empty
        out = task.settled & ~task.hidden
        self.hidden = ((task.hidden | self.gone) & ~out).tolist()
        self.needs = (task.wanted & ~self.gone).tolist()
        self.proven = ~task.wanted | self.gone | self.given_up
        self.floor: list[int] = self.low[ELIGIBLE].tolist()
        self.of: list[int] = self.linked.of.tolist()
        self.members = [[] for _ in self.of]
        self.sums_of = [[] for _ in self.hidden]
        terms = (self.linked.relation, self.linked.cell, self.linked.sign)
        for relation, cell, sign in zip(*(term.tolist() for term in terms), strict=True):
            self.members[relation].append((cell, sign))
            self.sums_of[cell].append(relation)
        self.hidden_in = [sum(self.hidden[cell] for cell, _ in members) for members in self.members]
        self.pending = list(range(len(self.of)))

    def hide(self, cell: int, count: int) -> None:
        """Hide a cell so that others can move in this count, for which it must be free to move itself."""
        self.needs[count][cell] = True
        if not self.hidden[cell]:
            self.hidden[cell] = True
            for relation in self.sums_of[cell]:
                self.hidden_in[relation] += 1
        for relation in self.sums_of[cell]:
            heapq.heappush(self.pending, relation)

    def settle(self) -> None:
        """Hide until every sum by itself leaves its hidden cells enough to move, or has no cell to hide."""
        while self.pending:
            relation = heapq.heappop(self.pending)
            while (lack := self.lacking(relation)) is not None:
                cell = self.shelter(relation, *lack)
                if cell is None:
                    break
                self.hide(cell, lack[0])

    def lacking(self, relation: int) -> tuple[int, int] | None:
        """A count for which hidden cells of the sum need more company, and how much it must bring; None if none."""
        hidden = [member for member in self.members[relation] if self.hidden[member[0]]]
        one_side = len({sign for _, sign in hidden}) == 1
        for count in self.counts_in(relation):
            needing = [cell for cell, _ in hidden if self.needs[count][cell]]
            if needing and len(hidden) == 1:
                return count, self.task.width
            room = min((self.room(cell, hidden, count) for cell in needing), default=self.task.width)
            if one_side and room < self.task.width:
                return count, self.task.width - room
        return None

    def counts_in(self, relation: int) -> tuple[int, ...]:
        return (COVERED, UNCOVERED, ELIGIBLE) if self.of[relation] == EVERY else (self.of[relation],)

    def room(self, cell: int, hidden: list[Member], count: int) -> int:
        """How far a count can move when the hidden cells of one sum share what they have, none being empty."""
        covered, uncovered, eligible = (sum(counts[one] for one, _ in hidden) for counts in self.counts)
        floor = self.floor[cell]
        others = sum(self.floor[one] for one, _ in hidden) - floor
        if count == ELIGIBLE:
            return eligible - others - floor
        mine, other = (covered, uncovered) if count == COVERED else (uncovered, covered)
        return min(mine, eligible - others) - max(0, floor - other)

    def shelter(self, relation: int, count: int, lack: int) -> int | None:
        """The shown cell of a sum to hide: the cheapest that brings enough, or else the one that brings most."""
        sides = {sign for cell, sign in self.members[relation] if self.hidden[cell]}
        can = [member for member in self.members[relation] if self.task.free[member[0]] and not self.hidden[member[0]]]
        can = [member for member in can if self.counts[count][member[0]] > 0]
        beside = [cell for cell, sign in can if sign in sides] or [cell for cell, _ in can]
        enough = [cell for cell in beside if self.counts[count][cell] >= lack]
        if enough:
            return min(enough, key=lambda cell: self.cost(cell, relation))
        return max(beside, key=lambda cell: (self.counts[count][cell], -cell), default=None)

    def cost(self, cell: int, relation: int) -> tuple[bool, int, int, int]:
        """What was hidden before comes first; then what leaves the fewest sums with only one hidden cell."""
        lonely = sum(not self.hidden_in[other] for other in self.sums_of[cell] if other != relation)
        return not self.task.before[cell], lonely, self.counts[ELIGIBLE][cell], cell

    def widen(self, cell: int, count: int) -> bool:
        """Hide the nearest shown cell that a hidden one is tied to by sums; False where there is none."""
        for need in dict.fromkeys((count, ELIGIBLE)):
            for relation in self.around(cell):
                found = (
                    self.shelter(relation, need, self.task.width)
                    if self.linked.of[relation] in (EVERY, count)
                    else None
                )
                if found is not None:
                    self.hide(found, count)
                    return True
        return False

    def around(self, cell: int) -> Iterator[int]:
        """The sums that a cell is tied to through hidden cells, the nearest first."""
        seen: set[int] = set()
        reached = {cell}
        while new := sorted({relation for one in reached for relation in self.sums_of[one]} - seen):
            yield from new
            seen |= set(new)
            reached = {one for relation in new for one, _ in self.members[relation] if self.hidden[one]}

    def open_cell(self, cell: int) -> int | None:
        """The cell itself if it is not out yet, else the nearest such cell that it is tied to; or None."""
        tied = (one for relation in self.around(cell) for one, _ in self.members[relation])
        out = self.task.settled | self.gone
        return next((one for one in (cell, *tied) if not out[one]), None)

    def recoverable(self) -> list[tuple[int, int, int]]:
        """Block, cell and count of what is still too narrow: by bounds that go from sum to sum, or by programmes."""
        task = self.task
        part = hidden_part(self.linked, np.array(self.hidden, dtype=bool), self.low, task.high)
        low, high = shuttle(part)
        open_ = ~self.proven[:, part.cell]
        narrow = open_ & (high - low < task.width)
        if not narrow.any():
            narrow = narrow_by_programme(part, open_, task.width)
            self.proven[:, part.cell] |= ~narrow
        counts, places = np.nonzero(narrow)
        number, _ = block_numbers(part)
        return sorted(zip(number[places].tolist(), part.cell[places].tolist(), counts.tolist(), strict=True))


def protect(task: Task) -> tuple[Flags, Flags]:
    """The cells to hide, and among them those of breakdowns to be withheld.

    What an earlier release has given away already is left as it is: the audit tells of it.
    """
    gone, given_up = (np.zeros(len(task.hidden), dtype=bool) for _ in range(2))
    while True:
        pattern = Pattern(task, gone, given_up)
        stuck = _finish(pattern)
        if stuck is None:
            return np.array(pattern.hidden, dtype=bool) | gone, gone
        culprit = pattern.open_cell(stuck)
        if culprit is None:
            given_up[stuck] = True
        else:
            gone = gone | _with_all_below(task.linked, culprit, gone)


def _finish(pattern: Pattern) -> int | None:
    """Hide until nothing can be recovered; a cell that nothing can protect, or None."""
    pattern.settle()
    while found := pattern.recoverable():
        for _, cell, count in _first_of_each(found):
            if not pattern.widen(cell, count):
                return cell
        pattern.settle()
    return None


def _first_of_each(found: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """One a block: what is hidden for the first may well protect the others."""
    blocks_seen: set[int] = set()
    for item in found:
        if item[0] not in blocks_seen:
            blocks_seen.add(item[0])
            yield item


def _with_all_below(linked: Linked, cell: int, gone: Flags) -> Flags:
    """The cells of a cell's breakdown, and of all breakdowns that add up to it, in its table."""
    table, breakdown, _ = linked.cells.select(*KEY).row(cell)
    tables, breakdowns = (linked.cells[name].to_numpy() for name in KEY[:2])
    mine = (tables == table) & ~gone
    withheld = below(breakdown, linked.cells.filter(pl.Series(mine)))
    return np.asarray(mine & np.isin(breakdowns, sorted(withheld)), dtype=bool)
