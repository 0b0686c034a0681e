"""The pages of a release: self-contained HTML in English and Khmer, made from counts. They ask nobody for anything."""

import base64
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations.gate import CheckResult
from expectations.promises import LAYER_TABLES
from transforms.tables import Kind

FONTS = [(script, weight) for script in ("khmer", "latin") for weight in (400, 600)]
KHMER_MONTHS = ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"]
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
LAYERS = ("raw", *LAYER_TABLES)
BREAKDOWNS = ("total", "area_1", "sex", "age_band")


@dataclass(frozen=True)
class Register:
    """One register of the run, from ops.arrivals; `message` is empty where all is well."""

    name: str
    agency: str
    state: str
    message: str
    rows_in: int
    rows_quarantined: int


@dataclass(frozen=True)
class Rule:
    """One rule and its findings by state."""

    rule: str
    kind: str
    severity: str
    statement_en: str
    statement_km: str
    applied: bool
    note: str
    confirmed: int
    probable: int
    cannot_tell: int

    @property
    def total(self) -> int:
        return self.confirmed + self.probable + self.cannot_tell


@dataclass(frozen=True)
class Gap:
    """One coverage figure; `eligible`, `covered` and the shares are None where suppressed."""

    breakdown: str
    code: str
    name_en: str
    name_km: str
    eligible: int | None
    covered: int | None
    share: float | None
    low: float | None
    high: float | None
    suppressed: str


@dataclass(frozen=True)
class Measure:
    """One coverage measure and its figures."""

    measure: str
    statement_en: str
    statement_km: str
    unit: str
    applied: bool
    gaps: tuple[Gap, ...]

    @property
    def total(self) -> Gap | None:
        return next((gap for gap in self.gaps if gap.breakdown == "total" and gap.share is not None), None)

    @property
    def scale(self) -> float:
        """The share at the right end of the chart: the next tenth above the widest interval."""
        return ceil(max((gap.high for gap in self.gaps if gap.high is not None), default=1.0) * 10 - 1e-9) / 10 or 0.1

    def of(self, breakdown: str) -> list[Gap]:
        """The figures of a breakdown as the chart lists them: areas by their gap, the widest first; others by code."""
        gaps = [gap for gap in self.gaps if gap.breakdown == breakdown]
        return sorted(gaps, key=_widest_first if breakdown == "area_1" else _by_number)


def _widest_first(gap: Gap) -> tuple[float, str]:
    return (1.0 if gap.share is None else -gap.share, gap.code)


def _by_number(gap: Gap) -> tuple[int, str]:
    number = re.match(r"\d+", gap.code)
    return (int(number[0]) if number else 0, gap.code)


@dataclass(frozen=True)
class Summary:
    """All that the summary page tells."""

    run_id: str
    as_of: date
    small_cell: int
    registers: tuple[Register, ...]
    records: int
    people: int
    people_in_several: int
    links: int
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Bar:
    """A rule as it may be published: `shown` is None below the small-cell limit, `states` where one of them is."""

    rule: Rule
    shown: int | None
    states: tuple[int, int, int] | None


@dataclass(frozen=True)
class KindOfFinding:
    """The rules of one kind. `at_least` adds up what is shown; `hidden` rules have a number too small to show."""

    kind: str
    bars: tuple[Bar, ...]
    not_asked: tuple[Rule, ...]

    @property
    def at_least(self) -> int:
        return sum(bar.shown or 0 for bar in self.bars)

    @property
    def hidden(self) -> int:
        return sum(bar.shown is None for bar in self.bars)


def kinds_of_finding(rules: Iterable[Rule], limit: int) -> list[KindOfFinding]:
    """Findings by kind as the public may see them, most first. Numbers from 1 to `limit` - 1 are left out.

    A total is never given for numbers of which one is left out: it would tell what was left out.
    """
    rules = sorted(rules, key=lambda rule: (-rule.total, rule.rule))
    return [
        KindOfFinding(
            kind,
            tuple(_bar(rule, limit) for rule in rules if rule.kind == kind and rule.applied),
            tuple(rule for rule in rules if rule.kind == kind and not rule.applied),
        )
        for kind in Kind
    ]


def _bar(rule: Rule, limit: int) -> Bar:
    states = (rule.confirmed, rule.probable, rule.cannot_tell)
    return Bar(rule, _shown(rule.total, limit), None if None in (_shown(n, limit) for n in states) else states)


def _shown(count: int, limit: int) -> int | None:
    return None if 0 < count < limit else count


def summary_html(facts: Summary) -> str:
    """The page for everybody: what came, what was flagged for review, who is not reached. Holds no record."""
    kinds = kinds_of_finding(facts.rules, facts.small_cell)
    most = max((bar.shown or 0 for kind in kinds for bar in kind.bars), default=0)
    template = templates().get_template("summary.html")
    return template.render(facts=facts, kinds=kinds, most=max(most, 1), breakdowns=BREAKDOWNS, as_of=facts.as_of)


def checks_html(results: Sequence[CheckResult], run_id: str, as_of: date) -> str:
    """The page for the office: every promise that was checked, broken ones first, with keys of failing rows."""
    ranked = sorted(results, key=lambda r: (r.passed, r.severity, r.table_name, r.check_name))
    layers = [(layer, [r for r in ranked if r.layer == layer]) for layer in LAYERS]
    present = [(layer, checks) for layer, checks in layers if checks]
    template = templates().get_template("checks.html")
    return template.render(layers=present, results=ranked, run_id=run_id, as_of=as_of)


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": _number, "percent": _percent, "keys": _keys, "khmer_date": _khmer_date}
    environment.filters |= {"khmer": lambda value: str(value).translate(KHMER_DIGITS), "english_date": _english_date}
    environment.globals["fonts"] = [(script, weight, _font(script, weight)) for script, weight in FONTS]
    return environment


def _font(script: str, weight: int) -> Markup:
    """A subset of Noto Sans Khmer (SIL Open Font License) as base64: a page asks nobody for its letters."""
    name = f"noto-sans-khmer-{script}-{weight}-normal.woff2"
    return Markup(base64.b64encode((files("flows") / "templates" / "fonts" / name).read_bytes()).decode())


def _number(value: int) -> str:
    return f"{value:,}"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _english_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _khmer_date(day: date) -> str:
    return f"ថ្ងៃទី {day.day} ខែ{KHMER_MONTHS[day.month - 1]} ឆ្នាំ {day.year}".translate(KHMER_DIGITS)


def _keys(failing_keys: str) -> list[str]:
    """Each failing row's key as one line: `register idpoor_members, record_id H1/2`."""
    rows: list[dict[str, Any]] = json.loads(failing_keys)
    return [", ".join(f"{name} {value}" for name, value in row.items()) for row in rows]
