"""What looks like a case and is none: namesakes, twins, reissued cards, same-day deaths. A rule must not find these.

Some are planted here, most come by themselves; those that are cases of their rule after all are left out.
"""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from transforms.country.cases import (
    GRACE_AFTER_CHILDHOOD,
    GRACE_AFTER_DEATH,
    age_on,
    enrolled,
    months_after_birth,
    paid,
    registered_deaths,
    severe_cards,
)
from transforms.country.chance import stream
from transforms.country.planting import (
    Ground,
    Subjects,
    aged,
    in_force,
    listed,
    living,
    next_number,
    paid_at_home,
    subjects_of,
    with_claims,
    with_roster,
)
from transforms.country.world import Country

NAME = ["family", "given", "family_km", "given_km", "family_spelling", "given_spelling"]


def plant_near_misses(country: Country, meant: pl.DataFrame) -> tuple[Country, pl.DataFrame]:
    """The country with near misses planted away from the planted wrongs, and what they are: rule, subject."""
    ground = Ground(stream(country.seed, "near misses"), country.reference.parameters["planted"]["near_misses"])
    ground.used.extend(homes_of(country, meant))
    planted = []
    for rule, plant in PLANTS:
        country, subjects = plant(country, ground)
        planted.append(subjects_of(rule, subjects))
    return country, pl.concat(planted)


def homes_of(country: Country, subjects: pl.DataFrame) -> list[int]:
    """The households of subjects."""
    people = country.people.select("household", subject="P" + pl.col("person").cast(pl.String).str.zfill(8))
    cards = country.cards.select("household", subject="idpoor_households/" + pl.col("household_code"))
    return pl.concat([people, cards]).join(subjects, on="subject", how="semi")["household"].unique().sort().to_list()


