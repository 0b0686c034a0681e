"""May the answers of a rule be used? What is wrong with its query or its answers, in one sentence without a value."""

import duckdb
from duckdb.sqltypes import DuckDBPyType

from transforms import facts, sureness
from transforms.headers import Query

# What a query can be to blame for. A disk that is full, or Ctrl-C, is no fault of a rule and ends the stage.
FAILURES = (duckdb.DataError, duckdb.ProgrammingError, duckdb.NotSupportedError, duckdb.OutOfMemoryException)
UNREADABLE = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
RECORD = ["register", "record_id", "role"]
WHY: dict[type[duckdb.Error], str] = {
    duckdb.ConversionException: "a value does not have the type it is cast to; TRY_CAST gives NULL for such a value",
    duckdb.OutOfRangeException: "a number is too large for its type, or a function is not defined for it",
    duckdb.InvalidInputException: "a function was given what it cannot take, or a subquery gave several rows",
    duckdb.OutOfMemoryException: "it needs more memory than the night may use",
}

# Numbers that are none stand in JSON outside of quotes.
ENDLESS = r"""regexp_matches(regexp_replace(evidence, '"(\\.|[^"\\])*"', '', 'g'), 'Infinity|NaN')"""
FAULTS = f"""
    SELECT count(*) - count(DISTINCT finding_id) > 0
        OR count(*) FILTER (NOT coalesce(len(list_filter(records, lambda r: r.role = 'subject')) > 0, FALSE)) > 0
        OR count(*) FILTER (
            (person_id IS NULL) = (household_id IS NULL) OR (household_id IS NULL) <> (household_register IS NULL)
        ) > 0,
        count(*) FILTER ({ENDLESS}) > 0
    FROM found WHERE rule = $rule
"""
ABOUT_NOBODY = """
    SELECT DISTINCT rule FROM found ANTI JOIN persons.persons USING (person_id) WHERE person_id IS NOT NULL
    UNION
    SELECT DISTINCT f.rule FROM found f
    ANTI JOIN clean.households h ON h.register = f.household_register AND h.household_id = f.household_id
    WHERE f.household_id IS NOT NULL
"""
ON_NOTHING = f"""
    SELECT DISTINCT f.rule FROM found f JOIN found_records r USING (finding_id)
    ANTI JOIN ({sureness.REFERENCES}) t USING (register, record_id)
"""


def misfit(con: duckdb.DuckDBPyConnection, query: Query, evidence: list[str]) -> str:
    """What is wrong with the query before it runs; `evidence`: the fields that the header explains."""
    try:
        kinds = [statement.type for statement in con.extract_statements(query.sql)]
        if kinds != [duckdb.StatementType.SELECT]:
            return "It must be one SELECT and nothing else."
        answer = con.sql(query.sql)
    except FAILURES as error:
        return unreadable(error)
    types = dict(zip(answer.columns, answer.types, strict=True))
    if not types.keys() & {"person_id", "household_id"} or not {"evidence", "records"} <= types.keys():
        return "Its query must give person_id or household_id, evidence and records."
    if _fields(types["evidence"]) != evidence:
        return f"The evidence of its query must have the fields its header explains: {', '.join(evidence)}."
    if types["records"].id != "list" or _fields(types["records"].child) != RECORD:
        return "The records of its query must be a list of record(register, record_id, role)."
    return ""


def _fields(shown: object) -> list[str]:
    return [name for name, _ in shown.children] if isinstance(shown, DuckDBPyType) and shown.id == "struct" else []


def unreadable(error: duckdb.Error) -> str:
    """Why a query does not bind. Only these messages speak of the query alone; all others may hold a value."""
    if not isinstance(error, UNREADABLE):
        return failed(error)
    kind, _, told = str(error).splitlines()[0].partition(": ")
    return f"Its query cannot be read: {(told or kind).rstrip('.')}."


def failed(error: duckdb.Error) -> str:
    """Why a query failed while it ran: the kind of failure, as the message itself may hold the value it failed on."""
    return f"Its query failed while it ran: {WHY.get(type(error), type(error).__name__)}."


def unmade(con: duckdb.DuckDBPyConnection, query: Query) -> str:
    """Which facts that the query reads could not be made."""
    there = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}
    absent = [fact for fact in facts.read_by(query.sql) if fact not in there]
    told = f"{', '.join(absent)}: a policy value may not be what it should, such as a word for a number"
    return f"It reads what could not be made from the registers in use: {told}." if absent else ""


def unusable(con: duckdb.DuckDBPyConnection, rule: str) -> str:
    """What is wrong with the answers of a rule in the temporary table found."""
    amiss, endless = con.execute(FAULTS, {"rule": rule}).fetchone() or (False, False)
    if amiss:
        return "Its query must give one row a subject, with that subject and with a record in the role 'subject'."
    return "Its evidence holds a number divided by zero: divide by nullif(number, 0)." if endless else ""


def groundless(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By rule, what is wrong with the answers of all rules. Reads the temporary tables found and found_records."""
    nobody = "It names a person or household that is in no register in use."
    nothing = "It rests on a record that is in no register in use."
    notes = dict.fromkeys(_named(con, ON_NOTHING), nothing)
    return notes | dict.fromkeys(_named(con, ABOUT_NOBODY), nobody)


def _named(con: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return sorted(rule for (rule,) in con.execute(query).fetchall())


def take_back(con: duckdb.DuckDBPyConnection, rule: str) -> None:
    """Forget what a rule answered. Writes the temporary table found."""
    con.execute("DELETE FROM found WHERE rule = $rule", {"rule": rule})
