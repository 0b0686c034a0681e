"""A measure counted in the persons as they stand, and again in every draw of the links.

The query of a measure gives one row a record and its role (see `transforms.coverage`). Only units that a draw touches
are counted again: their units as they stand are taken away, and the units they are in that draw are added.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import polars as pl

DIMENSIONS = ("area_1", "area_2", "area_3", "setting", "sex", "age_band", "disability", "poverty_level")
CROSS = "*"

# What a query may leave out, with the types that it must otherwise have.
_TEMPLATE = """SELECT NULL::VARCHAR AS role, NULL::VARCHAR AS register, NULL::VARCHAR AS record_id,
    NULL::VARCHAR AS unit_id, NULL::BOOLEAN AS qualifies, NULL::BOOLEAN AS covered, NULL::VARCHAR AS area_1,
    NULL::VARCHAR AS area_2, NULL::VARCHAR AS area_3, NULL::VARCHAR AS setting, NULL::VARCHAR AS sex,
    NULL::BIGINT AS age, NULL::BOOLEAN AS disability, NULL::VARCHAR AS poverty_level WHERE FALSE"""

_ROLES = """
    SELECT q.role, q.register, q.record_id, coalesce(q.unit_id, r.person_id) AS unit,
        coalesce(q.qualifies, TRUE) AS qualifies, coalesce(q.covered, FALSE) AS covered,
        r.person_id, n.node, {dimensions}
    FROM ({template} UNION ALL BY NAME ({query})) q
    JOIN persons.records r USING (register, record_id)
    LEFT JOIN nodes n USING (identifier_group)
"""
_PLACES = {
    "age_band": "coalesce((SELECT max(first) FROM bands WHERE first <= q.age)::VARCHAR, 'unknown')",
    "area_2": "CASE WHEN starts_with(q.area_2, q.area_1) THEN q.area_2 ELSE 'unknown' END",
    "area_3": """CASE WHEN starts_with(q.area_2, q.area_1) AND starts_with(q.area_3, q.area_2) THEN q.area_3
        ELSE 'unknown' END""",
    "disability": "CASE q.disability WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'unknown' END",
}

AREAS = ("area_1", "area_2", "area_3")
# The areas of a unit are of one record, so that each lies in the next.
_UNIT = ", ".join(
    (
        "bool_or(covered) AS covered",
        *(f"min([{', '.join(AREAS)}])[{place}] AS {name}" for place, name in enumerate(AREAS, 1)),
        *(f"min({name}) AS {name}" for name in DIMENSIONS if name not in AREAS),
    )
)

# One row an eligible unit, in the persons as they stand.
_STANDING = f"""
    WITH entitled AS (SELECT DISTINCT person_id FROM roles WHERE role = 'entitles'),
    covering AS (SELECT DISTINCT person_id FROM roles WHERE role = 'covers'),
    members AS (
        SELECT s.* REPLACE (
            s.qualifies OR e.person_id IS NOT NULL AS qualifies,
            s.covered OR c.person_id IS NOT NULL AS covered
        )
        FROM roles s LEFT JOIN entitled e USING (person_id) LEFT JOIN covering c USING (person_id)
        WHERE role = 'stands'
    )
    SELECT unit, {_UNIT} FROM members GROUP BY unit HAVING bool_or(qualifies)
"""

# One row a draw and a unit that it touches.
_TOUCHED = "SELECT DISTINCT draw, unit FROM roles JOIN drawn USING (node) WHERE role = 'stands'"

# Each draw's rows of the touched units; `part` is null for members whose person no draw touches.
_ROWS = {
    "person": "SELECT draw, part::VARCHAR AS unit_drawn, part, s.* FROM roles s JOIN drawn USING (node)"
    " WHERE role = 'stands'",
    "household": """SELECT t.draw, s.unit AS unit_drawn, d.part, s.* FROM touched t JOIN roles s USING (unit)
        LEFT JOIN drawn d ON d.draw = t.draw AND d.node = s.node WHERE role = 'stands'""",
}

# One row a draw and a combination of groups: how many eligible and covered more than in the persons as they stand.
_MOVED = """
    WITH entitled AS (SELECT DISTINCT person_id FROM roles WHERE role = 'entitles'),
    covering AS (SELECT DISTINCT person_id FROM roles WHERE role = 'covers'),
    parts_entitled AS (SELECT DISTINCT part FROM roles JOIN drawn USING (node) WHERE role = 'entitles'),
    parts_covering AS (SELECT DISTINCT part FROM roles JOIN drawn USING (node) WHERE role = 'covers'),
    members AS (
        SELECT s.* REPLACE (
            s.qualifies OR pe.part IS NOT NULL OR (s.part IS NULL AND e.person_id IS NOT NULL) AS qualifies,
            s.covered OR pc.part IS NOT NULL OR (s.part IS NULL AND c.person_id IS NOT NULL) AS covered
        )
        FROM ({rows}) s
        LEFT JOIN entitled e USING (person_id) LEFT JOIN covering c USING (person_id)
        LEFT JOIN parts_entitled pe ON pe.part = s.part LEFT JOIN parts_covering pc ON pc.part = s.part
    ),
    changed AS (
        SELECT draw, unit_drawn AS unit, 1 AS sign, {unit} FROM members
        GROUP BY draw, unit_drawn HAVING bool_or(qualifies)
        UNION ALL
        SELECT draw, unit, -1, covered, {dimensions} FROM touched JOIN standing USING (unit)
    )
    SELECT draw, covered, {dimensions}, sum(sign)::INTEGER AS more FROM changed GROUP BY ALL HAVING more <> 0
