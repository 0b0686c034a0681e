"""Wrongs of inconsistency: facts entered that cannot be.

Each function gives the country after them, and whom the rule should now hold of.
"""

import numpy as np
import polars as pl

from transforms.country.cases_facts import (
    last_months,
)
from transforms.country.chance import (
    DAYS_A_YEAR,
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
    next_number,
    paid_at_home,
    second_job,
    with_claims,
    with_work,
    workers_at_home,
)
from transforms.country.world import Country


def slip_of(column: str) -> Plant:
    """People in another register too whose row on the IDPoor roster has this value wrong."""

    def plant(country: Country, ground: Ground) -> tuple[Country, Subjects]:
        registers = (country.members, country.enrolments, country.disability)
        elsewhere = pl.concat(frame.select("person") for frame in registers)
        chosen = ground.choose(listed(country).join(elsewhere, on="person", how="semi"))
        slip = pl.col(column) | pl.col("person").is_in(chosen["person"].implode())
        return country.but(roster=country.roster.with_columns(slip.alias(column))), chosen["person"]

    return plant


def wrong_number_of_heads(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    spouses = country.roster.filter(pl.col("relation") == "spouse")
    chosen = ground.choose(in_force(country).join(spouses, on="household_code", how="semi"))["household_code"]
    headless, two_headed = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    at = pl.col("household_code")
    relation = (
        pl.when((pl.col("relation") == "head") & at.is_in(headless.implode())).then(pl.lit("other"))
        .when((pl.col("relation") == "spouse") & at.is_in(two_headed.implode())).then(pl.lit("head"))
        .otherwise("relation")
    )  # fmt: skip
    return country.but(roster=country.roster.with_columns(relation.alias("relation"))), chosen


def impossible_pregnancy(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Antenatal claims of men and of women over 57; men noted as pregnant on the roster."""
    people = listed(country)
    impossible = (pl.col("man") & aged(18, 60, country)) | aged(57.5, 80, country)
    patients = ground.choose(people.filter(impossible), ground.count // 2)
    patients = patients.with_columns(visited_on=pl.Series([country.as_of - 40] * patients.height, dtype=pl.Int64))
    noted = ground.choose(people.filter(pl.col("man") & aged(15, 70, country)), ground.count - patients.height)
    roster = country.roster.with_columns(pl.col("pregnant") | pl.col("person").is_in(noted["person"].implode()))
    country = with_claims(country.but(roster=roster), patients, "HEF", "ANC")
    return country, pl.concat([patients["person"], noted["person"]])


def thought_dead(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Living patients who go on contributing to social security though a death certificate bears their name."""
    died = country.as_of - 170
    paying = country.members.filter(pl.col("months") == MONTHS_KEPT).select("person")
    treated = country.claims.filter(pl.col("visited_on") > died).select("person").unique()
    candidates = (
        living(country, "person", "household")
        .join(country.roster, on="person", how="anti")
        .join(paying, on="person", how="semi")
    )
    candidates = candidates.join(treated, on="person", how="semi").sort("person")
    chosen = ground.choose(candidates)
    first = next_number(country.deaths, "death")
    rows = chosen.select(
        "person",
        death=pl.int_range(first, first + pl.len()),
        died=pl.lit(died, dtype=pl.Int64),
        registered_on=pl.lit(died + 20, dtype=pl.Int64),
    )
    return country.but(deaths=pl.concat([country.deaths, rows.select(country.deaths.columns)])), chosen["person"]


def village_that_is_none(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Cards with a village code nobody ever gave: a village the commune lacks, or a commune the district lacks."""
    chosen = ground.choose(in_force(country))["household_code"]
    no_village, no_commune = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    village, at = pl.col("village"), pl.col("household_code")
    wrong = (
        pl.when(at.is_in(no_village.implode())).then(village.str.head(6) + "99")
        .when(at.is_in(no_commune.implode())).then(village.str.head(4) + "99" + village.str.tail(2))
        .otherwise(village)
    )  # fmt: skip
    return country.but(cards=country.cards.with_columns(village=wrong)), chosen


def impossible_kin(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Brothers, sisters and in-laws of the head entered as the head's children, and small children as the spouse."""
    heads = country.roster.filter(pl.col("relation") == "head").select("household_code", head="person")
    born = country.people.select(head="person", head_born="born")
    people = listed(country).join(heads, on="household_code").join(born, on="head")
    years = (pl.col("born") - pl.col("head_born")) / DAYS_A_YEAR
    sibling = (pl.col("relation") == "other") & years.is_between(-5, 10)
    brothers = ground.choose(people.filter(sibling), ground.count // 2)
    small = (pl.col("relation") == "child") & aged(4, 13, country)
    children = ground.choose(people.filter(small), ground.count - brothers.height)
    who = pl.col("person")
    relation = (
        pl.when(who.is_in(brothers["person"].implode())).then(pl.lit("child"))
        .when(who.is_in(children["person"].implode())).then(pl.lit("spouse"))
        .otherwise("relation")
    )  # fmt: skip
    country = country.but(roster=country.roster.with_columns(relation=relation))
    return country, pl.concat([brothers["person"], children["person"]])


def wrong_amount(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Payments with digits in each other's place, a zero too few, or two months at once."""
    chosen = ground.choose(paid_at_home(country), reuse=True)
    slip = pl.Series(np.arange(chosen.height) % 3)
    slips = chosen.select("payment").with_columns(slip=slip)
    payments = country.payments.join(slips, on="payment", how="left", maintain_order="left")
    amount = pl.col("amount")
    text = amount.cast(pl.String)
    turned = (text.str.slice(1, 1) + text.str.head(1) + text.str.slice(2)).cast(pl.Int64)
    wrong = (
        pl.when(pl.col("slip") == 0).then(pl.when(turned == amount).then(amount // 100).otherwise(turned))
        .when(pl.col("slip") == 1).then(amount // 10)
        .when(pl.col("slip") == 2).then(amount * 2)
        .otherwise(amount)
    )  # fmt: skip
    return country.but(payments=payments.with_columns(amount=wrong).drop("slip")), chosen["person"]


def two_employers(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Workers who took a second job three months ago."""
    chosen = ground.choose(workers_at_home(country, pl.col("scheme") == "private"))
    return with_work(country, second_job(country, chosen["member"], last_months(country, 3))), chosen["person"]


PLANTS: dict[str, Plant] = {
    "N05": impossible_kin,
    "N01": slip_of("sex_slip"),
    "N02": slip_of("birth_slip"),
    "N03": village_that_is_none,
    "N04": wrong_number_of_heads,
    "N06": impossible_pregnancy,
    "N08": wrong_amount,
    "N10": thought_dead,
    "N12": two_employers,
}
