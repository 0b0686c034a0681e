"""A night on a sample country measured against its known truth: reading, links and findings."""

from pathlib import Path
from typing import Any

import polars as pl

from expectations.contracts import load_contracts
from flows import documents, settings, warehouse
from flows.evaluation_documents import write_rules
from transforms.evaluate import linkage_scores
from transforms.rule_scores import rule_scores
from transforms.undoing import Undoing, measure_undoing

Told = dict[str, Any] | Undoing


def measured(home: Path, truth: Path) -> dict[str, Any]:
    """What became of dirt (`undoing`), how right links are (`linkage`), and findings by rule and by what they say of
    themselves (`rules`, `tenths`, `deciles`). Raises `ValueError` where the folder holds no truth that can be read.
    """
    dirt = undone(home, truth)
    records, cases = (pl.read_parquet(truth / name) for name in ("records.parquet", "cases.parquet"))
    with warehouse.opened(home / "warehouse.duckdb", read_only=True) as con:
        links, findings = linkage_scores(con, records), rule_scores(con, records, cases)
    unasked = sorted(set(cases["rule"]) - set(findings["rules"]))
    return {"undoing": dirt, "linkage": links, **findings, "rules_not_asked": unasked}


def undone(home: Path, truth: Path) -> Undoing:
    """What became of every kind of dirt. Raises `ValueError` where the folder holds no truth that can be read."""
    if not (truth / "records.parquet").is_file():
        raise ValueError(f"There is no truth in {truth}: give the folder `truth` that `reconcile sample` wrote.")
    if not (truth / "dirt.parquet").is_file():
        raise ValueError(
            f"The truth in {truth} is of an older version: make the country again with `reconcile sample`."
        )
    records, dirt = (pl.read_parquet(truth / f"{name}.parquet") for name in ("records", "dirt"))
    contracts = load_contracts(settings.folder("REGISTERS", None, settings.CONTRACTS))
    with warehouse.opened(home / "warehouse.duckdb", read_only=True) as con:
        return measure_undoing(con, records, dirt, dict(contracts))


def write(told: Told, truth: Path, out: Path) -> None:
    """Write the tables of dirt, or those of findings, to a Markdown file."""
    if isinstance(told, Undoing):
        documents.write_undoing(told, pl.read_parquet(truth / "cases.parquet"), out)
    else:
        write_rules(told, out)


def as_json(told: Told) -> dict[str, Any]:
    if isinstance(told, Undoing):
        return told.to_dict()
    return told | {"undoing": told["undoing"].to_dict()}
