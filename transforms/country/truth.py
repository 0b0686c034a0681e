"""The known truth beside the registers: who people are, what each record means, and what was damaged.

What a record means is what stands there once every dirt that can be undone is undone: a typing error stays, a
zero-width space does not. A value that nobody can read means nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np
import polars as pl

from transforms.country.chance import Flags
from transforms.country.clerks import NAMES, SHORT, Page
from transforms.country.ledger import DIRT
from transforms.country.planting import person_id
from transforms.country.population import Population, as_date

MEANT = {
    **dict.fromkeys(NAMES, pl.String), "sex": pl.String, "birth_date": pl.Date, "birth_precision": pl.String,
    "phone": pl.String, "area_4": pl.String, "national_id": pl.String, "birth_certificate": pl.String,
    "equity_card": pl.String,
}  # fmt: skip
RECORDS = {"register": pl.String, "record_id": pl.String, "person": pl.String, **MEANT}
TAKEN_DOWN = {**SHORT, "area_4": "village", "national_id": "id_no"}


@dataclass(frozen=True)
class Sent:
    """A register as sent. `dirt`: register, record_id, column, kind, outcome; one row a damaged value."""

    rows: pl.DataFrame
    dirt: pl.DataFrame

    def without_rows(self) -> Self:
        """What is known of the register once its rows are written."""
        return replace(self, rows=self.rows.clear())


MALFORMED = ("leading_zero", "spaced_identifier", "placeholder_identifier")


@dataclass(frozen=True)
class Written(Sent):
    """A register that names people. `who`: record_id, person, man, birth, precision (day, year, age, missing),
    relation (each null where not sent), family_km, given_km, id_no (null where not sent), id_malformed;
    `records`: the columns of `RECORDS`, one row a record."""

    who: pl.DataFrame
    records: pl.DataFrame


def sent(page: Page, rows: pl.DataFrame, key: list[str]) -> Sent:
    """The rows in order of their key, some of them once more at the end. What was damaged in columns that the
    register does not send (neither in its rows nor in a record's meaning) is struck out by the caller."""
    twice = page.hits("rows", "sent_twice") & ~lost_rows(page)
    page.ledger.note(("_row",), "sent_twice", twice)
    record_id = rows.select(pl.concat_str([pl.col(k).cast(pl.String) for k in key], separator="/")).to_series()
    again = rows.filter(pl.Series(twice))
    return Sent(pl.concat([rows.sort(key), again.sort(key)]), page.ledger.frame(page.desk.register, record_id))


def lost_rows(page: Page) -> Flags:
    every = page.ledger.quarantined()
    return every if every is not None else np.zeros(page.size, dtype=bool)


def written(page: Page, rows: pl.DataFrame, key: list[str], sends: Iterable[str], also: Iterable[str] = ()) -> Written:
    """The register with the meaning of each record in the columns it `sends`; `also`: source columns with dirt."""
    columns = tuple(sends)
    page.ledger.only((*columns, *also, "_row"))
    done = sent(page, rows, key)
    record_id = rows.select(pl.concat_str([pl.col(k).cast(pl.String) for k in key], separator="/")).to_series()
    person = page.frame["person"] + page.desk.population.first
    relation = pl.col("relation") if "relation" in page.frame.columns else pl.lit(None, dtype=pl.String)
    who = page.frame.select(
        record_id.alias("record_id"), "person", "man", "birth",
        pl.when(pl.col("birth").is_null()).then(pl.lit("missing")).otherwise("precision").alias("precision"),
        relation.alias("relation"),
    )  # fmt: skip
    lost_birth = pl.Series(page.ledger.lost("birth_date", page.size) | ("birth_date" not in columns))
    who = who.with_columns(
        man=pl.when(pl.lit("sex" in columns)).then("man"),
        birth=pl.when(pl.lit("birth_date" in columns)).then("birth"),
        precision=pl.when(lost_birth).then(pl.lit("missing")).otherwise("precision"),
    )
    records = pl.DataFrame({"record_id": record_id, "person": person_id(person)}).with_columns(
        *meant(page, columns), register=pl.lit(page.desk.register)
    )
    who = who.with_columns(
        records["family_name_local"].alias("family_km"), records["given_name_local"].alias("given_km"),
        records["national_id"].alias("id_no"), malformed(done.dirt, record_id),
    )  # fmt: skip
    return Written(done.rows, done.dirt, who, records.select(*RECORDS))


def malformed(dirt: pl.DataFrame, record_id: pl.Series) -> pl.Series:
    """Whether the identity number of each record came in another form than its own nine digits."""
    hit = dirt.filter((pl.col("column") == "national_id") & pl.col("kind").is_in(MALFORMED))
    return record_id.is_in(hit["record_id"].implode()).alias("id_malformed")


def meant(page: Page, columns: tuple[str, ...]) -> list[pl.Series]:
    """Canonical values of what was taken down; null where it is not sent or cannot be read."""
    frame = page.frame
    values: dict[str, pl.Series] = {}
    for column in columns:
        values[column] = frame[TAKEN_DOWN.get(column, column)] if column not in ("sex", "birth_date") else frame["man"]
    if "sex" in values:
        values["sex"] = frame.select(pl.when("man").then(pl.lit("M")).otherwise(pl.lit("F"))).to_series()
    if "birth_date" in values:
        values |= birth_meant(page)
    if "phone" in values:
        values["phone"] = "+855" + values["phone"].str.strip_chars_start("0")
    for column in ("family_name", "given_name"):
        if column in values:
            values[column] = plain_latin(values[column])
    every = []
    for column, dtype in MEANT.items():
        value = values.get(column, pl.Series([None], dtype=dtype).new_from_index(0, page.size)).cast(dtype)
        gone = page.ledger.lost("birth_date" if column == "birth_precision" else column, page.size)
        every.append(value.set(pl.Series(gone), None).alias(column))
    return every


def plain_latin(name: pl.Series) -> pl.Series:
    """Capitalised, without accents."""
    return name.str.normalize("NFD").str.replace_all(r"\p{M}", "").str.to_titlecase()


def birth_meant(page: Page) -> dict[str, pl.Series]:
    """The date as far as it is told, unknown parts filled with 1; and how far that is."""
    birth, precision = pl.col("birth"), pl.col("precision")
    part = precision.is_in(["year", "age"])
    first = (birth.dt.month() == 1) & (birth.dt.day() == 1)
    shown = page.frame.select(
        birth_date=pl.when(part).then(pl.date(birth.dt.year(), 1, 1)).otherwise(birth),
        birth_precision=pl.when(birth.is_null()).then(None).when(part).then(precision)
        .when(first).then(pl.lit("default_1_january")).otherwise(pl.lit("day")),
    )  # fmt: skip
    return {name: shown[name] for name in shown.columns}


Register = TypeVar("Register", Sent, Written)


def with_totals(done: Register, register: str, totals: dict[str, str | int]) -> Register:
    """The register with a row of totals at the end, as a spreadsheet has it; it bears no key."""
    rows = done.rows
    last = pl.DataFrame({name: [totals.get(name)] for name in rows.columns}, schema=rows.schema)
    row = {"register": register, "record_id": None, "column": "_row", "kind": "totals_row", "outcome": "quarantined"}
    return replace(done, rows=pl.concat([rows, last]), dirt=pl.concat([done.dirt, pl.DataFrame([row], schema=DIRT)]))


def people(population: Population) -> pl.DataFrame:
    """The truth about every person: one row a person, in order."""
    names, true = population.names, population.people
    return true.select(
        person=person_id(true["person"] + population.first),
        family_name_local="family_km",
        given_name_local="given_km",
        family_name=plain_latin(names.spellings.gather(true["family_spelling"])),
        given_name=plain_latin(names.spellings.gather(true["given_spelling"])),
        sex=pl.when("man").then(pl.lit("M")).otherwise(pl.lit("F")),
        birth_date=as_date("born"),
        national_id="national_id",
        birth_certificate="birth_certificate",
        phone="+855" + true["phone"].str.strip_chars_start("0"),
        area_4="village",
        cham="cham",
        died_on=as_date("died"),
    )


def records_and_dirt(registers: Mapping[str, Sent]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both tables of all registers, in order of register and record."""
    records = pl.concat(done.records for done in registers.values() if isinstance(done, Written))
    dirt = pl.concat(done.dirt for done in registers.values())
    return records.sort("register", "record_id"), dirt.sort("register", "record_id", "column", "kind")
