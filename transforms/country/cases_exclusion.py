"""True cases of exclusion: who is poor, disabled, old, pregnant or out of work, and left out.

Words are those of `cases`. Each function gives one column, `person` or `household_code`: the subjects of its rule.
"""

from collections.abc import Mapping

import polars as pl

from transforms.country.cases_facts import (
    active_workers,
    age_on,
    enrolled,
    health_visits,
    last_months,
    live_cards,
    living_members,
    months_after_birth,
    policy,
    policy_range,
    registered_deaths,
    severe_cards,
)
from transforms.country.planting import in_force, listed, listings, living
from transforms.country.population import as_date
from transforms.country.programmes import holds_card
from transforms.country.world import Country


def homes_that_qualify(country: Country) -> pl.DataFrame:
    """Households with a card in force and a living listed member who qualifies for a component."""
    severe = pl.col("person").is_in(severe_cards(country)["person"].implode())
    age = age_on(country.as_of)
    young = months_after_birth(policy(country, "maternal_child_months")) > country.as_of
    at_school, elder = age.is_between(*policy_range(country, "school_ages")), age >= policy(country, "elderly_age")
    qualifies = young | pl.col("pregnant") | at_school | elder | severe
    return listings(country).filter(qualifies).select("household_code", "card_no").unique()


def e01(country: Country) -> pl.DataFrame:
    """Households with a card in force and at least one living listed member who would qualify (under 24 months,
    pregnant, 6 to 17, 60 or over, or with a valid disability card of severity 3 or 4), none of whose listed members
    is or was enrolled in any component, and whose card number stands on no enrolment."""
    homes = homes_that_qualify(country)
    known = country.roster.join(country.enrolments.select("person"), on="person", how="semi").select("household_code")
    return (
        homes.join(known, on="household_code", how="anti")
        .join(country.enrolments, on="card_no", how="anti")
        .select("household_code")
    )


def e02(country: Country) -> pl.DataFrame:
    """Living people of 60 or over at as-of, listed on a card in force, without an elderly enrolment."""
    elders = listed(country).filter(age_on(country.as_of) >= policy(country, "elderly_age"))
    return elders.join(enrolled(country, "elderly"), on="person", how="anti").select("person")


def e03(country: Country) -> pl.DataFrame:
    """Living holders of a valid disability card of severity 3 or 4, listed on a card in force, without a disability
    enrolment."""
    holders = listed(country).join(severe_cards(country), on="person", how="semi")
    return holders.join(enrolled(country, "disability"), on="person", how="anti").select("person")


def e04(country: Country) -> pl.DataFrame:
    """Living women of 12 to 55 whose last antenatal visit is at least 30 days before as-of, who are listed on a card
    in force or contributed to social security in the last three complete months, and who are not covered for it: no
    maternal_child enrolment of hers was open on the visit or began later, and none of a child born to her since."""
    due = pl.col("visited_on") <= country.as_of - policy(country, "antenatal_grace_days")
    visits = health_visits(country).filter((pl.col("service") == "ANC") & due)
    visits = visits.group_by("person").agg(pl.col("visited_on").max())
    women = (
        living(country, "person", "born", "man")
        .filter(~pl.col("man"))
        .select("person", "born")
        .join(visits, on="person")
    )
    women = women.filter(age_on(pl.col("visited_on")).is_between(*policy_range(country, "pregnancy_ages")))
    entitled = pl.concat([listed(country).select("person"), active_workers(country).select("person")])
    women = women.join(entitled, on="person", how="semi")
    return women.join(covered_pregnancies(country, women), on="person", how="anti").select("person")


def covered_pregnancies(country: Country, women: pl.DataFrame) -> pl.DataFrame:
    """Which of the women (person, visited_on) were enrolled for that pregnancy, themselves or by the child: person."""
    enrolments = country.enrolments.filter(pl.col("component") == "maternal_child").select("person", "ended_on")
    goes_on = pl.col("ended_on").is_null() | (pl.col("ended_on") >= pl.col("visited_on"))
    herself = enrolments.join(women, on="person").filter(goes_on).select("person")
    children = country.people.select(pl.col("mother").alias("person"), "born", child="person")
    children = children.join(enrolments, left_on="child", right_on="person", how="semi")
    later = children.join(women.select("person", "visited_on"), on="person").filter(
        pl.col("born") >= pl.col("visited_on")
    )
    return pl.concat([herself, later.select("person")])


