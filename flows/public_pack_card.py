"""The method card of the public pack: what a release rests on, how sure it is, and what it cannot tell."""

from functools import cache
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from flows import coverage_figures, warehouse
from flows.coverage_figures import Night
from flows.public_pack_words import SHEETS
from transforms import tables
from transforms.disclosure import smallest_cell

Rows = list[dict[str, Any]]
# How many of the links are right, and how many of the right ones are links, as the probabilities have it.
QUALITY = f"""
    WITH kept AS (
        SELECT count(*) FILTER (is_linked) AS links, sum(probability::DECIMAL(18, 9)) FILTER (is_linked) AS right_links,
            sum(probability::DECIMAL(18, 9)) AS found
        FROM {tables.PAIRS.full_name}
    ),
    hidden AS (
        SELECT (SELECT sum((pairs * probability)::DECIMAL(18, 9)) FROM {tables.PATTERNS.full_name}
                WHERE probability < 0.01) AS improbable,
            max(pairs) AS missed, max(low) AS missed_low, max(high) AS missed_high
        FROM {tables.MISSED.full_name} WHERE lists = 0
    )
    SELECT links, (right_links / nullif(links, 0))::DOUBLE AS precision,
        (right_links / nullif(found + coalesce(improbable, 0) + coalesce(missed, 0), 0))::DOUBLE AS recall,
        missed, missed_low, missed_high
    FROM kept, hidden
"""
# Pairs that people judged, beside how sure the model was of them.
JUDGED = """
    SELECT count(*) AS pairs, avg(probability::DECIMAL(18, 9))::DOUBLE AS said,
        avg((judgement = 'same')::INTEGER)::DOUBLE AS same
    FROM linkage.judgements JOIN linkage.pairs USING (register_l, record_id_l, register_r, record_id_r)
    WHERE judgement <> 'unsure'
"""
RULES_CHANGED = """
    SELECT coalesce(n.rule, b.rule) AS rule,
        CASE
            WHEN b.rule IS NULL THEN 'is new'
            WHEN n.rule IS NULL THEN 'is gone'
            WHEN n.query <> b.query THEN 'is written otherwise'
            WHEN n.policy <> b.policy THEN 'reads another policy value'
            WHEN n.applied AND NOT b.applied THEN 'could be asked again'
            WHEN b.applied AND NOT n.applied THEN 'could not be asked'
        END AS what
    FROM (FROM findings.rule_prints WHERE run_id = $run) n
    FULL JOIN (FROM findings.rule_prints WHERE run_id = $before) b USING (rule)
    WHERE what IS NOT NULL ORDER BY rule
"""
RENEWED = """
    SELECT register FROM ops.arrivals n ANTI JOIN (FROM ops.arrivals WHERE run_id = $before) b
        USING (register, snapshot_id)
    WHERE n.run_id = $run AND n.snapshot_id IS NOT NULL ORDER BY register
"""
MODEL = f"SELECT model_id, fitted_as_of, threshold, features, unknown, is_pinned FROM {tables.MODEL_USED.full_name}"
RULES_NOT_ASKED = "SELECT rule, statement_en AS statement, note FROM findings.rules WHERE NOT applied ORDER BY rule"
MEASURES_NOT_ASKED = "SELECT measure FROM coverage.measures WHERE NOT applied ORDER BY measure"


def method(night: Night) -> str:
    """The card as Markdown. Reads ops.*, linkage.*, findings.*, coverage.measures and reference.policy."""
    con = night.con
    minimum = smallest_cell(con, night.as_of)
    return (
        _templates()
        .get_template("method.md")
        .render(
            run_id=night.run_id,
            as_of=night.as_of,
            minimum=minimum,
            sheets=SHEETS,
            registers=coverage_figures.registers(night),
            rules_asked=tables.number(con, "SELECT count(*) FROM findings.rules WHERE applied"),
            rules_not_asked=_rows(con, RULES_NOT_ASKED),
            measures_not_asked=[row["measure"] for row in _rows(con, MEASURES_NOT_ASKED)],
            model=next(iter(_rows(con, MODEL)), None),
            quality=_rows(con, QUALITY)[0],
            judged=_judged(con, minimum),
            has_grievances=tables.count(con, tables.GRIEVANCES) > 0,
            changed=_changed(night),
        )
    )


def _rows(con: duckdb.DuckDBPyConnection, query: str, given: object = None) -> Rows:
    return con.execute(query, given).pl().to_dicts()


def _judged(con: duckdb.DuckDBPyConnection, minimum: int) -> dict[str, Any] | None:
    """What people said of pairs; None where these are too few to tell."""
    (judged,) = _rows(con, JUDGED)
    return judged if judged["pairs"] >= minimum else None


def _changed(night: Night) -> dict[str, Any] | None:
    """What is other than in the release that findings are compared with; None where there is none."""
    before = warehouse.nights(night.con, night.run_id, night.as_of).before
    if before is None or before == night.run_id:
        return None
    both = {"run": night.run_id, "before": before}
    renewed = [row["register"] for row in _rows(night.con, RENEWED, both)]
    return {"before": before, "rules": _rows(night.con, RULES_CHANGED, both), "registers": renewed}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows"), autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "number": lambda value: f"{value:,.0f}",
        "share": lambda value: "not known" if value is None else f"{value:.1%}",
        "plain": lambda value: str(value).replace("_", " "),
    }
    return environment
