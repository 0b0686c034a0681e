"""How old what the registers say is: days since each person or household was last touched by an event, by province."""

import datetime as dt

import duckdb
import polars as pl

from transforms import tables
from transforms.disclosure import HIDDEN, SHOWN, label, smallest_cell
from transforms.group_names import named, names
from transforms.linked_sums import TOTAL

_MONTH = "least(last_day(try_cast({0} || '-01' AS DATE)), greatest($as_of::DATE, try_cast({0} || '-01' AS DATE)))"
# The dates that each table of facts tells. A month counts as its last day, or as tonight where it is not over.
EVENTS = {
    "enrolments": ("enrolled_on", "ended_on"),
    "payments": ("paid_on",),
    "claims": ("visited_on", "discharged_on"),
    "contributions": (_MONTH.format("month"),),
    "memberships": ("started_on", _MONTH.format("last_month")),
    "events": ("happened_on", "registered_on"),
    "entitlements": ("valid_from",),
    "grievances": ("opened_on",),
}
# What is to come (the end of an enrolment) has touched nobody yet.
_OF_PEOPLE = """
    SELECT register, of_register, of_record_id AS record, NULL AS household_id, {date} AS day
    FROM clean.{table} WHERE of_record_id IS NOT NULL
"""
# People on a roster of households are as fresh as the last visit to their household.
OF_HOUSEHOLDS = """
    SELECT register, register AS of_register, NULL AS record, household_id, assessed_on AS day
    FROM clean.households
    UNION ALL
    SELECT register, register, NULL, household_id, valid_from FROM clean.entitlements
    WHERE household_id IS NOT NULL
    UNION ALL
    SELECT p.register, p.register, p.record_id, NULL, h.assessed_on
    FROM clean.people p JOIN rosters o ON o.member_register = p.register
    JOIN clean.households h ON h.register = o.household_register AND h.household_id = p.household_id
"""
# One row a register, and a person or household of which it holds a dated event.
LAST = """
    WITH dated AS ({dated}),
    ends AS (
        SELECT d.register, d.of_register, r.person_id, d.household_id, max(d.day) AS day
        FROM dated d
        LEFT JOIN persons.records r ON r.register = d.of_register AND r.record_id = d.record
        WHERE d.day <= $as_of AND coalesce(r.person_id, d.household_id) IS NOT NULL
        GROUP BY d.register, r.person_id, d.of_register, d.household_id
    )
    SELECT e.register, coalesce(p.area_1, h.area_1, 'unknown') AS area_1,
        min(date_diff('day', e.day, $as_of::DATE)) AS days
    FROM ends e
    LEFT JOIN persons.persons p USING (person_id)
    LEFT JOIN clean.households h ON h.register = e.of_register AND h.household_id = e.household_id
    GROUP BY e.register, e.person_id, e.household_id, p.area_1, h.area_1
"""
COUNTED = """
    SELECT register, CASE WHEN grouping(area_1) = 0 THEN 'area_1' ELSE 'total' END AS breakdown,
        coalesce(area_1, 'all') AS group_code, count(*) AS records,
        quantile_disc(days, 0.5)::BIGINT AS median_days, quantile_disc(days, 0.9)::BIGINT AS ninetieth_days
    FROM last_events GROUP BY GROUPING SETS ((register), (register, area_1)) ORDER BY ALL
"""


def measure(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Count how old every register is.

    Reads clean.*, persons.*, reference.*, the fact rosters and the temporary table bands; writes coverage.staleness.
    """
    parts = [_OF_PEOPLE.format(table=table, date=date) for table, dates in EVENTS.items() for date in dates]
    last = LAST.format(dated=" UNION ALL ".join((*parts, OF_HOUSEHOLDS)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE last_events AS {last}", {"as_of": as_of})
    counted = con.execute(COUNTED).pl()
    con.register("counted_ages", labelled(counted, smallest_cell(con, as_of)))
    tables.fill(con, tables.STALENESS, named("counted_ages"), {"names": names()})
    con.unregister("counted_ages")
    con.execute("DROP TABLE temp.last_events")


def labelled(counted: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """The counts with `suppressed`: where the total of a register is hidden, so is every group of it."""
    cells = counted.with_columns(table="register", eligible="records", covered=pl.lit(0, pl.Int64))
    told = label(cells, minimum)
    shown = (pl.col("label") == SHOWN) & pl.col("withheld").is_null()
    whole = pl.col("table").is_in(told.filter((pl.col("breakdown") == TOTAL) & shown)["table"].implode())
    marks = pl.when(shown & whole).then(pl.lit(SHOWN)).otherwise(pl.lit(HIDDEN))
    return told.with_columns(suppressed=marks).select(*counted.columns, "suppressed")