def e05(country: Country) -> pl.DataFrame:
    """Living children under 24 months at as-of whose birth is registered and who are themselves listed on a card in
    force, without a maternal_child enrolment of their own."""
    young = months_after_birth(policy(country, "maternal_child_months")) > country.as_of
    children = listed(country).filter(young).join(country.births, on="person", how="semi")
    return children.join(enrolled(country, "maternal_child"), on="person", how="anti").select("person")


def e07(country: Country) -> pl.DataFrame:
    """People with at least two claims of payer exempt or HEF who are on no IDPoor roster and none of whose claims
    shows the number of any card the register knows."""
    as_poor = country.claims.filter(pl.col("payer").is_in(["exempt", "HEF"])).group_by("person").len()
    often = as_poor.filter(pl.col("len") >= policy(country, "repeat_patient_claims"))
    shown = country.claims.join(country.cards, on="card_no", how="semi")
    return often.join(country.roster, on="person", how="anti").join(shown, on="person", how="anti").select("person")


def e10(country: Country) -> pl.DataFrame:
    """People listed on a card in force with a claim of payer self on or after the day of the interview."""
    charged = country.claims.filter(pl.col("payer") == "self").select("person", "visited_on")
    cards = country.cards.filter(holds_card(country.as_of)).select("household_code", "interview")
    members = country.roster.select("person", "household_code").join(cards, on="household_code")
    return members.join(charged, on="person").filter(pl.col("visited_on") >= pl.col("interview")).select("person")


def e11(country: Country) -> pl.DataFrame:
    """People with an open enrolment for which the last two rounds of the register were tried and none of the tries
    was paid."""
    last = country.payments["round"].unique().sort().tail(policy(country, "unpaid_rounds"))
    open_now = country.enrolments.filter(pl.col("ended_on").is_null()).select("enrolment")
    tries = country.payments.join(open_now, on="enrolment", how="semi").filter(pl.col("round").is_in(last.implode()))
    per_enrolment = tries.group_by("enrolment").agg(
        pl.col("person").first(), rounds=pl.col("round").n_unique(), lost=(pl.col("status") == "rejected").all()
    )
    every = pl.col("rounds") == policy(country, "unpaid_rounds")
    return per_enrolment.filter(every & pl.col("lost")).select("person")


def run_out_cards(country: Country) -> pl.DataFrame:
    """Cards of level 1 or 2 that ran out before as-of and were not withdrawn, of households that have no other card
    in force: household_code, valid_to."""
    over = (pl.col("valid_to") < country.as_of) & (pl.col("status") != "withdrawn") & (pl.col("level") != "at_risk")
    cards = country.cards.filter(over).join(in_force(country), on="household", how="anti")
    return cards.select("household_code", "valid_to")


def e12(country: Country) -> pl.DataFrame:
    """Households whose card of level 1 or 2 ran out and was not renewed, whose living listed members (those by now
    listed on a card in force left aside) have together at least two claims of payer exempt or HEF after it ran out."""
    members = living_members(country, run_out_cards(country)).join(listed(country), on="person", how="anti")
    as_poor = country.claims.filter(pl.col("payer").is_in(["exempt", "HEF"])).select("claim", "person", "visited_on")
    signs = members.join(as_poor, on="person").filter(pl.col("visited_on") > pl.col("valid_to"))
    count = signs.group_by("household_code").agg(pl.col("claim").n_unique())
    return count.filter(pl.col("claim") >= policy(country, "repeat_patient_claims")).select("household_code")


