"""Adjusted counts of each group and their 95% intervals, from the counts of every draw."""

import math

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.edges import DRAWS
from transforms.recount import Counted
from transforms.uncertainty import normal_scores

Floats = npt.NDArray[np.float64]
INSIDE = 0.95
SLACK = 1e-9
ESTIMATES = (
    *("covered_adjusted", "eligible_adjusted", "gap_adjusted", "gap_share_adjusted", "gap_low", "gap_high"),
    *("interval_holds", "expected_error"),
)


def estimate(counted: Counted, log_spread: float) -> pl.DataFrame:
    """The groups with ESTIMATES and `verdict`; shares and verdict are null where nobody is eligible.

    `log_spread`: the standard deviation of the logarithm by which `counted.hidden` may be off.
    """
    groups = counted.groups
    eligible, covered = (_every_draw(groups, counted.shifts, name) for name in ("eligible", "covered"))
    off = np.exp(log_spread * normal_scores(np.random.Generator(np.random.Philox(2))))
    missing = np.maximum(eligible - covered, 0).astype(np.int64)
    chance, hidden = np.random.Generator(np.random.Philox(3)), counted.hidden
    shown = chance.binomial(missing, _hidden_rates(groups, hidden.uncovered * off))
    more_covered = chance.poisson(eligible * (hidden.more_covered * off))
    more = more_covered + chance.poisson(eligible * (hidden.more_uncovered * off))
    return groups.with_columns(_summed_up(eligible + more, covered + shown + more_covered))


def _every_draw(groups: pl.DataFrame, shifts: pl.DataFrame, name: str) -> Floats:
    """One row a group, one column a draw: the count there."""
    places = groups.select("breakdown", "group_code").with_row_index("place")
    moved = shifts.join(places, on=["breakdown", "group_code"], how="inner")
    counts = np.repeat(groups[name].to_numpy().astype(np.float64)[:, None], DRAWS, axis=1)
    np.add.at(counts, (moved["place"].to_numpy(), moved["draw"].to_numpy()), moved[name].to_numpy())
    return counts


def _hidden_rates(groups: pl.DataFrame, hidden: Floats) -> Floats:
    """For each draw how likely somebody uncovered is covered by a pair that nobody kept; `hidden`: for each covered."""
    eligible, covered = groups.filter(pl.col("breakdown") == "total").select("eligible", "covered").row(0)
    rates: Floats = np.clip(hidden * covered / max(eligible - covered, 1), 0, 1)
    return rates


def _summed_up(eligible: Floats, covered: Floats) -> list[pl.Series]:
    some = eligible.mean(axis=1)
    mean = covered.mean(axis=1)
    least = np.divide(some - mean, some, out=np.full(len(some), np.nan), where=some > 0)
    drawn = np.divide(eligible - covered, eligible, out=np.tile(least[:, None], DRAWS), where=eligible > 0)
    share = np.median(drawn, axis=1)
    low, high = smallest_interval(drawn)
    low, high = np.minimum(low, share), np.maximum(high, share)
    verdict = np.where(high - low > share, "cannot_tell", "clear")
    holds = ((drawn >= low[:, None] - SLACK) & (drawn <= high[:, None] + SLACK)).mean(axis=1)
    error = np.abs(drawn - share[:, None]).mean(axis=1)
    holds = np.where(some > 0, holds, np.nan)
    told = dict(zip(ESTIMATES, (mean, some, some - mean, share, low, high, holds, error), strict=True))
    series = [pl.Series(name, values).fill_nan(None) for name, values in told.items()]
    return [*series, pl.Series("verdict", [v if s else None for v, s in zip(verdict, some > 0, strict=True)])]


def smallest_interval(drawn: Floats) -> tuple[Floats, Floats]:
    """For each row the narrowest interval that holds INSIDE of its draws at least; of those as narrow, the one that has
    the median nearest to its middle."""
    inside = math.ceil(INSIDE * drawn.shape[1])
    ordered = np.sort(drawn, axis=1)
    low, high = ordered[:, : drawn.shape[1] - inside + 1], ordered[:, inside - 1 :]
    aside = np.abs(low + high - 2 * np.median(drawn, axis=1)[:, None])
    first = np.argmin(np.round(high - low, 9) + 1e-10 * aside, axis=1)[:, None]
    return np.take_along_axis(low, first, axis=1)[:, 0], np.take_along_axis(high, first, axis=1)[:, 0]
