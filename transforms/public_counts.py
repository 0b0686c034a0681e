"""Counts that may leave the administration: of findings, of answers, of grievances. Small ones are null.

Every count is a cell of a table of its own (see `disclosure.label`): a total, and breakdowns that add up to it. Where a
total is small nothing else of its table is told, not even which groups there are. Which hidden cell is small, and which
only hides it, is not told.
"""

import datetime as dt

import duckdb
import polars as pl

from transforms.disclosure import SHOWN, label, smallest_cell

TOTAL = ("total", "all")

# One row a rule, breakdown and group: findings of tonight. Nobody of them is covered: there are only findings.
FINDINGS = """
    WITH told AS (SELECT rule, coalesce(area_1, 'unknown') AS area_1, state FROM findings.findings)
    SELECT rule AS "table", 'total' AS breakdown, 'all' AS group_code, count(*) AS eligible FROM told GROUP BY ALL
    UNION ALL SELECT rule, 'area_1', area_1, count(*) FROM told GROUP BY ALL
    UNION ALL SELECT rule, 'state', state, count(*) FROM told GROUP BY ALL
    UNION ALL SELECT rule, 'total', 'all', 0 FROM findings.rules WHERE applied AND rule NOT IN (SELECT rule FROM told)
"""
# One row a rule: its findings of this night and of nights before, and of them those that were not found again. One that
# goes on under another id, because two people turned out to be one, is no answer.
RESPONSES = """
    SELECT rule AS "table", 'total' AS breakdown, 'all' AS group_code, count(*) AS eligible,
        count(resolved_on) AS covered,
        median(date_diff('day', first_seen, resolved_on)) AS median_days_to_resolve,
        median(date_diff('day', first_seen, $as_of::DATE)) FILTER (resolved_on IS NULL) AS median_days_open
    FROM findings.lasting WHERE continued_by IS NULL GROUP BY rule
"""
# One row a breakdown and group: pairs of records that people have judged.
JUDGEMENTS = """
    SELECT 'judgements' AS "table", 'total' AS breakdown, 'all' AS group_code, count(*) AS eligible
    FROM linkage.judgements
    UNION ALL SELECT 'judgements', 'judgement', judgement, count(*) FROM linkage.judgements GROUP BY ALL
"""
# One row a breakdown and group: grievances received, and of them those of which a finding of tonight says the same.
GRIEVANCES = """
    WITH met AS (SELECT DISTINCT register, record_id AS case_id FROM findings.records WHERE role = 'complaint'),
    told AS (
        SELECT g.programme, g.complaint, p.area_1, m.case_id IS NOT NULL AS covered
        FROM clean.grievances g
        LEFT JOIN met m USING (register, case_id)
        LEFT JOIN persons.records r ON r.register = g.of_register AND r.record_id = g.of_record_id
        LEFT JOIN persons.persons p USING (person_id)
        WHERE coalesce(g.opened_on <= $as_of, TRUE)
    ),
    grouped AS (
        SELECT 'total' AS breakdown, 'all' AS group_code, covered FROM told WHERE EXISTS (FROM clean.grievances)
        UNION ALL SELECT 'programme', coalesce(programme, 'unknown'), covered FROM told
        UNION ALL SELECT 'complaint', coalesce(complaint, 'unknown'), covered FROM told
        UNION ALL SELECT 'area_1', coalesce(area_1, 'unknown'), covered FROM told
    )
    SELECT 'grievances' AS "table", breakdown, group_code, count(*) AS eligible, count(*) FILTER (covered) AS covered
    FROM grouped GROUP BY ALL
"""


# One row a measure and direction: who entered its gap since the night before, or left it, over all groups and by cause.
MOVES = """
    WITH told AS (
        UNPIVOT (SELECT measure, cause, since, entered, left_gap FROM coverage.moves WHERE breakdown = 'total')
        ON entered, left_gap INTO NAME direction VALUE units
    )
    SELECT measure || '/' || direction AS "table", measure, direction, 'cause' AS breakdown, cause AS group_code, since,
        units AS eligible FROM told
    UNION ALL
    SELECT measure || '/' || direction, measure, direction, 'total', 'all', any_value(since), sum(units)::BIGINT
    FROM told GROUP BY ALL
"""


