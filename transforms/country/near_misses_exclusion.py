"""Near misses of exclusion: who seems left out and is not.

Planted ones give the country after them and whom a rule must not find; natural ones only say whom.
"""

import polars as pl

from transforms.country.cases_exclusion import (
    lost_jobs,
    run_out_cards,
)
from transforms.country.cases_facts import (
    age_on,
    enrolled,
    last_months,
    live_cards,
    living_members,
    months_after_birth,
    policy,
    severe_cards,
)
from transforms.country.planting import (
    Ground,
    Natural,
    Plant,
    Subjects,
    aged,
    homes_with_members,
    in_force,
    listed,
    living,
    no_text,
    with_claims,
    with_roster,
    workers_at_home,
)
from transforms.country.world import Country


def card_number_mistyped(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Enrolled households whose card number is wrong on every enrolment."""
    chosen = ground.choose(in_force(country).join(country.enrolments.select("household"), on="household", how="semi"))
    slip = pl.col("card_slip") | pl.col("household").is_in(chosen["household"].implode())
    return country.but(enrolments=country.enrolments.with_columns(slip.alias("card_slip"))), chosen["household_code"]


def rejected_once(country: Country) -> pl.DataFrame:
    in_last_round = pl.col("round") == pl.col("round").max()
    return country.payments.filter(in_last_round & (pl.col("status") == "rejected")).select("person")


def nearly_sixty(country: Country) -> pl.DataFrame:
    return listed(country).filter(age_on(country.as_of) == 59).select("person")


def exempt_once(country: Country) -> pl.DataFrame:
    claims = country.claims.filter(pl.col("payer") == "exempt").group_by("person").len()
    return claims.filter(pl.col("len") == 1).select("person")


def nobody_qualifies(country: Country) -> pl.DataFrame:
    """Households with a card in force that are not enrolled and have no member who could be."""
    homes = in_force(country).select("household", "household_code", "card_no")
    return homes.join(country.enrolments, on="household", how="anti").select("household_code")


def not_quite_severe(country: Country) -> pl.DataFrame:
    """Listed holders of a disability card that is not valid, or not severe, without the benefit."""
    holders = listed(country).join(country.disability, on="person", how="semi")
    return holders.join(severe_cards(country), on="person", how="anti").select("person")


def just_over_two(country: Country) -> pl.DataFrame:
    """Listed children of 24 or 25 months."""
    age = country.as_of - months_after_birth(policy(country, "maternal_child_months"))
    return listed(country).filter(age.is_between(0, 60)).select("person")


def charged_before_the_card(country: Country) -> pl.DataFrame:
    charged = country.claims.filter(pl.col("payer") == "self").select("person", "visited_on")
    return (
        listed(country).join(charged, on="person").filter(pl.col("visited_on") < pl.col("interview")).select("person")
    )


def listed_with_the_grandmother(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Babies whose mother is listed at home, and who are listed with kin they live with, in another household."""
    babies = listed(country).filter(aged(0.3, 1.9, country)).join(country.births, on="person", how="semi")
    chosen = ground.choose(babies.join(listed(country), left_on="mother", right_on="person", how="semi"))
    homes = ground.choose(homes_with_members(country), chosen.height)
    chosen = chosen.head(homes.height)
    at_home = pl.col("person").is_in(chosen["person"].implode())
    country = country.but(roster=country.roster.filter(~at_home))
    return with_roster(country, chosen["person"], homes["household_code"]), chosen["person"]


def two_months_unpaid(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Workers whose last contribution is three months old, so that they are two complete months without."""
    chosen = ground.choose(workers_at_home(country, pl.col("scheme") != "self"))
    lost = pl.col("member").is_in(chosen["member"].implode()) & pl.col("month").is_in(last_months(country, 2))
    return country.but(contributions=country.contributions.filter(~lost)), chosen["person"]


def shock_long_ago(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """At-risk households whose in-patient stay lies before the days that count."""
    cards = live_cards(country).filter(pl.col("level") == "at_risk").select("household", "household_code")
    homes = ground.choose(living_members(country, cards).filter(aged(18, 59, country)))
    day = pl.lit(country.as_of - policy(country, "shock_days") - 20, dtype=pl.Int64)
    return with_claims(country, homes.with_columns(visited_on=day, card_no=no_text()), "self", "IPD", nights=4), homes[
        "household_code"
    ]


def antenatal_and_enrolled(country: Country) -> pl.DataFrame:
    visits = country.claims.filter(pl.col("service") == "ANC").select("person").unique()
    return visits.join(enrolled(country, "maternal_child"), on="person", how="semi")


def antenatal_of_late(country: Country) -> pl.DataFrame:
    """Women whose antenatal visits all fall in the days of grace."""
    first = country.claims.filter(pl.col("service") == "ANC").group_by("person").agg(pl.col("visited_on").min())
    return first.filter(pl.col("visited_on") > country.as_of - policy(country, "antenatal_grace_days")).select("person")


def treated_free_once_since(country: Country) -> pl.DataFrame:
    """Households whose card ran out, with one sign of poverty since."""
    members = living_members(country, run_out_cards(country))
    as_poor = country.claims.filter(pl.col("payer").is_in(["exempt", "HEF"])).select("person", "visited_on")
    signs = members.join(as_poor, on="person").filter(pl.col("visited_on") > pl.col("valid_to"))
    return signs.group_by("household_code").len().filter(pl.col("len") == 1).select("household_code")


def complained_of_old(country: Country) -> pl.DataFrame:
    """People with an old grievance of exclusion, with or without consent."""
    old = pl.col("opened_on") <= country.as_of - policy(country, "grievance_days")
    return country.grievances.filter(old & (pl.col("complaint") == "excluded")).select("person")


def infant_without_papers(country: Country) -> pl.DataFrame:
    """Listed children in their first year who have no certificate yet."""
    none = country.people.filter(pl.col("birth_certificate").is_null() & pl.col("national_id").is_null())
    infants = listed(country).filter(age_on(country.as_of) < policy(country, "identifier_age"))
    return infants.join(none, on="person", how="semi").select("person")


def baby_just_born(country: Country) -> pl.DataFrame:
    """Unlisted children of a listed mother in their first 90 days."""
    new = living(country, "person", "born", "mother").filter(
        pl.col("born") > country.as_of - policy(country, "new_baby_days")
    )
    new = new.join(listed(country).select("person"), left_on="mother", right_on="person", how="semi")
    return new.join(country.roster, on="person", how="anti").select("person")


def jobless_with_a_card(country: Country) -> pl.DataFrame:
    return lost_jobs(country).join(listed(country), on="person", how="semi")


def charged_near_the_line(country: Country) -> pl.DataFrame:
    """At-risk households that paid for out-patient visits."""
    cards = live_cards(country).filter(pl.col("level") == "at_risk").select("household_code")
    charged = country.claims.filter((pl.col("payer") == "self") & (pl.col("service") == "OPD"))
    return living_members(country, cards).join(charged, on="person", how="semi").select("household_code")


PLANTS: list[tuple[str, Plant]] = [
    ("E01", card_number_mistyped),
    ("E15", listed_with_the_grandmother),
    ("E16", two_months_unpaid),
    ("E17", shock_long_ago),
]
NATURAL: list[tuple[str, Natural]] = [
    ("E01", nobody_qualifies),
    ("E02", nearly_sixty),
    ("E03", not_quite_severe),
    ("E04", antenatal_and_enrolled),
    ("E04", antenatal_of_late),
    ("E05", just_over_two),
    ("E07", exempt_once),
    ("E10", charged_before_the_card),
    ("E11", rejected_once),
    ("E12", treated_free_once_since),
    ("E13", complained_of_old),
    ("E14", infant_without_papers),
    ("E15", baby_just_born),
    ("E16", jobless_with_a_card),
    ("E17", charged_near_the_line),
]
