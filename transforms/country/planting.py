"""Tools to change what happened in the country: whom to choose, and enrolments, claims, members to add or take away."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, between
from transforms.country.employment import MONTHS_KEPT, WAGES, contribution, is_own, other_employer
from transforms.country.programmes import holds_card, payment_rows, rounds_due
from transforms.country.world import Country

KEYS = ("household", "person", "household_code", "enrolment", "payment", "member", "did", "claim")
Subjects = pl.Series  # persons, or household codes


@dataclass
class Ground:
    """Where to plant: how many a rule, by what chance, and the households already used."""

    rng: np.random.Generator
    count: int
    used: list[int] = field(default_factory=list)

    def choose(self, candidates: pl.DataFrame, count: int | None = None, reuse: bool = False) -> pl.DataFrame:
        """Some of the candidates (column `household`), one a household, none of a household used before; or, for what
        touches nothing that another rule looks at, of any (`reuse`)."""
        keys = [name for name in KEYS if name in candidates.columns]
        free = candidates.filter(~pl.col("household").is_in([] if reuse else self.used)).sort(keys)
        free = free.unique("household", keep="first", maintain_order=True)
        chosen = free[np.sort(self.rng.permutation(free.height)[: self.count if count is None else count])]
        self.used.extend(chosen["household"].to_list())
        return chosen

    def days(self, low: pl.Series, high: int | pl.Series) -> pl.Series:
        top = high.to_numpy() if isinstance(high, pl.Series) else np.full(len(low), high)
        return pl.Series(between(self.rng, low.to_numpy(), top))


Plant = Callable[[Country, Ground], tuple[Country, Subjects]]
Natural = Callable[[Country], pl.DataFrame]


def how_many(country: Country, least: str, per_million: str) -> int:
    """How many to plant of a kind: at least so many, more of them in a larger country; both by name of parameter."""
    p = country.reference.parameters["planted"]
    return int(max(p[least], p[per_million] * country.people.height // 1_000_000))


def subjects_of(rule: str, subjects: Subjects) -> pl.DataFrame:
    """Subjects as the truth names them."""
    of_household = subjects.dtype == pl.String
    named = "idpoor_households/" + subjects if of_household else person_id(subjects)
    kind = "household" if of_household else "person"
    return pl.DataFrame({"subject": named}).select(rule=pl.lit(rule), subject_kind=pl.lit(kind), subject="subject")


def person_id(person: pl.Series) -> pl.Series:
    return "P" + person.cast(pl.String).str.zfill(8)


def living(country: Country, *columns: str) -> pl.DataFrame:
    """People born by the as-of day who have not died by it; all columns, or those named."""
    people = country.people.select(columns) if columns else country.people
    return people[country.once("alive", ("people",), alive)["person"]]


def alive(country: Country) -> pl.DataFrame:
    """Whom `living` gives: person. A person is the number of the row."""
    lives = pl.col("died").is_null() | (pl.col("died") > country.as_of)
    return country.people.select("person", "born", "died").filter(lives & (pl.col("born") <= country.as_of))


def in_force(country: Country) -> pl.DataFrame:
    columns = ["household", "household_code", "card_no", "interview", "valid_to"]
    return country.cards.filter(holds_card(country.as_of)).select(columns)


def homes_with_members(country: Country) -> pl.DataFrame:
    """The cards in force on which somebody is listed; of some everybody has died or left."""
    return in_force(country).join(country.roster, on="household_code", how="semi")


def listed(country: Country) -> pl.DataFrame:
    """Living people on the roster of a card in force: person, household, born, man, card columns, relation there."""
    return country.once("listed", ("people", "roster", "cards"), on_a_roster)


def on_a_roster(country: Country) -> pl.DataFrame:
    return listings(country).unique("person", keep="first", maintain_order=True)


def listings(country: Country) -> pl.DataFrame:
    """As `listed`, with a row for each roster that somebody stands on: some stand on two."""
    return country.once("listings", ("people", "roster", "cards"), on_rosters)


def on_rosters(country: Country) -> pl.DataFrame:
    roster = country.roster.select("person", "household_code", "member_no", "relation")
    roster = roster.join(in_force(country), on="household_code").sort("person", "household_code", "member_no")
    people = living(country, "person", "born", "man", "pregnant", "mother")
    return roster.join(people, on="person", maintain_order="left")


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


def with_claims(country: Country, people: pl.DataFrame, payer: str, service: str = "OPD", nights: int = 0) -> Country:
    """The country with a claim for each row (person, visited_on, card_no), for a stay of some nights or a visit."""
    first = next_number(country.claims, "claim")
    stays = pl.lit(nights > 0)
    rows = people.select(
        pl.int_range(first, first + pl.len()).alias("claim"),
        "person", (pl.col("person") * 4).alias("patient"), "card_no",
        payer=pl.lit(payer), visited_on="visited_on",
        discharged_on=pl.when(stays).then(pl.col("visited_on") + nights), service=pl.lit(service),
        referral=pl.lit(False), amount=pl.lit(9000 + 60_000 * nights, dtype=pl.Int64),
        sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip
    return country.but(claims=pl.concat([country.claims, rows.cast(country.claims.schema)]))


def with_claims_like(country: Country, claims: pl.DataFrame, **changes: pl.Expr) -> Country:
    """The country with these claims once more, under new numbers and with some values changed."""
    first = next_number(country.claims, "claim")
    rows = claims.with_columns(claim=pl.int_range(first, first + pl.len()), **changes)
    rows = rows.select(country.claims.columns).cast(country.claims.schema)
    return country.but(claims=pl.concat([country.claims, rows]))


def with_work(country: Country, months: pl.DataFrame) -> Country:
    """The country with these contributions too (columns of contributions), but for those it has."""
    new = months.join(country.contributions, on=["member", "month", "enterprise"], how="anti")
    rows = new.sort("member", "month", "enterprise").select(country.contributions.columns)
    return country.but(contributions=pl.concat([country.contributions, rows.cast(country.contributions.schema)]))


def workers_at_home(country: Country, condition: pl.Expr) -> pl.DataFrame:
    """Living members with one employer in all six months, of whom the condition holds: member, person, household."""
    once = country.contributions.group_by("member").len().filter(pl.col("len") == MONTHS_KEPT)
    homes = living(country, "person", "household")
    workers = country.members.filter(condition & pl.col("parent").is_null()).join(once, on="member", how="semi")
    return workers.select("member", "person").join(homes, on="person").sort("member")


def second_job(country: Country, members: pl.Series, months: list[str]) -> pl.DataFrame:
    """Contributions of these members at another enterprise than theirs, in these months."""
    work = country.contributions.filter(pl.col("member").is_in(members.implode()) & pl.col("month").is_in(months))
    return work.with_columns(elsewhere(pl.lit(True)))


def elsewhere(taken: pl.Expr) -> list[pl.Expr]:
    """Another employer in the contributions taken; whoever was their own now earns the least wage."""
    enterprise = pl.col("enterprise")
    least = contribution(min(WAGES)).cast(pl.Int64)
    return [
        pl.when(taken).then(other_employer(enterprise)).otherwise(enterprise).alias("enterprise"),
        pl.when(taken & is_own(enterprise)).then(least).otherwise("amount").alias("amount"),
    ]


def changed_employer(country: Country, members: pl.Series) -> Country:
    """The country in which these members worked elsewhere for the last three months, no month at both."""
    latest = country.contributions["month"].unique().sort().tail(3)
    moved = pl.col("member").is_in(members.implode()) & pl.col("month").is_in(latest.implode())
    return country.but(contributions=country.contributions.with_columns(elsewhere(moved)))


def with_homes(country: Country, homes: pl.DataFrame) -> Country:
    """The country in which households (household, village, province) and all their people live elsewhere."""
    places = country.population.households.select("household").join(
        homes, on="household", how="left", maintain_order="left"
    )
    columns = ("village", "province")
    households = country.population.households.with_columns(
        pl.coalesce(places[name], country.population.households[name]).alias(name) for name in columns
    )
    country = replace(country, population=replace(country.population, households=households))
    people = country.people.select("person", "household").join(homes, on="household")
    return with_people(country, people.select("person", *columns))


def with_people(country: Country, changed: pl.DataFrame) -> Country:
    """The country in which people (column `person`) have the other values given."""
    at = changed["person"].to_numpy()  # a person is the number of the row
    values = (name for name in changed.columns if name != "person")
    people = country.people.with_columns(country.people[name].clone().scatter(at, changed[name]) for name in values)
    return replace(country, population=replace(country.population, people=people))


def with_grievances(country: Country, people: pl.DataFrame, ground: Ground, complaint: str) -> Country:
    """The country with a grievance, told with consent, for each row (person, opened_on)."""
    first = next_number(country.grievances, "case")
    like = country.grievances[ground.rng.integers(0, max(country.grievances.height, 1), people.height)]
    rows = like.with_columns(
        case=pl.int_range(first, first + pl.len()), person=people["person"], opened_on=people["opened_on"],
        complaint=pl.lit(complaint), consent=pl.lit(True),
    )  # fmt: skip
    return country.but(grievances=pl.concat([country.grievances, rows.cast(country.grievances.schema)]))


def with_second_card(country: Country, homes: pl.DataFrame, **changes: pl.Expr) -> Country:
    """The country in which households (household_code) have another card like theirs but for the changes, with all
    their members listed on it too. The new codes are `next_codes` of the old ones."""
    codes = homes.select("household_code").with_columns(new_code=next_codes(country, homes))
    cards = codes.join(country.cards, on="household_code", maintain_order="left")
    serial = country.cards.group_by("village").agg(last=pl.col("card_no").str.tail(4).cast(pl.Int64).max())
    cards = cards.join(serial, on="village", how="left", maintain_order="left")
    number = pl.col("last") + 1 + pl.int_range(pl.len()).over("village")
    cards = cards.with_columns(
        household_code="new_code", card_no=pl.col("village") + number.cast(pl.String).str.zfill(4), **changes
    )
    roster = country.roster.join(codes, on="household_code").with_columns(household_code="new_code")
    return country.but(
        cards=pl.concat([country.cards, cards.select(country.cards.columns).cast(country.cards.schema)]),
        roster=pl.concat([country.roster, roster.select(country.roster.columns)]).sort("household_code", "member_no"),
    )


def next_codes(country: Country, homes: pl.DataFrame) -> pl.Series:
    """Household codes nobody has yet, one for each of the households, in the same commune."""
    serial = pl.col("household_code").str.tail(6).cast(pl.Int64)
    number = pl.int_range(1, pl.len() + 1) + country.cards.select(serial.max().fill_null(0)).item()
    code = pl.format("{}-{}", pl.col("household_code").str.head(6), number.cast(pl.String).str.zfill(6))
    return homes.select(code).to_series()


def no_text() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def no_number() -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64)


def with_members(country: Country, people: pl.DataFrame, ground: Ground) -> Country:
    """The country with these people members of social security (once more), in somebody's employ."""
    first = next_number(country.members, "member")
    workers = country.members.filter(pl.col("parent").is_null() & (pl.col("scheme") != "self"))
    like = workers[ground.rng.integers(0, workers.height, people.height)]
    rows = like.with_columns(
        member=pl.int_range(first, first + pl.len()), person=people["person"], months=pl.lit(0, dtype=pl.Int64),
        hired=pl.lit(country.as_of - 900, dtype=pl.Int64),
    )  # fmt: skip
    return country.but(members=pl.concat([country.members, rows]))


def with_roster(country: Country, person: pl.Series, household_code: pl.Series) -> Country:
    """The country with these people also listed, as others, in these households, in which somebody is."""
    last = country.roster.group_by("household_code").agg((pl.col("member_no").max() + 1).alias("member_no"))
    rows = pl.DataFrame({"household_code": household_code, "person": person})
    rows = rows.join(last, on="household_code", maintain_order="left")
    no = pl.lit(False)
    rows = rows.with_columns(relation=pl.lit("other"), pregnant=no, sex_slip=no, birth_slip=no)
    roster = pl.concat([country.roster, rows.select(country.roster.columns)])
    return country.but(roster=roster.sort("household_code", "member_no"))
