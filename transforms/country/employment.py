"""Work and social security: who is a member, with which employer and since when, and what was contributed.

Days are numbers since 1970. Frames are facts about true people; what the agency writes of them comes later.
"""

from datetime import date

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Ints, Parameters, between, happens, pick, stream
from transforms.country.population import EPOCH, Population, Reference, as_date, day_number

HUBS = ("05", "08", "12")  # Kampong Speu, Kandal, Phnom Penh
HUB_SHARES = [0.2, 0.3, 0.5]
PROVINCES = 25
PER_ENTERPRISE = 40
BASE = PROVINCES * 4  # an enterprise number tells province, branch, and first or second of its kind
FIRST_OF_ONE = 10_000_000  # from here on numbers are of the self-employed, each their own enterprise
WAGES = (800_000, 850_000, 1_000_000, 1_300_000, 2_000_000)
MONTHS_KEPT = 6  # of contributions, before the month under way


def make_members(population: Population, cards: pl.DataFrame, seed: int, reference: Reference) -> pl.DataFrame:
    """Social security members, one row a person: member, person, scheme, enterprise, hired, left (the day a job ended
    and with it the contributions; null while it lasts), wage_band, parent (the member a dependant hangs on, else null),
    months (of contribution among the last six), sex_slip, birth_slip."""
    p, rng, as_of = reference.parameters["social_security"], stream(seed, "members"), reference.as_of
    workers = hired_workers(rng, population, cards, reference)
    size = workers.height
    schemes = np.asarray(list(p["schemes"]))[pick(rng, list(p["schemes"].values()), size)]
    workers = workers.with_columns(
        pl.Series("scheme", schemes.tolist(), dtype=pl.String),
        pl.Series("wage_band", 1 + pick(rng, [3, 4, 3, 2, 1], size)),
        months=months_paid(as_of),
        parent=pl.lit(None, dtype=pl.Int64),
    )
    workers = employed(rng, workers, population, p).drop("born", "died", "province")
    members = pl.concat([workers, dependants(rng, workers, population, reference)], how="diagonal_relaxed")
    members = members.with_columns(member=pl.int_range(pl.len()))
    parents = members.filter(pl.col("parent").is_null()).select(parent="person", parent_member="member")
    return members.join(parents, on="parent", how="left", maintain_order="left").select(
        "member", "person", "scheme", "enterprise", "hired", "left", "wage_band",
        pl.col("parent_member").alias("parent"), "months",
        sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip


def hired_workers(
    rng: np.random.Generator, population: Population, cards: pl.DataFrame, reference: Reference
) -> pl.DataFrame:
    """People with a job on the register, or one lost in the last years: person, household, province, born, died, hired,
    left. More of them in and around the capital, fewer of card households."""
    p, as_of = reference.parameters["social_security"], reference.as_of
    years = (pl.lit(as_of) - pl.col("born")) / DAYS_A_YEAR
    people = population.people.filter(
        (years >= 18.2) & (years < 60.5) & (pl.col("died").fill_null(as_of) > as_of - 700)
    ).sort("person")
    poor = people["household"].is_in(cards["household"].to_list()).to_numpy()
    hub = people["province"].is_in(list(HUBS)).to_numpy()
    weight = np.where(poor, p["card_household_factor"], 1.0) * np.where(hub, p["urban_factor"], 1.0)
    chance = np.minimum(weight * p["member_share"] * people.height / weight.sum(), 0.95)
    workers = people.filter(pl.Series(happens(rng, people.height, chance)))
    last = workers["died"].fill_null(as_of).to_numpy() - 3
    grown = np.minimum(workers["born"].to_numpy() + int(18 * DAYS_A_YEAR), last)
    hired = np.maximum(between(rng, grown, last), np.minimum(last, as_of - 30 - rng.integers(0, 4000, workers.height)))
    stopped = happens(rng, workers.height, 1 - p["contributing"])
    lost = between(rng, np.maximum(hired + 60, as_of - int(p["lost_years"] * DAYS_A_YEAR)), last)
    left = pl.when(pl.Series(stopped & (lost <= last))).then(pl.Series(lost)).otherwise("died")
    return workers.select(
        "person", "household", "province", "born", "died", pl.Series("hired", hired), left.cast(pl.Int64).alias("left")
    )


def months_paid(as_of: int) -> pl.Expr:
    """Full months of work among the last six before the day."""
    first = [month_begins(as_of, ago) for ago in range(MONTHS_KEPT, 0, -1)]
    return pl.sum_horizontal(worked(pl.lit(day)).cast(pl.Int64) for day in first)


def worked(month: pl.Expr) -> pl.Expr:
    """Contributions are due for the months that began while the job lasted."""
    return (pl.col("hired") <= month) & (pl.col("left").is_null() | (pl.col("left") > month))


def month_begins(day: int, ago: int) -> int:
    """The first day of the month so many months before the day's own."""
    month = date.fromordinal(EPOCH.toordinal() + day)
    index = month.year * 12 + month.month - 1 - ago
    return day_number(date(index // 12, index % 12 + 1, 1))


def employed(rng: np.random.Generator, workers: pl.DataFrame, population: Population, p: Parameters) -> pl.DataFrame:
    """Adds `enterprise`: garment workers have theirs in and around the capital, some of them far from their rural home;
    everybody else in their own province, the self-employed one each."""
    size = workers.height
    hub = workers["province"].is_in(list(HUBS)).to_numpy()
    private = (workers["scheme"] == "private").to_numpy()
    garment = p["garment_share"] * private.sum()
    chance = np.where(
        hub,
        (1 - p["garment_migrants"]) * garment / max(int((private & hub).sum()), 1),
        p["garment_migrants"] * garment / max(int((private & ~hub).sum()), 1),
    )
    sewing = private & happens(rng, size, np.minimum(chance, 0.97))
    own = workers["province"].cast(pl.Int64).to_numpy()
    seats = np.asarray([int(code) for code in HUBS])
    province = np.where(sewing, seats[pick(rng, HUB_SHARES, size)], own)
    # An enterprise number is its place in its province and branch; those of one slice stand apart from the next one's.
    rank = np.floor(rng.random(size) ** 2 * max(size / PER_ENTERPRISE / PROVINCES / 2, 1)).astype(np.int64)
    first = population.first // BASE**2 * BASE
    number = first + (rank * PROVINCES + province - 1) * 4 + sewing * 2
    own_number = of_one(population.first + workers["person"].to_numpy(), own)
    number = np.where((workers["scheme"] == "self").to_numpy(), own_number, number)
    return workers.with_columns(pl.Series("enterprise", 1 + number))


def of_one(person: Ints, province: Ints) -> Ints:
    return FIRST_OF_ONE + (person * PROVINCES + province - 1) * 4


def is_own(enterprise: pl.Expr) -> pl.Expr:
    """Whether the enterprise is a self-employed person."""
    return enterprise > FIRST_OF_ONE


def other_employer(enterprise: pl.Expr) -> pl.Expr:
    """Where somebody of this enterprise works too: the next one of its kind, or the largest of the province of a
    self-employed person."""
    return pl.when(is_own(enterprise)).then(1 + (enterprise - 1) // 4 % PROVINCES * 4).otherwise(enterprise + 1)


def contribution(wage: pl.Expr | int) -> pl.Expr:
    """What is due for a wage: 2.6% of it."""
    return (pl.lit(wage) if isinstance(wage, int) else wage) * 26 // 1000


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
    """Contributions of the last six months: member, month (2026-10), enterprise, amount; two employers are legal.

    For their own enterprise the self-employed pay one amount, whatever they earn."""
    p = reference.parameters["social_security"]
    workers = members.filter(pl.col("months") > 0).select("member", "enterprise", "hired", "left", "wage_band")
    # The same members have two employers whenever it is asked.
    has_two = (pl.col("member") * 104_729 + seed * 31) % 1000 < p["two_employers"] * 1000
    second = workers.filter(has_two).with_columns(other_employer(pl.col("enterprise")).alias("enterprise"))
    months = pl.DataFrame({"first": [month_begins(reference.as_of, ago) for ago in range(1, MONTHS_KEPT + 1)]})
    wage = pl.col("wage_band").replace_strict(dict(enumerate(WAGES, 1)), return_dtype=pl.Int64)
    amount = pl.when(is_own(pl.col("enterprise"))).then(p["self_employed_pay"]).otherwise(contribution(wage))
    return (
        pl.concat([workers, second])
        .join(months, how="cross")
        .filter(worked(pl.col("first")))
        .with_columns(month=as_date("first").dt.strftime("%Y-%m"))
        .select("member", "month", "enterprise", amount.cast(pl.Int64).alias("amount"))
        .sort("member", "month", "enterprise")
    )
