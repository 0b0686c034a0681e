"""The fit: where it equals recordlinkage's own, and what counts, fixed shares, bounds, strangers and doubles add."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordlinkage.algorithms.nb_sklearn import ECM
from scipy.sparse import csr_array

from transforms.ecm import PatternECM
from transforms.feature import MISSING
from transforms.kinds import Beside, Judged, Shape

AGREE, DIFFER = 0.9, 0.1  # share of agreement among matches and others


def pairs(seed: int, size: int = 3000, matches: float = 0.2, features: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """0/1 levels of pairs that match with probability `matches`, and which do."""
    chance = np.random.default_rng(seed)
    match = chance.random(size) < matches
    agree = np.where(match[:, None], AGREE, DIFFER)
    return (chance.random((size, features)) < agree).astype(np.int64), match


def folded(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    return patterns, counts.astype(np.float64)


def shown(levels: np.ndarray) -> csr_array:
    """Two columns a feature: it differs, it agrees; a missing one shows neither."""
    return csr_array(np.stack([levels == 0, levels == 1], axis=2).reshape(len(levels), -1).astype(np.float64))


def shape(features: int = 4, kinds: int = 2, smoothing: float = 0.0, most: float = 1.0) -> Shape:
    """Matches first, whose level 1 has the share 0.9, as the stock class starts; the others from 0.1 downwards."""
    agrees = [AGREE, *(DIFFER / n for n in range(1, kinds))]
    start = np.log(np.array([[1 - a, a] * features for a in agrees]))
    bounds = np.ones_like(start)
    bounds[0, ::2] = most
    columns = np.repeat(np.arange(features), 2)
    free, level = np.zeros(start.shape, dtype=np.bool_), np.full(start.shape, smoothing)
    return Shape(columns, start, free, level, level * np.tile([0.98, 0.02], features), bounds)


def fitted(levels: np.ndarray, counts: np.ndarray, *, beside: Beside | None = None, **told: float) -> PatternECM:
    ecm = PatternECM(max_iter=3000, rtol=1e-14)
    return ecm.fit(shown(levels), counts, shape(levels.shape[1], **told), beside)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_with_two_free_kinds_and_no_smoothing_it_ends_where_the_stock_class_ends(seed: int) -> None:
    levels, _ = pairs(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stock = ECM(binarize=None, atol=1e-9, max_iter=3000).fit(levels)
    ours = fitted(*folded(levels))
    np.testing.assert_allclose(np.exp(ours.feature_log_prob_), np.exp(stock.feature_log_prob_[::-1]), atol=1e-5)
    np.testing.assert_allclose(np.exp(ours.class_log_prior_), np.exp(stock.class_log_prior_[::-1]), atol=1e-5)


def test_counts_stand_for_repeated_rows() -> None:
    levels, _ = pairs(1)
    once, counted = fitted(levels, np.ones(len(levels))), fitted(*folded(levels))
    np.testing.assert_allclose(once.feature_log_prob_, counted.feature_log_prob_, atol=1e-5)
    np.testing.assert_allclose(once.class_log_prior_, counted.class_log_prior_, atol=1e-5)


def test_it_finds_the_matches() -> None:
    levels, match = pairs(2, features=8)
    found = fitted(levels, np.ones(len(levels))).kinds_[:, 0] > 0.5
    assert (found == match).mean() > 0.99


def test_judgements_that_say_what_the_fit_says_change_nothing() -> None:
    patterns, counts = folded(pairs(11)[0])
    alone = fitted(patterns, counts)
    judged = Judged(alone.kinds_[:, 0] * counts / 2, alone.kinds_[:, 1] * counts / 2)
    again = PatternECM(max_iter=3000, rtol=1e-14).fit(shown(patterns), counts, shape(), judged=judged)
    np.testing.assert_allclose(again.feature_log_prob_, alone.feature_log_prob_, atol=1e-4)
    np.testing.assert_allclose(again.class_log_prior_, alone.class_log_prior_, atol=1e-4)


@pytest.mark.parametrize("is_same", [True, False])
def test_judged_pairs_are_of_the_kind_that_was_said(is_same: bool) -> None:
    """Of the pairs that differ on the first feature alone, half are judged: its share among matches follows."""
    patterns, counts = folded(pairs(12)[0])
    half = np.where((patterns == [0, 1, 1, 1]).all(axis=1), counts / 2, 0.0)
    none = np.zeros_like(half)
    judged = Judged(half, none) if is_same else Judged(none, half)
    told = PatternECM(max_iter=3000, rtol=1e-14).fit(shown(patterns), counts, shape(), judged=judged)
    before, after = (np.exp(ecm.feature_log_prob_[0, 0]) for ecm in (fitted(patterns, counts), told))
    assert (after > before) == is_same


def test_missing_says_nothing() -> None:
    levels, _ = pairs(3)
    blank = np.column_stack([levels, np.full(len(levels), MISSING)])
    with_blank, without = fitted(blank, np.ones(len(blank))), fitted(levels, np.ones(len(levels)))
    np.testing.assert_allclose(with_blank.kinds_, without.kinds_, atol=1e-8)


def test_fixed_shares_stay_and_the_others_are_fitted() -> None:
    levels, _ = pairs(4)
    plan = shape()
    plan.start[1, :2] = np.log([0.35, 0.65])
    plan.fixed[1, :2] = True
    found = np.exp(PatternECM().fit(shown(levels), np.ones(len(levels)), plan).feature_log_prob_)
    assert found[1, :2].tolist() == pytest.approx([0.35, 0.65], abs=1e-12)
    assert abs(found[1, 2] - 0.9) < 0.03
    assert not np.allclose(found[0, :2], [1 - AGREE, AGREE], atol=1e-6)


@pytest.mark.parametrize("most", [0.02, 0.05, 0.3])
def test_no_share_goes_over_the_most_it_may_have(most: float) -> None:
    levels, _ = pairs(5, size=6000)
    found = np.exp(fitted(*folded(levels), most=most).feature_log_prob_)
    assert (found[0, ::2] <= most + 1e-12).all()
    assert (found[0, ::2] == pytest.approx(most)) == (most < 0.1)
    np.testing.assert_allclose(found[:, ::2] + found[:, 1::2], 1.0, atol=1e-9)


def test_of_three_levels_what_is_over_the_bound_goes_to_the_others_in_proportion() -> None:
    plan = Shape(
        np.zeros(3, dtype=np.int64),
        np.log(np.full((1, 3), 1 / 3)),
        np.zeros((1, 3), dtype=np.bool_),
        np.zeros((1, 3)),
        np.zeros((1, 3)),
        np.array([[0.4, 1.0, 1.0]]),
    )
    found = PatternECM().fit(csr_array(np.eye(3)), np.array([80.0, 15.0, 5.0]), plan)
    assert np.exp(found.feature_log_prob_[0]).tolist() == pytest.approx([0.4, 0.45, 0.15])


def test_what_chance_explains_is_no_match() -> None:
    levels, _ = pairs(6, matches=0.0)
    patterns, counts = folded(levels)
    logs = np.log([1 - DIFFER, DIFFER] * 4)
    strangers = Beside(np.asarray(shown(patterns) @ logs), np.zeros(8, dtype=np.bool_), logs, 1e-6)
    assert fitted(patterns, counts).kinds_[:, 0] @ counts > 10
    assert fitted(patterns, counts, beside=strangers).kinds_[:, 0] @ counts < 10


@pytest.mark.parametrize("share", [0.0, 0.04, 0.2])
def test_doubles_are_found_up_to_the_most_there_may_be(share: float) -> None:
    """Doubles agree as matches do on all but the last two features, on which they agree by chance."""
    chance = np.random.default_rng(8)
    levels, match = pairs(7, size=20000, features=8)
    doubles = (match & (chance.random(len(match)) < share / (1 + share)))[:, None]
    levels[:, 6:] = np.where(doubles, chance.random((len(match), 2)) < 0.02, levels[:, 6:])
    differ = np.repeat(np.arange(8) >= 6, 2)
    unlike = np.log(np.tile([0.98, 0.02], 8))
    nobody = np.full(2**8, -1e9)
    patterns, counts = folded(levels)
    found = fitted(patterns, counts, beside=Beside(nobody[: len(patterns)], differ, unlike, 0.1))
    assert found.doubles_ == pytest.approx(min(share, 0.1), abs=0.01)
    if 0 < share <= 0.1:
        assert np.exp(found.feature_log_prob_[0, 13::2]) == pytest.approx(AGREE, abs=0.02)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 4), st.sampled_from([0.0, 0.5]))
def test_the_shares_of_kinds_and_of_levels_add_up(seed: int, kinds: int, smoothing: float) -> None:
    levels, _ = pairs(seed, size=200, features=3)
    found = fitted(*folded(levels), kinds=kinds, smoothing=smoothing)
    assert np.exp(found.class_log_prior_).sum() == pytest.approx(1.0)
    np.testing.assert_allclose(found.kinds_.sum(axis=1), 1.0, atol=1e-9)
    shares = np.exp(found.feature_log_prob_)
    np.testing.assert_allclose(shares[:, ::2] + shares[:, 1::2], 1.0, atol=1e-9)


def test_of_a_feature_that_no_pair_shows_only_chance_is_left() -> None:
    levels, _ = pairs(9)
    blank = np.column_stack([levels, np.full(len(levels), MISSING)])
    found = np.exp(fitted(*folded(blank), smoothing=0.5).feature_log_prob_)
    np.testing.assert_allclose(found[:, -2:], [[0.98, 0.02]] * 2, atol=1e-9)


@pytest.mark.parametrize("level", [0, 1, MISSING])
def test_one_constant_column_is_survived(level: int) -> None:
    found = fitted(np.full((1, 3), level), np.array([5.0]), smoothing=0.5)
    assert np.isfinite(found.kinds_).all()
    assert np.isfinite(found.feature_log_prob_).all()
