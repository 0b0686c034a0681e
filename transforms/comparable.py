"""clean.people as linking needs it: numbered records with one column for all that a pair is compared on.

`rec` is the record's place in the order of (register, record_id), so that rec_l < rec_r is the order of the
keys, and pairs of integers can stand for pairs of keys until results are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from transforms.tables import Scope


@dataclass(frozen=True)
class IdentifierType:
    """A type of identifier found in clean.identifiers, and its column in `comparable`.

    `shared`: stands in two registers or more (or there is only one register), so that registers can be held
    against each other by it; numbers that one register gives to its own rows prove no difference.
    """

    name: str
    scope: Scope
    column: str
    shared: bool


def number_records(con: duckdb.DuckDBPyConnection) -> None:
    """Reads clean.people; writes the temporary table numbered (rec, register, record_id)."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT CAST(row_number() OVER (ORDER BY register, record_id) AS INTEGER) AS rec, register, record_id
        FROM clean.people ORDER BY rec"""
    )


def identifier_types(con: duckdb.DuckDBPyConnection) -> list[IdentifierType]:
    """The types of valid identifier in clean.identifiers, by scope and name."""
    rows = con.execute(
        """SELECT id_type, scope,
            count(DISTINCT register) >= least(2, (SELECT count(DISTINCT register) FROM clean.people)) AS shared
        FROM clean.identifiers WHERE is_valid GROUP BY id_type, scope ORDER BY scope, id_type"""
    ).fetchall()
    return [
        IdentifierType(name, Scope(scope), f"identifier_{number}", bool(shared))
        for number, (name, scope, shared) in enumerate(rows)
    ]


def prepare(
    con: duckdb.DuckDBPyConnection, only: str = "true", parameters: Sequence[object] = ()
) -> list[IdentifierType]:
    """Reads clean.people and clean.identifiers; writes the temporary tables numbered and comparable.

    `only`, SQL over register and record_id with its parameters, restricts comparable; how common a name is is
    measured over all records all the same. Returns the identifier types that have columns.
    """
    number_records(con)
    types = identifier_types(con)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE comparable AS
        WITH identifiers AS (
            SELECT register, record_id{_pivoted(types)} FROM clean.identifiers WHERE is_valid
            GROUP BY register, record_id
        ), keyed AS (SELECT *, {_name_keys("family")}, {_name_keys("given")} FROM clean.people),
        family_shares AS ({_shares("family")}), given_shares AS ({_shares("given")})
        SELECT n.rec, {", ".join(_COLUMNS)}, family_share, given_share
            {"".join(f", i.{t.column}" for t in types)}
        FROM numbered n JOIN keyed p USING (register, record_id)
        LEFT JOIN family_shares USING (family_key) LEFT JOIN given_shares USING (given_key)
        LEFT JOIN identifiers i USING (register, record_id)
        WHERE {only} ORDER BY n.rec""",
        list(parameters),
    )
    return types


_PARENTS = [
    f"nullif(lower(concat_ws(' ', p.{parent}_family_name{script}, p.{parent}_given_name{script})), '')"
    f" AS {parent}{script}"
    for parent in ("mother", "father")
    for script in ("", "_local")
]
_COLUMNS = [
    "register",
    *(f"p.{part}_{form}" for part in ("family", "given") for form in ("latin", "spelled", "key", "name_local")),
    *(f"p.{name}" for name in ("sex", "birth_date", "birth_year", "birth_precision", "phone", "household_id")),
    "p.birth_precision = 'day' AS birth_day_known",
    *(f"p.area_{level}" for level in (1, 2, 3, 4)),
    *(f"nullif(p.{name}, '') AS {name}" for name in ("address_line", "address_place", "address_postcode")),
    *_PARENTS,
]


def _name_keys(part: str) -> str:
    """The name as spelled in each script, and one key that both scripts share."""
    return f"""nullif({part}_signs, '') AS {part}_spelled, lower(nullif({part}_name, '')) AS {part}_latin,
        coalesce(nullif({part}_skeleton, ''), nullif({part}_fold, ''), lower(nullif({part}_name, ''))) AS {part}_key"""


def _shares(part: str) -> str:
    """How common a name is: its share of all records that have one."""
    return f"""SELECT {part}_key, count(*) / sum(count(*)) OVER () AS {part}_share FROM keyed
        WHERE {part}_key IS NOT NULL GROUP BY {part}_key"""


def _pivoted(types: list[IdentifierType]) -> str:
    return "".join(
        f", min(value) FILTER (id_type = {_quoted(t.name)} AND scope = '{t.scope}') AS {t.column}" for t in types
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
