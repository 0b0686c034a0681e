"""Pages ask nobody for anything, say the same in both languages, and give no small number away."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.gate import CheckResult
from flows.pages import (
    Gap,
    Measure,
    Register,
    Rule,
    Summary,
    checks_html,
    kinds_of_finding,
    summary_html,
)

AS_OF = date(2026, 11, 1)
VOID = {"meta", "input", "br", "line", "rect", "circle"}


def rule(name: str, confirmed: int, probable: int, cannot_tell: int, kind: str = "exclusion") -> Rule:
    return Rule(name, kind, "high", f"Statement {name}", f"សេចក្តី {name}", True, "", confirmed, probable, cannot_tell)


def gap(code: str, breakdown: str, eligible: int | None, share: float | None) -> Gap:
    covered = None if eligible is None or share is None else round(eligible * (1 - share))
    low, high = (None, None) if share is None else (share - 0.02, share + 0.03)
    return Gap(breakdown, code, f"Place {code}", f"ទី {code}", eligible, covered, share, low, high, "no")


SUPPRESSED = replace(gap("07", "area_1", None, None), suppressed="primary")
SUMMARY = Summary(
    run_id="2026-11-01.1",
    as_of=AS_OF,
    small_cell=11,
    registers=(
        Register("members", "Ministry", "fresh", "", 4321, 12),
        Register("deaths", "Ministry", "held", "Held back: <b>it came empty</b>.", 0, 0),
    ),
    records=9876,
    people=5432,
    people_in_several=2109,
    links=4444,
    rules=(rule("E01", 700, 50, 33), rule("E02", 3, 1, 2), rule("E03", 90, 4, 0), rule("I01", 2, 2, 3, "inclusion")),
    measures=(
        Measure("m1", "Covered", "ទទួល", "person", True, (
            gap("all", "total", 3000, 0.25), gap("01", "area_1", 1777, 0.1), gap("02", "area_1", 1223, 0.3), SUPPRESSED,
        )),
        Measure("m2", "Other", "ផ្សេង", "household", False, ()),
    ),
)  # fmt: skip
CHECKS = [
    CheckResult("raw", "raw.members", "rows", "Members have rows.", "stop", True, 0, "[]"),
    CheckResult("clean", "clean.people", "key", "No two are the same.", "warn", False, 30, '[{"record_id": "a/<1>"}]'),
    CheckResult("clean", "clean.people", "types", "Types are right.", "stop", False, 1, '[{"column": "sex"}]'),
]
PAGES = {"summary": summary_html(SUMMARY), "checks": checks_html(CHECKS, SUMMARY.run_id, AS_OF)}


class Reader(HTMLParser):
    """Holds that tags are closed in order; collects text by language, and ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {"en": [], "km": [], "": []}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        within = [kind for tag, kind in self.open if tag == "span" and kind in ("en", "km")]
        if not any(tag == "style" for tag, _ in self.open):
            self.texts[within[-1] if within else ""].append(data)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_nobody_for_anything(page: str) -> None:
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,", PAGES[page])
    assert not re.search(r"https?:|//[a-z]|\bsrc=|@import|<script|<link|<iframe|<img|<object", text)
    assert set(re.findall(r"url\((.{5})", text)) == {"data:"}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_well_formed_and_says_as_much_in_both_languages(page: str) -> None:
    reader = Reader(PAGES[page])
    assert not reader.open
    assert len(reader.texts["en"]) > 15
    assert PAGES[page].count('class="en"') == PAGES[page].count('class="km" lang="km"') - page.count("summary")
    assert all(re.search("[\u1780-\u17ff]", text) for text in reader.texts["km"] if text.strip())


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


def test_a_suppressed_figure_is_called_so_and_has_no_mark() -> None:
    assert PAGES["summary"].count("Suppressed: ") == 1
    assert PAGES["summary"].count("<circle") == 2
    assert "None" not in PAGES["summary"]


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 3), max_size=8), st.integers(1, 20))
def test_nothing_below_the_limit_is_ever_in_what_is_shown(counts: list[tuple[int, int, int]], limit: int) -> None:
    rules = [rule(f"E{n}", *states) for n, states in enumerate(counts)]
    for bar in kinds_of_finding(rules, limit)[0].bars:
        shown = [n for n in (bar.shown, *(bar.states or ())) if n is not None]
        assert not [n for n in shown if 0 < n < limit]


def test_areas_stand_by_their_gap_and_the_scale_holds_every_interval() -> None:
    measure = SUMMARY.measures[0]
    assert [g.code for g in measure.of("area_1")] == ["02", "01", "07"]
    assert measure.scale == pytest.approx(0.4)


def test_age_bands_stand_by_age() -> None:
    bands = [gap(code, "age_band", 100, 0.5) for code in ("60-64", "6-17", "80+", "0-1")]
    measure = replace(SUMMARY.measures[0], gaps=tuple(bands))
    assert [g.code for g in measure.of("age_band")] == ["0-1", "6-17", "60-64", "80+"]


def test_a_night_without_registers_has_a_page_too() -> None:
    empty = replace(SUMMARY, registers=(), rules=(), measures=(), records=0, people=0, links=0)
    assert "What came" in summary_html(empty)


def test_broken_promises_come_first_and_name_their_rows() -> None:
    page = PAGES["checks"]
    assert page.index("Types are right.") < page.index("No two are the same.")
    assert "record_id a/&lt;1&gt;" in page
    assert "and 29 more" in page
    assert page.index("Members have rows.") < page.index("Types are right.")
