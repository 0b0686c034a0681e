"""Where people lived on any day: households move between villages, and people between households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from transforms.country.population import Population


def household_on(population: Population, person: pl.Series, day: pl.Series | int) -> pl.Series:
    """The household of each person on that day (days since 1970; one day a row, or one for all); the present one where
    the day is null."""
    people = population.people.select("household", "household_before", "moved_on")[person.to_numpy()]
    earlier = pl.col("day") < pl.col("moved_on")
    home = pl.when(earlier).then("household_before").otherwise("household")
    return people.with_columns(days(day, len(person))).select(home).to_series().alias("household")


def village_of(population: Population, household: pl.Series, day: pl.Series | int) -> pl.Series:
    """The village of each household on that day; the present one where the day is null."""
    homes = population.households.select("village", "village_before", "moved_on")[household.to_numpy()]
    village = pl.when(pl.col("day") < pl.col("moved_on")).then("village_before").otherwise("village")
    return homes.with_columns(days(day, len(household))).select(village).to_series().alias("village")


def village_on(population: Population, person: pl.Series, day: pl.Series | int) -> pl.Series:
    """The village each person lived in on that day: what a record made then says, whenever it is read."""
    return village_of(population, household_on(population, person, day), day)


def days(day: pl.Series | int, size: int) -> pl.Series:
    if isinstance(day, int):
        return pl.Series("day", np.full(size, day))
    return day.cast(pl.Int64).alias("day")
