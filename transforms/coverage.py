"""Who is covered of those who should be, by group: as linked, and adjusted for what linking missed and made up.

A measure is one SQL file in `measures/` with a header (see `Measure`). Its query is written with the facts and words of
`transforms.facts` and gives one row a person record and its role:

- `stands`: whoever it is about should be covered, if they qualify. Columns: `qualifies` (BOOLEAN: by this record alone;
  true where the query has none), `covered` (BOOLEAN: surely, without any link; false where it has none), `unit_id` of
  households, and what breakdowns need: `area_1`, `area_2`, `area_3` (which tell `setting`, too: urban or rural),
  `sex`, `age` (full years), `disability` (BOOLEAN), `poverty_level`; and `person_id`, whose sex, age or life the query
  goes by.
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

from transforms import (
    between,
    captures,
    completeness,
    error_gaps,
    error_rates,
    errors,
    facts,
    intervals,
    recount,
    retold,
    staleness,
    tables,
    trend,
    uncertainty,
    unseen,
)
from transforms.disclosure import HIDDEN, PRIMARY, SHOWN, label, placed, smallest_cell
from transforms.group_names import named, names
from transforms.headers import CommaList, Query, RuleError, load
from transforms.lasting import Nights
from transforms.recount import CROSS, DIMENSIONS


class Measure(Query):
    """One measure as its file states it: what is counted, and by what it is broken down beside the total.

    `after`: the measure of the step before, whose covered are the eligible of this one, group by group.
    """

    unit: Literal["person", "household"]
    after: str | None = None
    breakdowns: CommaList = ()


# What is asked of facts beside measures and populations.
READ_BESIDE = (trend.HOUSEHOLD_ROWS, staleness.OF_HOUSEHOLDS)


def load_measures() -> tuple[Measure, ...]:
    """Every measure, ordered by id. Raises `RuleError` naming the file and header line at fault."""
    measures = load("measures", Measure)
    for measure in measures:
        unknown = {name for breakdown in measure.breakdowns for name in breakdown.split(CROSS)} - set(DIMENSIONS)
        if unknown:
            named = ", ".join(sorted(unknown))
            raise RuleError(f"{measure.file}: unknown breakdown {named}: use {', '.join(DIMENSIONS)}.")
    first = {measure.id for measure in measures if measure.after is None}
    for measure in measures:
        if measure.after is not None and measure.after not in first:
            raise RuleError(f"{measure.file}: after: {measure.after} is no measure, or has a step before it itself.")
    return measures


def summarise(con: duckdb.DuckDBPyConnection, as_of: dt.date, nights: Nights | None = None) -> None:
    """Count every measure as at a date.

    Reads clean.*, persons.*, linkage.*, findings.*, reference.* and what `nights.before` left in the tables kept from
    night to night; writes coverage.measures, coverage.estimates (every count; it stays in the warehouse), coverage.gaps
    (what may be published), coverage.error_rates, the trend (see `transforms.trend`), errors by population (see
    `transforms.errors`), how complete registers are (see `transforms.completeness`), and their age.
    Raises `RuleError` when the query of a measure or capture fails.
    """
    measures = load_measures()
    captured = [capture.sql for capture in captures.load_captures()]
    read = (*(one.sql for one in measures), *captured, *READ_BESIDE, *errors.queries())
    facts.prepare(con, as_of, queries=read)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE bands AS"
        " SELECT unnest(policy_list('coverage_age_bands'))::INTEGER AS first ORDER BY first"
    )
    asked = {measure.id: not facts.missing(con, measure) for measure in measures}
    breakdowns = {measure.id: recount.known_breakdowns(con, measure.breakdowns) for measure in measures}
    queries = [measure.sql for measure in measures if asked[measure.id]]
    uncertainty.draw_links(con, uncertainty.spread(con), queries)
    retold.prepare(con, [*queries, *captured])
    log_spread = unseen.prepare(con, between.KEPT)
    nights = nights or Nights()
    trend.prepare(con, nights)
    counted = [_count(con, m, breakdowns[m.id], log_spread, nights) for m in measures if asked[m.id]]
    _write_measures(con, measures, asked)
    _write_estimates(con, counted)
    _write_gaps(con, smallest_cell(con, as_of), {m.id: m.after for m in measures if m.after})
    trend.tell(con, nights, as_of, {m.id: (m, breakdowns[m.id]) for m in measures}, asked)
    completeness.measure(con, as_of, log_spread)
    unseen.clear(con)
    retold.clear(con)
    uncertainty.clear(con)
    errors.count(con)
    error_gaps.write(con, as_of)
    errors.clear(con)
    staleness.measure(con, as_of)
    con.execute("DROP TABLE temp.bands")
    facts.clear(con)
    error_rates.measure(con, as_of)


def _count(
    con: duckdb.DuckDBPyConnection, measure: Measure, breakdowns: tuple[str, ...], log_spread: float, nights: Nights
) -> pl.DataFrame:
    """One row a breakdown and group of a measure, with counts as linked and adjusted."""
    try:
        keep = partial(trend.take, con, nights, measure.id)
        counted = recount.count(con, measure.sql, measure.unit, breakdowns, keep)
    except duckdb.Error as error:
        # The message of a failed cast holds the value it failed on, so neither it nor its cause may be passed on.
        raise RuleError(f"{measure.file}: the query failed ({type(error).__name__}).") from None
    return intervals.estimate(counted, log_spread).select(pl.lit(measure.id).alias("measure"), pl.all())


def _write_measures(con: duckdb.DuckDBPyConnection, measures: tuple[Measure, ...], asked: dict[str, bool]) -> None:
    tables.create(con, tables.MEASURES)
    con.executemany(
        "INSERT INTO coverage.measures VALUES ($1, $2, $3, $4, $5, $6)",
        [[m.id, m.statement_en, m.statement_km, m.unit, asked[m.id], m.after] for m in measures],
    )


def _write_estimates(con: duckdb.DuckDBPyConnection, counted: list[pl.DataFrame]) -> None:
    if not counted:
        tables.create(con, tables.ESTIMATES)
        return
    estimates = pl.concat(counted, how="vertical_relaxed")
    share = (pl.col("eligible") - pl.col("covered")) / pl.col("eligible")
    con.register("counted", estimates.with_columns(gap_share=pl.when(pl.col("eligible") > 0).then(share)))
    tables.fill(con, tables.ESTIMATES, named("counted"), {"names": names()})
    con.unregister("counted")


def _write_gaps(con: duckdb.DuckDBPyConnection, minimum: int, after: dict[str, str]) -> None:
    """All breakdowns of a measure are protected together. Why a group is hidden is not told.

    `after`: by measure the one of the step before it.
    """
    columns = ", ".join(name for name in tables.GAPS.column_names if name != "suppressed")
    query = f"SELECT {columns} FROM {tables.ESTIMATES.full_name} ORDER BY measure, breakdown, group_code"
    estimates = con.execute(query).pl()
    cells = placed(con, estimates).rename({"measure": "table"})
    labelled = protected(cells, minimum, after).rename({"table": "measure"})
    told = [name for name in estimates.columns if name not in _NAMING]
    shown = (pl.col("label") == SHOWN) & pl.col("withheld").is_null()
    # A total that is withheld is told to be hidden: a measure without one would look as if nobody were entitled.
    safe = labelled.filter(pl.col("withheld").is_null() | (pl.col("breakdown") == "total")).with_columns(
        pl.when(shown).then(pl.lit(SHOWN)).otherwise(pl.lit(HIDDEN)).alias("suppressed"),
        pl.when(shown).then(pl.col(told)),
    )
    con.register("safe_gaps", safe)
    tables.fill(con, tables.GAPS, "SELECT * FROM safe_gaps")
    con.unregister("safe_gaps")


def protected(cells: pl.DataFrame, minimum: int, after: dict[str, str]) -> pl.DataFrame:
    """The cells with `label` and `withheld` (see `disclosure.label`), those of later steps in the light of the first.

    A reader knows who is eligible for a step wherever the covered of the step before are told; and what these hide, the
    step may not tell.
    """
    is_later = pl.col("table").is_in(list(after))
    first = _labelled(cells.filter(~is_later), minimum)
    told = (pl.col("label") == SHOWN) & pl.col("withheld").is_null()
    before = first.select("breakdown", "group_code", before="table", told=told)
    named = cells.filter(is_later).with_columns(before=pl.col("table").replace(after))
    later = named.join(before, on=["before", "breakdown", "group_code"], how="left", maintain_order="left").drop(
        "before"
    )
    if later.is_empty():
        return first
    known = later.filter("told").select(
        "table", "breakdown", "group_code", count=pl.lit("eligible"), least="eligible", greatest="eligible"
    )
    hidden = pl.when(~pl.col("told").fill_null(False)).then(False)
    then = later.with_columns(published=hidden).drop("told")
    labelled = _with_totals(_labelled(then, minimum, known), then, minimum, known)
    return pl.concat([first, labelled.drop("published").select(first.columns)])


def _with_totals(labelled: pl.DataFrame, cells: pl.DataFrame, minimum: int, known: pl.DataFrame) -> pl.DataFrame:
    """Where groups leave nothing to hide in, so that a total is withheld with them, the total alone may yet be told."""
    is_total = pl.col("breakdown") == "total"
    lost = labelled.filter(is_total, pl.col("withheld").is_not_null()).select("table")
    alone = label(cells.filter(is_total).join(lost, on="table", how="semi"), minimum, known=known)
    rest = labelled.join(alone.select("table", "breakdown", "group_code"), on=["table", "breakdown", "group_code"],
                         how="anti")  # fmt: skip
    return pl.concat([rest, alone.select(rest.columns)])


def _labelled(cells: pl.DataFrame, minimum: int, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """Where breakdowns do not add up, as where the code of an area does not begin with that of the area it lies in,
    totals alone are protected, and all else is withheld."""
    try:
        return label(cells, minimum, known=known)
    except ValueError as error:
        told = label(cells.filter(pl.col("breakdown") == "total"), minimum, known=known)
        rest = cells.filter(pl.col("breakdown") != "total")
        return pl.concat([told, rest.with_columns(label=pl.lit(PRIMARY), withheld=pl.lit(str(error)))])


_NAMING = ("measure", "breakdown", "group_code", "group_name_en", "group_name_km")
