"""Wrongs of exclusion: people left out of what they have a right to.

Each function gives the country after them, and whom the rule should now hold of.
"""

import numpy as np
import polars as pl

from transforms.country.cases_exclusion import (
    e02,
    e03,
    e10,
    homes_that_qualify,
    run_out_cards,
)
from transforms.country.cases_facts import (
    active_workers,
    last_months,
    live_cards,
    living_members,
    policy,
    worked_months,
)
from transforms.country.employment import MONTHS_KEPT
from transforms.country.planting import (
    Ground,
    Plant,
    Subjects,
    aged,
    in_force,
    listed,
    living,
    no_text,
    with_claims,
    with_grievances,
    with_people,
    without_enrolments,
)
from transforms.country.world import Country


def excluded_household(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    enrolled = in_force(country).join(country.enrolments, on="household", how="semi")
    chosen = ground.choose(enrolled.join(homes_that_qualify(country), on="household_code", how="semi"))
    theirs = pl.col("household").is_in(chosen["household"].implode()) | pl.col("card_no").is_in(
        chosen["card_no"].implode()
    )
    return without_enrolments(country, theirs), chosen["household_code"]


def excluded_from(component: str) -> Plant:
    """People who were enrolled in this component, as were others of their household, or nobody else (then E01 finds it
    too)."""

    def plant(country: Country, ground: Ground) -> tuple[Country, Subjects]:
        open_now = country.enrolments.filter((pl.col("component") == component) & pl.col("ended_on").is_null())
        candidates = listed(country).join(open_now.select("person"), on="person", how="semi")
        if component == "maternal_child":
            candidates = candidates.filter(aged(0, 1.95, country)).join(country.births, on="person", how="semi")
        chosen = ground.choose(candidates)
        gone = pl.col("person").is_in(chosen["person"].implode()) & (pl.col("component") == component)
        return without_enrolments(country, gone), chosen["person"]

    return plant


def poor_patient_without_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    others = (
        living(country, "person", "household", "born")
        .join(country.cards, on="household", how="anti")
        .join(country.roster, on="person", how="anti")
        .join(country.claims.drop_nulls("card_no"), on="person", how="anti")
        .filter(aged(1, 80, country))
    )
    chosen = ground.choose(others.select("person", "household"))
    for low, high in ((300, 180), (150, 20)):
        visited_on = ground.days(pl.Series([country.as_of - low] * chosen.height), country.as_of - high)
        country = with_claims(country, chosen.with_columns(visited_on=visited_on, card_no=no_text()), "exempt")
    return country, chosen["person"]


def charged_card_holder(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(listed(country))
    since = chosen.select(pl.max_horizontal("interview", pl.lit(country.as_of - 300), "born") + 1).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 2))
    return with_claims(country, visits, "self"), chosen["person"]


def always_rejected(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    rounds = country.payments.group_by("enrolment").len().filter(pl.col("len") >= 3)
    open_now = country.enrolments.filter(pl.col("ended_on").is_null()).join(rounds, on="enrolment", how="semi")
    chosen = ground.choose(open_now.select("enrolment", "person", "household"))
    last = country.payments["round"].unique().sort().tail(3).implode()
    hit = pl.col("enrolment").is_in(chosen["enrolment"].implode()) & pl.col("round").is_in(last)
    payments = country.payments.with_columns(
        status=pl.when(hit).then(pl.lit("rejected")).otherwise("status"),
        reason=pl.when(hit).then(pl.lit("wallet closed")).otherwise("reason"),
    )
    return country.but(payments=payments), chosen["person"]


def expecting_and_left_out(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Pregnant women, poor or in work, who came to the clinic and whom nobody enrolled."""
    women = (
        living(country, "person", "household", "pregnant", "born")
        .filter(pl.col("pregnant") & aged(15, 50, country))
        .select("person", "household")
    )
    cards = listed(country).select("person", "card_no")
    workers = active_workers(country).select("person", card_no=no_text())
    entitled = pl.concat([cards, workers]).unique("person", keep="first", maintain_order=True)
    chosen = ground.choose(women.join(entitled, on="person"))
    country = without_enrolments(country, pl.col("person").is_in(chosen["person"].implode()))
    low = pl.Series([country.as_of - 130] * chosen.height, dtype=pl.Int64)
    chosen = chosen.with_columns(visited_on=ground.days(low, country.as_of - 40))
    for payer, has_card in (("HEF", True), ("NSSF", False)):
        country = with_claims(country, chosen.filter(pl.col("card_no").is_not_null() == has_card), payer, "ANC")
    return country, chosen["person"]


def still_poor_without_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households that missed the new interview; the clinic goes on treating one of them free of charge."""
    over = run_out_cards(country).filter(pl.col("valid_to") < country.as_of - 30)
    homes = country.cards.select("household", "household_code")
    members = living_members(country, over.join(homes, on="household_code"))
    members = members.join(listed(country), on="person", how="anti").filter(aged(3, 90, country))
    chosen = ground.choose(members.select("person", "household", "household_code", "valid_to"))
    since = chosen.select(pl.max_horizontal(pl.col("valid_to") + 4, pl.lit(country.as_of - 300))).to_series()
    for _ in range(policy(country, "repeat_patient_claims")):
        visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 3), card_no=no_text())
        country = with_claims(country, visits, "exempt")
    return country, chosen["household_code"]


