"""Dates as agencies write them."""

from collections.abc import Callable
from datetime import date
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.date_forms import SPREADSHEET_DAY_0
from transforms.dates import read_dates
from transforms.mapping import SourceColumn
from transforms.reference import PLAIN, Reference

AS_OF = date(2026, 11, 1)
DAY_FIRST = SourceColumn(dates=("%d/%m/%Y", "year", "serial"))
FIVE_DIGITS = date(1927, 5, 18)  # the spreadsheet's day 10,000
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
days = st.dates(date(1900, 1, 2), AS_OF)
Read = Callable[..., pl.DataFrame]


@pytest.fixture(scope="module")
def read(cambodia: Reference) -> Read:
    def of(texts: list[str | None], column: SourceColumn = DAY_FIRST, birth: bool = True) -> pl.DataFrame:
        values = pl.DataFrame({"text": texts}, schema={"text": pl.String})
        return read_dates(values, column, cambodia, AS_OF, birth)

    return of


def _buddhist(day: date) -> int:
    """The year a clerk writes: 543 ahead before Visak Bochea, 544 from it on."""
    return day.year + (544 if (day.month, day.day) >= (5, 15) else 543)


@pytest.mark.parametrize(
    ("text", "value", "precision", "calendar", "fault", "repair"),
    [
        ("01/02/1990", "1990-02-01", "day", "common", None, None),
        ("00/00/1985", "1985-01-01", "year", "common", None, "year_only"),
        ("1985-00-00", "1985-01-01", "year", "common", None, "year_only"),
        ("00/05/1985", None, None, None, "impossible_date", None),
        ("1/2/1990", "1990-02-01", "day", "common", None, None),
        ("1-2-1990", "1990-02-01", "day", "common", None, "other_form"),
        ("01.02.1990", "1990-02-01", "day", "common", None, "other_form"),
        ("1990/02/01", "1990-02-01", "day", "common", None, "other_form"),
        ("1990-02-03 00:00:00", "1990-02-03", "day", "common", None, "other_form"),
        ("1990-02-03T07:00:00Z", "1990-02-03", "day", "common", None, "other_form"),
        ("19900203", "1990-02-03", "day", "common", None, "other_form"),
        ("03021990", "1990-02-03", "day", "common", None, "other_form"),
        ("01/01/1970", "1970-01-01", "default_1_january", "common", None, "first_january"),
        ("1985", "1985-01-01", "year", "common", None, "year_only"),
        ("1985.0", "1985-01-01", "year", "common", None, "year_only"),
        ("2528", "1985-01-01", "year", "buddhist", None, "buddhist_year+year_only"),
        ("05/01/2533", "1990-01-05", "day", "buddhist", None, "buddhist_year"),
        ("14/05/2533", "1990-05-14", "day", "buddhist", None, "buddhist_year"),
        ("15/05/2534", "1990-05-15", "day", "buddhist", None, "buddhist_year"),
        ("29/02/2531", "1988-02-29", "day", "buddhist", None, "buddhist_year"),
        ("១៥/០៣/១៩៩០", "1990-03-15", "day", "common", None, "local_digits"),
        ("១៥-១២-២៥៣៤", "1990-12-15", "day", "buddhist", None, "local_digits+buddhist_year+other_form"),
        ("32875", "1990-01-02", "day", "spreadsheet", None, "spreadsheet_day"),
        ("32875.0", "1990-01-02", "day", "spreadsheet", None, "spreadsheet_day"),
        ("32874", "1990-01-01", "default_1_january", "spreadsheet", None, "spreadsheet_day+first_january"),
        ("05/13/1990", "1990-05-13", "day", "common", None, "month_first"),
        ("05/12/1990", "1990-12-05", "day", "common", None, None),  # may be either: the contract says which
        ("១២ មករា ១៩៩០", "1990-01-12", "day", "common", None, "local_digits+other_form"),
        ("ថ្ងៃទី១២ ខែកុម្ភៈ ឆ្នាំ១៩៩០", "1990-02-12", "day", "common", None, "local_digits+other_form"),
        ("12 September 1990", "1990-09-12", "day", "common", None, "other_form"),
        ("Sept 12th, 1990", "1990-09-12", "day", "common", None, "other_form"),
        ("1990 Jan 12", "1990-01-12", "day", "common", None, "other_form"),
        ("March 1990", "1990-03-01", "month", "common", None, "other_form"),
        ("31/02/1990", None, None, None, "impossible_date", None),
        ("02/11/2026", None, None, None, "impossible_date", None),
        ("03/12/2026", None, None, None, "impossible_date", None),
        ("31/12/1899", None, None, None, "impossible_date", None),
        ("01/02/90", None, None, None, "unreadable_date", None),
        ("about 1990", None, None, None, "unreadable_date", None),
        ("35", None, None, None, "unreadable_date", None),
        (None, None, None, None, None, None),
    ],
)
def test_a_date_as_written(
    read: Read,
    text: str | None,
    value: str | None,
    precision: str | None,
    calendar: str | None,
    fault: str | None,
    repair: str | None,
) -> None:
    assert read([text]).drop("text").row(0) == (value, precision, calendar, fault, repair)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_name_of_a_month_is_read(read: Read, cambodia: Reference, month: int) -> None:
    written = [f"15 {name} 1990" for name in cambodia.months[month - 1]]
    assert set(read(list(written))["value"]) == {f"1990-{month:02}-15"}


