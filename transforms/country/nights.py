"""The country on an earlier night: only what agencies could know by then, and everything as it stood.

The country is made once, as on its last day. An earlier night shows the same facts under the same numbers, less those
recorded later, and with those that have left the registers since: older payments, contributions and claims, and people
struck off the roster.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, stream
from transforms.country.employment import MONTHS_KEPT, make_contributions, month_begins, months_paid
from transforms.country.history import pregnant_on
from transforms.country.population import EPOCH, Population, Reference
from transforms.country.programmes import (
    DAYS_TO_ISSUE,
    DAYS_TO_LIST,
    RANK,
    ROUNDS,
    noted_pregnancy,
    payment_rows,
    rounds_due,
)
from transforms.country.services import DAYS_TO_KEY, births_until, claims_until, grievances_until, months
from transforms.country.visits import make_line_list
from transforms.country.world import Country

EARLIEST = 365  # how far back the country remembers what registers no longer show


def as_at(country: Country, day: int) -> Country:
    """The country as agencies could know it on that day (days since 1970): at most a year before its own.

    People and households keep their places. Who is not yet born has no household's life yet: their `died` is their day
    of birth, so that nobody takes them for living. Raises `ValueError` for a later day or one more than a year back.
    """
    if day == country.as_of:
        return country
    if not country.as_of - EARLIEST <= day < country.as_of:
        raise ValueError(f"the country is known from {EARLIEST} days before its last day on, not on day {day}")
    reference = on_day(country.reference, day)
    population = population_on(country.population, day)
    enrolments = until(country.enrolments, "enrolled_on", day).with_columns(not_yet("ended_on", day))
    cards = cards_on(country, day)
    members = members_on(country, day)
    claims = all_claims(country)
    payments = last_rounds(until(all_payments(country, reference), "paid_on", day))
    contributions = all_contributions(country, members, reference)
    return replace(
        country,
        reference=reference,
        population=population,
        cards=cards,
        roster=roster_on(country, cards, population, day),
        struck_off=country.struck_off.clear(),
        enrolments=enrolments,
        payments=payments.join(enrolments, on="enrolment", how="semi", maintain_order="left"),
        members=members,
        contributions=contributions.join(members, on="member", how="semi", maintain_order="left"),
        disability=disability_on(country.disability, day),
        claims=claims_on(country, claims, day),
        births=births_on(country, day),
        deaths=until(country.deaths, "registered_on", day),
        grievances=grievances_on(country, day),
        line_list=line_list_on(country, claims, day),
    )


def on_day(reference: Reference, day: int) -> Reference:
    return replace(reference, parameters=reference.parameters | {"as_of": EPOCH + timedelta(days=day)})


def until(facts: pl.DataFrame, recorded: str, day: int) -> pl.DataFrame:
    return facts.filter(pl.col(recorded) <= day)


def not_yet(column: str, day: int) -> pl.Expr:
    """A day that has not come is not known."""
    return pl.when(pl.col(column) <= day).then(pl.col(column)).alias(column)


def population_on(population: Population, day: int) -> Population:
    """Where everybody lived, with whom, and in what state."""
    to_move = pl.col("moved_on") > day
    homes = population.households.with_columns(
        pl.when(to_move).then("village_before").otherwise("village").alias("village"),
        pl.when(~to_move).then("village_before").alias("village_before"),
        not_yet("moved_on", day),
    ).with_columns(province=pl.col("village").str.head(2))
    expecting = pregnant_on(population.pregnancies, day)["person"].implode()
    unborn = pl.col("born") > day
    people = population.people.with_columns(
        pl.when(to_move).then("household_before").otherwise("household").alias("household"),
        pl.when(to_move).then("relation_before").otherwise("relation").alias("relation"),
        pl.when(~to_move).then("household_before").alias("household_before"),
        pl.when(~to_move).then("relation_before").alias("relation_before"),
        not_yet("moved_on", day),
        pl.when(unborn).then("born").when(pl.col("died") <= day).then("died").alias("died"),
        pl.when(pl.col("married_on").is_null() | (pl.col("married_on") <= day)).then("spouse").alias("spouse"),
        not_yet("married_on", day),
        pl.when(pl.col("born") + 15 * DAYS_A_YEAR <= day).then("national_id").alias("national_id"),
        pregnant=pl.col("person").is_in(expecting),
    ).with_columns(somebody_heads())
    places = homes[people["household"].to_numpy()]
    people = people.with_columns(places["village"], places["province"])
    pregnancies = until(population.pregnancies, "conceived", day).with_columns(not_yet("delivered_on", day))
    return replace(population, people=people, households=homes, pregnancies=pregnancies)


def somebody_heads() -> pl.Expr:
    """Where the present head had not come yet, the parent, or who is next, headed the household."""
    order = pl.col("relation").replace_strict(RANK, return_dtype=pl.Int64) * 10**9 + pl.col("person")
    first = order == order.min().over("household")
    return pl.when(first).then(pl.lit("head")).otherwise("relation").alias("relation")


def cards_on(country: Country, day: int) -> pl.DataFrame:
    """Cards issued by then; one that ran out or was withdrawn later was active."""
    valid_days = int(country.reference.parameters["cards"]["valid_years"] * DAYS_A_YEAR)
    ended = pl.col("valid_to") < day
    withdrawn_later = (pl.col("status") == "withdrawn") & (pl.col("valid_to") > day)
    return country.cards.filter(pl.col("interview") + DAYS_TO_ISSUE <= day).with_columns(
        pl.when(withdrawn_later).then(pl.col("interview") + valid_days).otherwise("valid_to").alias("valid_to"),
        pl.when((pl.col("status") == "withdrawn") & ~withdrawn_later).then(pl.lit("withdrawn"))
        .when((pl.col("status") == "expired") & ended).then(pl.lit("expired"))
        .otherwise(pl.lit("active")).alias("status"),
    )  # fmt: skip


def roster_on(country: Country, cards: pl.DataFrame, population: Population, day: int) -> pl.DataFrame:
    """Who was listed by then: without those who came later, with those struck off since."""
    keys = ["household_code", "member_no"]
    back = country.struck_off.filter(pl.col("left_on") > day).join(country.roster, on=keys, how="anti")
    heads = back.filter(pl.col("relation") == "head")["household_code"].implode()
    own = country.people["relation"].gather(country.roster["person"])
    heir = (pl.col("relation") == "head") & pl.col("household_code").is_in(heads)
    stays = country.roster.with_columns(
        relation=pl.when(heir & (pl.lit(own) == "head")).then(pl.lit("other")).when(heir).then(pl.lit(own))
        .otherwise("relation")
    )  # fmt: skip
    rows = pl.concat([stays, back.select(country.roster.columns)])
    homes = cards.select("household_code", card_household="household")
    people = country.people.select("person", "born", "household", "moved_on")
    known = rows.join(homes, on="household_code", maintain_order="left").join(
        people, on="person", how="left", maintain_order="left"
    )
    arrived = pl.when(pl.col("household") == pl.col("card_household")).then("moved_on")
    known = known.filter(pl.max_horizontal("born", arrived) + DAYS_TO_LIST <= day)
    return known.with_columns(pregnancy_noted(country, population)).select(country.roster.columns).sort(keys)


def pregnancy_noted(country: Country, population: Population) -> pl.Expr:
    """Pregnancies of that day; what was noted of somebody who is not pregnant stays a mistake."""
    share = country.reference.parameters["cards"]["pregnancy_recorded"]
    now, then = (frame.filter("pregnant")["person"].implode() for frame in (country.people, population.people))
    mistaken = pl.col("pregnant") & ~pl.col("person").is_in(now)
    return (mistaken | (pl.col("person").is_in(then) & noted_pregnancy(share))).alias("pregnant")


def all_payments(country: Country, reference: Reference) -> pl.DataFrame:
    """The payments of the rounds before that day, with those of rounds the country no longer shows."""
    oldest, first = (month_name(month_begins(day, ROUNDS)) for day in (country.as_of, reference.as_of))
    shown = country.payments.filter(pl.col("round") >= first)
    due = rounds_due(country.enrolments, reference).filter(pl.col("round") < oldest)
    p = reference.parameters["family_package"]
    never_paid = (
        country.payments.group_by("enrolment")
        .agg(pl.len().alias("tries"), (pl.col("status") == "rejected").all().alias("always"), pl.col("reason").first())
        .filter((pl.col("tries") >= 3) & pl.col("always"))
    )
    due = due.join(never_paid.select("enrolment", "reason"), on="enrolment", how="left", maintain_order="left")
    month = pl.col("round").str.tail(2).cast(pl.Int64)
    unlucky = (pl.col("enrolment") * 7919 + month * 104_729) % 1000 < p["rejected"] * 1000
    reasons = due.select(pl.coalesce("reason", pl.when(unlucky).then(pl.lit("wallet not found")))).to_series()
    past = payment_rows(due.drop("reason"), reasons, 0, country.population, p)
    number = 2 * country.people.height + pl.col("enrolment") * 12 + month - 1
    return pl.concat([shown, past.with_columns(payment=number).select(shown.columns)], how="vertical_relaxed")


def last_rounds(payments: pl.DataFrame) -> pl.DataFrame:
    """A register keeps so many rounds, the one under way among them."""
    kept = payments["round"].unique().sort().tail(ROUNDS)
    return payments.filter(pl.col("round").is_in(kept.implode()))


def month_name(first_day: int) -> str:
    return (EPOCH + timedelta(days=first_day)).strftime("%Y-%m")


def members_on(country: Country, day: int) -> pl.DataFrame:
    """Those hired by then and their dependants, born and married by then."""
    members = country.members
    people = country.people.select("born", "married_on")[members["person"].to_numpy()]
    hired = members.select(pl.coalesce("hired", pl.col("hired").gather(pl.col("parent")))).to_series()
    spouse = people["born"] < country.as_of - 18 * DAYS_A_YEAR
    since = pl.select(
        pl.when(members["parent"].is_null()).then(hired)
        .when(spouse).then(pl.max_horizontal(hired, people["married_on"]))
        .otherwise(pl.max_horizontal(hired, people["born"] + DAYS_TO_LIST))
    ).to_series()  # fmt: skip
    idle = (pl.col("months") == 0) & pl.col("left").is_null()
    return members.filter(since <= day).with_columns(
        months=pl.when(idle).then(0).otherwise(months_paid(day)).cast(pl.Int64), left=not_yet("left", day)
    )


def all_contributions(country: Country, members: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Contributions of the six months before that day, with those of months the country no longer shows."""
    oldest, first = (month_name(month_begins(day, MONTHS_KEPT)) for day in (country.as_of, reference.as_of))
    this_month = month_name(month_begins(reference.as_of, 0))
    shown = country.contributions.filter(pl.col("month").is_between(pl.lit(first), pl.lit(this_month), closed="left"))
    past = make_contributions(members, country.seed, reference).filter(pl.col("month") < oldest)
    return pl.concat([shown, past.select(shown.columns)], how="vertical_relaxed")


