"""Wrongs of duplication: the same person, household, number or episode made two.

Each function gives the country after them, and whom the rule should now hold of.
"""

import polars as pl

from transforms.country.cases_facts import (
    policy,
)
from transforms.country.planting import (
    Ground,
    Plant,
    Subjects,
    aged,
    homes_with_members,
    in_force,
    listed,
    living,
    next_codes,
    next_number,
    paid_at_home,
    with_claims_like,
    with_members,
    with_people,
    with_roster,
    with_second_card,
)
from transforms.country.world import Country


def listed_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    movers = ground.choose(listed(country).filter((pl.col("relation") != "head") & aged(16, 95, country)))
    homes = ground.choose(homes_with_members(country), movers.height)
    movers = movers.head(homes.height)
    return with_roster(country, movers["person"], homes["household_code"]), movers["person"]


def paid_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(paid_at_home(country), reuse=True)
    first = next_number(country.payments, "payment")
    number = pl.int_range(first, first + pl.len())
    again = chosen.drop("household").with_columns(payment=number, paid_on=pl.col("paid_on") + 2)
    return country.but(payments=pl.concat([country.payments, again])), chosen["person"]


def two_member_numbers(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    homes = country.people.select("person", "household")
    chosen = ground.choose(country.members.filter(pl.col("parent").is_null()).join(homes, on="person"))
    return with_members(country, chosen, ground), chosen["person"]


def two_disability_cards(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    homes = country.people.select("person", "household")
    chosen = ground.choose(country.disability.filter("valid").join(homes, on="person"))
    first = next_number(country.disability, "did")
    number = pl.int_range(first, first + pl.len())
    again = chosen.drop("household").with_columns(did=number, issued=(pl.col("issued") + 30))
    return country.but(disability=pl.concat([country.disability, again])), chosen["person"]


def card_number_shared(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(in_force(country), ground.count * 2)
    pairs = chosen.height // 2
    one, other = chosen[:pairs], chosen[pairs : 2 * pairs]
    became = dict(zip(other["card_no"], one["card_no"], strict=True))
    number = pl.col("card_no").replace(became)
    country = country.but(
        cards=country.cards.with_columns(number),
        enrolments=country.enrolments.with_columns(number),
        claims=country.claims.with_columns(number),
    )
    return country, chosen[: 2 * pairs]["household_code"]


def registered_again(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households interviewed anew under another code while the old card stays in force: all stand on both."""
    drawn = country.roster.join(country.enrolments, on="person", how="semi")
    size = country.roster.unique(["household_code", "person"]).group_by("household_code").len()
    homes = in_force(country).join(drawn, on="household_code", how="semi").join(size, on="household_code")
    large = pl.col("len") >= policy(country, "household_overlap_members")
    chosen = ground.choose(homes.filter(large & (pl.col("interview") < country.as_of - 200)), -(-ground.count // 2))
    codes = pl.concat([chosen["household_code"], next_codes(country, chosen)])
    again = pl.lit(country.as_of - 90, dtype=pl.Int64)
    return with_second_card(country, chosen, interview=again, valid_to=again + 3 * 365), codes


def delivered_again_too_soon(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """A clinic claims a second delivery of a mother, some months before or after the true one."""
    mothers = country.people.select("person", "household")
    delivered = country.claims.filter((pl.col("service") == "DEL") & (pl.col("payer") != "self"))
    chosen = ground.choose(delivered.join(mothers, on="person").sort("claim"))
    months = pl.Series(ground.rng.integers(60, 200, chosen.height))
    later = pl.col("visited_on") + months < country.as_of - 10
    shift = pl.when(later).then(months).otherwise(-months)
    country = with_claims_like(
        country, chosen, visited_on=pl.col("visited_on") + shift, discharged_on=pl.col("discharged_on") + shift
    )
    return country, chosen["person"]


def claimed_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """One episode claimed by two clinics: a visit on one day, or a stay that overlaps another's."""
    homes = country.people.select("person", "household")
    claims = country.claims.filter((pl.col("payer") == "HEF") & ~pl.col("referral")).join(homes, on="person")
    home = pl.col("discharged_on") + 2 <= country.as_of
    stays = ground.choose(claims.filter((pl.col("service") == "IPD") & home), ground.count // 2)
    visits = ground.choose(claims.filter(pl.col("service") == "OPD"), ground.count - stays.height)
    elsewhere = (pl.col("patient") // 4) * 4 + (pl.col("patient") + 1) % 4
    country = with_claims_like(country, visits, patient=elsewhere)
    country = with_claims_like(country, stays, patient=elsewhere, discharged_on=pl.col("discharged_on") + 2)
    return country, pl.concat([visits["person"], stays["person"]])


def card_of_a_relative(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Two of one household and sex of whom one goes by the other's identity card, at work and at the commune. Both are
    subjects, of pairs that two registers each know; what comes to be written is up to the clerks."""
    sent = (country.members, country.enrolments, country.roster, country.disability)
    known = pl.concat(frame.select("person") for frame in sent).group_by("person").len().filter(pl.col("len") > 1)
    people = living(country, "person", "household", "man", "national_id", "born").filter(
        aged(18, 70, country) & pl.col("national_id").is_not_null()
    )
    people = people.join(known, on="person", how="semi").select("person", "household", "man", "national_id")
    pairs = people.join(people, on=["household", "man"], suffix="_lender")
    pairs = pairs.filter(pl.col("person") != pl.col("person_lender")).sort("person", "person_lender")
    chosen = ground.choose(pairs)
    country = with_people(country, chosen.select("person", national_id="national_id_lender"))
    return country, pl.concat([chosen["person"], chosen["person_lender"]])


PLANTS: dict[str, Plant] = {
    "D09": card_of_a_relative,
    "D04": delivered_again_too_soon,
    "D07": claimed_twice,
    "D02": registered_again,
    "D01": listed_twice,
    "D03": paid_twice,
    "D06": two_member_numbers,
    "D08": two_disability_cards,
    "D10": card_number_shared,
}
