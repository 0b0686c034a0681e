"""The classifier: where it equals recordlinkage's own, and what counts, known pairs and chance add."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordlinkage.algorithms.nb_sklearn import ECM

from transforms.ecm import PatternECM
from transforms.feature import MISSING


def pairs(seed: int, size: int = 3000, matches: float = 0.2, features: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """0/1 levels of pairs that match with probability `matches`, and which do."""
    chance = np.random.default_rng(seed)
    match = chance.random(size) < matches
    agree = np.where(match[:, None], 0.9, 0.1)
    return (chance.random((size, features)) < agree).astype(np.int64), match


def folded(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    return patterns, counts.astype(np.float64)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_without_smoothing_on_two_levels_it_ends_where_the_stock_class_ends(seed: int) -> None:
    levels, _ = pairs(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stock = ECM(binarize=None, atol=1e-8, max_iter=1000).fit(levels)
    ours = PatternECM(alpha=0.0, atol=1e-8, max_iter=1000).fit(*folded(levels))
    np.testing.assert_allclose(np.exp(ours.feature_log_prob_), np.exp(stock.feature_log_prob_), atol=1e-5)
    np.testing.assert_allclose(np.exp(ours.class_log_prior_), np.exp(stock.class_log_prior_), atol=1e-5)


def test_counts_stand_for_repeated_rows() -> None:
    levels, _ = pairs(1)
    once = PatternECM().fit(levels, np.ones(len(levels)))
    counted = PatternECM().fit(*folded(levels))
    np.testing.assert_allclose(once.feature_log_prob_, counted.feature_log_prob_, atol=1e-8)


def test_it_finds_the_matches() -> None:
    levels, match = pairs(2, features=8)
    found = PatternECM().fit(levels, np.ones(len(levels))).matches_ > 0.5
    assert (found == match).mean() > 0.99


def test_missing_says_nothing() -> None:
    levels, _ = pairs(3)
    blank = np.column_stack([levels, np.full(len(levels), MISSING)])
    with_blank = PatternECM().fit(blank, np.ones(len(blank)))
    without = PatternECM().fit(levels, np.ones(len(levels)))
    np.testing.assert_allclose(with_blank.matches_, without.matches_, atol=1e-8)


def test_what_is_known_stays() -> None:
    levels, _ = pairs(4)
    patterns, counts = folded(levels)
    known = np.full(len(patterns), np.nan)
    known[0], known[-1] = 1.0, 0.0
    matches = PatternECM().fit(patterns, counts, known).matches_
    assert matches[0] == 1.0
    assert matches[-1] == 0.0


def test_what_chance_explains_is_no_match() -> None:
    levels, _ = pairs(5, matches=0.0)
    patterns, counts = folded(levels)
    assert PatternECM().fit(patterns, counts).matches_ @ counts > 10
    assert PatternECM().fit(patterns, counts, by_chance=counts).matches_ @ counts < 10


@pytest.mark.parametrize("level", [0, 1, MISSING])
def test_one_constant_column_is_survived(level: int) -> None:
    matches = PatternECM().fit(np.full((1, 3), level), np.array([5.0])).matches_
    assert np.isfinite(matches).all()
