"""What `reconcile coverage` shows for its flags: the facts, how they look, and the file they may be written to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from flows import (
    completeness_figures,
    completeness_screen,
    completeness_words,
    coverage_figures,
    coverage_screen,
    coverage_sheet,
    errors_figures,
    errors_screen,
)
from flows.coverage_figures import Night
from flows.coverage_words import FIGURES, Field
from flows.errors_words import INSIDE, PUBLIC, STALENESS


@dataclass(frozen=True)
class Told:
    """What a view tells: `facts` to a machine, `show` to a person, `table` to a file, made only where one is wanted."""

    facts: Any
    show: Callable[[], None]
    table: Callable[[], pl.DataFrame]
    fields: tuple[Field, ...] = FIGURES
    name: str = "coverage"

    def export(self, out: Path) -> int:
        """Write the table; returns its rows."""
        return coverage_sheet.export(self.table(), out, self.name, self.fields)


def keep(night: Night) -> str:
    """What is said of a file: whether it may leave."""
    if night.public:
        return ""
    small = "Small counts are in it" if night.minimum <= 1 else f"Counts from {night.minimum} on are in it"
    return f" {small}: it is not for publishing, --public is."


def measures(night: Night, _measure: str | None, _by: str | None) -> Told:
    rows, registers = coverage_figures.measures(night), coverage_figures.registers(night)
    facts = {"as_of": night.as_of, "measures": rows, "registers": registers}
    return Told(facts, lambda: coverage_screen.measures(rows, registers, night), lambda: coverage_figures.every(night))


def group(night: Night, measure: str | None, by: str | None) -> Told:
    described = {row["measure"]: row["statement_en"] for row in coverage_figures.measures(night)}
    rows = coverage_figures.groups(night, str(measure), by or "total")
    shown = described[str(measure)]
    table = partial(coverage_figures.every, night, measure, by)
    return Told(rows, lambda: coverage_screen.groups(rows, shown, night), table)


def trend(night: Night, measure: str | None, _by: str | None) -> Told:
    told = coverage_figures.trend(night, measure)
    return Told(told, lambda: coverage_screen.trend(told["nights"], told["moves"], night), pl.DataFrame)


def errors(night: Night, population: str | None, by: str | None) -> Told:
    populations = errors_figures.populations(night)
    # Of one population over all groups every rule is told; of groups, and of many populations, whole kinds.
    by_rule = population is not None and by is None
    rows = errors_figures.every(night, population, by, by_rule).filter(breakdown=by or "total").to_dicts()
    statement = next((one["statement_en"] for one in populations if one["population"] == population), "")

    def show() -> None:
        if population:
            errors_screen.groups(rows, statement)
        else:
            errors_screen.errors(rows, populations, night)

    facts = {"as_of": night.as_of, "errors": rows, "populations": populations}
    table = partial(errors_figures.every, night, population, by)
    return Told(facts, show, table, PUBLIC if night.public else INSIDE, "errors")


def staleness(night: Night, _measure: str | None, by: str | None) -> Told:
    table = errors_figures.ages(night)
    rows = table.filter(breakdown=by or "total").to_dicts()
    return Told(
        {"as_of": night.as_of, "registers": rows},
        lambda: errors_screen.ages(rows, night.as_of),
        lambda: table,
        STALENESS,
        "staleness",
    )


def completeness(night: Night, _measure: str | None, by: str | None) -> Told:
    captures = completeness_figures.captures(night).to_dicts()
    table = completeness_figures.every(night, by)
    rows = table.filter(breakdown=by or "total").to_dicts()
    return Told(
        {"as_of": night.as_of, "captures": captures, "completeness": rows},
        lambda: completeness_screen.completeness(rows, captures, night),
        lambda: table,
        completeness_words.PUBLIC if night.public else completeness_words.INSIDE,
        "completeness",
    )


VIEWS: dict[str, Callable[[Night, str | None, str | None], Told]] = {
    view.__name__: view for view in (measures, group, trend, errors, staleness, completeness)
}
