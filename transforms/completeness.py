"""How complete registers are, told from two lists of one population; and how many people stand in neither.

`transforms.captures` counts two lists in every draw of the links, `transforms.dual_system` estimates from them. That
being in one list says nothing of being in the other is an assumption that no two lists can test. So each figure is told
twice: were they independent, and as a range over the odds ratios that policy thinks possible. docs/coverage.md has the
formulas.
"""

import datetime as dt
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from transforms import captures, dual_system, facts, tables
from transforms.captures import Capture, Listed
from transforms.disclosure import HIDDEN, SHOWN, label, smallest_cell
from transforms.dual_system import PEOPLE, SHARES, Floats, Ints
from transforms.group_names import named, names
from transforms.headers import RuleError
from transforms.linked_sums import KEY, TOTAL
from transforms.recount import CROSS

GROUP = ("capture", "breakdown", "group_code")
COUNTS = ("in_a", "in_b", "in_both")
# What published estimates are rounded to: of finer ones hidden counts could be worked out.
PEOPLE_STEP, SHARE_DIGITS = 10, 2


@dataclass(frozen=True)
class Limits:
    """`odds`: odds ratios between two lists that are thought possible. `least_overlap`: people in both lists, below
    which nothing is estimated. `widest`: how wide the range of a completeness may be that still tells something."""

    odds: tuple[float, ...]
    least_overlap: int
    widest: float


_LIMITS = """
    SELECT list_transform(policy_list('list_odds_ratios'), lambda odds: odds::DOUBLE),
        policy('least_list_overlap')::BIGINT, policy('widest_completeness_range')::DOUBLE
"""


def limits(con: duckdb.DuckDBPyConnection) -> Limits | None:
    """What policy sets at the as-of date; None where it does not set all. Needs the words of `transforms.facts`."""
    odds, least, widest = con.execute(_LIMITS).fetchone() or (None, None, None)
    return None if odds is None or least is None or widest is None else Limits(tuple(odds), least, widest)


def measure(con: duckdb.DuckDBPyConnection, as_of: dt.date, log_spread: float) -> None:
    """Estimate how complete the lists of every capture are.

    `log_spread`: of the pairs that nobody kept (see `unseen.prepare`). Reads clean.*, persons.records, reference.*, the
    words and facts of `facts` and of `retold`, and the temporary tables of `uncertainty` and `unseen`. Writes
    coverage.captures, coverage.completeness (every count; it stays in the warehouse) and coverage.completeness_gaps
    (what may be published). Raises `RuleError` when the query of a capture fails.
    """
    known = limits(con)
    every = {one: known is not None and not facts.missing(con, one) for one in captures.load_captures()}
    tables.create(con, *tables.COMPLETENESS_TABLES)
    told = [name for name in tables.CAPTURES.column_names if name not in ("capture", "applied")]
    con.executemany(
        f"INSERT INTO {tables.CAPTURES.full_name} VALUES ({', '.join('?' * len(tables.CAPTURES.columns))})",
        [[one.id, *(getattr(one, name) for name in told), applied] for one, applied in every.items()],
    )
    found = [_told(con, one, known, log_spread) for one, applied in every.items() if applied and known]
    if not found:
        return
    estimates = pl.concat(found)
    for table, frame in (
        (tables.COMPLETENESS, estimates),
        (tables.COMPLETENESS_GAPS, protect(estimates, smallest_cell(con, as_of))),
    ):
        con.register("estimated", frame)
        tables.fill(con, table, named("estimated"), {"names": names()})
        con.unregister("estimated")


def _told(con: duckdb.DuckDBPyConnection, capture: Capture, known: Limits, log_spread: float) -> pl.DataFrame:
    try:
        listed = captures.count(con, capture)
    except duckdb.Error as error:
        # The message of a failed cast holds the value it failed on, so neither it nor its cause may be passed on.
        raise RuleError(f"{capture.file}: the query failed ({type(error).__name__}).") from None
    return estimate(capture, listed, known, log_spread)


def estimate(capture: Capture, listed: Listed, known: Limits, log_spread: float) -> pl.DataFrame:
    """One row a breakdown and group of a capture, with the columns of coverage.completeness but the names of groups."""
    by = {TOTAL: pl.lit("all")} | {
        name: pl.concat_str(name.split(CROSS), separator=CROSS) for name in capture.breakdowns
    }
    parts = [_of_breakdown(capture, listed, known, log_spread, name, code) for name, code in by.items()]
    return pl.concat(parts).select(pl.lit(capture.id).alias("capture"), pl.all())


def _of_breakdown(
    capture: Capture, listed: Listed, known: Limits, log_spread: float, breakdown: str, code: pl.Expr
) -> pl.DataFrame:
    cells = listed.cells.with_columns(code.alias("group_code"))
    groups = cells.group_by("group_code", maintain_order=True).agg(pl.col("only_a", "only_b", "both").sum())
    if breakdown == TOTAL and groups.is_empty():
        groups = pl.DataFrame({"group_code": ["all"], "only_a": [0], "only_b": [0], "both": [0]})
    stratum, group = _strata(cells, groups, capture.strata, known.least_overlap)
    drawn = captures.found(captures.summed(listed.drawn, stratum, len(group)), listed.hidden, log_spread)
    figures = dual_system.estimate(drawn, group, groups.height, known.odds)
    whole = captures.summed(drawn, group, groups.height)
    in_both = pl.col("both").cast(pl.Int64)
    return groups.select(
        pl.lit(breakdown).alias("breakdown"),
        "group_code",
        (pl.col("only_a") + in_both).alias("in_a"),
        (pl.col("only_b") + in_both).alias("in_b"),
        in_both.alias("in_both"),
        pl.Series("in_a_adjusted", (whole.only_a + whole.both).mean(axis=1)),
        pl.Series("in_b_adjusted", (whole.only_b + whole.both).mean(axis=1)),
        pl.Series("in_both_adjusted", whole.both.mean(axis=1)),
        *_judged(groups["both"], figures, known),
    )


