"""How a clerk takes down a person: names, sex, birth, identifier, village, phone, with the register's habits.

What is taken down wrong here nobody can see later (but for what is missing): it stays as written.
"""

from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Ints, Parameters, scattered_number
from transforms.country.dirt_dates import Paper, birth_as_written
from transforms.country.dirt_numbers import (
    chief_phones,
    neighbours,
    one_digit_misread,
    one_digit_wrong,
    placeholders,
    special_phones,
)
from transforms.country.dirt_text import mistyped
from transforms.country.draws import Draws, mixed
from transforms.country.homes import village_on
from transforms.country.ledger import Ledger, replaced
from transforms.country.population import Population, Reference, as_date, digits
from transforms.country.slices import NUMBERS_A_PERSON

NAMES = ("family_name_local", "given_name_local", "family_name", "given_name")
SHORT = {"family_name_local": "family_km", "given_name_local": "given_km", "family_name": "family_latin",
         "given_name": "given_latin"}  # fmt: skip
CHIEFS_WITH_FEWER_FOLLOWERS = 0.75
PARTED = "^(Srey|Bun|Sok)([b-df-hj-np-tv-z]?[aeiou].*)$"  # first syllables that stand alone as well
DAY = "%d/%m/%Y"
ISO = "%Y-%m-%d"


@dataclass(frozen=True)
class Desk:
    """Where a register is written: the people it knows, the agency's habits, its own chance."""

    register: str
    population: Population
    reference: Reference
    seed: int

    @property
    def habits(self) -> Parameters:
        habits: Parameters = self.reference.parameters["registers"][self.register]
        return habits

    def rates(self, group: str) -> Parameters:
        rates: Parameters = self.habits.get(group, {})
        return rates

    def rate(self, group: str, kind: str) -> float:
        return float(self.rates(group).get(kind, 0.0))

    def key(self, index: pl.Series, each: int = NUMBERS_A_PERSON) -> Ints:
        """Keys that no other piece of the country has, for rows numbered from 0 in this one."""
        return index.to_numpy().astype(np.int64) + self.population.first * each

    def shares(self, group: str, *kinds: str) -> dict[str, float]:
        return {kind: self.rate(group, kind) for kind in kinds}

    def draws(self, key: Ints) -> Draws:
        return Draws(self.seed, self.register, key)

    def number(self, index: pl.Series, prefix: str) -> pl.Series:
        """Numbers of rows that tell nothing of when or why the row was made."""
        return self.scattered(self.key(index), prefix, 8)

    def scattered(self, key: Ints, prefix: str, width: int) -> pl.Series:
        return prefix + digits(scattered_number(key, self.seed, 0, 10**width), width)


@dataclass(frozen=True)
class Page:
    """The rows of a register while they are written. `frame`: the facts, with what was taken down of each `person`:
    family_km, given_km, family_latin, given_latin, exact (the name is the true one, in order), man, birth, precision,
    id_no, village, phone. All of it is as meant: what comes on top of it can be undone."""

    desk: Desk
    draws: Draws
    ledger: Ledger
    frame: pl.DataFrame

    @property
    def size(self) -> int:
        return self.frame.height

    def flags(self, column: str) -> Flags:
        return self.frame[column].to_numpy().astype(bool)

    def hits(self, group: str, kind: str) -> Flags:
        """Whom a kind of dirt befalls, by its rate in the parameters."""
        return self.draws.hits(f"{group} {kind}", self.desk.rate(group, kind))

    def but(self, **columns: pl.Series) -> "Page":
        return replace(self, frame=self.frame.with_columns(**columns))

    def paper(self, form: str = DAY) -> Paper:
        return Paper(form, self.desk.rates("dates"), self.draws, self.ledger)

    def days(self, source: str, column: str, form: str = DAY, lost: str = "set_aside") -> pl.Series:
        """Days of the facts (numbers since 1970) as text, under the name of the column they are sent in."""
        day = self.frame.select(as_date(source)).to_series()
        return self.paper(form).dates(column, day, np.zeros(self.size, dtype=bool), lost)

    def births(self, form: str = DAY, lost: str = "set_aside") -> pl.Series:
        """Birth dates as text; the year alone where no more is known, nothing where an age is told instead."""
        told = self.frame["birth"].set(pl.Series(self.precision("age")), None)
        return self.paper(form).dates("birth_date", told, self.precision("year"), lost)

    def precision(self, wanted: str) -> Flags:
        return (self.frame["precision"] == wanted).to_numpy()

    def spread(self, rows: Ints, more: pl.DataFrame, key: Ints) -> "Page":
        """The same persons in other rows, some several times, with `more` columns and a new key."""
        frame = pl.concat([self.frame[rows].drop(more.columns, strict=False), more], how="horizontal")
        return Page(self.desk, self.desk.draws(key), self.ledger.spread(rows), frame)


