"""What findings promise over the nights: that none is lost, and that each change is told."""

from expectations.suites import AS_OF, promise
from transforms import tables

LASTING_PROMISES = [
    promise(
        tables.FINDINGS,
        "lasts",
        "Every finding lasts, and is open.",
        """SELECT finding_id FROM {batch}
           ANTI JOIN (SELECT * FROM findings.lasting WHERE resolved_on IS NULL)
           USING (finding_id, rule, episode, first_seen, last_seen, state)""",
    ),
    promise(
        tables.LASTING,
        "open_is_found",
        "Every open finding was found tonight, unless its rule could not be asked.",
        """SELECT finding_id, rule FROM {batch} ANTI JOIN findings.findings USING (finding_id)
           ANTI JOIN (SELECT rule FROM findings.rules WHERE NOT applied) USING (rule) WHERE resolved_on IS NULL""",
    ),
    promise(
        tables.LASTING,
        "one_open",
        "No rule has two open findings of one subject that it found tonight.",
        """SELECT rule, min(finding_id) AS finding_id FROM {batch} SEMI JOIN findings.findings USING (finding_id)
           WHERE resolved_on IS NULL
           GROUP BY rule, person_id, household_register, household_id HAVING count(*) > 1""",
    ),
    promise(
        tables.LASTING,
        "days_in_order",
        "A finding is first seen, last seen and resolved in that order.",
        "SELECT finding_id FROM {batch} WHERE episode < 1 OR first_seen > last_seen OR last_seen > resolved_on",
    ),
    promise(
        tables.LASTING,
        "continued_exists",
        "A finding that goes on in another is resolved, and the other one lasts.",
        """SELECT l.finding_id FROM {batch} AS l LEFT JOIN {batch} AS o ON o.finding_id = l.continued_by
           WHERE l.continued_by IS NOT NULL AND (o.finding_id IS NULL OR l.resolved_on IS NULL)""",
    ),
    promise(
        tables.CHANGES,
        "new_or_changed_is_found",
        "Whatever is new or changed is a finding of tonight, and nothing that is resolved is.",
        """SELECT finding_id FROM {batch} AS c
           LEFT JOIN (SELECT finding_id, state AS stands FROM findings.findings) AS f USING (finding_id)
           WHERE (change <> 'resolved') <> (stands IS NOT NULL) OR state <> stands""",
    ),
    promise(
        tables.CHANGES,
        "resolved_is_resolved",
        "Every finding that is told as resolved is.",
        """SELECT finding_id FROM {batch} ANTI JOIN (SELECT * FROM findings.lasting WHERE resolved_on IS NOT NULL)
           USING (finding_id) WHERE change = 'resolved'""",
    ),
    promise(
        tables.CHANGES,
        "new_is_new",
        "Every finding that is told as new is seen for the first time tonight.",
        f"""SELECT finding_id FROM {{batch}} ANTI JOIN (
               SELECT finding_id FROM findings.findings WHERE first_seen = {AS_OF} AND last_seen = {AS_OF}
            ) USING (finding_id) WHERE change = 'new'""",
    ),
    promise(
        tables.FINDINGS,
        "priority_adds_up",
        "The priority of every finding is the sum of its parts and lies between 0 and 100.",
        """SELECT finding_id FROM {batch} WHERE priority NOT BETWEEN 0 AND 100 OR abs(priority - priority_severity
           - priority_sureness - priority_money - priority_age) > 0.05
           OR least(priority_severity, priority_sureness, priority_money, priority_age) < 0""",
    ),
    promise(
        tables.FINDINGS,
        "doubt_comes_after",
        "No finding against somebody that rests on a doubtful link comes before an exclusion of the same severity.",
        """SELECT f.finding_id FROM {batch} AS f JOIN (
               SELECT severity, min(priority) AS least FROM {batch} WHERE kind = 'exclusion' GROUP BY severity
           ) AS e USING (severity)
           WHERE f.kind IN ('inclusion', 'duplication') AND f.state <> 'confirmed' AND f.priority >= e.least""",
    ),
]
