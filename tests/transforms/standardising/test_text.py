"""Text is brought to one form, whatever comes, and stays there."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from khmerspell import khnormal

from transforms.reference import Reference, Script
from transforms.text import (
    HIDDEN,
    SETTLED_KHMER,
    ascii_digits,
    canonical,
    folded,
    has_hidden,
    latin,
    ordered,
    signs,
    tidy,
)

KHMER = Script("Khmr", r"\x{1780}-\x{17B3}", "០១២៣៤៥៦៧៨៩", "\u1780\u17d3", (("ឲ", "ឱ"), (":", "ៈ")))
khmer_text = st.text(
    st.characters(min_codepoint=0x1780, max_codepoint=0x17DD) | st.sampled_from(" :\u200b\u200c\u200da")
)
any_text = st.text(st.characters(exclude_categories=["Cs"]))


def _of(values: list[str | None], work) -> list[str | None]:
    return pl.DataFrame({"v": values}, schema={"v": pl.String}).select(work(pl.col("v"))).to_series().to_list()


def _canonical(values: list[str]) -> list[str]:
    return canonical(pl.Series(values, dtype=pl.String), KHMER).to_list()


@settings(max_examples=60, deadline=None)
@given(st.lists(khmer_text | any_text, min_size=1, max_size=20))
def test_canonical_text_is_stable_and_nothing_raises(values: list[str]) -> None:
    once = _canonical(values)
    assert _canonical(once) == once


@settings(max_examples=60, deadline=None)
@given(st.lists(any_text, min_size=1, max_size=20))
def test_tidying_is_stable_and_leaves_no_hidden_sign(values: list[str]) -> None:
    once = _of(values, tidy)
    assert _of(once, tidy) == once
    assert not any(_of(once, has_hidden))


@settings(max_examples=40, deadline=None)
@given(st.lists(any_text, min_size=1, max_size=20))
def test_folding_free_text_is_stable(values: list[str]) -> None:
    once = _of(values, lambda column: folded(column, KHMER))
    assert _of(once, lambda column: folded(column, KHMER)) == once


@settings(max_examples=100, deadline=None)
@given(st.from_regex(SETTLED_KHMER.replace(r"\x{", r"\u{").replace(r"\u{", r"\u").replace("}", ""), fullmatch=True))
def test_what_passes_for_settled_is_what_the_library_leaves_alone(text: str) -> None:
    assert khnormal(text) == text


@settings(max_examples=300, deadline=None)
@given(khmer_text | any_text)
def test_syllables_put_together_are_what_the_library_makes_of_the_whole(text: str) -> None:
    assert ordered(text) == khnormal(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ស្រ្តី", "ស្ត្រី"),  # subscripts in the wrong order
        ("ភក្ដី", "ភក្តី"),  # coeng DA and coeng TA look the same
        ("ឲ្យ", "ឱ្យ"),
        ("វណ្ណ:", "វណ្ណៈ"),
    ],
)
def test_spellings_that_look_the_same_become_one(written: str, meant: str) -> None:
    assert _canonical([written]) == _canonical([meant])


def test_hidden_signs_and_spaces() -> None:
    assert _of(["\ufeffសុខ\u200b មុំ\u00a0 ", " \u200b ", "N/A", None], lambda c: tidy(c, ("N/A",))) == [
        "សុខ មុំ",
        None,
        None,
        None,
    ]
    assert HIDDEN.startswith("[")


def test_digits_of_the_script_become_ascii() -> None:
    assert _of(["១៥/០៣/១៩៩០", "１２"], lambda c: ascii_digits(c, KHMER)) == ["15/03/1990", "12"]


def test_signs_take_one_byte_each() -> None:
    signed = _of(["សុខ មាស", "ម៉ែន"], lambda c: signs(c, KHMER))
    assert [len(text.encode()) for text in signed if text] == [6, 4]
    assert _of(["សុខ"], lambda c: signs(c, None)) == ["សុខ"]


def test_latin_loses_accents_but_not_letters() -> None:
    assert _of(["Pèn", "Łukasz Ørsted", "Straße", "José"], latin) == ["Pen", "Lukasz Orsted", "Strasse", "Jose"]


def test_a_country_without_a_script_keeps_its_text() -> None:
    assert Reference().script is None
    assert canonical(pl.Series(["Иван"]), None).to_list() == ["Иван"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("សុុខ", "សុខ"),  # a vowel typed twice
        ("សុខាា", "សុខា"),
        ("ចាន់់", "ចាន់"),
        ("កេីត", "កើត"),  # one vowel typed as its two halves
        ("សេាម", "សោម"),
        ("ម៊ាន", "ម៊ាន"),
        ("មា៉លី", "ម៉ាលី"),  # the shifter after the vowel
        ("អុ៊ំ", "អ៊ុំ"),
        ("ពេជរ្", "ពេជរ្"),
        ("ឲម", "ឱម"),
        ("វណ្ណ:", "វណ្ណៈ"),
        ("ភក្ដី", "ភក្តី"),
    ],
)
def test_each_way_to_type_a_word_leads_to_one(written: str, meant: str) -> None:
    assert _canonical([written]) == _canonical([meant]) == [meant]


@pytest.mark.parametrize("code", [0x17B4, 0x17B5, 0x200B, 0x200D, 0x034F, 0x061C, 0x2060, 0xFE0F, 0xFEFF])
def test_signs_without_a_shape_are_hidden(code: int) -> None:
    text = f"សុ{chr(code)}ខ"
    assert _of([text], has_hidden) == [True]
    assert _of([text], tidy) == ["សុខ"]


def test_canonical_names_stay_as_they_are(cambodia: Reference) -> None:
    names = [*cambodia.surnames, *cambodia.given_names]
    assert canonical(pl.Series(names), cambodia.script).to_list() == names
    assert not any(_of(list(names), has_hidden))
