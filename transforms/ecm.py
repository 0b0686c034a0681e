"""recordlinkage's expectation-maximisation for agreement patterns with counts, and more than one kind of non-match."""

import numpy as np
import numpy.typing as npt
from recordlinkage.algorithms.nb_sklearn import ECM
from scipy.special import logsumexp

from transforms.feature import MISSING

Numbers = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]


class PatternECM(ECM):  # type: ignore[misc]
    """recordlinkage's ECM, fitted on distinct agreement patterns with counts and any number of levels a feature.

    Levels are integers, higher agrees more; MISSING says nothing for any class. The last class is the matches;
    before it stand one or more kinds of non-match, so that features need be independent only within a kind (a
    mixture of latent classes, as in Winkler 1993). `alpha` is added to each expected count, so that no level is
    impossible. With two classes, alpha 0 and 0/1 columns it ends where the stock class ends.
    """

    def __init__(self, max_iter: int = 300, atol: float = 1e-4, alpha: float = 0.5) -> None:
        super().__init__(max_iter=max_iter, binarize=None, atol=atol)
        self.alpha = alpha

    def fit(
        self, patterns: Levels, counts: Numbers, start: Numbers | None = None, known: Numbers | None = None
    ) -> "PatternECM":
        """Both optional tables have a row a pattern and a column a class.

        `start`: how likely each class is at first; without it there are two classes with the stock class's start.
        `known`: the same where it is certain, NaN in the rows where it is to be found.
        """
        binary = self._fit_data(patterns)
        if start is None:
            self._start_as_stock()
        else:
            self._start(binary, counts, start, known)
        for iteration in range(1, self.max_iter + 1):
            before = np.exp(self.class_log_prior_), np.exp(self.feature_log_prob_)
            self._maximise(binary, self._posterior(binary, known) * counts[:, None])
            self.n_iter_ = iteration
            after = np.exp(self.class_log_prior_), np.exp(self.feature_log_prob_)
            if all(np.allclose(a, b, atol=self.atol, rtol=0) for a, b in zip(after, before, strict=True)):
                break
        return self

    def expected(self, patterns: Levels, known: Numbers | None = None) -> Numbers:
        """How likely each class is for each pattern; what is known stays as it is."""
        return self._posterior(self._transform_data(patterns), known)

    def _posterior(self, binary: Levels, known: Numbers | None) -> Numbers:
        joint = binary @ self.feature_log_prob_.T + self.class_log_prior_
        found = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        return np.asarray(found if known is None else np.where(np.isnan(known), found, known))

    def _start_as_stock(self) -> None:
        """A tenth are matches; they show the higher of two levels with 0.9, others with 0.1; more levels in steps."""
        odds = np.log(9.0)
        columns = []
        for _, levels in self._features():
            steps = np.maximum(levels, 0) / max(levels.max(), 1)
            columns.append(np.where(levels == MISSING, 0.0, np.vstack([-odds * steps, odds * steps])))
        self.classes_ = np.array([0, 1])
        self.class_log_prior_ = np.log([0.9, 0.1])
        self.feature_log_prob_ = self._normalised(np.exp(np.hstack(columns)))

    def _start(self, binary: Levels, counts: Numbers, start: Numbers, known: Numbers | None) -> None:
        self.classes_ = np.arange(start.shape[1])
        first = start if known is None else np.where(np.isnan(known), start, known)
        self._maximise(binary, first * counts[:, None])

    def _maximise(self, binary: Levels, expected: Numbers) -> None:
        sums = expected.sum(axis=0)
        with np.errstate(divide="ignore"):
            self.class_log_prior_ = np.log(sums) - np.log(sums.sum())
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
