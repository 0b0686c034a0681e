"""People of an English-speaking country who never lived: households with names and addresses, before any error.

Names, streets and towns follow Zipf's law: some are everywhere, most are rare. The same seed gives the same people.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

Rng = np.random.Generator
WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "abroad_words.yaml").read_text(encoding="utf-8"))
LETTERS = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
LARGEST_HOUSEHOLD = 6
HEAD, SPOUSE = 0, 1
EPOCH = np.datetime64("1970-01-01")
AS_OF = np.datetime64("2026-11-01")


@dataclass(frozen=True)
class Country:
    """`families`: the share of children who are twins, and of first sons who have their father's name."""

    code: str
    people: int
    twins: float = 0.02
    juniors: float = 0.02
    middle: float = 0.75


def zipf(rng: Rng, choices: list[str], size: int, exponent: float = 0.85) -> np.ndarray:
    """So many of the choices, the first of them most often."""
    weights = 1 / np.arange(3, len(choices) + 3) ** exponent
    return np.asarray(choices, dtype=object)[rng.choice(len(choices), size, p=weights / weights.sum())]


def text(name: str, values: np.ndarray) -> pl.Series:
    """Text out of objects, with nothing where None stands."""
    return pl.Series(name, values.tolist(), dtype=pl.String)


def words(name: str) -> list[str]:
    return [word.replace("-La-", " La ").replace("De ", "De ") for word in dict.fromkeys(WORDS[name].split())]


def surnames() -> list[str]:
    """The common ones, then the rare ones made of places, in an order that mixes beginnings and ends."""
    begins, ends = words("surname_begins"), words("surname_ends")
    return words("surnames") + [b + e for n in range(len(ends)) for b, e in _paired(begins, ends[n:] + ends[:n])]


def _paired(begins: list[str], ends: list[str]) -> list[tuple[str, str]]:
    return [(begin, ends[place % len(ends)]) for place, begin in enumerate(begins)]


def made(rng: Rng, country: Country) -> pl.DataFrame:
    """One row a person: person, household, role, kind (of person), names, birth_date, ssn, phone, address and old one.

    `kind`: twin, junior (has the father's name), senior (whose son has it), relative (shares a household), single.
    """
    household, role = _households(rng, country.people)
    size = len(role)
    female = np.where(role == HEAD, rng.random(size) < 0.35, rng.random(size) < 0.5)
    female[role == SPOUSE] = ~female[np.flatnonzero(role == SPOUSE) - 1]
    frame = pl.DataFrame({"person": np.arange(size), "household": household, "role": role, "female": female})
    frame = frame.with_columns(_births(rng, frame, country.twins)).with_columns(_names(rng, frame, country))
    frame = _with_juniors(rng, frame, country.juniors)
    homes = addresses(rng, country.code, int(household.max()) + 1)
    old = addresses(rng, country.code, size).select(pl.all().name.prefix("old_"))
    return pl.concat([frame, homes[household], old], how="horizontal").with_columns(
        ssn=_numbers(rng, size, 9), phone=_phones(rng, country.code, size), phone_old=_phones(rng, country.code, size),
        kind=_kind(),
    )  # fmt: skip


def _households(rng: Rng, people: int) -> tuple[np.ndarray, np.ndarray]:
    """The household and the place in it of each person; whole households, so some people more or fewer."""
    sizes = rng.choice(np.arange(1, LARGEST_HOUSEHOLD + 1), people, p=[0.3, 0.3, 0.15, 0.15, 0.07, 0.03])
    sizes = sizes[: int(np.searchsorted(sizes.cumsum(), people)) + 1]
    household = np.repeat(np.arange(len(sizes)), sizes)
    return household, np.arange(len(household)) - np.repeat(sizes.cumsum() - sizes, sizes)


def _births(rng: Rng, frame: pl.DataFrame, twins: float) -> list[pl.Series]:
    role, household = frame["role"].to_numpy(), frame["household"].to_numpy()
    head = (rng.gamma(9, 5.5, household.max() + 1).clip(20, 95) * 365.25).astype(int)[household]
    age = np.where(role == HEAD, head, head + rng.normal(0, 1200, len(role)).astype(int))
    younger = (rng.uniform(19, 42, len(role)) * 365.25).astype(int)
    age = np.where(role > SPOUSE, np.maximum(head - younger, rng.integers(1, 3000, len(role))), age).clip(1, 36000)
    twin = np.flatnonzero((role > SPOUSE + 1) & (rng.random(len(role)) < twins))
    age[twin] = age[twin - 1]
    is_twin = np.zeros(len(role), dtype=bool)
    is_twin[np.append(twin, twin - 1)] = True
    return [pl.Series("birth_date", AS_OF - age.astype("timedelta64[D]")), pl.Series("twin", is_twin)]


