"""recordlinkage's expectation-maximisation for agreement patterns with counts."""

import numpy as np
import numpy.typing as npt
from recordlinkage.algorithms.nb_sklearn import ECM

from transforms.feature import MISSING

Numbers = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]


class PatternECM(ECM):  # type: ignore[misc]
    """recordlinkage's ECM, fitted on distinct agreement patterns with counts and any number of levels a feature.

    Levels are integers, higher agrees more; MISSING says nothing for either class. `alpha` is added to each expected
    count, so that no level is impossible. With alpha 0, counts of 1 and 0/1 columns it ends where the stock class ends.
    """

    def __init__(self, max_iter: int = 300, atol: float = 1e-4, alpha: float = 0.5) -> None:
        super().__init__(max_iter=max_iter, binarize=None, atol=atol)
        self.alpha = alpha

    def fit(
        self, patterns: Levels, counts: Numbers, known: Numbers | None = None, by_chance: Numbers | None = None
    ) -> "PatternECM":
        """Find the two classes, 0 and 1 (matches), among the pairs.

        `known` has a row a pattern: 1 where it is a match, 0 where it is none, NaN where that is to be found.
        `by_chance`: how many pairs of each pattern chance makes of strangers. They are a third class that
        is given, not fitted: the two others share what chance does not explain.
        """
        binary = self._fit_data(patterns)
        self.classes_ = np.array([0, 1])
        self._start()
        for iteration in range(1, self.max_iter + 1):
            before = np.exp(self.class_log_prior_), np.exp(self.feature_log_prob_)
            self._maximise(binary, counts, self._expect(binary, counts, known, by_chance))
            self.n_iter_ = iteration
            after = np.exp(self.class_log_prior_), np.exp(self.feature_log_prob_)
            if all(np.allclose(a, b, atol=self.atol, rtol=0) for a, b in zip(after, before, strict=True)):
                break
        self.matches_ = self._expect(binary, counts, known, by_chance)[:, 1]
        return self

    def _start(self) -> None:
        """As the stock class: a tenth are matches, which show the higher of two levels with 0.9, others with 0.1."""
        odds = np.log(9.0)
        columns = []
        for _, levels in self._features():
            steps = np.maximum(levels, 0) / max(levels.max(), 1)
            columns.append(np.where(levels == MISSING, 0.0, np.vstack([-odds * steps, odds * steps])))
        self.class_log_prior_ = np.log([0.9, 0.1])
        self.feature_log_prob_ = self._normalised(np.exp(np.hstack(columns)))

    def _expect(self, binary: Levels, counts: Numbers, known: Numbers | None, by_chance: Numbers | None) -> Numbers:
        """How likely each class is for each pattern; the rest, if any, is strangers by chance."""
        joint = binary @ self.feature_log_prob_.T + self.class_log_prior_
        with np.errstate(divide="ignore"):
            chance = np.full(len(joint), -np.inf) if by_chance is None else np.log(by_chance / counts.sum())
        total = np.logaddexp(np.logaddexp(joint[:, 0], joint[:, 1]), chance)
        found = np.exp(joint - total[:, None])
        if known is None:
            return np.asarray(found)
        return np.asarray(np.where(np.isnan(known)[:, None], found, np.column_stack([1 - known, known])))

    def _maximise(self, binary: Levels, counts: Numbers, classes: Numbers) -> None:
        expected = classes * counts[:, None]
        with np.errstate(divide="ignore"):
            self.class_log_prior_ = np.log(expected.sum(axis=0)) - np.log(counts.sum())
        self.feature_log_prob_ = self._normalised(expected.T @ binary + self.alpha)

    def _normalised(self, sums: Numbers) -> Numbers:
        """Log probability of each level given that it is not missing."""
        logs = np.zeros_like(sums)
        for place, levels in self._features():
            present = np.flatnonzero(levels != MISSING) + place.start
            with np.errstate(divide="ignore", invalid="ignore"):
                logs[:, present] = np.log(sums[:, present]) - np.log(sums[:, present].sum(axis=1, keepdims=True))
        return logs

    def _features(self) -> list[tuple[slice, Levels]]:
        """Where each feature's levels stand among the binary columns, and which they are."""
        ends = np.cumsum([len(b.classes_) for b in self._binarizers])
        return [(slice(end - len(b.classes_), end), b.classes_) for b, end in zip(self._binarizers, ends, strict=True)]
