"""Ask every rule of the linked registers, and say of each answer what it rests on and how sure it is.

A rule is one SQL file in `rules/` with a header (see `Rule`). Its query is written with the facts and words of
`transforms.facts` and gives one row a subject:

- `person_id`, or `household_register` and `household_id`: whom it is about;
- `evidence`: a STRUCT with exactly the fields that the header explains;
- `records`: a LIST of `record(register, record_id, role)`; the role of the subject's own records is 'subject';
- `absent_from`, where the finding is that somebody is not in a register: that register, else NULL;
- `doubt`, where it rests on two people being one whom linking has kept apart (`persons_apart`): the probability that
  they are, else NULL. Of such a finding nobody can tell;
- `needs_silence`, where it holds only while no other record of the person says otherwise: TRUE. It is never confirmed;
- `reliability`, where registers tell how often what its records say is not so: the probability that it is, else NULL.

A rule that builds on other rules names them as `after` and reads their answers of tonight from `found`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Self

import duckdb
from pydantic import StringConstraints, ValidationInfo, field_validator, model_validator

from transforms import (
    answers,
    changes,
    complaints,
    facts,
    fingerprints,
    lasting,
    priority,
    sentences,
    stakes,
    sureness,
    tables,
)
from transforms.headers import CommaList, Query, RuleError, Sentence, load
from transforms.lasting import Nights
from transforms.stakes import TARIFF, MoneyLine
from transforms.tables import Kind, Severity
from transforms.watch import Watch, unwatched

SUBJECT = ("person_id", "household_register", "household_id", "absent_from", "doubt", "needs_silence", "reliability")
WEIGHING = "states"  # the step that says how sure each finding is
COMPARING = "changes"  # the step that tells tonight's findings from those of the night before

FOUND = """
    finding_id VARCHAR, rule VARCHAR, kind VARCHAR, severity VARCHAR, person_id VARCHAR, household_register VARCHAR,
    household_id VARCHAR, absent_from VARCHAR, doubt DOUBLE, needs_silence BOOLEAN, reliability DOUBLE,
    evidence VARCHAR, records STRUCT(register VARCHAR, record_id VARCHAR, "role" VARCHAR)[]
"""
FOUND_RECORDS = """
    CREATE OR REPLACE TEMP TABLE found_records AS
    SELECT finding_id, r.register, r.record_id, min_by(r.role, (r.role <> 'subject', r.role)) AS role
    FROM (SELECT finding_id, unnest(records) AS r FROM found) GROUP BY ALL
