"""A measure counted in the persons as they stand, and again in every draw of the links.

The query of a measure gives one row a record and its role (see `transforms.coverage`). It is asked twice: of the
persons as they stand, and of the parts that draws make of them, so that who is eligible by age or sex follows the
records that a draw leaves together (see `transforms.retold`). Each part is counted once, however many draws have it. Of
a draw, the units that it touches as they stand are taken away, and those of its parts are added.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb
import polars as pl

from transforms import tables
from transforms.retold import retold

DIMENSIONS = ("area_1", "area_2", "area_3", "setting", "sex", "age_band", "disability", "poverty_level")
CROSS = "*"

# What a query may leave out, with the types that it must otherwise have.
_TEMPLATE = """SELECT NULL::VARCHAR AS role, NULL::VARCHAR AS register, NULL::VARCHAR AS record_id,
    NULL::VARCHAR AS person_id, NULL::VARCHAR AS unit_id, NULL::BOOLEAN AS qualifies, NULL::BOOLEAN AS covered,
    NULL::VARCHAR AS area_1, NULL::VARCHAR AS area_2, NULL::VARCHAR AS area_3, NULL::VARCHAR AS sex,
    NULL::BIGINT AS age, NULL::BOOLEAN AS disability, NULL::VARCHAR AS poverty_level WHERE FALSE"""

_ROLES = """
    SELECT q.role, q.register, q.record_id, coalesce(q.unit_id, r.person_id) AS unit,
        coalesce(q.qualifies, TRUE) AS qualifies, coalesce(q.covered, FALSE) AS covered,
        r.person_id, r.node, {dimensions}
    FROM ({template} UNION ALL BY NAME ({query})) q
    JOIN placed_records r USING (register, record_id)
"""
# The areas of a place, where each lies in the one above; and its setting, by its finest area: an area has that of the
# area above it where that has one.
AREA_2 = "CASE WHEN starts_with({0}area_2, {0}area_1) THEN {0}area_2 END"
AREA_3 = "CASE WHEN starts_with({0}area_2, {0}area_1) AND starts_with({0}area_3, {0}area_2) THEN {0}area_3 END"
SETTING = f"""(SELECT a.setting FROM {tables.AREA_NAMES.full_name} a
    WHERE a.code = coalesce({AREA_3}, {AREA_2}, {{0}}area_1))"""
_PLACES = {
    "age_band": "coalesce((SELECT max(first) FROM bands WHERE first <= q.age)::VARCHAR, 'unknown')",
    **{
        name: f"coalesce({place.format('q.')}, 'unknown')"
        for name, place in (("area_2", AREA_2), ("area_3", AREA_3), ("setting", SETTING))
    },
    "disability": "CASE q.disability WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'unknown' END",
}

AREAS = ("area_1", "area_2", "area_3", "setting")
# The areas of a unit are of one record, so that each lies in the next, and its setting is theirs.
_UNIT = ", ".join(
    (
        "bool_or(covered) AS covered",
        *(f"min([{', '.join(AREAS)}])[{place}] AS {name}" for place, name in enumerate(AREAS, 1)),
        *(f"min({name}) AS {name}" for name in DIMENSIONS if name not in AREAS),
    )
)

# One row a record that stands for somebody, with what other records of its person say.
_MEMBERS = """
    WITH entitled AS (SELECT DISTINCT person_id FROM roles WHERE role = 'entitles'),
    covering AS (SELECT DISTINCT person_id FROM roles WHERE role = 'covers')
    SELECT s.* REPLACE (
        s.qualifies OR e.person_id IS NOT NULL AS qualifies,
        s.covered OR c.person_id IS NOT NULL AS covered
    )
    FROM roles s LEFT JOIN entitled e USING (person_id) LEFT JOIN covering c USING (person_id)
    WHERE role = 'stands'