def disability_on(cards: pl.DataFrame, day: int) -> pl.DataFrame:
    """Cards keyed by then. One no longer valid was so until the next was issued, or until a day of its own."""
    spread = (pl.col("did") * 7919) % 1000
    ended = cards.sort("person", "issued").select("did", pl.col("issued").shift(-1).over("person").alias("next"))
    cards = cards.join(ended, on="did", how="left", maintain_order="left")
    until_day = pl.coalesce("next", pl.col("issued") + spread)
    return (
        cards.filter(pl.col("issued") + DAYS_TO_KEY <= day)
        .with_columns(valid=pl.col("valid") | (until_day > day))
        .drop("next")
    )


def kept(country: Country, register: str, parameter: str = "months") -> int:
    """The days a register keeps in its extract."""
    return months(country.reference.parameters[register][parameter])


def before(country: Country, part: str) -> np.random.Generator:
    return stream(country.population.slice.chance(country.seed), f"{part} before")


def with_past(country: Country, facts: pl.DataFrame, past: pl.DataFrame, key: str) -> pl.DataFrame:
    """The facts with those from before what the country shows, under numbers of their own."""
    past = past.with_columns(pl.col(key) + 2 * country.people.height).select(facts.columns)
    return pl.concat([facts, past], how="vertical_relaxed")


