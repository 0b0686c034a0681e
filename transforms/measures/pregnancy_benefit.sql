-- id: pregnancy_benefit
-- statement_en: Pregnant women in households with a valid equity card who are enrolled for the mother and child benefit.
-- statement_km: ស្ត្រីមានផ្ទៃពោះ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារ។
-- unit: person
-- needs: entitlements:equity_card, enrolments:family_package
-- breakdowns: area_1, area_2, area_3, setting, age_band, disability, poverty_level, area_1*setting
SELECT 'stands' AS role, register, record_id, person_id, household_area_1 AS area_1, household_area_2 AS area_2,
    household_area_3 AS area_3, sex, age, level AS poverty_level,
    list_contains(qualifies_for, 'disability') AS disability
FROM card_members
WHERE is_pregnant AND list_contains(qualifies_for, 'maternal_child')
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM person_enrolments
WHERE programme = 'family_package' AND component = 'maternal_child'
