"""What looks like a case and is none: namesakes, twins, reissued cards, same-day deaths. A rule must not find these.

Some are planted (`near_misses_*`), most come by themselves; those that are cases of their rule after all are left out.
"""

import polars as pl

from transforms.country import (
    near_misses_duplication,
    near_misses_exclusion,
    near_misses_inclusion,
    near_misses_inconsistency,
)
from transforms.country.chance import stream
from transforms.country.planting import Ground, Natural, Plant, how_many, person_id, subjects_of
from transforms.country.world import Country

THEMES = (near_misses_exclusion, near_misses_inclusion, near_misses_duplication, near_misses_inconsistency)
PLANTS: list[tuple[str, Plant]] = [plant for theme in THEMES for plant in theme.PLANTS]
NATURAL: list[tuple[str, Natural]] = [natural for theme in THEMES for natural in theme.NATURAL]


def plant_near_misses(country: Country, meant: pl.DataFrame) -> tuple[Country, pl.DataFrame]:
    """The country with near misses planted away from the planted wrongs, and what they are: rule, subject."""
    count = how_many(country, "near_misses", "near_misses_per_million")
    ground = Ground(stream(country.seed, "near misses"), count)
    ground.used.extend(homes_of(country, meant))
    planted = []
    for rule, plant in PLANTS:
        country, subjects = plant(country, ground)
        planted.append(subjects_of(rule, subjects))
    return country, pl.concat(planted)


def homes_of(country: Country, subjects: pl.DataFrame) -> list[int]:
    """The households of subjects."""
    people = country.people.select("household", subject=person_id(country.people["person"]))
    cards = country.cards.select("household", subject="idpoor_households/" + pl.col("household_code"))
    return pl.concat([people, cards]).join(subjects, on="subject", how="semi")["household"].unique().sort().to_list()


def near_misses(country: Country, planted: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """All near misses in the shape of `cases`: those planted and those that came by themselves."""
    natural = [subjects_of(rule, find(country).unique().to_series().sort()) for rule, find in NATURAL]
    known = planted.unique().with_columns(planted=pl.lit(True))
    keys = ["rule", "subject_kind", "subject"]
    every = pl.concat([planted, *natural]).unique().sort(keys).join(known, on=keys, how="left", maintain_order="left")
    return every.join(cases, on=keys, how="anti", maintain_order="left").select(
        *keys, kind=pl.lit("near_miss"), planted=pl.col("planted").fill_null(False)
    )
