"""What a reader can work out of hidden counts: the least and the greatest value of each that fits what is known.

Counts are whole and not below zero; covered and uncovered add up to the eligible; sums are known. Bounds go from sum
to sum until none moves (Buzzigoli and Giusti's shuttle algorithm, 1999). They never promise more freedom than there
is less: every table that fits lies within. Where hidden cells and sums make a tree the bounds are exact; where they
go round in circles, as crossings do, linear programming finds what is left (Fischetti and Salazar, 2001). The
programme need not have whole numbers: for hierarchies and crossings of two its ends are whole; for others its range
holds the whole one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from transforms.linked_tables import COVERED, ELIGIBLE, EVERY, UNCOVERED, Flags, Ints, Linked

ENDLESS = 2**36  # more than there are people, and small enough that sums of it stay exact
_ROUNDS = 200


@dataclass(frozen=True)
class Hidden:
    """The hidden part of linked tables: variables are hidden cells, `right` what the terms of each sum add up to.

    `cell` gives the place of each variable among the cells. `truth`, `low` and `high` are (3, variables), `right` is
    (3, relations); `relation`, `variable` and `sign` are the terms.
    """

    cell: Ints
    truth: Ints
    low: Ints
    high: Ints
    relation: Ints
    variable: Ints
    sign: Ints
    of: Ints
    right: Ints

    def terms_of(self, count: int) -> npt.NDArray[np.intp]:
        return np.flatnonzero((self.of[self.relation] == EVERY) | (self.of[self.relation] == count))


def hidden_part(linked: Linked, hidden: Flags, low: Ints, high: Ints) -> Hidden:
    """The hidden cells with what a reader knows of each beforehand (`low`, `high`: (3, cells))."""
    place = np.cumsum(hidden) - 1
    stays = hidden[linked.cell]
    relation, cell, sign = linked.relation[stays], linked.cell[stays], linked.sign[stays]
    known = [np.bincount(relation, sign * counts[cell], len(linked.of)) for counts in linked.counts]
    where = np.flatnonzero(hidden)
    return Hidden(
        where, linked.counts[:, where], low[:, where], high[:, where],
        relation, place[cell], sign, linked.of, np.stack(known).astype(np.int64),
    )  # fmt: skip


def shuttle(part: Hidden) -> tuple[Ints, Ints]:
    """Bounds of each count of each variable, (3, variables), from sum to sum until none moves.

    Raises `ArithmeticError` where what is known contradicts itself.
    """
    low, high = part.low.copy(), part.high.copy()
    terms = [part.terms_of(count) for count in (COVERED, UNCOVERED, ELIGIBLE)]
    for _ in range(_ROUNDS):
        before = low.copy(), high.copy()
        _close(low, high)
        for count, chosen in enumerate(terms):
            _pass(part, count, chosen, low[count], high[count])
        _close(low, high)
        if (low > high).any():
            raise ArithmeticError("No table fits what is published: a count is at least more than at most.")
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def _close(low: Ints, high: Ints) -> None:
    """Covered and uncovered add up to the eligible."""
    np.maximum(low[ELIGIBLE], low[COVERED] + low[UNCOVERED], out=low[ELIGIBLE])
    np.minimum(high[ELIGIBLE], high[COVERED] + high[UNCOVERED], out=high[ELIGIBLE])
    for one, other in ((COVERED, UNCOVERED), (UNCOVERED, COVERED)):
        np.maximum(low[one], low[ELIGIBLE] - high[other], out=low[one])
        np.minimum(high[one], high[ELIGIBLE] - low[other], out=high[one])


def _pass(part: Hidden, count: int, chosen: npt.NDArray[np.intp], low: Ints, high: Ints) -> None:
    """Each term lies within what the other terms of its sum leave."""
    relation, variable, plus = part.relation[chosen], part.variable[chosen], part.sign[chosen] > 0
    least = np.where(plus, low[variable], -high[variable])
    most = np.where(plus, high[variable], -low[variable])
    size, right = len(part.of), part.right[count]
    all_least = np.bincount(relation, least, size).astype(np.int64)
    all_most = np.bincount(relation, most, size).astype(np.int64)
    top = right[relation] - (all_least[relation] - least)
    bottom = right[relation] - (all_most[relation] - most)
    np.minimum.at(high, variable, np.where(plus, top, -bottom))
    np.maximum.at(low, variable, np.where(plus, bottom, -top))


@dataclass(frozen=True)
class Block:
    """Hidden cells that sums connect: variables and terms of `Hidden`; `is_tree` where no circle goes through them."""

    variables: npt.NDArray[np.intp]
    terms: npt.NDArray[np.intp]
    is_tree: bool


def block_numbers(part: Hidden) -> tuple[Ints, Ints]:
    """For each variable, and for each relation, the number of the block it lies in."""
    size, nodes = len(part.cell), len(part.cell) + len(part.of)
    ends = (part.variable, size + part.relation)
    graph = coo_array((np.ones(len(part.relation), dtype=np.int8), ends), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    return label[:size].astype(np.int64), label[size:].astype(np.int64)


def any_count(flags: Flags) -> Flags:
    """Of (3, variables), the variables of which one count at least is flagged."""
    return np.asarray(flags.any(axis=0), dtype=bool)


def blocks(part: Hidden, chosen: Flags) -> list[Block]:
    """The blocks that hold a chosen variable, in the order of their numbers."""
    number, _ = block_numbers(part)
    found = []
    for label in np.unique(number[chosen]):
        variables = np.flatnonzero(number == label)
        terms = np.flatnonzero(number[part.variable] == label)
        sums = len(np.unique(part.relation[terms]))
        is_tree = len(terms) == len(variables) + sums - 1 and sums < _ROUNDS
        found.append(Block(variables, terms, is_tree))
    return found
