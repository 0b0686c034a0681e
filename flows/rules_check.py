"""Check rules before any night asks them, on empty tables."""

from datetime import date
from pathlib import Path

import duckdb

from flows import rules
from flows.reference import store_policy
from transforms import facts, lint
from transforms.findings import Rule


def check(checked: tuple[Rule, ...], reference: Path, as_of: date) -> dict[str, list[lint.Flaw]]:
    """What is wrong with each rule, by its file. Needs no register."""
    with duckdb.connect() as con:
        lint.make_empty(con)
        store_policy(con, reference)
        facts.prepare(con, as_of)
        return {rule.file: lint.flaws(con, rule) for rule in checked}


def clash(rule: Rule, folder: Path | None) -> list[lint.Flaw]:
    """Whether another file has the rule's id already."""
    theirs = [other.file for other in rules.load(folder) if other.id == rule.id and not _same(other.file, rule.file)]
    return [lint.Flaw(f"{', '.join(theirs)} has the id {rule.id} too: give one of them another.")] if theirs else []


def _same(file: str, other: str) -> bool:
    """A rule of the catalogue is known by its name alone."""
    packaged = Path(file).parent == Path()
    return Path(file).name == Path(other).name if packaged else Path(file).resolve() == Path(other).resolve()