def near_misses(country: Country, planted: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """All near misses in the shape of `cases`: those planted and those that came by themselves."""
    natural = [subjects_of(rule, find(country).unique().to_series().sort()) for rule, find in NATURAL]
    known = planted.unique().with_columns(planted=pl.lit(True))
    keys = ["rule", "subject_kind", "subject"]
    every = pl.concat([planted, *natural]).unique().sort(keys).join(known, on=keys, how="left", maintain_order="left")
    return every.join(cases, on=keys, how="anti", maintain_order="left").select(
        *keys, kind=pl.lit("near_miss"), planted=pl.col("planted").fill_null(False)
    )


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


def card_number_mistyped(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Enrolled households whose card number is wrong on every enrolment."""
    chosen = ground.choose(in_force(country).join(country.enrolments.select("household"), on="household", how="semi"))
    slip = pl.col("card_slip") | pl.col("household").is_in(chosen["household"].implode())
    return country.but(enrolments=country.enrolments.with_columns(slip.alias("card_slip"))), chosen["household_code"]


def treated_on_the_day_of_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    recent = country.people.join(registered_deaths(country), on="person", how="semi").filter(
        pl.col("died") > country.as_of - 350
    )
    chosen = ground.choose(recent.with_columns(visited_on="died", card_no=pl.lit(None, dtype=pl.String)))
    return with_claims(country, chosen, "self", "IPD"), chosen["person"]


def disability_card_reissued(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """People with an old disability card, no longer valid, and a new one."""
    homes = country.people.select("person", "household")
    chosen = ground.choose(country.disability.filter("valid").join(homes, on="person"))
    first = next_number(country.disability, "did")
    old = chosen.drop("household").with_columns(
        did=pl.int_range(first, first + pl.len()), issued=pl.col("issued") - 700, valid=pl.lit(False)
    )
    return country.but(disability=pl.concat([country.disability, old])), chosen["person"]


def paid_at_the_second_try(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(paid_at_home(country))
    first = next_number(country.payments, "payment")
    tries = chosen.drop("household").with_columns(
        payment=pl.int_range(first, first + pl.len()),
        paid_on=pl.col("paid_on") - 4,
        status=pl.lit("rejected"),
        reason=pl.lit("wallet not found"),
    )
    return country.but(payments=pl.concat([country.payments, tries])), chosen["person"]


def card_reissued(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households whose number stood on another household's card that has run out."""
    over = ground.choose(country.cards.filter(pl.col("status") == "expired").select("household", "card_no"))
    chosen = ground.choose(in_force(country), over.height)
    became = dict(zip(over["card_no"].head(chosen.height), chosen["card_no"], strict=True))
    cards = country.cards.with_columns(pl.col("card_no").replace(became))
    claims = country.claims.filter(~pl.col("card_no").is_in(list(became)) | pl.col("card_no").is_null())
    return country.but(cards=cards, claims=claims), chosen["household_code"]


def moved_to_kin(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Women of a household whose card ran out, now listed with kin whose card is in force, which they show."""
    over = country.cards.filter(pl.col("status") == "expired").select("household", "household_code")
    women = living(country).filter(~pl.col("man") & aged(18, 110, country)).select("person")
    movers = ground.choose(country.roster.join(over, on="household_code").join(women, on="person"))
    homes = ground.choose(in_force(country), movers.height)
    visited_on = (homes["interview"] + 3).clip(country.as_of - 300)
    movers = movers.head(homes.height).with_columns(card_no=homes["card_no"], visited_on=visited_on)
    country = with_roster(country, movers["person"], homes["household_code"])
    return with_claims(country, movers, "HEF"), movers["person"]


PLANTS: list[tuple[str, Callable[[Country, Ground], tuple[Country, Subjects]]]] = [
    ("I01", namesake_of_the_dead),
    ("E01", card_number_mistyped),
    ("I02", treated_on_the_day_of_death),
    ("D08", disability_card_reissued),
    ("D03", paid_at_the_second_try),
    ("D10", card_reissued),
    ("D01", moved_to_kin),
]


def visited_before_expiry(country: Country) -> pl.DataFrame:
    over = country.cards.filter(pl.col("valid_to") < country.as_of).select("card_no")
    return country.claims.filter(pl.col("payer") == "HEF").join(over, on="card_no", how="semi").select("person")


def paid_soon_after_death(country: Country) -> pl.DataFrame:
    payments = country.payments.filter(pl.col("status") == "paid").join(registered_deaths(country), on="person")
    return payments.filter((pl.col("paid_on") - pl.col("died")).is_between(1, GRACE_AFTER_DEATH)).select("person")


def rejected_once(country: Country) -> pl.DataFrame:
    in_last_round = pl.col("round") == pl.col("round").max()
    return country.payments.filter(in_last_round & (pl.col("status") == "rejected")).select("person")


def nearly_sixty(country: Country) -> pl.DataFrame:
    return listed(country).filter(age_on(country.as_of) == 59).select("person")


def exempt_once(country: Country) -> pl.DataFrame:
    claims = country.claims.filter(pl.col("payer") == "exempt").group_by("person").len()
    return claims.filter(pl.col("len") == 1).select("person")


def two_employers(country: Country) -> pl.DataFrame:
    months = country.contributions.group_by("member", "month").len().filter(pl.col("len") > 1)
    return country.members.join(months, on="member", how="semi").select("person")


def twins_paid(country: Country) -> pl.DataFrame:
    payments = country.payments.filter(pl.col("status") == "paid").select("person", "component", "round")
    twins = payments.join(country.people.filter("twin").select("person", "mother"), on="person")
    return twins.filter(pl.col("person").n_unique().over("mother", "component", "round") > 1).select("person")


def paid_in_grace(country: Country) -> pl.DataFrame:
    late = pl.col("paid_on") - months_after_birth(24)
    return paid(country, "maternal_child").filter(late.is_between(1, GRACE_AFTER_CHILDHOOD)).select("person")


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
    age = country.as_of - months_after_birth(24)
    return listed(country).filter(age.is_between(0, 60)).select("person")


def charged_before_the_card(country: Country) -> pl.DataFrame:
    charged = country.claims.filter(pl.col("payer") == "self").select("person", "visited_on")
    return (
        listed(country).join(charged, on="person").filter(pl.col("visited_on") < pl.col("interview")).select("person")
    )


def elder_enrolled(country: Country) -> pl.DataFrame:
    """Listed people of 60, just old enough, who are enrolled."""
    return (
        listed(country)
        .filter(age_on(country.as_of) == 60)
        .join(enrolled(country, "elderly"), on="person", how="semi")
        .select("person")
    )


NATURAL: list[tuple[str, Callable[[Country], pl.DataFrame]]] = [
    ("I08", visited_before_expiry),
    ("I01", paid_soon_after_death),
    ("E11", rejected_once),
    ("E02", nearly_sixty),
    ("E07", exempt_once),
    ("D06", two_employers),
    ("D03", twins_paid),
    ("I03", paid_in_grace),
    ("I04", elder_enrolled),
    ("E01", nobody_qualifies),
    ("E03", not_quite_severe),
    ("E05", just_over_two),
    ("E10", charged_before_the_card),
]
