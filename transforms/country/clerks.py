"""How a clerk writes down a person: names, sex, birth date, identifier, village, phone, with the register's habits."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.country.chance import Parameters, happens, scattered_number, stream
from transforms.country.dirt import (
    ZERO_WIDTH_SPACE,
    Habits,
    birth_as_written,
    identifier,
    mistyped,
    phone,
    replaced,
)
from transforms.country.population import Population, Reference, digits

WRITTEN = ("family_km", "given_km", "id_no", "village")


@dataclass(frozen=True)
class Written:
    """A register as sent. `who`: record_id, person, man, birth, precision (day, year, age, missing), relation,
    family_km, given_km, id_no, village."""

    rows: pl.DataFrame
    who: pl.DataFrame


@dataclass(frozen=True)
class Desk:
    """Where a register is written: the people it knows, the agency's habits, its own chance."""

    register: str
    population: Population
    reference: Reference
    seed: int

    @property
    def habits(self) -> Habits:
        return dict(self.reference.parameters["registers"][self.register])

    @property
    def files(self) -> Parameters:
        return dict(self.reference.parameters["files"])

    def chance(self, part: str) -> np.random.Generator:
        return stream(self.seed, f"{self.register} {part}")

    def number(self, index: pl.Series, prefix: str, width: int = 8) -> pl.Series:
        """Numbers of rows that tell nothing of when or why the row was made."""
        place = scattered_number(index.to_numpy().astype(np.int64), self.seed, 0, 10**width)
        return prefix + digits(place, width)


def persons(desk: Desk, facts: pl.DataFrame) -> pl.DataFrame:
    """The facts with what the clerk wrote of each `person`: family_km, given_km, family_latin, given_latin, man, birth,
    precision, id_no, village, phone. Facts may say `sex_slip`, `birth_slip`, `claimed_born`."""
    true = desk.population.people[facts["person"].to_numpy()]
    size, habits = facts.height, desk.habits
    slip = {
        name: facts[name].to_numpy() if name in facts.columns else np.zeros(size, dtype=bool)
        for name in ("sex_slip", "birth_slip")
    }
    born = facts["claimed_born"].fill_null(true["born"]) if "claimed_born" in facts.columns else true["born"]
    rng = desk.chance("sex")
    wrong = happens(rng, size, habits["sex"]) ^ slip["sex_slip"]
    birth = birth_as_written(
        desk.chance("birth"), born.to_numpy().copy(), slip["birth_slip"], habits["birth"], desk.reference.as_of
    )
    return facts.with_columns(
        *names_as_written(desk, true),
        pl.Series("man", true["man"].to_numpy() ^ wrong),
        *birth.get_columns(),
        identifier(desk.chance("id"), true["national_id"], lenders(desk).gather(true["household"]), habits["id"]).alias(
            "id_no"
        ),
        village_as_written(desk, true["village"]).alias("village"),
        phone(desk.chance("phone"), true["phone"], true["village"], desk.files).alias("phone"),
    )


def lenders(desk: Desk) -> pl.Series:
    """The head's national ID, a household: the paper at hand when one's own is not."""
    heads = desk.population.people.filter(pl.col("relation") == "head").select("household", "national_id")
    return desk.population.households.select("household").join(
        heads, on="household", how="left", maintain_order="left"
    )["national_id"]


def village_as_written(desk: Desk, village: pl.Series) -> pl.Series:
    rng = desk.chance("village")
    elsewhere = desk.population.households["village"].gather(
        rng.integers(0, desk.population.households.height, len(village))
    )
    return replaced(village, happens(rng, len(village), desk.habits["village"]), elsewhere)