"""


class Rule(Query):
    """One rule as its file states it.

    `evidence` explains each field of the evidence; `confirm` says what must be confirmed before anyone acts;
    `source` names the law, policy or practice it rests on; `after` the rules whose answers its query reads;
    `money` the money at stake (see `transforms.stakes`).
    `sentence_en` and `sentence_km` tell one finding in its own facts (see `transforms.sentences`); a rule without them
    is told by its statement. `complaints` are the grievances that speak for a finding, `contradicted_by` those that
    speak against it (see `transforms.complaints`).
    """

    id: Annotated[str, StringConstraints(pattern=r"^[EIDN][0-9]{2}$")]
    kind: Kind
    severity: Severity
    evidence: dict[str, Sentence]
    confirm: Sentence
    source: Sentence
    after: CommaList = ()
    sentence_en: str = ""
    sentence_km: str = ""
    complaints: CommaList = ()
    contradicted_by: CommaList = ()
    money: MoneyLine | None = None

    @model_validator(mode="after")
    def _money_is_known(self) -> Self:
        named = (self.money.what, self.money.months) if self.money else ()
        unknown = [name for name in named if name and name not in self.evidence and not name.startswith(TARIFF)]
        if unknown:
            raise ValueError(f"money: {', '.join(unknown)} is no field of the evidence, nor a policy value {TARIFF}...")
        return self

    @field_validator("sentence_en", "sentence_km")
    @classmethod
    def uses_evidence(cls, template: str, info: ValidationInfo) -> str:
        evidence = info.data.get("evidence", {})
        if unknown := sorted(sentences.fields(template) - evidence.keys()):
            raise ValueError(f"{', '.join(unknown)}: no field of the evidence; it has {', '.join(evidence)}")
        return template

    @field_validator("complaints", "contradicted_by")
    @classmethod
    def names_complaints(cls, told: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        after = {complaints.read(text)[2] for text in told} - {None, *info.data.get("evidence", {})}
        if after:
            raise ValueError(f"{', '.join(map(str, after))}: no field of the evidence")
        return told


def load_rules(more: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """Every rule of the catalogue and `more` rules (texts by the name of their file), ordered by id.

    Raises `RuleError` naming the file and header line at fault, when two files have one id, and where a rule waits for
    one that is not there, or that waits itself.
    """
    rules = load("rules", Rule, more)
    refuse_waiting(rules)
    return rules


def refuse_waiting(rules: tuple[Rule, ...]) -> None:
    """Raises `RuleError` where a rule waits for one that is not there, or that waits itself."""
    first = {rule.id for rule in rules if not rule.after}
    for rule in rules:
        for other in rule.after:
            if other not in first:
                raise RuleError(f"{rule.file}: after: {other} is no rule, or waits for others itself.")


def in_turn(rules: Iterable[Rule]) -> list[Rule]:
    """The rules as they can be asked: those that read the answers of others last."""
    return sorted(rules, key=lambda rule: bool(rule.after))


def find(
    con: duckdb.DuckDBPyConnection,
    as_of: dt.date,
    rules: tuple[Rule, ...] | None = None,
    watch: Watch = unwatched,
    nights: Nights | None = None,
) -> dict[str, int]:
    """Ask rules as at a date, those of the catalogue if none are given. Gives the rows each step made.

    Reads clean.*, persons.*, linkage.pairs, reference.policy and what `nights.before` left in the tables kept from
    night to night; writes findings.*. May be done twice. A rule that cannot be asked or used is kept in
    findings.rules as not applied, with the reason: its registers or policy values are not there, its query does not
    bind, fails while it runs, or gives what no finding can be made of. Call it outside a transaction: a query that
    fails ends the transaction it stands in.
    """
    rules = load_rules() if rules is None else rules
    nights = nights or Nights()
    notes = answer(con, rules, as_of, watch)
    with watch(COMPARING):
        fingerprints.take(con, nights)
        fingerprints.take_rules(con, nights, as_of, rules, notes)
        lasting.recognise(con, as_of, nights)
        _keep(con, rules, notes)
        lasting.carry_on(con, as_of, nights)
        changes.tell(con, nights)
        fingerprints.forget(con, nights)
    made = _rows_made(con)
    clear(con)
    return made


def answer(
    con: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...], as_of: dt.date, watch: Watch = unwatched
) -> dict[str, str]:
    """Ask rules and weigh their answers; by rule why it was held back, empty where it was not.

    Writes temporary tables only: the facts that are read, found, found_records and weighed (see `sureness.weigh`).
    """
    read = (*(rule.sql for rule in rules), *sureness.QUERIES, complaints.MATCHED)
    facts.prepare(con, as_of, watch, read)
    con.execute(f"CREATE OR REPLACE TEMP TABLE found ({FOUND})")
    notes = {}
    for rule in in_turn(rules):
        with watch(rule.id):
            notes[rule.id] = ask(con, rule)
    with watch(WEIGHING):
        notes |= _weigh(con)
    return notes


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `answer` made."""
    sureness.clear(con)
    complaints.clear(con)
    facts.clear(con)
    lasting.clear(con)
    for name in ("found", "found_records", "stakes"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


def ask(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Put the answers to one rule into the temporary table found; why it was held back, empty where it was not."""
    reason = facts.missing(con, rule) or answers.unmade(con, rule) or answers.misfit(con, rule, list(rule.evidence))
    if reason:
        return reason
    try:
        con.execute(_insertion(con, rule))
    except answers.FAILURES as error:
        return answers.failed(error)
    reason = answers.unusable(con, rule.id)
    if reason:
        answers.take_back(con, rule.id)
    return reason


def _insertion(con: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    given = set(con.sql(rule.sql).columns)
    subject = ", ".join(name if name in given else f"NULL AS {name}" for name in SUBJECT)
    return f"""
        INSERT INTO found
        WITH answers AS (SELECT {subject}, to_json(evidence)::VARCHAR AS evidence, records FROM ({rule.sql}))
        SELECT left(md5(concat_ws('/', '{rule.id}', person_id, household_register, household_id)), 16),
            '{rule.id}', '{rule.kind}', '{rule.severity}', person_id, household_register, household_id, absent_from,
            doubt, coalesce(needs_silence, FALSE), reliability, evidence, records
        FROM answers
    """


def _weigh(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Say how sure each answer is; by rule, why its answers were taken back after all."""
    con.execute(FOUND_RECORDS)
    notes = answers.groundless(con)
    for rule in notes:
        answers.take_back(con, rule)
    if notes:
        con.execute("DELETE FROM found_records WHERE finding_id NOT IN (SELECT finding_id FROM found)")
    sureness.weigh(con)
    return notes


def _keep(con: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...], notes: dict[str, str]) -> None:
    complaints.match(con, {rule.id: (rule.complaints, rule.contradicted_by) for rule in rules})
    stakes.weigh(con, rules)
    by_asked_id = "JOIN named n ON n.asked_id = f.finding_id"
    tables.fill(
        con,
        tables.FINDING_RECORDS,
        f"""SELECT f.* REPLACE (n.finding_id AS finding_id)
        FROM (FROM found_records UNION ALL BY NAME ({complaints.RECORDS})) f {by_asked_id}""",
    )
    query = f"""
        SELECT f.* REPLACE (n.finding_id AS finding_id), n.episode, n.first_seen, n.last_seen, m.stake, m.riel_a_month,
            coalesce(s.area_1, h.area_1) AS area_1, coalesce(s.area_3, h.area_3) AS area_3,
            coalesce(c.complaints, 0) AS complaints
        FROM weighed f {by_asked_id} LEFT JOIN stakes m ON m.finding_id = f.finding_id
        LEFT JOIN complaint_counts c ON c.finding_id = f.finding_id
        LEFT JOIN persons.persons s USING (person_id)
        LEFT JOIN clean.households h ON h.register = f.household_register AND h.household_id = f.household_id
    """
    tables.fill(con, tables.FINDINGS, priority.ranked(query))
    _list_rules(con, rules, notes)


def _rows_made(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each fact, findings of each rule, and of all of them."""
    query = """
        SELECT table_name, estimated_size FROM duckdb_tables() WHERE temporary AND list_contains($facts, table_name)
        UNION ALL SELECT rule, findings FROM findings.rules
        UNION ALL SELECT $weighing, count(*) FROM found
        UNION ALL SELECT $comparing, count(*) FROM findings.changes
    """
    named = {"facts": [fact.name for fact in facts.FACTS], "weighing": WEIGHING, "comparing": COMPARING}
    return dict(con.execute(query, named).fetchall())


def _list_rules(con: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...], notes: dict[str, str]) -> None:
    tables.create(con, tables.RULES)
    con.executemany(
        """
        INSERT INTO findings.rules
        SELECT $1, $2, $3, $4, $5, $6 = '', $6, count(*) FROM findings.findings WHERE rule = $1
        """,
        [[r.id, r.kind, r.severity, r.statement_en, r.statement_km, notes[r.id]] for r in rules],
    )