def _strata(cells: pl.DataFrame, groups: pl.DataFrame, columns: tuple[str, ...], least: int) -> tuple[Ints, Ints]:
    """Which stratum each cell is of, and which group each stratum. Strata of a group that are too thin are one."""
    strata = cells.group_by("group_code", *columns, maintain_order=True).agg(pl.col("both").sum())
    strata = strata.join(groups.select("group_code").with_row_index("group"), on="group_code", maintain_order="left")
    thin = pl.col("both").map_batches(lambda both: pl.Series(dual_system.pooled(both.to_numpy(), least)), pl.Boolean)
    place = pl.int_range(pl.len())
    numbered = strata.with_columns(thin=thin.over("group"), place=place).with_columns(
        stratum=pl.when("thin").then(pl.col("place").filter("thin").min().over("group")).otherwise("place")
    )
    numbered = numbered.with_columns(pl.col("stratum").rank("dense").cast(pl.Int64) - 1)
    of_cells = cells.join(numbered, on=["group_code", *columns], how="left", maintain_order="left")
    of_strata = numbered.unique("stratum").sort("stratum")
    return of_cells["stratum"].to_numpy().astype(np.int64), of_strata["group"].to_numpy().astype(np.int64)


def _judged(both: pl.Series, figures: dict[str, Floats], known: Limits) -> list[pl.Series]:
    """The figures, null where too few are in both lists, and the verdict."""
    enough = both >= known.least_overlap
    wide = pl.Series(figures["complete_a_most"] - figures["complete_a_least"]) > known.widest
    frame = pl.DataFrame(figures).with_columns(enough=enough, wide=wide)
    told = frame.select(
        *(pl.when("enough").then(name).alias(name) for name in (*PEOPLE, *SHARES)),
        pl.when(pl.col("enough") & ~pl.col("wide"))
        .then(pl.lit("clear"))
        .otherwise(pl.lit("cannot_tell"))
        .alias("verdict"),
    )
    return told.get_columns()


def protect(estimates: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """What may be published, with `suppressed`; figures are null where it is so, groups of a hidden total left out.

    `estimates`: the columns of coverage.completeness but the names of groups.
    """
    marked = hidden(estimates, minimum)
    is_total = pl.col("breakdown") == TOTAL
    whole = marked.filter(is_total, ~pl.col("hidden")).select("capture")
    groups = marked.filter(~is_total, ~pl.col("withheld")).join(whole, on="capture", how="semi")
    rounded = pl.concat([marked.filter(is_total), groups]).with_columns(
        (pl.col(PEOPLE) / PEOPLE_STEP).round() * PEOPLE_STEP, pl.col(SHARES).round(SHARE_DIGITS)
    )
    return rounded.with_columns(
        pl.when(~pl.col("hidden")).then(pl.col(*COUNTS, *PEOPLE, *SHARES, "verdict")),
        suppressed=pl.when("hidden").then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)),
    ).drop("hidden", "withheld")


def cells_of(estimates: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What a reader sees of captures, as `disclosure.label` takes it: cells, and the sums that tie them.

    Each list is a table, and the people in both are its covered: the same people in both tables. First come all cells
    of list a, then all of list b.
    """
    lists = [estimates.select(*GROUP, side=pl.lit(side), eligible=side, covered="in_both") for side in ("in_a", "in_b")]
    cells = pl.concat(lists).with_columns(table=pl.concat_str("capture", "side", separator="/"))
    sums = cells.select(
        *KEY,
        relation=pl.concat_str(*GROUP, separator="|"),
        sign=pl.when(pl.col("side") == "in_a").then(1).otherwise(-1),
        of=pl.lit("covered"),
    )
    return cells, sums


def hidden(estimates: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """The rows with `hidden` and `withheld`: where one list of a group is hidden the other is, too.

    Hiding it there may leave a group alone among those of its list, so both are labelled again until nothing changes.
    """
    cells, sums = cells_of(estimates)
    some = cells["eligible"] > 0
    before, now = pl.Series([True] * cells.height), pl.Series([False] * cells.height)
    labelled = cells
    while (before != now).any():
        before = now
        labelled = label(cells.with_columns(hidden_before=before & some), minimum, sums)
        is_hidden = (pl.col("label") != SHOWN) | pl.col("withheld").is_not_null()
        now = labelled.select(is_hidden.any().over(GROUP)).to_series()
    gone = labelled.select(pl.col("withheld").is_not_null().any().over(GROUP)).to_series()
    height = estimates.height
    return estimates.with_columns(hidden=now[:height], withheld=gone[:height])
