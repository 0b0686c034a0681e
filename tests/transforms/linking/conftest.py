"""A small country of clean records with known truth, for linking without any source or contract."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest

from transforms import block, cluster, compare, identity, model, tables

Row = dict[str, Any]
Persons = set[frozenset[str]]
SYLLABLES = (
    "sok",
    "chea",
    "chan",
    "keo",
    "kim",
    "ly",
    "heng",
    "ouk",
    "pen",
    "rith",
    "tha",
    "vong",
    "na",
    "mom",
    "dara",
)
FAMILIES = [a + b for a in SYLLABLES[:10] for b in ("", "n", "r", "m")]
GIVENS = [a + b for a in SYLLABLES for b in SYLLABLES if a != b]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with every layer and empty clean tables, inside a transaction."""
    connection = an_empty_warehouse()
    yield connection
    connection.close()


def an_empty_warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for layer in tables.LAYERS:
        connection.execute(f"CREATE SCHEMA {layer}")
    tables.create(connection, *tables.CLEAN, tables.PREVIOUS)
    connection.execute("BEGIN")
    return connection


@pytest.fixture(scope="session")
def fill() -> Callable[[duckdb.DuckDBPyConnection, list[Row]], None]:
    """Put records into the clean tables; `identifiers` of a record are {type: value}, of a household if a card."""

    def put(con: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
        people, identifiers = [], []
        for number, row in enumerate(rows, 1):
            people.append({"snapshot_id": "s", "row_no": number} | {k: v for k, v in row.items() if k != "identifiers"})
            for kind, value in row.get("identifiers", {}).items():
                held = {"id_type": kind, "scope": "household" if "card" in kind else "person", "value": value}
                identifiers.append(
                    {"register": row["register"], "record_id": row["record_id"], "is_valid": True} | held
                )
        for table, content in ((tables.PEOPLE, people), (tables.IDENTIFIERS, identifiers)):
            if content:
                con.register("content", pl.DataFrame(content, infer_schema_length=None))
                con.execute(f"INSERT INTO {table.full_name} BY NAME SELECT * FROM content")
                con.unregister("content")

    return put


@pytest.fixture(scope="session")
def link() -> Callable[..., Persons]:
    """Link and resolve all records; returns the persons, each as the set of its records."""

    def run(con: duckdb.DuckDBPyConnection, one_row_per_person: frozenset[str] = frozenset()) -> Persons:
        block.candidate_pairs(con)
        compare.compare_pairs(con)
        model.score_pairs(con)
        cluster.cluster_links(con, one_row_per_person)
        identity.assign_persons(con)
        rows = con.execute("SELECT list(register || ':' || record_id) FROM persons.records GROUP BY person_id")
        return {frozenset(records) for (records,) in rows.fetchall()}

    return run


def named(family: str, given: str, local: bool = True, latin: bool = True) -> Row:
    """The name columns of a record in one script or both; Latin letters stand for the signs of the local one."""
    keys = {"family_skeleton": skeleton(family), "given_skeleton": skeleton(given)}
    in_latin = {"family_name": family.title(), "given_name": given.title(), "family_fold": family, "given_fold": given}
    signs = {"family_signs": family, "given_signs": given, "family_name_local": family, "given_name_local": given}
    return keys | (in_latin if latin else {}) | (signs if local else {})


def skeleton(name: str) -> str:
    return "".join(c for c in name.replace("th", "t").replace("ch", "c") if c not in "aeiouh")


def born(day: date | None, precision: str = "day") -> Row:
    return {"birth_date": day, "birth_year": day.year if day else None, "birth_precision": precision if day else None}


@pytest.fixture(scope="session")
def a_record() -> Callable[..., Row]:
    """One record, told in few words: register, key, names in the local script, day of birth, and what else it has."""

    def make(register: str, record_id: str, names: str, day: str | None = None, **more: Any) -> Row:
        family, given = names.split()
        birth = born(date.fromisoformat(day) if day else None)
        return {"register": register, "record_id": record_id} | named(family, given) | birth | more

    return make


@pytest.fixture(scope="session")
def country() -> tuple[list[Row], pl.DataFrame]:
    """300 households of three registers, some 2,500 records: the records, and who each one is."""
    return a_country(300, seed=1)


@pytest.fixture(scope="session")
def larger_country() -> tuple[list[Row], pl.DataFrame]:
    """The same of 1,500 households, some 12,000 records."""
    return a_country(1500, seed=5)


@pytest.fixture(scope="session")
def linked(
    country: tuple[list[Row], pl.DataFrame], fill: Callable[..., None], link: Callable[..., Persons]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small country, linked and resolved: for reading."""
    connection = an_empty_warehouse()
    fill(connection, country[0])
    link(connection)
    connection.execute("COMMIT")
    yield connection
    connection.close()


def a_country(households: int, seed: int) -> tuple[list[Row], pl.DataFrame]:
    """A roster of households, claims with cards and ages, and a fund of workers with Latin names; and the truth."""
    chance = Random(seed)
    rows: list[Row] = []
    truth: list[Row] = []
    for household in range(households):
        village = chance.randrange(max(20, households // 100))
        area = f"{village % 20:02}{village // 20 % 9:02}{village // 180 % 9:02}{village // 1620:02}"
        home = {f"area_{level}": area[: 2 * level] for level in (1, 2, 3, 4)}
        family = chance.choice(FAMILIES)
        for member in range(chance.randrange(1, 7)):
            person = a_person(chance, family, home, household)
            for row in (*_roster(chance, person), *_claims(chance, person), *_fund(chance, person)):
                rows.append(row | {"record_id": f"{len(rows):07}"})
                truth.append(
                    {"register": row["register"], "record_id": f"{len(truth):07}", "person": f"{household}/{member}"}
                )
    return rows, pl.DataFrame(truth)


def a_person(chance: Random, family: str, home: Row, household: int) -> Row:
    day = date(1940, 1, 1) + timedelta(days=chance.randrange(30000))
    return {
        "family": family if chance.random() < 0.7 else chance.choice(FAMILIES),
        "given": chance.choice(GIVENS),
        "sex": chance.choice("MF"),
        "day": day,
        "home": home,
        "household": household,
        "national_id": f"{chance.randrange(10**9):09}" if day.year < 2008 else None,
    }


def erred(chance: Random, person: Row) -> tuple[str, str, date]:
    """The names and date of birth as a clerk wrote them down."""
    family, given, day = person["family"], person["given"], person["day"]
    if chance.random() < 0.05:
        given = given[:-1] + chance.choice("aeiou")
    if chance.random() < 0.03:
        family, given = given, family
    if chance.random() < 0.05:
        day = date(day.year, day.day, day.month) if day.day <= 12 else day.replace(day=1 + day.day % 28)
    return family, given, day


def _roster(chance: Random, person: Row) -> list[Row]:
    family, given, day = erred(chance, person)
    held = {"equity_card": f"{person['household']:012}"}
    if person["national_id"]:
        held["national_id"] = person["national_id"]
    birth = born(day) if chance.random() < 0.8 else born(day.replace(month=1, day=1), "year")
    row = {"register": "roster", "sex": person["sex"], "household_id": str(person["household"]), "identifiers": held}
    return [row | person["home"] | named(family, given) | birth]


def _claims(chance: Random, person: Row) -> list[Row]:
    rows = []
    for _ in range(chance.choice((0, 0, 1, 3))):
        family, given, day = erred(chance, person)
        held = {"equity_card": f"{person['household']:012}"} if chance.random() < 0.8 else {}
        row = {"register": "claims", "sex": person["sex"], "identifiers": held}
        birth = born(day.replace(month=7, day=1), "age") if chance.random() < 0.3 else born(day)
        rows.append(row | person["home"] | named(family, given, latin=False) | birth)
    return rows


def _fund(chance: Random, person: Row) -> list[Row]:
    if not person["national_id"] or chance.random() < 0.5:
        return []
    family, given, day = erred(chance, person)
    held = {"national_id": person["national_id"], "fund_no": f"{chance.randrange(10**8):08}"}
    row = {"register": "fund", "sex": person["sex"], "area_1": person["home"]["area_1"], "identifiers": held}
    return [row | named(family, given, local=False) | born(day)]
