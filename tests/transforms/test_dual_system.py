"""Dual-system estimates: Chapman's arithmetic, chance, thin strata and dependence between lists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.dual_system import ENDS, FIGURES, Floats, Lists, estimate, pooled

ODDS = (0.5, 2.0)
counts = st.integers(0, 5000)


def lists(only_a: object, only_b: object, both: object) -> Lists:
    """One row a stratum, one draw."""
    return Lists(*(np.asarray(values, dtype=np.float64).reshape(-1, 1) for values in (only_a, only_b, both)))


def of_one(only_a: int, only_b: int, both: int, odds: tuple[float, ...] = ODDS) -> dict[str, float]:
    figures = estimate(lists(only_a, only_b, both), np.zeros(1, dtype=np.int64), 1, odds)
    return {name: float(values[0]) for name, values in figures.items()}


@settings(deadline=None)
@given(counts, counts, counts)
def test_it_is_chapmans_estimate_and_variance(only_a: int, only_b: int, both: int) -> None:
    a, b = only_a + both, only_b + both
    found, one = lists(only_a, only_b, both), of_one(only_a, only_b, both)
    assert one["people"] == pytest.approx((a + 1) * (b + 1) / (both + 1) - 1)
    variance = (a + 1) * (b + 1) * (a - both) * (b - both) / ((both + 1) ** 2 * (both + 2))
    assert float(found.variance[0, 0]) == pytest.approx(variance)


@settings(deadline=None)
@given(counts, counts, counts)
def test_nobody_who_is_listed_is_lost_and_ends_are_in_order(only_a: int, only_b: int, both: int) -> None:
    one, slack = of_one(only_a, only_b, both), 1e-9
    assert one["people_least"] >= only_a + only_b + both - slack
    for name in FIGURES if only_a + only_b + both else FIGURES[:2]:
        value, low, high, least, most = (one[f"{name}{end}"] for end in ENDS)
        assert least <= low + slack <= value + 2 * slack
        assert value <= high + slack <= most + 2 * slack
    assert one["complete_a_most"] <= 1 + slack or only_a + only_b + both == 0


@settings(deadline=None)
@given(counts, counts, counts, st.floats(0.1, 10))
def test_dependence_multiplies_those_in_neither_list(only_a: int, only_b: int, both: int, ratio: float) -> None:
    """A sure table of four numbers with that odds ratio is found again, but for the one that Chapman adds."""
    one = of_one(only_a, only_b, both, (ratio,))
    independent = of_one(only_a, only_b, both, ())
    end = "most" if ratio >= 1 else "least"
    wider = independent["in_neither_high" if ratio >= 1 else "in_neither_low"] * ratio
    assert one[f"in_neither_{end}"] == pytest.approx(wider, rel=1e-9, abs=1e-9) or independent["in_neither"] == 0


@settings(deadline=None)
@given(counts, counts, counts)
def test_the_two_lists_can_be_told_the_other_way_round(only_a: int, only_b: int, both: int) -> None:
    one, other = of_one(only_a, only_b, both), of_one(only_b, only_a, both)
    assert one["people"] == pytest.approx(other["people"])
    if only_a + only_b + both:
        assert one["complete_a"] == pytest.approx(other["complete_b"])


def test_a_list_that_holds_everybody_leaves_nothing_to_estimate() -> None:
    one = of_one(0, 40, 60)
    assert [one[f"people{end}"] for end in ENDS] == [100] * len(ENDS)
    assert one["complete_b"] == 1
    assert one["complete_a"] == pytest.approx(0.6)


def test_of_nobody_there_are_none_and_no_share() -> None:
    one = of_one(0, 0, 0)
    assert one["people"] == one["people_most"] == 0
    assert np.isnan(one["complete_a"])


@settings(deadline=None)
@given(st.lists(st.integers(0, 80), max_size=30), st.integers(1, 40))
def test_pools_have_the_overlap_they_need_where_there_is_enough(both: list[int], least: int) -> None:
    thin = pooled(np.asarray(both, dtype=np.int64), least)
    values = np.asarray(both, dtype=np.int64)
    assert all(values[~thin] >= least)
    together = int(values[thin].sum())
    # A pool of nobody in both lists may be left where no stratum with an overlap is thin.
    assert not thin.any() or together >= least or together == 0 or bool(thin.all())


def test_a_population_with_strata_needs_them() -> None:
    """Two provinces in which lists are independent, and in which they cover very different shares."""
    only_a, only_b, both = [90 * 9, 10], [10 * 9, 90], [90 * 9 * 9 // 81 * 81, 10]
    true = [only_a[n] + only_b[n] + both[n] + only_a[n] * only_b[n] / both[n] for n in (0, 1)]
    group = np.zeros(2, dtype=np.int64)
    apart = float(estimate(lists(only_a, only_b, both), group, 1, ODDS)["people"][0])
    together = of_one(sum(only_a), sum(only_b), sum(both))["people"]
    assert abs(apart - sum(true)) < 0.3 * abs(together - sum(true))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.3, 0.9), st.floats(0.1, 0.9))
def test_intervals_hold_the_population_as_often_as_they_say(seed: int, in_a: float, in_b: float) -> None:
    """200 populations of 2,000 people with known inclusion probabilities, lists independent."""
    people = 2000
    figures = _drawn(np.random.default_rng(seed), 200, people, in_a, in_b, 1.0)
    held = ((figures["people_low"] <= people) & (people <= figures["people_high"])).mean()
    assert 0.89 <= held <= 1.0  # 95%, of 200: four standard errors below
    assert figures["people"].mean() == pytest.approx(people, rel=0.02)


@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_where_lists_depend_the_range_holds_it_and_the_interval_does_not(ratio: float) -> None:
    people = 4000
    figures = _drawn(np.random.default_rng(7), 200, people, 0.6, 0.4, ratio)
    interval = ((figures["people_low"] <= people) & (people <= figures["people_high"])).mean()
    ranged = ((figures["people_least"] <= people) & (people <= figures["people_most"])).mean()
    assert interval < 0.5
    assert ranged >= 0.93


def _drawn(
    rng: np.random.Generator, times: int, people: int, in_a: float, in_b: float, ratio: float
) -> dict[str, Floats]:
    """Estimates of as many populations; whoever is in list b has `ratio` times the odds of being in a."""
    among_others = in_a / (1 - in_a)
    share = {True: ratio * among_others / (1 + ratio * among_others), False: in_a}
    b = rng.binomial(people, in_b, times)
    both, only_a = rng.binomial(b, share[True]), rng.binomial(people - b, share[False])
    return estimate(lists(only_a, b - both, both), np.arange(times), times, ODDS)
