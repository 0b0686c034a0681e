"""recordlinkage's expectation-maximisation for agreement patterns with counts and several kinds of pairs."""

from typing import Any

import numpy as np
from recordlinkage.algorithms.nb_sklearn import ECM

from transforms.kinds import Beside, Judged, Levels, Numbers, Shape

BELIEF = 200.0  # pairs that speak for the share of doubles which a fit starts from
FEW = 20.0  # pairs that show a feature, from which on half of the smoothing counts


class PatternECM(ECM):  # type: ignore[misc]
    """recordlinkage's ECM, fitted on distinct agreement patterns with counts, for any number of kinds of pairs.

    Each feature has any number of levels; a pattern shows one of them, or none where nothing can be compared, which
    says nothing for any kind. With two free kinds, no smoothing and two levels a feature it ends where the
    stock class ends.
    """

    def __init__(self, max_iter: int = 300, rtol: float = 1e-8) -> None:
        super().__init__(max_iter=max_iter, binarize=None)
        self.rtol = rtol

    def fit(
        self, shown: Any, counts: Numbers, shape: Shape, beside: Beside | None = None, judged: Judged | None = None
    ) -> "PatternECM":
        """Find how many pairs are of each kind, and how they compare.

        What is `judged` tells how the kinds compare, and not how many there are of each.
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
            kinds, total = self._expect(shown, beside)
            likelihood = float(counts @ total)
            if abs(likelihood - before) <= self.rtol * abs(likelihood):
                break
            before = likelihood
            expected = kinds[: len(self.classes_)] * counts
            if beside is not None:
                found = float(counts @ kinds[-2]) + BELIEF * beside.most / 4
                self.doubles_ = min(found / (float(expected[0].sum()) + BELIEF), beside.most)
            self.class_log_prior_ = np.log(expected.sum(axis=1) + 1e-300) - np.log(counts.sum())
            if judged is not None:
                expected = self._as_judged(kinds, counts, judged)
            sums = np.ascontiguousarray((transposed @ expected.T).T)
            self.feature_log_prob_ = np.where(shape.fixed, shape.start, _log_shares(sums, shape))
        self.kinds_ = kinds[: len(self.classes_)].T
        return self

    def _as_judged(self, kinds: Numbers, counts: Numbers, judged: Judged) -> Numbers:
        """Expected counts of each fitted kind, in which the judged pairs are what they were judged to be.

        Those that are not of the first kind are shared by the others, as likely as each is.
        """
        expected = kinds[: len(self.classes_)] * np.maximum(counts - judged.same - judged.different, 0.0)
        expected[0] += judged.same
        expected[1:] += kinds[1 : len(self.classes_)] / np.maximum(1 - kinds[0], 1e-12) * judged.different
        return np.asarray(expected)

    def _expect(self, shown: Any, beside: Beside | None) -> tuple[Numbers, Numbers]:
        """How likely each pattern is of each kind (a row a kind: those fitted, doubles, strangers), and its log share.

        Sums by hand, a row at a time: numpy's logaddexp takes ten times as long.
        """
        profiles, priors = self.feature_log_prob_, self.class_log_prior_
        if beside is not None:
            double = np.where(beside.differ, beside.chance, profiles[0])
            profiles, priors = np.vstack([profiles, double]), np.append(priors, priors[0] + np.log(self.doubles_))
        joint = np.ascontiguousarray((shown @ profiles.T).T) + priors[:, None]
        if beside is not None:
            joint = np.vstack([joint, beside.strangers])
        highest = joint.max(axis=0)
        kinds = np.exp(joint - highest)
        every = kinds.sum(axis=0)
        return kinds / every, highest + np.log(every)


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
