"""The whole sample country: its people, and what truly happened to them at every agency."""

from dataclasses import dataclass, replace

import polars as pl

from transforms.country.population import Population, Reference, make_population
from transforms.country.programmes import make_cards, make_enrolments, make_payments, make_roster
from transforms.country.services import (
    make_births,
    make_claims,
    make_contributions,
    make_deaths,
    make_disability,
    make_grievances,
    make_members,
)


@dataclass(frozen=True)
class Country:
    """True people and the true facts about them; each frame's columns are told where it is made."""

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

    @property
    def people(self) -> pl.DataFrame:
        return self.population.people

    @property
    def as_of(self) -> int:
        return self.reference.as_of

    def but(self, **changes: pl.DataFrame) -> "Country":
        """The country with some of its facts replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]


def make_country(people: int, seed: int, reference: Reference) -> Country:
    """A country in which agencies make only the mistakes that come by themselves."""
    population = make_population(people, seed, reference)
    cards = make_cards(population, seed, reference)
    disability = make_disability(population, cards, seed, reference)
    enrolments = make_enrolments(population, cards, disability, seed, reference)
    members = make_members(population, cards, seed, reference)
    return Country(
        reference=reference,
        seed=seed,
        population=population,
        cards=cards,
        roster=make_roster(population, cards, seed, reference),
        enrolments=enrolments,
        payments=make_payments(enrolments, population, seed, reference),
        members=members,
        contributions=make_contributions(members, seed, reference),
        disability=disability,
        claims=make_claims(population, cards, members, seed, reference),
        births=make_births(population, seed, reference),
        deaths=make_deaths(population, seed, reference),
        grievances=make_grievances(population, cards, seed, reference),
    )