def moves(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> pl.DataFrame:
    """One row a measure, direction (entered, left_gap), breakdown (total, cause) and group: measure, direction,
    breakdown, group_code, since, units, hidden.

    Reads coverage.moves and reference.policy.
    """
    cells = con.execute(MOVES).pl().with_columns(covered=pl.lit(0, pl.Int64))
    return _told(con, as_of, cells).select(
        "measure", "direction", "breakdown", "group_code", "since", "hidden", units="eligible"
    )


# Two rows a group of pairs that identifiers tell of: pairs of one person and those found, links and those not
# contradicted. The covered of both are the same pairs.
ERROR_RATES = """
    SELECT 'missed' AS "table", breakdown, group_code, group_name_en, group_name_km, pairs AS eligible,
        found AS covered, missed_share AS share, missed_low AS low, missed_high AS high
    FROM coverage.error_rates WHERE breakdown <> 'area_1'
    UNION ALL
    SELECT 'contradicted', breakdown, group_code, group_name_en, group_name_km, links, links - contradicted,
        contradicted_share, contradicted_low, contradicted_high
    FROM coverage.error_rates WHERE breakdown <> 'area_1'
"""


def error_rates(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> pl.DataFrame:
    """How often linking errs, one row a group and kind (missed, contradicted): kind, breakdown, group_code,
    group_name_en, group_name_km, pairs, share, low, high, hidden.

    Reads coverage.error_rates and reference.policy.
    """
    cells = con.execute(ERROR_RATES).pl()
    same = pl.concat_str("breakdown", "group_code", separator="|")
    sign = pl.when(pl.col("table") == "missed").then(1).otherwise(-1)
    sums = cells.select("table", "breakdown", "group_code", relation=same, sign=sign, of=pl.lit("covered"))
    told = _told(con, as_of, cells, sums)
    names = ("breakdown", "group_code", "group_name_en", "group_name_km")
    return told.select(*names, "share", "low", "high", "hidden", kind="table", pairs="eligible")


def findings(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> pl.DataFrame:
    """One row a rule, breakdown (total, area_1, state) and group: rule, breakdown, group_code, findings, hidden.

    A rule that was asked and found nobody has a total of 0. Reads findings.findings, findings.rules and
    reference.policy.
    """
    cells = con.execute(FINDINGS).pl().with_columns(covered=pl.lit(0, pl.Int64))
    return _told(con, as_of, cells).select("breakdown", "group_code", "hidden", rule="table", findings="eligible")


def responses(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> pl.DataFrame:
    """One row a rule: rule, findings, resolved, median_days_to_resolve, median_days_open, hidden.

    Reads findings.lasting and reference.policy.
    """
    cells = con.execute(RESPONSES, {"as_of": as_of}).pl()
    days = ("median_days_to_resolve", "median_days_open")
    return _told(con, as_of, cells).select("hidden", *days, rule="table", findings="eligible", resolved="covered")


def judgements(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> pl.DataFrame:
    """One row a breakdown (total, judgement) and group: breakdown, group_code, pairs, hidden.

    Reads linkage.judgements and reference.policy.
    """
    cells = con.execute(JUDGEMENTS).pl().with_columns(covered=pl.lit(0, pl.Int64))
    return _told(con, as_of, cells).select("breakdown", "group_code", "hidden", pairs="eligible")


def grievances(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> pl.DataFrame:
    """One row a breakdown (total, programme, complaint, area_1) and group: received, found_too, hidden.

    No row where no register in use holds grievances. `found_too` is told of all grievances only, and null where it
    or the rest is small: by group it could be subtracted.
    Reads clean.grievances, findings.records, persons.* and reference.policy.
    """
    cells = con.execute(GRIEVANCES, {"as_of": as_of}).pl()
    told = _told(con, as_of, cells.with_columns(covered=pl.lit(0, pl.Int64)))
    both = _told(con, as_of, cells.filter(pl.col("breakdown") == TOTAL[0])).select("breakdown", found_too="covered")
    return told.join(both, on="breakdown", how="left", maintain_order="left").select(
        "breakdown", "group_code", "found_too", "hidden", received="eligible"
    )


def _told(
    con: duckdb.DuckDBPyConnection, as_of: dt.date, cells: pl.DataFrame, sums: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The cells that may be told of, in the order of their keys, with `hidden`; numbers are null where it is."""
    labelled = label(cells, smallest_cell(con, as_of), sums).with_columns(hidden=pl.col("label") != SHOWN)
    is_total = pl.col("breakdown") == TOTAL[0]
    hidden_tables = labelled.filter(is_total & pl.col("hidden")).select("table")
    apart = labelled.filter(~is_total).join(hidden_tables, on="table", how="anti")
    told = pl.concat([labelled.filter(is_total), apart]).filter(pl.col("withheld").is_null())
    numbers = pl.col(pl.Int64, pl.Float64)
    return told.with_columns(pl.when(~pl.col("hidden")).then(numbers)).sort("table", "breakdown", "group_code")
