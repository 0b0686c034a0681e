"""Agglomeration of many small graphs at once: groups merge while what lies between them speaks for one person.

Two groups of records are measured as two persons are who were kept apart (`transforms.between`), as far as that needs
nothing but the weights of pairs. In bits:

    (mean weight of their pairs + mean weight between the likeliest two registers) / 2
        - OF_FEWER log2(registers of the group in fewer) - OF_MORE log2(registers of the other)

where no pair counts less than LEAST. Average linkage (Sokal and Michener, University of Kansas Science Bulletin 38,
1958, 1409-1438) is the mean weight alone, and lets one bad record outweigh ten good ones. Where records of both groups
show numbers that differ, the groups must weigh enough by that, too.
"""

import math

import numpy as np
import numpy.typing as npt

from transforms.between import KEPT, OF_FEWER, OF_MORE

Weights = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LEAST = math.log2(KEPT / (1 - KEPT))  # bits: as little as a pair that is not kept


def agglomerate(bits: Weights, told: Weights, differ: Flags, registers: Places) -> Places:
    """For each record of each component, the place of the first record that it stays with.

    `bits`: a row a component, all of one size, with the weight of each of its pairs in the order (0, 1), (0, 2) ...
    (1, 2) ...; `told`: the same, with what outweighs them, or 0; `differ`: the same, whether their numbers differ;
    `registers`: a row a component, the register of each record. Of groups that weigh the same the first merge first.
    """
    groups = _Groups(bits, told, differ, registers)
    first = np.tile(np.arange(registers.shape[1]), (len(bits), 1))
    active = np.arange(len(bits))
    for _ in range(registers.shape[1] - 1):
        active, left, right = groups.likeliest(active)
        if not len(active):
            break
        groups.merge(active, left, right)
        first[active] = np.where(first[active] == right[:, None], left[:, None], first[active])
    return first


class _Groups:
    """The groups of each component, each at the place of its first record.

    `counts`: the records of a group by register. Of two groups, `sums`: their pairs by the registers of each, no pair
    less than LEAST; `plain`, `told` and `differ`: their pairs, what outweighs them, and whether any numbers differ;
    `weights`: what they weigh, -inf where one is no more.
    """

    def __init__(self, bits: Weights, told: Weights, differ: Flags, registers: Places) -> None:
        components, records = registers.shape
        left, right = np.triu_indices(records, 1)
        place = _places(registers)
        self.counts = (place[:, :, None] == np.arange(place.max() + 1)).astype(np.float64)
        self.weights = np.full((components, records, records), -np.inf)
        self.plain, self.told, self.differ = (np.zeros_like(self.weights) for _ in range(3))
        self.sums = np.zeros((*self.weights.shape, *self.counts.shape[2:] * 2))
        floored = np.maximum(bits, LEAST)
        for a, b in ((left, right), (right, left)):
            self.plain[:, a, b], self.told[:, a, b], self.differ[:, a, b] = bits, told, differ
            self.weights[:, a, b] = np.where(differ, bits, floored) + told
            self.sums[np.arange(components)[:, None], a, b, place[:, a], place[:, b]] = floored

    def likeliest(self, active: Places) -> tuple[Places, Places, Places]:
        """The two groups that weigh most in each component, where that speaks for one person."""
        records = self.weights.shape[1]
        left, right = np.divmod(self.weights[active].reshape(len(active), -1).argmax(axis=1), records)
        speaks_for = self.weights[active, left, right] >= 0
        return active[speaks_for], left[speaks_for], right[speaks_for]

    def merge(self, active: Places, left: Places, right: Places) -> None:
        """Put the group `right` of each active component into its group `left`."""
        for table in (self.sums, self.plain, self.told, self.differ):
            table[active, left] += table[active, right]
            table[active, :, left] += table[active, :, right]
        self.counts[active, left] += self.counts[active, right]
        none = np.isneginf(self.weights[active, left]) & np.isneginf(self.weights[active, right])
        both = np.where(none, -np.inf, self._measure(active, left))
        both[np.arange(len(active)), left] = both[np.arange(len(active)), right] = -np.inf
        self.weights[active, right] = -np.inf
        self.weights[active, :, right] = -np.inf
        self.weights[active, left] = both
        self.weights[active, :, left] = both

    def _measure(self, active: Places, left: Places) -> Weights:
        """The weight of the group `left` of each active component with each group."""
        of_left, of_each = self.counts[active, left], self.counts[active]
        cells = of_left[:, None, :, None] * of_each[:, :, None, :]
        sums, pairs = self.sums[active, left], cells.sum(axis=(2, 3))
        by_registers = np.divide(sums, cells, out=np.full_like(sums, -np.inf), where=cells > 0)
        mean, likeliest = sums.sum(axis=(2, 3)) / pairs, by_registers.max(axis=(2, 3))
        one, other = (of_left > 0).sum(axis=1)[:, None], (of_each > 0).sum(axis=2)
        in_fewer, in_more = np.log2(np.minimum(one, other)), np.log2(np.maximum(one, other))
        weight = (mean + likeliest) / 2 - OF_FEWER * in_fewer - OF_MORE * in_more
        plain, told, differ = (table[active, left] / pairs for table in (self.plain, self.told, self.differ))
        contradicted = np.minimum(weight, plain + (1 - differ) * LEAST)
        return np.asarray(np.where(differ > 0, contradicted, weight) + told)


def _places(registers: Places) -> Places:
    """The registers of each component, numbered from 0 in it."""
    order = np.argsort(registers, axis=1, kind="stable")
    ordered = np.take_along_axis(registers, order, axis=1)
    places = np.zeros_like(registers)
    steps = np.diff(ordered, axis=1, prepend=ordered[:, :1]) != 0
    np.put_along_axis(places, order, np.cumsum(steps, axis=1), axis=1)
    return places
