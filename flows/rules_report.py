"""What `reconcile rules` tells of the rules: all of them with the last night's answers, or one of them in full."""

from pathlib import Path
from typing import Any

import polars as pl

from flows import report, rules, warehouse
from flows.reference import load_policy
from transforms import facts
from transforms.catalogue import unanswered
from transforms.findings import Rule
from transforms.tables import Kind, exists

Rows = report.Rows
LAST_NIGHT = """
    SELECT r.rule, r.applied, r.note, r.findings, c.seconds
    FROM findings.rules r LEFT JOIN (SELECT * FROM ops.rule_costs WHERE run_id = $1) c ON c.step = r.rule
"""
OLDER_NIGHT = "SELECT rule, applied, note, findings, NULL AS seconds FROM findings.rules"


def listed(home: Path, folder: Path | None) -> dict[str, Any]:
    """{night, rules, unanswered}: every rule, by kind and id, with what came of it on the last night that asked.

    `asked` is None where no night has been, or where the rule is newer than the last one.
    """
    night, answers = _last_night(home)
    by_rule = {row["rule"]: row for row in answers}
    kinds = list(Kind)
    ordered = sorted(rules.load(folder), key=lambda rule: (kinds.index(rule.kind), rule.id))
    return {
        "night": night,
        "rules": [_line(rule, by_rule.get(rule.id, {})) for rule in ordered],
        "unanswered": [rule.model_dump() for rule in unanswered()],
    }


def _line(rule: Rule, answer: dict[str, Any]) -> dict[str, Any]:
    told = {"rule": rule.id, "kind": rule.kind, "severity": rule.severity, "statement": rule.statement_en}
    came = {"asked": "applied", "findings": "findings", "seconds": "seconds", "note": "note"}
    return told | {name: answer.get(column) for name, column in came.items()}


def _last_night(home: Path) -> tuple[str | None, Rows]:
    """The run that asked the rules last, and what came of each; nothing before the first night, or while one is on."""
    try:
        with warehouse.opened(home / "warehouse.duckdb", read_only=True) as con:
            asked = report.rows(con, "SELECT run_id FROM ops.stages WHERE stage = 'find' ORDER BY rowid DESC LIMIT 1")
            if not asked:
                return None, []
            night = str(asked[0]["run_id"])
            if exists(con, "ops", "rule_costs"):
                return night, report.rows(con, LAST_NIGHT, night)
            return night, report.rows(con, OLDER_NIGHT)
    except (warehouse.WarehouseMissing, warehouse.WarehouseBusy):
        return None, []


def shown(rule: Rule, reference: Path) -> dict[str, Any]:
    """One rule: its header and query, the policy values and the facts it uses, itself or through facts."""
    made = {fact.name: fact.grain for fact in facts.FACTS}
    return rule.model_dump(mode="json") | {
        "policy": policy_values(rule, load_policy(reference)),
        "facts": {name: made[name] for name in facts.read_by(rule.sql)},
    }


def policy_values(rule: Rule, policy: pl.DataFrame) -> Rows:
    """Each policy value that a rule uses, with its unit, dates and source; a name that is nowhere stands alone."""
    names = sorted(facts.policies(rule.sql))
    wanted = pl.DataFrame({"name": names}, schema={"name": pl.String})
    return wanted.join(policy, on="name", how="left", maintain_order="left_right").to_dicts()
