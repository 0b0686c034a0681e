"""Wrongs done on purpose, so that every rule has true cases whatever chance brings.

Each function in `wrongs_*` changes facts so that its rule should hold of the chosen people or households. What then is
a case is decided by `cases`, not here. Households are used for one wrong only, so that wrongs do not undo one another;
E13 alone is planted on people whom another rule already finds. D09 is planted as one paper in two hands, and depends
on what is then written; N09 and N11 come from the clerks' pens in plenty, and none are planted.
"""

import polars as pl

from transforms.country import wrongs_duplication, wrongs_exclusion, wrongs_inclusion, wrongs_inconsistency
from transforms.country.chance import stream
from transforms.country.planting import Ground, Plant, how_many, subjects_of
from transforms.country.world import Country

# First those with few to choose from: the dead, the pregnant, babies, contributing members of card households.
FIRST = ("I01", "I02", "E03", "D09", "E17", "E05", "E15", "E04", "D04", "I07", "I06", "I05", "I14", "N05")
PLANTS: dict[str, Plant] = {
    **wrongs_exclusion.PLANTS,
    **wrongs_inclusion.PLANTS,
    **wrongs_duplication.PLANTS,
    **wrongs_inconsistency.PLANTS,
}
LAST = ("E13",)
ORDER = (*FIRST, *(rule for rule in PLANTS if rule not in (*FIRST, *LAST)), *LAST)


def plant_wrongs(country: Country) -> tuple[Country, pl.DataFrame]:
    """The country with wrongs planted for every rule, and what was meant: rule, subject_kind, subject."""
    ground = Ground(stream(country.seed, "planting"), how_many(country, "minimum", "per_million"))
    meant = []
    for rule in ORDER:
        country, subjects = PLANTS[rule](country, ground)
        meant.append(subjects_of(rule, subjects))
    return country, pl.concat(meant)
