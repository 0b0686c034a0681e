"""The numbers of each figure as a CSV inside the page: what the page shows, and nothing that it does not."""

import base64
import csv
import io
from collections.abc import Iterable

from flows.charts import Waterfall
from flows.summary import BREAKDOWNS, KindOfFinding, Measure, Summary
from flows.summary_rows import Completeness, Errors, Gap

MARK = "\ufeff"  # by which a spreadsheet knows Khmer letters for what they are
COVERAGE = (
    "measure", "breakdown", "group_code", "group_name_en", "group_name_km", "told", "eligible_linked", "covered_linked",
    "eligible_adjusted", "gap_adjusted", "gap_share_adjusted", "gap_low", "gap_high",
)  # fmt: skip
FINDINGS = ("rule", "statement_en", "statement_km", "told", "findings", "confirmed", "probable", "cannot_tell")
REGISTERS = ("register", "agency", "state", "dated", "rows_in", "rows_quarantined")
NIGHTS = ("as_of", "gap_share_adjusted", "gap_low", "gap_high")
ERRORS = ("population", "statement_en", "statement_km", "kind", "rules", "told", "people", "found", "expected_low",
          "expected_high", "riel_a_month")  # fmt: skip
CHANGES = ("measure", "cause", "change")
COMPLETENESS = (
    "capture", "statement_en", "statement_km", "list_a_en", "list_b_en", "told", "in_a", "in_b", "in_both", "people",
    "in_neither", "in_neither_least", "in_neither_most", "complete_a", "complete_a_least", "complete_a_most",
)  # fmt: skip

Cell = str | int | float | None


def coverage(measures: Iterable[Measure], breakdowns: Iterable[str] = ("total", *BREAKDOWNS)) -> str:
    """The figures of measures by these breakdowns; `told` says which are hidden, of nobody, or cannot be told."""
    wanted = tuple(breakdowns)
    rows = (_figure(measure, gap) for measure in measures for name in wanted for gap in measure.of(name))
    return _link(COVERAGE, rows)


def _figure(measure: Measure, gap: Gap) -> tuple[Cell, ...]:
    named = (measure.measure, gap.breakdown, gap.code, gap.name_en, gap.name_km, gap.state)
    if gap.state == "hidden":
        return (*named, *[None] * 7)
    point = (None, None) if gap.state == "unsure" else (_whole(gap.left_out), gap.share)
    return (*named, gap.eligible, gap.covered, _whole(gap.entitled), *point, gap.low, gap.high)


def _whole(expected: float | None) -> int | None:
    """An expected number of people, without decimals that it cannot bear."""
    return None if expected is None else round(expected)


def nights(measure: Measure) -> str:
    return _link(NIGHTS, ((str(night.as_of), night.share, night.low, night.high) for night in measure.nights))


def errors(rows: Iterable[Errors]) -> str:
    """Errors by population; counts and money that may not be shown are empty."""
    return _link(
        ERRORS,
        (
            (one.population, one.statement_en, one.statement_km, one.kind, one.rules, one.state, one.people, one.found,
             one.low, one.high, one.riel)
            for one in rows
        ),
    )  # fmt: skip


def completeness(rows: Iterable[Completeness]) -> str:
    """How complete registers are; where only a range is told its middle is empty."""
    told = (("people", "in_neither", "complete_a"), COMPLETENESS[6:])
    return _link(
        COMPLETENESS,
        (
            (one.capture, one.statement_en, one.statement_km, one.list_a_en, one.list_b_en, one.state,
             *(None if one.state == "unsure" and name in told[0] else getattr(one, name) for name in told[1]))
            for one in rows
        ),
    )  # fmt: skip


def moves(measure: Measure, drawn: Waterfall) -> str:
    """The steps of a waterfall; a cause without a name stands for those too small to be told apart."""
    ends = ((str(night.as_of), night.left_out) for night in (drawn.before, drawn.now))
    first, last = ((measure.measure, *end) for end in ends)
    return _link(CHANGES, (first, *((measure.measure, step.cause, step.change) for step in drawn.steps), last))


def findings(kinds: Iterable[KindOfFinding]) -> str:
    """The rules of these kinds; counts that are too small to show are empty."""
    return _link(
        FINDINGS,
        (
            (bar.rule.rule, bar.rule.statement_en, bar.rule.statement_km, "hidden" if bar.shown is None else "shown",
             bar.shown, *(bar.states or (None, None, None)))
            for kind in kinds for bar in kind.bars
        ),
    )  # fmt: skip


def registers(facts: Summary) -> str:
    return _link(
        REGISTERS,
        (
            (
                r.name,
                r.agency,
                r.state,
                str(r.dated) if r.dated else None,
                facts.told(r.rows_in),
                facts.told(r.rows_quarantined),
            )
            for r in facts.registers
        ),
    )


def _link(header: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> str:
    lines = io.StringIO(MARK)
    lines.seek(0, io.SEEK_END)
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([f"{cell:.4f}" if isinstance(cell, float) else cell for cell in row] for row in rows)
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(lines.getvalue().encode()).decode()
