"""What the summary page is made of: one figure, register, rule or area each."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


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
