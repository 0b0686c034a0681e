"""How `reconcile rules` looks in a terminal of 80 columns."""

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flows.screen import console, table_of
from transforms.findings import Rule

if TYPE_CHECKING:
    from flows.rules_trial import Trial

ASKED = {True: "yes", False: "[red]no[/]", None: "-"}


def listed(told: dict[str, Any]) -> None:
    """All rules by kind; below, why some were not asked."""
    right = ("findings", "seconds")
    table = table_of("rule", "severity", "asked", *right, "statement", right=right)
    table.padding = (0, 1, 0, 0)
    for kind, rows in groupby(told["rules"], key=lambda row: row["kind"]):
        table.add_row("", "", "", "", "", f"[bold]{kind}[/]")
        for row in rows:
            numbers = (_number(row["findings"], ","), _number(row["seconds"], ".2f"))
            table.add_row(row["rule"], row["severity"], ASKED[row["asked"]], *numbers, row["statement"])
    console.print(table)
    for row in told["rules"]:
        if row["note"]:
            console.print(f"[yellow]![/] {row['rule']} was held back. ", end="")
            console.print(row["note"], markup=False, soft_wrap=True)
    asked_by = (
        f"Asked, findings and seconds: night {told['night']}."
        if told["night"]
        else "No night has asked them yet, or one is running."
    )
    console.print(f"{asked_by} One of them in full: reconcile rules show RULE", soft_wrap=True)
    if told["unanswered"]:
        ids = ", ".join(rule["id"] for rule in told["unanswered"])
        console.print(f"Not answered by any register: {ids}; docs/rules.md tells why.", soft_wrap=True)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else f"{value:{form}}"


def shown(told: dict[str, Any]) -> None:
    """One rule, from what it says to its query."""
    console.print(f"[bold]{told['id']}[/] {told['kind']}, {told['severity']}\n")
    _say(told["statement_en"], told["statement_km"])
    for title, text in (("needs", ", ".join(told["needs"])), ("confirm", told["confirm"]), ("source", told["source"])):
        console.print(f"[bold]{title}[/] ", end="")
        _say(text)
    _pairs("evidence", told["evidence"])
    _policy(told["policy"])
    _pairs("facts", told["facts"])
    console.print(f"[bold]query[/] ({told['file']})")
    console.print(told["sql"], markup=False, soft_wrap=True)


def _say(*texts: str) -> None:
    for text in texts:
        console.print(text, markup=False, soft_wrap=True)


def _pairs(title: str, pairs: dict[str, str]) -> None:
    if pairs:
        table = table_of(title, "")
        for name, text in pairs.items():
            table.add_row(name, text)
        console.print(table)


def _policy(values: list[dict[str, Any]]) -> None:
    """A value stands in its first cell with its name, so that long lists and sources have room."""
    if not values:
        return
    table = table_of("policy value", "from", "to", "unit and source")
    for row in values:
        if row["value"] is None:
            table.add_row(f"{row['name']}\n[red]unknown[/]")
            continue
        dates = (str(row["valid_from"]), str(row["valid_to"] or "on"))
        table.add_row(f"{row['name']}\n[bold]{row['value']}[/]", *dates, f"{row['unit']}\n[dim]{row['source']}[/]")
    console.print(table)


def checked(told: list[dict[str, Any]], rules: int) -> None:
    """Each flaw on a line; how many rules are sound."""
    for flaw in told:
        mark = "[red]✗[/]" if flaw["stops"] else "[yellow]![/]"
        console.print(f"{mark} {flaw['file']}: ", end="", soft_wrap=True)
        console.print(flaw["told"], markup=False, soft_wrap=True)
    wrong = len({flaw["file"] for flaw in told if flaw["stops"]})
    console.print(f"{rules} {'rule' if rules == 1 else 'rules'} checked, {wrong} cannot be used.")


def tried(trial: "Trial", rule: Rule) -> None:
    """How many a rule would find, and some of them with their evidence in words."""
    if trial.held_back:
        return
    counts = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in trial.states.items())
    total = f"{sum(trial.states.values()):,} findings" if sum(trial.states.values()) != 1 else "1 finding"
    console.print(f"[bold]{trial.rule}[/] on {trial.where}, as of {trial.as_of}", soft_wrap=True)
    console.print(f"{total} in {trial.seconds:.2f} s: {counts}", soft_wrap=True)
    for number, example in enumerate(trial.examples, 1):
        table = table_of(f"finding {number}", f"{example['state'].replace('_', ' ')}, {example['probability']:.3f}", "")
        for name, value in example["evidence"].items():
            shown_value = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            table.add_row(name, shown_value, f"[dim]{rule.evidence[name]}[/]")
        for record in example["records"]:
            table.add_row("[dim]record[/]", record["register"], f"[dim]{record['role']}[/]")
        console.print(table)
