"""Findings that last: one id from the first night to the last, an episode each time one comes again.

A finding is one rule and one subject. The night it is compared with left its findings in findings.kept. A person who
has gone since, because two people turned out to be one, is followed to where most of the records went, and the
finding with them. A rule that could not be asked resolves nothing: its findings stay open as they were.
"""

import datetime as dt
from dataclasses import dataclass

import duckdb

from transforms.tables import KEPT, LASTING, fill

SUBJECT = "concat_ws('/', person_id, household_register, household_id)"

# One row a finding of the night before, about whom it would be about tonight.
EARLIER = f"""
    WITH kept AS (SELECT * FROM findings.kept WHERE run_id = $before),
    gone AS (
        SELECT DISTINCT person_id, hash(person_id) AS person FROM kept ANTI JOIN persons.persons USING (person_id)
        WHERE person_id IS NOT NULL
    ),
    theirs AS (
        SELECT gone.person_id, record FROM findings.fingerprints JOIN gone USING (person)
        WHERE run_id = $before AND is_person
    ),
    moved AS (
        SELECT theirs.person_id, f.person, count(*) AS records FROM theirs JOIN findings.fingerprints f USING (record)
        WHERE f.run_id = $run AND f.is_person
        GROUP BY ALL
    ),
    heirs AS (
        SELECT m.person_id, p.person_id AS heir FROM moved m JOIN persons.persons p ON hash(p.person_id) = m.person
        QUALIFY row_number() OVER (PARTITION BY m.person_id ORDER BY m.records DESC, p.person_id) = 1
    ),
    followed AS (
        SELECT kept.* REPLACE (coalesce(heir, person_id) AS person_id), person_id AS person_before
        FROM kept LEFT JOIN heirs USING (person_id)
    )
    SELECT *, {SUBJECT} AS subject FROM followed
"""

# One row a finding of tonight: the id it lasts by. Of several open ones about one subject the subject's own goes on.
NAMED = f"""
    WITH asked AS (SELECT finding_id AS asked_id, rule, {SUBJECT} AS subject FROM weighed),
    open AS (
        SELECT * FROM earlier WHERE resolved_on IS NULL
        QUALIFY row_number() OVER (
            PARTITION BY rule, subject
            ORDER BY person_before IS DISTINCT FROM person_id, first_seen, finding_id
        ) = 1
    ),
    told AS (
        SELECT rule, subject, max(episode) AS episode FROM (
            SELECT rule, subject, episode FROM earlier UNION ALL SELECT rule, first_subject, episode FROM earlier
        ) GROUP BY ALL
    ),
    numbered_episodes AS (
        SELECT a.*, o.finding_id, coalesce(o.episode, t.episode + 1, 1) AS episode, o.first_subject,
            least(coalesce(o.first_seen, $as_of), $as_of) AS first_seen,
            greatest(coalesce(o.last_seen, $as_of), $as_of) AS last_seen
        FROM asked a LEFT JOIN open o USING (rule, subject) LEFT JOIN told t USING (rule, subject)
    )
    SELECT asked_id, coalesce(finding_id, {{new_id}}) AS finding_id, episode, first_seen, last_seen,
        coalesce(first_subject, subject) AS first_subject
    FROM numbered_episodes
"""
NEW_ID = "left(md5(rule || '/' || subject || CASE WHEN episode > 1 THEN ' episode ' || episode ELSE '' END), 16)"

# One row a finding of tonight or of a night before, as it stands now.
STANDING = """
    WITH cited AS (
        SELECT finding_id, list(hash(register, record_id) ORDER BY register, record_id) AS records
        FROM findings.records GROUP BY finding_id
    ),
    answered AS (SELECT f.*, n.first_subject, c.records
        FROM findings.findings f JOIN named n USING (finding_id) JOIN cited c USING (finding_id)),
    absent AS (
        SELECT e.*, e.resolved_on IS NULL AND r.rule IS NULL AS is_resolved,
        FROM earlier e ANTI JOIN findings.findings USING (finding_id)
        LEFT JOIN (SELECT rule FROM findings.rules WHERE NOT applied) r USING (rule)
    ),
    in_place AS (SELECT rule, concat_ws('/', person_id, household_register, household_id) AS subject,
        finding_id AS other_id FROM findings.findings)
    SELECT $run AS run_id, finding_id, rule, kind, severity, person_id, household_register, household_id,
        first_subject, episode, first_seen, last_seen, NULL AS resolved_on, NULL AS continued_by, state, probability,
        hash(evidence) AS evidence, records
    FROM answered
    UNION ALL
    SELECT $run, finding_id, rule, kind, severity, person_id, household_register, household_id, first_subject,
        episode, first_seen, last_seen,
        CASE WHEN is_resolved THEN greatest($as_of, last_seen) ELSE resolved_on END,
        CASE WHEN is_resolved THEN other_id ELSE continued_by END, state, probability, evidence, records
    FROM absent LEFT JOIN in_place USING (rule, subject)
"""


@dataclass(frozen=True)
class Nights:
    """The run of tonight, the run it is compared with (none on a first night) and when that ended (UTC).

    `kept`: further runs whose traces stay.
    """

    run: str = ""
    before: str | None = None
    before_ended: dt.datetime | None = None
    kept: tuple[str, ...] = ()


def recognise(con: duckdb.DuckDBPyConnection, as_of: dt.date, nights: Nights) -> None:
    """Give every answer of tonight the id it lasts by.

    Reads the temporary table weighed, findings.kept, findings.fingerprints and persons.persons. Writes the temporary
    tables earlier (findings of the night before) and named (asked_id, finding_id, episode, first_seen, last_seen).
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE earlier AS {EARLIER}", {"before": nights.before, "run": nights.run})
    con.execute(f"CREATE OR REPLACE TEMP TABLE named AS {NAMED.format(new_id=NEW_ID)}", {"as_of": as_of})


def carry_on(con: duckdb.DuckDBPyConnection, as_of: dt.date, nights: Nights) -> None:
    """Hand every finding on to the next night, found tonight or not.

    Reads findings.findings, findings.records, findings.rules and the temporary tables earlier and named; writes the
    rows of this run in findings.kept, and findings.lasting.
    """
    con.execute(f"DELETE FROM {KEPT.full_name} WHERE run_id = $run", {"run": nights.run})
    con.execute(f"INSERT INTO {KEPT.full_name} BY NAME {STANDING}", {"run": nights.run, "as_of": as_of})
    fill(con, LASTING, f"SELECT * FROM {KEPT.full_name} WHERE run_id = $run", {"run": nights.run})


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `recognise` made."""
    for name in ("earlier", "named"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")
