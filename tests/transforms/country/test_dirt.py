"""Slips: they hit as often as told, change what they should, and leave the rest alone."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.country.dirt import (
    birth_as_written,
    identifier,
    khmer_digits,
    mistyped,
    one_digit_wrong,
    phone,
    sent_twice,
    unreadable,
)

AS_OF = 20_758
NO_HABITS = {"swapped": 0.0, "first_january": 0.0, "digit": 0.0, "year_only": 0.0, "missing": 0.0, "age": 0.0}


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


@given(st.lists(st.text(min_size=0, max_size=12), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_typing_error_changes_at_most_one_sign(texts: list[str]) -> None:
    written = mistyped(chance(), pl.Series(texts, dtype=pl.String), 1.0).to_list()
    assert all(abs(len(w) - len(t)) <= 1 for t, w in zip(texts, written, strict=True))
    assert all(w == t for t, w in zip(texts, written, strict=True) if len(t) <= 2)


def test_typing_errors_hit_as_often_as_told() -> None:
    names = pl.Series(["សុភាព", "Sopheap"] * 5000)
    changed = (mistyped(chance(), names, 0.1) != names).mean()
    assert changed == pytest.approx(0.1, abs=0.02)
    assert (mistyped(chance(), names, 0.0) == names).all()


def test_one_digit_of_a_number_is_wrong() -> None:
    numbers = pl.Series(["012345678", None, "987654321"])
    written = one_digit_wrong(chance(), numbers, 1.0)
    assert written[1] is None
    for before, after in ((numbers[0], written[0]), (numbers[2], written[2])):
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_an_identifier_is_missing_borrowed_or_short() -> None:
    own, lender = pl.Series(["012345678"] * 3), pl.Series(["055555555", None, "066666666"])
    none = {"missing": 0.0, "digit": 0.0, "borrowed": 0.0, "zero_lost": 0.0}
    assert identifier(chance(), own, lender, none | {"missing": 1.0}).null_count() == 3
    borrowed = identifier(chance(), own, lender, none | {"borrowed": 1.0}).to_list()
    assert borrowed == ["055555555", "012345678", "066666666"]
    assert identifier(chance(), own, lender, none | {"zero_lost": 1.0}).to_list() == ["12345678"] * 3


@pytest.mark.parametrize("kind", ["swapped", "first_january", "digit", "year_only", "missing", "age"])
def test_birth_dates_are_real_and_not_in_the_future(kind: str) -> None:
    born = np.arange(AS_OF - 40_000, AS_OF, 7)
    written = birth_as_written(chance(), born, np.zeros(len(born), dtype=bool), NO_HABITS | {kind: 1.0}, AS_OF)
    known = written["birth"].drop_nulls()
    assert len(known) == (0 if kind == "missing" else len(born))
    assert (known.cast(pl.Int32) <= AS_OF).all()
    if kind == "first_january":
        assert (known.dt.ordinal_day() == 1).all()


def test_a_forced_slip_changes_the_date() -> None:
    born = np.arange(AS_OF - 20_000, AS_OF - 8_000, 3)
    written = birth_as_written(chance(), born, np.ones(len(born), dtype=bool), NO_HABITS, AS_OF)
    assert (written["birth"].cast(pl.Int32) != pl.Series(born)).all()
    assert written["precision"].unique().to_list() == ["day"]


def test_a_birth_date_without_slips_is_the_true_one() -> None:
    born = np.arange(0, 10_000, 3)
    written = birth_as_written(chance(), born, np.zeros(len(born), dtype=bool), NO_HABITS, AS_OF)
    assert (written["birth"].cast(pl.Int32) == pl.Series(born)).all()


def test_khmer_digits_stand_for_the_same_number() -> None:
    assert khmer_digits(chance(), pl.Series(["29/07/1984"]), 1.0).to_list() == ["២៩/០៧/១៩៨៤"]


def test_phones_lose_their_zero_or_gain_the_country() -> None:
    habits = {"phone_borrowed": 0.0, "phone_zero_lost": 1.0, "phone_international": 0.0}
    number, village = pl.Series(["012345678"]), pl.Series(["01020304"])
    assert phone(chance(), number, village, habits).to_list() == ["12345678"]
    abroad = habits | {"phone_zero_lost": 0.0, "phone_international": 1.0}
    assert phone(chance(), number, village, abroad).to_list() == ["+85512345678"]


def test_rows_are_sent_twice_and_values_made_unreadable() -> None:
    rows = pl.DataFrame({"key": range(100), "sex": ["M"] * 100})
    assert sent_twice(chance(), rows, 0.0).height == 101
    assert (unreadable(chance(), rows, "sex", "?", 0.05)["sex"] == "?").sum() == 5
    assert unreadable(chance(), rows, "sex", None, 0.0)["sex"].null_count() == 2
