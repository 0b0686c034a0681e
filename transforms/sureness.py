"""How sure a finding is: the probability that its links are right, and that an absence is only a missed link.

Two records of one person joined by exact identifiers, or by a human's judgement, share an `identifier_group`. A
finding whose records all share one, or that rests on one record of a person, needs no score and may be confirmed; so
may an inconsistency of one roster with itself. Anything else rests on a score and is probable at most, and so is what
exact identifiers join where somebody else's records bear one of them too (rule D09). A finding that rests on somebody's
absence from a register is never confirmed, and nobody can tell when the best rejected link to that register is too
likely, or when a row of that register which could not be read may be theirs. Nor can anybody tell where a rule itself
says that its people may be two (`doubt`). What holds only while no other record of the person says otherwise
(`needs_silence`) is probable at most, too. Where registers tell how often what a finding rests on is noted wrongly
(`reliability`), its probability heeds that.
"""

import duckdb

# How each kind of record leads to the person record it is about; households and their cards lead to nobody.
REFERENCES = """
    SELECT register, record_id, register AS of_register, record_id AS of_record_id FROM clean.people
    UNION ALL SELECT register, enrolment_id, of_register, of_record_id FROM clean.enrolments
    UNION ALL SELECT register, payment_id, of_register, of_record_id FROM clean.payments
    UNION ALL SELECT register, claim_id, of_register, of_record_id FROM clean.claims
    UNION ALL SELECT register, contribution_id, of_register, of_record_id FROM clean.contributions
    UNION ALL SELECT register, membership_id, of_register, of_record_id FROM clean.memberships
    UNION ALL SELECT register, event_id, of_register, of_record_id FROM clean.events
    UNION ALL SELECT register, entitlement_id, of_register, of_record_id FROM clean.entitlements
    UNION ALL SELECT register, case_id, of_register, of_record_id FROM clean.grievances
    UNION ALL SELECT register, household_id, NULL, NULL FROM clean.households
"""

# One row a finding and a person record it rests on. A record found nowhere stays, without a group: it proves nothing.
ANCHORS = f"""
    WITH rested AS (
        SELECT DISTINCT f.finding_id, t.register IS NOT NULL AS is_known, t.of_register, t.of_record_id
        FROM found_records f LEFT JOIN ({REFERENCES}) t USING (register, record_id)
        WHERE t.of_record_id IS NOT NULL OR t.register IS NULL
    )
    SELECT a.finding_id, a.is_known, r.person_id, r.identifier_group, r.link_probability, p.register, p.household_id
    FROM rested a
    LEFT JOIN persons.records r ON r.register = a.of_register AND r.record_id = a.of_record_id
    LEFT JOIN clean.people p ON p.register = a.of_register AND p.record_id = a.of_record_id
"""

# One row a group of a person some finding joins with another group: its best link to the person's other groups.
GROUP_LINKS = """
    WITH joined AS (
        SELECT DISTINCT person_id FROM anchors
        GROUP BY finding_id, person_id HAVING count(DISTINCT identifier_group) > 1
    ),
    members AS (SELECT r.* FROM persons.records r SEMI JOIN joined USING (person_id)),
    linked AS (
        SELECT a.person_id, a.identifier_group AS group_l, b.identifier_group AS group_r, p.probability
        FROM linkage.pairs p
        JOIN members a ON a.register = p.register_l AND a.record_id = p.record_id_l
        JOIN members b ON b.register = p.register_r AND b.record_id = p.record_id_r AND b.person_id = a.person_id
        WHERE a.identifier_group <> b.identifier_group
    )
    SELECT person_id, identifier_group, max(probability) AS probability FROM (
        SELECT person_id, group_l AS identifier_group, probability FROM linked
        UNION ALL SELECT person_id, group_r, probability FROM linked
    ) GROUP BY ALL
"""

