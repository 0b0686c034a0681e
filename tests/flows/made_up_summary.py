"""A made-up summary page with a figure in every state, and what a reader finds in a page."""

import base64
import csv
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

from expectations.gate import CheckResult
from flows.pages import checks_html, summary_html
from flows.summary import Measure, Summary
from flows.summary_rows import Age, Completeness, Errors, Gap, Missed, Moves, Point, Population, Register, Rule, Tile

AS_OF = date(2026, 11, 1)
VOID = {"meta", "input", "br", "line", "rect", "path"}
MEGABYTES = 3


def rule(name: str, confirmed: int, probable: int, cannot_tell: int, kind: str = "exclusion") -> Rule:
    return Rule(name, kind, "high", f"Statement {name}", f"សេចក្តី {name}", True, "", confirmed, probable, cannot_tell)


def gap(code: str, breakdown: str, eligible: int, share: float, half: float = 0.025) -> Gap:
    """Linking missed a tenth of those whom it calls not covered."""
    low, high = max(share - half, 0.0), min(share + half, 1.0)
    covered, names = round(eligible * (1 - 1.1 * share)), (f"Place {code}", f"ទី {code}")
    verdict = "cannot_tell" if high - low > share else "clear"
    return Gap(breakdown, code, *names, eligible, covered, float(eligible), eligible * share, share, low, high, verdict)


def hidden(code: str, breakdown: str) -> Gap:
    return replace(gap(code, breakdown, 0, 0.0), **dict.fromkeys(FIGURES))


def nobody(code: str, breakdown: str) -> Gap:
    return replace(hidden(code, breakdown), eligible=0, covered=0, entitled=0.0, left_out=0.0)


FIGURES = ("eligible", "covered", "entitled", "left_out", "share", "low", "high", "verdict")
PROVINCES = (
    gap("01", "area_1", 1777, 0.1), gap("02", "area_1", 1223, 0.3), hidden("07", "area_1"),
    gap("08", "area_1", 313, 0.04, 0.039), nobody("09", "area_1"), gap("unknown", "area_1", 414, 0.2),
)  # fmt: skip
TILES = tuple(Tile(code, n % 3 + 1, n // 3 + 1, f"Place {code}", f"ទី {code}") for n, code in enumerate(
    ("01", "02", "07", "08", "09", "10")))  # fmt: skip
NIGHTS = (Point(date(2026, 10, 30), 0.27, 0.25, 0.29), Point(date(2026, 11, 1), 0.25, 0.225, 0.275))
MEASURE = Measure("m1", "Covered", "ទទួល", "person", True, (gap("all", "total", 3000, 0.25), *PROVINCES), NIGHTS)
ERRORS = (
    Errors("paid", "inclusion", "People paid.", "អ្នកបានទទួលប្រាក់។", "person", "I01, I04", 850, 34, 30, 34, 952_000,
           False),
    Errors("seen", "inclusion", "Patients seen.", "អ្នកជំងឺ។", "person", "I02", 4000, 16, 14, 16, None, True),
    Errors("cards", "inclusion", "Households.", "គ្រួសារ។", "household", "I05", None, None, None, None, None, True),
    Errors("nobody", "inclusion", "Nobody here.", "គ្មាននរណា។", "person", "I09", 0, 0, 0, 0, None, False),
    Errors("owed", "exclusion", "People entitled.", "អ្នកមានសិទ្ធិ។", "person", "E02", 400, 140, 137, 140, None, False),
)  # fmt: skip
# Two lists in every state a capture can be in.
LISTED = Completeness(
    *("births", "Children born lately.", "កុមារទើបកើត។", "births registered", "កំណើតដែលបានចុះបញ្ជី", "children listed"),
    *("កុមារក្នុងបញ្ជី", "Being listed says nothing of being registered.", "បញ្ជីទាំងពីរឯករាជ្យ។", True, 3100, 410, 340),
    *(3740.0, 570.0, 490.0, 660.0, 250.0, 1320.0, 0.83, 0.69, 0.91, "clear"),
)
UNTOLD = dict.fromkeys(("people", "in_neither", "in_neither_low", "in_neither_high", "in_neither_least",
                        "in_neither_most", "complete_a", "complete_a_least", "complete_a_most"))  # fmt: skip
