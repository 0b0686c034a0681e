"""Who is covered of those who should be, by group, with intervals and without small cells.

A measure is one SQL file in `measures/` with a header (see `Measure`). Its query is written with the facts and words
of `transforms.facts` and gives one row a person or household that should be covered: `unit_id`, `covered` (BOOLEAN)
and the columns its breakdowns need: `area_1`, `sex`, `age` (full years, for the breakdown age_band).
"""

import datetime as dt
from typing import Literal

import duckdb
import polars as pl

from transforms import facts, tables
from transforms.disclosure import PRIMARY, SHOWN, Cell, is_small, smallest_cell, suppress
from transforms.headers import CommaList, Query, RuleError, load
from transforms.tables import Sex

Z_95 = 1.959963984540054

# How a unit is put into a group of each breakdown; what cannot be placed is a group too, so that groups add up.
GROUPS = {
    "total": "'all'",
    "area_1": "coalesce(area_1, 'unknown')",
    "sex": "coalesce(sex, 'unknown')",
    "age_band": "coalesce((SELECT max(first) FROM bands WHERE first <= age)::VARCHAR, 'unknown')",
}
NAMES = {
    "all": ("All", "សរុប"),
    "unknown": ("Not known", "មិនដឹង"),
    Sex.FEMALE: ("Female", "ស្រី"),
    Sex.MALE: ("Male", "ប្រុស"),
}


class Measure(Query):
    """One measure as its file states it: what is counted, and by what it is broken down beside the total."""

    unit: Literal["person", "household"]
    breakdowns: CommaList = ()


def load_measures() -> tuple[Measure, ...]:
    """Every measure, ordered by id. Raises `RuleError` naming the file and header line at fault."""
    measures = load("measures", Measure)
    for measure in measures:
        unknown = set(measure.breakdowns) - GROUPS.keys()
        if unknown:
            raise RuleError(f"{measure.file}: unknown breakdown {', '.join(sorted(unknown))}: use {', '.join(GROUPS)}.")
    return measures


def summarise(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Count every measure as at a date.

    Reads clean.*, persons.*, reference.policy, reference.areas; writes coverage.measures and coverage.gaps.
    Raises `RuleError` when the query of a measure fails.
    """
    measures = load_measures()
    facts.prepare(con, as_of)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE bands AS"
        " SELECT unnest(policy_list('coverage_age_bands'))::INTEGER AS first ORDER BY first"
    )
    asked = {measure.id: not facts.missing(con, measure) for measure in measures}
    counted = [_count(con, measure) for measure in measures if asked[measure.id]]
    _write_measures(con, measures, asked)
    _write_gaps(con, counted, smallest_cell(con, as_of))
    con.execute("DROP TABLE temp.bands")
    facts.clear(con)


def wilson(missing: pl.Expr, of: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The 95% interval of a share (Wilson 1927), null where there is nobody to count."""
    share, spread = missing / of, Z_95**2 / of
    centre = share + spread / 2
    half = (spread * (share * (1 - share) + spread / 4)).sqrt()
    low, high = (centre - half) / (1 + spread), (centre + half) / (1 + spread)
    some = pl.when(of > 0)
    return some.then(low.clip(0, share)), some.then(pl.max_horizontal(high.clip(upper_bound=1), share))


def _count(con: duckdb.DuckDBPyConnection, measure: Measure) -> pl.DataFrame:
    """One row a breakdown and group of a measure: how many are eligible, and covered."""
    by = " UNION ALL ".join(
        f"SELECT '{breakdown}' AS breakdown, {GROUPS[breakdown]} AS group_code, covered FROM units"
        for breakdown in ("total", *measure.breakdowns)
    )
    query = f"""
        WITH units AS ({measure.sql}), grouped AS ({by}),
        counted AS (
            SELECT breakdown, group_code, count(*) AS eligible, count(*) FILTER (covered) AS covered
            FROM grouped GROUP BY ALL
            UNION ALL SELECT 'total', 'all', 0, 0 WHERE NOT EXISTS (FROM units)
        )
        SELECT '{measure.id}' AS measure, * FROM counted ORDER BY breakdown, group_code
    """
    try:
        return con.execute(query).pl()
    except duckdb.Error as error:
        # The message of a failed cast holds the value it failed on, so neither it nor its cause may be passed on.
        raise RuleError(f"{measure.file}: the query failed ({type(error).__name__}).") from None


def _write_measures(con: duckdb.DuckDBPyConnection, measures: tuple[Measure, ...], asked: dict[str, bool]) -> None:
    tables.create(con, tables.MEASURES)
    con.executemany(
        "INSERT INTO coverage.measures VALUES ($1, $2, $3, $4, $5)",
        [[m.id, m.statement_en, m.statement_km, m.unit, asked[m.id]] for m in measures],
    )


def _write_gaps(con: duckdb.DuckDBPyConnection, counted: list[pl.DataFrame], minimum: int) -> None:
    if not counted:
        tables.create(con, tables.GAPS)
        return
    breakdowns = pl.concat(counted).partition_by("measure", "breakdown", maintain_order=True)
    protected = [_protect(breakdown, minimum) for breakdown in breakdowns]
    safe = pl.concat([breakdown for breakdown in protected if breakdown is not None])
    con.register("safe_gaps", safe)
    tables.fill(con, tables.GAPS, _NAMED, {"names": _names()})
    con.unregister("safe_gaps")


def _protect(groups: pl.DataFrame, minimum: int) -> pl.DataFrame | None:
    """The groups of one breakdown with share and interval, all counts null where they must not be shown.

    None where the breakdown cannot be published; a total is its own only group, shown or not.
    """
    cells = [Cell(*counts) for counts in groups.select("eligible", "covered").iter_rows()]
    is_total = groups["breakdown"][0] == "total"
    labels = [PRIMARY if is_small(cells[0], minimum) else SHOWN] if is_total else suppress(cells, minimum)
    if labels is None:
        return None
    missing, of = pl.col("eligible") - pl.col("covered"), pl.col("eligible")
    low, high = wilson(missing, of)
    shares = groups.with_columns(
        pl.Series("suppressed", labels),
        pl.when(of > 0).then(missing / of).alias("gap_share"),
        low.alias("gap_low"),
        high.alias("gap_high"),
    )
    counts = pl.col("eligible", "covered", "gap_share", "gap_low", "gap_high")
    return shares.with_columns(pl.when(pl.col("suppressed") == SHOWN).then(counts))


def _names() -> list[dict[str, str]]:
    return [{"code": code, "en": en, "km": km} for code, (en, km) in NAMES.items()]


_NAMED = """
    WITH names AS (SELECT unnest($names, recursive := TRUE)),
    spans AS (
        SELECT first::VARCHAR AS code, first || coalesce('-' || (lead(first) OVER (ORDER BY first) - 1), '+') AS span
        FROM bands
    )
    SELECT g.*,
        coalesce(a.name_en, n.en, s.span, g.group_code) AS group_name_en,
        coalesce(a.name_km, n.km, translate(s.span, '0123456789', '០១២៣៤៥៦៧៨៩'), g.group_code) AS group_name_km
    FROM safe_gaps g
    LEFT JOIN reference.areas a ON g.breakdown = 'area_1' AND a.code = g.group_code
    LEFT JOIN names n ON n.code = g.group_code
    LEFT JOIN spans s ON g.breakdown = 'age_band' AND s.code = g.group_code
"""