def complained_of_being_left_out(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Grievances of adults whom some other rule finds left out. Nothing else of theirs changes."""
    found = pl.concat([e02(country), e03(country), e10(country)]).unique()
    adults = (
        living(country, "person", "born")
        .filter(aged(18, 110, country))
        .join(found, on="person", how="semi")
        .sort("person")
    )
    count = ground.count if country.grievances.height else 0
    chosen = adults[np.sort(ground.rng.permutation(adults.height)[:count])].select("person")
    low = pl.Series([country.as_of - 280] * chosen.height, dtype=pl.Int64)
    chosen = chosen.with_columns(opened_on=ground.days(low, country.as_of - 35))
    return with_grievances(country, chosen, ground, "excluded"), chosen["person"]


def without_papers(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Elders whose card was lost and never made anew, and children born at home whose birth nobody registered."""
    has_paper = pl.col("national_id").is_not_null() | pl.col("birth_certificate").is_not_null()
    people = country.people.filter(has_paper).join(country.births, on="person", how="anti").select("person")
    grown = aged(5, 12, country) | aged(55, 100, country)
    chosen = ground.choose(listed(country).filter(grown).join(people, on="person", how="semi"))
    lost = chosen.select("person", national_id=no_text(), birth_certificate=no_text())
    return with_people(country, lost), chosen["person"]


def baby_not_listed(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Babies of a listed mother, their birth registered, whom nobody wrote onto the roster."""
    babies = listed(country).filter(aged(0.27, 1.95, country)).join(country.births, on="person", how="semi")
    chosen = ground.choose(babies.join(listed(country), left_on="mother", right_on="person", how="semi"))
    left_out = pl.col("person").is_in(chosen["person"].implode())
    return country.but(roster=country.roster.filter(~left_out)), chosen["person"]


def factory_closed(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Workers without any card at home whose contributions end four months before as-of."""
    worked = worked_months(country).group_by("person").agg(
        months=pl.col("month").n_unique(), employed=(pl.col("scheme") != "self").all()
    )  # fmt: skip
    steady = worked.filter((pl.col("months") == MONTHS_KEPT) & pl.col("employed"))
    treated = country.claims.filter(pl.col("payer") == "HEF")
    people = living(country, "person", "household").join(country.cards, on="household", how="anti")
    people = people.join(country.roster, on="person", how="anti").join(treated, on="person", how="anti")
    chosen = ground.choose(people.join(steady, on="person", how="semi"))
    theirs = country.members.filter(pl.col("person").is_in(chosen["person"].implode()))["member"].implode()
    lost = pl.col("member").is_in(theirs) & pl.col("month").is_in(last_months(country, 4))
    members = country.members.with_columns(
        months=pl.when(pl.col("member").is_in(theirs)).then(MONTHS_KEPT - 4).otherwise("months")
    )
    return country.but(contributions=country.contributions.filter(~lost), members=members), chosen["person"]


def shock_near_the_line(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """At-risk households whose earner lay in hospital at their own expense."""
    cards = live_cards(country).filter(pl.col("level") == "at_risk").select("household", "household_code")
    earners = living_members(country, cards).filter(aged(18, 59, country))
    homes = ground.choose(earners.join(country.enrolments, on="household", how="anti"))
    low = pl.Series([country.as_of - 150] * homes.height, dtype=pl.Int64)
    stays = homes.with_columns(visited_on=ground.days(low, country.as_of - 20), card_no=no_text())
    return with_claims(country, stays, "self", "IPD", nights=9), homes["household_code"]


PLANTS: dict[str, Plant] = {
    "E01": excluded_household,
    "E03": excluded_from("disability"),
    "E05": excluded_from("maternal_child"),
    "E15": baby_not_listed,
    "E17": shock_near_the_line,
    "E04": expecting_and_left_out,
    "E02": excluded_from("elderly"),
    "E07": poor_patient_without_card,
    "E10": charged_card_holder,
    "E11": always_rejected,
    "E12": still_poor_without_card,
    "E14": without_papers,
    "E16": factory_closed,
    "E13": complained_of_being_left_out,
}
