"""Pages ask nobody for anything, say the same in both languages, and give no small number away."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.contracts import load_contracts
from flows import settings
from flows.pages import KHMER_DIGITS, summary_html
from flows.summary import kinds_of_finding
from tests.flows.made_up_summary import PAGES, SUMMARY, Reader, downloads, rule, words


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_nobody_for_anything(page: str) -> None:
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,", PAGES[page])
    assert not re.search(r"https?:|//[a-z]|\bsrc=|@import|<script|<link|<iframe|<img|<object", text)
    assert set(re.findall(r"url\((.{5})", text)) == {"data:"}
    assert {link[:5] for link in re.findall(r'href="([^#][^"]*)', text)} <= {"data:"}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_well_formed_and_says_as_much_in_both_languages(page: str) -> None:
    reader = Reader(PAGES[page])
    assert not reader.open
    assert len(reader.texts("en")) > 15
    english_alone = PAGES[page].count('<span lang="en">') if page != "checks" else 0
    assert PAGES[page].count('class="en"') + english_alone >= PAGES[page].count('class="km" lang="km"')
    assert all(re.search("[\u1780-\u17ff]", text) for text in reader.texts("km") if text.strip())


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_say_the_same_numbers(page: str) -> None:
    to_latin = {khmer: latin for latin, khmer in KHMER_DIGITS.items()}
    pairs = re.findall(r'<span class="en">([^<]*)</span><span class="km" lang="km">([^<]*)</span>', PAGES[page])
    assert len(pairs) > 15
    for english, khmer in pairs:
        numbers = [sorted(re.findall(r"\d+(?:[.,]\d+)*", text)) for text in (english, khmer.translate(to_latin))]
        assert numbers[0] == numbers[1], (english, khmer)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_accuses_nobody(page: str) -> None:
    assert not re.search("fraud|cheat|crim|illegal|ghost|fake", PAGES[page], re.IGNORECASE)


def test_the_summary_tells_what_came_and_what_was_found() -> None:
    for told in ("4,321", "9,876", "5,432", "4,444", "2,109", "783", "25.0%", "1,777", "held back", "Statement E01"):
        assert told in PAGES["summary"], told
    assert "Held back: &lt;b&gt;it came empty" in PAGES["summary"]


def test_the_summary_tells_no_time_a_stage_took() -> None:
    assert "second" not in PAGES["summary"].replace("secondary", "")


def test_small_numbers_are_not_told() -> None:
    assert "fewer than 11" in PAGES["summary"]
    assert ">6<" not in PAGES["summary"]
    assert ">7<" not in PAGES["summary"]
    exclusion = kinds_of_finding(SUMMARY.rules, 11)[0]
    assert [(bar.rule.rule, bar.shown, bar.states) for bar in exclusion.bars] == [
        ("E01", 783, (700, 50, 33)),
        ("E03", 94, None),
        ("E02", None, None),
    ]
    assert (exclusion.at_least, exclusion.hidden) == (877, 1)
    rows = {row["rule"]: list(row.values())[3:] for row in downloads(PAGES["summary"])["exclusion.csv"]}
    assert rows["E01"] == ["shown", "783", "700", "50", "33"]
    assert rows["E03"] == ["shown", "94", "", "", ""]
    assert rows["E02"] == ["hidden", "", "", "", ""]


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 3), max_size=8), st.integers(1, 20))
def test_nothing_below_the_limit_is_ever_in_what_is_shown(counts: list[tuple[int, int, int]], limit: int) -> None:
    rules = [rule(f"E{n}", *states) for n, states in enumerate(counts)]
    for bar in kinds_of_finding(rules, limit)[0].bars:
        shown = [n for n in (bar.shown, *(bar.states or ())) if n is not None]
        assert not [n for n in shown if 0 < n < limit]


def test_a_night_without_registers_has_a_page_too() -> None:
    empty = replace(SUMMARY, registers=(), rules=(), measures=(), tiles=(), missed=None, records=0, people=0, links=0)
    assert "Nothing was measured tonight." in words(summary_html(empty))


def test_broken_promises_come_first_and_name_their_rows() -> None:
    page = PAGES["checks"]
    assert page.index("Types are right.") < page.index("No two are the same.")
    assert "record_id a/&lt;1&gt;" in page
    assert "and 29 more" in page
    assert page.index("Members have rows.") < page.index("Types are right.")


def test_a_kind_of_which_no_rule_was_asked_has_no_number() -> None:
    assert re.search(r"Possibly counted twice\s*not asked", words(PAGES["summary"]))
    asked = tuple(replace(rule, applied=True) for rule in SUMMARY.rules)
    assert re.search(r"Possibly counted twice\s*0", words(summary_html(replace(SUMMARY, rules=asked))))


def test_a_register_without_a_snapshot_has_no_number_of_rows() -> None:
    assert re.search(r"deaths\s*Ministry\s*held back\s*–\s*–\s*–", words(PAGES["summary"]))


def test_every_register_and_agency_has_a_khmer_name() -> None:
    (one, *_) = SUMMARY.registers
    for contract in load_contracts(settings.CONTRACTS).values():
        told = replace(one, name=contract.register_name, agency=contract.agency)
        page = words(summary_html(replace(SUMMARY, registers=(told,))), "km")
        assert contract.agency not in page
        assert contract.register_name.replace("_", " ") not in page
