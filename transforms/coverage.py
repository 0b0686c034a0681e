"""Who is covered of those who should be, by group: as linked, and adjusted for what linking missed and made up.

A measure is one SQL file in `measures/` with a header (see `Measure`). Its query is written with the facts and words of
`transforms.facts` and gives one row a person record and its role:

- `stands`: whoever it is about should be covered, if they qualify. Columns: `qualifies` (BOOLEAN: by this record alone;
  true where the query has none), `covered` (BOOLEAN: surely, without any link; false where it has none), `unit_id` of
  households, and what breakdowns need: `area_1`, `area_2`, `area_3`, `setting` (urban, rural), `sex`, `age` (full
  years), `disability` (BOOLEAN), `poverty_level`; and `person_id`, whose sex, age or life the query goes by.
- `entitles`: who has such a record qualifies, too.
- `covers`: a record that shows that somebody is covered.

So who is covered hangs on links in a way that can be drawn again: `transforms.uncertainty` draws the links,
`transforms.retold` tells what each draw's persons are like, `transforms.recount` counts them, `transforms.intervals`
sums the draws up. docs/coverage.md has the formulas.
"""

import datetime as dt
from functools import partial
from typing import Literal

import duckdb
import polars as pl

from transforms import error_rates, facts, intervals, recount, retold, tables, trend, uncertainty, unseen
from transforms.disclosure import HIDDEN, PRIMARY, SHOWN, label, smallest_cell
from transforms.headers import CommaList, Query, RuleError, load
from transforms.lasting import Nights
from transforms.recount import CROSS, DIMENSIONS
from transforms.tables import Sex

NAMES = {
    "all": ("All", "សរុប"),
    "unknown": ("Not known", "មិនដឹង"),
    Sex.FEMALE: ("Female", "ស្រី"),
    Sex.MALE: ("Male", "ប្រុស"),
    "yes": ("Yes", "បាទ/ចាស"),
    "no": ("No", "ទេ"),
    "poor_1": ("Poor, level 1", "ក្រីក្រកម្រិត ១"),
    "poor_2": ("Poor, level 2", "ក្រីក្រកម្រិត ២"),
    "at_risk": ("At risk of poverty", "ងាយរងហានិភ័យ"),
    "urban": ("Urban", "ទីក្រុង"),
    "rural": ("Rural", "ជនបទ"),
}


class Measure(Query):
    """One measure as its file states it: what is counted, and by what it is broken down beside the total."""

    unit: Literal["person", "household"]
    breakdowns: CommaList = ()


def load_measures() -> tuple[Measure, ...]:
    """Every measure, ordered by id. Raises `RuleError` naming the file and header line at fault."""
    measures = load("measures", Measure)
    for measure in measures:
        unknown = {name for breakdown in measure.breakdowns for name in breakdown.split(CROSS)} - set(DIMENSIONS)
        if unknown:
            named = ", ".join(sorted(unknown))
            raise RuleError(f"{measure.file}: unknown breakdown {named}: use {', '.join(DIMENSIONS)}.")
    return measures


def summarise(con: duckdb.DuckDBPyConnection, as_of: dt.date, nights: Nights | None = None) -> None:
    """Count every measure as at a date.

    Reads clean.*, persons.*, linkage.*, reference.policy, reference.areas, findings.fingerprints and what
    `nights.before` left in the tables kept from night to night; writes coverage.measures, coverage.estimates (every
    count; it stays in the warehouse), coverage.gaps (what may be published), coverage.error_rates, and the trend (see
    `transforms.trend`).
    Raises `RuleError` when the query of a measure fails.
    """
    measures = load_measures()
    facts.prepare(con, as_of)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE bands AS"
        " SELECT unnest(policy_list('coverage_age_bands'))::INTEGER AS first ORDER BY first"
    )
    asked = {measure.id: not facts.missing(con, measure) for measure in measures}
    queries = [measure.sql for measure in measures if asked[measure.id]]
    uncertainty.draw_links(con, uncertainty.spread(con), queries)
    retold.prepare(con, queries)
    log_spread = unseen.prepare(con, uncertainty.KEPT)
    nights = nights or Nights()
    trend.prepare(con, nights)
    counted = [_count(con, measure, log_spread, nights) for measure in measures if asked[measure.id]]
    _write_measures(con, measures, asked)
    _write_estimates(con, counted)
    _write_gaps(con, smallest_cell(con, as_of))
    trend.tell(con, nights, as_of, {m.id: (m, m.breakdowns) for m in measures}, asked)
    con.execute("DROP TABLE temp.bands")
    unseen.clear(con)
    retold.clear(con)
    uncertainty.clear(con)
    facts.clear(con)
    error_rates.measure(con, as_of)


