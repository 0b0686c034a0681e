"""Contracts alone make the pipeline read another country: no local script, household nor Cambodian habit."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.contracts import load_contracts
from flows.reference import load_reference, store_reference
from flows.settings import REFERENCE
from flows.sources import pull
from transforms import tables
from transforms.reference import PLAIN
from transforms.standardise import Counts, Snapshot, standardise

CONTRACT = r"""
register: pensions
title: Pensions
agency: Board of Pensions
country: US
name_order: given_first
source: {kind: csv, path: pensions.csv}
key: [no]
columns:
  no: {}
  given: {}
  surname: {required: true}
  dob: {dates: ['%Y%m%d']}
  ssn: {}
  street: {}
  suburb: {}
  postcode: {}
  state: {}
  tel: {}
yields:
  people:
    columns:
      given_name: given
      family_name: surname
      birth_date: dob
      address_line: street
      address_place: suburb
      address_postcode: postcode
      area_1: state
      phone: tel
identifiers:
  - {type: ssn, column: ssn, pattern: '\d{9}'}
"""
ROWS = """no,given,surname,dob,ssn,street,suburb,postcode,state,tel
1,José,O'BRIEN,19900131,123-45-6788,"12 Main St., 3rd",Springfield,01234,il,(217) 555-0123
2,Ann Philippa,smyth,19900231,000-00-0000,,,,IL,
3,Nobody,,19700101,,,,,,
"""


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    (tmp_path / "pensions.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "pensions.csv").write_text(ROWS, encoding="utf-8")
    contract = load_contracts(tmp_path)["pensions"]
    pulled = pull(contract, tmp_path)
    con = duckdb.connect()
    for layer in tables.LAYERS:
        con.execute(f"CREATE SCHEMA {layer}")
    tables.create(con, *tables.CLEAN)
    con.register("pulled", pulled.frame)
    con.execute(
        "CREATE TABLE raw.pensions AS SELECT 's' _snapshot, 'f' _file, row_number() OVER () _row, * FROM pulled"
    )
    reference = load_reference(REFERENCE)
    counts = standardise(con, contract, Snapshot("s", pulled.file), reference, date(2026, 11, 1))
    assert counts == Counts(3, 2, 1)
    return con


def test_people(con: duckdb.DuckDBPyConnection) -> None:
    first, second = con.execute("SELECT * FROM clean.people ORDER BY record_id").pl().to_dicts()
    expected = {
        "family_name": "O'Brien",
        "given_name": "Jose",
        "family_fold": "obrien",
        "family_signs": None,
        "birth_date": date(1990, 1, 31),
        "phone": "+12175550123",
        "area_1": "IL",
        "area_2": None,
        "address_line": "12 main st 3rd",
        "address_place": "springfield",
        "address_postcode": "01234",
        "household_id": None,
    }
    assert {name: first[name] for name in expected} == expected
    assert (second["given_fold"], second["birth_date"]) == ("anfilipa", None)


def test_identifiers_of_any_type(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT record_id, id_type, value, is_valid FROM clean.identifiers ORDER BY ALL").fetchall()
    assert found == [("1", "ssn", "123456788", True), ("2", "ssn", "000000000", False)]


def test_a_country_without_reference_data(tmp_path: Path) -> None:
    assert load_reference(tmp_path) is PLAIN
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA reference")
        store_reference(con, tmp_path)
        assert tables.count(con, tables.AREA_NAMES) == 0


def test_the_reference_data_shipped_can_be_stored() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA reference")
        store_reference(con, REFERENCE)
        assert tables.count(con, tables.AREA_NAMES) > 16_000
        assert tables.count(con, tables.POLICY) > 10


def test_reference_data_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    (tmp_path / "country.yaml").write_text("script: {name: Khmr}\n")
    with pytest.raises(ValueError, match=r"country\.yaml"):
        load_reference(tmp_path)
