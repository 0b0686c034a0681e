"""How many there are of whom two lists each know some: dual-system estimates.

Of a population the lists a and b know x people who are in a alone, y in b alone and m in both. If being in one list
says nothing of being in the other, those in neither are expected to be x y / (m + 1), and all together

    N = x + y + m + x y / (m + 1) = (x + m + 1)(y + m + 1) / (m + 1) - 1    (Chapman 1951)

    variance = (x + m + 1)(y + m + 1) x y / ((m + 1)^2 (m + 2))             (Seber 1982, section 3.1)

If those in list b have theta times the odds of being in list a that the others have, those in neither are theta times
as many (Gerritse, van der Heijden and Bakker 2015). Completeness of a list is its people / N (Chandra Sekar and Deming
1949), who also sum over strata within which independence is likelier.

Who is in which list hangs on links. So all is worked out in each draw of the links (Ding and Fienberg 1994 correct for
linkage errors; Sadinle 2018 carries draws of links into the estimate). In a draw those in neither are log-normal, which
never makes fewer people than the lists know (Chao 1987), and intervals are of the mixture over the draws.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
POINTS = 20  # of the normal distribution that stand for chance in a draw, each as likely
INSIDE = 0.95
FIGURES = ("people", "in_neither", "complete_a", "complete_b")
# Of each figure: under independence with its 95% interval, and the same interval widened by dependence.
ENDS = ("", "_low", "_high", "_least", "_most")
PEOPLE = tuple(f"{name}{end}" for name in FIGURES[:2] for end in ENDS)
SHARES = tuple(f"{name}{end}" for name in FIGURES[2:] for end in ENDS)


@dataclass(frozen=True)
class Lists:
    """People in list a alone, in b alone and in both: arrays of one shape, counts or expected counts."""

    only_a: Floats
    only_b: Floats
    both: Floats

    @property
    def in_neither(self) -> Floats:
        """Expected number in neither list, were the lists independent."""
        return np.asarray(self.only_a * self.only_b / (self.both + 1))

    @property
    def variance(self) -> Floats:
        """Variance of the estimated population, and of those in neither list."""
        a, b = self.only_a + self.both, self.only_b + self.both
        return np.asarray((a + 1) * (b + 1) * self.only_a * self.only_b / ((self.both + 1) ** 2 * (self.both + 2)))


def pooled(both: Ints, least: int) -> npt.NDArray[np.bool_]:
    """Which strata of a group are too thin to stand alone: those with an overlap below `least`, and, where these
    together have less than that, as many of the next as it takes."""
    order = np.argsort(both, kind="stable")
    smaller = np.cumsum(both[order]) - both[order]
    thin = np.empty(len(both), dtype=np.bool_)
    thin[order] = (both[order] < least) | ((smaller > 0) & (smaller < least))
    return thin


def estimate(strata: Lists, group: Ints, groups: int, odds: tuple[float, ...]) -> dict[str, Floats]:
    """FIGURES, each with its ENDS: one value a group.

    `strata`: one row a stratum, one column a draw of the links; `group`: the group of each stratum; `odds`: odds ratios
    between the lists that are thought possible beside 1. Chapman's estimate is far too low where a stratum has nobody
    in both lists: pool it first (`pooled`). Of a group of nobody shares are NaN.
    """

    def of_groups(values: Floats) -> Floats:
        summed = np.zeros((groups, values.shape[1]))
        np.add.at(summed, group, values)
        return summed

    a, b, both = (
        of_groups(values) for values in (strata.only_a + strata.both, strata.only_b + strata.both, strata.both)
    )
    neither = of_groups(strata.in_neither)
    by_chance = _by_chance(neither, of_groups(strata.variance))
    told = _figures(a, b, both, neither)
    a, b, both = (np.repeat(counts, POINTS, axis=1) for counts in (a, b, both))
    mixed = [_figures(a, b, both, ratio * by_chance) for ratio in (1.0, *odds)]
    return {name: value for figure in FIGURES for name, value in _ends(figure, told, mixed).items()}


def _by_chance(neither: Floats, variance: Floats) -> Floats:
    """Those in neither list as they may be in each draw: POINTS columns a draw, log-normal about what is expected."""
    relative = np.divide(variance, neither**2, out=np.zeros_like(neither), where=neither > 0)
    scores = np.asarray([NormalDist().inv_cdf((place + 0.5) / POINTS) for place in range(POINTS)])
    factors = np.exp(np.sqrt(np.log1p(relative))[:, :, None] * scores)
    return np.asarray((neither[:, :, None] * factors).reshape(len(neither), neither.shape[1] * POINTS))


def _figures(a: Floats, b: Floats, both: Floats, neither: Floats) -> dict[str, Floats]:
    people = a + b - both + neither

    def share(count: Floats) -> Floats:
        return np.divide(count, people, out=np.full_like(people, np.nan), where=people > 0)

    return dict(zip(FIGURES, (people, neither, share(a), share(b)), strict=True))


def _ends(figure: str, told: dict[str, Floats], mixed: list[dict[str, Floats]]) -> dict[str, Floats]:
    value = told[figure].mean(axis=1)
    outside = (1 - INSIDE) / 2
    # The points of chance are middles of equal parts, so quantiles are counted from middles, too ("hazen").
    lows, highs = np.quantile([one[figure] for one in mixed], (outside, 1 - outside), axis=2, method="hazen")
    low, high = np.minimum(lows[0], value), np.maximum(highs[0], value)
    ends = (value, low, high, np.minimum(lows.min(axis=0), low), np.maximum(highs.max(axis=0), high))
    return {f"{figure}{end}": values for end, values in zip(ENDS, ends, strict=True)}
