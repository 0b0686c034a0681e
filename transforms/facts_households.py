"""Facts on households with an equity card: who stands on their rosters, and what the members qualify for."""

from transforms.fact import Fact

FACTS = (
    Fact(
        "disability_cards",
        "one row a disability card valid at the as-of date, with its holder",
        """
        SELECT e.register, e.entitlement_id AS record_id, e.of_register, e.of_record_id, r.person_id, e.number,
            e.level AS severity, e.valid_from,
            coalesce(list_contains(policy_list('covered_disability_severities'), e.level), FALSE) AS is_covered
        FROM clean.entitlements e
        JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
        WHERE e.programme = 'disability_card' AND e.status = 'active' AND valid_on(e.valid_from, e.valid_to, as_of())
        """,
    ),
    Fact(
        "card_households",
        "one row a household with an equity card valid at the as-of date; is_covered: of a level programmes cover",
        """
        SELECT e.register AS household_register, e.household_id, e.entitlement_id AS record_id,
            e.number AS card_number, e.level, e.valid_from, e.valid_to, h.area_1, h.area_2, h.area_3,
            coalesce(list_contains(policy_list('covered_poverty_levels'), e.level), FALSE) AS is_covered
        FROM clean.entitlements e
        JOIN clean.households h USING (register, household_id)
        WHERE e.programme = 'equity_card' AND e.status = 'active' AND valid_on(e.valid_from, e.valid_to, as_of())
        QUALIFY row_number() OVER (
            PARTITION BY e.register, e.household_id ORDER BY e.valid_from DESC NULLS LAST, e.entitlement_id
        ) = 1
        """,
    ),
    Fact(
        "rosters",
        "one row two registers, of households and of people, in which most household codes of the people stand",
        """
        WITH coded AS (SELECT DISTINCT register, household_id FROM clean.people WHERE household_id IS NOT NULL),
        sizes AS (SELECT register, count(*) AS codes FROM coded GROUP BY ALL)
        SELECT h.register AS household_register, coded.register AS member_register
        FROM coded JOIN sizes USING (register) JOIN clean.households h USING (household_id)
        GROUP BY ALL
        HAVING 2 * count(*) > any_value(sizes.codes)
        """,
    ),
    Fact(
        "household_members",
        "one row a record that stands on the roster of a card household, with its person, dead or alive",
        """
        SELECT c.household_register, c.household_id, c.record_id AS household_record_id, c.card_number, c.level,
            c.is_covered, c.valid_from, c.valid_to, c.area_1 AS household_area_1, c.area_2 AS household_area_2,
            c.area_3 AS household_area_3, r.register, r.record_id, r.person_id,
            i.sex, i.birth_date, age_on(i.birth_date, as_of()) AS age, age_on(i.latest_birth, as_of()) AS least_age,
            i.is_dead, r.is_pregnant
        FROM card_households c
        JOIN rosters o USING (household_register)
        JOIN person_records r ON r.register = o.member_register AND r.household_id = c.household_id
        JOIN individuals i USING (person_id)
        """,
    ),
    Fact(
        "card_members",
        """one row a living member of a household whose card level is covered, with the components it qualifies for by
        its best date of birth, and those it surely qualifies for, whatever day that date stands for""",
        """
        WITH qualified AS (
            SELECT m.*, list_filter([
                CASE WHEN (m.is_pregnant AND m.sex IS DISTINCT FROM 'M' AND coalesce(m.age BETWEEN
                        policy_list('pregnancy_ages')[1]::INTEGER AND policy_list('pregnancy_ages')[2]::INTEGER, TRUE))
                    OR m.birth_date > as_of() - to_months(policy('maternal_child_months')::INTEGER)
                    THEN 'maternal_child' END,
                CASE WHEN m.age BETWEEN policy_list('school_ages')[1]::INTEGER
                        AND policy_list('school_ages')[2]::INTEGER
                    THEN 'scholarship' END,
                CASE WHEN m.age >= policy('elderly_age')::INTEGER THEN 'elderly' END,
                CASE WHEN d.person_id IS NOT NULL THEN 'disability' END
            ], lambda component: component IS NOT NULL) AS qualifies_for, [
                CASE WHEN m.least_age < policy('elderly_age')::INTEGER THEN 'elderly' END,
                CASE WHEN m.least_age < policy_list('school_ages')[1]::INTEGER THEN 'scholarship' END
            ] AS perhaps_too_young_for
            FROM household_members m
            LEFT JOIN (SELECT DISTINCT person_id FROM disability_cards WHERE is_covered) d USING (person_id)
            WHERE m.is_covered AND NOT m.is_dead
        )
        SELECT * EXCLUDE (perhaps_too_young_for),
            list_filter(qualifies_for, lambda component: NOT list_contains(perhaps_too_young_for, component))
                AS surely_qualifies_for
        FROM qualified
        """,
    ),
)
