"""The facts of persons as they are in the draws of the links.

A draw makes other persons of the same records, and so other facts: who lost the record that gave the date of birth, or
gained a better one, may be of another age; who gained a death record is dead. `prepare` makes the facts that measures
read once more, with the parts of `transforms.uncertainty` in the place of persons, by the very queries that make them
for persons: of `drawn_individuals` a row is a part. `retold` has a query read these.
"""

import re
from collections.abc import Iterable
from contextlib import suppress

import duckdb

from transforms import best, facts

_PREFIX = "drawn_"


def prepare(con: duckdb.DuckDBPyConnection, queries: Iterable[str]) -> None:
    """Make the facts that the queries read, of parts.

    Reads clean.*, persons.records, the facts and the temporary tables nodes and parts. Writes the temporary tables
    drawn_records and drawn_persons (the columns of persons.records and persons.persons; a person_id is the number of a
    part) and drawn_ with the name of each fact.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE drawn_records AS {_RECORDS}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE drawn_persons AS {retold(best.PERSONS_QUERY)}")
    wanted = {name for query in queries for name in facts.read_by(query)}
    for fact in facts.FACTS:
        if fact.name in wanted & set(_OF_PERSONS):
            with suppress(duckdb.DataError, duckdb.ProgrammingError):  # as in facts: whoever needs it is not asked
                con.execute(f"CREATE OR REPLACE TEMP TABLE {_PREFIX}{fact.name} AS {retold(fact.sql)}")


def retold(sql: str) -> str:
    """The query, of parts instead of persons."""
    return _OURS.sub(rf"{_PREFIX}\1", re.sub(r"\bpersons\.(records|persons)\b", rf"{_PREFIX}\1", sql))


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `prepare` made."""
    for name in ("records", "persons", *_OF_PERSONS):
        con.execute(f"DROP TABLE IF EXISTS temp.{_PREFIX}{name}")


_RECORDS = """
    SELECT r.* REPLACE (p.part::VARCHAR AS person_id)
    FROM parts p JOIN nodes n USING (node) JOIN persons.records r USING (identifier_group)
"""


def _of_persons() -> list[str]:
    """Names of the facts that change with who is one person: those that read persons, or a fact that does."""
    found: list[str] = []
    for fact in facts.FACTS:
        if re.search(r"\bpersons\.", fact.sql) or any(re.search(rf"\b{name}\b", fact.sql) for name in found):
            found.append(fact.name)
    return found


_OF_PERSONS = _of_persons()
_OURS = re.compile(rf"\b({'|'.join(_OF_PERSONS)})\b")
