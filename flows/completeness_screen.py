"""How `reconcile coverage --completeness` looks in a terminal of 80 columns."""

from typing import Any

from flows.coverage_figures import Night
from flows.coverage_screen import hidden_note
from flows.screen import console, table_of

Rows = list[dict[str, Any]]
NOTE = (
    "In neither list: an estimate from the overlap of the two. In a of all: the completeness of list a. "
    "Range of it: with chance, doubtful links, and lists that depend on one another as far as policy thinks "
    "possible. Cannot tell: too few are in both lists, or the range is wide. See docs/coverage.md."
)
COUNTS = ("in a", "in b", "both", "in\nneither", "in a\nof all", "range")


def completeness(rows: Rows, captures: Rows, night: Night) -> None:
    """A block a capture: what the lists are, a line a group, and what is assumed."""
    for capture in captures:
        console.print(f"[bold]{capture['capture'].replace('_', ' ')}[/]: {capture['statement_en']}")
        if not capture["asked"]:
            console.print("Not asked, for want of a register.")
            continue
        console.print(f"List a: {capture['list_a_en']}. List b: {capture['list_b_en']}.", markup=False)
        table = table_of("group", *COUNTS, "verdict", right=COUNTS)
        for column in table.columns[1:]:
            column.no_wrap = True
        for row in rows:
            if row["capture"] == capture["capture"]:
                table.add_row(row["group_name_en"], *_cells(row))
        console.print(table)
        console.print(f"Assumed: {capture['assumes_en']}", markup=False)
    console.print(f"As of {night.as_of}. {NOTE}{hidden_note(night)}")
    console.print("By group: reconcile coverage --completeness --by area_1", soft_wrap=True)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    if row["hidden"]:
        return *("-",) * len(COUNTS), "hidden"
    listed = tuple(f"{row[name]:,}" for name in ("in_a", "in_b", "in_both"))
    verdict = row["verdict"].replace("_", " ")
    if row["people"] is None:
        return *listed, *("-",) * 3, verdict
    told = f"{row['in_neither']:,.0f}", f"{row['complete_a']:.0%}"
    return *listed, *told, f"{row['complete_a_least']:.0%}-{row['complete_a_most']:.0%}", verdict
