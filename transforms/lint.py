"""What is wrong with a rule, or unwise, told before any night asks it. Needs the tables, not their rows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from transforms import answers, facts, tables
from transforms.findings import FOUND, Rule
from transforms.headers import NEEDABLE

LOCAL = re.compile(r"[\u1780-\u17ff]")
LATIN = re.compile(r"[A-Za-z]{2}")
READS = re.compile(r"\bclean\.(\w+)")
DIVISIONS = {"/", "//", "%", "divide", "mod", "fmod"}
COUNTS = {"count", "count_star", "count_if"}
KEEP_SIGN = {"+", "*", "sum", "min", "max", "any_value", "greatest"}
# What differs from one night to the next though the registers are the same.
UNSTEADY = {
    "random", "uuid", "gen_random_uuid", "now", "today", "get_current_timestamp", "current_date", "current_timestamp",
    "current_time", "localtimestamp", "transaction_timestamp", "setseed",
}  # fmt: skip
DATED = "SELECT name, bool_or(valid_on(valid_from, valid_to, as_of())) FROM reference.policy GROUP BY ALL"
TABLE_FUNCTIONS = {"unnest", "range", "generate_series"}


@dataclass(frozen=True)
class Flaw:
    """One thing to mend in a rule; one that does not `stop` it may be as it is meant to be."""

    told: str
    stops: bool = True


def make_empty(con: duckdb.DuckDBPyConnection) -> None:
    """Every table that a rule may read, without a row: the layers clean, linkage, persons and reference, and found."""
    for layer in tables.LAYERS:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {layer}")
    tables.create(con, *tables.CLEAN, *tables.LINKAGE, *tables.PERSON_LAYER, *tables.REFERENCE)
    con.execute(f"CREATE OR REPLACE TEMP TABLE found ({FOUND})")


def flaws(con: duckdb.DuckDBPyConnection, rule: Rule) -> list[Flaw]:
    """What is wrong with a rule, and what is unwise. Reads reference.policy and the facts of `facts.prepare`."""
    wrong = answers.misfit(con, rule, list(rule.evidence)) or _failing(con, rule)
    found = [Flaw(wrong)] if wrong else []
    return [*found, *_policies(con, rule), *_languages(rule), *_parts(con, rule), *_reads(rule)]


def _failing(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    try:
        con.execute(rule.sql).fetchall()
    except answers.FAILURES as error:
        return answers.failed(error)
    return ""


def _policies(con: duckdb.DuckDBPyConnection, rule: Rule) -> Iterator[Flaw]:
    dated = dict(con.execute(DATED).fetchall())
    for name in sorted(facts.policies(rule.sql)):
        if name not in dated:
            yield Flaw(f"There is no policy value {name}: add it to policy.yaml, with its unit and source.")
        elif not dated[name]:
            yield Flaw(f"The policy value {name} is not valid on the as-of date: add one that is to policy.yaml.")


def _languages(rule: Rule) -> Iterator[Flaw]:
    if not LATIN.search(rule.statement_en):
        yield Flaw("statement_en is not in English.")
    if not LOCAL.search(rule.statement_km):
        yield Flaw("statement_km is not in Khmer.")


def _reads(rule: Rule) -> Iterator[Flaw]:
    if not re.search(r"'subject'", rule.sql):
        yield Flaw("No record has the role 'subject': give the subject's own records that role.")
    needed = {need.partition(":")[0] for need in rule.needs}
    for table in sorted(set(READS.findall(rule.sql)) & NEEDABLE.keys() - needed):
        yield Flaw(f"It reads clean.{table}, and 'needs' does not name {table}: without it, it finds nothing.", False)


def _parts(con: duckdb.DuckDBPyConnection, rule: Rule) -> Iterator[Flaw]:
    """What the parts of the query give away: files it reads, clocks, and what it divides by."""
    row = con.execute("SELECT json_serialize_sql($sql)", {"sql": rule.sql}).fetchone()
    for part in _every(json.loads(row[0]) if row else {}):
        name = _name(part)
        if part.get("type") == "TABLE_FUNCTION" and (read := part["function"]["function_name"]) not in TABLE_FUNCTIONS:
            yield Flaw(f"It reads by {read}(): a rule reads facts and tables, nothing else.")
        elif name in UNSTEADY:
            yield Flaw(f"It uses {name}, which differs from run to run: as_of() is the date to ask at.")
        elif name in DIVISIONS and not _safe(part["children"][-1]):
            divisor = _written(con, part["children"][-1])
            yield Flaw(f"It divides by {divisor}, which may be zero: put it in nullif(..., 0).", False)


def _name(part: dict[str, Any]) -> str:
    """Of a function, or of what stands like a column: current_date."""
    named = part["column_names"][-1] if part.get("class") == "COLUMN_REF" else part.get("function_name", "")
    return str(named).lower()


def _safe(divisor: dict[str, Any]) -> bool:
    """A number that is not 0, or NULL in its place; of a sum or of the greatest, one that is above 0."""
    divisor = _uncast(divisor)
    if divisor.get("class") == "CONSTANT":
        return bool(divisor["value"].get("value"))
    if divisor.get("function_name") == "+":
        return any(map(_safe, divisor["children"])) and all(map(_never_below_zero, divisor["children"]))
    if divisor.get("function_name") == "greatest":
        return any(_safe(part) and _never_below_zero(part) for part in divisor["children"])
    return divisor.get("function_name") == "nullif"


def _never_below_zero(part: dict[str, Any]) -> bool:
    """A number that is not negative, and what is counted, also where it is added up or multiplied."""
    part = _uncast(part)
    if part.get("class") == "CONSTANT":
        value = part["value"].get("value")
        return isinstance(value, int | float) and value >= 0
    name = part.get("function_name")
    return name in COUNTS or (name in KEEP_SIGN and all(map(_never_below_zero, part["children"])))


def _uncast(part: dict[str, Any]) -> dict[str, Any]:
    while part.get("class") == "CAST":
        part = part["child"]
    return part


def _written(con: duckdb.DuckDBPyConnection, part: dict[str, Any]) -> str:
    """A part of a query in SQL again."""
    ((one,),) = con.execute("SELECT json_serialize_sql('SELECT 1')").fetchall()
    query = json.loads(one)
    query["statements"][0]["node"]["select_list"] = [part]
    ((text,),) = con.execute("SELECT json_deserialize_sql($query::JSON)", {"query": json.dumps(query)}).fetchall()
    return str(text).removeprefix("SELECT ")


def _every(part: object) -> Iterator[dict[str, Any]]:
    """Every part of a serialised query, the outer ones first."""
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _every(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _every(inner)
