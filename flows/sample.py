"""Write the sample country to disk: registers as agencies send them, and the truth beside them."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import yaml

from flows.sample_files import Files, Truth
from transforms.country.assistance_registers import (
    family_package_enrolments,
    family_package_payments,
    idpoor_households,
    idpoor_members,
)
from transforms.country.cases import true_cases
from transforms.country.civil_registers import civil_births, civil_deaths
from transforms.country.clerks import Desk
from transforms.country.health_line_list import health_line_list
from transforms.country.near_misses import near_misses, plant_near_misses
from transforms.country.nights import EARLIEST, as_at
from transforms.country.planting import person_id
from transforms.country.population import EPOCH, Reference
from transforms.country.service_registers import (
    disability,
    grievances,
    hef_claims,
    nssf_contributions,
    nssf_members,
)
from transforms.country.slices import slices
from transforms.country.truth import Sent, Written, people, records_and_dirt
from transforms.country.world import Country, make_country
from transforms.country.wrongs import plant_wrongs

REFERENCE = Path(__file__).resolve().parent.parent / "data" / "reference"
FEWEST = 100
MOST = 20_000_000  # phone numbers tell no more apart

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Nights:
    """So many drops of the registers, so many days apart, the last on the sample's as-of day."""

    count: int = 1
    every: int = 7

    def days(self, last: int) -> list[int]:
        """Days since 1970. Raises `ValueError` where the first lies further back than the country remembers."""
        if self.count < 1 or self.every < 1:
            raise ValueError("ask for at least one night, and at least one day between two")
        if (back := (self.count - 1) * self.every) > EARLIEST:
            raise ValueError(
                f"{self.count} nights every {self.every} days begin {back} days before the last, but the past reaches "
                f"{EARLIEST} days back: ask for fewer nights (--nights) or set them closer (--every)"
            )
        return [last - self.every * ago for ago in range(self.count - 1, -1, -1)]

    def folder(self, out: Path, day: int) -> Path:
        """One night is written to `out` itself, several to a folder each by its date."""
        return out if self.count == 1 else out / str(EPOCH + timedelta(days=day))


@dataclass(frozen=True)
class Drop:
    """One night as written: its date, the folder with registers/ and truth/, rows a register."""

    day: date
    folder: Path
    rows: dict[str, int]


def write_sample(people: int, seed: int, out: Path, progress: Progress | None = None) -> dict[str, int]:
    """Write one night of a country of so many people (see `write_nights`) to `out`; gives rows a register."""
    return write_nights(people, seed, out, Nights(), progress)[0].rows


def write_nights(people: int, seed: int, out: Path, nights: Nights, progress: Progress | None = None) -> list[Drop]:
    """Write the registers of each night and the truth about it; oldest night first.

    A night is `registers/*` and `truth/*.parquet`, in `out` or, of several, in `out/<date>`. Truth: people, records
    (what each record means), dirt (what was damaged), as transforms/country/truth.py tells; cases (rule, subject_kind,
    subject, kind, planted). The same people and seed give the same bytes. A large country is made and written one
    slice after another, in the memory of one. Below some 15,000 people not every rule finds room for its cases. Raises
    `ValueError` for too few or too many people, and for nights too far back.
    """
    if people < FEWEST:
        raise ValueError(
            f"a sample country needs at least {FEWEST} people to fill every register, not {people}: "
            f"ask for more (--people {FEWEST})"
        )
    if people > MOST:
        raise ValueError(
            f"identifiers and phones suffice for {MOST:,} people, not {people:,}: ask for fewer (--people)"
        )
    reference, say = read_reference(), progress or (lambda _: None)
    days = nights.days(reference.as_of)
    rows: dict[int, Counter[str]] = {day: Counter() for day in days}
    with ExitStack() as stack:
        files = {day: stack.enter_context(Files(nights.folder(out, day) / "registers")) for day in days}
        truth = {day: stack.enter_context(Truth(nights.folder(out, day) / "truth")) for day in days}
        for part in slices(people, reference.parameters["population"]["people_per_slice"]):
            told = f"slice {part.number + 1} of {part.of}: " if part.of > 1 else ""
            say(f"{told}making people and their lives")
            planted = plant(make_country(part, seed, reference))
            for day in days:
                say(f"{told}writing the night of {EPOCH + timedelta(days=day)}")
                rows[day].update(write_night(planted, day, files[day], truth[day]))
        say("closing files")
    return [Drop(EPOCH + timedelta(days=day), nights.folder(out, day), dict(rows[day])) for day in days]


