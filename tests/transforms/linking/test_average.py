"""Average linkage of many graphs at once: as SciPy's of one at a time."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from transforms.average import average_linkage


def groups(first: npt.NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(first == place).tolist()) for place in np.unique(first)}


def scipy_groups(bits: npt.NDArray[np.float64]) -> set[frozenset[int]]:
    highest = max(float(bits.max()), 0.0)
    return groups(fcluster(linkage(highest - bits, "average"), highest, "distance"))


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_it_ends_where_scipy_ends(seed: int, records: int) -> None:
    bits = np.random.default_rng(seed).normal(0, 10, (5, records * (records - 1) // 2))
    for found, alone in zip(average_linkage(bits), bits, strict=True):
        assert groups(found) == scipy_groups(alone)
        assert all(found[place] <= place for place in range(records))


def test_a_bridge_between_two_persons_is_cut() -> None:
    """Records 0 1 2 and 3 4 5; only 2 and 3 seem alike."""
    bits = np.full((6, 6), -12.0)
    bits[:3, :3] = bits[3:, 3:] = 10.0
    bits[2, 3] = 1.0
    assert average_linkage(bits[np.triu_indices(6, 1)][None]).tolist() == [[0, 0, 0, 3, 3, 3]]


@pytest.mark.parametrize(("last", "first"), [(-2.0, [0, 0, 0]), (-6.0, [0, 0, 2])])
def test_a_weak_member_stays_where_the_whole_speaks_for_it(last: float, first: list[int]) -> None:
    assert average_linkage(np.array([[9.0, 5.0, last]])).tolist() == [first]
