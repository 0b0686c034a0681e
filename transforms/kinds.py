"""What a fit of kinds of pairs is told. Apart from the fit itself, whose library takes two seconds to import."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


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


@dataclass(frozen=True)
class Judged:
    """Of how many pairs of each pattern a human said that they are of the first kind, and of how many that not."""

    same: Numbers
    different: Numbers
