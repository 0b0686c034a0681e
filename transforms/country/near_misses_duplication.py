"""Near misses of duplication: what seems to stand twice and is two.

Planted ones give the country after them and whom a rule must not find; natural ones only say whom.
"""

import polars as pl

from transforms.country.planting import (
    Ground,
    Natural,
    Plant,
    Subjects,
    aged,
    homes_with_members,
    in_force,
    living,
    next_codes,
    next_number,
    no_number,
    paid_at_home,
    with_claims,
    with_claims_like,
    with_people,
    with_roster,
    with_second_card,
)
from transforms.country.world import Country


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
    chosen = ground.choose(paid_at_home(country), reuse=True)
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
    women = living(country, "person", "man", "born").filter(~pl.col("man") & aged(18, 110, country)).select("person")
    movers = ground.choose(country.roster.join(over, on="household_code").join(women, on="person"))
    homes = ground.choose(homes_with_members(country), movers.height)
    visited_on = (homes["interview"] + 3).clip(country.as_of - 300)
    movers = movers.head(homes.height).with_columns(card_no=homes["card_no"], visited_on=visited_on)
    country = with_roster(country, movers["person"], homes["household_code"])
    return with_claims(country, movers, "HEF"), movers["person"]


def two_employers(country: Country) -> pl.DataFrame:
    months = country.contributions.group_by("member", "month").len().filter(pl.col("len") > 1)
    return country.members.join(months, on="member", how="semi").select("person")


def twins_paid(country: Country) -> pl.DataFrame:
    payments = country.payments.filter(pl.col("status") == "paid").select("person", "component", "round")
    twins = payments.join(country.people.filter("twin").select("person", "mother"), on="person")
    return twins.filter(pl.col("person").n_unique().over("mother", "component", "round") > 1).select("person")


def two_legal_cards(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households that moved or lost their head, and were given a new card when the old one was withdrawn: all of them
    stand on both. The subject is the new household."""
    size = country.roster.unique(["household_code", "person"]).group_by("household_code").len()
    homes = in_force(country).join(size.filter(pl.col("len") > 2), on="household_code", how="semi")
    chosen = ground.choose(homes.filter(pl.col("interview") < country.as_of - 200))
    codes = next_codes(country, chosen)
    again = pl.lit(country.as_of - 60, dtype=pl.Int64)
    country = with_second_card(country, chosen, interview=again, valid_to=again + 3 * 365)
    old = pl.col("household_code").is_in(chosen["household_code"].implode())
    cards = country.cards.with_columns(
        status=pl.when(old).then(pl.lit("withdrawn")).otherwise("status"),
        valid_to=pl.when(old).then(again).otherwise("valid_to"),
    )
    became = (
        cards.filter(old)
        .select("household", old_no="card_no")
        .join(
            cards.filter(pl.col("household_code").is_in(codes.implode())).select("household", new_no="card_no"),
            on="household",
        )
    )
    number = pl.col("card_no").replace(became["old_no"], became["new_no"])
    claims = country.claims.with_columns(
        card_no=pl.when(pl.col("visited_on") >= again).then(number).otherwise("card_no")
    )
    return country.but(cards=cards, claims=claims, enrolments=country.enrolments.with_columns(number)), codes


def delivered_at_the_second_clinic(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Mothers sent on during the delivery: two claims, a day apart, the first a referral."""
    homes = country.people.select("person", "household")
    delivered = country.claims.filter(pl.col("service") == "DEL").join(homes, on="person")
    chosen = ground.choose(delivered)
    return with_transfer(country, chosen), chosen["person"]


def sent_on(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """In-patients sent on to a second hospital on the day after they came to the first."""
    homes = country.people.select("person", "household")
    home = pl.col("discharged_on") + 2 <= country.as_of
    chosen = ground.choose(country.claims.filter((pl.col("service") == "IPD") & home).join(homes, on="person"))
    return with_transfer(country, chosen), chosen["person"]


def with_transfer(country: Country, stays: pl.DataFrame) -> Country:
    """The country in which these stays were a referral, and a stay at another place began the day after."""
    referred = pl.col("claim").is_in(stays["claim"].implode())
    country = country.but(claims=country.claims.with_columns(referral=pl.col("referral") | referred))
    elsewhere = (pl.col("patient") // 4) * 4 + (pl.col("patient") + 1) % 4
    visited, discharged = pl.col("visited_on") + 1, pl.col("discharged_on") + 2
    return with_claims_like(
        country, stays, patient=elsewhere, visited_on=visited, discharged_on=discharged, referral=pl.lit(False)
    )


def admitted_after_the_visit(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """In-patients who were seen as out-patients on the same day, before they were admitted."""
    homes = country.people.select("person", "household")
    chosen = ground.choose(country.claims.filter(pl.col("service") == "IPD").join(homes, on="person"))
    visit = {"service": pl.lit("OPD"), "discharged_on": no_number(), "amount": pl.lit(8000)}
    return with_claims_like(country, chosen, **visit), chosen["person"]


def numbers_in_a_row(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Siblings who fetched their identity cards together: numbers one apart, easily taken for a slip."""
    has_card = pl.col("national_id").is_not_null() & aged(18, 60, country)
    people = living(country, "person", "household", "mother", "national_id", "born").filter(has_card).drop("born")
    pairs = people.join(people.drop("household"), on="mother", suffix="_elder")
    pairs = pairs.filter(pl.col("person") > pl.col("person_elder")).sort("person", "person_elder")
    chosen = ground.choose(pairs.unique("mother", keep="first", maintain_order=True))
    follows = (pl.col("national_id_elder").cast(pl.Int64) + 1).cast(pl.String).str.zfill(9)
    chosen = chosen.with_columns(national_id=follows)
    chosen = chosen.join(country.people.select("national_id"), on="national_id", how="anti", maintain_order="left")
    return with_people(country, chosen.select("person", "national_id")), chosen["person"]


def twins_delivered_once(country: Country) -> pl.DataFrame:
    """Mothers of twins with a delivery on record."""
    twins = country.people.filter("twin").select(pl.col("mother").alias("person")).drop_nulls()
    return country.claims.filter(pl.col("service") == "DEL").join(twins, on="person", how="semi").select("person")


PLANTS: list[tuple[str, Plant]] = [
    ("D08", disability_card_reissued),
    ("D03", paid_at_the_second_try),
    ("D10", card_reissued),
    ("D01", moved_to_kin),
    ("D02", two_legal_cards),
    ("D04", delivered_at_the_second_clinic),
    ("D07", sent_on),
    ("D07", admitted_after_the_visit),
    ("D09", numbers_in_a_row),
]
NATURAL: list[tuple[str, Natural]] = [
    ("D03", twins_paid),
    ("D04", twins_delivered_once),
    ("D06", two_employers),
]
