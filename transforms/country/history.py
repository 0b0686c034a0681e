"""What happened in the last years: weddings, people and households who moved, pregnancies.

Works on arrays, one element a person; times are days before the as-of day, -1 for never. The country is made as it is
on that day, and its past is told backwards from there. Whoever has moved has moved once.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Flags, Ints, Parameters, between, happens
from transforms.country.kinship import (
    CHILD,
    HEAD,
    OTHER,
    PARENT,
    SEARCHES,
    SPOUSE,
    TWIN_GAP_DAYS,
    Kin,
    by_mother,
    likely_mothers,
)

NEVER = -1
APART = 200 * 366  # more than anybody's age in days: keeps provinces apart in one order
LEAST_AGE_AT_WEDDING = 17.5
KNOWN_AFTER = 30


@dataclass(frozen=True)
class Folk:
    """Age in days, sex, who is alive, and the province (a number) of every person."""

    age: Ints
    man: Flags
    alive: Flags
    province: Ints


@dataclass
class Past:
    """Before the last move of a person: household and relation there. Days ago: moved, wed; founded, of a household."""

    household: Ints
    relation: Ints
    moved: Ints
    wed: Ints
    founded: Ints

    @classmethod
    def unchanged(cls, kin: Kin) -> "Past":
        size, homes = len(kin.household), int(kin.household.max()) + 1
        never = np.full(size, NEVER, dtype=np.int64)
        founded = np.full(homes, NEVER, dtype=np.int64)
        return cls(never.copy(), np.full(size, OTHER), never.copy(), never.copy(), founded)

    def move(self, movers: Ints, homes: Ints, relation: int, ago: Ints) -> None:
        self.household[movers], self.relation[movers], self.moved[movers] = homes, relation, ago


def tell_past(rng: np.random.Generator, folk: Folk, kin: Kin, p: Parameters) -> Past:
    """Who married, and who moved, in the last years. Newly-weds get a mother in `kin` where they had none."""
    past = Past.unchanged(kin)
    wed_lately(rng, folk, kin, past, p)
    take_in_lately(rng, folk, kin, past, p)
    return past


def wed_lately(rng: np.random.Generator, folk: Folk, kin: Kin, past: Past, p: Parameters) -> None:
    """Some young couples married lately: each came from the household of a mother of fitting age in the province.

    A couple that lives with the parents of one founded no household: only the other moved in.
    """
    husbands, ago = young_couples(rng, folk, kin, p)
    wives = kin.spouse[husbands]
    has_kin = (kin.mother >= 0) | (kin.father >= 0)
    with_parents = member_of(kin, PARENT)[kin.household[husbands]]
    alone = ~with_parents & ~member_of(kin, OTHER)[kin.household[husbands]] & ~has_kin[husbands] & ~has_kin[wives]
    with_one = with_parents & (has_kin[husbands] != has_kin[wives])
    came = np.r_[husbands[alone], wives[alone], np.where(has_kin[husbands], wives, husbands)[with_one]]
    adopted = find_earlier_homes(rng, folk, kin, came, p)
    mother = np.where(adopted, kin.mother, -1)
    fits = alone & (mother[husbands] >= 0) & (mother[wives] >= 0) & (mother[husbands] != mother[wives])
    fits |= with_one & ((mother[husbands] >= 0) | (mother[wives] >= 0))
    move_to_wed(kin, past, husbands[fits], ago[fits], adopted)
    past.founded[kin.household[husbands[fits & alone]]] = ago[fits & alone]
    orphaned = np.flatnonzero(adopted & (past.wed < 0))
    kin.mother[orphaned] = -1
    give_fathers(folk, kin, np.flatnonzero(adopted & (past.wed >= 0)))


def young_couples(rng: np.random.Generator, folk: Folk, kin: Kin, p: Parameters) -> tuple[Ints, Ints]:
    """Husbands of couples under 35 that may have married lately, and how long ago: before their first child."""
    husbands = np.flatnonzero(folk.man & (kin.spouse >= 0) & (kin.relation == HEAD))
    wives = kin.spouse[husbands]
    eldest = np.full(len(folk.age), -200, dtype=np.int64)
    known = kin.mother >= 0
    np.maximum.at(eldest, kin.mother[known], folk.age[known])
    ages = np.stack([folk.age[husbands], folk.age[wives]])
    since = np.maximum(eldest[wives] + 200, 3)
    until = np.minimum(int(p["history_years"] * DAYS_A_YEAR), ages.min(0) - int(LEAST_AGE_AT_WEDDING * DAYS_A_YEAR))
    may = (since < until) & (ages.max(0) < 35 * DAYS_A_YEAR) & folk.alive[husbands] & folk.alive[wives]
    may &= (kin.relation[wives] == SPOUSE) & happens(rng, len(husbands), p["married_lately"])
    return husbands[may], between(rng, since[may], until[may])


def member_of(kin: Kin, relation: int) -> Flags:
    """The households that have a member of this relation."""
    found = np.zeros(int(kin.household.max()) + 1, dtype=bool)
    found[kin.household[kin.relation == relation]] = True
    return found


def find_earlier_homes(rng: np.random.Generator, folk: Folk, kin: Kin, came: Ints, p: Parameters) -> Flags:
    """Give those who came a mother of fitting age in their province; tells who got one."""
    place = folk.province * APART + folk.age
    settled = np.isin(kin.relation, (HEAD, SPOUSE)) & (folk.age > 36 * DAYS_A_YEAR)
    mothers = np.flatnonzero(~folk.man & settled)
    mothers = mothers[np.argsort(place[mothers], kind="stable")]
    adopted = np.zeros(len(folk.age), dtype=bool)
    if not len(mothers):
        return adopted
    adopted[came] = True
    seeking = came
    for _ in range(SEARCHES):
        kin.mother[seeking] = likely_mothers(rng, place[seeking], mothers, place[mothers], p)
        seeking = too_close_together(folk.age, kin, adopted)
        kin.mother[seeking] = -1
    adopted &= kin.mother >= 0
    return adopted


def too_close_together(age: Ints, kin: Kin, among: Flags) -> Ints:
    """Those of `among` whose birth lies too close to that of another child of their mother, or who share her home."""
    order, follows, gap = by_mother(age, kin.mother, np.flatnonzero(kin.mother >= 0))
    close = follows & (gap < TWIN_GAP_DAYS)
    crowded = np.zeros(len(age), dtype=bool)
    crowded[order[close]] = True
    crowded[order[np.r_[close[1:], False]]] = True
    found = among & (kin.mother >= 0)
    return np.flatnonzero(found & (crowded | (kin.household[kin.mother] == kin.household)))


def move_to_wed(kin: Kin, past: Past, husbands: Ints, ago: Ints, adopted: Flags) -> None:
    for who in (husbands, kin.spouse[husbands]):
        past.wed[who] = ago
        came = adopted[who]
        past.move(who[came], kin.household[kin.mother[who[came]]], CHILD, ago[came])


def give_fathers(folk: Folk, kin: Kin, children: Ints) -> None:
    """The mother's husband, where he is old enough."""
    husband = kin.spouse[kin.mother[children]]
    fits = (husband >= 0) & (folk.age[husband] - folk.age[children] > 16 * DAYS_A_YEAR)
    kin.father[children[fits]] = husband[fits]