def e13(country: Country, found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Living people with a grievance, told with consent 30 days before as-of or earlier, of being left out, who are a
    case of E01 (as listed members of the household), E02, E03, E04, E05, E07 or E10."""
    old = pl.col("opened_on") <= country.as_of - policy(country, "grievance_days")
    told = country.grievances.filter(old & (pl.col("complaint") == "excluded") & pl.col("consent"))
    members = country.roster.join(found["E01"], on="household_code", how="semi").select("person")
    left_out = pl.concat([members, *(found[rule] for rule in ("E02", "E03", "E04", "E05", "E07", "E10"))])
    return (
        told.join(left_out, on="person", how="semi")
        .join(living(country, "person"), on="person", how="semi")
        .select("person")
    )


def e14(country: Country) -> pl.DataFrame:
    """Living people of one year or over, listed on a card in force, who hold neither an identity card nor a birth
    certificate. (That a register does not show a number the person has is no case.)"""
    holds_none = pl.col("national_id").is_null() & pl.col("birth_certificate").is_null()
    nobody_on_paper = country.people.filter(holds_none).select("person")
    grown = age_on(country.as_of) >= policy(country, "identifier_age")
    return listed(country).filter(grown).join(nobody_on_paper, on="person", how="semi").select("person")


def e15(country: Country) -> pl.DataFrame:
    """Living children between 90 days and 24 months at as-of whose birth is registered and whose mother is listed on a
    card in force, who are on no IDPoor roster themselves."""
    born_in_time = pl.col("born") <= country.as_of - policy(country, "new_baby_days")
    young = months_after_birth(policy(country, "maternal_child_months")) > country.as_of
    babies = (
        living(country, "person", "born", "mother")
        .filter(born_in_time & young)
        .join(country.births, on="person", how="semi")
    )
    babies = babies.join(listed(country).select("person"), left_on="mother", right_on="person", how="semi")
    return babies.join(country.roster, on="person", how="anti").select("person")


def lost_jobs(country: Country) -> pl.DataFrame:
    """Living employees (private, public) whose last contribution on record, under any number, is of before the last
    three complete months: person."""
    since = last_months(country, policy(country, "lost_job_months"))[-1]
    at_work = country.members.join(country.contributions.filter(pl.col("month") >= since), on="member", how="semi")
    former = country.members.filter((pl.col("scheme") == "self").any().over("person").not_())
    former = former.join(country.contributions, on="member", how="semi").join(at_work, on="person", how="anti")
    return former.select("person").unique().join(living(country, "person"), on="person", how="semi")


def e16(country: Country) -> pl.DataFrame:
    """People who lost their job (`lost_jobs`) and are neither a dependant of another member, nor listed on a card in
    force, nor a patient of the Health Equity Fund since the first of those three months."""
    dependants = country.members.filter(pl.col("parent").is_not_null())
    since = last_months(country, policy(country, "lost_job_months"))[-1] + "-01"
    visited = as_date("visited_on") >= pl.lit(since).str.to_date()
    treated = country.claims.filter((pl.col("payer") == "HEF") & visited)
    people = lost_jobs(country)
    for cover in (dependants, listed(country), treated):
        people = people.join(cover, on="person", how="anti")
    return people


def e17(country: Country) -> pl.DataFrame:
    """Households with an at-risk card active and valid at as-of, hit within the last 180 days (a living listed member
    paid for an in-patient stay, or the registered death of a listed member of 18 to 59), none of whose listed members
    was ever enrolled in the Family Package. No register tells of a programme for shocks."""
    cards = live_cards(country).filter(pl.col("level") == "at_risk").select("household_code")
    members = country.roster.join(cards, on="household_code", how="semi").select("household_code", "person")
    since = country.as_of - policy(country, "shock_days")
    recent_stay = (pl.col("service") == "IPD") & (pl.col("payer") == "self") & (pl.col("visited_on") >= since)
    stays = country.claims.filter(recent_stay).join(living(country, "person"), on="person", how="semi").select("person")
    deaths = registered_deaths(country).filter(pl.col("died") >= since)
    lost = deaths.join(country.people.select("person", "born"), on="person")
    lost = lost.filter(age_on(pl.col("died")).is_between(18, policy(country, "elderly_age") - 1)).select("person")
    hit = members.join(pl.concat([stays, lost]), on="person", how="semi")
    enrolled_homes = members.join(country.enrolments, on="person", how="semi")
    return hit.join(enrolled_homes, on="household_code", how="anti").select("household_code")
