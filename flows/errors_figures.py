"""What `reconcile coverage --errors` and `--staleness` tell: errors by population, and how old the registers are."""

import polars as pl

from flows import inside, warehouse
from flows.coverage_figures import Night, Rows, known, of_breakdown
from flows.coverage_words import UNITS
from flows.errors_words import INSIDE, PUBLIC, STALENESS
from transforms import tables
from transforms.disclosure import placed
from transforms.linked_sums import TOTAL
from transforms.tables.errors import ALL_RULES

_UNIT = " ".join(f"WHEN '{ours}' THEN '{theirs}'" for ours, theirs in UNITS.items())
_NAMED = f"""population AS programme_identifier, statement_en AS programme_description,
    CASE unit {_UNIT} END AS assistance_unit"""
ERRORS = f"""
    SELECT e.*, {_NAMED} FROM {tables.ERRORS.full_name} e JOIN {tables.POPULATIONS.full_name} USING (population)
    WHERE coalesce(population = $population, TRUE) ORDER BY population, kind, rule, breakdown, group_code
"""
GAPS = f"""
    SELECT e.* EXCLUDE (suppressed, money_suppressed), {_NAMED}, suppressed <> 'no' AS hidden,
        money_suppressed <> 'no' AS money_hidden
    FROM {tables.ERROR_GAPS.full_name} e JOIN {tables.POPULATIONS.full_name} p USING (population)
    WHERE coalesce(population = $population, TRUE) ORDER BY population, kind, breakdown, group_code
"""
AGES = f"""
    SELECT s.* EXCLUDE (suppressed), a.agency, n.as_of AS pulled_on, date_diff('day', n.as_of, $as_of) AS snapshot_days,
        s.suppressed <> 'no' AS hidden
    FROM {tables.STALENESS.full_name} s
    JOIN ops.arrivals a ON a.register = s.register AND a.run_id = $run
    LEFT JOIN ops.snapshots n USING (snapshot_id)
    ORDER BY s.register, breakdown, group_code
"""


def _counted(night: Night) -> None:
    """Raises `WarehouseMissing` where the last night was of a version that counted no errors."""
    if not all(tables.exists(night.con, table.schema, table.name) for table in tables.ERROR_TABLES):
        raise warehouse.WarehouseMissing("No night has counted errors yet: hold one with `reconcile run`.")


def populations(night: Night) -> Rows:
    """The populations of the night: {population, statement_en, statement_km, unit, applied, rules, rules_not_asked}."""
    return night.con.execute(f"FROM {tables.POPULATIONS.full_name} ORDER BY population").pl().to_dicts()


def every(
    night: Night, population: str | None = None, breakdown: str | None = None, by_rule: bool = True
) -> pl.DataFrame:
    """Errors as a table to send, with the columns of `INSIDE`, or of `PUBLIC` where they are to leave.

    Where not `by_rule`, of any rule of a kind alone: what is hidden of them does not hang on single rules.
    Raises `ValueError` where the night has no such population or breakdown; what it has is told.
    """
    _counted(night)
    if population:
        known(night, "population", population, f"SELECT population FROM {tables.POPULATIONS.full_name}", ())
    found = night.con.execute(GAPS if night.public else ERRORS, {"population": population}).pl()
    if not by_rule:
        found = _whole(found)
    figures = found if night.public else inside.errors(placed(night.con, found), night.minimum)
    if breakdown:
        figures = of_breakdown(figures, breakdown) if population else figures.filter(breakdown=breakdown)
    return figures.select(field.name for field in (PUBLIC if night.public else INSIDE))


def _whole(figures: pl.DataFrame) -> pl.DataFrame:
    """Of errors those of any rule of a kind."""
    return figures.filter(pl.col("rule") == ALL_RULES) if "rule" in figures.columns else figures


def ages(night: Night) -> pl.DataFrame:
    """How old each register is, with the columns of `STALENESS`: its snapshot, and what it says of people."""
    _counted(night)
    given = {"run": night.run_id, "as_of": night.as_of}
    found = night.con.execute(AGES, given).pl()
    figures = ("records", "median_days", "ninetieth_days")
    if night.public:
        # Where a total is small, its groups are not listed at all.
        whole = found.filter(pl.col("breakdown") == TOTAL, ~pl.col("hidden"))["register"]
        found = found.filter((pl.col("breakdown") == TOTAL) | pl.col("register").is_in(whole.implode()))
    else:
        found = inside.ages(found, night.minimum)
    return found.with_columns(pl.when(~pl.col("hidden")).then(pl.col(figures))).select(f.name for f in STALENESS)
