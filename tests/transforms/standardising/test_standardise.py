"""Rows are clean or in quarantine with a reason, and nothing is lost on the way."""

import json
from collections.abc import Callable

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.standardise import Counts

Standardised = Callable[[dict[str, object], pl.DataFrame], Counts]

MEMBERS: dict[str, object] = {
    "register": "members",
    "country": "KH",
    "key": ["house", "member"],
    "columns": {
        "house": {},
        "member": {},
        "name": {"required": True},
        "sex": {"required": True, "codes": {"ប្រុស": "M", "ស្រី": "F"}},
        "dob": {"dates": ["%d/%m/%Y", "year"]},
        "village": {"width": 8},
        "card": {"width": 12},
        "id": {},
        "phone": {},
    },
    "yields": {
        "people": {
            "columns": {
                "full_name_local": "name",
                "sex": "sex",
                "birth_date": "dob",
                "area_4": "village",
                "phone": "phone",
                "household_id": "house",
            }
        },
        "entitlements": {"columns": {"programme": {"value": "equity_card"}, "number": "card"}},
    },
    "identifiers": [{"type": "national_id", "column": "id", "width": 9, "pattern": r"\d{9}"}],
}
GOOD = {
    "house": "H1",
    "member": "1",
    "name": "សុខ សុផល",
    "sex": "ប្រុស",
    "dob": "05/03/1980",
    "village": "01020304",
    "card": "010203040001",
    "id": "51234567",
    "phone": "12345678",
}


def _rows(*changes: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame([GOOD | change for change in changes], schema=dict.fromkeys(GOOD, pl.String))


def _all(con: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, object]]:
    return con.execute(f"SELECT * FROM clean.{table} ORDER BY row_no").pl().to_dicts()


