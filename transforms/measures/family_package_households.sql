-- id: family_package_households
-- statement_en: Households with a valid equity card and a member who qualifies, in which somebody is enrolled in the Family Package.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព និងមានសមាជិកដែលមានសិទ្ធិ ដែលមានសមាជិកចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារ។
-- unit: household
-- needs: entitlements:equity_card, enrolments:family_package
-- breakdowns: area_1
WITH enrolled AS (
    SELECT DISTINCT person_id FROM person_enrolments
    WHERE programme = 'family_package'
        AND (status = 'active' OR enrolled_on >= policy('family_package_start')::DATE)
),
cards_used AS (SELECT DISTINCT card_number FROM person_enrolments WHERE programme = 'family_package')
SELECT household_register || '/' || household_id AS unit_id, any_value(household_area_1) AS area_1,
    bool_or(e.person_id IS NOT NULL OR c.card_number IS NOT NULL) AS covered
FROM card_members m
LEFT JOIN enrolled e USING (person_id)
LEFT JOIN cards_used c ON c.card_number = m.card_number
GROUP BY unit_id
HAVING bool_or(len(qualifies_for) > 0)
