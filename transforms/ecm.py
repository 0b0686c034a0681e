"""recordlinkage's expectation-maximisation for agreement patterns with counts."""

import numpy as np
import numpy.typing as npt
from recordlinkage.algorithms.nb_sklearn import ECM

from transforms.features import MISSING

Numbers = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]


class PatternECM(ECM):  # type: ignore[misc]
    """recordlinkage's ECM, fitted on distinct agreement patterns with counts and any number of levels a feature.

    Levels are integers, higher agrees more; MISSING says nothing for either class. `alpha` is added to each
    expected count, so that no level is impossible. With alpha 0, counts of 1 and 0/1 columns it ends where the
    stock class ends.
    """

    def __init__(self, max_iter: int = 200, atol: float = 1e-5, alpha: float = 0.5, prior: float = 0.1) -> None:
        super().__init__(max_iter=max_iter, binarize=None, atol=atol)
        self.alpha = alpha
        self.prior = prior

    def fit(self, patterns: Levels, counts: Numbers, known: Numbers | None = None) -> "PatternECM":
        """`known`: a row a pattern, 1 where it is a match, 0 where it is none, NaN where that is to be found."""
        binary = self._fit_data(patterns)
        self.classes_ = np.array([0, 1])
        self._start()
        for iteration in range(1, self.max_iter + 1):
            before = np.exp(self.class_log_prior_), np.exp(self.feature_log_prob_)
            self._maximise(binary, self._expect(binary, known) * counts[:, None])
            self.n_iter_ = iteration
            after = np.exp(self.class_log_prior_), np.exp(self.feature_log_prob_)
            if all(np.allclose(a, b, atol=self.atol, rtol=0) for a, b in zip(after, before, strict=True)):
                break
        return self

    def slices(self) -> list[tuple[slice, Levels]]:
        """Where each feature's levels stand among the binary columns."""
        ends = np.cumsum([len(b.classes_) for b in self._binarizers])
        return [(slice(end - len(b.classes_), end), b.classes_) for b, end in zip(self._binarizers, ends, strict=True)]

    def _start(self) -> None:
        """Matches mostly agree, others mostly differ; 0.9 and 0.1 for two levels, as in the stock class."""
        odds = np.log(9.0)
        columns = []
        for _, levels in self.slices():
            rank = np.arange(len(levels)) - (MISSING in levels)
            steps = max(rank.max(), 1)
            columns.append(np.where(levels == MISSING, 0.0, np.vstack([-odds * rank / steps, odds * rank / steps])))
        self.feature_log_prob_ = self._normalised(np.exp(np.hstack(columns)))
        self.class_log_prior_ = np.log([1 - self.prior, self.prior])

    def _expect(self, binary: Levels, known: Numbers | None) -> Numbers:
        joint = binary @ self.feature_log_prob_.T + self.class_log_prior_
        match = 1 / (1 + np.exp(joint[:, 0] - joint[:, 1]))
        if known is not None:
            match = np.where(np.isnan(known), match, known)
        return np.column_stack([1 - match, match])

    def _maximise(self, binary: Levels, expected: Numbers) -> None:
        sums = expected.sum(axis=0)
        with np.errstate(divide="ignore"):
            self.class_log_prior_ = np.log(sums) - np.log(sums.sum())
        self.feature_log_prob_ = self._normalised(expected.T @ binary + self.alpha)

    def _normalised(self, sums: Numbers) -> Numbers:
        """Log probability of each level given that it is not missing."""
        logs = np.zeros_like(sums)
        for place, levels in self.slices():
            present = np.flatnonzero(levels != MISSING) + place.start
            with np.errstate(divide="ignore", invalid="ignore"):
                logs[:, present] = np.log(sums[:, present]) - np.log(sums[:, present].sum(axis=1, keepdims=True))
        return logs
