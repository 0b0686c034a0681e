-- id: E01
-- statement_en: The household holds a valid equity card and has a member who qualifies, but nobody in it is enrolled in the Family Package.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព និងមានសមាជិកដែលមានសិទ្ធិ ប៉ុន្តែគ្មានសមាជិកណាម្នាក់បានចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារទេ។
-- sentence_en: Card {card_number} ({card_level:words})[, valid since {valid_from:date},] covers {living_members:count living member/living members}, of whom some qualify for the {qualifies_for:component}; no enrolment in the Family Package was found for any of them.
-- sentence_km: ប័ណ្ណលេខ {card_number} ({card_level:words})[ មានសុពលភាពចាប់ពី{valid_from:date}] មានសមាជិកនៅរស់ {living_members:number} នាក់ ហើយមានអ្នកមានសិទ្ធិទទួល{qualifies_for:component} ប៉ុន្តែរកមិនឃើញការចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារទេ។
-- kind: exclusion
-- severity: critical
-- needs: entitlements:equity_card, enrolments:family_package
-- evidence:
--   card_number: number of the equity card
--   card_level: its poverty level
--   valid_from: first day of the card
--   valid_to: last day of the card
--   living_members: members on the roster who are not known to be dead
--   qualifies_for: components that some member surely qualifies for, whatever day a date of birth stands for
-- money: qualifies_for owed
-- confirm: Look for the members in the Family Package under other spellings; ask the commune whether they were offered enrolment.
-- source: Family Package, eligibility of households with an equity card of level 1 or 2
-- complaints: family_package:excluded
WITH enrolled AS (
    SELECT DISTINCT person_id FROM likely_enrolments
    WHERE programme = 'family_package'
        AND (status = 'active' OR enrolled_on >= policy('family_package_start')::DATE)
),
cards_used AS (
    SELECT DISTINCT card_number FROM person_enrolments
    WHERE programme = 'family_package' AND card_number IS NOT NULL
),
left_out AS (
    SELECT household_register, household_id FROM card_members LEFT JOIN enrolled USING (person_id)
    GROUP BY household_register, household_id
    HAVING bool_or(len(surely_qualifies_for) > 0) AND NOT bool_or(enrolled.person_id IS NOT NULL)
),
households AS (
    SELECT household_register, household_id, household_record_id,
        any_value(card_number) AS card_number, any_value(level) AS level,
        any_value(valid_from) AS valid_from, any_value(valid_to) AS valid_to,
        count(DISTINCT person_id) AS members,
        list_sort(list_distinct(flatten(list(surely_qualifies_for)))) AS qualifies_for,
        list(record(register, record_id, 'member') ORDER BY register, record_id) AS roster
    FROM card_members SEMI JOIN left_out USING (household_register, household_id)
    GROUP BY ALL
)
SELECT household_register, household_id,
    {
        card_number: card_number, card_level: level, valid_from: valid_from, valid_to: valid_to,
        living_members: members, qualifies_for: qualifies_for
    } AS evidence,
    [record(household_register, household_record_id, 'subject')] || roster AS records,
    enrolling_register('family_package') AS absent_from
FROM households
WHERE card_number NOT IN (SELECT card_number FROM cards_used)
