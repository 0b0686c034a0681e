"""The least and greatest value of hidden counts by linear programming, one block of linked cells at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from transforms.leaves import merged, room_beside
from transforms.linked_tables import COVERED, ELIGIBLE, EVERY, UNCOVERED, Flags, Ints
from transforms.ranges import Block, Hidden, any_count, blocks, shuttle

Floats = npt.NDArray[np.float64]

_NEAR = 1e-6
_TOGETHER = 60  # rounds at most in which many counts are moved at once
_IN_VAIN = 4  # such rounds without a count the fewer, before each that is left is moved alone


@dataclass(frozen=True)
class Programme:
    """All values that the hidden counts of one block can have: covered of each variable, then uncovered of each.

    `low` and `high` are bounds already known, (3, variables of the block). Counts without an upper end get one, far
    above what there is: it takes freedom away and adds none, so that no count is called protected by it.
    """

    part: Hidden
    block: Block
    low: Ints
    high: Ints

    @property
    def size(self) -> int:
        return len(self.block.variables)

    @cached_property
    def truth(self) -> Ints:
        return self.part.truth[:, self.block.variables]

    @cached_property
    def bounds(self) -> Floats:
        """(2 x variables, 2): the least and greatest of each covered and uncovered."""
        far = 2 * self.truth[ELIGIBLE].sum() + 1000
        low, high = (ends[:ELIGIBLE].reshape(-1) for ends in (self.low, self.high))
        return np.column_stack([low, np.minimum(high, low + far)]).astype(np.float64)

    @cached_property
    def sums(self) -> tuple[csr_array, Floats]:
        """The known sums, as equations."""
        terms, size = self.block.terms, self.size
        relation, sign = self.part.relation[terms], self.part.sign[terms]
        column = np.searchsorted(self.block.variables, self.part.variable[terms])
        of = self.part.of[relation]
        numbers = np.unique(relation)
        row = np.searchsorted(numbers, relation)
        rows, rights = [], []
        for count, counted in ((COVERED, (COVERED,)), (UNCOVERED, (UNCOVERED,)), (ELIGIBLE, (COVERED, UNCOVERED))):
            here = (of == count) | ((of == EVERY) & (count != ELIGIBLE))
            used = np.unique(row[here])
            shape = (len(numbers), 2 * size)
            pieces = [coo_array((sign[here], (row[here], column[here] + half * size)), shape=shape) for half in counted]
            rows.append(sum(piece.tocsr() for piece in pieces)[used])
            rights.append(self.part.right[count, numbers[used]])
        return csr_array(vstack(rows)), np.concatenate(rights).astype(np.float64)

    @cached_property
    def eligible(self) -> tuple[csr_array, Floats]:
        """What is known of the eligible beyond their being covered and uncovered, as upper bounds."""
        low, high = self.low, self.high
        floor = np.flatnonzero(low[ELIGIBLE] > low[COVERED] + low[UNCOVERED])
        ceiling = np.flatnonzero(high[ELIGIBLE] < high[COVERED] + high[UNCOVERED])
        both = csr_array(hstack([eye_array(self.size)] * 2))
        right = np.concatenate([-low[ELIGIBLE, floor], high[ELIGIBLE, ceiling]])
        return csr_array(vstack([-both[floor], both[ceiling]])), right.astype(np.float64)

    def best(self, aim: Floats) -> Floats:
        """Values of the counts that make `aim` as small as may be."""
        return self._solve(aim, self.sums[0], *self.eligible, self.bounds)

    def range_of(self, variable: int, count: int) -> tuple[int, int]:
        """The least and greatest whole value of a count of a variable of the block."""
        aim = self.pick(np.array([variable]), np.array([count])).toarray()[0].astype(np.float64)
        least, most = float(aim @ self.best(aim)), float(aim @ self.best(-aim))
        return int(np.ceil(least - _NEAR)), int(np.floor(most + _NEAR))

    def pick(self, variables: npt.NDArray[np.intp], counts: Ints) -> csr_array:
        """The matrix that takes these counts of these variables out of all values."""
        rows = np.arange(len(variables))
        halves = [(rows[counts != other], variables[counts != other] + half * self.size)
                  for half, other in ((0, UNCOVERED), (1, COVERED))]  # fmt: skip
        row, column = (np.concatenate(ends) for ends in zip(*halves, strict=True))
        return csr_array((np.ones(len(row)), (row, column)), shape=(len(variables), 2 * self.size))

    def _solve(self, aim: Floats, equations: csr_array, uneven: csr_array, right: Floats, bounds: Floats) -> Floats:
        from scipy.optimize import linprog  # noqa: PLC0415  slow to import, and who reads what is protected needs none

        found = linprog(aim, uneven, right, equations, self.sums[1], bounds, method="highs")
        if found.x is None:
            raise ArithmeticError(f"No table fits what is published: {found.message}")
        return np.asarray(found.x)

    def apart(self, picked: csr_array, seen: tuple[Floats, Floats], up: npt.NDArray[np.bool_], width: int) -> Floats:
        """Values that take picked counts away from where they were seen, up or down, each by `width` if possible."""
        number = picked.shape[0]
        away = np.where(up, 1.0, -1.0)
        steps = csr_array(picked.multiply(-away[:, None]))
        uneven = vstack([hstack([self.eligible[0], csr_array((self.eligible[0].shape[0], number))]),
                         hstack([steps, eye_array(number)])], format="csr")  # fmt: skip
        right = np.concatenate([self.eligible[1], np.where(up, -seen[0], seen[1])])
        equations = hstack([self.sums[0], csr_array((self.sums[0].shape[0], number))], format="csr")
        free = np.column_stack([np.full(number, -np.inf), np.full(number, width)])
        aim = np.concatenate([np.zeros(2 * self.size), -np.ones(number)])
        return self._solve(aim, equations, uneven, right, np.vstack([self.bounds, free]))[: 2 * self.size]


def too_narrow(
    programme: Programme, variables: npt.NDArray[np.intp], counts: Ints, width: int
) -> npt.NDArray[np.bool_]:
    """Which of these counts (of variables of the block) cannot differ by `width` between two tables that fit.

    Each table found is a witness for many counts at once: how far apart two witnesses put a count, its range is
    at least. Only what no witness shows to be wide enough gets programmes of its own.
    """
    picked = programme.pick(variables, counts)
    start = picked @ programme.truth[:ELIGIBLE].reshape(-1).astype(np.float64)
    least, most = start.copy(), start.copy()

    def saw(values: Floats) -> None:
        np.minimum(least, np.ceil(picked @ values - _NEAR), out=least)
        np.maximum(most, np.floor(picked @ values + _NEAR), out=most)

    in_vain, before = 0, len(variables) + 1
    for turn in range(_TOGETHER):
        left = np.flatnonzero(most - least < width - _NEAR)
        in_vain, before = (in_vain + 1 if len(left) == before else 0), len(left)
        if not len(left) or in_vain == _IN_VAIN:
            break
        up = np.random.default_rng(turn).random(len(left)) < 0.5
        saw(programme.apart(picked[left], (least[left], most[left]), up, width))
    for one in range(len(variables)):
        for direction in (-1, 1):
            if most[one] - least[one] < width - _NEAR:
                saw(programme.best(direction * picked[[one]].toarray()[0]))
    return np.asarray(most - least < width - _NEAR)


def narrow_by_programme(part: Hidden, asked: Flags, width: int) -> Flags:
    """Which of the counts asked for, (3, variables), bounds call wide and are not."""
    asked = asked & (room_beside(part) < width)
    small, place = merged(part, any_count(asked))
    low, high = shuttle(small)
    narrow = np.zeros_like(asked)
    there = np.zeros((3, len(small.cell)), dtype=bool)
    counts, variables = np.nonzero(asked)
    there[counts, place[variables]] = True
    fails = np.zeros_like(there)

    def look(block: Block) -> None:
        mine = np.ix_(np.arange(3), block.variables)
        rows, places = np.nonzero(there[mine])
        found = too_narrow(Programme(small, block, low[mine], high[mine]), places, rows, width)
        fails[rows[found], block.variables[places[found]]] = True

    with ThreadPoolExecutor() as threads:
        list(threads.map(look, [block for block in blocks(small, any_count(there)) if not block.is_tree]))
    narrow[counts, variables] = fails[counts, place[variables]]
    return narrow
