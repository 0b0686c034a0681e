"""Hidden cells that lie in one sum only: what they can exchange among themselves, and how to treat them as one.

In a country most hidden cells are such leaves: communes of a district, of which nothing else is published. With them
out of the way the programmes are small.
"""

from dataclasses import replace

import numpy as np

from transforms.linked_tables import COVERED, ELIGIBLE, EVERY, UNCOVERED, Flags, Ints
from transforms.ranges import ENDLESS, Hidden


def is_leaf(part: Hidden) -> Flags:
    """The variables in one sum only, of every count, of which nobody knows more than that they are not empty."""
    degree = np.bincount(part.variable, minlength=len(part.cell))
    single = np.bincount(part.variable, part.of[part.relation] != EVERY, len(part.cell)) > 0
    free = (part.low[:ELIGIBLE] == 0).all(axis=0) & (part.high == ENDLESS).all(axis=0)
    return np.asarray((degree == 1) & ~single & free, dtype=bool)


def room_beside(part: Hidden) -> Ints:
    """How far each count can move, (3, variables), if leaves of a sum share what they have and all else stays.

    A lower limit of its freedom; 0 for what is no leaf.
    """
    number, leaves = _groups(part, is_leaf(part))
    room = np.zeros_like(part.truth)
    if not len(leaves):
        return room
    covered, uncovered, eligible = (np.bincount(number, counts[leaves])[number] for counts in part.truth)
    floor = part.low[ELIGIBLE, leaves]
    others = np.bincount(number, floor)[number] - floor
    for count, mine, other in ((COVERED, covered, uncovered), (UNCOVERED, uncovered, covered)):
        room[count, leaves] = np.minimum(mine, eligible - others) - np.maximum(0, floor - other)
    room[ELIGIBLE, leaves] = eligible - others - floor
    return np.maximum(room, 0)


def merged(part: Hidden, keep: Flags) -> tuple[Hidden, Ints]:
    """The same block with the leaves of each sum taken as one, but for those to keep; and the new place of each.

    What the other variables can be is the same: a sum of leaves can be whatever its leaves can be together.
    """
    number, leaves = _groups(part, is_leaf(part) & ~keep)
    stays = np.ones(len(part.cell), dtype=bool)
    stays[leaves] = False
    place = np.cumsum(stays) - 1
    place[leaves] = stays.sum() + number
    first = np.concatenate([np.flatnonzero(stays), leaves[np.unique(number, return_index=True)[1]]])
    truth, low, high = (_added(counts, place, len(first)) for counts in (part.truth, part.low, part.high))
    once = np.isin(part.variable, first)
    return replace(
        part, cell=part.cell[first], truth=truth, low=low, high=np.minimum(high, ENDLESS),
        relation=part.relation[once], variable=place[part.variable[once]], sign=part.sign[once],
    ), place  # fmt: skip


def _groups(part: Hidden, leaf: Flags) -> tuple[Ints, Ints]:
    """Number of the sum and side of each leaf, and the leaves."""
    terms = np.flatnonzero(leaf[part.variable])
    _, number = np.unique(part.relation[terms] * 2 + (part.sign[terms] > 0), return_inverse=True)
    return number.astype(np.int64), part.variable[terms].astype(np.int64)


def _added(counts: Ints, place: Ints, size: int) -> Ints:
    return np.stack([np.bincount(place, row, size) for row in counts]).astype(np.int64)
