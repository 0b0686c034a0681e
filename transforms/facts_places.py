"""Facts on where people say they live."""

from transforms.fact import Fact

FACTS = (
    Fact(
        "places_told",
        """one row a commune that a member of a card household named as home, with the first day and record;
        a card's own village, which rosters and enrolments copy, tells nothing""",
        """
        WITH told AS (
            SELECT of_register AS register, of_record_id AS record_id, visited_on AS told_on FROM clean.claims
            UNION ALL SELECT of_register, of_record_id, opened_on FROM clean.grievances
            UNION ALL SELECT of_register, of_record_id, valid_from FROM clean.entitlements
        )
        SELECT r.person_id, p.area_1, p.area_3, min(t.told_on) AS told_on,
            arg_min(register, (t.told_on, register, record_id)) AS register,
            arg_min(record_id, (t.told_on, register, record_id)) AS record_id
        FROM told t JOIN clean.people p USING (register, record_id) JOIN persons.records r USING (register, record_id)
        WHERE p.area_3 IS NOT NULL AND t.told_on IS NOT NULL
            AND r.person_id IN (SELECT person_id FROM household_members)
        GROUP BY r.person_id, p.area_1, p.area_3
        """,
    ),
    Fact(
        "members_at_home",
        "one row a living member of a card household and its last word since the assessment: is home still there?",
        """
        SELECT m.household_register, m.household_id, m.person_id,
            arg_max(p.area_3, (p.told_on, p.area_3)) AS area_3, max(p.told_on) AS told_on,
            arg_max(p.register, (p.told_on, p.area_3)) AS register,
            arg_max(p.record_id, (p.told_on, p.area_3)) AS record_id,
            arg_max(p.area_3 = c.area_3, (p.told_on, p.area_3)) AS is_home,
            arg_max(p.area_1 <> c.area_1, (p.told_on, p.area_3)) AS is_in_another_province,
            min(p.told_on) FILTER (p.area_3 <> c.area_3) AS left_on
        FROM household_members m
        JOIN card_households c USING (household_register, household_id)
        LEFT JOIN places_told p ON p.person_id = m.person_id AND p.told_on >= c.valid_from
        WHERE NOT m.is_dead
        GROUP BY m.household_register, m.household_id, m.person_id
        """,
    ),
)
