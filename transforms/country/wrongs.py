"""Wrongs done on purpose, so that every rule has true cases whatever chance brings.

Each function changes facts so that its rule should hold of the chosen people or households. What then is a case is
decided by `cases`, not here. Households are used for one wrong only, so that wrongs do not undo one another.
"""

from collections.abc import Callable

import polars as pl

from transforms.country.cases import homes_that_qualify
from transforms.country.chance import DAYS_A_YEAR, stream
from transforms.country.planting import (
    Ground,
    Subjects,
    aged,
    in_force,
    listed,
    living,
    next_number,
    no_number,
    no_text,
    paid_at_home,
    subjects_of,
    with_claims,
    with_enrolments,
    with_members,
    with_roster,
    without_enrolments,
)
from transforms.country.population import day_number
from transforms.country.world import Country

Plant = Callable[[Country, Ground], tuple[Country, Subjects]]


def plant_wrongs(country: Country) -> tuple[Country, pl.DataFrame]:
    """The country with wrongs planted for every rule, and what was meant: rule, subject_kind, subject."""
    p = country.reference.parameters["planted"]
    count = max(p["minimum"], p["per_million"] * country.people.height // 1_000_000)
    ground = Ground(stream(country.seed, "planting"), count)
    meant = []
    for rule, plant in PLANTS.items():
        country, subjects = plant(country, ground)
        meant.append(subjects_of(rule, subjects))
    return country, pl.concat(meant)


def excluded_household(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    enrolled = in_force(country).join(country.enrolments, on="household", how="semi")
    chosen = ground.choose(enrolled.join(homes_that_qualify(country), on="household_code", how="semi"))
    theirs = pl.col("household").is_in(chosen["household"].implode()) | pl.col("card_no").is_in(
        chosen["card_no"].implode()
    )
    return without_enrolments(country, theirs), chosen["household_code"]


def excluded_from(component: str) -> Plant:
    """People of households that are enrolled, but not they in this component."""

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
    others = living(country).join(country.cards, on="household", how="anti").filter(aged(1, 80, country))
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


def registered_dead(country: Country) -> pl.DataFrame:
    """People whose death is registered, those of card households first."""
    dead = country.people.join(country.deaths, on="person", how="semi")
    cards = in_force(country).select("household", "card_no")
    return dead.join(cards, on="household", how="left").sort(pl.col("card_no").is_null(), "person")


def paid_after_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    start = day_number(country.reference.parameters["family_package"]["starts"])
    old = pl.col("died") - pl.col("born") > 60.5 * DAYS_A_YEAR
    candidates = registered_dead(country).filter(pl.col("died").is_between(start + 100, country.as_of - 75) & old)
    chosen = ground.choose(candidates.head(max(ground.count * 2, candidates["card_no"].count())))
    since = pl.max_horizontal(pl.col("died") - 400, pl.lit(start + 20))
    chosen = chosen.with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, chosen, "elderly"), chosen["person"]


def treated_after_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(registered_dead(country).filter(pl.col("died") < country.as_of - 12))
    since = chosen.select(pl.max_horizontal(pl.col("died") + 3, pl.lit(country.as_of - 300))).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 1))
    country = with_claims(country, visits.filter(pl.col("card_no").is_not_null()), "HEF")
    return with_claims(country, visits.filter(pl.col("card_no").is_null()), "self"), chosen["person"]


def child_too_old(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(listed(country).filter(aged(2.35, 3.4, country)))
    start = day_number(country.reference.parameters["family_package"]["starts"])
    since = pl.max_horizontal(pl.col("born") + 60, pl.lit(start))
    chosen = chosen.with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, chosen, "maternal_child"), chosen["person"]


def elder_too_young(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """People of 50 to 58 who gave an earlier birth date; social security knows the right one."""
    chosen = ground.choose(listed(country).filter(aged(50, 58.5, country)))
    more = pl.Series(ground.rng.integers(0, 4, chosen.height))
    older = 62 - (country.as_of - pl.col("born")) / DAYS_A_YEAR
    chosen = chosen.with_columns(
        claimed_born=(pl.col("born") - (older.ceil() + more) * DAYS_A_YEAR).cast(pl.Int64),
        enrolled_on=pl.lit(country.as_of - 400, dtype=pl.Int64),
    )
    country = with_members(country, chosen.join(country.members, on="person", how="anti"), ground)
    return with_enrolments(country, chosen, "elderly"), chosen["person"]


def card_run_out(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    over = country.cards.filter((pl.col("valid_to") < country.as_of - 20) & (pl.col("status") != "active"))
    holders = living(country).filter(aged(1, 90, country))
    chosen = ground.choose(holders.join(over.select("household", "card_no", "valid_to"), on="household"))
    since = chosen.select(pl.max_horizontal(pl.col("valid_to") + 5, pl.lit(country.as_of - 340))).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 2))
    return with_claims(country, visits, "HEF"), chosen["person"]


def disabled_without_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    candidates = listed(country).filter(aged(20, 55, country)).join(country.disability, on="person", how="anti")
    since = pl.lit(country.as_of - 350, dtype=pl.Int64)
    chosen = ground.choose(candidates).with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, chosen, "disability"), chosen["person"]


def listed_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    movers = ground.choose(listed(country).filter((pl.col("relation") != "head") & aged(16, 95, country)))
    homes = ground.choose(in_force(country), movers.height)
    movers = movers.head(homes.height)
    return with_roster(country, movers["person"], homes["household_code"]), movers["person"]


def paid_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(paid_at_home(country))
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
    paying = country.members.filter(pl.col("months") == 6).select("person")
    treated = country.claims.filter(pl.col("visited_on") > died).select("person").unique()
    candidates = living(country).join(country.roster, on="person", how="anti").join(paying, on="person", how="semi")
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


PLANTS: dict[str, Plant] = {
    "I01": paid_after_death,
    "I02": treated_after_death,
    "E01": excluded_household,
    "E03": excluded_from("disability"),
    "E05": excluded_from("maternal_child"),
    "E02": excluded_from("elderly"),
    "E07": poor_patient_without_card,
    "E10": charged_card_holder,
    "E11": always_rejected,
    "I03": child_too_old,
    "I04": elder_too_young,
    "I08": card_run_out,
    "I09": disabled_without_card,
    "D01": listed_twice,
    "D03": paid_twice,
    "D06": two_member_numbers,
    "D08": two_disability_cards,
    "D10": card_number_shared,
    "N01": slip_of("sex_slip"),
    "N02": slip_of("birth_slip"),
    "N04": wrong_number_of_heads,
    "N06": impossible_pregnancy,
    "N10": thought_dead,
}