def names_as_written(desk: Desk, true: pl.DataFrame) -> list[pl.Series]:
    """Family and given name in both scripts, with typing errors, other romanisations, and the order changed."""
    rng, habits, names = desk.chance("names"), desk.habits, desk.population.names
    parts: dict[str, pl.Series] = {}
    for part in ("family", "given"):
        parts[f"{part}_km"] = mistyped(rng, true[f"{part}_km"], habits["km_typo"] / 2)
        other = names.spelled(rng, true[part].to_numpy(), 1.0)
        strays = happens(rng, true.height, habits["latin_variant"])
        spelling = np.where(strays, other, true[f"{part}_spelling"].to_numpy())
        parts[f"{part}_latin"] = mistyped(rng, names.spellings.gather(spelling), habits["latin_typo"] / 2)
    swapped = happens(rng, true.height, habits["swapped"])
    return [
        replaced(parts[f"{part}_{script}"], swapped, parts[f"{other}_{script}"]).alias(f"{part}_{script}")
        for script in ("km", "latin")
        for part, other in (("family", "given"), ("given", "family"))
    ]


def full_name(desk: Desk, written: pl.DataFrame, script: str) -> pl.Series:
    """Family and given name in one field."""
    rng, habits = desk.chance(f"full {script}"), desk.habits
    draw = rng.random(written.height)
    joined = (draw < habits["joined"]) if script == "km" else np.zeros(written.height, dtype=bool)
    hidden = (draw >= habits["joined"]) & (draw < habits["joined"] + habits["zero_width"]) & (script == "km")
    between = np.select([joined, hidden], ["", ZERO_WIDTH_SPACE], " ")
    name = written[f"family_{script}"] + pl.Series(between.tolist(), dtype=pl.String) + written[f"given_{script}"]
    return replaced(name, happens(rng, written.height, habits["given_only"]), written[f"given_{script}"])


def day_month_year(day: pl.Expr) -> pl.Expr:
    return day.dt.strftime("%d/%m/%Y")


def as_date(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int32).cast(pl.Date)


def birth_text() -> pl.Expr:
    """dd/mm/yyyy, or the year alone where no more is known."""
    birth = pl.col("birth")
    return pl.when(pl.col("precision") == "year").then(birth.dt.strftime("%Y")).otherwise(day_month_year(birth))


def sex_code(man: str, woman: str) -> pl.Expr:
    return pl.when("man").then(pl.lit(man)).otherwise(pl.lit(woman))


def of_whom(written: pl.DataFrame, record_id: pl.Expr, sends_village: bool = True) -> pl.DataFrame:
    """Who each record is, with what was written of them."""
    if not sends_village:
        written = written.with_columns(village=pl.lit(None, dtype=pl.String))
    relation = pl.col("relation") if "relation" in written.columns else pl.lit(None, dtype=pl.String)
    return written.select(
        record_id.alias("record_id"), "person", "man", "birth", "precision", relation.alias("relation"), *WRITTEN
    )


def wrong_values(register: str, who: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The values that stand in a register and are not true: register, record_id, column (as in clean.people and
    clean.identifiers), value (the true one as text; null where the person has none).

    Values that are missing, or of which only the year or an age is told, are not among them.
    """
    true = people[who["person"].to_numpy()]
    sex = pl.when("man").then(pl.lit("M")).otherwise(pl.lit("F"))
    to_the_day = pl.when(pl.col("precision") == "day").then(pl.col("birth").cast(pl.String))
    pairs = {
        "family_name_local": (who["family_km"], true["family_km"]),
        "given_name_local": (who["given_km"], true["given_km"]),
        "sex": (who.select(sex).to_series(), true.select(sex).to_series()),
        "birth_date": (who.select(to_the_day).to_series(), true["born"].cast(pl.Int32).cast(pl.Date).cast(pl.String)),
        "national_id": (who["id_no"], true["national_id"]),
        "area_4": (who["village"], true["village"]),
    }
    compared = (
        pl.DataFrame({"record_id": who["record_id"], "written": written, "value": value}).select(
            register=pl.lit(register), record_id="record_id", column=pl.lit(column), value="value", written="written"
        )
        for column, (written, value) in pairs.items()
    )
    wrong = pl.col("written").is_not_null() & pl.col("written").ne_missing(pl.col("value"))
    return pl.concat(compared).filter(wrong).drop("written")
