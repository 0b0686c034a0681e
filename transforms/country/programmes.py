"""What social assistance truly did: equity cards and their rosters, Family Package enrolments and payments.

Days are numbers since 1970. Frames are facts about true people; what agencies write of them comes later.
"""

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Ints, Parameters, between, happens, pick, stream
from transforms.country.homes import village_of
from transforms.country.population import Population, Reference, day_number

ROUNDS = 6
DAYS_TO_ISSUE = 20  # from the interview to the card in the register
DAYS_TO_LIST = 30  # from a birth or arrival to the roster
LEAST_DAYS_ENROLLED = 5
DAYS_TO_STRIKE_OFF = 60  # from a death to the roster
FOREVER = 100_000
RANK = {"head": 0, "spouse": 1, "parent": 2, "child": 3, "other": 4}
REASONS = ("wallet closed", "name does not match", "wallet not found")


def make_cards(population: Population, seed: int, reference: Reference) -> pl.DataFrame:
    """Every equity card the register knows, at most one a household.

    Columns: household, household_code, card_no, level (poor_1, poor_2, at_risk), score, round_no, interview, valid_to,
    status (active, expired, withdrawn), village (where the interview was), phone.
    """
    p, rng, as_of = reference.parameters["cards"], stream(seed, "cards"), reference.as_of
    state = card_states(rng, population, p, reference)
    homes = population.households.with_columns(pl.Series("state", state)).filter(pl.col("state") > 0)
    state = homes["state"].to_numpy()
    valid_days = int(p["valid_years"] * DAYS_A_YEAR)
    low, high = (DAYS_TO_ISSUE, valid_days + 30, 900), (valid_days - 5, 2000, 1500)
    age = between(rng, *(np.choose(state, [0, *bounds]) for bounds in (low, high)))
    age = np.minimum(age, as_of - homes["founded"].fill_null(0).to_numpy())
    ended = np.where(
        state == 3, as_of - between(rng, np.full(len(age), 430), np.full(len(age), 800)), as_of - age + valid_days
    )
    stale = happens(rng, len(age), p["stale_active_share"])
    status = np.choose(state, ["", "active", np.where(stale, "active", "expired"), "withdrawn"])
    level = np.where(happens(rng, len(age), p["at_risk_share"]), 2, 1 - happens(rng, len(age), p["poor_1_share"]))
    number = (population.slice.first_household + pl.col("household")).cast(pl.String).str.zfill(6)
    village = village_of(population, homes["household"], pl.Series(as_of - age))
    return homes.select("household", village).with_columns(
        pl.format("{}-{}", pl.col("village").str.slice(0, 6), number).alias("household_code"),
        (pl.col("village") + (1 + pl.int_range(pl.len()).over("village")).cast(pl.String).str.zfill(4)).alias(
            "card_no"
        ),
        pl.Series("level", np.asarray(["poor_1", "poor_2", "at_risk"])[level].tolist()),
        pl.Series("score", 40 + level * 12 + rng.integers(0, 12, len(age))),
        pl.Series(
            "round_no", 2020 + (as_of - age - day_number(reference.parameters["as_of"].replace(year=2020))) // 365
        ),
        pl.Series("interview", as_of - age),
        pl.Series("valid_to", ended),
        pl.Series("status", status.tolist(), dtype=pl.String),
        pl.Series("phone", home_phones(population).gather(homes["household"])),
    )


def home_phones(population: Population) -> pl.Series:
    return (
        population.people.group_by("household")
        .agg(pl.col("household_phone").first())
        .sort("household")["household_phone"]
    )


def card_states(rng: np.random.Generator, population: Population, p: Parameters, reference: Reference) -> Ints:
    """A state a household: 0 no card, 1 valid, 2 run out, 3 withdrawn; by province poverty and elders at home."""
    elder = pl.col("born") < reference.as_of - 60 * DAYS_A_YEAR
    homes = (
        population.people.group_by("household")
        .agg(size=pl.len(), elder=elder.any(), province=pl.col("province").first())
        .join(reference.provinces.select(pl.col("code").alias("province"), "poverty_rate"), on="province", how="left")
        .sort("household")
    )
    raw = homes["poverty_rate"].to_numpy() * np.where(homes["elder"].to_numpy(), p["elder_factor"], 1.0)
    size = homes["size"].to_numpy()
    valid = np.minimum(raw * p["people_share"] * size.sum() / (raw * size).sum(), 0.9)
    draw = rng.random(len(raw))
    run_out = valid + p["expired_share"]
    withdrawn = run_out + p["withdrawn_share"]
    return np.select([draw < valid, draw < run_out, draw < withdrawn], [1, 2, 3], 0).astype(np.int64)


