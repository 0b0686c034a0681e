"""Agglomeration of many graphs at once: of one register as SciPy's average linkage, of several as by hand."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from transforms.agglomerate import LEAST, agglomerate
from transforms.cluster import NEVER

Bits = npt.NDArray[np.float64]


def groups(first: npt.NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(first == place).tolist()) for place in np.unique(first)}


def scipy_groups(bits: Bits) -> set[frozenset[int]]:
    highest = max(float(bits.max()), 0.0)
    return groups(fcluster(linkage(highest - bits, "average"), highest, "distance"))


def together(bits: Bits, registers: list[int], told: Bits | None = None, differ: Bits | None = None) -> list[int]:
    """Of one component."""
    nothing = np.zeros_like(bits)
    told, differ = (nothing if told is None else told), (nothing if differ is None else differ)
    return agglomerate(bits[None], told[None], differ[None] > 0, np.array([registers]))[0].tolist()


def weights(between: dict[tuple[int, int], float], records: int, inside: float) -> Bits:
    bits = np.full((records, records), inside)
    for (one, other), weight in between.items():
        bits[one, other] = weight
    return bits[np.triu_indices(records, 1)]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_of_one_register_it_ends_where_average_linkage_does(seed: int, records: int) -> None:
    bits = np.random.default_rng(seed).normal(0, 10, (5, records * (records - 1) // 2))
    registers = np.full((5, records), 7)
    for found, alone in zip(
        agglomerate(bits, np.zeros_like(bits), np.zeros(bits.shape, dtype=np.bool_), registers), bits, strict=True
    ):
        assert groups(found) == scipy_groups(np.maximum(alone, LEAST))
        assert all(found[place] <= place for place in range(records))


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(1, 4))
def test_neither_the_order_of_records_nor_others_beside_them_matter(seed: int, records: int, registers: int) -> None:
    chance = np.random.default_rng(seed)
    matrix = chance.normal(0, 10, (records, records))
    matrix, of = np.triu(matrix, 1) + np.triu(matrix, 1).T, chance.integers(0, registers, records)
    order, upper = chance.permutation(records), np.triu_indices(records, 1)
    both = np.stack([matrix[upper], matrix[np.ix_(order, order)][upper]])
    differ = np.zeros(both.shape, dtype=np.bool_)
    one, other = agglomerate(both, np.zeros_like(both), differ, np.stack([of, of[order]]))
    assert groups(one) == {frozenset(order[list(group)].tolist()) for group in groups(other)}


def test_a_bridge_between_two_persons_is_cut() -> None:
    """Records 0 1 2 and 3 4 5; only 2 and 3 seem alike."""
    apart = {(one, other): -12.0 for one in (0, 1, 2) for other in (3, 4, 5)}
    bits = weights(apart | {(2, 3): 1.0}, 6, inside=10.0)
    assert together(bits, [0] * 6) == [0, 0, 0, 3, 3, 3]
    assert together(bits, [0, 1, 2, 0, 1, 2]) == [0, 0, 0, 3, 3, 3]


@pytest.mark.parametrize(("last", "first"), [(-2.0, [0, 0, 0]), (-6.0, [0, 0, 2])])
def test_a_weak_member_stays_where_the_whole_speaks_for_it(last: float, first: list[int]) -> None:
    assert together(np.array([9.0, 5.0, last]), [0, 0, 0]) == first


def test_what_one_record_says_wrongly_parts_nobody() -> None:
    """Three visits (0 1 2) show the card of a member (3), whose entry in a list of the sick (4) is of another place."""
    apart = {(visit, 4): -30.0 for visit in (0, 1, 2)}
    assert together(weights(apart, 5, inside=13.0), [0, 0, 0, 1, 2]) == [0, 0, 0, 0, 0]


def test_where_numbers_differ_one_good_link_is_not_enough() -> None:
    """The same visits, of whom one shows a national ID, and the list another."""
    bits = weights({(visit, 4): -30.0 for visit in (0, 1, 2)}, 5, inside=13.0)
    differ = weights({(0, 4): 1.0}, 5, inside=0.0)
    assert together(bits, [0, 0, 0, 1, 2], differ=differ) == [0, 0, 0, 0, 4]


def test_persons_in_several_registers_each_do_not_meet_by_one_link() -> None:
    """Of two persons in three registers each (0 1 2, 3 4 5) two records seem alike, and no others."""
    apart = {(one, other): LEAST for one in (0, 1, 2) for other in (3, 4, 5)}
    bits = weights(apart | {(0, 3): 12.0}, 6, inside=13.0)
    assert together(bits, [0, 1, 2, 0, 1, 2]) == [0, 0, 0, 3, 3, 3]
    assert together(weights({(0, 1): 12.0}, 2, inside=0), [0, 0]) == [0, 0]


@pytest.mark.parametrize(("told", "first"), [(NEVER, [0, 1]), (0.0, [0, 0])])
def test_what_is_told_outweighs_what_is_alike(told: float, first: list[int]) -> None:
    assert together(np.array([40.0]), [0, 0], np.array([told])) == first


def test_what_is_told_of_one_pair_holds_for_its_whole_groups() -> None:
    """However many records are alike, two of them cannot be one person."""
    size = 150
    told = weights({(0, 2 * size - 1): NEVER}, 2 * size, inside=0.0)
    apart = {(one, other): 39.0 for one in range(size) for other in range(size, 2 * size)}
    bits = weights(apart, 2 * size, inside=39.5)
    assert together(bits, [0] * size + [1] * size, told) == [0] * size + [size] * size
