"""A synthetic country with known truth: its people, in households in villages. Nothing in it is anybody's data."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from transforms.country.ages import ages_and_sexes, deaths, registered
from transforms.country.chance import (
    DAYS_A_YEAR,
    Flags,
    Ints,
    Parameters,
    Texts,
    happens,
    pick,
    scattered_number,
    stream,
)
from transforms.country.history import (
    Folk,
    Past,
    days_since,
    make_pregnancies,
    pregnant_on,
    settle_history,
    tell_past,
)
from transforms.country.kinship import RELATIONS, Kin, settle
from transforms.country.naming import (
    Names,
    avoid_same_given_name,
    cham_homes,
    cham_names,
    family_names,
    given_names,
    inherited,
    nicknames,
)
from transforms.country.slices import Slice

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
    birth_certificate, phone, pregnant, severity (0 none), twin, cham, nickname, nickname_latin (null where none),
    married_on (null if long ago), and for those who moved to another household in the last years household_before,
    relation_before, moved_on.
    households: household, village, province, founded (null if long ago), and for those that moved village_before,
    moved_on. pregnancies: see `make_pregnancies`.
    `slice`: which part of a larger country this is; persons and households are numbered from 0 in each, and whatever
    is seen outside counts from `first` (people in earlier slices), so that no number comes twice.
    """

    people: pl.DataFrame
    households: pl.DataFrame
    names: Names
    pregnancies: pl.DataFrame
    slice: Slice

    @property
    def first(self) -> int:
        return self.slice.first


def day_number(day: date) -> int:
    return (day - EPOCH).days


def as_date(day: str | pl.Expr) -> pl.Expr:
    """A day (since 1970) as a date."""
    return (pl.col(day) if isinstance(day, str) else day).cast(pl.Int32).cast(pl.Date)


def make_population(part: Slice, seed: int, reference: Reference) -> Population:
    """The people of a slice, some of whom died in the last years."""
    p, as_of, chance = reference.parameters, reference.as_of, part.chance(seed)
    age, man = ages_and_sexes(stream(chance, "ages"), part.people, p["population"])
    kin = settle(stream(chance, "kin"), age, man, p["population"])
    died = deaths(stream(chance, "deaths"), as_of - age, kin, as_of, p["population"])
    homes = place_households(stream(chance, "places"), kin, part, reference)
    folk = Folk(age, man, died < 0, homes["province"].cast(pl.Int64).to_numpy()[kin.household])
    past = tell_past(stream(chance, "past"), folk, kin, p["population"])
    homes = settle_history(stream(chance, "moves"), homes, kin, past, as_of, p["population"])
    names = Names.of(reference.names, p["names"]["cham"])
    cham = inherited(cham_homes(homes, seed, p["names"]["cham_share"])[kin.household], kin)
    people = (
        described(kin, age, man, died, as_of)
        .with_columns(
            *moved(past, as_of),
            registered(stream(chance, "deaths registered"), died, p["vital"]),
            *called(stream(chance, "names"), names, (man, cham), kin, p["names"]),
            *nicknames(seed, part.first + np.arange(part.people), p["names"]),
            *identity(stream(chance, "identity"), age, seed, part.first, p["identity"]),
            severities(stream(chance, "conditions"), age, p["disability"]),
        )
        .join(homes.select("household", "village", "province"), on="household", how="left", maintain_order="left")
    )
    pregnancies = make_pregnancies(stream(chance, "pregnancies"), people, as_of, p)
    expecting = pl.col("person").is_in(pregnant_on(pregnancies, as_of)["person"].implode())
    people = with_phones(stream(chance, "phones"), people.with_columns(pregnant=expecting), part, seed, reference)
    return Population(people, homes, names, pregnancies, part)


def described(kin: Kin, age: Ints, man: Flags, died: Ints, as_of: int) -> pl.DataFrame:
    """Everybody's household, kin, sex, birth and death."""
    return pl.DataFrame(
        {
            "person": np.arange(len(age)),
            "household": kin.household,
            "relation": pl.Series(RELATIONS).gather(kin.relation),
            "man": man,
            "born": as_of - age,
            "twin": twins(as_of - age, kin.mother),
            "died": kept(died),
            **{who: kept(getattr(kin, who)) for who in ("mother", "father", "spouse")},
        }
    )


def moved(past: Past, as_of: int) -> list[pl.Series]:
    """Wedding day, and the move to the present household, of those who married or moved in the last years."""
    stayed = pl.Series(past.moved < 0)
    return [
        days_since(past.wed, as_of).alias("married_on"),
        days_since(past.moved, as_of).alias("moved_on"),
        kept(past.household).alias("household_before"),
        pl.Series(RELATIONS).gather(past.relation).set(stayed, None).alias("relation_before"),
    ]


def kept(kin: Ints) -> pl.Series:
    """Kin as nullable persons."""
    return pl.Series(kin).replace(-1, None)


def twins(born: Ints, mother: Ints) -> Flags:
    """Whether someone else has the same mother and birth date."""
    frame = pl.DataFrame({"born": born, "mother": mother})
    same = frame.select((pl.len().over("mother", "born") > 1) & (pl.col("mother") >= 0)).to_series()
    return same.to_numpy()


