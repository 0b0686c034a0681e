"""The method card of the public pack: what a release rests on, how sure it is, and what it cannot tell."""

from functools import cache
from typing import Any

import duckdb
import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from flows import coverage_figures, warehouse
from flows.coverage_figures import Night
from flows.public_pack_words import SHEETS
from transforms import public_counts, tables
from transforms.coverage import load_measures
from transforms.disclosure import smallest_cell
from transforms.headers import NEEDABLE

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
RULES_NOT_ASKED = (
    "SELECT rule, statement_en AS statement, statement_km, note FROM findings.rules WHERE NOT applied ORDER BY rule"
)
MEASURES_NOT_ASKED = "SELECT measure FROM coverage.measures WHERE NOT applied ORDER BY measure"


def method(night: Night, language: str = "en") -> str:
    """The card as Markdown, in English or Khmer (`km`). Reads ops.*, linkage.*, findings.*, coverage.* and
    reference.policy."""
    con = night.con
    minimum = smallest_cell(con, night.as_of)
    return (
        _templates()
        .get_template("method.md" if language == "en" else f"method.{language}.md")
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
            rates=_rates(night),
            needs=_needs(night),
        )
    )


def _rows(con: duckdb.DuckDBPyConnection, query: str, given: object = None) -> Rows:
    return con.execute(query, given).pl().to_dicts()


def _rates(night: Night) -> list[tuple[str, Rows]]:
    """How often linking errs by group, a list of groups each breakdown; none where nothing may be told."""
    told = public_counts.error_rates(night.con, night.as_of).filter(~pl.col("hidden"), pl.col("share").is_not_null())
    groups = told.pivot("kind", index=["breakdown", "group_code", "group_name_en", "group_name_km"],
                        values=["pairs", "share", "low", "high"]).sort("breakdown", "group_code")  # fmt: skip
    named = [f"{what}_{kind}" for what in ("pairs", "share", "low", "high") for kind in ("missed", "contradicted")]
    whole = groups.with_columns(pl.lit(None, pl.Float64).alias(name) for name in named if name not in groups.columns)
    order = ("total", *sorted(set(whole["breakdown"]) - {"total"}))
    return [(name, whole.filter(breakdown=name).to_dicts()) for name in order if name in set(whole["breakdown"])]


def _needs(night: Night) -> Rows:
    """What each measure is counted from: {measure, applied, statement_en, statement_km, needs, registers}."""
    applied = dict(night.con.execute("SELECT measure, applied FROM coverage.measures").fetchall())
    registers = {need: _registers_of(night.con, need) for one in load_measures() for need in one.needs}
    return [
        {
            "measure": one.id, "applied": applied[one.id], "statement_en": one.statement_en,
            "statement_km": one.statement_km,
            "registers": sorted({register for need in one.needs for register in registers[need]}),
            "missing": [need for need in one.needs if not registers[need]],
        }
        for one in load_measures() if one.id in applied
    ]  # fmt: skip


def _registers_of(con: duckdb.DuckDBPyConnection, need: str) -> list[str]:
    """The registers in use that hold what a measure needs."""
    table, _, value = need.partition(":")
    where = f'WHERE "{NEEDABLE[table]}" = $value' if value else ""
    query = f"SELECT DISTINCT register FROM clean.{table} {where} ORDER BY register"
    return [str(row[0]) for row in con.execute(query, {"value": value} if value else None).fetchall()]


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
        "share_km": lambda value: "មិនដឹង" if value is None else f"{value:.1%}",
        "count": lambda value: "-" if value is None else f"{value:,.0f}",
        "percent": lambda value: f"{value:.1%}",
        "plain": lambda value: str(value).replace("_", " "),
    }
    return environment