def take_in_lately(rng: np.random.Generator, folk: Folk, kin: Kin, past: Past, p: Parameters) -> None:
    """Some single people who live with others came lately, from another household of the province."""
    grown = (folk.age > 16 * DAYS_A_YEAR) & (folk.age < 50 * DAYS_A_YEAR) & folk.alive
    single = (kin.relation == OTHER) & (kin.spouse < 0) & (kin.mother < 0)
    old_home = past.founded[kin.household] < 0
    movers = np.flatnonzero(grown & single & old_home & happens(rng, len(folk.age), p["moved_in_lately"]))
    heads = np.flatnonzero((kin.relation == HEAD) & old_home)
    heads = heads[np.argsort(folk.province[heads], kind="stable")]
    low, high = (np.searchsorted(folk.province[heads], folk.province[movers], side) for side in ("left", "right"))
    place = np.minimum(low + np.floor(rng.random(len(movers)) * (high - low)).astype(np.int64), len(heads) - 1)
    homes = kin.household[heads[place]]
    until = np.minimum(int(p["history_years"] * DAYS_A_YEAR), folk.age[movers] - int(15 * DAYS_A_YEAR))
    ago = between(rng, np.full(len(movers), 3), until)
    other = homes != kin.household[movers]
    past.move(movers[other], homes[other], OTHER, ago[other])