"""

_COUNTED = """
    SELECT breakdown, group_code, sum(units)::BIGINT AS eligible, sum(units) FILTER (covered)::BIGINT AS covered
    FROM ({by}) GROUP BY ALL
    UNION ALL SELECT 'total', 'all', 0, 0 WHERE NOT EXISTS (FROM standing)
    ORDER BY breakdown, group_code
"""
_SHIFTED = """
    SELECT breakdown, group_code, draw, sum(more)::INTEGER AS eligible,
        coalesce(sum(more) FILTER (covered), 0)::INTEGER AS covered
    FROM ({by}) GROUP BY ALL ORDER BY breakdown, group_code, draw
"""


# What the counts of the persons as they stand are made by.
COUNTING = (_ROLES, _UNIT, _STANDING, *_PLACES.values())


@dataclass(frozen=True)
class Counted:
    """Counts of one measure. `groups`: breakdown, group_code, eligible, covered. `shifts`: breakdown, group_code, draw,
    eligible, covered: how many more there are in a draw. `alone`: share of the covered units that one pair of
    records alone covers, so that they would be uncovered had it been missed."""

    groups: pl.DataFrame
    shifts: pl.DataFrame
    alone: float


def count(
    con: duckdb.DuckDBPyConnection,
    query: str,
    unit: str,
    breakdowns: tuple[str, ...],
    look: Callable[[], object] = lambda: None,
) -> Counted:
    """Count a measure in the persons as they stand and in every draw.

    `look` is called while the temporary tables roles (one row a record and its role, with unit and person_id) and
    standing (one row an eligible unit: covered, and its groups) are there.

    Reads persons.*, the temporary tables nodes, drawn and bands, and what the query reads. Writes and drops temporary
    tables of its own. Raises `duckdb.Error` when the query fails.
    """
    places = {name: f"coalesce(q.{name}, 'unknown')" for name in DIMENSIONS} | _PLACES
    dimensions = ", ".join(f"{place} AS {name}" for name, place in places.items())
    named = ", ".join(DIMENSIONS)
    steps = {
        "roles": _ROLES.format(template=_TEMPLATE, query=query, dimensions=dimensions),
        "standing": _STANDING,
        "touched": _TOUCHED,
        "moved": _MOVED.format(rows=_ROWS[unit], unit=_UNIT, dimensions=named),
        "united": f"SELECT covered, {named}, count(*) AS units FROM standing GROUP BY ALL",
    }
    for name, step in steps.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {step}")
    groups = con.execute(_COUNTED.format(by=by_breakdown(breakdowns, "united", "covered, units"))).pl().fill_null(0)
    shifts = con.execute(_SHIFTED.format(by=by_breakdown(breakdowns, "moved", "covered, draw, more"))).pl()
    alone = con.execute(_ALONE).fetchone()
    look()
    for name in steps:
        con.execute(f"DROP TABLE temp.{name}")
    return Counted(groups, shifts, float(alone[0]) if alone else 0.0)


_ALONE = """
    WITH covering AS (
        SELECT DISTINCT person_id FROM (FROM roles WHERE role = 'covers')
        ANTI JOIN (FROM roles WHERE role = 'stands') USING (register, record_id)
    ),
    units AS (
        SELECT unit, NOT bool_or(r.covered) AND count(DISTINCT p.person_id) = 1 AND max(p.records) = 2 AS is_alone
        FROM roles r JOIN standing USING (unit)
        LEFT JOIN (SELECT * FROM persons.persons SEMI JOIN covering USING (person_id)) p USING (person_id)
        WHERE role = 'stands' AND standing.covered GROUP BY unit
    )
    SELECT coalesce(avg(is_alone::INTEGER), 0) FROM units
"""


def by_breakdown(breakdowns: tuple[str, ...], table: str, columns: str) -> str:
    """The rows of a table once for each breakdown and for the total, with the code of their group."""
    codes = {"total": "'all'"} | {name: f" || '{CROSS}' || ".join(name.split(CROSS)) for name in breakdowns}
    return " UNION ALL ".join(
        f"SELECT '{name}' AS breakdown, {code} AS group_code, {columns} FROM {table}" for name, code in codes.items()
    )
