"""A synthetic country with known truth: its people, in households in villages. Nothing in it is anybody's data."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from transforms.country.chance import (
    DAYS_A_YEAR,
    Flags,
    Ints,
    Parameters,
    Texts,
    between,
    happens,
    pick,
    scattered_number,
    stream,
)
from transforms.country.kinship import RELATIONS, Kin, settle
from transforms.country.naming import Names, avoid_same_given_name, family_names, given_names

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Reference:
    """What the country is made from.

    `areas`: the gazetteer (code, level, parent, name_en, name_km); `provinces`: code, population, poverty_rate;
    `names`: khmer, roman, variants, kind; `parameters`: sample.yaml.
    """

    areas: pl.DataFrame
    provinces: pl.DataFrame
    names: pl.DataFrame
    parameters: Parameters

    @property
    def as_of(self) -> int:
        return day_number(self.parameters["as_of"])


@dataclass(frozen=True)
class Population:
    """The true people, one row a person in order of `person` (0, 1, ...), and the households, in order of `household`.

    people: person, household, relation, man, born, died (days since 1970; null while alive), death_registered,
    family, given (indices into the names), family_km, given_km, family_spelling, given_spelling (own Latin spellings,
    indices), mother, father, spouse (persons, null if nobody known), village, province, national_id,
    birth_certificate, phone, pregnant, severity (0 none), twin.
    households: household, village, province, phone.
    """

    people: pl.DataFrame
    households: pl.DataFrame
    names: Names


def day_number(day: date) -> int:
    return (day - EPOCH).days


def make_population(count: int, seed: int, reference: Reference) -> Population:
    """A population of `count` people, some of whom died in the last years."""
    p = reference.parameters
    age, man = ages_and_sexes(stream(seed, "ages"), count, p["population"])
    kin = settle(stream(seed, "kin"), age, man, p["population"])
    households = place_households(stream(seed, "places"), kin, reference)
    born = reference.as_of - age
    people = pl.DataFrame(
        {
            "person": np.arange(count),
            "household": kin.household,
            "relation": pl.Series(RELATIONS).gather(kin.relation),
            "man": man,
            "born": born,
            "twin": twins(born, kin.mother),
            **{who: kept(getattr(kin, who)) for who in ("mother", "father", "spouse")},
        }
    )
    names = Names.of(reference.names)
    people = people.with_columns(
        *deaths(stream(seed, "deaths"), born, reference),
        *called(stream(seed, "names"), names, man, kin, p["names"]),
        *identity(stream(seed, "identity"), age, seed, p["identity"]),
        *conditions(stream(seed, "conditions"), age, man, p),
    ).join(households, on="household", how="left", maintain_order="left")
    return Population(with_phones(stream(seed, "phones"), people, age, seed, p["identity"]), households, names)


def kept(kin: Ints) -> pl.Series:
    """Kin as nullable persons."""
    return pl.Series(kin).replace(-1, None)


def ages_and_sexes(rng: np.random.Generator, count: int, p: Parameters) -> tuple[Ints, Flags]:
    """Ages in days by the census shares of five-year groups, and sexes by the men's share in each."""
    band = pick(rng, p["age_shares"], count)
    last = len(p["age_shares"]) - 1
    years = band * 5 + rng.random(count) * 5
    oldest = band == last
    years[oldest] = np.minimum(last * 5 + rng.exponential(5.5, int(oldest.sum())), 103)
    man = rng.random(count) < np.asarray(p["men_share"])[band]
    return np.floor(years * DAYS_A_YEAR).astype(np.int64), np.asarray(man)


def twins(born: Ints, mother: Ints) -> Flags:
    """Whether someone else has the same mother and birth date."""
    frame = pl.DataFrame({"born": born, "mother": mother})
    same = frame.select((pl.len().over("mother", "born") > 1) & (pl.col("mother") >= 0)).to_series()
    return same.to_numpy()


def place_households(rng: np.random.Generator, kin: Kin, reference: Reference) -> pl.DataFrame:
    """One row a household: household, village, province; by province population, in villages of uneven size."""
    count = int(kin.household.max()) + 1
    villages = inhabited_villages(rng, len(kin.household), reference)
    shares = villages["weight"].to_numpy()
    place = pick(rng, shares.tolist(), count)
    return pl.DataFrame({"household": np.arange(count)}).with_columns(
        villages["code"].gather(place).alias("village"),
        villages["province"].gather(place).alias("province"),
    )


def inhabited_villages(rng: np.random.Generator, people: int, reference: Reference) -> pl.DataFrame:
    """The villages in use (code, province, weight): at least one a province, as many as the sample can fill."""
    p = reference.parameters["population"]
    total = reference.provinces["population"].sum()
    wanted = (pl.col("population") / total * people / p["people_per_village"]).round().clip(lower_bound=1)
    villages = (
        reference.areas.filter(pl.col("level") == 4)
        .select("code", province=pl.col("code").str.slice(0, 2))
        .sort("code")
        .with_columns(pl.Series("order", rng.random(int((reference.areas["level"] == 4).sum()))))
        .join(reference.provinces.select(pl.col("code").alias("province"), "population", wanted=wanted), on="province")
        .sort("province", "order")
        .filter(pl.int_range(pl.len()).over("province") < pl.col("wanted"))
    )
    size = np.exp(rng.normal(0, p["village_size_spread"], villages.height))
    return villages.with_columns(pl.Series("size", size)).select(
        "code", "province", weight=pl.col("population") * pl.col("size") / pl.col("size").sum().over("province")
    )


