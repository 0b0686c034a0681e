"""The tables of the public pack, read from the warehouse of a night. No row is about a person."""

from collections.abc import Callable

import duckdb
import polars as pl

from flows import completeness_figures, coverage_figures, errors_figures
from flows.coverage_figures import Night
from flows.coverage_words import UNITS
from transforms import public_counts
from transforms.disclosure import smallest_cell

COUNT_DIGITS, SHARE_DIGITS = 1, 4
UNIT = " ".join(f"WHEN '{ours}' THEN '{theirs}'" for ours, theirs in UNITS.items())
AREAS = (
    "SELECT code AS group_code, name_en AS group_name_en, name_km AS group_name_km FROM reference.areas WHERE level = 1"
)
RULES = """
    SELECT rule, kind, severity, statement_en, statement_km, applied AS asked FROM findings.rules ORDER BY rule
"""


def coverage(night: Night) -> pl.DataFrame:
    """Coverage figures as they may leave; adjusted ones are estimates, and are rounded as such."""
    adjusted = pl.col("eligible_adjusted", "covered_adjusted", "gap_adjusted").round(COUNT_DIGITS)
    shares = pl.col("gap_share", "gap_share_adjusted", "gap_low", "gap_high").round(SHARE_DIGITS)
    return coverage_figures.every(night).with_columns(adjusted, shares)


def measures(night: Night) -> pl.DataFrame:
    return night.con.execute(
        f"""SELECT measure AS programme_identifier, statement_en AS programme_description,
            statement_km AS programme_description_km, CASE unit {UNIT} END AS assistance_unit, applied AS asked
        FROM coverage.measures ORDER BY measure"""
    ).pl()


def errors(night: Night) -> pl.DataFrame:
    """Errors by population as they may leave; what is expected of them is rounded as the estimate it is."""
    return errors_figures.every(night).with_columns(
        pl.col("expected").round(COUNT_DIGITS), pl.col("share").round(SHARE_DIGITS)
    )


def populations(night: Night) -> pl.DataFrame:
    return night.con.execute(
        f"""SELECT population AS programme_identifier, statement_en AS programme_description,
            statement_km AS programme_description_km, CASE unit {UNIT} END AS assistance_unit, applied AS asked,
            nullif(rules, '') AS rules, nullif(rules_not_asked, '') AS rules_not_asked
        FROM coverage.populations ORDER BY population"""
    ).pl()


def staleness(night: Night) -> pl.DataFrame:
    return errors_figures.ages(night)


def completeness(night: Night) -> pl.DataFrame:
    """How complete registers are, as it may leave: estimates are in tens and whole percent."""
    return completeness_figures.every(night)


def captures(night: Night) -> pl.DataFrame:
    return completeness_figures.captures(night)


def findings(night: Night) -> pl.DataFrame:
    return _with_areas(night.con, public_counts.findings(night.con, night.as_of))


def rules(night: Night) -> pl.DataFrame:
    return night.con.execute(RULES).pl()


def registers(night: Night) -> pl.DataFrame:
    """The registers; of rows in use and set aside no small number."""
    told = night.con.execute(coverage_figures.REGISTERS, {"run": night.run_id}).pl().drop("message")
    rows = pl.col("rows_in", "rows_quarantined")
    minimum = smallest_cell(night.con, night.as_of)
    return told.with_columns(pl.when((rows == 0) | (rows >= minimum)).then(rows))


def responses(night: Night) -> pl.DataFrame:
    return public_counts.responses(night.con, night.as_of)


def judgements(night: Night) -> pl.DataFrame:
    return public_counts.judgements(night.con, night.as_of)


def grievances(night: Night) -> pl.DataFrame:
    return _with_areas(night.con, public_counts.grievances(night.con, night.as_of))


# How each table of `public_pack_words.SHEETS` is read.
READ: dict[str, Callable[[Night], pl.DataFrame]] = {
    read.__name__: read
    for read in (
        coverage,
        measures,
        errors,
        populations,
        staleness,
        completeness,
        captures,
        findings,
        rules,
        registers,
        responses,
        judgements,
        grievances,
    )
}


def _with_areas(con: duckdb.DuckDBPyConnection, counts: pl.DataFrame) -> pl.DataFrame:
    """The counts with the names of their provinces."""
    areas = con.execute(AREAS).pl().with_columns(breakdown=pl.lit("area_1"))
    return counts.join(areas, on=["breakdown", "group_code"], how="left", maintain_order="left")