def settle_history(
    rng: np.random.Generator, homes: pl.DataFrame, kin: Kin, past: Past, as_of: int, p: Parameters
) -> pl.DataFrame:
    """Adds to the households: founded (day, null if long ago), village_before, moved_on (null if they never moved).

    Newly-weds mostly live in the village of the wife's mother, as is the custom.
    """
    wives = np.flatnonzero((kin.relation == SPOUSE) & (past.moved >= 0) & (past.founded[kin.household] >= 0))
    wives = wives[happens(rng, len(wives), p["settle_with_her_mother"])]
    seat = np.arange(homes.height)
    seat[kin.household[wives]] = past.household[wives]
    homes = homes.with_columns(homes[name].gather(seat) for name in ("village", "province"))
    moved = (past.founded < 0) & happens(rng, homes.height, p["household_moves"] * p["history_years"])
    source = np.where(
        happens(rng, homes.height, p["moves_in_province"]),
        neighbours(rng, homes["province"]),
        rng.integers(0, homes.height, homes.height),
    )
    ago = between(rng, np.full(homes.height, 3), np.full(homes.height, int(p["history_years"] * DAYS_A_YEAR)))
    before = homes["village"].gather(source)
    moved &= (before != homes["village"]).to_numpy()
    return homes.with_columns(
        days_since(past.founded, as_of).alias("founded"),
        before.set(pl.Series(~moved), None).alias("village_before"),
        days_since(np.where(moved, ago, NEVER), as_of).alias("moved_on"),
    )


def neighbours(rng: np.random.Generator, province: pl.Series) -> Ints:
    """For each household a random one of its province."""
    code = province.cast(pl.Int64).to_numpy()
    order = np.argsort(code, kind="stable")
    low, high = (np.searchsorted(code[order], code, side) for side in ("left", "right"))
    return order[low + np.floor(rng.random(len(code)) * (high - low)).astype(np.int64)]


def days_since(ago: Ints, as_of: int) -> pl.Series:
    """Days since 1970, null for never."""
    return pl.select(pl.when(pl.Series(ago) >= 0).then(as_of - pl.Series(ago))).to_series().cast(pl.Int64)


def make_pregnancies(rng: np.random.Generator, people: pl.DataFrame, as_of: int, p: Parameters) -> pl.DataFrame:
    """Pregnancies of the last years: person, conceived, delivered_on (null while it lasts), in order of both.

    Those that ended are the births of children whose mother is known, twins once; those that last are of living women
    who have not given birth for a year, mostly married, as many as there are on one day.
    """
    window = as_of - int(p["population"]["history_years"] * DAYS_A_YEAR)
    born = people.filter((pl.col("born") > window - 300) & pl.col("mother").is_not_null())
    ended = born.select(person="mother", delivered_on="born").unique().sort("person", "delivered_on")
    gestation = pl.Series(between(rng, np.full(ended.height, 252), np.full(ended.height, 287)))
    ended = ended.with_columns(conceived=pl.col("delivered_on") - gestation)
    fertile = (as_of - pl.col("born")).is_between(16.8 * DAYS_A_YEAR, 45 * DAYS_A_YEAR) & ~pl.col("man")
    women = people.filter(fertile & pl.col("died").is_null()).select("person", "spouse")
    women = women.join(ended.filter(pl.col("delivered_on") > as_of - 365), on="person", how="anti").sort("person")
    weight = np.where(women["spouse"].is_null().to_numpy(), 0.08, 1.0)
    share = p["family_package"]["pregnant_per_1000"] / 1000 * people.height / max(weight.sum(), 1.0)
    expecting = women.filter(pl.Series(happens(rng, women.height, np.minimum(weight * share, 1.0))))
    size = expecting.height
    lasting = expecting.select("person").with_columns(
        pl.lit(None, dtype=pl.Int64).alias("delivered_on"),
        pl.Series("conceived", as_of - between(rng, np.full(size, KNOWN_AFTER), np.full(size, 265))),
    )
    return pl.concat([ended, lasting]).select("person", "conceived", "delivered_on").sort("person", "conceived")


def pregnant_on(pregnancies: pl.DataFrame, day: int) -> pl.DataFrame:
    """Women who know on that day that they are pregnant: person."""
    lasts = pl.col("delivered_on").is_null() | (pl.col("delivered_on") > day)
    return pregnancies.filter((pl.col("conceived") + KNOWN_AFTER <= day) & lasts).select("person").unique()