"""

# One row an eligible unit, in the persons as they stand.
_STANDING = f"SELECT unit, {_UNIT} FROM members GROUP BY unit HAVING bool_or(qualifies)"

# One row a part and a record that stands for somebody in it, with what other records of the part say.
_PART_MEMBERS = """
    WITH entitled AS (SELECT DISTINCT part FROM roles JOIN parts USING (node) WHERE role = 'entitles'),
    covering AS (SELECT DISTINCT part FROM roles JOIN parts USING (node) WHERE role = 'covers')
    SELECT p.part, q.unit_id AS unit, coalesce(q.qualifies, TRUE) OR e.part IS NOT NULL AS qualifies,
        coalesce(q.covered, FALSE) OR c.part IS NOT NULL AS covered, {dimensions}
    FROM ({template} UNION ALL BY NAME ({query})) q
    JOIN placed_records r USING (register, record_id)
    JOIN parts p ON p.node = r.node AND coalesce(q.person_id = p.part::VARCHAR, TRUE)
    LEFT JOIN entitled e ON e.part = p.part LEFT JOIN covering c ON c.part = p.part
    WHERE q.role = 'stands'
"""

# One row an eligible unit of a draw (sign 1), and one a unit that the draw touches, as it stands (-1).
_CHANGED = {
    "person": f"""
        SELECT draw, 1 AS sign, u.* EXCLUDE (part)
        FROM (SELECT part, {_UNIT} FROM part_members GROUP BY part HAVING bool_or(qualifies)) u
        JOIN drawn USING (part)
        UNION ALL BY NAME
        SELECT draw, -1 AS sign, s.* EXCLUDE (unit) FROM disturbed d JOIN standing s ON s.unit = d.person_id
    """,
    "household": f"""
        SELECT draw, 1 AS sign, u.* EXCLUDE (draw, unit) FROM (
            SELECT draw, unit, {_UNIT} FROM (
                SELECT t.draw, m.* EXCLUDE (person_id)
                FROM touched t JOIN members m USING (unit) ANTI JOIN disturbed d
                ON d.draw = t.draw AND d.person_id = m.person_id
                UNION ALL BY NAME
                SELECT d.draw, m.* EXCLUDE (part) FROM drawn d JOIN part_members m USING (part)
            ) GROUP BY draw, unit HAVING bool_or(qualifies)
        ) u
        UNION ALL BY NAME
        SELECT draw, -1 AS sign, s.* EXCLUDE (unit) FROM touched JOIN standing s USING (unit)
    """,
}

# One row a draw and a household that it touches.
_TOUCHED = """
    SELECT draw, unit FROM disturbed JOIN members USING (person_id)
    UNION SELECT draw, unit FROM drawn JOIN part_members USING (part)
"""

# One row a draw and a combination of groups: how many eligible and covered more than in the persons as they stand.
_MOVED = "SELECT draw, covered, {named}, sum(sign)::INTEGER AS more FROM ({changed}) GROUP BY ALL HAVING more <> 0"

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
COUNTING = (_ROLES, _UNIT, _MEMBERS, _STANDING, *_PLACES.values())


@dataclass(frozen=True)
class Hidden:
    """What pairs that nobody kept hide of a measure: for each covered unit, how many look uncovered; for each eligible
    one, how many covered and uncovered ones do not look eligible."""

    uncovered: float = 0.0
    more_covered: float = 0.0
    more_uncovered: float = 0.0


@dataclass(frozen=True)
class Counted:
    """Counts of one measure. `groups`: breakdown, group_code, eligible, covered. `shifts`: breakdown, group_code, draw,
    eligible, covered: how many more there are in a draw."""

    groups: pl.DataFrame
    shifts: pl.DataFrame
    hidden: Hidden = Hidden()


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

    Reads persons.*, reference.areas, the temporary tables placed_records, parts, drawn, disturbed, hidden_pairs
    and bands, and what the query reads, of persons and of parts. Writes and drops temporary tables of its own.
    Raises `duckdb.Error` when the query fails.
    """
    places = {name: f"coalesce(q.{name}, 'unknown')" for name in DIMENSIONS} | _PLACES
    dimensions = ", ".join(f"{place} AS {name}" for name, place in places.items())
    named = ", ".join(DIMENSIONS)
    steps = {
        "roles": _ROLES.format(template=_TEMPLATE, query=query, dimensions=dimensions),
        "members": _MEMBERS,
        "standing": _STANDING,
        "part_members": _PART_MEMBERS.format(template=_TEMPLATE, query=retold(query), dimensions=dimensions),
        **({"touched": _TOUCHED} if unit == "household" else {}),
        "moved": _MOVED.format(named=named, changed=_CHANGED[unit]),
        "united": f"SELECT covered, {named}, count(*) AS units FROM standing GROUP BY ALL",
    }
    for name, step in steps.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {step}")
    groups = con.execute(_COUNTED.format(by=by_breakdown(breakdowns, "united", "covered, units"))).pl().fill_null(0)
    shifts = con.execute(_SHIFTED.format(by=by_breakdown(breakdowns, "moved", "covered, draw, more"))).pl()
    hidden = con.execute(_HIDDEN).fetchone()
    look()
    for name in steps:
        con.execute(f"DROP TABLE temp.{name}")
    return Counted(groups, shifts, Hidden(*hidden) if hidden else Hidden())


