"""Ask every rule of the linked registers, and say of each answer what it rests on and how sure it is.

A rule is one SQL file in `rules/` with a header (see `Rule`). Its query is written with the facts and words of
`transforms.facts` and gives one row a subject:

- `person_id`, or `household_register` and `household_id`: whom it is about;
- `evidence`: a STRUCT with exactly the fields that the header explains;
- `records`: a LIST of `record(register, record_id, role)`; the role of the subject's own records is 'subject';
- `absent_from`, where the finding is that somebody is not in a register: that register, else NULL.
"""

import datetime as dt
from typing import Annotated

import duckdb
from pydantic import StringConstraints

from transforms import facts, sureness, tables
from transforms.headers import Query, RuleError, Sentence, load
from transforms.tables import Kind, Severity

SUBJECT = ("person_id", "household_register", "household_id", "absent_from")
STATIC_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)

FOUND = """
    finding_id VARCHAR, rule VARCHAR, kind VARCHAR, severity VARCHAR, person_id VARCHAR, household_register VARCHAR,
    household_id VARCHAR, absent_from VARCHAR, evidence VARCHAR,
    records STRUCT(register VARCHAR, record_id VARCHAR, "role" VARCHAR)[]
"""


class Rule(Query):
    """One rule as its file states it.

    `evidence` explains each field of the evidence; `confirm` says what must be confirmed before anyone acts;
    `source` names the law, policy or practice it rests on.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[EIDN][0-9]{2}$")]
    kind: Kind
    severity: Severity
    evidence: dict[str, Sentence]
    confirm: Sentence
    source: Sentence


def load_rules() -> tuple[Rule, ...]:
    """Every rule of the catalogue, ordered by id. Raises `RuleError` naming the file and header line at fault."""
    return load("rules", Rule)


def find(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Ask every rule as at a date.

    Reads clean.*, persons.*, linkage.pairs, reference.policy; writes findings.rules, findings.findings and
    findings.records. A rule whose registers or policy values are not there, or whose query does not bind, is kept in
    findings.rules as not applied, with the reason. Raises `RuleError` when a query fails while it runs.
    """
    rules = load_rules()
    facts.prepare(con, as_of)
    con.execute(f"CREATE OR REPLACE TEMP TABLE found ({FOUND})")
    notes = [(rule.id, ask(con, rule)) for rule in rules]
    _keep(con, rules, notes)
    sureness.clear(con)
    facts.clear(con)
    con.execute("DROP TABLE temp.found")


def ask(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Put the answers to one rule into the temporary table found; why it could not be asked, empty where it could."""
    reason = facts.missing(con, rule) or _misfit(con, rule)
    if reason:
        return reason
    try:
        con.execute(_insertion(con, rule))
    except duckdb.Error as error:
        # The message of a failed cast holds the value it failed on, so neither it nor its cause may be passed on.
        raise RuleError(f"{rule.file}: the query failed while it ran ({type(error).__name__}).") from None
    return _unusable(con, rule)


def _misfit(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """What is wrong with the query before it runs, in one sentence."""
    try:
        answer = con.sql(rule.sql)
    except STATIC_ERRORS as error:
        return f"Its query cannot be read: {str(error).splitlines()[0]}"
    types = dict(zip(answer.columns, answer.types, strict=True))
    if not types.keys() & {"person_id", "household_id"} or not {"evidence", "records"} <= types.keys():
        return "Its query must give person_id or household_id, evidence and records."
    if types["evidence"].id != "struct" or [name for name, _ in types["evidence"].children] != list(rule.evidence):
        return f"The evidence of its query must have the fields its header explains: {', '.join(rule.evidence)}."
    return ""


def _insertion(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    given = set(con.sql(rule.sql).columns)
    subject = ", ".join(name if name in given else f"NULL AS {name}" for name in SUBJECT)
    return f"""
        INSERT INTO found
        WITH answers AS (SELECT {subject}, to_json(evidence)::VARCHAR AS evidence, records FROM ({rule.sql}))
        SELECT left(md5(concat_ws('/', '{rule.id}', person_id, household_register, household_id)), 16),
            '{rule.id}', '{rule.kind}', '{rule.severity}', person_id, household_register, household_id, absent_from,
            evidence, records
        FROM answers
    """


def _unusable(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Take back the answers of a rule that names nobody, says something twice, or rests on nothing."""
    faults = con.execute(
        """
        SELECT count(*) - count(DISTINCT finding_id), count(*) FILTER (coalesce(person_id, household_id) IS NULL),
            count(*) FILTER (NOT coalesce(len(list_filter(records, lambda r: r.role = 'subject')) > 0, FALSE))
        FROM found WHERE rule = $rule
        """,
        {"rule": rule.id},
    ).fetchone()
    if faults is None or not any(faults):
        return ""
    con.execute("DELETE FROM found WHERE rule = $rule", {"rule": rule.id})
    return "Its query must give one row a subject, with that subject and with a record in the role 'subject'."


def _keep(con: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...], notes: list[tuple[str, str]]) -> None:
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE found_records AS
        SELECT finding_id, r.register, r.record_id, min_by(r.role, (r.role <> 'subject', r.role)) AS role
        FROM (SELECT finding_id, unnest(records) AS r FROM found) GROUP BY ALL
        """
    )
    sureness.weigh(con)
    tables.fill(con, tables.FINDING_RECORDS, "SELECT * FROM found_records")
    tables.fill(
        con,
        tables.FINDINGS,
        """
        SELECT w.*, coalesce(s.area_1, h.area_1) AS area_1, coalesce(s.area_3, h.area_3) AS area_3
        FROM weighed w LEFT JOIN persons.persons s USING (person_id)
        LEFT JOIN clean.households h ON h.register = w.household_register AND h.household_id = w.household_id
        """,
    )
    _list_rules(con, rules, dict(notes))


def _list_rules(con: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...], notes: dict[str, str]) -> None:
    tables.create(con, tables.RULES)
    con.executemany(
        """
        INSERT INTO findings.rules
        SELECT $1, $2, $3, $4, $5, $6 = '', $6, count(*) FROM findings.findings WHERE rule = $1
        """,
        [[r.id, r.kind, r.severity, r.statement_en, r.statement_km, notes[r.id]] for r in rules],
    )
