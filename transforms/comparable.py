"""clean.people as linking needs it: numbered records with one narrow column for all that a pair is compared on.

`rec` is the record's place in the order of (register, record_id), so that rec_l < rec_r is the order of the
keys, and pairs of integers can stand for pairs of keys until results are written. What is only ever asked whether it
is equal stands as a hash of 64 bits: two of a hundred million different values meet by chance once in 3,700 times.
"""

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


def registers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The registers that clean.people holds records of, by name; `register_no` counts them from 1."""
    return [str(name) for (name,) in con.execute("SELECT DISTINCT register FROM clean.people ORDER BY 1").fetchall()]


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


def prepare(con: duckdb.DuckDBPyConnection) -> list[IdentifierType]:
    """Reads clean.people and clean.identifiers; writes the temporary tables numbered and comparable.

    Returns the identifier types that have columns.
    """
    number_records(con)
    types = identifier_types(con)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE comparable AS
        WITH identifiers AS ({_identifiers_query(types)}),
        keyed AS (SELECT *, {_name_columns("family")}, {_name_columns("given")} FROM clean.people),
        registers AS (
            SELECT register, CAST(row_number() OVER (ORDER BY register) AS INTEGER) AS register_no
            FROM (SELECT DISTINCT register FROM clean.people)
        ), family_shares AS ({_rarities("family")}), given_shares AS ({_rarities("given")})
        SELECT n.rec, {", ".join(_COLUMNS)}, family_rarity, given_rarity
            {"".join(f", i.{t.column}" for t in types)}
        FROM numbered n JOIN keyed p USING (register, record_id) JOIN registers USING (register)
        LEFT JOIN family_shares USING (family_key) LEFT JOIN given_shares USING (given_key)
        LEFT JOIN identifiers i USING (register, record_id)"""
    )
    return types


def _parent(parent: str, script: str) -> str:
    name = f"concat_ws(' ', p.{parent}_family_name{script}, p.{parent}_given_name{script})"
    return f"nullif(lower({name}), '') AS {parent}{script}"


_PARENTS = [_parent(parent, script) for parent in ("mother", "father") for script in ("", "_local")]
_KNOWN_PARENTS = (
    "coalesce(p.mother_given_name, p.mother_given_name_local, p.mother_family_name, p.mother_family_name_local,"
    " p.father_given_name, p.father_given_name_local, p.father_family_name, p.father_family_name_local) IS NOT NULL"
)
_COLUMNS = [
    "register_no",
    *(f"p.{part}_{form}" for part in ("family", "given") for form in ("latin", "spelled", "key")),
    "lower(nullif(p.other_name, '')) AS other_latin",
    "p.sex",
    "p.birth_year",
    "CASE WHEN p.birth_precision = 'day' THEN p.birth_date END AS birth_day",
    "CASE WHEN p.birth_precision = 'day' THEN strftime(p.birth_date, '%Y%m%d') END AS birth_digits",
    "p.birth_precision = 'age' AS birth_is_age",
    *(f"CASE WHEN p.{n} IS NOT NULL THEN hash(p.{n}) END AS {n}" for n in ("phone", "household_id")),
    *(f"CASE WHEN p.area_{level} IS NOT NULL THEN hash(p.area_{level}) END AS area_{level}" for level in (1, 2, 3, 4)),
    *(f"nullif(p.{name}, '') AS {name}" for name in ("address_line", "address_place", "address_postcode")),
    "coalesce(nullif(address_line, ''), nullif(address_place, ''), nullif(address_postcode, '')) IS NOT NULL"
    " AS has_address",
    *_PARENTS,
    f"{_KNOWN_PARENTS} AS has_parents",
]


def _name_columns(part: str) -> str:
    """The name as spelled in each script, and one key that both scripts share."""
    return f"""nullif({part}_signs, '') AS {part}_spelled, lower(nullif({part}_name, '')) AS {part}_latin,
        coalesce(nullif({part}_skeleton, ''), nullif({part}_fold, ''), lower(nullif({part}_name, ''))) AS {part}_key"""


def _rarities(part: str) -> str:
    """How rare a name is, in whole bits: -log2 of its share of the people who have one.

    People, not records: rows that agree on the other name, year of birth, sex and place count once.
    """
    other = "given" if part == "family" else "family"
    return f"""SELECT {part}_key, CAST(round(-log2(people / sum(people) OVER ())) AS TINYINT) AS {part}_rarity FROM (
        SELECT {part}_key, approx_count_distinct(hash({other}_key, birth_year, sex, area_2)) AS people
        FROM keyed WHERE {part}_key IS NOT NULL GROUP BY {part}_key)"""


def _identifiers_query(types: list[IdentifierType]) -> str:
    """One row a record with its smallest identifier of each type."""
    pivoted = "".join(
        f", min(value) FILTER (id_type = {_quoted(t.name)} AND scope = '{t.scope}') AS {t.column}" for t in types
    )
    return f"SELECT register, record_id{pivoted} FROM clean.identifiers WHERE is_valid GROUP BY register, record_id"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