def test_a_good_row(con: duckdb.DuckDBPyConnection, standardised: Standardised) -> None:
    assert standardised(MEMBERS, _rows({})) == Counts(1, 1, 0)
    (person,) = _all(con, "people")
    expected = {
        "record_id": "H1/1",
        "row_no": 1,
        "family_name_local": "សុខ",
        "given_name_local": "សុផល",
        "sex": "M",
        "birth_year": 1980,
        "birth_precision": "day",
        "phone": "+85512345678",
        "area_1": "01",
        "area_3": "010203",
        "household_id": "H1",
        "family_name": None,
    }
    assert {name: person[name] for name in expected} == expected
    (card,) = _all(con, "entitlements")
    assert (card["of_register"], card["of_record_id"], card["entitlement_id"]) == ("members", "H1/1", "H1/1")
    assert con.execute("SELECT value, is_valid FROM clean.identifiers").fetchall() == [("051234567", True)]
    assert con.execute(
        "SELECT column_name, from_kind, found, became FROM clean.repairs ORDER BY column_name"
    ).fetchall() == [
        ("id", "lost_zero", "51234567", "051234567"),
        ("phone", "lost_zero", "12345678", "+85512345678"),
    ]


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"house": None}, "house", "required_missing"),
        ({"house": " ", "name": ""}, "house+name", "required_missing"),
        ({"name": "suxa suPl"}, "name", "legacy_font"),
        ({"sex": "X"}, "sex", "unknown_code"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(
    con: duckdb.DuckDBPyConnection, standardised: Standardised, change: dict[str, str | None], column: str, reason: str
) -> None:
    assert standardised(MEMBERS, _rows({"member": "9"}, change)) == Counts(2, 1, 1)
    (turned,) = _all(con, "quarantine")
    assert (turned["column_name"], turned["reason"], turned["row_no"]) == (column, reason, 2)
    assert turned["remedy"]
    assert json.loads(str(turned["raw"])) == GOOD | change


def test_a_value_that_cannot_be_read_is_set_aside_where_the_row_can_be_used(
    con: duckdb.DuckDBPyConnection, standardised: Standardised
) -> None:
    assert standardised(MEMBERS, _rows({"dob": "31/02/1980", "phone": "none"})) == Counts(1, 1, 0)
    asides = con.execute(
        "SELECT column_name, from_kind, became FROM clean.repairs WHERE to_kind = 'set_aside'"
    ).fetchall()
    assert asides == [("dob", "impossible_date", None), ("phone", "unreadable_phone", None)]


def test_the_first_row_of_a_key_is_kept(con: duckdb.DuckDBPyConnection, standardised: Standardised) -> None:
    rows = _rows({"sex": "X"}, {}, {"name": "សុខ មុំ"}, {}, {"member": "2"})
    assert standardised(MEMBERS, rows) == Counts(5, 2, 3)
    reasons = con.execute("SELECT row_no, reason FROM clean.quarantine ORDER BY row_no").fetchall()
    assert reasons == [(1, "unknown_code"), (3, "duplicate_key"), (4, "repeated_row")]


def test_a_column_that_did_not_come_is_empty(standardised: Standardised) -> None:
    assert standardised(MEMBERS, _rows({}).drop("dob")) == Counts(1, 1, 0)
    assert standardised(MEMBERS, _rows({}).drop("name")) == Counts(1, 0, 1)


def test_a_case_without_consent_is_not_used_nor_shown(
    con: duckdb.DuckDBPyConnection, standardised: Standardised
) -> None:
    mapping = {
        "register": "cases",
        "key": ["case"],
        "columns": {"case": {}, "name": {}, "consent": {"required": True, "codes": {"true": "yes", "false": "no"}}},
        "admit": [{"when": {"consent": "yes"}, "reason": "no_consent", "remedy": "Ask again.", "withhold_row": True}],
        "yields": {"people": {"columns": {"full_name": "name"}}},
    }
    rows = pl.DataFrame(
        {"case": ["1", "2", "3"], "name": ["Sok A", "Sok B", "Sok C"], "consent": ["true", "false", None]}
    )
    assert standardised(mapping, rows) == Counts(3, 1, 2)
    assert [row["record_id"] for row in _all(con, "people")] == ["1"]
    refused, unsaid = _all(con, "quarantine")
    assert (refused["reason"], refused["raw"], refused["remedy"]) == ("no_consent", '{"case":"2"}', "Ask again.")
    assert unsaid["reason"] == "required_missing"


def test_a_row_that_means_nothing_is_in_quarantine(con: duckdb.DuckDBPyConnection, standardised: Standardised) -> None:
    mapping = {
        "register": "events",
        "key": ["no"],
        "columns": {"no": {}, "kind": {}, "day": {"dates": ["%Y-%m-%d"]}},
        "yields": {
            "events": {"columns": {"kind": {"value": "birth"}, "happened_on": "day"}, "when": {"kind": "B"}},
        },
    }
    rows = pl.DataFrame({"no": ["1", "2"], "kind": ["B", "?"], "day": ["2026-01-02", "2026-01-02"]})
    assert standardised(mapping, rows) == Counts(2, 1, 1)
    assert _all(con, "quarantine")[0]["reason"] == "applies_nowhere"


def test_a_birth_date_from_an_age(con: duckdb.DuckDBPyConnection, standardised: Standardised) -> None:
    mapping = {
        "register": "visits",
        "key": ["no"],
        "columns": {
            "no": {},
            "dob": {"dates": ["%Y-%m-%d"]},
            "age": {},
            "seen": {"dates": ["%Y-%m-%d"]},
        },
        "yields": {"people": {"columns": {"birth_date": "dob", "age": "age", "age_on": "seen"}}},
    }
    rows = pl.DataFrame(
        {
            "no": ["1", "2", "3"],
            "dob": ["1990-05-06", None, None],
            "age": ["3", "36", "130"],
            "seen": ["2026-03-01"] * 3,
        }
    )
    assert standardised(mapping, rows) == Counts(3, 3, 0)
    births = con.execute("SELECT birth_year, birth_precision FROM clean.people ORDER BY row_no").fetchall()
    assert births == [(1990, "day"), (1990, "age"), (None, None)]


damage = st.sampled_from(
    [None, "", " ", "\u200b", "x", "សុខ សុផល", "ស្រី", "01/01/1970", "31/02/1990", "Total", "០១", "1e9", '"', "H1", "2"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={name: damage | st.text() for name in GOOD}), min_size=1, max_size=12)
)
def test_rows_in_are_rows_clean_and_rows_quarantined(
    con: duckdb.DuckDBPyConnection, standardised: Standardised, changes: list[dict[str, str | None]]
) -> None:
    for table in ("people", "entitlements", "quarantine", "repairs", "identifiers"):
        con.execute(f"DELETE FROM clean.{table}")
    counts = standardised(MEMBERS, _rows(*changes))
    assert counts.rows_in == len(changes) == counts.rows_clean + counts.rows_quarantined
    kept = {row["row_no"] for row in _all(con, "people")}
    turned = {row["row_no"] for row in _all(con, "quarantine")}
    assert kept | turned == set(range(1, len(changes) + 1))
    assert not kept & turned
    keys = con.execute("SELECT count(*), count(DISTINCT record_id) FROM clean.people").fetchone()
    assert keys is not None and keys[0] == keys[1]
