"""A value that is right already reads as itself, without a repair: standardising makes nothing right wrong."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.mapping import SourceColumn
from transforms.names import split_names
from transforms.readings import Setting, read_column
from transforms.reference import Reference
from transforms.roles import Role
from transforms.text import canonical

AS_OF = date(2026, 11, 1)
DATA = Path(__file__).resolve().parents[3] / "data" / "reference"
NAMES = pl.read_csv(DATA / "names.csv")
AREAS = pl.read_csv(DATA / "areas.csv", infer_schema=False)["code"].to_list()
SURNAMES = NAMES.filter(pl.col("kind") == "surname")
GIVEN = NAMES.filter(pl.col("kind") != "surname")


def read(reference: Reference, role: Role, values: list[str], **column: object) -> pl.DataFrame:
    setting = Setting(reference.country, reference, AS_OF)
    return read_column(pl.Series(values, dtype=pl.String), SourceColumn.model_validate(column), role, setting)


def check_unchanged(told: pl.DataFrame, values: list[str]) -> None:
    assert told["value"].to_list() == values
    assert told["fault"].null_count() == told["repair"].null_count() == len(values)


@pytest.mark.parametrize(("role", "column"), [(Role.LOCAL_NAME, "khmer"), (Role.NAME, "roman")])
def test_every_name_of_the_list_stays(cambodia: Reference, role: Role, column: str) -> None:
    names = canonical(NAMES[column], cambodia.script).unique(maintain_order=True)
    values = names.to_list()
    check_unchanged(read(cambodia, role, values), values)


@settings(max_examples=40, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.sampled_from(SURNAMES.rows()), st.sampled_from(GIVEN.rows())), min_size=1, max_size=20)
)
@pytest.mark.parametrize(("local", "column"), [(True, "khmer"), (False, "roman")])
def test_family_and_given_name_stay_what_they_are(
    cambodia: Reference, pairs: list[tuple[tuple[str, ...], tuple[str, ...]]], local: bool, column: str
) -> None:
    at = NAMES.columns.index(column)
    names = canonical(NAMES[column], cambodia.script)
    settled = dict(zip(NAMES[column], names, strict=True))
    told = [(settled[family[at]], settled[given_name[at]]) for family, given_name in pairs]
    parts = split_names(pl.Series([" ".join(pair) for pair in told]), "family_first", local, cambodia)
    assert parts.select("family_name", "given_name").rows() == told
    assert parts["other_name"].null_count() == len(told)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(date(1900, 1, 2), AS_OF), min_size=1, max_size=30))
def test_dates_in_the_agreed_form_and_in_iso_stay(cambodia: Reference, days: list[date]) -> None:
    iso = [day.isoformat() for day in days]
    for written, form in ((iso, "%Y-%m-%d"), ([day.strftime("%d/%m/%Y") for day in days], "%d/%m/%Y")):
        for role in (Role.BIRTH, Role.DATE):
            told = read(cambodia, role, written, dates=[form, "year", "serial"])
            check_unchanged(told.with_columns(repair=pl.col("repair").replace("first_january", None)), iso)


def test_every_day_since_1900_is_read_day_first_or_in_iso(cambodia: Reference) -> None:
    days = [date(1900, 1, 2) + timedelta(n) for n in range((AS_OF - date(1900, 1, 2)).days + 1)]
    written = [day.strftime("%d/%m/%Y") for day in days]
    assert read(cambodia, Role.DATE, written, dates=["%d/%m/%Y"])["value"].to_list() == [
        day.isoformat() for day in days
    ]


def test_every_area_of_today_stays(cambodia: Reference) -> None:
    for digits in (2, 4, 6, 8):
        codes = [code for code in AREAS if len(code) == digits]
        assert codes
        check_unchanged(read(cambodia, Role.AREA, codes, width=digits), codes)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"[0-9]{9}", fullmatch=True), min_size=1, max_size=20))
def test_identifiers_of_full_width_stay(cambodia: Reference, numbers: list[str]) -> None:
    check_unchanged(read(cambodia, Role.CODE, numbers, width=9), numbers)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"\+855(1[0-9]|6[0-9]|7[07]|8[15-9]|9[0-9])[2-9][0-9]{5}", fullmatch=True), min_size=1))
def test_phones_in_e164_stay(cambodia: Reference, phones: list[str]) -> None:
    told = read(cambodia, Role.PHONE, phones)
    known = told.filter(pl.col("value").is_not_null())
    check_unchanged(known, [phone for phone, value in zip(phones, told["value"], strict=True) if value is not None])


def test_phones_of_cambodia_and_of_neighbours_stay(cambodia: Reference) -> None:
    phones = ["+85512345678", "+855962345678", "+66812345678", "+84912345678"]
    check_unchanged(read(cambodia, Role.PHONE, phones), phones)


@pytest.mark.parametrize("capitals", ["Sophal ROSS", "Sophal SMITH-ROSS"])
def test_capitals_show_the_family_name_whatever_its_letters(cambodia: Reference, capitals: str) -> None:
    parts = split_names(pl.Series([capitals]), "family_first", False, cambodia)
    assert parts["given_name"].item() == "Sophal"