CAPTURES = (
    LISTED,
    replace(LISTED, capture="wide", complete_a_least=0.5, verdict="cannot_tell"),
    replace(LISTED, capture="thin", **UNTOLD, verdict="cannot_tell"),
    replace(LISTED, capture="small", in_a=None, in_b=None, in_both=None, **UNTOLD, verdict=None),
    replace(LISTED, capture="absent", applied=False, in_a=None, in_b=None, in_both=None, **UNTOLD, verdict=None),
)
SUMMARY = Summary(
    run_id="2026-11-01.1",
    as_of=AS_OF,
    small_cell=11,
    registers=(
        Register("members", "Ministry", "fresh", "", 4321, 12, AS_OF),
        Register("deaths", "Ministry", "held", "Held back: <b>it came empty</b>.", 0, 0, None),
        Register("births", "Ministry", "missing", "births.csv is not in the inbox.", 77, 0, date(2026, 10, 2)),
    ),
    records=9876,
    people=5432,
    people_in_several=2109,
    links=4444,
    rules=(rule("E01", 700, 50, 33), rule("E02", 3, 1, 2), rule("E03", 90, 4, 0), rule("I01", 2, 2, 3, "inclusion"),
           rule("N01", 40, 50, 60, "inconsistency"), replace(rule("D01", 0, 0, 0, "duplication"), applied=False,
           note="No register in use tells of payments.")),
    measures=(MEASURE, Measure("m2", "Other", "ផ្សេង", "household", False, ())),
    tiles=TILES,
    missed=Missed(123.4, 99.0, 150.0),
)  # fmt: skip
# The same night with errors by population, a step that follows another, and what changed.
NEXT = Measure("m1_paid", "Paid", "បើកប្រាក់", "person", True, (gap("all", "total", 2250, 0.2),), after="m1")
MOVED = (replace(NIGHTS[0], left_out=800), replace(NIGHTS[1], left_out=790))
MOVES = (Moves("m1", "data", 20, 45), Moves("m1", "judgement", 0, 0), Moves("m1", "date", 15, 0))
WHOLE = replace(
    SUMMARY,
    measures=(replace(MEASURE, nights=MOVED, moves=MOVES), NEXT, *SUMMARY.measures[1:]),
    errors=ERRORS,
    populations=(Population("paid", "People paid.", "អ្នកបានទទួលប្រាក់។", True, "I09"),
                 Population("held", "Card holders.", "អ្នកមានប័ណ្ណ។", False, "D08")),
    ages=(Age("members", 658, 1482), Age("births", 1, 30)),
    completeness=CAPTURES,
)  # fmt: skip
CHECKS = [
    CheckResult("raw", "raw.members", "rows", "Members have rows.", "stop", True, 0, "[]"),
    CheckResult("clean", "clean.people", "key", "No two are the same.", "warn", False, 30, '[{"record_id": "a/<1>"}]'),
    CheckResult("clean", "clean.people", "types", "Types are right.", "stop", False, 1, '[{"column": "sex"}]'),
]
PAGES = {
    "summary": summary_html(SUMMARY),
    "whole": summary_html(WHOLE),
    "checks": checks_html(CHECKS, SUMMARY.run_id, AS_OF),
}


def with_gaps(*gaps: Gap) -> str:
    """The page of a night with one measure of these figures."""
    return summary_html(replace(SUMMARY, measures=(replace(MEASURE, gaps=gaps, nights=()),)))


def words(page: str, language: str = "en") -> str:
    """What a reader of this language is told, in one line."""
    return " ".join("".join(text for kind, text in Reader(page).told if kind in (language, "")).split())


def downloads(page: str) -> dict[str, list[dict[str, str]]]:
    """Every CSV that the page carries, by the name of its file."""
    found = re.findall(r'href="data:text/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)" download="([^"]+)"', page)
    return {name: list(csv.DictReader(io.StringIO(base64.b64decode(data).decode("utf-8-sig")))) for data, name in found}


class Reader(HTMLParser):
    """Holds that tags are closed in order; collects text by language, in the order of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.told: list[tuple[str, str]] = []
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
        if not any(tag in ("style", "title") for tag, _ in self.open):
            self.told.append((within[-1] if within else "", data))

    def texts(self, language: str) -> list[str]:
        return [text for kind, text in self.told if kind == language]
