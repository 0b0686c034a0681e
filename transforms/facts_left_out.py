"""Facts for rules on who is left out: who works, whose child was born, which visits say that somebody is poor."""

from transforms.fact import Fact

FACTS = (
    Fact(
        "workers",
        "one row a person who contributed as an employee: the last month, and whether it shows a job still held",
        """
        SELECT r.person_id, max(c.month) AS last_month, arg_max(c.register, (c.month, c.contribution_id)) AS register,
            arg_max(c.contribution_id, (c.month, c.contribution_id)) AS record_id,
            max(c.month) >= strftime(
                date_trunc('month', as_of()) - to_months(policy('lost_job_months')::INTEGER), '%Y-%m'
            ) AS is_active,
            bool_or(c.amount = policy('self_employed_contribution')::DECIMAL) AS is_self_employed
        FROM clean.contributions c
        JOIN persons.records r ON r.register = c.of_register AND r.record_id = c.of_record_id
        GROUP BY r.person_id
        """,
    ),
    Fact(
        "likely_enrolments",
        "one row an enrolment and its person, or a card member who is most likely the same person, though linking kept "
        "the two apart: of born_alike, or by persons_apart from likely_same_floor on",
        """
        SELECT person_id, programme, component, status, enrolled_on FROM person_enrolments
        UNION
        SELECT m.person_id, e.programme, e.component, e.status, e.enrolled_on
        FROM card_members m
        JOIN (
            SELECT person_id, other_person_id FROM born_alike
            UNION
            SELECT person_id, other_person_id FROM persons_apart
            WHERE probability >= policy('likely_same_floor')::DOUBLE
        ) a USING (person_id)
        JOIN person_enrolments e ON e.person_id = a.other_person_id
        """,
    ),
    Fact(
        "young_births",
        "one row a person whose registered birth is of the years the mother and child benefit covers, with the "
        "parents' names, each sorted, for clerks swap family and given name",
        """
        SELECT r.person_id, e.happened_on AS born_on, e.certificate, r.register, r.record_id, p.area_1, p.area_4,
            both_names(p.mother_family_name_local, p.mother_given_name_local) AS mother,
            both_names(p.father_family_name_local, p.father_given_name_local) AS father
        FROM clean.events e
        JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
        JOIN clean.people p ON p.register = r.register AND p.record_id = r.record_id
        WHERE e.kind = 'birth' AND e.happened_on <= as_of()
            AND e.happened_on > as_of() - to_months(policy('maternal_child_months')::INTEGER)
        QUALIFY row_number() OVER (
            PARTITION BY r.person_id ORDER BY e.happened_on DESC, e.register, e.event_id
        ) = 1
        """,
    ),
    Fact(
        "couples",
        "one row a listed woman and a man of her household, or none; is_alone: she heads it, and has no spouse in it",
        """
        WITH named AS (
            SELECT m.person_id, m.household_register, m.household_id, m.card_number, m.register, m.record_id, m.sex,
                m.birth_date, p.area_1, p.area_4, p.relation_to_head,
                both_names(p.family_name_local, p.given_name_local) AS names
            FROM household_members m JOIN clean.people p USING (register, record_id)
        )
        SELECT w.person_id, w.household_register, w.household_id, w.card_number, w.register, w.record_id, w.birth_date,
            w.area_1, w.area_4, w.names, m.names AS his_names,
            coalesce(w.relation_to_head = 'head', FALSE)
                AND bool_or(m.relation_to_head = 'spouse') OVER (PARTITION BY w.register, w.record_id) IS NOT TRUE
                AS is_alone
        FROM named w
        LEFT JOIN named m ON m.household_register = w.household_register AND m.household_id = w.household_id
            AND m.sex = 'M'
        WHERE w.sex = 'F'
        """,
    ),
    Fact(
        "listed_mothers",
        "one row a young birth and the one listed woman who is the mother: by the card the child showed (card), by her "
        "and the father's name (parents), or by her name and village where she heads her household alone (name)",
        """
        WITH shown_cards AS (
            SELECT person_id, card_number FROM person_enrolments UNION SELECT person_id, card_number FROM person_claims
        ),
        alike AS (
            SELECT b.person_id AS child_id, b.born_on, 'card' AS matched_by, c.*, c.names = b.mother AS is_whole
            FROM young_births b JOIN shown_cards s USING (person_id) JOIN couples c USING (card_number)
            WHERE list_has_any(c.names, b.mother)
            UNION ALL
            SELECT b.person_id, b.born_on, 'parents', c.*, TRUE
            FROM young_births b JOIN couples c
                ON c.area_1 = b.area_1 AND c.names = b.mother AND c.his_names = b.father
            UNION ALL
            SELECT b.person_id, b.born_on, 'name', c.*, TRUE
            FROM young_births b JOIN couples c ON c.area_4 = b.area_4 AND c.names = b.mother
            WHERE c.is_alone
        ),
        likeliest AS (
            SELECT * FROM alike
            WHERE person_id <> child_id AND coalesce(
                age_on(birth_date, born_on)
                    BETWEEN policy_list('pregnancy_ages')[1]::INTEGER AND policy_list('pregnancy_ages')[2]::INTEGER,
                TRUE
            )
            QUALIFY rank() OVER (
                PARTITION BY child_id ORDER BY is_whole DESC, list_position(['card', 'parents', 'name'], matched_by)
            ) = 1
        )
        SELECT child_id, born_on, person_id AS mother_id, household_register, household_id, register, record_id,
            matched_by
        FROM likeliest
        QUALIFY min(person_id) OVER (PARTITION BY child_id) = max(person_id) OVER (PARTITION BY child_id)
            AND row_number() OVER (
                PARTITION BY child_id ORDER BY household_register, household_id, register, record_id
            ) = 1
        """,
    ),
)
