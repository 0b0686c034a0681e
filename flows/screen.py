"""What the command prints: plain JSON for a machine, tables that fit a terminal for a person."""

import json
import shlex
import sys
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from transforms.tables import Kind

if TYPE_CHECKING:
    from flows.sample import Drop

MOST_NIGHTS_SHOWN = 5
console = Console(highlight=False)
problems = Console(stderr=True, highlight=False)
QUALITY_NOTE = (
    "As sent: nothing in the row had to be mended. Mended: a value was. Set aside: a value could not be used. "
    "Change: of the share as sent since the night before, in points. One register by column: reconcile quality REGISTER"
)
MARK = {"fresh": "[green]came[/]", "unchanged": "same", "held": "[red]held back[/]", "missing": "[red]missing[/]"}


def show(facts: object, as_json: bool, show_person: Callable[[], None]) -> None:
    """Print facts as JSON where a machine asked, else by the given function."""
    if as_json:
        print(json.dumps(facts, indent=2, default=str, ensure_ascii=False))
    else:
        show_person()


def say(message: str) -> None:
    console.print(message, soft_wrap=True)


def error(message: str) -> None:
    problems.print(f"[red]✗[/] {message}", soft_wrap=True)


def table_of(*columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def sample(drops: "list[Drop]") -> None:
    """Rows a register of each night, where it is, and how to run a night on it."""
    shown = drops if len(drops) <= MOST_NIGHTS_SHOWN else [drops[0], *drops[-3:]]
    days = tuple(str(drop.day) for drop in shown)
    table = table_of("register", *days, right=days)
    for register in drops[0].rows:
        table.add_row(register, *(f"{drop.rows[register]:,}" for drop in shown))
    console.print(table)
    for drop in drops:
        console.print(f"Registers: {drop.folder / 'registers'}\nTruth: {drop.folder / 'truth'}", soft_wrap=True)
    console.print("Run it, the oldest night first:" if len(drops) > 1 else "Run a night on it:", soft_wrap=True)
    for drop in drops:
        inbox = near(drop.folder.resolve() / "registers")
        run = f"{near(Path(sys.argv[0]))} run --as-of {drop.day}"
        console.print(f"  RECONCILE_INBOX={shlex.quote(str(inbox))} {run}", soft_wrap=True)


def night(report: dict[str, Any]) -> None:
    """The whole report of a night: registers, stages, broken promises, findings."""
    run = report["run"]
    told = f". {run['note']}" if run["note"] else ""
    console.print(f"Night [bold]{run['run_id']}[/]: [bold]{run['state']}[/]{told}", soft_wrap=True)
    if run["areas_vintage"]:
        console.print(f"Areas as of {run['areas_vintage']}", soft_wrap=True)
    _registers(report["registers"])
    _stages(report["stages"])
    for check in report["checks"]:
        colour = "red" if check["severity"] == "stop" else "yellow"
        console.print(f"[{colour}]{check['severity']}[/] {check['table_name']}: {check['promise']}", soft_wrap=True)
    _findings(report["findings"])
    _rules(report["held_back"], report["costly"])
    if report["release"]:
        console.print(f"Release: {report['release']}", soft_wrap=True)


def _registers(rows: list[dict[str, Any]]) -> None:
    numbers = ("pulled", "in use", "clean", "quarantined")
    table = table_of("register", "state", *numbers, right=numbers)
    for row in rows:
        counts = (row["rows_pulled"], row["rows_in"], row["rows_clean"], row["rows_quarantined"])
        table.add_row(row["register"], MARK[row["state"]], *(f"{count:,}" for count in counts))
    console.print(table)
    for row in rows:
        if row["message"]:
            console.print(f"[yellow]![/] {row['register']}: {row['message']}", soft_wrap=True)


def _stages(rows: list[dict[str, Any]]) -> None:
    table = table_of("stage", "seconds", "peak MiB", "what", right=("seconds", "peak MiB"))
    pulls = [row for row in rows if row["stage"].startswith("pull ")]
    if pulls:
        seconds, peak = sum(row["seconds"] for row in pulls), max(row["peak_memory_mb"] for row in pulls)
        table.add_row("pull", f"{seconds:.1f}", f"{peak:.0f}", f"{len(pulls)} registers, told above")
    for row in (row for row in rows if row not in pulls):
        table.add_row(row["stage"], f"{row['seconds']:.1f}", f"{row['peak_memory_mb']:.0f}", row["note"])
    console.print(table)


def _findings(rows: list[dict[str, Any]]) -> None:
    states = ("confirmed", "probable", "cannot tell")
    table = table_of("rule", "statement", *states, right=states)
    in_order = sorted(rows, key=lambda row: list(Kind).index(row["kind"]))
    for kind, of_kind in groupby(in_order, key=lambda row: row["kind"]):
        table.add_row("", f"[bold]{kind.capitalize()}[/]")
        for row in of_kind:
            counts = (f"{row[state.replace(' ', '_')]:,}" for state in states)
            table.add_row(row["rule"], row["statement"], *counts)
    if rows:
        console.print(table)


def _rules(held_back: list[dict[str, Any]], costly: list[dict[str, Any]]) -> None:
    """Which rules were not asked and why, and what took long."""
    for row in held_back:
        console.print(f"[yellow]![/] Rule {row['rule']} was held back. ", end="")
        console.print(row["note"], markup=False, soft_wrap=True)
    if costly:
        told = ", ".join(f"{row['step']} {row['seconds']:.1f} s" for row in costly)
        console.print(f"Slowest in asking rules: {told}. All of them: reconcile rules list", soft_wrap=True)


def models(rows: list[dict[str, Any]]) -> None:
    """The kept linkage models, the one fitted last first."""
    if not rows:
        console.print("No linkage model is kept yet: the next night fits one.")
        return
    right = ("records", "expected\nmatches", "linked\nfrom")
    table = table_of("model", "fitted on", *right, "pinned", "last\nnight", right=right)
    for column in table.columns:
        column.no_wrap = True
    for row in rows:
        table.add_row(
            row["model_id"],
            str(row["fitted_as_of"]),
            f"{row['records']:,}",
            f"{row['expected_matches']:,.0f}",
            f"{row['threshold']:.3f}",
            "pinned" if row["pinned"] else "",
            "used" if row["used"] else "",
        )
    console.print(table)


def quality(facts: dict[str, Any], register: str | None) -> None:
    """How clean all registers are, or one of them by column and kind."""
    rows = facts["registers"]
    several = len({row["night"] for row in rows}) > 1
    numbers = ("rows", "as\nsent", "mended", "set\naside", "quaran-\ntined", "change")
    table = table_of("register", *numbers, right=numbers)
    table.padding = 0  # the box parts the columns already
    for row in rows:
        if several and row["night"] == rows[0]["night"]:
            table.add_row(f"[bold]{row['register']}[/]")
        shares = (f"{row[key] / row['rows']:.1%}" for key in ("as_sent", "mended", "set_aside", "quarantined"))
        name = f"  {row['night']}" if several else row["register"]
        table.add_row(name, f"{row['rows']:,}", *shares, _change(row["change"]))
    console.print(table)
    if register is None:
        console.print(QUALITY_NOTE)
    else:
        _kinds([row for row in facts["kinds"] if row["night"] == rows[0]["night"]])


def _kinds(rows: list[dict[str, Any]]) -> None:
    """What was found in one register on its last night, and what to tell its agency."""
    table = table_of("column", "found as", "stands as", "rows", "share", "change", right=("rows", "share", "change"))
    for row in rows:
        numbers = (f"{row['rows']:,}", f"{row['share']:.2%}", _change(row["change"]))
        table.add_row(row["column"], *(row[key].replace("_", " ") for key in ("from_kind", "to_kind")), *numbers)
    console.print(table)
    told = dict.fromkeys(row["advice"] for row in rows if row["rows"])
    console.print("To tell the agency:" if told else "Nothing had to be mended.")
    for sentence in told:
        console.print(f"- {sentence}", markup=False)


def _change(points: float | None) -> str:
    """In percentage points; nothing on the first night."""
    return "-" if points is None else f"{points * 100:+.2f}"


def near(path: Path) -> Path:
    """The path as it is typed from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def demo(report: dict[str, Any], measured: dict[str, Any]) -> None:
    """What a newcomer wants to know, in eleven lines."""
    totals, registers = report["totals"], report["registers"]
    kinds = Counter({row["kind"]: 0 for row in report["findings"]})
    for row in report["findings"]:
        kinds[row["kind"]] += row["findings"]
    came = sum(row["state"] in ("fresh", "unchanged") for row in registers)
    link, told = measured["linkage"]["pairwise"], measured["undoing"]
    lines = [
        f"Registers     {came} of {len(registers)} came, {sum(r['rows_in'] for r in registers):,} rows",
        f"Quarantined   {totals['quarantined']:,} rows that could not be read, each with its reason",
        f"Dirt          {told.share:.1%} of {told.damaged:,} values undone, {told.made_wrong} right values made wrong",
        f"People        {totals['records']:,} records are {totals['persons']:,} people, by {totals['links']:,} links",
        f"Links         {link['precision']:.1%} right, {link['recall']:.1%} of all found, measured against the truth",
        *(f"{kind.capitalize():<13} {kinds[kind]:,} findings for review" for kind in Kind),
        f"Look at       {near(Path(report['release'], 'summary.html'))}",
        f"See also      {near(Path(sys.argv[0]))} status --home {near(Path(report['release']).parent.parent)}",
    ]
    console.print()
    for line in lines:
        console.print(line, soft_wrap=True)
