"""Phones, codes, numbers, areas and identifiers."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.areas import with_parents
from transforms.identifiers import identifiers
from transforms.mapping import RegisterMapping, SourceColumn
from transforms.phones import e164
from transforms.readings import Setting, read_column
from transforms.reference import PLAIN, Reference
from transforms.roles import Role


@pytest.mark.parametrize(
    ("country", "written", "meant"),
    [
        ("KH", "012 345 678", "+85512345678"),
        ("KH", "12345678", "+85512345678"),
        ("KH", "85512345678", "+85512345678"),
        ("KH", "+855 (0)12-345-678", "+85512345678"),
        ("KH", "+66812345678", "+66812345678"),
        ("KH", "12", None),
        ("US", "1-217-555-0123", "+12175550123"),
        ("GB", "07911 123456", "+447911123456"),
        (None, "+447911123456", "+447911123456"),
        (None, "07911123456", None),
    ],
)
def test_phones(country: str | None, written: str, meant: str | None) -> None:
    assert pl.DataFrame({"p": [written]}).select(e164(pl.col("p"), country)).item() == meant


def _read(reference: Reference, role: Role, texts: list[str], **column: object) -> pl.DataFrame:
    setting = Setting(reference.country, reference, date(2026, 11, 1))
    return read_column(pl.Series(texts), SourceColumn.model_validate(column), role, setting)


def test_codes_are_read_whatever_their_case_digits_and_zeros(cambodia: Reference) -> None:
    read = _read(cambodia, Role.TEXT, ["AR", "ar", "១", "01", "x"], codes={"1": "poor_1", "AR": "at_risk"})
    assert read["value"].to_list() == ["at_risk", "at_risk", "poor_1", "poor_1", None]
    assert read["fault"].to_list() == [None] * 4 + ["unknown_code"]


def test_zeros_that_a_spreadsheet_lost_come_back(cambodia: Reference) -> None:
    read = _read(cambodia, Role.AREA, ["1020304", "01020304", "12", "១០២០៣០៤"], width=8)
    assert read["value"].to_list() == ["01020304", "01020304", "12", "01020304"]
    assert read["repair"].to_list() == ["leading_zero", None, None, "local_digits+leading_zero"]


@pytest.mark.parametrize(
    ("text", "number"), [("28,000", "28000"), ("1 200 300", "1200300"), ("12.6", "13"), ("x", None)]
)
def test_numbers(text: str, number: str | None) -> None:
    assert _read(PLAIN, Role.NUMBER, [text])["value"].item() == number


def test_a_value_of_another_form_is_a_fault() -> None:
    read = _read(PLAIN, Role.TEXT, ["2026-10", "10/2026"], pattern=r"\d{4}-\d{2}")
    assert read["fault"].to_list() == [None, "unexpected_form"]


def test_letters_of_an_old_font_encoding_are_no_local_name(cambodia: Reference) -> None:
    read = _read(cambodia, Role.LOCAL_NAME, ["suxa emas", "សុខ", "???"])
    assert read["fault"].to_list() == ["wrong_script", None, "no_letters"]


def test_upper_levels_of_an_area_come_from_the_lowest(cambodia: Reference) -> None:
    told = pl.DataFrame({"area_4": ["01020304", "0102", None]}).with_columns(
        pl.lit(None, dtype=pl.String).alias(f"area_{level}") for level in (1, 2, 3)
    )
    filled = with_parents(told, cambodia).select("area_1", "area_2", "area_3")
    assert filled.rows() == [("01", "0102", "010203"), (None, None, None), (None, None, None)]


def test_identifiers_that_prove_nothing_are_not_valid() -> None:
    mapping = RegisterMapping.model_validate(
        {
            "register": "r",
            "key": ["k"],
            "columns": {"k": {}, "n": {}, "t": {}},
            "yields": {},
            "identifiers": [
                {"type": "card", "column": "n", "pattern": r"\d{9}", "shared_by_at_most": 2, "when": {"t": "C"}}
            ],
        }
    )
    numbers = ["512-345 671", "000000000", "123456789", "12", "777123777", "777123777", "777123777", "512345671", None]
    frame = pl.DataFrame({"record_id": [str(i) for i in range(9)], "n": numbers, "t": ["C"] * 7 + ["X", "C"]})
    found = identifiers(frame, mapping, None)
    assert found["value"].to_list() == ["512345671", "000000000", "123456789", "12", *["777123777"] * 3]
    assert found["is_valid"].to_list() == [True, *[False] * 6]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=8), st.sampled_from(list(Role)))
def test_no_text_raises_in_any_role(cambodia: Reference, texts: list[str], role: Role) -> None:
    dated = {"dates": ["%d/%m/%Y"]} if role in (Role.BIRTH, Role.DATE) else {}
    assert _read(cambodia, role, texts, **dated).height == len(texts)
