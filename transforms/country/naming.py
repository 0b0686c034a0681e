"""What people are called: family and given names in Khmer, and how each person spells them in Latin letters.

Reads the name list (columns khmer, roman, variants, kind). A name is an index into it everywhere.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Floats, Ints, Parameters, Texts, happens, pick, stream
from transforms.country.draws import Draws, mixed
from transforms.country.kinship import Kin

GENERATIONS = 4
# Both are read the same below a letter, and look the same; Khmer text is held to the second.
COENG_DA, COENG_TA = "\u17d2\u178a", "\u17d2\u178f"
CHAM_PROVINCES = ("03", "25")


@dataclass(frozen=True)
class Names:
    """The name list, with every Latin spelling of every name laid end to end."""

    khmer: pl.Series
    kind: Texts
    spellings: pl.Series
    first_spelling: Ints
    count: Ints

    @property
    def surnames(self) -> list[str]:
        return self.khmer.filter(pl.Series(self.kind == "surname")).to_list()

    @classmethod
    def of(cls, names: pl.DataFrame, cham: dict[str, list[list[str]]]) -> "Names":
        """The list with the names of Cham people (kinds cham_male, cham_female), all in canonical signs."""
        more = [
            {"khmer": khmer, "roman": roman, "variants": variants, "kind": f"cham_{sex}"}
            for sex, rows in cham.items()
            for khmer, roman, variants in rows
        ]
        names = pl.concat([names, pl.DataFrame(more, schema=names.schema)])
        names = names.with_columns(pl.col("khmer").str.replace_all(COENG_DA, COENG_TA, literal=True))
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
        choices = stream(0, kind).permutation(choices)  # common names are so in every part of the country
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


def cham_homes(households: pl.DataFrame, seed: int, p: Parameters) -> Flags:
    """Which households are Cham: nearly all of some villages of two provinces, and a few anywhere."""
    village = households["village"].cast(pl.Int64).to_numpy()
    at_home = households["village"].str.head(2).is_in(list(CHAM_PROVINCES)).to_numpy()
    of_village = Draws(seed, "cham", village).hits("village", p["villages"]) & at_home
    home = Draws(seed, "cham", mixed(village, households["household"].to_numpy().astype(np.int64)))
    shares: Floats = np.where(of_village, float(p["of_village"]), float(p["elsewhere"]))
    return home.hits("home", shares)


def inherited(cham: Flags, kin: Kin) -> Flags:
    """Children are what their father is, or the mother of whom no father is known, wherever they live now."""
    parent = np.where(kin.father >= 0, kin.father, kin.mother)
    for _ in range(GENERATIONS):
        cham = np.where(parent >= 0, cham[parent], cham)
    return cham


def cham_names(rng: np.random.Generator, names: Names, man: Flags, p: Parameters) -> Ints:
    """A Cham given name for each person, by sex."""
    result = np.zeros(len(man), dtype=np.int64)
    for kind, bearers in (("cham_male", man), ("cham_female", ~man)):
        choices = np.flatnonzero(names.kind == kind)
        shares = (1.0 / np.arange(1, len(choices) + 1) ** p["given_zipf"]).tolist()
        result[bearers] = choices[pick(rng, shares, int(bearers.sum()))]
    return result


def nicknames(seed: int, key: Ints, p: Parameters) -> list[pl.Series]:
    """What some people are called at home, in both scripts: nickname, nickname_latin; null for the others."""
    draws, known = Draws(seed, "nicknames", key), p["nicknames"]
    choice = draws.below("which", len(known))
    none = pl.Series(~draws.hits("has one", p["nickname_share"]))
    return [
        pl.Series([pair[n] for pair in known]).gather(choice).set(none, None).alias(name)
        for n, name in enumerate(("nickname", "nickname_latin"))
    ]
