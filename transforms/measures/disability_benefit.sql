-- id: disability_benefit
-- statement_en: Holders of a disability card of a covered severity in households with a valid equity card who are enrolled for the disability benefit.
-- statement_km: អ្នកកាន់ប័ណ្ណពិការភាពកម្រិតដែលត្រូវទទួលបានការឧបត្ថម្ភ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភជនមានពិការភាព។
-- unit: person
-- needs: entitlements:equity_card, entitlements:disability_card, enrolments:family_package
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, poverty_level, area_1*sex, area_1*setting
SELECT 'stands' AS role, register, record_id, person_id, household_area_1 AS area_1, household_area_2 AS area_2,
    household_area_3 AS area_3, sex, age, level AS poverty_level,
    FALSE AS qualifies
FROM card_members
UNION ALL BY NAME
SELECT 'entitles' AS role, of_register AS register, of_record_id AS record_id FROM disability_cards WHERE is_covered
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM person_enrolments
WHERE programme = 'family_package' AND component = 'disability'
