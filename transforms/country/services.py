"""What other agencies truly did: health claims, disability cards, vital events, grievances.

Days are numbers since 1970. Frames are facts about true people; what agencies write of them comes later.
"""

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Flags, Floats, Parameters, Texts, between, happens, pick, stream
from transforms.country.population import Population, Reference

DAYS_TO_KEY = 31  # from the issue of a disability card to the register
ORGANISATIONS = ("union", "citizens' network", "women's association", "disabled people's organisation")
TYPES = ("physical", "visual", "hearing", "intellectual", "psychosocial")


def months(count: float) -> int:
    """The days of so many months."""
    return int(count * DAYS_A_YEAR / 12)


def make_disability(population: Population, cards: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Disability cards, one a person: did, person, type, severity (1-4), issued, valid."""
    p, rng = reference.parameters["disability"], stream(seed, "disability")
    people = population.people.filter(pl.col("severity") > 0).sort("person")
    poor = people["household"].is_in(cards["household"].to_list()).to_numpy()
    weight = np.where(poor, p["card_household_factor"], 1.0)
    chance = np.minimum(weight * p["register_share"] * population.people.height / weight.sum(), 1.0)
    issued = between(rng, people["born"].to_numpy() + 200, np.full(people.height, reference.as_of - DAYS_TO_KEY))
    issued = np.maximum(issued, reference.as_of - DAYS_TO_KEY - rng.integers(0, 1400, people.height))
    alive = pl.col("died").is_null() | (pl.col("died") > pl.col("issued"))
    return (
        people.with_columns(
            pl.Series("issued", issued),
            pl.Series("chosen", happens(rng, people.height, chance)),
            pl.Series("valid", happens(rng, people.height, p["valid"])),
            pl.Series("type", np.asarray(TYPES)[pick(rng, [5, 2, 2, 1, 1], people.height)].tolist()),
        )
        .filter(pl.col("chosen") & alive & (pl.col("issued") > pl.col("born")))
        .select(pl.int_range(pl.len()).alias("did"), "person", "type", "severity", "issued", "valid")
    )


def make_births(population: Population, seed: int, reference: Reference) -> pl.DataFrame:
    """Registered births of the last months: certificate, person, registered_on; a few are registered twice."""
    return births_until(reference.as_of, stream(seed, "births"), population, reference)


def births_until(last: int, rng: np.random.Generator, population: Population, reference: Reference) -> pl.DataFrame:
    """The births of the months that end on this day."""
    p = reference.parameters["vital"]
    window = pl.col("born").is_between(last - months(p["births_months"]), last, closed="right")
    people = (
        population.people.filter(window & pl.col("birth_certificate").is_not_null())
        .select("person", "born")
        .sort("person")
    )
    again = people.filter(pl.Series(happens(rng, people.height, p["registered_twice"])))
    people = pl.concat([people, again])
    delay = pl.Series(rng.exponential(40, people.height).astype(np.int64) + 2)
    return (
        people.with_columns(registered_on=pl.col("born") + delay)
        .filter(pl.col("registered_on") <= reference.as_of)
        .select(pl.int_range(pl.len()).alias("certificate"), "person", "registered_on")
    )


def make_deaths(population: Population, seed: int, reference: Reference) -> pl.DataFrame:
    """Registered deaths: death, person, died, registered_on; a few are registered twice."""
    p, rng, as_of = reference.parameters["vital"], stream(seed, "deaths registered"), reference.as_of
    people = population.people.filter("death_registered").select("person", "died").sort("person")
    people = pl.concat([people, people.filter(pl.Series(happens(rng, people.height, p["registered_twice"])))])
    delay = pl.Series(rng.exponential(25, people.height).astype(np.int64) + 1)
    return (
        people.with_columns(registered_on=pl.col("died") + delay)
        .filter(pl.col("registered_on") <= as_of)
        .select(pl.int_range(pl.len()).alias("death"), "person", "died", "registered_on")
    )


def make_claims(
    population: Population, cards: pl.DataFrame, members: pl.DataFrame, seed: int, reference: Reference
) -> pl.DataFrame:
    """Health claims of the last year: claim, person, patient, card_no, payer, visited_on, discharged_on (null unless
    in-patient and home again), service, referral, amount."""
    return claims_until(reference.as_of, stream(seed, "claims"), population, cards, members, reference)


def claims_until(
    last: int,
    rng: np.random.Generator,
    population: Population,
    cards: pl.DataFrame,
    members: pl.DataFrame,
    reference: Reference,
) -> pl.DataFrame:
    """The claims of the year that ends on this day."""
    p = reference.parameters["claims"]
    window = months(p["months"])
    people = (
        population.people.select("person", "household", "born", "died")
        .join(cards.select("household", "card_no", "interview", "valid_to", "status"), on="household", how="left")
        .with_columns(member=pl.col("person").is_in(members["person"].to_list()))
        .sort("person")
    )
    rate = np.where(people["card_no"].is_not_null().to_numpy(), p["visits_card_holder"], p["visits_other"])
    ill = people[np.repeat(np.arange(people.height), rng.poisson(rate))]
    ill = ill.with_columns(
        visited_on=pl.Series(last - 1 - rng.integers(0, window, ill.height)),
        service=pl.Series(np.where(happens(rng, ill.height, p["in_patient"]), "IPD", "OPD").tolist(), dtype=pl.String),
    )
    visits = pl.concat([ill, maternal_visits(rng, population, people, last, p)])
    visits = visits.filter(
        (pl.col("visited_on") >= pl.col("born")) & (pl.col("visited_on") <= pl.col("died").fill_null(last))
    )
    return priced(rng, paid_by(rng, visits.sort("person", "visited_on", "service"), p), p, reference.as_of)


def maternal_visits(
    rng: np.random.Generator, population: Population, people: pl.DataFrame, last: int, p: Parameters
) -> pl.DataFrame:
    """Antenatal visits in the months of each pregnancy, its delivery, and the postnatal visit of a week later."""
    window = months(p["months"])
    known = population.pregnancies.filter(pl.col("delivered_on").fill_null(last) >= last - window)
    known = known.join(people, on="person", maintain_order="left")
    poor = known["card_no"].is_not_null().to_numpy()
    antenatal = known[np.repeat(np.arange(known.height), rng.poisson(by_card(poor, p["antenatal_visits"])))]
    until = antenatal["delivered_on"].fill_null(last).to_numpy() - 2
    since = antenatal["conceived"].to_numpy() + 60
    antenatal = antenatal.with_columns(visited_on=pl.Series(between(rng, since, until)), service=pl.lit("ANC")).filter(
        pl.Series(since <= until) & pl.col("visited_on").is_between(last - window, last - 1)
    )
    attended = happens(rng, known.height, by_card(poor, p["delivered_here"]))
    delivered = known.filter(pl.Series(attended) & pl.col("delivered_on").is_between(last - window, last - 1))
    delivered = delivered.with_columns(visited_on=pl.col("delivered_on"), service=pl.lit("DEL"))
    after = delivered.with_columns(pl.col("visited_on") + 7, service=pl.lit("PNC")).filter(pl.col("visited_on") < last)
    columns = [*people.columns, "visited_on", "service"]
    return pl.concat([frame.select(columns) for frame in (antenatal, delivered, after)])


def by_card(holds: Flags, shares: Parameters) -> Floats:
    """What holds of card holders, and of others."""
    return np.where(holds, float(shares["card_holder"]), float(shares["other"]))


def paid_by(rng: np.random.Generator, visits: pl.DataFrame, p: Parameters) -> pl.DataFrame:
    """Who pays, and the card shown: card holders on HEF but for a few charged ones, members mostly on NSSF."""
    on_day = pl.col("visited_on").is_between(pl.col("interview"), pl.col("valid_to"))
    in_force = on_day & (pl.col("status") != "withdrawn")
    draw, shows = (pl.Series(name, rng.random(visits.height)) for name in ("draw", "shows"))
    visits = visits.with_columns(draw, shows, in_force=in_force.fill_null(False))
    payer = (
        pl.when(pl.col("in_force") & (pl.col("draw") < p["charged_card_holder"])).then(pl.lit("self"))
        .when(pl.col("in_force")).then(pl.lit("HEF"))
        .when(pl.col("member") & (pl.col("draw") < p["insured_on_nssf"])).then(pl.lit("NSSF"))
        .when(pl.col("draw") > 1 - p["exempt_other"]).then(pl.lit("exempt"))
        .otherwise(pl.lit("self"))
    )  # fmt: skip
    visits = visits.with_columns(payer=payer)
    shown = pl.col("in_force") & ((pl.col("payer") == "HEF") | (pl.col("shows") < p["card_shown"]))
    return visits.with_columns(card_no=pl.when(shown).then("card_no"))


def priced(rng: np.random.Generator, visits: pl.DataFrame, p: Parameters, as_of: int) -> pl.DataFrame:
    """Adds number, patient number, stay, referral and amount."""
    stays = pl.col("service").is_in(["IPD", "DEL"])
    other = np.where(happens(rng, visits.height, p["new_patient_number"]), rng.integers(1, 4, visits.height), 0)
    home = pl.col("visited_on") + pl.col("nights")
    nights, cost = pl.Series(rng.integers(1, 8, visits.height)), pl.Series(rng.integers(1, 9, visits.height) * 1000)
    return visits.with_columns(claim=pl.int_range(pl.len()), nights=nights).select(
        "claim", "person",
        (pl.col("person") * 4 + pl.Series(other)).alias("patient"),
        "card_no", "payer", "visited_on",
        pl.when(stays & (home <= as_of)).then(home).alias("discharged_on"),
        "service",
        pl.Series("referral", happens(rng, visits.height, p["referred"])),
        (pl.when(stays).then(60_000 * pl.col("nights")).otherwise(8_000) + cost).alias("amount"),
        sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip


def make_grievances(population: Population, cards: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Grievances of adults, most of card households: case, person, organisation, opened_on, channel, programme,
    complaint, consent."""
    return grievances_until(reference.as_of, stream(seed, "grievances"), population, cards, reference)


def grievances_until(
    last: int, rng: np.random.Generator, population: Population, cards: pl.DataFrame, reference: Reference
) -> pl.DataFrame:
    """The grievances of the months that end on this day, of who was alive and grown up when telling."""
    p = reference.parameters["grievances"]
    window = months(p["months"])
    grown, alive = pl.col("born") < last - 18 * DAYS_A_YEAR, pl.col("died").fill_null(last) > last - window
    adults = population.people.filter(alive & grown).sort("person")
    weight = np.where(
        adults["household"].is_in(cards["household"].to_list()).to_numpy(), p["card_household_factor"], 1.0
    )
    chance = weight * p["per_person"] * population.people.height / weight.sum()
    chosen = happens(rng, adults.height, np.minimum(chance, 1))
    people = adults.filter(pl.Series(chosen)).select("person", "born", "died")
    size = people.height
    told = people.with_columns(
        pl.int_range(pl.len()).alias("case"),
        drawn(rng, "organisation", ORGANISATIONS, size),
        pl.Series("opened_on", last - 2 - rng.integers(0, window - 2, size)),
        drawn(rng, "channel", ("visit", "hotline", "meeting", "social media"), size),
        drawn(rng, "programme", ("family_package", "equity_card", "health_equity_fund", "social_security"), size),
        drawn(rng, "complaint", ("excluded", "unpaid", "charged", "other"), size),
        pl.Series("consent", happens(rng, size, p["consent"])),
    )
    day = pl.col("opened_on")
    then = (day < pl.col("died").fill_null(last)) & (day >= pl.col("born") + 18 * DAYS_A_YEAR)
    return told.filter(then).drop("born", "died")


def drawn(rng: np.random.Generator, name: str, values: tuple[str, ...], size: int) -> pl.Series:
    choices: Texts = np.asarray(values, dtype=object)
    return pl.Series(name, choices[rng.integers(0, len(values), size)].tolist(), dtype=pl.String)
