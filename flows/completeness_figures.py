"""What `reconcile coverage --completeness` tells: how complete two lists of one population are."""

import polars as pl

from flows import inside, warehouse
from flows.completeness_words import INSIDE, LISTS, PUBLIC
from flows.coverage_figures import Night, of_breakdown
from transforms import tables

ESTIMATES = f"FROM {tables.COMPLETENESS.full_name} ORDER BY capture, breakdown, group_code"
GAPS = f"""
    SELECT * EXCLUDE (suppressed), suppressed <> 'no' AS hidden FROM {tables.COMPLETENESS_GAPS.full_name}
    ORDER BY capture, breakdown, group_code
"""
CAPTURES = f"SELECT * EXCLUDE (applied), applied AS asked FROM {tables.CAPTURES.full_name} ORDER BY capture"


def captures(night: Night) -> pl.DataFrame:
    """The captures of the night, with the columns of `LISTS`.

    Raises `WarehouseMissing` where the last night was of a version that had none.
    """
    if not all(tables.exists(night.con, table.schema, table.name) for table in tables.COMPLETENESS_TABLES):
        raise warehouse.WarehouseMissing("No night has told how complete registers are: hold one with `reconcile run`.")
    return night.con.execute(CAPTURES).pl().select(field.name for field in LISTS)


def every(night: Night, breakdown: str | None = None) -> pl.DataFrame:
    """All estimates or those by one breakdown, with the columns of `INSIDE`, or of `PUBLIC` where they are to leave.

    Raises as `captures` does, and `ValueError` where there is no such breakdown; what there is is told.
    """
    captures(night)
    found = night.con.execute(GAPS if night.public else ESTIMATES).pl()
    figures = found if night.public else inside.completeness(found, night.minimum)
    told = of_breakdown(figures, breakdown) if breakdown else figures
    return told.select(field.name for field in (PUBLIC if night.public else INSIDE))