def test_a_year_alone_dates_a_birth_and_nothing_else_unless_the_contract_says_so(read: Read) -> None:
    plain = SourceColumn(dates=("%d/%m/%Y",))
    assert read(["1985"], plain, birth=False)["fault"].to_list() == ["unreadable_date"]
    assert read(["1985"], plain)["precision"].to_list() == ["year"]
    assert read(["1985"], SourceColumn(dates=("year",)), birth=False)["value"].to_list() == ["1985-01-01"]


def test_the_first_of_january_is_doubted_of_births_only(read: Read) -> None:
    assert read(["01/01/2020"], birth=False)["repair"].to_list() == [None]


def test_two_digits_are_a_year_only_where_the_contract_says(read: Read) -> None:
    short = SourceColumn(dates=("%d/%m/%y",))
    told = read(["05/03/90", "05/03/26", "05/03/27"], short)
    assert told["value"].to_list() == ["1990-03-05", "2026-03-05", "1927-03-05"]
    ahead = SourceColumn(dates=("%d/%m/%y",), future=True)
    assert read(["05/03/30"], ahead)["value"].to_list() == ["2030-03-05"]


def test_the_contracts_first_form_is_no_repair_and_its_others_are(read: Read) -> None:
    column = SourceColumn(dates=("%Y-%m-%d", "%d/%m/%Y"))
    told = read(["1990-02-03", "1990-02-03 00:00:00", "03/02/1990", "1990/02/03"], column)
    assert told["value"].to_list() == ["1990-02-03"] * 4
    assert told["repair"].to_list() == [None, None, "other_form", "other_form"]


def test_a_contract_that_puts_the_month_first_is_followed(read: Read) -> None:
    told = read(["05/03/1990", "25/03/1990"], SourceColumn(dates=("%m/%d/%Y",)))
    assert told["value"].to_list() == ["1990-05-03", "1990-03-25"]
    assert told["repair"].to_list() == [None, "other_form"]


def test_a_month_without_a_day(read: Read) -> None:
    assert read(["2026-03"], SourceColumn(dates=("%Y-%m",)))["precision"].to_list() == ["month"]


def test_the_future_is_possible_where_the_contract_says(read: Read) -> None:
    assert read(["02/11/2026"], SourceColumn(dates=("%d/%m/%Y",), future=True))["value"].to_list() == ["2026-11-02"]


def test_a_country_without_an_era_reads_no_such_year() -> None:
    told = read_dates(pl.DataFrame({"text": ["05/01/2533"]}), DAY_FIRST, PLAIN, AS_OF)
    assert told["fault"].to_list() == ["impossible_date"]


@settings(max_examples=40, deadline=None)
@given(st.lists(days, min_size=1, max_size=30))
def test_what_was_written_is_read_back(read: Read, told: list[date]) -> None:
    iso = [day.isoformat() for day in told]
    for written in (
        [day.strftime("%d/%m/%Y") for day in told],
        [f"{day.day}.{day.month}.{day.year}" for day in told],
        [day.strftime("%d/%m/%Y").translate(KHMER) for day in told],
        [f"{day:%d/%m/}{_buddhist(day)}" for day in told],
        [day.strftime("%Y/%m/%d") for day in told],
        [day.strftime("%d %B %Y") for day in told],
        iso,
    ):
        assert read(list(written))["value"].to_list() == iso


@settings(max_examples=40, deadline=None)
@given(st.lists(days, min_size=1, max_size=30))
def test_what_is_read_is_read_again_as_it_is(read: Read, told: list[date]) -> None:
    once = read([day.strftime("%d/%m/%Y") for day in told])["value"].to_list()
    assert read(once)["value"].to_list() == once


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dates(FIVE_DIGITS, AS_OF), min_size=1, max_size=30))
def test_day_numbers_are_read_back(read: Read, told: list[date]) -> None:
    numbers: list[str | None] = [str((day - SPREADSHEET_DAY_0).days) for day in told]
    assert read(numbers, SourceColumn(dates=("%d/%m/%Y",)))["value"].to_list() == [day.isoformat() for day in told]


texts_like_dates = st.text() | st.from_regex(r"[0-9០-៩]{1,4}[./ -][0-9]{1,3}[./-][0-9]{1,5}")


@settings(max_examples=60, deadline=None)
@given(st.lists(texts_like_dates, min_size=1, max_size=20), st.randoms())
def test_no_text_raises_and_each_is_read_or_faulted_whatever_stands_beside_it(
    read: Read, texts: list[str], chance: Random
) -> None:
    told = read(list(texts))
    assert (told["value"].is_null() == told["fault"].is_not_null()).all()
    assert (told["value"].is_null() == told["calendar"].is_null()).all()
    assert told["text"].to_list() == texts
    order = list(range(len(texts)))
    chance.shuffle(order)
    assert read([texts[n] for n in order]).equals(told[order])
