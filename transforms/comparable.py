"""clean.people as linking needs it: numbered records with one narrow column for all that a pair is compared on.

`rec` is the record's place in the order of (register, record_id), so that rec_l < rec_r is the order of the
keys, and pairs of integers can stand for pairs of keys until results are written. What is only ever asked whether it
is equal stands as a hash of 64 bits: two of a hundred million different values meet by chance once in 3,700 times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from transforms.tables import Scope

Key = tuple[str, str]  # register, record_id
CROWD = 30  # records that share names and birth: more than one person has
MOST_CROWDED = 39


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


def number_records(con: duckdb.DuckDBPyConnection, only: Sequence[Key] = ()) -> None:
    """Reads clean.people; writes the temporary table numbered (rec, register, record_id, row_id: its row there).

    It holds the records of `only`, where some are given.
    """
    among = "WHERE " + " OR ".join(["(register = ? AND record_id = ?)"] * len(only)) if only else ""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT CAST(row_number() OVER (ORDER BY register, record_id) AS INTEGER) AS rec, register, record_id,
            rowid AS row_id
        FROM clean.people {among} ORDER BY rec""",
        [part for key in only for part in key],
    )


def populations(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The registers that clean.people holds records of, each stratum by itself, in the order of `population_no`."""
    return [
        str(name) for (name,) in con.execute(f"SELECT name FROM ({_POPULATIONS}) ORDER BY population_no").fetchall()
    ]


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


def prepare(con: duckdb.DuckDBPyConnection, wanted: str = "", only: Sequence[Key] = ()) -> list[IdentifierType]:
    """Reads clean.people and clean.identifiers; writes the temporary tables numbered and comparable.

    `wanted`, the name of a table with a column rec, restricts comparable to its records, which are numbered already;
    how common a name is is counted over all people all the same. `only`, keys of records, restricts both tables to
    them. Returns the identifier types that have columns.
    """
    if not wanted:
        number_records(con, only)
    restricted = bool(wanted or only)
    same_names = "SEMI JOIN keyed USING (family_key, given_key)" if restricted else ""
    types = identifier_types(con)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE comparable AS
        WITH chosen AS (SELECT * FROM numbered {f"SEMI JOIN {wanted} USING (rec)" if wanted else ""}),
        read AS NOT MATERIALIZED ({_READ}),
        named AS {"NOT" if only else ""} MATERIALIZED (SELECT {", ".join(_COUNTED)} FROM read),
        keyed AS (FROM named SEMI JOIN chosen USING (row_id)),
        populations AS ({_POPULATIONS}), identifiers AS ({_identifiers_query(types)}),
        family_shares AS ({_rarities("family", restricted)}), given_shares AS ({_rarities("given", restricted)}),
        days AS ({_CROWDED_DAYS}), crowds AS ({_CROWDS.format(among=same_names)})
        SELECT n.rec, {", ".join(_COLUMNS)}, family_rarity, given_rarity,
            day IS NOT NULL AS birth_day_crowded, crowd, crowd_bits
            {"".join(f", i.{t.column}" for t in types)}
        FROM read p JOIN chosen n USING (row_id)
        JOIN populations g ON g.register = n.register AND g.stratum = coalesce(p.stratum, '')
        LEFT JOIN family_shares USING (family_key) LEFT JOIN given_shares USING (given_key)
        LEFT JOIN days ON day = {_DAY} LEFT JOIN crowds c ON c.family_key = p.family_key
            AND c.given_key = p.given_key AND c.birth_year = p.birth_year AND c.birth_day IS NOT DISTINCT FROM {_DAY}
        LEFT JOIN identifiers i USING (rec)"""
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
_DAY = "CASE WHEN birth_precision = 'day' THEN birth_date END"
# Dates that far more records show than are born on a day: clerks' defaults.
_CROWDED_DAYS = f"""SELECT {_DAY} AS day FROM named WHERE birth_precision = 'day' GROUP BY day
    HAVING count(*) >= {CROWD} AND count(*) > (SELECT count(*) FROM named) / 1000"""
# Names and births that far more records show together than chance would have, by how many bits their pairs are more.
_CROWDS = f"""
    WITH heaps AS (
        SELECT family_key, given_key, birth_year, {_DAY} AS birth_day, count(*) AS records
        FROM named {{among}} WHERE family_key IS NOT NULL AND given_key IS NOT NULL AND birth_year IS NOT NULL
        GROUP BY ALL
        HAVING records >= {CROWD}
    ), families AS (SELECT family_key, count(*) AS n FROM named SEMI JOIN heaps USING (family_key) GROUP BY family_key),
    givens AS (SELECT given_key, count(*) AS n FROM named SEMI JOIN heaps USING (given_key) GROUP BY given_key),
    births AS (
        SELECT birth_year, {_DAY} AS birth_day, count(*) AS n FROM named
        SEMI JOIN heaps USING (birth_year) GROUP BY ALL
    )
    SELECT h.*, hash(family_key, given_key, h.birth_year, h.birth_day) AS crowd, CAST(least(greatest(floor(2 * log2(
        h.records * pow((SELECT count(*) FROM named), 2) / f.n / g.n / b.n)), 0), {MOST_CROWDED}) AS TINYINT)
            AS crowd_bits
    FROM heaps h JOIN families f USING (family_key) JOIN givens g USING (given_key)
    JOIN births b ON b.birth_year = h.birth_year AND b.birth_day IS NOT DISTINCT FROM h.birth_day"""
_POPULATIONS = """
    SELECT register, stratum, concat(register, CASE WHEN stratum <> '' THEN ' (' || stratum || ')' END) AS name,
    CAST(dense_rank() OVER (ORDER BY register) AS INTEGER) AS register_no,
    CAST(row_number() OVER (ORDER BY register, stratum) AS INTEGER) AS population_no
    FROM (SELECT DISTINCT register, coalesce(stratum, '') AS stratum FROM clean.people)"""
# What of a record is counted among all people.
_COUNTED = ("row_id", "family_key", "given_key", "birth_date", "birth_year", "birth_precision", "sex", "area_2")
_COLUMNS = [
    "population_no",
    "register_no",
    *(f"p.{part}_{form}" for part in ("family", "given") for form in ("latin", "spelled", "key")),
    "lower(nullif(p.other_name, '')) AS other_latin",
    "CAST(list_position(['F', 'M'], p.sex) AS TINYINT) AS sex",
    "p.birth_year",
    f"{_DAY} AS birth_day",
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


def _rarities(part: str, restricted: bool) -> str:
    """How rare a name is, in whole bits: -log2 of its share of the people who have one.

    People, not records: rows that agree on the other name, year of birth, sex and place count once.
    """
    other = "given" if part == "family" else "family"
    among = f"SEMI JOIN keyed USING ({part}_key)" if restricted else ""
    return f"""SELECT {part}_key, {part}_rarity FROM (
        SELECT {part}_key, CAST(floor(log2(sum(people) OVER () / people)) AS TINYINT) AS {part}_rarity
        FROM (SELECT {part}_key, approx_count_distinct(hash({other}_key, birth_year, sex, area_2)) AS people
            FROM named WHERE {part}_key IS NOT NULL GROUP BY {part}_key)) {among}"""


def _identifiers_query(types: list[IdentifierType]) -> str:
    """One row a record with its smallest identifier of each type; a number that a crowd of a register shows is none."""
    pivoted = "".join(
        f", min(value) FILTER (id_type = {_quoted(t.name)} AND scope = '{t.scope}') AS {t.column}" for t in types
    )
    return f"""
        WITH sizes AS (SELECT register, count(*) AS records FROM clean.people GROUP BY register),
        nobodys AS (
            SELECT register, id_type, value FROM clean.identifiers JOIN sizes USING (register)
            WHERE is_valid AND scope = 'person' GROUP BY register, id_type, value
            HAVING count(*) > {CROWD} AND count(*) > max(records) / 100
        )
        SELECT rec{pivoted} FROM clean.identifiers JOIN chosen USING (register, record_id)
        ANTI JOIN nobodys USING (register, id_type, value) WHERE is_valid GROUP BY rec"""


# A date that a fifth of a register shows is the clerk's, not the people's: there the birth is unknown.
_READ = f"""
    WITH stuck AS (
        SELECT register, birth_date FROM clean.people WHERE birth_date IS NOT NULL GROUP BY register, birth_date
        HAVING count(*) > {CROWD} AND count(*) > (SELECT count(*) FROM clean.people p
            WHERE p.register = people.register) / 5
    )
    SELECT p.rowid AS row_id, p.* EXCLUDE (birth_date, birth_year, birth_precision),
        CASE WHEN s.register IS NULL THEN p.birth_date END AS birth_date,
        CASE WHEN s.register IS NULL THEN p.birth_year END AS birth_year,
        CASE WHEN s.register IS NULL THEN p.birth_precision END AS birth_precision,
        {_name_columns("family")}, {_name_columns("given")}
    FROM clean.people p LEFT JOIN stuck s ON s.register = p.register AND s.birth_date = p.birth_date"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