# One row a finding: k groups of a person hang together by k - 1 links, so its best linked group needs none. A link that
# is still there when clusters are cut is right more often than it says, where it is in doubt: what spoke against others
# did not against it.
LINK_PROBABILITIES = """
    WITH groups AS (
        SELECT a.finding_id, a.person_id, a.identifier_group,
            max(coalesce(g.probability, a.link_probability)) AS linked
        FROM anchors a LEFT JOIN group_links g USING (person_id, identifier_group)
        GROUP BY ALL
    ),
    kept AS (
        SELECT coalesce(policy('kept_link_odds')::DOUBLE, 1) AS odds,
            coalesce(policy('kept_link_slope')::DOUBLE, 1) AS slope
    ),
    chains AS (
        SELECT finding_id,
            greatest(linked, odds * pow(linked, slope) / (odds * pow(linked, slope) + pow(1 - linked, slope)))
                AS probability,
            row_number() OVER (PARTITION BY finding_id, person_id ORDER BY linked DESC, identifier_group) AS place
        FROM groups CROSS JOIN kept
    )
    SELECT finding_id, round(product(probability), 6) AS probability FROM chains WHERE place > 1 GROUP BY finding_id
"""

ABSENCES = """
    SELECT DISTINCT finding_id, f.absent_from, coalesce(f.person_id, a.person_id) AS person_id
    FROM found f JOIN anchors a USING (finding_id) WHERE f.absent_from IS NOT NULL
"""

# One row a register and another that somebody is absent from: the probability that a person of the first who has no
# record of the second has one all the same, which no blocking rule proposed. Of all true pairs a share m is estimated
# to be missed; those found of the two registers are a share 1 - m of theirs.
UNPROPOSED = """
    WITH missing AS (
        SELECT coalesce(sum(pairs) FILTER (lists = 0) / nullif(sum(pairs) FILTER (lists > 0), 0), 0) AS to_found
        FROM linkage.missed
    ),
    members AS (SELECT DISTINCT register, person_id FROM persons.records),
    sizes AS (SELECT register, count(*) AS persons FROM members GROUP BY register),
    common AS (
        SELECT m.register, o.register AS absent_from, count(*) AS persons
        FROM members m JOIN members o USING (person_id)
        WHERE o.register IN (SELECT absent_from FROM absences) AND m.register <> o.register
        GROUP BY ALL
    )
    SELECT c.register, c.absent_from, least(to_found * c.persons / greatest(s.persons - c.persons, 1), 1) AS probability
    FROM common c JOIN sizes s USING (register) CROSS JOIN missing
"""

# One row a finding of absence for which rows in quarantine of that register may be theirs: the probability that one is.
# A row is as likely of each of the people it may lead to; or, of a household, of each whom some finding seeks there.
UNREAD_ROWS = """
    WITH may_be AS (
        SELECT DISTINCT a.finding_id, u.register, u.snapshot_id, u.row_no, u.person_id, u.share, u.people
        FROM absences a JOIN unread_people u ON u.person_id = a.person_id AND u.register = a.absent_from
    ),
    sought AS (
        SELECT register, snapshot_id, row_no, count(DISTINCT person_id) AS sought FROM may_be GROUP BY ALL
    ),
    theirs AS (
        SELECT finding_id, least(sum(share / coalesce(people, sought)), max(share)) AS probability
        FROM may_be JOIN sought USING (register, snapshot_id, row_no) GROUP BY finding_id, register, snapshot_id, row_no
    )
    SELECT finding_id, 1 - product(1 - probability) AS probability FROM theirs GROUP BY finding_id
"""

# One row a finding of absence: the probability that one of its people is in that register all the same. Either the
# likeliest of those whom linking kept apart is the same person, or a row that could not be read is theirs, or the right
# pair was not proposed for any of the person's records. Whom a human parted is no link that was missed.
MISSED_LINKS = """
    WITH sought AS (SELECT r.* FROM persons.records r WHERE r.person_id IN (SELECT person_id FROM absences)),
    rejected AS (
        SELECT p.person_id, o.register AS absent_from, max(p.probability) AS probability
        FROM persons_apart p JOIN persons.records o ON o.person_id = p.other_person_id
        WHERE p.person_id IN (SELECT person_id FROM absences) AND o.register IN (SELECT absent_from FROM absences)
        GROUP BY ALL
    ),
    unseen AS (
        SELECT s.person_id, u.absent_from, min(u.probability) AS probability
        FROM sought s JOIN unproposed u USING (register)
        GROUP BY ALL
    )
    SELECT a.finding_id,
        round(1 - product(
            (1 - coalesce(r.probability, 0)) * (1 - coalesce(u.probability, 0))
        ) * (1 - coalesce(any_value(q.probability), 0)), 6) AS missed_link_probability
    FROM absences a
    LEFT JOIN rejected r USING (person_id, absent_from)
    LEFT JOIN unseen u USING (person_id, absent_from)
    LEFT JOIN unread_rows q USING (finding_id)
    GROUP BY a.finding_id
"""

