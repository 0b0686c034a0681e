"""What people are called: family and given names in Khmer, and how each person spells them in Latin letters.

Reads the name list (columns khmer, roman, variants, kind). A name is an index into it everywhere.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Ints, Parameters, Texts, happens, pick
from transforms.country.kinship import Kin

GENERATIONS = 4


@dataclass(frozen=True)
class Names:
    """The name list, with every Latin spelling of every name laid end to end."""

    khmer: pl.Series
    kind: Texts
    spellings: pl.Series
    first_spelling: Ints
    count: Ints

    @classmethod
    def of(cls, names: pl.DataFrame) -> "Names":
        every = names.select(
            pl.col("roman").str.split("|").list.concat(pl.col("variants").fill_null("").str.split("|"))
        ).to_series()
        every = every.list.eval(pl.element().filter(pl.element() != ""))
        count = every.list.len().to_numpy().astype(np.int64)
        return cls(
            names["khmer"],
            names["kind"].to_numpy(),
            every.explode(),
            np.r_[0, np.cumsum(count)[:-1]].astype(np.int64),
            count,
        )

    def spelled(self, rng: np.random.Generator, name: Ints, variant: float) -> Ints:
        """The index of a spelling of each name: the main one, or with this chance any of the others."""
        other = 1 + np.floor(rng.random(len(name)) * (self.count[name] - 1)).astype(np.int64)
        strays = happens(rng, len(name), variant) & (self.count[name] > 1)
        return self.first_spelling[name] + np.where(strays, other, 0)


def given_names(rng: np.random.Generator, names: Names, man: Flags, p: Parameters) -> Ints:
    """A given name for each person, by sex, common ones more often."""
    result = np.zeros(len(man), dtype=np.int64)
    for kind, bearers in (("given_male", man), ("given_female", ~man)):
        choices = np.flatnonzero((names.kind == kind) | (names.kind == "given_unisex"))
        choices = rng.permutation(choices)
        shares = (1.0 / np.arange(1, len(choices) + 1) ** p["given_zipf"]).tolist()
        result[bearers] = choices[pick(rng, shares, int(bearers.sum()))]
    return result


def family_names(rng: np.random.Generator, names: Names, given: Ints, kin: Kin, p: Parameters) -> Ints:
    """A family name for each person: the father's, or in some families the father's given name.

    Siblings whose father is unknown share a name that their mother remembers.
    """
    choices = np.flatnonzero(names.kind == "surname")
    shares = (1.0 / np.arange(2, len(choices) + 2) ** p["surname_zipf"]).tolist()
    own, lost_father = (choices[pick(rng, shares, len(given))] for _ in range(2))
    family = np.where(kin.mother >= 0, lost_father[kin.mother], own)
    has_father = kin.father >= 0
    by_given = happens(rng, len(given), p["father_given_as_surname"])[kin.father] & has_father
    for _ in range(GENERATIONS):
        family = np.where(has_father, np.where(by_given, given[kin.father], family[kin.father]), family)
    return family


def avoid_same_given_name(given: Ints, fresh: Ints, kin: Kin) -> Ints:
    """Siblings hardly ever share a given name: whoever repeats an elder sibling's takes a fresh one."""
    known = np.flatnonzero(kin.mother >= 0)
    order = known[np.lexsort((known, given[known], kin.mother[known]))]
    same = np.r_[False, (np.diff(kin.mother[order]) == 0) & (np.diff(given[order]) == 0)]
    result = given.copy()
    result[order[same]] = fresh[order[same]]
    return result
