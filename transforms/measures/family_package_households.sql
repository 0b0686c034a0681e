-- id: family_package_households
-- statement_en: Households with a valid equity card and a member who qualifies, in which somebody is enrolled in the Family Package.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព និងមានសមាជិកដែលមានសិទ្ធិ ដែលមានសមាជិកចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារ។
-- unit: household
-- needs: entitlements:equity_card, enrolments:family_package
-- breakdowns: area_1, area_2, area_3, setting, poverty_level, area_1*setting
WITH cards_used AS (SELECT DISTINCT card_number FROM person_enrolments WHERE programme = 'family_package')
SELECT 'stands' AS role, register, record_id, person_id, household_register || '/' || household_id AS unit_id,
    household_area_1 AS area_1, household_area_2 AS area_2, household_area_3 AS area_3, level AS poverty_level,
    len(list_filter(qualifies_for, lambda component: component <> 'disability')) > 0 AS qualifies, c.card_number IS NOT NULL AS covered
FROM card_members LEFT JOIN cards_used c USING (card_number)
UNION ALL BY NAME
SELECT 'entitles' AS role, of_register AS register, of_record_id AS record_id FROM disability_cards WHERE is_covered
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM person_enrolments
WHERE programme = 'family_package'
    AND (status = 'active' OR enrolled_on >= policy('family_package_start')::DATE)
