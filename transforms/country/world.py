"""The whole sample country: its people, and what truly happened to them at every agency."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from transforms.country.employment import make_contributions, make_members
from transforms.country.population import Population, Reference, make_population
from transforms.country.programmes import make_cards, make_enrolments, make_payments, make_roster
from transforms.country.services import (
    make_births,
    make_claims,
    make_deaths,
    make_disability,
    make_grievances,
)
from transforms.country.slices import Slice
from transforms.country.visits import make_line_list


@dataclass(frozen=True)
class Country:
    """True people and the true facts about them; each frame's columns are told where it is made.

    `struck_off`: who stood on the roster and no longer does.
    """

    reference: Reference
    seed: int
    population: Population
    cards: pl.DataFrame
    roster: pl.DataFrame
    enrolments: pl.DataFrame
    payments: pl.DataFrame
    members: pl.DataFrame
    contributions: pl.DataFrame
    disability: pl.DataFrame
    claims: pl.DataFrame
    births: pl.DataFrame
    deaths: pl.DataFrame
    grievances: pl.DataFrame
    struck_off: pl.DataFrame
    line_list: pl.DataFrame
    worked_out: dict[str, tuple[list[object], pl.DataFrame]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def people(self) -> pl.DataFrame:
        return self.population.people

    @property
    def as_of(self) -> int:
        return self.reference.as_of

    def but(self, **changes: pl.DataFrame) -> "Country":
        """The country with some of its facts replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def once(self, name: str, facts: tuple[str, ...], make: Callable[["Country"], pl.DataFrame]) -> pl.DataFrame:
        """What is made of these facts and the day alone: made once for as long as none of them is replaced."""
        of: list[object] = [self.reference, *(getattr(self, fact) for fact in facts)]
        before, made = self.worked_out.get(name, ([], pl.DataFrame()))
        if len(before) != len(of) or any(one is not other for one, other in zip(before, of, strict=True)):
            made = make(self)
            self.worked_out[name] = (of, made)
        return made


def make_country(people: int | Slice, seed: int, reference: Reference) -> Country:
    """A country, or a slice of one, in which agencies make only the mistakes that come by themselves."""
    part = Slice(people) if isinstance(people, int) else people
    chance = part.chance(seed)
    population = make_population(part, seed, reference)
    cards = make_cards(population, chance, reference)
    disability = make_disability(population, cards, chance, reference)
    enrolments = make_enrolments(population, cards, disability, chance, reference)
    members = make_members(population, cards, chance, reference)
    roster, struck_off = make_roster(population, cards, chance, reference)
    claims = make_claims(population, cards, members, chance, reference)
    return Country(
        reference=reference,
        seed=seed,
        population=population,
        cards=cards,
        roster=roster,
        struck_off=struck_off,
        enrolments=enrolments,
        payments=make_payments(enrolments, population, chance, reference),
        members=members,
        contributions=make_contributions(members, seed, reference),
        disability=disability,
        claims=claims,
        births=make_births(population, chance, reference),
        deaths=make_deaths(population, chance, reference),
        grievances=make_grievances(population, cards, chance, reference),
        line_list=make_line_list(population, cards, claims, seed, reference),
    )