def all_claims(country: Country) -> pl.DataFrame:
    """The claims the country shows, and those of the year before."""
    last, rng = country.as_of - kept(country, "claims"), before(country, "claims")
    past = claims_until(last, rng, country.population, country.cards, country.members, country.reference)
    return with_past(country, country.claims, past, "claim")


def births_on(country: Country, day: int) -> pl.DataFrame:
    """Births of the months before that day, registered by then."""
    window = kept(country, "vital", "births_months")
    past = births_until(country.as_of - window, before(country, "births"), country.population, country.reference)
    births = until(with_past(country, country.births, past, "certificate"), "registered_on", day)
    return births.filter(country.people["born"].gather(births["person"]) > day - window)


def grievances_on(country: Country, day: int) -> pl.DataFrame:
    window = kept(country, "grievances")
    rng, last = before(country, "grievances"), country.as_of - window
    past = grievances_until(last, rng, country.population, country.cards, country.reference)
    told = with_past(country, country.grievances, past, "case")
    return told.filter(pl.col("opened_on").is_between(day - window, day))


def line_list_on(country: Country, claims: pl.DataFrame, day: int) -> pl.DataFrame:
    """The visits of the months before that day."""
    window = kept(country, "line_list")
    spans = range(1, (country.as_of - day) // window + 2)
    past = (
        make_line_list(country.population, country.cards, claims, country.seed, country.reference, span)
        for span in spans
    )
    visits = pl.concat([country.line_list, *past], how="vertical_relaxed")
    return visits.filter(pl.col("visited_on").is_between(day - window, day))


def claims_on(country: Country, claims: pl.DataFrame, day: int) -> pl.DataFrame:
    """The claims of the year before that day; patients not yet home then are not discharged."""
    claims = claims.filter(pl.col("visited_on").is_between(day - kept(country, "claims"), day))
    return claims.with_columns(not_yet("discharged_on", day))