# Who would be uncovered without one covering record, of the covered; and who would not be eligible without one that
# entitles, of the eligible, those covered and those not. Each stands for as many as are adrift between its register and
# that which stands; or, where its person has no third record, for as many pairs as nobody kept, if these are more.
_HIDDEN = """
    WITH beside AS (
        SELECT person_id, role, min(register) AS register, count(DISTINCT (register, record_id)) AS records
        FROM (FROM roles WHERE role <> 'stands')
        ANTI JOIN (FROM roles WHERE role = 'stands') USING (register, record_id)
        GROUP BY person_id, role
    ),
    standing_persons AS (
        SELECT unit, person_id, bool_or(qualifies) AS qualifies, bool_or(covered) AS covered, min(register) AS register
        FROM roles WHERE role = 'stands' GROUP BY unit, person_id
    ),
    lost AS (
        SELECT s.unit, s.person_id, b.role, b.records,
            CASE WHEN p.records = 2 THEN greatest(h.hidden_odds, h.adrift_odds) ELSE h.adrift_odds END AS odds
        FROM standing_persons s JOIN beside b USING (person_id) JOIN persons.persons p USING (person_id)
        LEFT JOIN hidden_pairs h
            ON h.register_l = least(s.register, b.register) AND h.register_r = greatest(s.register, b.register)
    ),
    by_role AS (
        SELECT unit, coalesce(sum(records) FILTER (role = 'covers') = 1, FALSE) AS covers,
            coalesce(sum(records) FILTER (role = 'entitles') = 1, FALSE) AS entitles,
            max(odds) FILTER (role = 'covers') AS covering_odds, max(odds) FILTER (role = 'entitles') AS entitling_odds
        FROM lost GROUP BY unit
    ),
    units AS (
        SELECT s.covered, coalesce(covering_odds, 0)::DECIMAL(18, 9) AS covering_odds,
            coalesce(entitling_odds, 0)::DECIMAL(18, 9) AS entitling_odds,
            bool_or(p.qualifies) AND NOT bool_or(p.covered) AND bool_or(covers) AS covers,
            NOT bool_or(p.qualifies) AND bool_or(entitles) AS entitles
        FROM standing_persons p JOIN standing s USING (unit) JOIN by_role USING (unit)
        GROUP BY unit, s.covered, covering_odds, entitling_odds
    ),
    sizes AS (SELECT count(*) AS eligible, count(*) FILTER (covered) AS covered FROM standing)
    SELECT coalesce(sum(covering_odds) FILTER (u.covered AND covers) / nullif(any_value(s.covered), 0), 0)::DOUBLE,
        coalesce(sum(entitling_odds) FILTER (u.covered AND entitles) / nullif(any_value(s.eligible), 0), 0)::DOUBLE,
        coalesce(sum(entitling_odds) FILTER (NOT u.covered AND entitles) / nullif(any_value(s.eligible), 0), 0)::DOUBLE
    FROM sizes s LEFT JOIN units u ON TRUE
"""


def known_breakdowns(con: duckdb.DuckDBPyConnection, breakdowns: Iterable[str]) -> tuple[str, ...]:
    """The breakdowns that can be counted: those by setting only where reference.areas tells it of any area."""
    names = tuple(breakdowns)
    if tables.number(con, f"SELECT count(setting) FROM {tables.AREA_NAMES.full_name}"):
        return names
    return tuple(name for name in names if "setting" not in name.split(CROSS))


def by_breakdown(breakdowns: tuple[str, ...], table: str, columns: str) -> str:
    """The rows of a table once for each breakdown and for the total, with the code of their group."""
    codes = {"total": "'all'"} | {name: f" || '{CROSS}' || ".join(name.split(CROSS)) for name in breakdowns}
    return " UNION ALL ".join(
        f"SELECT '{name}' AS breakdown, {code} AS group_code, {columns} FROM {table}" for name, code in codes.items()
    )
