"""Phones, codes, numbers, areas and identifiers."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.areas import with_parents
from transforms.identifiers import identifiers
from transforms.mapping import RegisterMapping, SourceColumn
from transforms.phones import e164, read_phones
from transforms.readings import Setting, read_column
from transforms.reference import PLAIN, Reference
from transforms.repairs import TO_KIND
from transforms.roles import Role
from transforms.tables import IDENTIFIERS


@pytest.mark.parametrize(
    ("country", "written", "meant"),
    [
        ("KH", "012 345 678", "+85512345678"),
        ("KH", "12345678", "+85512345678"),
        ("KH", "85512345678", "+85512345678"),
        ("KH", "+855 (0)12-345-678", "+85512345678"),
        ("KH", "+66812345678", "+66812345678"),
        ("KH", "12", None),
        ("KH", "00855 12 345 678", "+85512345678"),
        ("KH", "+855 012 345 678", "+85512345678"),
        ("KH", "12345678.0", "+85512345678"),
        ("KH", "012\u2010345\u2010678", "+85512345678"),
        ("KH", "012345678 (uncle)", None),
        ("US", "1-217-555-0123", "+12175550123"),
        ("GB", "07911 123456", "+447911123456"),
        (None, "+447911123456", "+447911123456"),
        (None, "07911123456", None),
    ],
)
def test_phones(country: str | None, written: str, meant: str | None) -> None:
    assert pl.DataFrame({"p": [written]}).select(e164(pl.col("p"), country)).item() == meant


@pytest.mark.parametrize(
    ("written", "value", "lost_zero"),
    [
        ("012 345 678", "+85512345678", False),
        ("12 345 678", "+85512345678", True),
        ("85512345678", "+85512345678", False),
        ("+66812345678", "+66812345678", False),
        ("012 345 678 / 011 222 333", "+85512345678", False),
        ("012/345/678", "+85512345678", False),
        ("none, 11222333", "+85511222333", True),
        ("012345678 011222333", "+85512345678", False),
        ("012 345 678 ឬ 011 222 333", "+85512345678", False),
        ("uncle / aunt", None, False),
        (None, None, False),
    ],
)
def test_the_first_number_of_a_field_is_taken(written: str | None, value: str | None, lost_zero: bool) -> None:
    assert read_phones(pl.Series([written], dtype=pl.String), "KH").row(0) == (value, lost_zero)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.from_regex(r"0(1[0-9]|9[0-9])[2-9][0-9]{5}", fullmatch=True), min_size=1, max_size=9))
def test_a_number_is_one_number_however_it_is_written(numbers: list[str]) -> None:
    plain = read_phones(pl.Series(numbers), "KH")["value"]
    for shape in ("+855{}", "00855 {}", "855-{}", "(0){}", "{}"):
        written = pl.Series([shape.format(number[1:]) for number in numbers])
        assert read_phones(written, "KH")["value"].equals(plain, null_equal=True)
    again = read_phones(plain, "KH")
    assert again["value"].equals(plain, null_equal=True)
    assert not again["lost_zero"].any()


def _read(reference: Reference, role: Role, texts: list[str], **column: object) -> pl.DataFrame:
    setting = Setting(reference.country, reference, date(2026, 11, 1))
    return read_column(pl.Series(texts), SourceColumn.model_validate(column), role, setting)


def test_codes_are_read_whatever_their_case_digits_and_zeros(cambodia: Reference) -> None:
    read = _read(cambodia, Role.TEXT, ["AR", "ar", "១", "01", "x"], codes={"1": "poor_1", "AR": "at_risk"})
    assert read["value"].to_list() == ["at_risk", "at_risk", "poor_1", "poor_1", None]
    assert read["fault"].to_list() == [None] * 4 + ["unknown_code"]


def test_zeros_that_a_spreadsheet_lost_come_back(cambodia: Reference) -> None:
    read = _read(cambodia, Role.CODE, ["1020304", "01020304", "12", "១០២០៣០៤", "1020304.0"], width=8)
    assert read["value"].to_list() == ["01020304", "01020304", "12", "01020304", "01020304"]
    assert read["repair"].to_list() == [
        "lost_zero",
        None,
        None,
        "local_digits+lost_zero",
        "spaced_code+lost_zero",
    ]


def test_area_codes_are_those_of_today(cambodia: Reference) -> None:
    told = ["1020101", "01020101", "03040101", "01020199", "12", "99", "x"]
    read = _read(cambodia, Role.AREA, told, width=8)
    assert read["value"].to_list() == ["01020101", "01020101", "25010101", "010201", None, None, None]
    assert read["repair"].to_list() == ["lost_zero", None, "old_area_code", None, None, None, None]
    assert read["fault"].to_list() == [None, None, None, *["unknown_area"] * 4]
    assert _read(PLAIN, Role.AREA, ["x 1"])["value"].to_list() == ["X1"]


@pytest.mark.parametrize(
    ("written", "value", "repair"),
    [
        ("512345671", "512345671", None),
        ("512 345 671", "512345671", "spaced_code"),
        ("512-345-671", "512345671", "spaced_code"),
        ("៥១២៣៤៥៦៧១", "512345671", "local_digits"),
        ("BC-2015-12", "BC201512", None),  # the dashes belong to numbers with letters
        ("bc 12", "BC12", "spaced_code"),
    ],
)
def test_identifiers_lose_what_stands_between_their_digits(
    cambodia: Reference, written: str, value: str, repair: str | None
) -> None:
    assert _read(cambodia, Role.CODE, [written]).select("value", "repair").row(0) == (value, repair)


SEXES = {"ប្រុស": "M", "ស្រី": "F", "ប": "M", "ស": "F", "M": "M", "1": "M"}


@pytest.mark.parametrize(
    ("written", "value", "repair"),
    [
        ("ប្រុស", "M", None),
        ("M", "M", None),
        ("m", "M", "loose_code"),
        ("M.", "M", "loose_code"),
        ("ស.", "F", "loose_code"),
        ("ស្រ្តី", None, None),  # another word
        ("ស រី", None, None),
        ("ប្រុុស", "M", "loose_code"),
        ("ប្រុ ស", "M", "loose_code"),
        ("01", "M", "loose_code"),
        ("១", "M", "loose_code"),
        ("\u200bប្រុស", "M", "hidden_signs"),
        ("X", None, None),
        ("", None, None),
    ],
)
def test_codes_bent_in_writing(cambodia: Reference, written: str, value: str | None, repair: str | None) -> None:
    read = _read(cambodia, Role.TEXT, [written], codes=SEXES)
    assert read.select("value", "repair").row(0) == (value, repair)


def test_codes_that_only_their_case_parts_are_not_bent(cambodia: Reference) -> None:
    read = _read(cambodia, Role.TEXT, ["a", "A", "A."], codes={"a": "active", "A": "absent"})
    assert read["value"].to_list() == ["active", "absent", None]


@pytest.mark.parametrize(
    ("text", "number"), [("28,000", "28000"), ("1 200 300", "1200300"), ("12.6", "13"), ("x", None)]
)
def test_numbers(text: str, number: str | None) -> None:
    assert _read(PLAIN, Role.NUMBER, [text])["value"].item() == number


def test_a_value_of_another_form_is_a_fault() -> None:
    read = _read(PLAIN, Role.TEXT, ["2026-10", "10/2026"], pattern=r"\d{4}-\d{2}")
    assert read["fault"].to_list() == [None, "unexpected_form"]


def test_letters_of_an_old_font_encoding_are_no_local_name(cambodia: Reference) -> None:
    told = ["suxa emas", "suP;l", "Sok Sophal", "សុខ", "???", "សុ\ufffdខ", "áŸžáŸ»"]
    fault = _read(cambodia, Role.LOCAL_NAME, told)["fault"].to_list()
    assert fault == ["legacy_font", "legacy_font", "wrong_script", None, "no_letters", "unexpected_form", "legacy_font"]


def test_names_as_spoken_come_in_either_script_but_not_in_an_old_font(cambodia: Reference) -> None:
    told = ["Sok Sophal", "O'Brien-Sok, Ann (Mom)", "McDonald", "S0k", "José", "សុខ", "suP;l", "g½esn"]
    assert _read(cambodia, Role.EITHER_NAME, told)["fault"].to_list() == [None] * 6 + ["legacy_font"] * 2
    assert _read(cambodia, Role.NAME, ["សុខ", "Sok"])["fault"].to_list() == ["wrong_script", None]


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
            "identifiers": [{"type": "card", "column": "n", "pattern": r"\d{9}", "when": {"t": "C"}}],
        }
    )
    numbers = ["512-345 671", "000000000", "123456789", "12", "512345671", None]
    keys = {"_row": range(1, 7), "record_id": [str(i) for i in range(6)]}
    frame = pl.DataFrame({**keys, "n": numbers, "t": ["C"] * 4 + ["X", "C"]})
    found = identifiers(frame, mapping, None)
    assert found["value"].to_list() == ["512345671", "000000000", "123456789", "12"]
    assert found["is_valid"].to_list() == [True, *[False] * 3]


def test_what_was_mended_of_identifiers_is_told(noted: Callable[..., list[tuple[object, ...]]]) -> None:
    mapping = RegisterMapping.model_validate(
        {
            "register": "r",
            "key": ["k"],
            "columns": {"k": {}, "n": {}},
            "yields": {},
            "identifiers": [{"type": "card", "column": "n", "width": 9, "pattern": r"\d{9}"}],
        }
    )
    numbers = ["51234567", "512345671", "000000000", "N/A", "77", None]
    frame = pl.DataFrame({"_row": range(6), "record_id": [str(n) for n in range(6)], "n": numbers})
    found = identifiers(frame, mapping, None)
    assert noted(IDENTIFIERS, found, mapping) == [
        (0, "n", "lost_zero", "51234567", "051234567"),
        (2, "n", "placeholder", "000000000", None),
        (3, "n", "placeholder", "N/A", None),
        (4, "n", "unexpected_form", "77", None),
    ]
    assert found["is_valid"].to_list() == [True, True, False, False, False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=8), st.sampled_from(list(Role)), st.sampled_from([None, 8]))
def test_a_reading_is_stable_and_uses_the_kinds_that_are_known(
    cambodia: Reference, texts: list[str], role: Role, width: int | None
) -> None:
    dated = {"dates": ["%d/%m/%Y"]} if role in (Role.BIRTH, Role.DATE) else {}
    read = _read(cambodia, role, texts, width=width, **dated)
    kinds = read.select(pl.col("repair").str.split("+")).explode("repair")["repair"].drop_nulls()
    assert set(kinds) <= set(TO_KIND)
    assert set(read["fault"].drop_nulls()) <= {kind for kind, to in TO_KIND.items() if to == "set_aside"}
    assert not (read["repair"].is_not_null() & read["value"].is_null()).any()
    if role is not Role.AREA:
        values = read["value"].drop_nulls().to_list()
        assert _read(cambodia, role, values, width=width, **dated)["value"].to_list() == values


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=8), st.sampled_from(list(Role)))
def test_no_text_raises_in_any_role(cambodia: Reference, texts: list[str], role: Role) -> None:
    dated = {"dates": ["%d/%m/%Y"]} if role in (Role.BIRTH, Role.DATE) else {}
    assert _read(cambodia, role, texts, **dated).height == len(texts)