# One row a finding that rests on several records of one identifier group, of which some bears a number that other
# people bear too: what joins them may be the number alone.
DISPUTED_LINKS = """
    SELECT DISTINCT a.finding_id FROM anchors a
    SEMI JOIN disputed_numbers USING (identifier_group)
    GROUP BY a.finding_id, a.identifier_group HAVING count(*) > 1
"""

# One row a finding: does it need no link? About a person: one record, or one identifier group; or, where it is of one
# roster against itself, records of one household there. About a household and not adverse: everything stands on the
# household's own roster, in its own register's codes.
EXACT = """
    SELECT f.finding_id,
        coalesce(bool_and(a.is_known), TRUE) AND (
            count(a.finding_id) = 0
            OR (count(a.identifier_group) = count(*) AND count(DISTINCT (a.person_id, a.identifier_group)) = 1)
            OR (
                any_value(f.kind) = 'inconsistency' AND bool_and(a.register IN (SELECT member_register FROM rosters))
                AND count(a.household_id) = count(*) AND count(DISTINCT (a.register, a.household_id)) = 1
            )
            OR (
                any_value(f.person_id) IS NULL AND any_value(f.kind) <> 'inclusion'
                AND bool_and(a.household_id = f.household_id AND o.member_register IS NOT NULL)
            )
        ) AS is_exact
    FROM found f
    LEFT JOIN anchors a USING (finding_id)
    LEFT JOIN rosters o ON o.household_register = f.household_register AND o.member_register = a.register
    GROUP BY f.finding_id
"""

STEPS = (
    ("anchors", ANCHORS),
    ("group_links", GROUP_LINKS),
    ("link_probabilities", LINK_PROBABILITIES),
    ("absences", ABSENCES),
    ("unproposed", UNPROPOSED),
    ("unread_rows", UNREAD_ROWS),
    ("missed_links", MISSED_LINKS),
    ("disputed_links", DISPUTED_LINKS),
    ("exactness", EXACT),
)

STATES = """
    SELECT f.*, round(coalesce(l.probability, 1) * coalesce(f.doubt, 1) * coalesce(f.reliability, 1), 6) AS probability,
        m.missed_link_probability,
        CASE
            WHEN f.doubt IS NOT NULL THEN 'cannot_tell'
            WHEN m.missed_link_probability > policy('missed_link_ceiling')::DOUBLE THEN 'cannot_tell'
            WHEN u.finding_id IS NOT NULL THEN 'cannot_tell'
            WHEN f.absent_from IS NOT NULL OR f.needs_silence OR d.finding_id IS NOT NULL OR NOT e.is_exact
                THEN 'probable'
            ELSE 'confirmed'
        END AS state
    FROM found f
    JOIN exactness e USING (finding_id)
    LEFT JOIN link_probabilities l USING (finding_id)
    LEFT JOIN missed_links m USING (finding_id)
    LEFT JOIN unread_rows u USING (finding_id)
    LEFT JOIN disputed_links d USING (finding_id)
"""
QUERIES = (*(query for _, query in STEPS), STATES)


def weigh(con: duckdb.DuckDBPyConnection) -> None:
    """Give every finding its probabilities and its state.

    Reads the temporary tables found and found_records, clean.*, persons.records, linkage.pairs, linkage.missed and the
    facts rosters, disputed_numbers, persons_apart and unread_people; writes the temporary table weighed: found with
    probability, missed_link_probability and state.
    """
    for name, query in STEPS:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE weighed AS {STATES}")


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `weigh` made."""
    for name in (*(step for step, _ in STEPS), "weighed"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")
