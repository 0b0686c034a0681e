"""Dates as agencies write them."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.dates import SPREADSHEET_DAY_0, read_dates
from transforms.mapping import SourceColumn
from transforms.reference import Reference, Script

AS_OF = date(2026, 11, 1)
CAMBODIA = Reference(
    country="KH", script=Script("Khmr", r"\x{1780}-\x{17B3}", "០១២៣៤៥៦៧៨៩", "\u1780\u17d3"), era_offset=543
)
DAY_FIRST = SourceColumn(dates=("%d/%m/%Y", "year", "serial"))
days = st.dates(date(1900, 1, 2), AS_OF)


def _read(texts: list[str | None], column: SourceColumn = DAY_FIRST) -> pl.DataFrame:
    return read_dates(pl.DataFrame({"text": texts}, schema={"text": pl.String}), column, CAMBODIA, AS_OF)


@pytest.mark.parametrize(
    ("text", "value", "precision", "fault", "repair"),
    [
        ("01/02/1990", "1990-02-01", "day", None, None),
        ("1-2-1990", "1990-02-01", "day", None, None),
        ("1990-02-03 00:00:00", "1990-02-03", "day", None, None),
        ("01/01/1970", "1970-01-01", "default_1_january", None, None),
        ("1985", "1985-01-01", "year", None, None),
        ("2528", "1985-01-01", "year", None, "era_year"),
        ("05/01/2533", "1990-01-05", "day", None, "era_year"),
        ("១៥/០៣/១៩៩០", "1990-03-15", "day", None, "local_digits"),
        ("32875", "1990-01-02", "day", None, "spreadsheet_day"),
        ("31/02/1990", None, None, "impossible_date", None),
        ("05/13/1990", None, None, "impossible_date", None),
        ("02/11/2026", None, None, "impossible_date", None),
        ("31/12/1899", None, None, "impossible_date", None),
        ("about 1990", None, None, "unreadable_date", None),
        (None, None, None, None, None),
    ],
)
def test_a_date_as_written(
    text: str | None, value: str | None, precision: str | None, fault: str | None, repair: str | None
) -> None:
    assert _read([text]).drop("text").row(0) == (value, precision, fault, repair)


def test_a_year_alone_and_a_day_number_are_read_only_where_the_contract_says() -> None:
    read = _read(["1985", "32875"], SourceColumn(dates=("%d/%m/%Y",)))
    assert read["fault"].to_list() == ["unreadable_date"] * 2


def test_a_month_without_a_day() -> None:
    assert _read(["2026-03"], SourceColumn(dates=("%Y-%m",)))["precision"].to_list() == ["month"]


def test_the_future_is_possible_where_the_contract_says() -> None:
    assert _read(["02/11/2026"], SourceColumn(dates=("%d/%m/%Y",), future=True))["value"].to_list() == ["2026-11-02"]


@settings(max_examples=40, deadline=None)
@given(st.lists(days, min_size=1, max_size=30))
def test_what_was_written_is_read_back(told: list[date]) -> None:
    iso = [day.isoformat() for day in told]
    khmer = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
    for written in (
        [day.strftime("%d/%m/%Y") for day in told],
        [f"{day.day}.{day.month}.{day.year}" for day in told],
        [day.strftime("%d/%m/%Y").translate(khmer) for day in told],
        [f"{day:%d/%m/}{day.year + 543}" for day in told],
        iso,
    ):
        assert _read(list(written))["value"].to_list() == iso


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dates(date(1905, 1, 1), AS_OF), min_size=1, max_size=30))
def test_day_numbers_are_read_back(told: list[date]) -> None:
    numbers: list[str | None] = [str((day - SPREADSHEET_DAY_0).days) for day in told]
    read = _read(numbers, SourceColumn(dates=("serial",)))
    assert read["value"].to_list() == [day.isoformat() for day in told]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text() | st.from_regex(r"[0-9០-៩]{1,4}[./ -][0-9]{1,3}[./-][0-9]{1,5}"), min_size=1, max_size=20))
def test_no_text_raises_and_each_is_read_or_faulted(texts: list[str]) -> None:
    read = _read(list(texts))
    assert (read["value"].is_null() == read["fault"].is_not_null()).all()
