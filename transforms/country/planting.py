"""Tools to change what happened in the country: whom to choose, and enrolments, claims, members to add or take away."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, between
from transforms.country.programmes import holds_card, payment_rows, rounds_due
from transforms.country.world import Country

KEYS = ("household", "person", "household_code", "enrolment", "payment", "member", "did")
Subjects = pl.Series  # persons, or household codes


@dataclass
class Ground:
    """Where to plant: how many a rule, by what chance, and the households already used."""

    rng: np.random.Generator
    count: int
    used: list[int] = field(default_factory=list)

    def choose(self, candidates: pl.DataFrame, count: int | None = None) -> pl.DataFrame:
        """Some of the candidates (column `household`), one a household, none of a household used before."""
        keys = [name for name in KEYS if name in candidates.columns]
        free = candidates.filter(~pl.col("household").is_in(self.used)).sort(keys)
        free = free.unique("household", keep="first", maintain_order=True)
        chosen = free[np.sort(self.rng.permutation(free.height)[: self.count if count is None else count])]
        self.used.extend(chosen["household"].to_list())
        return chosen

    def days(self, low: pl.Series, high: int | pl.Series) -> pl.Series:
        top = high.to_numpy() if isinstance(high, pl.Series) else np.full(len(low), high)
        return pl.Series(between(self.rng, low.to_numpy(), top))


def subjects_of(rule: str, subjects: Subjects) -> pl.DataFrame:
    """Subjects as the truth names them."""
    of_household = subjects.dtype == pl.String
    named = "idpoor_households/" + subjects if of_household else person_id(subjects)
    kind = "household" if of_household else "person"
    return pl.DataFrame({"subject": named}).select(rule=pl.lit(rule), subject_kind=pl.lit(kind), subject="subject")


def person_id(person: pl.Series) -> pl.Series:
    return "P" + person.cast(pl.String).str.zfill(8)


def living(country: Country) -> pl.DataFrame:
    return country.people.filter(pl.col("died").is_null())


def in_force(country: Country) -> pl.DataFrame:
    columns = ["household", "household_code", "card_no", "interview", "valid_to"]
    return country.cards.filter(holds_card(country.as_of)).select(columns)


def listed(country: Country) -> pl.DataFrame:
    """Living people on the roster of a card in force: person, household, born, man, card columns, relation there."""
    roster = country.roster.select("person", "household_code", "member_no", "relation")
    roster = roster.join(in_force(country), on="household_code").sort("person", "household_code", "member_no")
    people = living(country).select("person", "born", "man", "pregnant", "mother")
    return roster.unique("person", keep="first", maintain_order=True).join(people, on="person", maintain_order="left")


def aged(low: float, high: float, country: Country) -> pl.Expr:
    return ((country.as_of - pl.col("born")) / DAYS_A_YEAR).is_between(low, high)


def without_enrolments(country: Country, condition: pl.Expr) -> Country:
    """The country without these enrolments and their payments."""
    gone = country.enrolments.filter(condition)["enrolment"].implode()
    return country.but(
        enrolments=country.enrolments.filter(~pl.col("enrolment").is_in(gone)),
        payments=country.payments.filter(~pl.col("enrolment").is_in(gone)),
    )


def with_enrolments(country: Country, people: pl.DataFrame, component: str) -> Country:
    """The country with these people (person, household, card_no, enrolled_on, claimed_born) enrolled, and paid
    every round since; an earlier enrolment of theirs in the component is replaced."""
    before = pl.col("person").is_in(people["person"].implode()) & (pl.col("component") == component)
    country = without_enrolments(country, before)
    first = next_number(country.enrolments, "enrolment")
    rows = people.select(
        pl.int_range(first, first + pl.len()).alias("enrolment"),
        "person", "household", "card_no",
        component=pl.lit(component), enrolled_on="enrolled_on", ended_on=no_number(),
        claimed_born="claimed_born", card_slip=pl.lit(False),
    )  # fmt: skip
    due = rounds_due(rows, country.reference)
    p = country.reference.parameters["family_package"]
    never = pl.repeat(None, due.height, dtype=pl.String, eager=True)
    paid = payment_rows(due, never, next_number(country.payments, "payment"), country.population, p)
    return country.but(enrolments=pl.concat([country.enrolments, rows]), payments=pl.concat([country.payments, paid]))


def paid_at_home(country: Country) -> pl.DataFrame:
    """Paid payments with the household of the enrolment."""
    homes = country.enrolments.select("enrolment", "household")
    return country.payments.filter(pl.col("status") == "paid").join(homes, on="enrolment")


def next_number(facts: pl.DataFrame, key: str) -> int:
    """The number after the last one used."""
    return facts.select(pl.col(key).max().fill_null(-1) + 1).item()  # type: ignore[no-any-return]


def with_claims(country: Country, people: pl.DataFrame, payer: str, service: str = "OPD") -> Country:
    """The country with a claim for each row (person, visited_on, card_no)."""
    first = next_number(country.claims, "claim")
    rows = people.select(
        pl.int_range(first, first + pl.len()).alias("claim"),
        "person", (pl.col("person") * 4).alias("patient"), "card_no",
        payer=pl.lit(payer), visited_on="visited_on", discharged_on=no_number(), service=pl.lit(service),
        referral=pl.lit(False), amount=pl.lit(9000, dtype=pl.Int64), sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip
    return country.but(claims=pl.concat([country.claims, rows.cast(country.claims.schema)]))


def no_text() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def no_number() -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64)


def with_members(country: Country, people: pl.DataFrame, ground: Ground) -> Country:
    """The country with these people members of social security (once more)."""
    first = next_number(country.members, "member")
    workers = country.members.filter(pl.col("parent").is_null())
    like = workers[ground.rng.integers(0, workers.height, people.height)]
    rows = like.with_columns(
        member=pl.int_range(first, first + pl.len()), person=people["person"], months=pl.lit(0, dtype=pl.Int64),
        hired=pl.lit(country.as_of - 900, dtype=pl.Int64),
    )  # fmt: skip
    return country.but(members=pl.concat([country.members, rows]))


def with_roster(country: Country, person: pl.Series, household_code: pl.Series) -> Country:
    """The country with these people also listed, as others, in these households."""
    last = country.roster.group_by("household_code").agg((pl.col("member_no").max() + 1).alias("member_no"))
    rows = pl.DataFrame({"household_code": household_code, "person": person})
    rows = rows.join(last, on="household_code", maintain_order="left")
    no = pl.lit(False)
    rows = rows.with_columns(relation=pl.lit("other"), pregnant=no, sex_slip=no, birth_slip=no)
    roster = pl.concat([country.roster, rows.select(country.roster.columns)])
    return country.but(roster=roster.sort("household_code", "member_no"))
