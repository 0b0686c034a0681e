"""Write the sample country to disk: registers as agencies send them, and the truth beside them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]
import yaml

from transforms.country.assistance_registers import (
    family_package_enrolments,
    family_package_payments,
    idpoor_households,
    idpoor_members,
)
from transforms.country.cases import true_cases
from transforms.country.clerks import Desk, Written, wrong_values
from transforms.country.near_misses import near_misses, plant_near_misses
from transforms.country.planting import person_id
from transforms.country.population import Reference
from transforms.country.service_registers import (
    civil_births,
    civil_deaths,
    disability,
    grievances,
    hef_claims,
    nssf_contributions,
    nssf_members,
)
from transforms.country.world import Country, make_country
from transforms.country.wrongs import plant_wrongs

REFERENCE = Path(__file__).resolve().parent.parent / "data" / "reference"
FEWEST = 100
FIXED_DATE = datetime(2026, 1, 1)  # files carry no clock, so that one seed gives one content
SHEET_ROWS = 1_048_575
DATE_FORMAT = "dd/mm/yyyy"

Progress = Callable[[str], None]


def write_sample(people: int, seed: int, out: Path, progress: Progress | None = None) -> dict[str, int]:
    """Write `out/registers/*` and `out/truth/*.parquet` for a country of so many people; gives rows a register.

    Truth: records (register, record_id, person), cases (rule, subject_kind, subject, kind, planted), values (register,
    record_id, column, value: what should stand where something else does). The same people
    and seed give the same bytes. Below some 10,000 people not every rule finds room for its cases. Raises `ValueError`
    for fewer than 100 people.
    """
    if people < FEWEST:
        raise ValueError(f"a sample country needs at least {FEWEST} people to fill every register, not {people}")
    say = progress or (lambda _: None)
    say("making people and what happened to them")
    country, meant = plant_wrongs(make_country(people, seed, read_reference()))
    country, near = plant_near_misses(country, meant)
    say("writing what the agencies know")
    tables, written = registers(country)
    say("working out the true cases")
    cases = true_cases(country, {name: register.who for name, register in written.items()}, meant)
    misses = near_misses(country, near, cases)
    say("writing files")
    write_registers(tables, out / "registers")
    write_truth(pl.concat([cases, misses]), written, country.people, out / "truth")
    return {name: table.height for name, table in tables.items()}


def read_reference() -> Reference:
    """The gazetteer, provinces, names and parameters in data/reference."""
    codes = {"code": pl.String, "parent": pl.String}
    return Reference(
        areas=pl.read_csv(REFERENCE / "areas.csv", schema_overrides=codes),
        provinces=pl.read_csv(REFERENCE / "provinces.csv", schema_overrides=codes),
        names=pl.read_csv(REFERENCE / "names.csv"),
        parameters=yaml.safe_load((REFERENCE / "sample.yaml").read_text(encoding="utf-8")),
    )


def registers(country: Country) -> tuple[dict[str, pl.DataFrame], dict[str, Written]]:
    """Every register as sent; and those that name people, with who each record is."""

    def desk(register: str) -> Desk:
        return Desk(register, country.population, country.reference, country.seed)

    written = {
        "idpoor_members": idpoor_members(desk("idpoor_members"), country.roster, country.cards),
        "family_package_enrolments": family_package_enrolments(desk("family_package_enrolments"), country.enrolments),
        "nssf_members": nssf_members(desk("nssf_members"), country.members, country.contributions),
        "hef_claims": hef_claims(desk("hef_claims"), country.claims),
        "disability": disability(desk("disability"), country.disability),
        "civil_births": civil_births(desk("civil_births"), country.births),
        "civil_deaths": civil_deaths(desk("civil_deaths"), country.deaths),
        "grievances": grievances(desk("grievances"), country.grievances),
    }
    others = {
        "idpoor_households": idpoor_households(desk("idpoor_households"), country.cards),
        "family_package_payments": family_package_payments(desk("family_package_payments"), country.payments),
        "nssf_contributions": nssf_contributions(desk("nssf_contributions"), country.contributions),
    }
    return others | {name: register.rows for name, register in written.items()}, written


def write_registers(tables: dict[str, pl.DataFrame], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("idpoor_households", "idpoor_members"):
        tables[name].write_csv(folder / f"{name}.csv", separator=";", include_bom=True)
    for name in ("disability", "civil_births", "civil_deaths"):
        tables[name].write_csv(folder / f"{name}.csv")
    for name in ("family_package_enrolments", "family_package_payments"):
        write_workbook(tables[name], folder / f"{name}.xlsx")
    write_database(
        {"member": tables["nssf_members"], "contribution": tables["nssf_contributions"]}, folder / "nssf.sqlite"
    )
    tables["hef_claims"].write_parquet(folder / "hef_claims.parquet")
    tables["grievances"].write_ndjson(folder / "grievances.jsonl")


def write_workbook(table: pl.DataFrame, path: Path) -> None:
    """A workbook with the table on as many sheets as it needs, each with the header."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": DATE_FORMAT}) as book:
        book.set_properties({"created": FIXED_DATE})
        for start in range(0, max(table.height, 1), SHEET_ROWS):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, table.columns)
            for row, values in enumerate(table[start : start + SHEET_ROWS].iter_rows(), 1):
                sheet.write_row(row, 0, values)


def write_database(tables: dict[str, pl.DataFrame], path: Path) -> None:
    """A SQLite database with these tables, written anew."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        for name, table in tables.items():
            kinds = ["INTEGER" if dtype.is_integer() else "TEXT" for dtype in table.dtypes]
            columns = ", ".join(f"{column} {kind}" for column, kind in zip(table.columns, kinds, strict=True))
            database.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" * table.width)
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", table.iter_rows())
        database.commit()


def write_truth(cases: pl.DataFrame, written: dict[str, Written], people: pl.DataFrame, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    records = pl.concat(
        register.who.select(register=pl.lit(name), record_id="record_id", person=person_id(register.who["person"]))
        for name, register in written.items()
    )
    records.sort("register", "record_id").write_parquet(folder / "records.parquet")
    cases.sort("rule", "kind", "subject").write_parquet(folder / "cases.parquet")
    values = pl.concat(wrong_values(name, register.who, people) for name, register in written.items())
    values.sort("register", "record_id", "column").write_parquet(folder / "values.parquet")
