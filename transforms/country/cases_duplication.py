"""True cases of duplication: one person, household, number or episode that stands twice.

Words are those of `cases`. Each function gives one column, `person` or `household_code`: the subjects of its rule.
"""

import polars as pl

from transforms.country.cases_facts import Who, health_visits, live_cards, policy
from transforms.country.world import Country

NATIONAL_ID_DIGITS = 9


def d01(country: Country) -> pl.DataFrame:
    """People listed in two households whose cards are active and valid at as-of, of any level."""
    members = country.roster.join(live_cards(country), on="household_code", how="semi")
    homes = members.group_by("person").agg(pl.col("household_code").n_unique())
    return homes.filter(pl.col("household_code") > 1).select("person")


def d02(country: Country) -> pl.DataFrame:
    """Households with cards active and valid at as-of, of any level, that share two listed people or more with another
    such household, and at least half of all listed on one of the two rosters: both households."""
    members = country.roster.join(live_cards(country), on="household_code", how="semi")
    members = members.select("household_code", "person").unique()
    size = members.group_by("household_code").agg(size=pl.len())
    twice = members.filter(pl.len().over("person") > 1)
    pairs = twice.join(twice.rename({"household_code": "other"}), on="person")
    pairs = pairs.filter(pl.col("household_code") != pl.col("other"))
    shared = pairs.group_by("household_code", "other").agg(shared=pl.len()).join(size, on="household_code")
    half = pl.col("shared") * 100 >= pl.col("size") * policy(country, "household_overlap_percent")
    several = pl.col("shared") >= policy(country, "household_overlap_members")
    alike = shared.filter(half & several)
    return pl.concat([alike.select("household_code"), alike.select(household_code="other")])


def d03(country: Country) -> pl.DataFrame:
    """People with two paid payments of the same component and round."""
    times = country.payments.filter(pl.col("status") == "paid").group_by("person", "component", "round").len()
    return times.filter(pl.col("len") > 1).select("person")


def d04(country: Country) -> pl.DataFrame:
    """Women with two deliveries more than 14 and fewer than 210 days apart: delivery visits, and registered births by
    the birth date. Twins are one delivery. Instalments bear no number, so their caps cannot be counted."""
    visits = health_visits(country).filter(pl.col("service") == "DEL").select("person", day="visited_on")
    children = country.people.join(country.births, on="person", how="semi")
    births = children.select(pl.col("mother").alias("person"), day="born").drop_nulls()
    days = pl.concat([visits, births]).unique().sort("person", "day")
    gap = pl.col("day").diff().over("person")
    apart = (gap > policy(country, "same_delivery_days")) & (gap < policy(country, "delivery_gap_days"))
    return days.filter(apart).select("person")


def d06(country: Country) -> pl.DataFrame:
    """People with two social security numbers."""
    return country.members.group_by("person").len().filter(pl.col("len") > 1).select("person")


def d07(country: Country) -> pl.DataFrame:
    """People with two claims for one service on one day, or two in-patient stays (IPD, DEL) of which one begins before
    the other has ended; visits marked as a referral left aside. A stay that begins on the last day of another does
    not overlap it."""
    visits = country.claims.filter(~pl.col("referral"))
    visits = visits.filter(pl.len().over("person") > 1)
    same = visits.filter(pl.len().over("person", "service", "visited_on") > 1).select("person")
    stays = visits.filter(pl.col("discharged_on").is_not_null()).filter(pl.len().over("person") > 1)
    stays = stays.sort("person", "visited_on", "discharged_on")
    # A stay overlaps an earlier one if it begins before the latest end of all that began before it.
    ends = pl.col("discharged_on").cum_max().shift(1).over("person")
    return pl.concat([same, stays.filter(pl.col("visited_on") < ends).select("person")])


def d08(country: Country) -> pl.DataFrame:
    """People with two valid disability cards."""
    return country.disability.filter("valid").group_by("person").len().filter(pl.col("len") > 1).select("person")


def d09(_: Country, who: Who) -> pl.DataFrame:
    """People of whom some record bears the number of an identity card that stands on another person's record too, a
    lost leading zero made good."""
    numbers = pl.concat(frame.select("person", "id_no") for frame in who.values()).drop_nulls().unique()
    numbers = numbers.with_columns(pl.col("id_no").str.zfill(NATIONAL_ID_DIGITS)).unique()
    return numbers.filter(pl.len().over("id_no") > 1).select("person")


def d10(country: Country) -> pl.DataFrame:
    """Households whose card number another household bears too, both cards being active and valid at as-of."""
    return live_cards(country).filter(pl.len().over("card_no") > 1).select("household_code")
