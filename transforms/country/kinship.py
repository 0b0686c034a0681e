"""Who lives with whom: couples, mothers and children, households. Works on arrays, one element a person.

Ages are in days at the as-of date, sex is True for men, kin are indices into the arrays with -1 for nobody.
"""

from dataclasses import dataclass

import numpy as np

from transforms.country.chance import DAYS_A_YEAR, Flags, Ints, Parameters, happens

HEAD, SPOUSE, CHILD, PARENT, OTHER = range(5)
RELATIONS = ("head", "spouse", "child", "parent", "other")
TWIN_GAP_DAYS = 300
SEARCHES = 5


@dataclass
class Kin:
    """Kin and household of every person."""

    spouse: Ints
    mother: Ints
    father: Ints
    household: Ints
    relation: Ints


def settle(rng: np.random.Generator, age: Ints, man: Flags, p: Parameters) -> Kin:
    """Families and households of people of these ages and sexes. Twins' ages are made equal in `age`."""
    nobody = np.full(len(age), -1, dtype=np.int64)
    kin = Kin(nobody.copy(), nobody.copy(), nobody.copy(), nobody.copy(), np.full(len(age), OTHER))
    marry(rng, age, man, p, kin)
    find_mothers(rng, age, man, p, kin)
    found_households(age, man, kin)
    join_elders(rng, age, man, p, kin)
    take_in_singles(rng, age, kin)
    kin.household = np.unique(kin.household, return_inverse=True)[1].astype(np.int64)
    return kin


