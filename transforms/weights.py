"""The linkage model: how much each agreement level says for or against two records being one person.

Fellegi and Sunter's model (1969) on agreement patterns with counts: some thousands of rows stand for millions of
pairs. Pairs that blocking proposes are all alike in something, and so break the independence that one kind of
non-match would need. The model is therefore fitted in two steps:

1. recordlinkage's expectation-maximisation tells matches from look-alikes (relatives, namesakes), anchored by shared
   identifiers that agree. Strangers who agree by chance are a class of their own whose size is known: all pairs of
   records times what random pairs show. Where there is nothing to link, chance explains what is proposed.
2. recordlinkage's logistic regression on what the first step found gives each level one weight that adds up with the
   others: evidence that comes together is not counted twice.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from recordlinkage import LogisticRegressionClassifier

from transforms.ecm import Levels, Numbers, PatternECM
from transforms.feature import DIFFERS, MISSING, Feature

# Random pairs weigh little beside those that blocking proposes: they are too easy to tell.
BACKGROUND_SHARE = 0.03


@dataclass(frozen=True)
class Model:
    """`m`, `u` and `weight` (bits) have a row a feature and a column a level, from MISSING up.

    `prior_bits` is what a candidate pair starts from: log2 of the odds of a match where nothing is known of it.
    """

    m: Numbers
    u: Numbers
    weight: Numbers
    prior_bits: float

    def bits(self, levels: Levels) -> Numbers:
        """The match weight of each pattern: what its levels add up to."""
        places = np.arange(levels.shape[1])[None, :]
        return np.asarray(self.weight[places, levels - MISSING].sum(axis=1))

    def probabilities(self, bits: Numbers) -> Numbers:
        return np.asarray(1 / (1 + np.exp2(-bits - self.prior_bits)))


def fit(chosen: list[Feature], levels: Levels, counts: Numbers, background: Numbers, records: int) -> Model:
    """The model of these patterns: `levels` has a row a pattern and a column a feature.

    `counts` are the candidate pairs of each pattern, `background` the pairs of it among random pairs; `records` is
    the number of records there are. Without any candidate there is nothing to learn: every level weighs nothing,
    and a pair is as unlikely a match as one drawn at random.
    """
    width = max(feature.best for feature in chosen) - MISSING + 1
    if not counts.any():
        nothing = np.zeros((len(chosen), width))
        return Model(nothing, nothing, nothing, -float(np.log2(records + 1)))
    shown = (levels[:, :, None] - MISSING == np.arange(width)).astype(np.float64)
    chance = _by_chance(levels, np.einsum("p,pfl->fl", background, shown), records)
    background = background * min(1.0, BACKGROUND_SHARE * counts.sum() / max(background.sum(), 1.0))
    match = match_probabilities(levels, counts, background, chance, _agreed(chosen, levels))
    m, u = (np.einsum("p,pfl->fl", counts * share, shown) for share in (match, 1 - match))
    seen = (np.einsum("p,pfl->fl", counts + background, shown) > 0) & (np.arange(width) > 0)
    weight, prior_bits = _additive(shown[:, seen], match, counts, background)
    table = np.full(seen.shape, np.nan)
    table[seen] = weight
    m, u, table = (_with_unseen(part) for part in (_shares(m, seen), _shares(u, seen), table))
    m[:, 0] = u[:, 0] = counts @ (levels == MISSING) / max(counts.sum(), 1.0)
    return Model(m, u, table, prior_bits)


def match_probabilities(
    levels: Levels, counts: Numbers, background: Numbers, chance: Numbers, agreed: npt.NDArray[np.bool_]
) -> Numbers:
    """How likely each pattern is a match, by expectation-maximisation.

    `chance`: pairs of it that strangers make; `agreed`: where it is known to be a match. Random pairs stand beside the
    candidates as known look-alikes, so that there is an example of them even where all candidates match.
    """
    proposed, random = counts > 0, background > 0
    ecm = PatternECM().fit(
        np.vstack([levels[proposed], levels[random]]),
        np.append(counts[proposed], background[random]),
        np.append(np.where(agreed[proposed], 1.0, np.nan), np.zeros(random.sum())),
        np.append(chance[proposed], np.zeros(random.sum())),
    )
    match = np.zeros(len(levels))
    match[proposed] = ecm.matches_[: proposed.sum()]
    return match


def _by_chance(levels: Levels, random_pairs: Numbers, records: int) -> Numbers:
    """How many pairs of each pattern strangers make: all pairs, times the share of each level in random pairs."""
    shares = random_pairs + 0.5
    shares[:, 0] = 0.0
    shares /= shares.sum(axis=1, keepdims=True)
    shares[:, 0] = 1.0
    each = shares[np.arange(levels.shape[1])[None, :], levels - MISSING]
    return np.asarray(records * (records - 1) / 2 * each.prod(axis=1))


def _agreed(chosen: list[Feature], levels: Levels) -> npt.NDArray[np.bool_]:
    """Where an identifier that registers share is the same and none differs.

    That one differs proves nothing by itself: numbers are mistyped, and how often is learnt.
    """
    shared = [(levels[:, place], f.best) for place, f in enumerate(chosen) if f.shared]
    same = np.any([column == best for column, best in shared], axis=0)
    differs = np.any([(column >= DIFFERS) & (column < best) for column, best in shared], axis=0)
    return np.broadcast_to(same & ~differs, len(levels))


def _additive(shown: Numbers, match: Numbers, counts: Numbers, background: Numbers) -> tuple[Numbers, float]:
    """The weight of each column of `shown`, and of a pair that shows none, in bits.

    Each pattern stands there twice, as a match and as none, with what the first step gave to each; half a pair of
    either that shows nothing keeps the weights finite where all candidates are of one kind.
    """
    nothing = np.zeros((1, shown.shape[1]))
    rows = np.vstack([shown, shown, nothing, nothing])
    is_match = np.repeat([1, 0, 1, 0], [len(shown), len(shown), 1, 1])
    pairs = np.concatenate([counts * match, counts * (1 - match) + background, [0.5, 0.5]])
    regression = LogisticRegressionClassifier(solver="newton-cholesky", max_iter=200).kernel
    regression.fit(rows[pairs > 0], is_match[pairs > 0], sample_weight=pairs[pairs > 0])
    return regression.coef_[0] / np.log(2), float(regression.intercept_[0] / np.log(2))


def _shares(sums: Numbers, seen: npt.NDArray[np.bool_]) -> Numbers:
    """The share of each level among the pairs in which the feature can be compared; NaN where none shows it."""
    smoothed = np.where(seen, sums + 0.5, 0.0)
    with np.errstate(invalid="ignore"):
        return np.where(seen, smoothed / smoothed.sum(axis=1, keepdims=True), np.nan)


def _with_unseen(table: Numbers) -> Numbers:
    """Give a level that no pair shows what the next lower level has that some pair shows."""
    for level in range(2, table.shape[1]):
        unseen = np.isnan(table[:, level])
        table[unseen, level] = table[unseen, level - 1]
    return np.nan_to_num(table, nan=0.0)
