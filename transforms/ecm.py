"""recordlinkage's expectation-maximisation for agreement patterns with counts and several kinds of pairs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from recordlinkage.algorithms.nb_sklearn import ECM

Numbers = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BELIEF = 200.0  # pairs that speak for the share of doubles which a fit starts from
FEW = 20.0  # pairs that show a feature, from which on half of the smoothing counts


@dataclass(frozen=True)
class Shape:
    """What a fit starts from. Rows are kinds of pairs, columns levels, features one after the other.

    `start` has log shares of each level among the pairs of a kind, `fixed` tells which of them stay; `smoothing` is
    added to each expected count, and `chance` too: the shares among strangers, which are all that is left of a
    feature that no pair of the kind shows. `feature_of` is the feature of each column. `most` is the largest share
    that a level may have among the pairs of a kind.
    """

    feature_of: Levels
    start: Numbers
    fixed: Flags
    smoothing: Numbers
    chance: Numbers
    most: Numbers


@dataclass(frozen=True)
class Beside:
    """Kinds of pairs that are not fitted by themselves.

    `strangers`: the log joint share of each pattern among them. A double is a pair of the first fitted kind but for the
    columns in `differ`, which show levels with the log shares `chance`; there are `most` of them for each such pair
    at most.
    """

    strangers: Numbers
    differ: Flags
    chance: Numbers
    most: float


class PatternECM(ECM):  # type: ignore[misc]
    """recordlinkage's ECM, fitted on distinct agreement patterns with counts, for any number of kinds of pairs.

    Each feature has any number of levels; a pattern shows one of them, or none where nothing can be compared, which
    says nothing for any kind. With two free kinds, no smoothing and two levels a feature it ends where the
    stock class ends.
    """

    def __init__(self, max_iter: int = 300, rtol: float = 1e-8) -> None:
        super().__init__(max_iter=max_iter, binarize=None)
        self.rtol = rtol

    def fit(self, shown: Any, counts: Numbers, shape: Shape, beside: Beside | None = None) -> "PatternECM":
        """Find how many pairs are of each kind, and how they compare.

        `shown`: sparse, a row a pattern and a column a level, 1 where the pattern shows it. Sets class_log_prior_,
        feature_log_prob_, kinds_ (how likely each pattern is of each kind) and doubles_ (how many for a match).
        """
        self.classes_ = np.arange(len(shape.start))
        self.class_log_prior_ = np.full(len(shape.start), -np.log(len(shape.start) + 1.0))
        self.feature_log_prob_ = shape.start
        self.doubles_ = beside.most / 4 if beside else 0.0
        transposed, before = shown.T.tocsr(), -np.inf
        for iteration in range(1, self.max_iter + 1):
            self.n_iter_ = iteration
            joint, doubles, total = self._expect(shown, beside)
            likelihood = float(counts @ total)
            if abs(likelihood - before) <= self.rtol * abs(likelihood):
                break
            before = likelihood
            expected = np.exp(joint - total[:, None]) * counts[:, None]
            if beside is not None:
                found = float(counts @ np.exp(doubles - total)) + BELIEF * beside.most / 4
                self.doubles_ = min(found / (float(expected[:, 0].sum()) + BELIEF), beside.most)
            self.class_log_prior_ = np.log(expected.sum(axis=0) + 1e-300) - np.log(counts.sum())
            self.feature_log_prob_ = np.where(shape.fixed, shape.start, _log_shares((transposed @ expected).T, shape))
        self.kinds_ = np.exp(joint - total[:, None])
        return self

    def _expect(self, shown: Any, beside: Beside | None) -> tuple[Numbers, Numbers, Numbers]:
        """The log joint share of each pattern and fitted kind, of it and doubles, and of the pattern in all."""
        joint = shown @ self.feature_log_prob_.T + self.class_log_prior_
        if beside is None:
            return joint, np.full(len(joint), -np.inf), np.asarray(np.logaddexp.reduce(joint, axis=1))
        profile = np.where(beside.differ, beside.chance, self.feature_log_prob_[0])
        doubles = shown @ profile + self.class_log_prior_[0] + np.log(self.doubles_)
        every = np.column_stack([joint, doubles, beside.strangers])
        return joint, doubles, np.asarray(np.logaddexp.reduce(every, axis=1))


def _log_shares(sums: Numbers, shape: Shape) -> Numbers:
    """The log share of each level of a feature, a row a kind; what is over `most` goes to its other levels."""
    shown = _totals(sums, shape.feature_of)
    sums = sums + shape.chance + shape.smoothing * shown / (shown + FEW)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.nan_to_num(sums / _totals(sums, shape.feature_of), nan=1.0)
        over = shares > shape.most
        rest = _totals(np.where(over, 0.0, shares), shape.feature_of)
        left = 1 - _totals(np.where(over, shape.most, 0.0), shape.feature_of)
        kept = np.log(shares) + np.where(left < 1, np.log(left / rest), 0.0)
        return np.asarray(np.where(over, np.log(shape.most), kept), dtype=np.float64)


def _totals(sums: Numbers, feature_of: Levels) -> Numbers:
    """For each column the total of its feature, a row a kind."""
    return np.stack([np.bincount(feature_of, row) for row in sums])[:, feature_of].astype(np.float64)
