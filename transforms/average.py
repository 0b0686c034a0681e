"""Average linkage of many small graphs at once: groups merge while their pairs speak for it on average."""

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def average_linkage(bits: Weights) -> Places:
    """For each record of each component, the place of the first record that it stays with.

    `bits`: a row a component, all of one size, with the weight of each of its pairs in the order (0, 1), (0, 2) ...
    (1, 2) ...; of pairs that weigh the same the first merges first. Sokal and Michener, University of Kansas Science
    Bulletin 38 (1958), 1409-1438, with the update of Lance and Williams (1967).
    """
    records = round((1 + np.sqrt(1 + 8 * bits.shape[1])) / 2)
    weights = _matrices(bits, records)
    sizes = np.ones(weights.shape[:2])
    first = np.tile(np.arange(records), (len(bits), 1))
    active = np.arange(len(bits))
    for _ in range(records - 1):
        best = weights[active].reshape(len(active), -1).argmax(axis=1)
        left, right = np.divmod(best, records)
        speaks_for = weights[active, left, right] >= 0
        active, left, right = active[speaks_for], left[speaks_for], right[speaks_for]
        if not len(active):
            break
        _merge(weights, sizes, active, left, right)
        first[active] = np.where(first[active] == right[:, None], left[:, None], first[active])
    return first


def _matrices(bits: Weights, records: int) -> Weights:
    """The weights as symmetric matrices; a record has none with itself."""
    weights = np.full((len(bits), records, records), -np.inf)
    left, right = np.triu_indices(records, 1)
    weights[:, left, right] = weights[:, right, left] = bits
    return weights


def _merge(weights: Weights, sizes: Weights, active: Places, left: Places, right: Places) -> None:
    """Put the group `right` of each active component into its group `left`."""
    n_left, n_right = sizes[active, left, None], sizes[active, right, None]
    both = (n_left * weights[active, left] + n_right * weights[active, right]) / (n_left + n_right)
    weights[active, left] = both
    weights[active, :, left] = both
    weights[active, right] = -np.inf
    weights[active, :, right] = -np.inf
    weights[active, left, left] = -np.inf
    sizes[active, left] += sizes[active, right]
