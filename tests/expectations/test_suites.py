"""Suites are made from what contracts and table definitions say."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.arrival import of_arrival, used_columns
from expectations.contracts import Contract
from expectations.promises import LAYER_TABLES, promises_of
from expectations.suites import literal, of_table
from transforms import tables

AS_OF = date(2026, 11, 1)
MEMBERS: dict[str, Any] = {
    "register": "members",
    "title": "Members",
    "agency": "the ministry",
    "source": {"kind": "csv", "path": "members.csv"},
    "key": ["household", "member"],
    "columns": {
        "household": {"required": True},
        "member": {"required": True},
        "name": {"required": True},
        "dob": {"dates": ["%d/%m/%Y", "year"]},
        "card": {},
        "id_kind": {},
        "id_no": {},
        "remark": {},
    },
    "yields": {"people": {"columns": {"full_name": "name", "birth_date": "dob"}}},
    "identifiers": [{"type": "national_id", "column": "id_no", "when": {"id_kind": "NID"}}],
}


def contract(**more: object) -> Contract:
    return Contract.model_validate(MEMBERS | more)


def columns_promise(came: list[str]) -> str:
    promises = of_arrival(contract(), "raw.members__incoming", came, None, AS_OF)
    return next(p.found for p in promises if p.name == "columns")


def test_used_columns_are_those_something_is_made_of() -> None:
    assert used_columns(contract()) == ["household", "member", "name", "dob", "id_kind", "id_no"]


def test_a_column_of_like_name_is_taken_for_the_missing_one() -> None:
    came = ["household", "member", "name", "dob", "id_kind", "id_nr", "remark", "district"]
    assert "id_no is missing (did id_nr come instead?)" in columns_promise(came)


def test_a_column_in_the_place_of_the_missing_one_is_taken_for_it() -> None:
    came = ["household", "member", "name", "born", "id_kind", "id_no"]
    assert "dob is missing (did born come instead?)" in columns_promise(came)


def test_nothing_is_guessed_for_a_column_that_is_simply_gone() -> None:
    assert "dob is missing: ask the ministry" in columns_promise(["household", "member", "name", "id_kind", "id_no"])


def test_a_first_snapshot_is_compared_to_none() -> None:
    names = [[p.name for p in of_arrival(contract(), "raw.m", ["name"], rows, AS_OF)] for rows in (None, 100)]
    assert "rows_against_last_time" not in names[0]
    assert "rows_against_last_time" in names[1]


def test_what_needs_a_missing_column_is_not_asked() -> None:
    promises = of_arrival(contract(freshness={"column": "dob", "max_age_days": 3}), "raw.m", ["member"], None, AS_OF)
    assert {p.name for p in promises} == {"rows", "columns", "undeclared_columns", "required:member"}


@pytest.mark.parametrize("layer", LAYER_TABLES)
def test_every_promise_of_a_layer_has_a_name_of_its_own_and_a_sentence(layer: str) -> None:
    there = {t.full_name for group in LAYER_TABLES.values() for t in group} | {
        "ops.arrivals",
        "ops.cleanliness",
        "ops.runs",
        "reference.policy",
        "raw.members",
    }
    promises = [*(p for t in LAYER_TABLES[layer] for p in of_table(t)), *promises_of(layer, there)]
    assert len({(p.table, p.name) for p in promises}) == len(promises)
    assert all(p.sentence.endswith(".") and p.sentence[0] != " " for p in promises)
    assert {p.table for p in promises} <= there


def test_a_promise_that_needs_an_absent_table_is_left_out() -> None:
    there = {"persons.persons", "persons.records"}
    names = {p.name for p in promises_of("persons", there)}
    assert "person_exists" in names
    assert "every_record_has_a_person" not in names


def test_a_table_promises_columns_types_key_required_and_allowed_values() -> None:
    names = [p.name for p in of_table(tables.RULES)]
    assert names[:3] == ["columns", "types", "key"]
    assert {"required:rule", "values:kind", "values:severity"} <= set(names)


@given(st.text())
def test_any_text_is_a_safe_sql_string_in_a_format(text: str) -> None:
    quoted = literal(text).format(batch="x")
    assert quoted[1:-1].replace("''", "'") == text
    assert quoted[0] == quoted[-1] == "'"
