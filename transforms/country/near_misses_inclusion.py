"""Near misses of inclusion: what seems paid or claimed without a right, and is right.

Planted ones give the country after them and whom a rule must not find; natural ones only say whom.
"""

from dataclasses import replace

import polars as pl

from transforms.country.cases_facts import (
    age_on,
    enrolled,
    last_months,
    months_after_birth,
    months_by_employer,
    paid,
    policy,
    registered_deaths,
    severe_cards,
    worked_months,
)
from transforms.country.cases_inclusion import (
    dependants_with_kin,
)
from transforms.country.planting import (
    Ground,
    Natural,
    Plant,
    Subjects,
    aged,
    changed_employer,
    in_force,
    listed,
    next_number,
    no_number,
    paid_at_home,
    with_claims,
    with_enrolments,
    with_homes,
    workers_at_home,
)
from transforms.country.world import Country

NAME = ["family", "given", "family_km", "given_km", "family_spelling", "given_spelling"]


def namesake_of_the_dead(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """A living, paid elder with the name of somebody of the same province and sex whose death is registered."""
    elders = paid(country, "elderly").filter(pl.col("died").is_null()).select("person").unique()
    people = country.people.join(elders, on="person", how="semi").sort("person")
    dead = country.people.join(registered_deaths(country), on="person", how="semi").filter(aged(50, 110, country))
    dead = dead.sort("person").unique(["province", "man"], keep="first", maintain_order=True)
    alike = ["province", "man"]
    chosen = ground.choose(people.select("person", "household", *alike).join(dead.select(*alike, *NAME), on=alike))
    names = country.people.select("person").join(
        chosen.select("person", *NAME), on="person", how="left", maintain_order="left"
    )
    renamed = country.people.with_columns(
        pl.coalesce(names[column], country.people[column]).alias(column) for column in NAME
    )
    return replace(country, population=replace(country.population, people=renamed)), chosen["person"]


def treated_on_the_day_of_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    recent = country.people.join(registered_deaths(country), on="person", how="semi").filter(
        pl.col("died") > country.as_of - 350
    )
    chosen = ground.choose(recent.with_columns(visited_on="died", card_no=pl.lit(None, dtype=pl.String)))
    return with_claims(country, chosen, "self", "IPD"), chosen["person"]


def left_the_service(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households of a listed member who was a civil servant until some months ago."""
    once = country.members.filter((pl.col("scheme") == "public") & pl.col("parent").is_null())
    once = once.join(country.contributions, on="member", how="semi").select("person", "member")
    chosen = ground.choose(listed(country).join(once, on="person"))
    window = last_months(country, policy(country, "lost_job_months") + 1)
    lost = pl.col("member").is_in(chosen["member"].implode()) & pl.col("month").is_in(window)
    return country.but(contributions=country.contributions.filter(~lost)), chosen["household_code"]


def paid_in_the_days_of_grace(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Children of enrolled households, paid on after their second birthday, within the days of grace."""
    children = listed(country).filter(aged(2.02, 2.14, country))
    chosen = ground.choose(children.join(country.enrolments, on="household", how="semi"), reuse=True)
    since = pl.lit(country.as_of - 200, dtype=pl.Int64)
    chosen = chosen.with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, chosen, "maternal_child"), chosen["person"]


def milder_on_the_old_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """People paid on a severe disability card who hold an older one too, no longer valid, of a severity not covered."""
    homes = country.people.select("person", "household")
    payees = paid(country, "disability").join(severe_cards(country), on="person", how="semi").select("person")
    cards = country.disability.filter("valid").join(payees, on="person", how="semi").join(homes, on="person")
    chosen = ground.choose(cards, reuse=True)
    first = next_number(country.disability, "did")
    old = chosen.drop("household").with_columns(
        did=pl.int_range(first, first + pl.len()), issued=pl.col("issued") - 900, valid=pl.lit(False),
        severity=pl.lit(2),
    )  # fmt: skip
    return country.but(disability=pl.concat([country.disability, old.cast(country.disability.schema)])), chosen[
        "person"
    ]


def visited_before_expiry(country: Country) -> pl.DataFrame:
    over = country.cards.filter(pl.col("valid_to") < country.as_of).select("card_no")
    return country.claims.filter(pl.col("payer") == "HEF").join(over, on="card_no", how="semi").select("person")


def paid_soon_after_death(country: Country) -> pl.DataFrame:
    payments = country.payments.filter(pl.col("status") == "paid").join(registered_deaths(country), on="person")
    return payments.filter(
        (pl.col("paid_on") - pl.col("died")).is_between(1, policy(country, "death_payment_grace_days"))
    ).select("person")


def paid_in_grace(country: Country) -> pl.DataFrame:
    late = pl.col("paid_on") - months_after_birth(policy(country, "maternal_child_months"))
    return (
        paid(country, "maternal_child")
        .filter(late.is_between(1, policy(country, "maternal_child_grace_days")))
        .select("person")
    )


def elder_enrolled(country: Country) -> pl.DataFrame:
    """Listed people of 60, just old enough, who are enrolled."""
    return (
        listed(country)
        .filter(age_on(country.as_of) == 60)
        .join(enrolled(country, "elderly"), on="person", how="semi")
        .select("person")
    )


def hurt_before_cover_began(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """New workers of card households whose visit falls into the weeks before health cover begins."""
    recent = pl.col("hired") > country.as_of - 85
    new = country.members.filter(pl.col("parent").is_null()).select("person", "member", "hired")
    chosen = ground.choose(listed(country).join(new, on="person").filter(pl.col("interview") < country.as_of - 120))
    hired = pl.lit(country.as_of - 70, dtype=pl.Int64)
    theirs = pl.col("member").is_in(chosen["member"].implode())
    members = country.members.with_columns(hired=pl.when(theirs & ~recent).then(hired).otherwise("hired"))
    visits = chosen.with_columns(visited_on=pl.lit(country.as_of - 45, dtype=pl.Int64))
    others = country.claims.filter(~pl.col("person").is_in(chosen["person"].implode()))
    return with_claims(country.but(members=members, claims=others), visits, "HEF"), chosen["person"]


def from_stall_to_factory(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Self-employed members who took a job, and paid as self-employed until the month before."""
    chosen = ground.choose(workers_at_home(country, pl.col("scheme") == "self"))
    return changed_employer(country, chosen["member"]), chosen["person"]


def phone_of_the_grandmother(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Three households of kin, all that one wallet may serve, paid to one phone."""
    homes = policy(country, "wallet_households")
    people = country.people.select("person", "village")
    alone = pl.col("wallet").n_unique().over("household") == 1
    drawn = paid_at_home(country).filter(pl.col("wallet").is_not_null()).filter(alone)
    chosen = ground.choose(drawn.join(people, on="person")).sort("village", "household")
    chosen = chosen.head(chosen.height // homes * homes)
    shared = pl.col("wallet").first().over(pl.int_range(pl.len()) // homes)
    wallets = chosen.select("household", shared=shared)
    theirs = country.enrolments.join(wallets, on="household").select("enrolment", "shared")
    payments = country.payments.join(theirs, on="enrolment", how="left", maintain_order="left")
    payments = payments.with_columns(wallet=pl.coalesce("shared", "wallet")).drop("shared")
    return country.but(payments=payments), chosen["person"]


def moved_within_the_commune(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households that draw, and now live in the next village of the commune that gave the card."""
    drawing = paid_at_home(country).filter(pl.col("round") == pl.col("round").max())
    cards = in_force(country).join(country.cards.select("household_code", "village"), on="household_code")
    homes = country.population.households.select("household", "province")
    villages = country.reference.areas.filter(pl.col("level") == 4).select(next="code", commune="parent").sort("next")
    cards = cards.join(homes, on="household").with_columns(commune=pl.col("village").str.head(6))
    near = cards.join(villages, on="commune").filter(pl.col("next") != pl.col("village"))
    near = near.sort("household_code", "next").unique("household_code", keep="first", maintain_order=True)
    chosen = ground.choose(near.join(drawing, on="household", how="semi"))
    return with_homes(country, chosen.select("household", "province", village="next")), chosen["household_code"]


def well_paid_of_late(country: Country) -> pl.DataFrame:
    """Households of listed members in a high wage band who contributed in some of the six months only."""
    high = pl.col("wage_band") >= policy(country, "high_wage_band")
    months = worked_months(country).filter(high).group_by("person").agg(pl.col("month").n_unique())
    some = months.filter(pl.col("month") < policy(country, "formal_contribution_months"))
    return listed(country).join(some, on="person", how="semi").select("household_code")


def modest_wage(country: Country) -> pl.DataFrame:
    """Households of listed members with steady formal work in a lower wage band."""
    formal = (pl.col("scheme") != "self") & (pl.col("wage_band") < policy(country, "high_wage_band"))
    months = worked_months(country).filter(formal).group_by("person").agg(pl.col("month").n_unique())
    steady = months.filter(pl.col("month") == policy(country, "formal_contribution_months"))
    return listed(country).join(steady, on="person", how="semi").select("household_code")


def depends_on_a_civil_servant(country: Country) -> pl.DataFrame:
    """Households of listed members who are in the public scheme, but as dependants."""
    dependants = country.members.filter(pl.col("parent").is_not_null() & (pl.col("scheme") == "public"))
    return listed(country).join(dependants, on="person", how="semi").select("household_code")


def dependant_treated_free(country: Country) -> pl.DataFrame:
    dependants = country.members.filter(pl.col("parent").is_not_null())
    return country.claims.filter(pl.col("payer") == "HEF").join(dependants, on="person", how="semi").select("person")


def dependant_within_limits(country: Country) -> pl.DataFrame:
    """Dependent children in their eighteenth year, and grown-up dependants who are the spouse."""
    kin, age = pl.col("kin"), age_on(country.as_of)
    last_year = (kin == "child") & (age == policy(country, "dependant_child_age") - 1)
    return dependants_with_kin(country).filter(last_year | ((kin == "spouse") & (age >= 18))).select("person")


def phone_of_a_household(country: Country) -> pl.DataFrame:
    """People paid to one wallet with more than three others, all of one household."""
    payments = paid_at_home(country).filter(pl.col("wallet").is_not_null())
    per_wallet = payments.group_by("wallet").agg(pl.col("household").n_unique(), pl.col("person").n_unique())
    shared = per_wallet.filter((pl.col("household") == 1) & (pl.col("person") > policy(country, "wallet_households")))
    return payments.join(shared, on="wallet", how="semi").select("person")


def employed_twice(country: Country) -> pl.DataFrame:
    """Workers with two employers, both as employees: legal."""
    months = months_by_employer(country).filter((pl.col("enterprises") > 1) & ~pl.col("alone"))
    return months.select("person")


PLANTS: list[tuple[str, Plant]] = [
    ("I01", namesake_of_the_dead),
    ("I02", treated_on_the_day_of_death),
    ("I03", paid_in_the_days_of_grace),
    ("I06", left_the_service),
    ("I07", hurt_before_cover_began),
    ("I09", milder_on_the_old_card),
    ("I12", from_stall_to_factory),
    ("I14", phone_of_the_grandmother),
    ("I15", moved_within_the_commune),
]
NATURAL: list[tuple[str, Natural]] = [
    ("I01", paid_soon_after_death),
    ("I03", paid_in_grace),
    ("I04", elder_enrolled),
    ("I05", well_paid_of_late),
    ("I05", modest_wage),
    ("I06", depends_on_a_civil_servant),
    ("I07", dependant_treated_free),
    ("I08", visited_before_expiry),
    ("I11", dependant_within_limits),
    ("I12", employed_twice),
    ("I14", phone_of_a_household),
]