def marry(rng: np.random.Generator, age: Ints, man: Flags, p: Parameters, kin: Kin) -> None:
    """Pair men and women by age, men somewhat older."""
    years = age / DAYS_A_YEAR
    chances = np.asarray(p["married_men"])
    band = np.clip((years // 5).astype(int) - 3, 0, len(chances) - 1)
    wants = happens(rng, len(age), np.where(years >= 17, chances[band], 0.0))
    taste = years + rng.normal(0, 1.5, len(age)) + np.where(man, 0.0, p["men_older_by"])
    men, women = np.flatnonzero(wants & man), np.flatnonzero(wants & ~man)
    couples = min(len(men), len(women))
    men, women = rng.permutation(men)[:couples], rng.permutation(women)[:couples]
    men, women = men[np.argsort(taste[men])], women[np.argsort(taste[women])]
    kin.spouse[men], kin.spouse[women] = women, men


def find_mothers(rng: np.random.Generator, age: Ints, man: Flags, p: Parameters, kin: Kin) -> None:
    """Give children and most unmarried young people a mother; siblings too close in age move on."""
    years = age / DAYS_A_YEAR
    single = kin.spouse < 0
    young = (years < 18) | ((years < 35) & happens(rng, len(age), p["youth_at_home"]))
    children = np.flatnonzero(single & young)
    parted = single & (years >= 30) & happens(rng, len(age), 0.6)
    mothers = np.flatnonzero(~man & (years >= 18) & (~single | parted))
    mothers = mothers[np.argsort(age[mothers], kind="stable")]
    seeking = children
    for _ in range(SEARCHES):
        kin.mother[seeking] = likely_mothers(rng, age[seeking], mothers, age[mothers], p)
        seeking = too_close(age, kin.mother, children)
    drop_too_close(age, kin.mother, children)
    make_twins(rng, age, kin.mother, children, p)
    found = children[kin.mother[children] >= 0]
    husband = kin.spouse[kin.mother[found]]
    fits = (husband >= 0) & (age[husband] - age[found] > 16 * DAYS_A_YEAR)
    kin.father[found[fits]] = husband[fits]


def likely_mothers(rng: np.random.Generator, child_age: Ints, mothers: Ints, mother_age: Ints, p: Parameters) -> Ints:
    """A mother of the age a mother has; -1 where there is none within a year of it."""
    gap = np.clip(rng.normal(p["mother_age_mean"], p["mother_age_sd"], len(child_age)), 17, 44) * DAYS_A_YEAR
    low = np.searchsorted(mother_age, child_age + gap - 365)
    high = np.searchsorted(mother_age, child_age + gap + 365)
    place = low + np.floor(rng.random(len(child_age)) * (high - low)).astype(np.int64)
    return np.where(high > low, mothers[np.minimum(place, len(mothers) - 1)], -1)


def by_mother(age: Ints, mother: Ints, children: Ints) -> tuple[Ints, Flags, Ints]:
    """Children in order of mother and age; whether each follows a sibling; days to that sibling."""
    own = children[mother[children] >= 0]
    order = own[np.lexsort((own, age[own], mother[own]))]
    follows = np.r_[False, mother[order][1:] == mother[order][:-1]]
    gap = np.r_[0, age[order][1:] - age[order][:-1]]
    return order, follows, gap


def too_close(age: Ints, mother: Ints, children: Ints) -> Ints:
    order, follows, gap = by_mother(age, mother, children)
    return order[follows & (gap < TWIN_GAP_DAYS)]


def drop_too_close(age: Ints, mother: Ints, children: Ints) -> None:
    """Siblings still too close after the searches are nobody's known children."""
    mother[too_close(age, mother, children)] = -1


def make_twins(rng: np.random.Generator, age: Ints, mother: Ints, children: Ints, p: Parameters) -> None:
    """Some children get the child next in age for a twin, who takes their mother and birth date."""
    order = children[np.argsort(age[children], kind="stable")]
    first = np.unique(rng.integers(0, len(order) // 2, int(p["twin_share"] * len(order)))) * 2
    first = first[mother[order[first]] >= 0]
    one, other = order[first], order[first + 1]
    mother[other], age[other] = mother[one], age[one]


def found_households(age: Ints, man: Flags, kin: Kin) -> None:
    """A household for each couple, each mother without a husband, and each single elder; children follow."""
    everyone = np.arange(len(age))
    married = kin.spouse >= 0
    has_child = np.zeros(len(age), dtype=bool)
    has_child[kin.mother[kin.mother >= 0]] = True
    elder = ~married & (age >= 55 * DAYS_A_YEAR)
    heads = np.where(married, man, has_child | elder)
    kin.household[heads] = everyone[heads]
    kin.relation[heads] = HEAD
    wives = np.flatnonzero(married & ~man)
    kin.household[wives], kin.relation[wives] = kin.household[kin.spouse[wives]], SPOUSE
    children = np.flatnonzero((kin.mother >= 0) & ~heads & ~married)
    kin.household[children], kin.relation[children] = kin.household[kin.mother[children]], CHILD


def join_elders(rng: np.random.Generator, age: Ints, man: Flags, p: Parameters, kin: Kin) -> None:
    """Merge elder couples and singles into younger households as the head's or spouse's parents, to the mean size."""
    heads = np.flatnonzero(kin.relation == HEAD)
    living = len(age) * (1 - p["deaths_per_1000"] / 1000 * p["deaths_years"])
    surplus = len(heads) - int(living / p["household_size"])
    elders = heads[age[heads] >= 45 * DAYS_A_YEAR]
    eager = rng.random(len(elders)) * (age[elders] / DAYS_A_YEAR - 40) * np.where(kin.spouse[elders] < 0, 3, 1)
    movers = elders[np.argsort(-eager, kind="stable")][: max(surplus, 0)]
    stay = heads[~np.isin(heads, movers)]
    stay = stay[np.argsort(age[stay], kind="stable")]
    hosts = younger_hosts(rng, age[movers], stay, age[stay])
    first = np.zeros(len(movers), dtype=bool)
    first[np.unique(hosts, return_index=True)[1]] = True
    move_in(movers[first], hosts[first], hosts[first], age, man, kin)
    movers, hosts = movers[~first], hosts[~first]
    again = np.unique(hosts, return_index=True)[1]
    again = again[kin.spouse[hosts[again]] >= 0]
    move_in(movers[again], hosts[again], kin.spouse[hosts[again]], age, man, kin)


def move_in(movers: Ints, hosts: Ints, children: Ints, age: Ints, man: Flags, kin: Kin) -> None:
    """Bring the movers' households into the hosts'; the movers are the parents of `children`.

    Whoever is too young to be a parent is none: a step-parent, or the parent-in-law of the head.
    """
    moved_to = np.arange(len(man))
    moved_to[movers] = hosts
    moving = np.isin(kin.household, movers)
    kin.household[moving] = moved_to[kin.household[moving]]
    kin.relation[moving] = OTHER
    partners = kin.spouse[movers]
    kin.relation[movers] = PARENT
    kin.relation[partners[partners >= 0]] = PARENT
    for parents in (movers, partners):
        old_enough = (parents >= 0) & (age[parents] - age[children] > 16 * DAYS_A_YEAR)
        kin.father[children[old_enough & man[parents]]] = parents[old_enough & man[parents]]
        kin.mother[children[old_enough & ~man[parents]]] = parents[old_enough & ~man[parents]]


def younger_hosts(rng: np.random.Generator, elder_age: Ints, hosts: Ints, host_age: Ints) -> Ints:
    low = np.searchsorted(host_age, elder_age - 40 * DAYS_A_YEAR)
    high = np.maximum(np.searchsorted(host_age, elder_age - 18 * DAYS_A_YEAR), low + 1)
    place = low + np.floor(rng.random(len(elder_age)) * (high - low)).astype(np.int64)
    return hosts[np.minimum(place, len(hosts) - 1)]


def take_in_singles(rng: np.random.Generator, age: Ints, kin: Kin) -> None:
    """Put whoever is left into some household, as another member, or alone in one of their own."""
    homes = np.unique(kin.household[kin.household >= 0])
    left = np.flatnonzero(kin.household < 0)
    alone = left[happens(rng, len(left), 0.03) & (age[left] >= 22 * DAYS_A_YEAR)]
    kin.household[left] = homes[rng.integers(0, len(homes), len(left))]
    kin.household[alone], kin.relation[alone] = alone, HEAD