def _names(rng: Rng, frame: pl.DataFrame, country: Country) -> list[pl.Series]:
    size, household = frame.height, frame["household"].to_numpy()
    female, role = frame["female"].to_numpy(), frame["role"].to_numpy()
    family = zipf(rng, surnames(), household.max() + 1)[household]
    own = zipf(rng, surnames(), size)
    keeps = (role == SPOUSE) & (rng.random(size) < 0.15)
    married = (role == SPOUSE) & female & ~keeps
    given = {name: np.where(female, *(zipf(rng, words(sex), size) for sex in ("female", "male"))) for name in "gm"}
    has_middle = rng.random(size) < country.middle
    return [
        text("family", np.where(keeps, own, family)),
        text("maiden", np.where(married, own, None)),
        text("given", given["g"]),
        text("middle", np.where(has_middle, given["m"], None)),
        text("sex", np.where(female, "F", "M")),
    ]


def _with_juniors(rng: Rng, frame: pl.DataFrame, share: float) -> pl.DataFrame:
    """Some first sons have the name of the head of the household, with Jr behind it, and he may have Sr."""
    is_father = (pl.col("role") == HEAD) & ~pl.col("female")
    father = frame.filter(is_father).select("household", father="given", father_middle="middle")
    hit = pl.Series(rng.random(frame.height) < share)
    frame = frame.join(father, on="household", how="left", maintain_order="left")
    junior = (hit & (pl.col("role") == SPOUSE + 1) & ~pl.col("female") & pl.col("father").is_not_null()).fill_null(
        False
    )
    frame = frame.with_columns(junior=junior).with_columns(
        given=pl.when("junior").then("father").otherwise("given"),
        middle=pl.when("junior").then("father_middle").otherwise("middle"),
        senior=pl.col("junior").any().over("household") & is_father,
    )
    suffix = pl.when("junior").then(pl.lit("Jr")).when("senior").then(pl.lit("Sr"))
    return frame.with_columns(suffix=suffix).drop("father", "father_middle")


def _kind() -> pl.Expr:
    return (
        pl.when("twin").then(pl.lit("twin"))
        .when("junior").then(pl.lit("junior"))
        .when("senior").then(pl.lit("senior"))
        .when(pl.len().over("household") > 1).then(pl.lit("relative"))
        .otherwise(pl.lit("single"))
    )  # fmt: skip


def addresses(rng: Rng, code: str, size: int) -> pl.DataFrame:
    """So many addresses: number, street, street_type, unit_word, unit, city, state, postcode."""
    told = [place.rsplit(" ", 2) for place in WORDS["countries"][code]["cities"]]
    place = rng.choice(len(told), size, p=_falling(len(told)))
    cities = pl.DataFrame(told, schema=["city", "state", "code"], orient="row")[place]
    area = rng.integers(0, 10 if code == "AU" else 60, size)
    streets = np.array(words("streets"), dtype=object)
    types = np.array(list(WORDS["street_types"]), dtype=object)
    street = rng.choice(len(streets), size, p=_falling(len(streets)))
    units = np.array(WORDS["countries"][code]["unit"], dtype=object)
    has_unit = rng.random(size) < 0.25
    return cities.with_columns(
        number=pl.Series(1 + (rng.pareto(1.2, size) * 25).astype(int) % 2500).cast(pl.String),
        street=text("street", streets[street]),
        street_type=text("street_type", types[(street * 7 + place + area) % len(types)]),
        unit_word=text("unit_word", np.where(has_unit, units[rng.integers(0, len(units), size)], None)),
        unit=text("unit", np.where(has_unit, rng.integers(1, 60, size).astype(str).astype(object), None)),
        postcode=_postcodes(code, cities["code"], area, street),
    ).drop("code")


def _falling(size: int) -> np.ndarray:
    weights = 1 / np.arange(2, size + 2) ** 0.6
    return np.asarray(weights / weights.sum())


def _postcodes(code: str, town: pl.Series, area: np.ndarray, street: np.ndarray) -> pl.Series:
    if code != "GB":
        return town + pl.Series(area).cast(pl.String).str.zfill(2)
    inward = LETTERS[street % 20] + LETTERS[(street * 3 + area) % 20]
    return town + pl.Series(area % 30 + 1).cast(pl.String) + " " + pl.Series(street % 10).cast(pl.String) + inward


def _numbers(rng: Rng, size: int, digits: int) -> pl.Series:
    """As many different numbers, in no order."""
    found = np.unique(rng.integers(10 ** (digits - 1), 9 * 10 ** (digits - 1), size * 2))
    return pl.Series(rng.permutation(found)[:size]).cast(pl.String)


def _phones(rng: Rng, code: str, size: int) -> pl.Series:
    begin, digits = {"US": ("202555", 4), "GB": ("07", 9), "AU": ("04", 8)}[code]
    if code == "US":
        area = pl.Series(rng.choice(["212", "310", "312", "713", "602", "215", "614", "503", "617", "615"], size))
        return area + pl.Series(rng.integers(200, 999, size)).cast(pl.String) + _random_digits(rng, size, digits)
    return begin + _random_digits(rng, size, digits)


def _random_digits(rng: Rng, size: int, digits: int) -> pl.Series:
    return pl.Series(rng.integers(0, 10**digits, size)).cast(pl.String).str.zfill(digits)
