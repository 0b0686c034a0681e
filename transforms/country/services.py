"""What other agencies truly did: social security, health claims, disability cards, vital events, grievances.

Days are numbers since 1970. Frames are facts about true people; what agencies write of them comes later.
"""

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Parameters, Texts, between, happens, pick, stream
from transforms.country.population import Population, Reference

URBAN = ("05", "08", "12")
WAGES = (800_000, 850_000, 1_000_000, 1_300_000, 2_000_000)
ORGANISATIONS = ("union", "citizens' network", "women's association", "disabled people's organisation")
TYPES = ("physical", "visual", "hearing", "intellectual", "psychosocial")


def make_disability(population: Population, cards: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Disability cards, one a person: did, person, type, severity (1-4), issued, valid."""
    p, rng = reference.parameters["disability"], stream(seed, "disability")
    people = population.people.filter(pl.col("severity") > 0).sort("person")
    poor = people["household"].is_in(cards["household"].to_list()).to_numpy()
    weight = np.where(poor, p["card_household_factor"], 1.0)
    chance = np.minimum(weight * p["register_share"] * population.people.height / weight.sum(), 1.0)
    issued = between(rng, people["born"].to_numpy() + 200, np.full(people.height, reference.as_of - 60))
    issued = np.maximum(issued, reference.as_of - 60 - rng.integers(0, 1400, people.height))
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


def make_members(population: Population, cards: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Social security members, one row a person: member, person, scheme, enterprise, hired, wage_band, parent (the
    member a dependant hangs on, else null), months (of contribution among the last six), sex_slip, birth_slip."""
    p, rng, as_of = reference.parameters["social_security"], stream(seed, "members"), reference.as_of
    years = (pl.lit(as_of) - pl.col("born")) / DAYS_A_YEAR
    people = population.people.filter(
        (years >= 18) & (years < 60.5) & (pl.col("died").fill_null(as_of) > as_of - 700)
    ).sort("person")
    poor = people["household"].is_in(cards["household"].to_list()).to_numpy()
    weight = np.where(poor, p["card_household_factor"], 1.0) * np.where(
        people["province"].is_in(list(URBAN)).to_numpy(), p["urban_factor"], 1.0
    )
    chosen = happens(rng, people.height, np.minimum(weight * p["member_share"] * people.height / weight.sum(), 0.95))
    workers = people.filter(pl.Series(chosen)).select("person", "household", "born", "died")
    hired = between(rng, workers["born"].to_numpy() + int(18 * DAYS_A_YEAR), np.full(workers.height, as_of - 30))
    hired = np.maximum(hired, as_of - 30 - rng.integers(0, 4000, workers.height))
    months = np.where(happens(rng, workers.height, p["contributing"]), 6, rng.integers(0, 3, workers.height))
    workers = workers.select("person", "household").with_columns(
        pl.Series(
            "scheme", np.asarray(list(p["schemes"]))[pick(rng, list(p["schemes"].values()), workers.height)].tolist()
        ),
        pl.Series(
            "enterprise", 1 + np.floor(rng.random(workers.height) ** 2 * max(len(workers) / 40, 3)).astype(np.int64)
        ),
        pl.Series("hired", np.maximum(hired, workers["born"].to_numpy() + int(18 * DAYS_A_YEAR))),
        pl.Series("wage_band", 1 + pick(rng, [3, 4, 3, 2, 1], workers.height)),
        pl.Series("months", np.where(workers["died"].is_null().to_numpy(), months, 0)),
        parent=pl.lit(None, dtype=pl.Int64),
    )
    members = pl.concat([workers, dependants(rng, workers, population, reference)], how="diagonal_relaxed")
    members = members.with_columns(member=pl.int_range(pl.len()))
    parents = members.filter(pl.col("parent").is_null()).select(parent="person", parent_member="member")
    return members.join(parents, on="parent", how="left", maintain_order="left").select(
        "member", "person", "scheme", "enterprise", "hired", "wage_band",
        pl.col("parent_member").alias("parent"), "months",
        sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip


def dependants(
    rng: np.random.Generator, workers: pl.DataFrame, population: Population, reference: Reference
) -> pl.DataFrame:
    """Members' children under 18 and spouses who are not members: person, household, scheme, parent (a person)."""
    people = population.people.filter(pl.col("died").is_null())
    children = people.filter(pl.col("born") > reference.as_of - 18 * DAYS_A_YEAR)
    kin = [
        who.select("person", "household", parent=of).join(
            workers.select(parent="person", scheme="scheme"), on="parent", maintain_order="left"
        )
        for who, of in ((children, "mother"), (children, "father"), (people, "spouse"))
    ]
    every = pl.concat(kin).unique("person", keep="first", maintain_order=True)
    every = every.join(workers, on="person", how="anti").sort("person")
    share = reference.parameters["social_security"]["dependant_share"]
    places = rng.permutation(every.height)[: int(workers.height * share / (1 - share))]
    return every[np.sort(places)].select("person", "household", "scheme", "parent", months=pl.lit(0, dtype=pl.Int64))


def make_contributions(members: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Contributions of the last six months: member, month (2026-10), enterprise, amount; two employers are legal."""
    p, rng = reference.parameters["social_security"], stream(seed, "contributions")
    paying = members.filter(pl.col("months") > 0).select("member", "enterprise", "wage_band", "months")
    second = paying.filter(pl.Series(happens(rng, paying.height, p["two_employers"]))).with_columns(
        pl.col("enterprise") + 1
    )
    months = pl.DataFrame({"ago": range(1, 7)}).with_columns(
        month=pl.lit(reference.parameters["as_of"].replace(day=1))
        .dt.offset_by(pl.format("-{}mo", pl.col("ago")))
        .dt.strftime("%Y-%m")
    )
    wage = pl.col("wage_band").replace_strict(dict(enumerate(WAGES, 1)), return_dtype=pl.Int64)
    return (
        pl.concat([paying, second])
        .join(months, how="cross")
        .filter(pl.col("ago") <= pl.col("months"))
        .select("member", "month", "enterprise", (wage * 26 // 1000).alias("amount"))
        .sort("member", "month", "enterprise")
    )


def make_births(population: Population, seed: int, reference: Reference) -> pl.DataFrame:
    """Registered births of the last months: certificate, person, registered_on; a few are registered twice."""
    p, rng, as_of = reference.parameters["vital"], stream(seed, "births"), reference.as_of
    recent = (pl.col("born") > as_of - int(p["births_months"] * 30.44)) & pl.col("birth_certificate").is_not_null()
    people = population.people.filter(recent).select("person", "born").sort("person")
    again = people.filter(pl.Series(happens(rng, people.height, p["registered_twice"])))
    people = pl.concat([people, again])
    delay = pl.Series(rng.exponential(40, people.height).astype(np.int64) + 2)
    return (
        people.with_columns(registered_on=pl.col("born") + delay)
        .filter(pl.col("registered_on") <= as_of)
        .select(pl.int_range(pl.len()).alias("certificate"), "person", "registered_on")
    )


def make_deaths(population: Population, seed: int, reference: Reference) -> pl.DataFrame:
    """Registered deaths: death, person, died, registered_on; a few are registered twice."""
    p, rng, as_of = reference.parameters["vital"], stream(seed, "deaths registered"), reference.as_of
    people = population.people.filter("death_registered").select("person", "died").sort("person")
    people = pl.concat([people, people.filter(pl.Series(happens(rng, people.height, p["registered_twice"])))])
    delay = pl.Series(rng.exponential(25, people.height).astype(np.int64) + 1)
    return people.with_columns(registered_on=(pl.col("died") + delay).clip(upper_bound=as_of)).select(
        pl.int_range(pl.len()).alias("death"), "person", "died", "registered_on"
    )


def make_claims(
    population: Population, cards: pl.DataFrame, members: pl.DataFrame, seed: int, reference: Reference
) -> pl.DataFrame:
    """Health claims of the last year: claim, person, patient, card_no, payer, visited_on, discharged_on (null unless
    in-patient), service, referral, amount."""
    p, rng, as_of = reference.parameters["claims"], stream(seed, "claims"), reference.as_of
    window = int(p["months"] * 30.44)
    people = (
        population.people.select("person", "household", "born", "died")
        .join(cards.select("household", "card_no", "interview", "valid_to", "status"), on="household", how="left")
        .with_columns(member=pl.col("person").is_in(members["person"].to_list()))
        .sort("person")
    )
    rate = np.where(people["card_no"].is_not_null().to_numpy(), p["visits_card_holder"], p["visits_other"])
    ill = people[np.repeat(np.arange(people.height), rng.poisson(rate))]
    ill = ill.with_columns(
        visited_on=pl.Series(as_of - 3 - rng.integers(0, window, ill.height)),
        service=pl.Series(np.where(happens(rng, ill.height, 0.11), "IPD", "OPD").tolist(), dtype=pl.String),
    )
    visits = pl.concat([ill, maternal_visits(rng, population, people, as_of, window)])
    visits = visits.filter(
        (pl.col("visited_on") >= pl.col("born")) & (pl.col("visited_on") <= pl.col("died").fill_null(as_of))
    )
    return priced(rng, paid_by(rng, visits.sort("person", "visited_on", "service"), p), p)


def maternal_visits(
    rng: np.random.Generator, population: Population, people: pl.DataFrame, as_of: int, window: int
) -> pl.DataFrame:
    """Antenatal visits of pregnant women, and deliveries and postnatal visits of mothers."""
    expecting = population.people.filter("pregnant").select("person").join(people, on="person", maintain_order="left")
    chance = np.where(expecting["card_no"].is_not_null().to_numpy(), 1.6, 0.4)
    antenatal = expecting[np.repeat(np.arange(expecting.height), rng.poisson(chance))]
    antenatal = antenatal.with_columns(
        visited_on=pl.Series(as_of - 3 - rng.integers(0, 140, antenatal.height)), service=pl.lit("ANC")
    )
    babies = population.people.filter((pl.col("born") > as_of - window) & pl.col("mother").is_not_null())
    mothers = (
        babies.select(pl.col("mother").alias("person"), visited_on="born")
        .unique(maintain_order=True)
        .join(people, on="person", maintain_order="left")
    )
    attended = np.where(mothers["card_no"].is_not_null().to_numpy(), 0.6, 0.12)
    delivered = mothers.filter(pl.Series(happens(rng, mothers.height, attended))).with_columns(service=pl.lit("DEL"))
    after = delivered.with_columns(pl.col("visited_on") + 7, service=pl.lit("PNC")).filter(pl.col("visited_on") < as_of)
    columns = [*people.columns, "visited_on", "service"]
    return pl.concat([frame.select(columns) for frame in (antenatal, delivered, after)])


def paid_by(rng: np.random.Generator, visits: pl.DataFrame, p: Parameters) -> pl.DataFrame:
    """Who pays, and the card shown: card holders on HEF but for a few charged ones, members mostly on NSSF."""
    on_day = pl.col("visited_on").is_between(pl.col("interview"), pl.col("valid_to"))
    in_force = on_day & (pl.col("status") != "withdrawn")
    draw, shows = (pl.Series(name, rng.random(visits.height)) for name in ("draw", "shows"))
    visits = visits.with_columns(draw, shows, in_force=in_force.fill_null(False))
    payer = (
        pl.when(pl.col("in_force") & (pl.col("draw") < p["charged_card_holder"])).then(pl.lit("self"))
        .when(pl.col("in_force")).then(pl.lit("HEF"))
        .when(pl.col("member") & (pl.col("draw") < 0.75)).then(pl.lit("NSSF"))
        .when(pl.col("draw") > 1 - p["exempt_other"]).then(pl.lit("exempt"))
        .otherwise(pl.lit("self"))
    )  # fmt: skip
    visits = visits.with_columns(payer=payer)
    shown = pl.col("in_force") & ((pl.col("payer") == "HEF") | (pl.col("shows") < 0.3))
    return visits.with_columns(card_no=pl.when(shown).then("card_no"))


def priced(rng: np.random.Generator, visits: pl.DataFrame, p: Parameters) -> pl.DataFrame:
    """Adds number, patient number, stay, referral and amount."""
    stays = pl.col("service").is_in(["IPD", "DEL"])
    other = np.where(happens(rng, visits.height, p["new_patient_number"]), rng.integers(1, 4, visits.height), 0)
    nights, cost = pl.Series(rng.integers(1, 8, visits.height)), pl.Series(rng.integers(1, 9, visits.height) * 1000)
    return visits.with_columns(claim=pl.int_range(pl.len()), nights=nights).select(
        "claim", "person",
        (pl.col("person") * 4 + pl.Series(other)).alias("patient"),
        "card_no", "payer", "visited_on",
        pl.when(stays).then(pl.col("visited_on") + pl.col("nights")).alias("discharged_on"),
        "service",
        pl.Series("referral", happens(rng, visits.height, 0.03)),
        (pl.when(stays).then(60_000 * pl.col("nights")).otherwise(8_000) + cost).alias("amount"),
        sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip


def make_grievances(population: Population, cards: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Grievances of living adults, most of card households: case, person, organisation, opened_on, channel, programme,
    complaint, consent."""
    p, rng, as_of = reference.parameters["grievances"], stream(seed, "grievances"), reference.as_of
    grown = pl.col("born") < as_of - 18 * DAYS_A_YEAR
    adults = population.people.filter(pl.col("died").is_null() & grown).sort("person")
    weight = np.where(adults["household"].is_in(cards["household"].to_list()).to_numpy(), 6.0, 1.0)
    chance = weight * p["per_person"] * population.people.height / weight.sum()
    chosen = happens(rng, adults.height, np.minimum(chance, 1))
    people = adults.filter(pl.Series(chosen)).select("person")
    size = people.height
    return people.with_columns(
        pl.int_range(pl.len()).alias("case"),
        drawn(rng, "organisation", ORGANISATIONS, size),
        pl.Series("opened_on", as_of - 2 - rng.integers(0, 300, size)),
        drawn(rng, "channel", ("visit", "hotline", "meeting", "social media"), size),
        drawn(rng, "programme", ("family_package", "equity_card", "health_equity_fund", "social_security"), size),
        drawn(rng, "complaint", ("excluded", "unpaid", "charged", "other"), size),
        pl.Series("consent", happens(rng, size, p["consent"])),
    )


def drawn(rng: np.random.Generator, name: str, values: tuple[str, ...], size: int) -> pl.Series:
    choices: Texts = np.asarray(values, dtype=object)
    return pl.Series(name, choices[rng.integers(0, len(values), size)].tolist(), dtype=pl.String)