@dataclass(frozen=True)
class Planted:
    """A country with wrongs and near misses planted, and which they are."""

    country: Country
    meant: pl.DataFrame
    near: pl.DataFrame


def plant(country: Country) -> Planted:
    country, meant = plant_wrongs(country)
    country, near = plant_near_misses(country, meant)
    return Planted(country, meant, near)


def write_night(planted: Planted, day: int, files: Files, truth: Truth) -> dict[str, int]:
    """Write what agencies know on that day, and the truth of that day; gives rows a register."""
    country = as_at(planted.country, day)
    sent, rows = {}, {}
    for name in REGISTERS:
        register = sent_by(name, country)
        files.write(name, register.rows)
        sent[name], rows[name] = register.without_rows(), register.rows.height
    who = {name: register.who for name, register in sent.items() if isinstance(register, Written)}
    cases = true_cases(country, who, planted.meant)
    near = planted.near if day == planted.country.as_of else known_by_then(planted.near, country)
    every = numbered(pl.concat([cases, near_misses(country, near, cases)]), country.population.first)
    for name, frame in truths(country, sent, every).items():
        truth.write(name, frame)
    return rows


def known_by_then(subjects: pl.DataFrame, country: Country) -> pl.DataFrame:
    """Of these subjects the people born and the households registered by the country's day."""
    born = country.people.filter(pl.col("born") <= country.as_of)["person"]
    known = pl.concat([person_id(born), "idpoor_households/" + country.cards["household_code"]])
    return subjects.filter(pl.col("subject").is_in(known.implode()))


def numbered(subjects: pl.DataFrame, first: int) -> pl.DataFrame:
    """The subjects with people numbered through the whole country instead of within their slice."""
    if first == 0:
        return subjects
    person = person_id(pl.Series(subjects["subject"].str.strip_prefix("P").cast(pl.Int64, strict=False) + first))
    of_person = pl.col("subject_kind") == "person"
    return subjects.with_columns(subject=pl.when(of_person).then(person).otherwise("subject"))


def read_reference() -> Reference:
    """The gazetteer, provinces, names and parameters in data/reference."""
    codes = {"code": pl.String, "parent": pl.String}
    return Reference(
        areas=pl.read_csv(REFERENCE / "areas.csv", schema_overrides=codes),
        provinces=pl.read_csv(REFERENCE / "provinces.csv", schema_overrides=codes),
        names=pl.read_csv(REFERENCE / "names.csv"),
        parameters=yaml.safe_load((REFERENCE / "sample.yaml").read_text(encoding="utf-8")),
    )


REGISTERS: dict[str, Callable[[Desk, Country], Sent]] = {
    "idpoor_households": lambda desk, country: idpoor_households(desk, country.cards),
    "idpoor_members": lambda desk, country: idpoor_members(desk, country.roster, country.cards),
    "family_package_enrolments": lambda desk, country: family_package_enrolments(desk, country.enrolments),
    "family_package_payments": lambda desk, country: family_package_payments(desk, country.payments),
    "nssf_members": lambda desk, country: nssf_members(desk, country.members, country.contributions),
    "nssf_contributions": lambda desk, country: nssf_contributions(desk, country.contributions),
    "hef_claims": lambda desk, country: hef_claims(desk, country.claims),
    "disability": lambda desk, country: disability(desk, country.disability),
    "civil_births": lambda desk, country: civil_births(desk, country.births),
    "civil_deaths": lambda desk, country: civil_deaths(desk, country.deaths),
    "grievances": lambda desk, country: grievances(desk, country.grievances),
    "health_line_list": lambda desk, country: health_line_list(desk, country.line_list),
}


def sent_by(register: str, country: Country) -> Sent:
    """A register as sent, with what was damaged; one that names people tells who each record is."""
    return REGISTERS[register](Desk(register, country.population, country.reference, country.seed), country)


def registers(country: Country) -> dict[str, Sent]:
    """Every register as sent."""
    return {name: sent_by(name, country) for name in REGISTERS}


def truths(country: Country, sent: dict[str, Sent], cases: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The truth files by name, of those born by then."""
    records, dirt = records_and_dirt(sent)
    return {
        "people": people(country.population).filter(country.people["born"] <= country.as_of),
        "records": records,
        "dirt": dirt,
        "cases": cases.sort("rule", "kind", "subject"),
    }
