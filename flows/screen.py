"""What the command prints: plain JSON for a machine, tables that fit a terminal for a person."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from transforms.explain import Explanation
from transforms.feature import MISSING
from transforms.tables import Kind

console = Console(highlight=False)
problems = Console(stderr=True, highlight=False)
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


def _table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def sample(rows: dict[str, int], out: Path) -> None:
    table = _table("register", "rows", right=("rows",))
    for register, count in rows.items():
        table.add_row(register, f"{count:,}")
    console.print(table)
    console.print(f"Registers: {out / 'registers'}\nTruth: {out / 'truth'}", soft_wrap=True)


def night(report: dict[str, Any]) -> None:
    """The whole report of a night: registers, stages, broken promises, findings."""
    run = report["run"]
    told = f". {run['note']}" if run["note"] else ""
    console.print(f"Night [bold]{run['run_id']}[/]: [bold]{run['state']}[/]{told}", soft_wrap=True)
    _registers(report["registers"])
    _stages(report["stages"])
    for check in report["checks"]:
        colour = "red" if check["severity"] == "stop" else "yellow"
        console.print(f"[{colour}]{check['severity']}[/] {check['table_name']}: {check['promise']}", soft_wrap=True)
    _findings(report["findings"])
    if report["release"]:
        console.print(f"Release: {report['release']}", soft_wrap=True)


def _registers(rows: list[dict[str, Any]]) -> None:
    numbers = ("pulled", "in use", "clean", "quarantined")
    table = _table("register", "state", *numbers, right=numbers)
    for row in rows:
        counts = (row["rows_pulled"], row["rows_in"], row["rows_clean"], row["rows_quarantined"])
        table.add_row(row["register"], MARK[row["state"]], *(f"{count:,}" for count in counts))
    console.print(table)
    for row in rows:
        if row["message"]:
            console.print(f"[yellow]![/] {row['register']}: {row['message']}", soft_wrap=True)


def _stages(rows: list[dict[str, Any]]) -> None:
    table = _table("stage", "seconds", "peak MiB", "what", right=("seconds", "peak MiB"))
    for row in rows:
        table.add_row(row["stage"], f"{row['seconds']:.1f}", f"{row['peak_memory_mb']:.0f}", row["note"])
    console.print(table)


def _findings(rows: list[dict[str, Any]]) -> None:
    states = ("confirmed", "probable", "cannot tell")
    table = _table("rule", "kind", *states, "statement", right=states)
    for row in rows:
        counts = (f"{row[state.replace(' ', '_')]:,}" for state in states)
        table.add_row(row["rule"], row["kind"], *counts, row["statement"])
    if rows:
        console.print(table)


def scores(facts: dict[str, Any]) -> None:
    """Accuracy of the links and of each rule."""
    shown = ("precision", "recall", "F1")
    table = _table("links", *shown, right=shown)
    for name, score in facts["linkage"].items():
        table.add_row(name, *(f"{score[key]:.4f}" for key in ("precision", "recall", "f1")))
    console.print(table)
    columns = ("precision", "recall", "F1", "true", "found")
    table = _table("rule", *columns, right=columns)
    for rule, score in facts["rules"].items():
        shares = (f"{score[key]:.3f}" for key in ("precision", "recall", "f1"))
        table.add_row(rule, *shares, f"{score['true']:,}", f"{score['found']:,}")
    console.print(table)


def explanation(told: Explanation) -> None:
    """One pair, feature by feature, with the weights that add up to its probability."""
    table = _table("feature", "left", "right", "how far they agree", "bits", right=("bits",))
    table.columns[0].no_wrap = True
    for row in told.rows:
        if row.level != MISSING:
            table.add_row(row.feature, row.value_l or "-", row.value_r or "-", row.means, f"{row.weight:+.2f}")
    console.print(table)
    silent = ", ".join(row.feature for row in told.rows if row.level == MISSING)
    console.print(f"Missing on one side, or told by another feature: {silent}.", soft_wrap=True)
    console.print(told.verdict, soft_wrap=True)


def near(path: Path) -> Path:
    """The path as it is typed from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def demo(report: dict[str, Any], measured: dict[str, Any]) -> None:
    """What a newcomer wants to know, in ten lines."""
    totals, registers = report["totals"], report["registers"]
    kinds = Counter({row["kind"]: 0 for row in report["findings"]})
    for row in report["findings"]:
        kinds[row["kind"]] += row["findings"]
    came = sum(row["state"] in ("fresh", "unchanged") for row in registers)
    link = measured["linkage"]["pairwise"]
    lines = [
        f"Registers     {came} of {len(registers)} came, {sum(r['rows_in'] for r in registers):,} rows",
        f"Quarantined   {totals['quarantined']:,} rows that could not be read, each with its reason",
        f"People        {totals['records']:,} records are {totals['persons']:,} people, by {totals['links']:,} links",
        f"Links         {link['precision']:.1%} right, {link['recall']:.1%} of all found, measured against the truth",
        *(f"{kind.capitalize():<13} {kinds[kind]:,} findings for review" for kind in Kind),
        f"Look at       {near(Path(report['release'], 'summary.html'))}",
        f"See also      {near(Path(sys.argv[0]))} status --home {near(Path(report['release']).parent.parent)}",
    ]
    console.print()
    for line in lines:
        console.print(line, soft_wrap=True)
