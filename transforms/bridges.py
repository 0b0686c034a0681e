"""Bridges: links without which a part of a graph falls off."""

import numpy as np
import numpy.typing as npt

from transforms.connected import components

Places = npt.NDArray[np.int64]
AT_ONCE = 2_000_000  # cells of the matrices that are inverted together


def bridges(left: npt.ArrayLike, right: npt.ArrayLike, largest: int) -> Places:
    """For each link, how many pairs of records it alone connects: 0 where there is another way round.

    Parts of more than `largest` records are not looked at: 0. A link is a bridge where its effective resistance is its
    own, 1; in a ring of k links it is 1 - 1/k. Current through a bridge leaves each of its sides at one potential.
    """
    ends = np.concatenate([np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)])
    alone = np.zeros(len(ends) // 2, dtype=np.int64)
    if not len(ends):
        return alone
    records, ends = np.unique(ends, return_inverse=True)
    one, other = np.split(ends, 2)
    part = components(len(records), one + 1, other + 1)
    order = np.argsort(part, kind="stable")
    place = np.empty(len(records), dtype=np.int64)
    place[order] = np.arange(len(records)) - np.searchsorted(part[order], part[order])
    sizes = np.bincount(part)[part[one]]
    for size in np.unique(sizes[sizes <= largest]):
        links = np.flatnonzero(sizes == size)
        parts, graph = np.unique(part[one[links]], return_inverse=True)
        each = max(1, AT_ONCE // int(size) ** 2)
        for first in range(0, len(parts), each):
            some = (graph >= first) & (graph < first + each)
            chosen = links[some]
            alone[chosen] = _alone(graph[some] - first, place[one[chosen]], place[other[chosen]], int(size))
    return alone


def _alone(graph: Places, one: Places, other: Places, size: int) -> Places:
    """The same for connected graphs of one size: link n joins `one[n]` and `other[n]` in `graph[n]`."""
    laplacian = np.zeros((graph.max() + 1, size, size))
    laplacian[graph, one, other] = laplacian[graph, other, one] = -1.0
    laplacian[:, np.arange(size), np.arange(size)] = -laplacian.sum(axis=2)
    inverse = np.linalg.inv(laplacian + 1 / size)
    resistance = inverse[graph, one, one] + inverse[graph, other, other] - 2 * inverse[graph, one, other]
    found = np.flatnonzero(resistance > 1 - 0.5 / size)
    potential = inverse[graph[found], one[found]] - inverse[graph[found], other[found]]
    rows = np.arange(len(found))
    middle = (potential[rows, one[found]] + potential[rows, other[found]]) / 2
    side = (potential > middle[:, None]).sum(axis=1)
    alone = np.zeros(len(graph), dtype=np.int64)
    alone[found] = side * (size - side)
    return alone
