"""What the summary page tells: the night's figures as they may be shown, and in which order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from flows.summary_rows import (
    Age,
    Completeness,
    Errors,
    Gap,
    Missed,
    Moves,
    Point,
    Population,
    Register,
    Rule,
    Tile,
)
from transforms.tables import Kind

AREA = "area_1"
# Finer areas and crossings have too many groups for a page: they are in the release's coverage table.
BREAKDOWNS = (AREA, "setting", "sex", "age_band", "disability", "poverty_level")


@dataclass(frozen=True)
class Measure:
    """One coverage measure, its figures, and its nights so far.

    `after`: the measure of the step before. `moves`: by cause who entered and left since the last of `nights` but one.
    """

    measure: str
    statement_en: str
    statement_km: str
    unit: str
    applied: bool
    gaps: tuple[Gap, ...]
    nights: tuple[Point, ...] = ()
    after: str | None = None
    moves: tuple[Moves, ...] = ()

    @property
    def total(self) -> Gap | None:
        return next((gap for gap in self.gaps if gap.breakdown == "total"), None)

    @property
    def told(self) -> list[Gap]:
        """The figures that the page has room for."""
        return [gap for gap in self.gaps if gap.breakdown in BREAKDOWNS]

    @property
    def scale(self) -> float:
        """The share at the right end of the charts: the next tenth above the widest interval."""
        return _scale((*self.told, self.total))

    def of(self, breakdown: str) -> list[Gap]:
        """The figures of a breakdown as the chart lists them: areas by their gap, the widest first; others by code."""
        gaps = [gap for gap in self.gaps if gap.breakdown == breakdown]
        return sorted(gaps, key=_widest_first if breakdown == AREA else _by_number)

    def shown(self, breakdown: str) -> list[Gap]:
        return [gap for gap in self.of(breakdown) if gap.share is not None]


def _scale(gaps: Iterable[Gap | None]) -> float:
    highest = max((gap.high for gap in gaps if gap and gap.high is not None), default=1.0)
    return ceil(highest * 10 - 1e-9) / 10 or 0.1


def _widest_first(gap: Gap) -> tuple[float, str]:
    return (1.0 if gap.share is None else -gap.share, gap.code)


def _by_number(gap: Gap) -> tuple[bool, int, str]:
    number = re.match(r"\d+", gap.code)
    return (gap.code == "unknown", int(number[0]) if number else 0, gap.code)


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
    tiles: tuple[Tile, ...] = ()
    missed: Missed | None = None
    errors: tuple[Errors, ...] = ()
    populations: tuple[Population, ...] = ()
    ages: tuple[Age, ...] = ()
    completeness: tuple[Completeness, ...] = ()

    def next_step(self, measure: Measure) -> Measure | None:
        """The measure whose eligible are the covered of this one; None where there is none, or it was not asked."""
        return next((one for one in self.asked if one.after == measure.measure), None)

    def errors_of(self, kind: str) -> list[Errors]:
        """The errors of a kind: told ones by their share, the highest first, then those of which nothing is told."""
        told = (one for one in self.errors if one.kind == kind)
        return sorted(told, key=lambda one: (one.state != "told", -one.share, one.population))

    def age(self, register: str) -> Age | None:
        return next((age for age in self.ages if age.register == register), None)

    @property
    def dated(self) -> list[Register]:
        """The registers that the night has a snapshot of, the oldest first."""
        return sorted((r for r in self.registers if r.dated), key=lambda r: (r.dated or self.as_of, r.name))

    def told(self, rows: int) -> int | None:
        """A number of rows as it may be told: None where it is small, as a row set aside may be of one person."""
        return _shown(rows, self.small_cell)

    @property
    def rows_read(self) -> tuple[int, bool]:
        """Rows in use, of the registers of which their number is told; and whether there are more."""
        return self._sum(register.rows_in for register in self.registers)

    @property
    def set_aside(self) -> tuple[int, bool]:
        """The same of rows set aside."""
        return self._sum(register.rows_quarantined for register in self.registers)

    def _sum(self, numbers: Iterable[int]) -> tuple[int, bool]:
        told = [self.told(rows) for rows in numbers]
        return sum(rows or 0 for rows in told), None in told

    @property
    def absent(self) -> list[Register]:
        """The registers that did not come or were held back."""
        return [register for register in self.registers if register.state in ("held", "missing")]

    @property
    def asked(self) -> list[Measure]:
        return [measure for measure in self.measures if measure.applied]

    @property
    def scale(self) -> float:
        """The same for the totals of all measures."""
        return _scale(measure.total for measure in self.measures)

    @property
    def has_shares(self) -> bool:
        return any(measure.total and measure.total.share is not None for measure in self.measures)

    def figures(self, state: str) -> int:
        """How many figures of groups are in a state: hidden, nobody, unsure, clear."""
        return sum(gap.state == state for measure in self.asked for gap in measure.told)


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
