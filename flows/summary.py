"""What the summary page tells: the night's figures as they may be shown, and in which order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Literal

from transforms.tables import Kind

AREA = "area_1"
# Finer areas and crossings have too many groups for a page: they are in the release's coverage table.
BREAKDOWNS = (AREA, "setting", "sex", "age_band", "disability", "poverty_level")


@dataclass(frozen=True)
class Register:
    """One register of the run, from ops.arrivals; `message` is empty where all is well.

    `dated`: the night that first pulled the snapshot in use; None where there is none.
    """

    name: str
    agency: str
    state: str
    message: str
    rows_in: int
    rows_quarantined: int
    dated: date | None


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
    """One coverage figure. All counts are None where it may not be shown, the shares also where nobody is entitled.

    `eligible`, `covered`: as the registers are linked. `entitled`, `left_out`, `share`, `low`, `high`: expected, and
    the 95% interval, were all links right.
    """

    breakdown: str
    code: str
    name_en: str
    name_km: str
    eligible: int | None
    covered: int | None
    entitled: float | None
    left_out: float | None
    share: float | None
    low: float | None
    high: float | None
    verdict: str | None

    @property
    def state(self) -> Literal["hidden", "nobody", "unsure", "clear"]:
        """`unsure`: the interval is wider than the gap it measures, so that only the interval is told."""
        if self.eligible is None:
            return "hidden"
        if self.share is None:
            return "nobody"
        return "unsure" if self.verdict == "cannot_tell" else "clear"


@dataclass(frozen=True)
class Point:
    """The share of a whole measure on one night; `left_out`: how many are not covered, as linked."""

    as_of: date
    share: float
    low: float
    high: float
    left_out: int = 0


@dataclass(frozen=True)
class Moves:
    """How many entered the gap of a measure since the night before, or left it, for one cause; None where hidden."""

    measure: str
    cause: str
    entered: int | None
    left_gap: int | None


@dataclass(frozen=True)
class Errors:
    """People or households of a programme who have a finding of one kind. All counts are None where hidden.

    `low`, `high`: 95% interval of how many of those found are expected to be right. `riel`: a month; None where it is
    hidden, too, and where no finding knows of money.
    """

    population: str
    kind: str
    statement_en: str
    statement_km: str
    unit: str
    rules: str
    people: int | None
    found: int | None
    low: int | None
    high: int | None
    riel: int | None
    money_hidden: bool

    @property
    def state(self) -> Literal["hidden", "nobody", "told"]:
        return "hidden" if self.people is None else "told" if self.people else "nobody"

    @property
    def share(self) -> float:
        return (self.found or 0) / self.people if self.people else 0.0


@dataclass(frozen=True)
class Population:
    """People or households among whom errors are counted, where the registers that tell of them were there."""

    population: str
    statement_en: str
    statement_km: str
    applied: bool
    rules_not_asked: str


@dataclass(frozen=True)
class Completeness:
    """How complete list a of two lists of one population is, over all groups. Numbers are None where hidden; estimates
    also where too few are in both lists. `least`, `most`: ends of a range; `low`, `high`: of a 95% interval.
    """

    capture: str
    statement_en: str
    statement_km: str
    list_a_en: str
    list_a_km: str
    list_b_en: str
    list_b_km: str
    assumes_en: str
    assumes_km: str
    applied: bool
    in_a: int | None
    in_b: int | None
    in_both: int | None
    people: float | None
    in_neither: float | None
    in_neither_low: float | None
    in_neither_high: float | None
    in_neither_least: float | None
    in_neither_most: float | None
    complete_a: float | None
    complete_a_least: float | None
    complete_a_most: float | None
    verdict: str | None

    @property
    def state(self) -> Literal["missing", "hidden", "few", "unsure", "clear"]:
        """`few`: too few are in both lists. `unsure`: the range is wide, so that only the range is told."""
        if not self.applied:
            return "missing"
        if self.in_a is None:
            return "hidden"
        if self.people is None:
            return "few"
        return "unsure" if self.verdict == "cannot_tell" else "clear"


@dataclass(frozen=True)
class Age:
    """Days since a register's people or households were last touched by an event: half, and nine of ten, by fewer."""

    register: str
    median_days: int
    ninetieth_days: int


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
class Tile:
    """Where an area of the first level stands on the tile map; the first column and row are 1."""

    code: str
    column: int
    row: int
    name_en: str
    name_km: str


@dataclass(frozen=True)
class Missed:
    """How many pairs of one person no blocking rule proposes: an estimate and its 95% interval."""

    pairs: float
    low: float
    high: float


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
