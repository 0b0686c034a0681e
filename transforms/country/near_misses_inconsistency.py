"""Near misses of inconsistency: what seems impossible and is only rare.

Planted ones give the country after them and whom a rule must not find; natural ones only say whom.
"""

import polars as pl

from transforms.country.cases_facts import (
    policy_list,
    policy_range,
)
from transforms.country.cases_inconsistency import seen_after_death
from transforms.country.chance import (
    DAYS_A_YEAR,
)
from transforms.country.planting import (
    Ground,
    Natural,
    Plant,
    Subjects,
    aged,
    changed_employer,
    listed,
    living,
    paid_at_home,
    with_people,
    workers_at_home,
)
from transforms.country.world import Country


def nephew_as_child(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Young kin who could just be the head's child, entered as such: 13 to 20 years younger."""
    heads = country.roster.filter(pl.col("relation") == "head").select("household_code", head="person")
    people = listed(country).join(heads, on="household_code")
    people = people.join(country.people.select(head="person", head_born="born"), on="head")
    years = (pl.col("born") - pl.col("head_born")) / DAYS_A_YEAR
    chosen = ground.choose(people.filter((pl.col("relation") == "other") & years.is_between(13, 20)), reuse=True)
    entered = pl.col("person").is_in(chosen["person"].implode())
    relation = pl.when(entered).then(pl.lit("child")).otherwise("relation").alias("relation")
    return country.but(roster=country.roster.with_columns(relation)), chosen["person"]


def other_tariff(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """The delivery instalment of a newborn, and the grant of a pupil of upper secondary school."""
    born = country.people.select("person", "born")
    payments = paid_at_home(country).join(born, on="person")
    newborn = (pl.col("component") == "maternal_child") & aged(0, 0.5, country)
    pupil = (pl.col("component") == "scholarship") & aged(15, 18, country)
    instalments, grants = (policy_list(country, f"tariff_{name}") for name in ("maternal_child", "scholarship"))
    instalment, grant = max(instalments), max(grants)
    right = pl.col("amount").is_in(instalments + grants)
    chosen = ground.choose(payments.filter((newborn | pupil) & right), reuse=True)
    paid = pl.col("payment").is_in(chosen["payment"].implode())
    mother_and_child = pl.col("component") == "maternal_child"
    amount = pl.when(mother_and_child).then(pl.lit(instalment)).otherwise(pl.lit(grant))
    amount = pl.when(paid).then(amount.cast(pl.Int64)).otherwise("amount").alias("amount")
    return country.but(payments=country.payments.with_columns(amount)), chosen["person"]


def young_and_late_mothers(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Girls and women pregnant, and noted so, at ages next to the limits: rare, and possible."""
    low, high = policy_range(country, "pregnancy_ages")
    near = aged(low + 0.5, low + 3, country) | aged(high - 4, high + 0.5, country)
    chosen = ground.choose(listed(country).filter(~pl.col("man") & near), reuse=True)
    noted = pl.col("pregnant") | pl.col("person").is_in(chosen["person"].implode())
    country = with_people(country, chosen.select("person", pregnant=pl.lit(True)))
    return country.but(roster=country.roster.with_columns(pregnant=noted)), chosen["person"]


def changed_jobs(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Workers who left one enterprise and began at another in the next month."""
    chosen = ground.choose(workers_at_home(country, pl.col("scheme") == "private"))
    return changed_employer(country, chosen["member"]), chosen["person"]


def in_the_new_province(country: Country) -> pl.DataFrame:
    """Households with a card of Tboung Khmum, whose codes were Kampong Cham's until 2013."""
    return country.cards.filter(pl.col("village").str.starts_with("25")).select("household_code")


def named_after_the_father(country: Country) -> pl.DataFrame:
    """Listed people whose family name is their father's given name: it is in its place."""
    fathers = country.people.select(father="person", father_given="given_km")
    people = country.people.select("person", "father", "family_km").join(fathers, on="father")
    named = people.filter(pl.col("family_km") == pl.col("father_given"))
    return listed(country).join(named, on="person", how="semi").select("person")


def namesakes(country: Country) -> pl.DataFrame:
    """Listed people with others of their Khmer name in the village: person, sexes (how many among them)."""
    alike = ["village", "family_km", "given_km"]
    people = living(country, "person", "man", *alike).join(country.roster, on="person", how="semi")
    people = people.with_columns(bearers=pl.len().over(alike), sexes=pl.col("man").n_unique().over(alike))
    return people.filter(pl.col("bearers") > 1).select("person", "sexes")


def namesake_of_other_sex(country: Country) -> pl.DataFrame:
    return namesakes(country).filter(pl.col("sexes") > 1).select("person")


def namesake_of_other_age(country: Country) -> pl.DataFrame:
    return namesakes(country).select("person")


def head_has_died(country: Country) -> pl.DataFrame:
    """Households with one head on the roster, who is dead."""
    heads = country.roster.filter(pl.col("relation") == "head").join(living(country, "person"), on="person", how="anti")
    return heads.select("household_code")


def seen_once_after_death(country: Country) -> pl.DataFrame:
    """People whom one register alone saw after their registered death."""
    registers = seen_after_death(country).group_by("person").agg(pl.col("register").n_unique())
    return registers.filter(pl.col("register") == 1).select("person")


PLANTS: list[tuple[str, Plant]] = [
    ("N05", nephew_as_child),
    ("N06", young_and_late_mothers),
    ("N08", other_tariff),
    ("N12", changed_jobs),
]
NATURAL: list[tuple[str, Natural]] = [
    ("N03", in_the_new_province),
    ("N01", namesake_of_other_sex),
    ("N02", namesake_of_other_age),
    ("N04", head_has_died),
    ("N10", seen_once_after_death),
    ("N11", named_after_the_father),
]
