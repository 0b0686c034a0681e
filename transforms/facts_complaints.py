"""Facts about who made a complaint that tells a name and little else, so that linking left it alone.

A member of a card household may have made it: one who bears the name told, in the household whose phone is told, or
else in the village or commune. Each is weighed against the others, and against a caller who is on no roster (Bayes'
rule); what the weights need is counted from tonight's complaints, by Laplace's rule of succession.
"""

from transforms.fact import Fact

FACTS = (
    Fact(
        "open_complaints",
        "one row a complaint of being left out that is past its term: who made it, as linked, and what was told; home: "
        "the one household whose phone it is; is_whole: two names are told, else only called",
        """
        WITH homes AS (
            SELECT phone, any_value(household_id) AS home_id, any_value(register) AS home_register
            FROM clean.households WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) = 1
        )
        SELECT r.person_id, g.register, g.case_id, g.of_register, g.of_record_id, g.organisation, g.opened_on,
            h.home_register, h.home_id, p.phone, p.area_3, p.area_4,
            coalesce(p.given_skeleton, p.family_skeleton) AS called,
            list_sort([p.family_skeleton, p.given_skeleton]) AS names,
            p.family_skeleton IS NOT NULL AND p.given_skeleton IS NOT NULL AS is_whole
        FROM clean.grievances g
        JOIN persons.records r ON r.register = g.of_register AND r.record_id = g.of_record_id
        JOIN clean.people p ON p.register = g.of_register AND p.record_id = g.of_record_id
        LEFT JOIN homes h USING (phone)
        WHERE g.complaint = 'excluded' AND g.opened_on <= as_of() - policy('grievance_days')::INTEGER
        """,
    ),
    Fact(
        "named_members",
        "one row a grown-up member of a card household whose two names are known, with the phone of the household",
        """
        SELECT m.person_id, m.household_register, m.household_id, h.phone, p.area_3, p.area_4,
            list_sort([p.family_skeleton, p.given_skeleton]) AS names
        FROM card_members m JOIN clean.people p USING (register, record_id)
        JOIN clean.households h ON h.register = m.household_register AND h.household_id = m.household_id
        WHERE p.family_skeleton IS NOT NULL AND p.given_skeleton IS NOT NULL
            AND m.age >= policy('complaint_age')::INTEGER
        """,
    ),
    Fact(
        "callers_at_home",
        "one row a complaint told with the phone of a card household and a grown-up member; slips: signs by which the "
        "two names told differ from the member's, none where the one name told is one of them; agrees: the nearest, "
        "by a third of the signs at most",
        """
        WITH compared AS (
            SELECT c.*, m.person_id AS member_id,
                CASE WHEN c.is_whole
                    THEN damerau_levenshtein(array_to_string(c.names, ' '), array_to_string(m.names, ' '))
                    WHEN list_contains(m.names, c.called) THEN 0 END AS slips
            FROM open_complaints c
            JOIN named_members m ON m.household_register = c.home_register AND m.household_id = c.home_id
        ),
        nearest AS (
            SELECT *, count(*) OVER complaint AS members,
                coalesce(slips <= length(array_to_string(names, '')) / 3 AND slips = min(slips) OVER complaint, FALSE)
                    AS agrees
            FROM compared
            WINDOW complaint AS (PARTITION BY register, case_id)
        )
        SELECT *, bool_or(agrees) OVER (PARTITION BY register, case_id) AS somebody_agrees FROM nearest
        """,
    ),
    Fact(
        "caller_shares",
        "one row: of complaints, on_a_roster: made by members; at_home: told by members with the phone of their "
        "household; strangers: told with such a phone by somebody else; nicknames: with one name that is none of the "
        "member's; misheard: with two names that are not quite the member's",
        """
        WITH linked AS (
            SELECT DISTINCT p.register, p.record_id, p.phone = m.phone AS at_home
            FROM clean.grievances g
            JOIN persons.records r ON r.register = g.of_register AND r.record_id = g.of_record_id
            JOIN clean.people p ON p.register = g.of_register AND p.record_id = g.of_record_id
            JOIN named_members m USING (person_id)
            WHERE p.phone IS NOT NULL AND m.phone IS NOT NULL
        ),
        told AS (SELECT DISTINCT register, case_id, is_whole, somebody_agrees FROM callers_at_home),
        counts AS (
            SELECT count(*) FILTER (is_whole) AS whole, count(*) FILTER (is_whole AND somebody_agrees) AS whole_agree,
                count(*) FILTER (NOT is_whole) AS single,
                count(*) FILTER (NOT is_whole AND somebody_agrees) AS single_agree
            FROM told
        ),
        heard AS (
            SELECT (count(*) FILTER (slips > 0) + 1) / (count(*) + 2) AS misheard
            FROM callers_at_home WHERE is_whole AND agrees
        ),
        shares AS (
            SELECT (SELECT (count(*) FILTER (at_home) + 1) / (count(*) + 2) FROM linked) AS at_home,
                (SELECT (count(home_id) + 1) / (count(phone) + 2) FROM open_complaints) AS with_a_home,
                (whole - whole_agree + 1) / (whole + 2) AS strangers, (single_agree + 1) / (single + 2) AS single_agree
            FROM counts
        )
        SELECT at_home, strangers, least(with_a_home / at_home, 0.95) AS on_a_roster,
            greatest(1 - single_agree / (1 - strangers), 0) AS nicknames, misheard
        FROM shares CROSS JOIN heard
        """,
    ),
    Fact(
        "callers",
        """one row a complaint and a living member of a card household who may have made it: told by the phone of
        another household than the linked person's; else, where linking found nobody, by two names, one of which may be
        misheard by a sign, and the commune, or by one name and the village or commune; weight, and elsewhere: that of
        somebody on no roster; none whom a human parted""",
        """
        WITH bearers AS (SELECT names, count(*) / sum(count(*)) OVER () AS share FROM named_members GROUP BY ALL),
        parts AS (SELECT *, unnest(list_distinct(names)) AS name FROM bearers),
        bearers_of_one AS (SELECT name, sum(share) AS share FROM parts GROUP BY ALL),
        told AS (
            SELECT c.*, greatest(
                CASE WHEN c.is_whole THEN b.share ELSE o.share END,
                CASE WHEN NOT c.is_whole THEN (count(*) OVER (PARTITION BY c.is_whole, c.called) - 1)
                    / count(*) OVER (PARTITION BY c.is_whole) END,
                1 / (SELECT count(*) FROM named_members)
            ) AS share
            FROM open_complaints c
            LEFT JOIN bearers b USING (names) LEFT JOIN bearers_of_one o ON o.name = c.called
        ),
        at_home AS (
            SELECT h.register, h.case_id, h.person_id, h.member_id, 'phone_of_the_household' AS told_by,
                CASE WHEN h.agrees THEN 1 - s.strangers ELSE (1 - s.strangers) * s.nicknames / h.members END AS weight,
                s.strangers * CASE WHEN h.somebody_agrees THEN h.members * t.share ELSE 1 END AS elsewhere
            FROM callers_at_home h JOIN told t USING (register, case_id) CROSS JOIN caller_shares s
            ANTI JOIN household_members m
                ON m.person_id = h.person_id AND m.household_register = h.home_register AND m.household_id = h.home_id
            WHERE h.agrees OR NOT h.is_whole AND NOT h.somebody_agrees
        ),
        found AS (
            SELECT r.person_id FROM persons.records r
            ANTI JOIN clean.grievances g ON g.of_register = r.register AND g.of_record_id = r.record_id
        ),
        places AS (
            SELECT area_3 AS place, count(*) AS members FROM named_members GROUP BY ALL
            UNION ALL SELECT area_4, count(*) FROM named_members GROUP BY ALL
        ),
        unknown AS (
            SELECT *, CASE WHEN is_whole THEN area_3 ELSE coalesce(area_4, area_3) END AS place FROM told
            WHERE home_id IS NULL AND area_3 IS NOT NULL AND person_id NOT IN (SELECT person_id FROM found)
        ),
        misheard AS (
            SELECT u.register, u.case_id, p.names AS meant,
                sum(p.share) OVER (PARTITION BY u.register, u.case_id) AS share
            FROM (SELECT *, unnest(list_distinct(names)) AS name FROM unknown WHERE is_whole) u
            JOIN parts p USING (name)
            WHERE p.names <> u.names
                AND damerau_levenshtein(array_to_string(p.names, ' '), array_to_string(u.names, ' ')) = 1
        ),
        alike AS (
            SELECT u.*, m.person_id AS member_id, m.phone AS home_phone, 1 AS heard
            FROM unknown u JOIN named_members m ON m.names = u.names
            WHERE u.is_whole AND m.area_3 = u.place
            UNION ALL
            SELECT u.* REPLACE (u.share + h.share AS share), m.person_id, m.phone, s.misheard
            FROM unknown u JOIN misheard h USING (register, case_id)
            JOIN named_members m ON m.names = h.meant AND m.area_3 = u.place CROSS JOIN caller_shares s
            UNION ALL
            SELECT u.*, m.person_id, m.phone, 1
            FROM unknown u JOIN named_members m ON m.area_3 = u.area_3 AND coalesce(m.area_4 = u.area_4, TRUE)
            WHERE NOT u.is_whole AND list_contains(m.names, u.called)
        ),
        nearby AS (
            SELECT a.register, a.case_id, a.person_id, a.member_id,
                CASE WHEN a.is_whole THEN 'two_names' ELSE 'one_name_and_village' END AS told_by,
                s.on_a_roster * a.heard * CASE WHEN a.is_whole THEN 1 ELSE 1 - s.nicknames END
                    * CASE WHEN a.phone <> a.home_phone THEN 1 - s.at_home ELSE 1 END / p.members AS weight,
                (1 - s.on_a_roster * CASE WHEN a.is_whole THEN 1 ELSE 1 - s.nicknames END) * a.share AS elsewhere
            FROM alike a JOIN places p USING (place) CROSS JOIN caller_shares s
        )
        SELECT DISTINCT * FROM (FROM at_home UNION ALL FROM nearby)
        ANTI JOIN (SELECT person_id, other_person_id AS member_id FROM parted_persons) USING (person_id, member_id)
        """,
    ),
)