def deaths(rng: np.random.Generator, born: Ints, reference: Reference) -> list[pl.Series]:
    """Day of death of those who died in the last years, and whether it was registered."""
    p, as_of = reference.parameters["population"], reference.as_of
    window = int(p["deaths_years"] * DAYS_A_YEAR)
    years = (as_of - born) / DAYS_A_YEAR
    hazard = np.where(years < 2, 0.012, 0.0004) + 0.00009 * np.exp(0.092 * np.maximum(years - 5, 0))
    count = int(len(born) * p["deaths_per_1000"] / 1000 * p["deaths_years"])
    dead = np.argsort(np.log(rng.random(len(born))) / hazard, kind="stable")[::-1][:count]
    died = np.full(len(born), -1, dtype=np.int64)
    died[dead] = between(rng, np.maximum(born[dead], as_of - window) + 1, np.full(count, as_of - 1))
    registered = (died > 0) & happens(rng, len(born), reference.parameters["vital"]["deaths_registered"])
    return [pl.Series("died", died).replace(-1, None), pl.Series("death_registered", registered)]


def called(rng: np.random.Generator, names: Names, man: Flags, kin: Kin, p: Parameters) -> list[pl.Series]:
    """Names of everybody: indices of family and given name, both in Khmer, and the person's own Latin spellings."""
    given = given_names(rng, names, man, p)
    given = avoid_same_given_name(given, given_names(rng, names, man, p), kin)
    family = family_names(rng, names, given, kin, p)
    return [
        pl.Series("family", family),
        pl.Series("given", given),
        names.khmer.gather(family).alias("family_km"),
        names.khmer.gather(given).alias("given_km"),
        pl.Series("family_spelling", names.spelled(rng, family, p["own_spelling_variant"])),
        pl.Series("given_spelling", names.spelled(rng, given, p["own_spelling_variant"])),
    ]


def digits(numbers: Ints, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def identity(rng: np.random.Generator, age: Ints, seed: int, p: Parameters) -> list[pl.Series]:
    """National ID of 9 digits from 15 on, birth certificate under 18; null for those who hold none."""
    years, index = age / DAYS_A_YEAR, np.arange(len(age))
    has_card = (years >= 15) & happens(rng, len(age), p["national_id_held"])
    has_certificate = (years < 18) & happens(rng, len(age), p["birth_certificate_held"])
    card = digits(scattered_number(index, seed, 10_000_000, 10**8), 9)
    certificate = digits(scattered_number(index, seed + 1, 0, 10**8), 10)
    return [
        card.set(pl.Series(~has_card), None).alias("national_id"),
        certificate.set(pl.Series(~has_certificate), None).alias("birth_certificate"),
    ]


def conditions(rng: np.random.Generator, age: Ints, man: Flags, p: Parameters) -> list[pl.Series]:
    """Who is pregnant on the as-of day, and who lives with a disability of what severity (0 none)."""
    years = age / DAYS_A_YEAR
    fertile = ~man & (years >= 16) & (years < 45)
    share = p["family_package"]["pregnant_per_1000"] / 1000 * len(age) / max(int(fertile.sum()), 1)
    pregnant = fertile & happens(rng, len(age), share)
    disabled = happens(rng, len(age), 0.01 + 0.0009 * years)
    severity = np.where(disabled, 1 + pick(rng, p["disability"]["severity"], len(age)), 0)
    return [pl.Series("pregnant", pregnant), pl.Series("severity", severity)]


def with_phones(rng: np.random.Generator, people: pl.DataFrame, age: Ints, seed: int, p: Parameters) -> pl.DataFrame:
    """Adds `phone`: an adult's own, else the household's; null where there is none."""
    homes = int(people["household"].max()) + 1  # type: ignore[arg-type]
    shared = phone_numbers(np.arange(homes), seed).set(pl.Series(~happens(rng, homes, p["household_phone"])), None)
    own = phone_numbers(homes + np.arange(people.height), seed)
    has_own = (age >= 18 * DAYS_A_YEAR) & happens(rng, people.height, p["own_phone"])
    home = shared.gather(people["household"])
    return people.with_columns(
        home.alias("household_phone"),
        pl.select(pl.when(pl.Series(has_own)).then(own).otherwise(home)).to_series().alias("phone"),
    )


def phone_numbers(index: Ints, seed: int) -> pl.Series:
    """Mobile numbers as dialled in the country: 0, two digits of the operator, six or seven more."""
    operators = np.asarray(["010", "011", "012", "015", "016", "069", "070", "077", "081", "085", "089", "092"])
    operator: Texts = operators[(index * 7 + seed) % len(operators)]
    number = digits(scattered_number(index, seed + 2, 0, 10**7) % 10**7, 7)
    return pl.Series(operator.tolist(), dtype=pl.String) + number