def persons(desk: Desk, facts: pl.DataFrame, key: Ints, day: str | None = None) -> Page:
    """What the clerk takes down of each `person` of the facts. `day`: the column with the day it is taken down.

    Facts may say `sex_slip`, `birth_slip` (the clerk gets that wrong) and `claimed_born` (what the person said).
    """
    true = desk.population.people[facts["person"].to_numpy()]
    page = Page(desk, desk.draws(key), Ledger(), facts)
    page = with_names(page, true)
    today = desk.reference.as_of
    written_on = facts[day].fill_null(today) if day else today
    page = with_sex_and_birth(page, true, written_on)
    page = with_village(page, village_on(desk.population, facts["person"], facts[day] if day else today))
    return with_phone(with_id(page, true), true)


def slip(page: Page, name: str) -> Flags:
    return page.flags(name) if name in page.frame.columns else np.zeros(page.size, dtype=bool)


def with_names(page: Page, true: pl.DataFrame) -> Page:
    """Family and given name in both scripts, with typing errors, other romanisations, and the order changed."""
    parts = {
        column: name
        for part, column in (("family", "family_name_local"), ("given", "given_name_local"))
        for column, name in ((column, local_name(page, column, true[f"{part}_km"])),
                             (column.removesuffix("_local"), latin_name(page, part, true)))
    }  # fmt: skip
    exact = ~(parts["family_name_local"].ne_missing(true["family_km"]).to_numpy()) & ~(
        parts["given_name_local"].ne_missing(true["given_km"]).to_numpy()
    )
    swapped = page.hits("names", "swapped")
    if page.desk.habits.get("whole_name", False):  # in one field Cham people write the given name first
        swapped = swapped | (true["cham"].to_numpy() & page.hits("names", "cham_order"))
    turned = turned_round(page, parts, swapped)
    if page.desk.habits.get("whole_name", False):
        turned |= by_place(turned)
    return page.but(**{SHORT[column]: turned[column] for column in NAMES}, exact=pl.Series(exact & ~swapped))


def turned_round(page: Page, parts: dict[str, pl.Series], swapped: Flags) -> dict[str, pl.Series]:
    other = {column: column.replace("family", "x").replace("given", "family").replace("x", "given") for column in parts}
    return {
        column: page.ledger.damage((column,), "swapped_name_order", name, swapped, parts[other[column]])
        for column, name in parts.items()
    }


def by_place(parts: dict[str, pl.Series]) -> dict[str, pl.Series]:
    """In one field the first word is the family name to whoever reads it, also where it has two."""
    whole = parts["family_name"] + " " + parts["given_name"]
    return {"family_name": whole.str.extract("^([^ ]+)"), "given_name": whole.str.extract("^[^ ]+ (.*)$")}


def local_name(page: Page, column: str, true: pl.Series) -> pl.Series:
    typed, alike = mistyped(page.draws, column, true, page.desk.rate("names", "km_typo") / 2)
    return slipped(page, column, true, typed, alike)


def slipped(page: Page, column: str, before: pl.Series, typed: pl.Series, alike: Flags) -> pl.Series:
    written = page.ledger.damage((column,), "look_alike", before, alike, typed)
    return page.ledger.damage((column,), "typing_error", written, ~alike, typed)


def latin_name(page: Page, part: str, true: pl.DataFrame) -> pl.Series:
    """The person's own spelling, or another romanisation, perhaps parted in two words, perhaps mistyped."""
    names, column = page.desk.population.names, f"{part}_name"
    own = names.spellings.gather(true[f"{part}_spelling"]).str.to_titlecase()
    count = names.count[true[part].to_numpy()]
    other = names.first_spelling[true[part].to_numpy()] + page.draws.below(f"{column} spelling", count)
    strays = page.draws.hits(f"{column} variant", page.desk.rate("names", "latin_variant"))
    written = names.spellings.gather(other).str.to_titlecase()
    written = page.ledger.damage((column,), "other_spelling", own, strays, written)
    if part == "given":
        parted = written.str.replace(PARTED, "${1} ${2}").str.to_titlecase()
        written = page.ledger.damage((column,), "split_name", written, page.hits("names", "split"), parted)
    typed, alike = mistyped(page.draws, column, written, page.desk.rate("names", "latin_typo") / 2)
    return slipped(page, column, written, typed.str.to_titlecase(), alike)


