"""What `reconcile evaluate` prints: how right reading, links and findings are, in tables that fit a terminal."""

from itertools import groupby
from typing import Any

from flows.documents import summary
from flows.evaluating import Told
from flows.evaluation_documents import CALIBRATION, STATES, calibration_rows
from flows.screen import console, table_of
from transforms.undoing import Undoing


def show(told: Told) -> None:
    if isinstance(told, Undoing):
        undoing(told)
    else:
        scores(told)


def scores(facts: dict[str, Any]) -> None:
    """How well values were read, and how right the links are and the findings of each rule."""
    _reading(facts["undoing"])
    shown = ("precision", "recall", "F1")
    table = table_of("links", *shown, right=shown)
    for name, score in facts["linkage"].items():
        table.add_row(name, *(f"{score[key]:.4f}" for key in ("precision", "recall", "f1")))
    console.print(table)
    _rules(facts["rules"])
    for digits, groups in ((1, "tenths"), (4, "deciles")):
        columns = ("findings", *CALIBRATION)
        table = table_of("said to be right", *columns, right=columns)
        for name, findings, *shares in calibration_rows(facts[groups], digits):
            table.add_row(name, f"{findings:,}", *shares)
        console.print(table)
    if facts["rules_not_asked"]:
        console.print(f"True cases of rules that are not asked yet: {', '.join(facts['rules_not_asked'])}.")


def _rules(rules: dict[str, Any]) -> None:
    """Precision is told for all findings of a rule, and for each state."""
    columns = ("cases", "found", "recall", "precision", "con-\nfirmed", "prob-\nable", "cannot\ntell", "near misses")
    table = table_of("rule", *columns, right=columns)
    table.padding = 0  # the box parts the columns already
    for rule, score in rules.items():
        counts = (f"{score[key]:,}" for key in ("true", "found"))
        shares = (f"{score[key]:.3f}" for key in ("recall", "precision"))
        precisions = (score[state]["precision"] for state in STATES)
        near = f"{score['near_miss_hits']:,} of {score['near_misses']:,}" if score["near_misses"] else ""
        table.add_row(rule, *counts, *shares, *("" if p is None else f"{p:.3f}" for p in precisions), near)
    console.print(table)


def _reading(told: Undoing) -> None:
    """What became of the dirt, in short."""
    for line in summary(told):
        console.print(line, soft_wrap=True)
    if worst := told.worst(5):
        table = table_of("most missed", "planted", "missed", "for example", right=("planted", "missed"))
        for row in worst:
            table.add_row(row["kind"], f"{row['planted']:,}", f"{row['missed']:,}", row["example"])
        console.print(table)


def undoing(told: Undoing) -> None:
    """What became of every kind of dirt, by column, and of the values that were right."""
    short = {"quarantined": "quar-\nantined", "set_aside": "set\naside", "unmeasured": "not\ntold"}
    shown = ("planted", *told.fates)
    numbers = tuple(short.get(name, name) for name in shown)
    table = table_of("kind, column", *numbers, right=numbers)
    table.padding = 0  # the box parts the columns already
    for column in table.columns:
        column.no_wrap = True
    for kind, rows in groupby(told.kinds, key=lambda row: row["kind"]):
        table.add_row(f"[bold]{kind}[/]")
        for row in rows:
            table.add_row(f" {row['column']}", *(f"{row[name]:,}" if row[name] else "" for name in shown))
    console.print(table)
    numbers = ("right", "made_wrong", "set_aside", "invented")
    heads = tuple(name.replace("_", " ") for name in numbers)
    table = table_of("without dirt", *heads, right=heads)
    for row in told.columns:
        table.add_row(row["column"], *(f"{row[name]:,}" for name in numbers))
    console.print(table)
    _reading(told)
