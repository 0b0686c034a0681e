"""Grievances that meet findings: which complaints of the person or household speak for a finding, which against it.

A rule names them in its header as `programme:complaint`, each part a code of clean.grievances or `any`, and may ask
that the complaint was made after a date of the evidence: `any:any after died_on`. A finding does not rest on them:
they change neither its state nor its probabilities. Whoever is dead cannot complain, so a complaint after a registered
death speaks against the death or its link; relatives may have made it in the name of the dead, so it is no proof.
"""

import re
from collections.abc import Iterator, Mapping

import duckdb

ANY = "any"
SPEAKS_FOR, SPEAKS_AGAINST = "complaint", "contradicts"
FORM = re.compile(r"(\w+):(\w+)(?: after (\w+))?")
WANTED = "rule VARCHAR, role VARCHAR, programme VARCHAR, complaint VARCHAR, after VARCHAR"

# One row a finding and a grievance of its person, or of somebody on the roster of its household.
MATCHED = """
    WITH told AS (
        SELECT g.register, g.case_id AS record_id, g.programme, g.complaint, g.opened_on, r.person_id
        FROM clean.grievances g
        JOIN persons.records r ON r.register = g.of_register AND r.record_id = g.of_record_id
        WHERE g.opened_on <= as_of()
    ),
    concerned AS (
        SELECT finding_id, rule, evidence, person_id FROM found WHERE person_id IS NOT NULL
        UNION
        SELECT f.finding_id, f.rule, f.evidence, p.person_id
        FROM found f
        JOIN rosters o USING (household_register)
        JOIN person_records p ON p.register = o.member_register AND p.household_id = f.household_id
    )
    SELECT c.finding_id, t.register, t.record_id, max(w.role) AS role
    FROM complaints_wanted w
    JOIN concerned c USING (rule)
    JOIN told t USING (person_id)
    WHERE w.programme IN (t.programme, 'any') AND w.complaint IN (t.complaint, 'any')
        AND (w.after IS NULL OR t.opened_on > TRY_CAST(json_extract_string(c.evidence, '$.' || w.after) AS DATE))
    GROUP BY ALL
"""
COUNTS = f"""
    SELECT finding_id, count(*) AS complaints FROM complaint_records WHERE role = '{SPEAKS_FOR}' GROUP BY finding_id
"""
# What to add to the records of findings; one that a finding rests on already keeps its role there.
RECORDS = "SELECT * FROM complaint_records ANTI JOIN found_records USING (finding_id, register, record_id)"


def read(text: str) -> tuple[str, str, str | None]:
    """Programme, complaint and the evidence field it must come after. Raises `ValueError` where it cannot be read."""
    found = FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' cannot be read: write programme:complaint, or programme:complaint after FIELD")
    programme, complaint, after = found.groups()
    return programme, complaint, after


def match(con: duckdb.DuckDBPyConnection, wanted: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    """Match complaints with findings. `wanted`: by rule, the complaints that speak for it and those against it.

    Reads the temporary table found, the facts rosters and person_records, clean.grievances and persons.records;
    writes the temporary tables complaint_records (finding_id, register, record_id, role) and complaint_counts
    (finding_id, complaints). A complaint that speaks both ways speaks against.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE complaints_wanted ({WANTED})")
    rows = list(_rows(wanted))
    if rows:
        con.executemany("INSERT INTO complaints_wanted VALUES ($1, $2, $3, $4, $5)", rows)
    con.execute(f"CREATE OR REPLACE TEMP TABLE complaint_records AS {MATCHED}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE complaint_counts AS {COUNTS}")


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `match` made."""
    for name in ("complaints_wanted", "complaint_records", "complaint_counts"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _rows(wanted: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> Iterator[list[str | None]]:
    for rule, sides in wanted.items():
        for role, told in zip((SPEAKS_FOR, SPEAKS_AGAINST), sides, strict=True):
            for text in told:
                yield [rule, role, *read(text)]