def with_sex_and_birth(page: Page, true: pl.DataFrame, written_on: pl.Series | int) -> Page:
    wrong = page.hits("sex", "wrong") ^ slip(page, "sex_slip")
    page.ledger.note(("sex",), "wrong_sex", wrong)
    told = page.frame["claimed_born"].fill_null(true["born"]) if "claimed_born" in page.frame.columns else true["born"]
    birth = birth_as_written(page.draws, told, slip(page, "birth_slip"), page.desk.rates("birth"), written_on)
    for kind, name in (("swapped", "day_month_swap"), ("digit", "birth_digit"), ("first_january", "first_january")):
        page.ledger.note(("birth_date",), name, (birth["slip"] == kind).fill_null(False).to_numpy())
    for precision, name in (("year", "year_only"), ("missing", "missing"), ("age", "age_only")):
        page.ledger.note(("birth_date",), name, (birth["precision"] == precision).to_numpy())
    page = page.but(man=pl.Series(true["man"].to_numpy() ^ wrong))
    return page.but(birth=birth["birth"], precision=birth["precision"])


def with_village(page: Page, home: pl.Series) -> Page:
    codes = page.desk.reference.areas.filter(pl.col("level") == 4)["code"].sort()
    wrong = page.hits("area", "wrong")
    near = neighbours(page.draws, home, codes)
    return page.but(village=page.ledger.damage(("area_4",), "wrong_village", home, wrong, near))


def with_id(page: Page, true: pl.DataFrame) -> Page:
    """The national ID: missing, a relative's, a digit wrong or misread, or something to fill the field."""
    own, draws, ledger = true["national_id"], page.draws, page.ledger
    kinds = draws.kind("id", page.desk.shares("id", "missing", "borrowed", "digit", "ocr"))
    lent = lenders(page.desk).gather(true["household"])
    column = ("national_id",)
    number = ledger.damage(column, "borrowed_identifier", own, kinds["borrowed"], lent.fill_null(own))
    number = ledger.damage(
        column, "digit_error", number, kinds["digit"], one_digit_wrong(draws, "id", number, kinds["digit"])
    )
    number = ledger.damage(
        column, "ocr_digit", number, kinds["ocr"], one_digit_misread(draws, "id", number, kinds["ocr"])
    )
    number = ledger.damage(column, "missing", number, kinds["missing"], none_of(number))
    filler = page.hits("id", "placeholder")
    ledger.lose(column, "placeholder_identifier", filler)
    return page.but(id_no=replaced(number, filler, placeholders(draws, "id")))


def none_of(values: pl.Series) -> pl.Series:
    return pl.repeat(None, len(values), dtype=values.dtype, eager=True)


def lenders(desk: Desk) -> pl.Series:
    """The head's national ID, a household: the paper at hand when one's own is not."""
    heads = desk.population.people.filter(pl.col("relation") == "head").select("household", "national_id")
    return desk.population.households.select("household").join(
        heads, on="household", how="left", maintain_order="left"
    )["national_id"]


def with_phone(page: Page, true: pl.DataFrame) -> Page:
    return page.but(phone=phone_told(page, true["phone"], page.frame["village"]))


def phone_told(page: Page, phone: pl.Series, village: pl.Series) -> pl.Series:
    """The phone told: one's own, the village chief's, or one number that an office gives for everybody.

    An office is of one register and one piece of the country, so that its followers can be counted there."""
    kinds = page.draws.kind("phone", page.desk.shares("phone", "borrowed", "over_shared"))
    chiefs = chief_phones(village)
    written = replaced(phone, kinds["borrowed"], chiefs.fill_null(phone))
    page.ledger.note(("phone",), "borrowed_phone", kinds["borrowed"] & written.ne_missing(phone).to_numpy())
    # Of the offices each has a quarter of the followers of the one before.
    office = np.floor(np.log(1 - page.draws.unit("office")) / np.log(1 - CHIEFS_WITH_FEWER_FOLLOWERS)).astype(np.int64)
    own = crc32(f"{page.desk.register} {page.desk.population.first}".encode())
    offices = special_phones(mixed(office, np.full(page.size, own)), "097")
    written = replaced(written, kinds["over_shared"], offices)
    return over_shared(page, written, kinds["over_shared"])


def over_shared(page: Page, phone: pl.Series, hit: Flags) -> pl.Series:
    """Puts down which offices' numbers stand so often that a reader sees they are nobody's own."""
    limit = page.desk.reference.parameters["files"]["phone_shared_by_at_most"]
    often = pl.DataFrame({"phone": phone}).select(pl.len().over("phone") > limit).to_series().to_numpy() & hit
    page.ledger.lose(("phone",), "over_shared_phone", often)
    page.ledger.lose(("phone",), "borrowed_phone", hit & ~often)
    return phone
