"""How `reconcile coverage --errors` and `--staleness` look in a terminal of 80 columns."""

from datetime import date
from typing import Any

from rich.table import Table

from flows.coverage_figures import Night
from flows.coverage_screen import hidden_note
from flows.screen import console, table_of

Rows = list[dict[str, Any]]
NOTE = (
    "Of: everybody of the population, as linked. Found: of them those with a finding, each once. Right: how many of "
    "these are expected to be right, as a 95% interval. A finding is a question to ask, no proof. See docs/coverage.md."
)
AGES_NOTE = (
    "Rows of: the night that its rows in use came. Days: since the last enrolment, payment, visit, contribution, "
    "interview or card of each person or household; for half of them fewer, and for nine of ten fewer."
)
COUNTS = ("of", "found", "share", "right", "riel a\nmonth")


def errors(rows: Rows, populations: Rows, night: Night) -> None:
    """A line a population and kind of error; below, what could not be asked."""
    table = _table("population", "kind")
    before = None
    for row in rows:
        name = row["programme_identifier"]
        table.add_row("" if name == before else name.replace("_", " "), row["kind"], *_cells(row))
        before = name
    console.print(table)
    console.print(f"As of {night.as_of}. {NOTE}{hidden_note(night)}")
    for one in populations:
        if not one["applied"]:
            console.print(f"Not counted, for want of a register: {one['population'].replace('_', ' ')}.")
        elif one["rules_not_asked"]:
            console.print(f"{one['population'].replace('_', ' ')}: not asked: {one['rules_not_asked']}.")
    console.print("By group: reconcile coverage --errors --measure NAME --by area_1", soft_wrap=True)


def groups(rows: Rows, statement: str) -> None:
    """A line a group of one population, by kind or rule."""
    console.print(statement, markup=False)
    table = _table("group", "what")
    for row in rows:
        what = row["kind"] if row.get("rule", "all") == "all" else row["rule"]
        table.add_row(row["group_name_en"], what, *_cells(row))
    console.print(table)
    console.print(NOTE)


def _table(*first: str) -> Table:
    """Names give way to numbers, which stay in one line."""
    table = table_of(*first, *COUNTS, right=COUNTS)
    for column in table.columns[1:]:
        column.no_wrap = True
    return table


def ages(rows: Rows, as_of: date) -> None:
    """A line a register, or a register and province."""
    counts = ("records", "median\ndays", "9 of 10\ndays")
    table = table_of("register", "where", "rows of", *counts, right=counts)
    for row in rows:
        figures = ("-", "-", "hidden") if row["hidden"] else tuple(f"{row[n]:,}" for n in _AGES)
        table.add_row(row["register"].replace("_", " "), row["group_name_en"], str(row["pulled_on"] or "-"), *figures)
    console.print(table)
    console.print(f"As of {as_of}. {AGES_NOTE}")


_AGES = ("records", "median_days", "ninetieth_days")


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    if row["hidden"]:
        return "-", "-", "-", "hidden", "-"
    money = "hidden" if row["money_hidden"] else "-" if row["riel_a_month"] is None else f"{row['riel_a_month']:,}"
    if row["share"] is None:
        return f"{row['people']:,}", "-", "-", "nobody", "-"
    right = f"{row['expected_low']:,}-{row['expected_high']:,}"
    return f"{row['people']:,}", f"{row['found']:,}", f"{row['share']:.1%}", right, money
