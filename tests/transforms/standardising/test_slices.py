"""A register is read in slices, and nothing depends on where they are cut."""

from collections.abc import Callable

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms import standardise, tables
from transforms.culprit import StandardisingError
from transforms.standardise import Counts

MEMBERS: dict[str, object] = {
    "register": "members",
    "country": "KH",
    "key": ["no"],
    "columns": {
        "no": {},
        "name": {"required": True},
        "dob": {"dates": ["%d/%m/%Y", "year"]},
        "age": {},
        "seen": {"dates": ["%d/%m/%Y"]},
        "house": {},
        "card": {},
        "phone": {"shared_by_at_most": 2},
    },
    "yields": {
        "people": {
            "columns": {
                "full_name_local": "name",
                "birth_date": "dob",
                "age": "age",
                "age_on": "seen",
                "household_id": "house",
                "phone": "phone",
            }
        },
        "entitlements": {"columns": {"programme": {"value": "equity_card"}, "number": "card"}},
    },
    "identifiers": [{"type": "card", "column": "card", "shared_by_at_most": 2}],
}
GOOD = {
    "no": "1",
    "name": "សុខ សុផល",
    "dob": "05/03/1980",
    "age": "46",
    "seen": "01/02/2026",
    "house": "H1",
    "card": "512345671",
    "phone": "012345678",
}
FILLED = ("people", "entitlements", "identifiers", "quarantine", "repairs")


def rows(*changes: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame([GOOD | change for change in changes], schema=dict.fromkeys(GOOD, pl.String))


def content(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {name: con.execute(f"SELECT * FROM clean.{name}").fetchall() for name in FILLED}


cell = st.sampled_from([None, "", "1", "២", "\u200b3", "សុខ សុផល", "x", "1975", "31/02/1990", "012345678", "077777777"])
row = st.fixed_dictionaries(
    {"no": st.sampled_from(["1", "2", "3", "4", "5", "\u200b2", " 3", None])},
    optional={name: cell for name in GOOD if name != "no"},
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(row, min_size=1, max_size=12), st.integers(1, 5))
def test_nothing_depends_on_the_size_of_the_slices(
    con: duckdb.DuckDBPyConnection,
    standardised: Callable[..., Counts],
    changes: list[dict[str, str | None]],
    size: int,
) -> None:
    told = []
    for slice_rows in (size, standardise.SLICE_ROWS):
        tables.create(con, *tables.CLEAN)
        told.append((standardised(MEMBERS, rows(*changes), slice_rows=slice_rows), content(con)))
    assert told[0] == told[1]
    counts = told[0][0]
    assert counts.rows_in == len(changes) == counts.rows_clean + counts.rows_quarantined


def test_tables_are_ordered_by_their_key_and_nothing_is_left_behind(
    con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts]
) -> None:
    standardised(MEMBERS, rows(*({"no": str(n)} for n in (30, 4, 12, 100))), slice_rows=3)
    assert [row[0] for row in con.execute("SELECT record_id FROM clean.people").fetchall()] == ["100", "12", "30", "4"]
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)


def test_a_key_seen_in_an_earlier_slice_is_turned_away(
    con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts]
) -> None:
    changes = ({"name": None}, {}, {"name": "សុខ មុំ"}, {}, {"name": "សុខ មុំ"}, {"no": "2"})
    assert standardised(MEMBERS, rows(*changes), slice_rows=1) == Counts(6, 2, 4)
    turned = con.execute("SELECT row_no, reason FROM clean.quarantine").fetchall()
    assert turned == [(1, "required_missing"), (3, "duplicate_key"), (4, "repeated_row"), (5, "repeated_row")]


@pytest.mark.parametrize(("houses", "stays"), [("ABC", False), ("AAB", True), ("AAAA", True)])
def test_a_phone_of_too_many_households_is_set_aside(
    con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts], houses: str, stays: bool
) -> None:
    changes = [{"no": str(n), "house": house} for n, house in enumerate(houses)]
    standardised(MEMBERS, rows(*changes, {"no": "x", "phone": "092000111"}), slice_rows=2)
    kept = con.execute("SELECT count(phone) FROM clean.people").fetchone()
    assert kept == ((len(houses) if stays else 0) + 1,)
    query = """SELECT DISTINCT column_name, from_kind, to_kind, found, became FROM clean.repairs
               WHERE from_kind = 'over_shared' AND column_name = 'phone'"""
    aside = [("phone", "over_shared", "set_aside", "012345678", None)]
    assert con.execute(query).fetchall() == ([] if stays else aside)


def test_without_households_records_are_counted_and_repeated_rows_are_not(
    con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts]
) -> None:
    standardised(MEMBERS, rows({"house": None}, {"house": None}, {"no": "2", "house": None}), slice_rows=1)
    assert con.execute("SELECT count(phone) FROM clean.people").fetchone() == (2,)
    tables.create(con, *tables.CLEAN)
    standardised(MEMBERS, rows(*({"no": str(n), "house": None} for n in range(3))), slice_rows=1)
    assert con.execute("SELECT count(phone) FROM clean.people").fetchone() == (0,)


def test_an_identifier_that_too_many_records_carry_is_not_valid(
    con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts]
) -> None:
    repeated = [{"no": "1"}] * 5
    changes = [*repeated, {"no": "2"}, *({"no": str(n), "card": "777123777"} for n in (3, 4, 5))]
    standardised(MEMBERS, rows(*changes), slice_rows=2)
    query = "SELECT record_id, is_valid FROM clean.identifiers"
    assert con.execute(query).fetchall() == [("1", True), ("2", True), ("3", False), ("4", False), ("5", False)]
    told = "SELECT record_id, column_name, to_kind, found, became FROM clean.repairs WHERE from_kind = 'over_shared'"
    aside = [(record, "card", "set_aside", "777123777", None) for record in "345"]
    assert con.execute(f"{told} AND column_name = 'card'").fetchall() == aside


def test_a_birth_from_an_age_is_a_repair_only_where_a_date_is_promised(
    con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts]
) -> None:
    standardised(MEMBERS, rows({"dob": None}, {"no": "2", "dob": "1980"}, {"no": "3", "dob": "01/01/1980"}))
    query = "SELECT * EXCLUDE (register, snapshot_id, row_no) FROM clean.repairs WHERE from_kind <> 'over_shared'"
    assert con.execute(query).fetchall() == [
        ("1", "age", "age", "derived_year", "46", "1980-01-01"),
        ("2", "dob", "year_only", "uncertain_day", "1980", "1980-01-01"),
        ("3", "dob", "first_january", "uncertain_day", "01/01/1980", "1980-01-01"),
    ]
    calendars = con.execute("SELECT birth_calendar FROM clean.people").fetchall()
    assert calendars == [(None,), ("common",), ("common",)]


def test_the_row_that_makes_it_fail_is_named_and_its_values_are_not(
    standardised: Callable[..., Counts], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = standardise.read_sheet

    def failing(raw: pl.DataFrame, *rest: object) -> object:
        if raw["name"].str.contains("secret").any():
            raise pl.exceptions.ComputeError("cannot read secret")
        return real(raw, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(standardise, "read_sheet", failing)
    changes = [{"no": str(n), "name": "secret" if n == 6 else "សុខ"} for n in range(11)]
    with pytest.raises(StandardisingError, match=r"^row 7 \(ComputeError\)$"):
        standardised(MEMBERS, rows(*changes), slice_rows=4)
