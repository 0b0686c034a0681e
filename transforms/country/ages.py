"""How old people are, and who dies: by the shares of the census and a hazard that grows with age."""

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Flags, Floats, Ints, Parameters, between, happens, pick
from transforms.country.kinship import Kin

BAND = 5
# The group of 75 and over dies as often as people of this age do.
OLDEST = 82.6


def ages_and_sexes(rng: np.random.Generator, count: int, p: Parameters) -> tuple[Ints, Flags]:
    """Ages in days, and sexes by the men's share in each five-year group.

    The census shares are of the living: more are drawn of the ages at which people have died in the last years.
    """
    living = np.asarray(p["age_shares"]) / sum(p["age_shares"])
    lost = p["deaths_per_1000"] / 1000 * p["deaths_years"]
    years_in = np.arange(len(living) * BAND).reshape(-1, BAND) + 0.5
    years_in[-1] = OLDEST
    dying = living * hazard(np.asarray(years_in, dtype=np.float64)).mean(axis=1)
    band = pick(rng, (living * (1 - lost) + dying / dying.sum() * lost).tolist(), count)
    last = len(living) - 1
    years = band * 5 + rng.random(count) * 5
    oldest = band == last
    years[oldest] = np.minimum(last * 5 + rng.exponential(5.5, int(oldest.sum())), 103)
    man = rng.random(count) < np.asarray(p["men_share"])[band]
    return np.floor(years * DAYS_A_YEAR).astype(np.int64), np.asarray(man)


def hazard(years: Floats) -> Floats:
    """How likely people of an age are to die, in proportion to one another."""
    return np.where(years < 2, 0.012, 0.0004) + 0.00009 * np.exp(0.092 * np.maximum(years - 5, 0))


def deaths(rng: np.random.Generator, born: Ints, kin: Kin, as_of: int, p: Parameters) -> Ints:
    """Day of death of those who died in the last years, -1 for the living. Nobody dies before their child is born."""
    window = int(p["deaths_years"] * DAYS_A_YEAR)
    count = int(len(born) * p["deaths_per_1000"] / 1000 * p["deaths_years"])
    odds = np.log(rng.random(len(born))) / hazard((as_of - born) / DAYS_A_YEAR)
    dead = np.argsort(odds, kind="stable")[::-1][:count]
    since = np.maximum(born[dead], as_of - window) + 1
    # Whoever is born and dies in these years dies as an infant: else too many would fall on the last year.
    until = np.where(born[dead] > as_of - window, np.minimum(born[dead] + 365, as_of - 1), as_of - 1)
    day = between(rng, since, until)
    died = np.full(len(born), -1, dtype=np.int64)
    died[dead] = np.minimum(np.maximum(day, last_births(born, kin)[dead]), as_of - 1)
    return died


def last_births(born: Ints, kin: Kin) -> Ints:
    """The day of everybody's last child's birth; their own birth for those without."""
    last = born.copy()
    for parent in (kin.mother, kin.father):
        known = parent >= 0
        np.maximum.at(last, parent[known], born[known])
    return last


def registered(rng: np.random.Generator, died: Ints, p: Parameters) -> pl.Series:
    """Whose death is, or soon will be, on the register."""
    return pl.Series("death_registered", (died > 0) & happens(rng, len(died), p["deaths_registered"]))
