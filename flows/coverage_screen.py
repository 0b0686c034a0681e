"""How `reconcile coverage` looks in a terminal of 80 columns."""

from datetime import date
from itertools import groupby
from typing import Any

from rich.table import Table

from flows.coverage_figures import Night
from flows.screen import console, table_of

Rows = list[dict[str, Any]]
NUMBERS = ("eligible", "covered", "not\ncovered", "95% interval")
NOTE = (
    "Eligible and covered: as linked. Not covered: adjusted for links that were missed or made up, with the interval "
    "that this leaves. Cannot tell: the interval is wider than the share itself. See docs/coverage.md."
)
HIDDEN_NOTE = "Hidden: a count is small, or so that no subtraction tells a small one."


def hidden_note(night: Night) -> str:
    """What is said of what is hidden; nothing where nothing is."""
    if night.public:
        return f" {HIDDEN_NOTE}"
    return f" {HIDDEN_NOTE} --all shows counts below {night.minimum}, too." if night.minimum > 1 else ""


def measures(rows: Rows, registers: Rows, night: Night) -> None:
    """A line a measure, over all groups; below, what the figures rest on."""
    table = _table("measure")
    for row in rows:
        table.add_row(row["measure"].replace("_", " "), *_cells(row, row["applied"]))
    console.print(table)
    console.print(NOTE + hidden_note(night))
    _registers(registers, night.as_of)
    console.print("By group: reconcile coverage --measure NAME --by area_1", soft_wrap=True)


def groups(rows: Rows, statement: str, night: Night) -> None:
    """A line a group of one breakdown."""
    console.print(statement, markup=False)
    table = _table("group")
    for row in rows:
        table.add_row(row["group_name_en"], *_cells(row, True))
    console.print(table)
    console.print(NOTE + hidden_note(night))


def trend(nights: Rows, moves: Rows, night: Night) -> None:
    """A line a measure and night; below, who entered and left the gap since the night before the last, by cause."""
    table = _table("measure, as of")
    for measure, rows in groupby(nights, key=lambda row: row["measure"]):
        table.add_row(f"[bold]{measure.replace('_', ' ')}[/]")
        for row in rows:
            table.add_row(f"  {row['as_of']}", *_cells(row, True))
    console.print(table)
    if not moves:
        console.print("Nobody is known to have entered or left a gap since the night before.")
        return
    counts = ("entered", "left")
    moved = table_of("measure", "cause", *counts, right=counts)
    for measure, rows in groupby(moves, key=lambda row: row["measure"]):
        for number, row in enumerate(rows):
            name = "" if number else measure.replace("_", " ")
            moved.add_row(name, row["cause"], *(_few(row[count], night) for count in ("entered", "left_gap")))
    console.print(f"Who entered and left the gap since the night of {moves[0]['since']}:")
    console.print(moved)


def _few(count: int | None, night: Night) -> str:
    return f"under {night.minimum}" if count is None else f"{count:,}"


def _table(first: str) -> Table:
    table = table_of(first, *NUMBERS, "verdict", right=NUMBERS)
    for column in table.columns[1:]:
        column.no_wrap = True
    return table


def _cells(row: dict[str, Any], applied: bool) -> tuple[str, ...]:
    if not applied:
        return "-", "-", "-", "-", "not asked"
    if row["hidden"] or row["eligible"] is None:
        return "-", "-", "-", "-", "hidden"
    counts = f"{row['eligible']:,}", f"{row['covered']:,}"
    if row["gap_share_adjusted"] is None:
        return *counts, "-", "-", "nobody"
    interval = f"{row['gap_low']:.1%} - {row['gap_high']:.1%}"
    return *counts, f"{row['gap_share_adjusted']:.1%}", interval, row["verdict"].replace("_", " ")


def _registers(rows: Rows, as_of: date) -> None:
    """The registers' dates: those that came tonight in one line, each that did not with what is used instead."""
    came = [row["register"] for row in rows if row["pulled_on"] == as_of]
    console.print(f"As of {as_of}. Registers pulled that night: {', '.join(came) or 'none'}.")
    for row in rows:
        if row["register"] not in came:
            instead = f"rows pulled on {row['pulled_on']} are used" if row["pulled_on"] else "nothing of it is used"
            console.print(f"{row['register']} ({row['state']}): {instead}.", markup=False)