def place_households(rng: np.random.Generator, kin: Kin, part: Slice, reference: Reference) -> pl.DataFrame:
    """One row a household: household, village, province; by province population, in villages of uneven size."""
    count = int(kin.household.max()) + 1
    villages = inhabited_villages(rng, part, reference)
    place = pick(rng, villages["weight"].to_list(), count)
    return pl.DataFrame({"household": np.arange(count)}).with_columns(
        villages["code"].gather(place).alias("village"),
        villages["province"].gather(place).alias("province"),
    )


def inhabited_villages(rng: np.random.Generator, part: Slice, reference: Reference) -> pl.DataFrame:
    """The villages in use (code, province, weight): at least one a province, as many as the sample can fill.

    Slices share no village: each has every so-many-th of the gazetteer.
    """
    p = reference.parameters["population"]
    size = pl.col("population") / reference.provinces["population"].sum() * part.people / p["people_per_village"]
    provinces = reference.provinces.select(province="code", population="population", wanted=size.round().clip(1))
    villages = (
        reference.areas.filter(pl.col("level") == 4)
        .select("code", province=pl.col("code").str.slice(0, 2))
        .sort("code")
        .filter(pl.int_range(pl.len()) % part.of == part.number)
    )
    villages = (
        villages.with_columns(pl.Series("order", rng.random(villages.height)))
        .join(provinces, on="province")
        .sort("province", "order")
        .filter(pl.int_range(pl.len()).over("province") < pl.col("wanted"))
    )
    uneven = np.exp(rng.normal(0, p["village_size_spread"], villages.height))
    return villages.with_columns(pl.Series("size", uneven)).select(
        "code", "province", weight=pl.col("population") * pl.col("size") / pl.col("size").sum().over("province")
    )


def called(
    rng: np.random.Generator, names: Names, man_cham: tuple[Flags, Flags], kin: Kin, p: Parameters
) -> list[pl.Series]:
    """Names of everybody: indices of family and given name, both in Khmer, and the person's own Latin spellings.

    The family name of Cham people is the father's given name."""
    man, cham = man_cham
    given = given_names(rng, names, man, p)
    given = avoid_same_given_name(given, given_names(rng, names, man, p), kin)
    given = np.where(cham, cham_names(rng, names, man, p), given)
    family = family_names(rng, names, given, kin, p)
    fathers = np.where(kin.father >= 0, given[kin.father], cham_names(rng, names, np.ones(len(man), dtype=bool), p))
    family = np.where(cham, fathers, family)
    return [
        pl.Series("cham", cham),
        pl.Series("family", family),
        pl.Series("given", given),
        names.khmer.gather(family).alias("family_km"),
        names.khmer.gather(given).alias("given_km"),
        pl.Series("family_spelling", names.spelled(rng, family, p["own_spelling_variant"])),
        pl.Series("given_spelling", names.spelled(rng, given, p["own_spelling_variant"])),
    ]


def digits(numbers: Ints, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def identity(rng: np.random.Generator, age: Ints, seed: int, first: int, p: Parameters) -> list[pl.Series]:
    """National ID of 9 digits from 15 on, birth certificate under 18; null for those who hold none."""
    years, index = age / DAYS_A_YEAR, first + np.arange(len(age))
    has_card = (years >= 15) & happens(rng, len(age), p["national_id_held"])
    has_certificate = (years < 18) & happens(rng, len(age), p["birth_certificate_held"])
    card = digits(scattered_number(index, seed, 10_000_000, 10**8), 9)
    certificate = digits(scattered_number(index, seed + 1, 0, 10**8), 10)
    return [
        card.set(pl.Series(~has_card), None).alias("national_id"),
        certificate.set(pl.Series(~has_certificate), None).alias("birth_certificate"),
    ]


def severities(rng: np.random.Generator, age: Ints, p: Parameters) -> pl.Series:
    """Who lives with a disability of what severity (0 none)."""
    disabled = happens(rng, len(age), np.asarray(0.01 + 0.0009 * age / DAYS_A_YEAR, dtype=np.float64))
    return pl.Series("severity", np.where(disabled, 1 + pick(rng, p["severity"], len(age)), 0))


def with_phones(
    rng: np.random.Generator, people: pl.DataFrame, part: Slice, seed: int, reference: Reference
) -> pl.DataFrame:
    """Adds `phone`: an adult's own, else the household's; null where there is none."""
    p, first = reference.parameters["identity"], part.first + part.first_household
    homes = int(people["household"].max()) + 1  # type: ignore[arg-type]
    shared = phone_numbers(first + np.arange(homes), seed)
    shared = shared.set(pl.Series(~happens(rng, homes, p["household_phone"])), None)
    own = phone_numbers(first + homes + np.arange(people.height), seed)
    grown = (people["born"] <= reference.as_of - 18 * DAYS_A_YEAR).to_numpy()
    has_own = grown & happens(rng, people.height, p["own_phone"])
    home = shared.gather(people["household"])
    return people.with_columns(
        home.alias("household_phone"),
        pl.select(pl.when(pl.Series(has_own)).then(own).otherwise(home)).to_series().alias("phone"),
    )


def phone_numbers(index: Ints, seed: int) -> pl.Series:
    """Mobile numbers as dialled in the country: 0, two digits of the operator, seven more.

    Twelve operators and ten million numbers tell thirty million indices apart.
    """
    operators = np.asarray(["010", "011", "012", "015", "016", "069", "070", "077", "081", "085", "089", "092"])
    operator: Texts = operators[(index * 7 + seed) % len(operators)]
    number = digits(scattered_number(index, seed + 2, 0, 10**7), 7)
    return pl.Series(operator.tolist(), dtype=pl.String) + number
