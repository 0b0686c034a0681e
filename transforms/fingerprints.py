"""What a night was, in hashes: each row of the clean layer, and each rule with the policy values it reads.

The next night tells from them why a finding changed. Hashes only: no name or number of anybody stays behind. They are
DuckDB's own, which a new version of DuckDB may make differently; on the night after such a change every record looks
changed.
"""

import datetime as dt
import re
from collections.abc import Iterable
from hashlib import md5

import duckdb

from transforms import facts, sureness, tables
from transforms.headers import Query
from transforms.lasting import Nights
from transforms.tables import FINGERPRINTS, RULE_PRINTS, Table

# Where a row came from changes with every delivery, and says nothing of anybody.
NOT_CONTENT = ("snapshot_id", "row_no")
QUOTED = re.compile(r"'([^']{3,})'")


def take(con: duckdb.DuckDBPyConnection, nights: Nights) -> None:
    """Write the rows of this run in findings.fingerprints. Reads clean.* and persons.records."""
    con.execute(f"DELETE FROM {FINGERPRINTS.full_name} WHERE run_id = $run", {"run": nights.run})
    con.execute(
        """CREATE OR REPLACE TEMP TABLE owners AS
        SELECT hash(register, record_id) AS record, hash(person_id) AS person FROM persons.records"""
    )
    for table in tables.CLEAN:
        if table is not tables.QUARANTINE:
            con.execute(_insertion(table), {"run": nights.run})
    con.execute("DROP TABLE owners")


def _insertion(table: Table) -> str:
    key = "record_id" if "record_id" in table.column_names else table.key[1]
    of = "of_register, of_record_id" if "of_record_id" in table.column_names else f"register, {key}"
    return f"""
        INSERT INTO {FINGERPRINTS.full_name} BY NAME
        SELECT $run AS run_id, s.record, s.content, o.person, {table is tables.PEOPLE} AS is_person
        FROM (
            SELECT hash(register, {key}) AS record, {content(table)} AS content, hash({of}) AS about
            FROM {table.full_name}
        ) s LEFT JOIN owners o ON o.record = s.about
    """


def content(table: Table) -> str:
    """The hash of all that a row of a clean table says, in SQL."""
    names = ", ".join(f'"{name}"' for name in table.column_names if name not in NOT_CONTENT)
    return f"hash('{table.name}', {names})"


def take_rules(
    con: duckdb.DuckDBPyConnection, nights: Nights, as_of: dt.date, rules: tuple[Query, ...], notes: dict[str, str]
) -> None:
    """Write the rows of this run in findings.rule_prints. Reads reference.policy by the words of `facts`."""
    con.execute(f"DELETE FROM {RULE_PRINTS.full_name} WHERE run_id = $run", {"run": nights.run})
    policy = valid_policy(con)
    also = facts.policies(" ".join(sureness.QUERIES))
    rows = [
        [nights.run, as_of, r.id, not notes[r.id], reads_date(r.sql), print_of(r, *sureness.QUERIES),
         print_of_policy(r.sql, policy, also)]
        for r in rules
    ]  # fmt: skip
    if rows:
        con.executemany(f"INSERT INTO {RULE_PRINTS.full_name} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def valid_policy(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The policy values that are valid on the as-of date, by the words of `facts`."""
    valid = "SELECT name, value FROM reference.policy WHERE valid_on(valid_from, valid_to, as_of()) ORDER BY name"
    return dict(con.execute(valid).fetchall())


def _texts(sql: str) -> list[str]:
    """The query and the facts it reads."""
    made = {fact.name: fact.sql for fact in facts.FACTS}
    return [sql, *(made[name] for name in facts.read_by(sql))]


def reads_date(sql: str) -> bool:
    """Whether time alone can change the answers: the as-of date is asked for, by more than policy values."""
    return any("as_of()" in text for text in _texts(sql))


def print_of(query: Query, *more: str) -> str:
    """A hash of a rule or measure: its header, its query, the facts it reads, and `more` queries that use its rows."""
    header = query.model_dump_json(exclude={"file", "sql"})
    return _hash(header, *_texts(query.sql), *facts.MACROS, *more)


def print_of_policy(sql: str, policy: dict[str, str], also: Iterable[str] = ()) -> str:
    """A hash of the values that a query reads, and of those named `also`.

    A query names its values, or the first part of their names where it reads the table itself.
    """
    names = facts.policies(sql).union(also)
    if any("reference.policy" in text for text in _texts(sql)):
        parts = tuple(QUOTED.findall(sql))
        names |= {name for name in policy if name.startswith(parts)}
    return _hash(*(f"{name}={policy[name]}" for name in sorted(names) if name in policy))


def _hash(*texts: str) -> str:
    return md5("\0".join(texts).encode(), usedforsecurity=False).hexdigest()[:16]


def forget(con: duckdb.DuckDBPyConnection, nights: Nights) -> None:
    """Drop what runs before the last left in the tables kept from night to night."""
    keep = [run for run in (nights.run, nights.before, *nights.kept) if run is not None]
    for table in tables.KEPT_FINDINGS:
        con.execute(f"DELETE FROM {table.full_name} WHERE NOT list_contains($keep, run_id)", {"keep": keep})