def _count(con: duckdb.DuckDBPyConnection, measure: Measure, log_spread: float, nights: Nights) -> pl.DataFrame:
    """One row a breakdown and group of a measure, with counts as linked and adjusted."""
    try:
        keep = partial(trend.take, con, nights, measure.id)
        counted = recount.count(con, measure.sql, measure.unit, measure.breakdowns, keep)
    except duckdb.Error as error:
        # The message of a failed cast holds the value it failed on, so neither it nor its cause may be passed on.
        raise RuleError(f"{measure.file}: the query failed ({type(error).__name__}).") from None
    return intervals.estimate(counted, log_spread).select(pl.lit(measure.id).alias("measure"), pl.all())


def _write_measures(con: duckdb.DuckDBPyConnection, measures: tuple[Measure, ...], asked: dict[str, bool]) -> None:
    tables.create(con, tables.MEASURES)
    con.executemany(
        "INSERT INTO coverage.measures VALUES ($1, $2, $3, $4, $5)",
        [[m.id, m.statement_en, m.statement_km, m.unit, asked[m.id]] for m in measures],
    )


def _write_estimates(con: duckdb.DuckDBPyConnection, counted: list[pl.DataFrame]) -> None:
    if not counted:
        tables.create(con, tables.ESTIMATES)
        return
    estimates = pl.concat(counted, how="vertical_relaxed")
    share = (pl.col("eligible") - pl.col("covered")) / pl.col("eligible")
    con.register("counted", estimates.with_columns(gap_share=pl.when(pl.col("eligible") > 0).then(share)))
    tables.fill(con, tables.ESTIMATES, _NAMED, {"names": _names()})
    con.unregister("counted")


def _write_gaps(con: duckdb.DuckDBPyConnection, minimum: int) -> None:
    """All breakdowns of a measure are protected together. Why a group is hidden is not told."""
    columns = ", ".join(name for name in tables.GAPS.column_names if name != "suppressed")
    query = f"SELECT {columns} FROM {tables.ESTIMATES.full_name} ORDER BY measure, breakdown, group_code"
    estimates = con.execute(query).pl()
    labelled = _labelled(estimates.rename({"measure": "table"}), minimum).rename({"table": "measure"})
    told = [name for name in estimates.columns if name not in _NAMING]
    shown = pl.col("label") == SHOWN
    safe = labelled.filter(pl.col("withheld").is_null()).with_columns(
        pl.when(shown).then(pl.lit(SHOWN)).otherwise(pl.lit(HIDDEN)).alias("suppressed"),
        pl.when(shown).then(pl.col(told)),
    )
    con.register("safe_gaps", safe)
    tables.fill(con, tables.GAPS, "SELECT * FROM safe_gaps")
    con.unregister("safe_gaps")


def _labelled(cells: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Where breakdowns do not add up, as where the code of an area does not begin with that of the area it lies in,
    totals alone are protected, and all else is withheld."""
    try:
        return label(cells, minimum)
    except ValueError as error:
        told = label(cells.filter(pl.col("breakdown") == "total"), minimum)
        rest = cells.filter(pl.col("breakdown") != "total")
        return pl.concat([told, rest.with_columns(label=pl.lit(PRIMARY), withheld=pl.lit(str(error)))])


_NAMING = ("measure", "breakdown", "group_code", "group_name_en", "group_name_km")


def _names() -> list[dict[str, str]]:
    return [{"code": code, "en": en, "km": km} for code, (en, km) in NAMES.items()]


# A group of a crossing is named by the names of its parts, in the order of their breakdowns.
_NAMED = f"""
    WITH names AS (SELECT unnest($names, recursive := TRUE)),
    spans AS (
        SELECT first::VARCHAR AS code, first || coalesce('-' || (lead(first) OVER (ORDER BY first) - 1), '+') AS span
        FROM bands
    ),
    parts AS (
        SELECT DISTINCT breakdown, group_code, unnest(string_split(breakdown, '{CROSS}')) AS dimension,
            unnest(string_split(group_code, '{CROSS}')) AS code,
            generate_subscripts(string_split(group_code, '{CROSS}'), 1) AS place
        FROM counted
    ),
    named AS (
        SELECT p.breakdown, p.group_code,
            string_agg(coalesce(a.name_en, n.en, s.span, p.code), ', ' ORDER BY place) AS group_name_en,
            string_agg(coalesce(a.name_km, n.km, translate(s.span, '0123456789', '០១២៣៤៥៦៧៨៩'), p.code), ', '
                ORDER BY place) AS group_name_km
        FROM parts p
        LEFT JOIN reference.areas a ON p.dimension[:4] = 'area' AND a.code = p.code
        LEFT JOIN names n ON n.code = p.code
        LEFT JOIN spans s ON p.dimension = 'age_band' AND s.code = p.code
        GROUP BY ALL
    )
    SELECT * FROM counted JOIN named USING (breakdown, group_code)
"""