def make_roster(
    population: Population, cards: pl.DataFrame, seed: int, reference: Reference
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who is listed on each card, and who was but was struck off (with `left_on`).

    Columns: household_code, member_no, person, relation, pregnant, sex_slip, birth_slip. Babies born and people who
    moved in after the interview are listed only in part, some who died or left still are; somebody is always the head.
    `sex_slip`, `birth_slip`: the clerk writes that value wrong (set by planted wrongs).
    """
    rng, p = stream(seed, "roster"), reference.parameters["cards"]
    twice = reference.parameters["registers"]["idpoor_members"]["entered_twice"]
    every = ever_listed(rng, population, cards, p, reference.as_of)
    rank = pl.col("relation").replace_strict(RANK, return_dtype=pl.Int64)
    every = every.sort(
        "household_code", rank > 0, pl.col("left_on").is_null(), "late", rank, "born", "person"
    ).with_columns(member_no=pl.int_range(1, pl.len() + 1).over("household_code"))
    noted = pl.col("pregnant") & noted_pregnancy(p["pregnancy_recorded"])
    no = pl.lit(False)
    every = every.select(
        "household_code", "member_no", "person", "relation", "left_on", pregnant=noted, sex_slip=no, birth_slip=no
    )
    first = pl.int_range(pl.len()).over("household_code") == 0
    listed = every.filter(pl.col("left_on").is_null()).drop("left_on").with_columns(
        relation=pl.when(first).then(pl.lit("head")).when(pl.col("relation") == "head").then(pl.lit("other"))
        .otherwise("relation")
    )  # fmt: skip
    return entered_twice(rng, listed, twice), every.filter(pl.col("left_on").is_not_null())


def noted_pregnancy(share: float) -> pl.Expr:
    """Whose pregnancy comes to be noted on the roster."""
    return (pl.col("person") * 7919 + 13) % 1000 < share * 1000


def ever_listed(
    rng: np.random.Generator, population: Population, cards: pl.DataFrame, p: Parameters, as_of: int
) -> pl.DataFrame:
    """One row a person ever listed on a card: household_code, person, relation, born, pregnant, late (listed after the
    interview), left_on (null if still listed)."""
    codes = cards.select("household", "household_code", "interview")
    columns = ["person", "household", "born", "died", "pregnant", "moved_on"]
    people = population.people
    here = people.select(*columns, "relation").join(codes, on="household").with_columns(left=pl.lit(False))
    away = people.filter(pl.col("moved_on").is_not_null()).with_columns(
        newly_listed=pl.col("household").is_in(cards["household"].implode()),
        household="household_before", relation="relation_before",
    )  # fmt: skip
    away = away.select(*columns, "relation", "newly_listed").join(codes, on="household")
    away = away.filter(pl.max_horizontal("interview", pl.col("born") + DAYS_TO_LIST) < pl.col("moved_on"))
    away = away.with_columns(left=pl.lit(True), moved_on=pl.lit(None, dtype=pl.Int64), gone="moved_on")
    every = pl.concat([here, away], how="diagonal").sort("person", "left")
    came = pl.max_horizontal("born", "moved_on")
    chance = (
        pl.when((pl.col("died") <= pl.col("interview")) | (came > as_of - DAYS_TO_LIST)).then(0.0)
        .when(came > pl.col("interview")).then(p["added_after_interview"])
        .when(pl.col("relation") == "head").then(1.0)
        .otherwise(p["listed_share"])
    )  # fmt: skip
    draw, stays = (pl.Series(name, rng.random(every.height)) for name in ("draw", "stays"))
    struck_off = pl.col("died") + DAYS_TO_STRIKE_OFF
    left_on = (
        pl.when("left").then(pl.when(pl.col("newly_listed") | (pl.col("stays") > p["gone_still_listed"])).then("gone"))
        .when((pl.col("stays") > p["dead_still_listed"]) & (struck_off <= as_of)).then(struck_off)
    )  # fmt: skip
    return every.with_columns(draw, stays).filter(pl.col("draw") < chance).select(
        "household_code", "person", "relation", "born", "pregnant",
        late=came > pl.col("interview"), left_on=left_on.cast(pl.Int64),
    )  # fmt: skip


def entered_twice(rng: np.random.Generator, roster: pl.DataFrame, share: float) -> pl.DataFrame:
    """The roster with some members other than heads entered once more in their household, under the next number."""
    others = roster.filter((pl.col("relation") != "head") & pl.Series(happens(rng, roster.height, share)))
    last = roster.group_by("household_code").agg(pl.col("member_no").max().alias("last"))
    again = others.join(last, on="household_code", maintain_order="left").with_columns(
        member_no=pl.col("last") + 1 + pl.int_range(pl.len()).over("household_code")
    )
    return pl.concat([roster, again.drop("last")]).sort("household_code", "member_no")


def holds_card(as_of: int) -> pl.Expr:
    """A card in force on the as-of day, of a level that gives rights (poor_1, poor_2)."""
    return (pl.col("status") == "active") & (pl.col("valid_to") >= as_of) & (pl.col("level") != "at_risk")


def make_enrolments(
    population: Population, cards: pl.DataFrame, disability: pl.DataFrame, seed: int, reference: Reference
) -> pl.DataFrame:
    """Family Package enrolments of people in households with a card in force.

    Columns: enrolment, person, household, card_no, component, enrolled_on, ended_on (null while active),
    claimed_born (the birth date told, where it was not the true one), card_slip (number mistyped).
    """
    p, rng, as_of = reference.parameters["family_package"], stream(seed, "enrolments"), reference.as_of
    entitled = entitlements(population, disability, p).join(
        cards.filter(holds_card(as_of)).select("household", "card_no", "interview"), on="household"
    )
    issued = pl.col("interview") + DAYS_TO_ISSUE
    begin = pl.max_horizontal(pl.col("since"), issued, "moved_on", pl.lit(day_number(p["starts"])))
    end = pl.min_horizontal(pl.col("until"), pl.col("died").fill_null(FOREVER))
    entitled = entitled.with_columns(begin=begin, end=end).filter(
        pl.min_horizontal(pl.col("end"), pl.lit(as_of)) - pl.col("begin") > LEAST_DAYS_ENROLLED
    ).sort("person", "component")  # fmt: skip
    joins = happens(rng, int(population.households.height), p["household_enrolled"])
    takes_up = entitled["component"].replace_strict(p["take_up"], return_dtype=pl.Float64).to_numpy()
    chosen = joins[entitled["household"].to_numpy()] & happens(rng, entitled.height, takes_up)
    taken = entitled.filter(pl.Series(chosen))
    wait = between(
        rng,
        np.zeros(taken.height, dtype=np.int64),
        (taken["end"].clip(upper_bound=as_of) - taken["begin"] - LEAST_DAYS_ENROLLED).clip(0, 180).to_numpy(),
    )
    lag = between(rng, np.zeros(taken.height, dtype=np.int64), np.full(taken.height, 25))
    goes_on = ~taken["death_registered"].to_numpy() & happens(rng, taken.height, p["paid_after_unregistered_death"])
    died = pl.col("died").is_not_null() & (pl.col("died") <= pl.col("until"))
    return taken.with_columns(wait=pl.Series(wait), lag=pl.Series(lag), goes_on=pl.Series(goes_on)).select(
        pl.int_range(pl.len()).alias("enrolment"),
        "person", "household", "card_no", "component",
        (pl.col("begin") + pl.col("wait")).alias("enrolled_on"),
        pl.when(pl.col("end") >= as_of).then(None).when(died & pl.col("goes_on")).then(None)
        .when(died).then(pl.col("end") + pl.col("lag")).otherwise("end").alias("ended_on"),
        claimed_born=pl.lit(None, dtype=pl.Int64),
        card_slip=pl.lit(False),
    )  # fmt: skip


def birthday(years: int) -> pl.Expr:
    return pl.col("born") + int(years * DAYS_A_YEAR)


def entitlements(population: Population, disability: pl.DataFrame, p: Parameters) -> pl.DataFrame:
    """One row a person and component they would qualify for at some time: since, until (days)."""
    people = population.people.select("person", "household", "born", "died", "death_registered", "moved_on")
    pregnancies = population.pregnancies.unique("person", keep="last", maintain_order=True)
    women = people.join(pregnancies, on="person", maintain_order="left").filter(
        pl.col("delivered_on").fill_null(FOREVER) > day_number(p["starts"])
    )
    severe = disability.filter(pl.col("valid") & (pl.col("severity") >= p["severe_from"]))
    cards = severe.group_by("person").agg(pl.col("issued").min())
    forever = pl.lit(FOREVER)
    spans = [
        (people, "maternal_child", birthday(0) + 20, birthday(2)),
        (women, "maternal_child", pl.col("conceived") + 80, pl.col("delivered_on").fill_null(FOREVER)),
        (people, "scholarship", birthday(6), birthday(18)),
        (people, "elderly", birthday(60) + 1, forever),
        (people.join(cards, on="person"), "disability", pl.col("issued"), forever),
    ]
    columns = ["person", "household", "born", "died", "death_registered", "moved_on"]
    return pl.concat(
        frame.select(*columns, component=pl.lit(name), since=since.cast(pl.Int64), until=until.cast(pl.Int64))
        for frame, name, since, until in spans
    )


def make_payments(enrolments: pl.DataFrame, population: Population, seed: int, reference: Reference) -> pl.DataFrame:
    """A payment, or an attempt at one, for each round an enrolment was open (columns: `payment_rows`)."""
    p, rng = reference.parameters["family_package"], stream(seed, "payments")
    luckless = pl.Series("luckless", happens(rng, enrolments.height, p["always_rejected"]))
    due = rounds_due(enrolments.with_columns(luckless), reference)
    bad = due["luckless"].to_numpy() | happens(rng, due.height, p["rejected"])
    reason = np.asarray(REASONS)[pick(rng, [3, 2, 2], due.height)]
    reasons = pl.select(pl.when(pl.Series(bad)).then(pl.Series(reason.tolist(), dtype=pl.String))).to_series()
    return payment_rows(due, reasons, 0, population, p)


def payment_rows(
    due: pl.DataFrame, reasons: pl.Series, first: int, population: Population, p: Parameters
) -> pl.DataFrame:
    """Payments numbered from `first`: payment, enrolment, person, component, round, amount, paid_on, wallet, status
    (paid, rejected), reason (null where paid)."""
    return due.with_columns(reason=reasons).select(
        pl.int_range(first, first + pl.len()).alias("payment"),
        "enrolment", "person", "component", "round",
        pl.col("component").replace_strict(p["amounts"], return_dtype=pl.Int64).alias("amount"),
        "paid_on",
        population.people["phone"].gather(due["person"]).alias("wallet"),
        pl.when(pl.col("reason").is_null()).then(pl.lit("paid")).otherwise(pl.lit("rejected")).alias("status"),
        "reason",
    )  # fmt: skip


def rounds_due(enrolments: pl.DataFrame, reference: Reference, latest: int = 1) -> pl.DataFrame:
    """Each enrolment with each of the last rounds in which it was open; paid on days 8 to 22 of the month.

    The last rounds are those from `latest` months ago back.
    """
    last = reference.parameters["as_of"].replace(day=1)
    months = pl.DataFrame({"ago": range(latest + ROUNDS - 1, latest - 1, -1)}).with_columns(
        first=pl.lit(last).dt.offset_by(pl.format("-{}mo", pl.col("ago")))
    )
    months = months.select(
        pl.col("first").dt.strftime("%Y-%m").alias("round"), pl.col("first").to_physical().alias("first")
    )
    paid_on = pl.col("first") + 7 + (pl.col("enrolment") * 7 + pl.col("person")) % 15
    return (
        enrolments.join(months, how="cross")
        .with_columns(paid_on=paid_on.cast(pl.Int64))
        .filter(
            (pl.col("paid_on") >= pl.col("enrolled_on")) & (pl.col("paid_on") <= pl.col("ended_on").fill_null(FOREVER))
        )
        .sort("enrolment", "round")
    )
