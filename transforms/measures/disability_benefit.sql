-- id: disability_benefit
-- statement_en: Holders of a disability card of a covered severity in households with a valid equity card who are enrolled for the disability benefit.
-- statement_km: អ្នកកាន់ប័ណ្ណពិការភាពកម្រិតដែលត្រូវទទួលបានការឧបត្ថម្ភ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភជនមានពិការភាព។
-- unit: person
-- needs: entitlements:equity_card, entitlements:disability_card, enrolments:family_package
-- breakdowns: area_1, sex, age_band
WITH enrolled AS (
    SELECT DISTINCT person_id FROM person_enrolments WHERE programme = 'family_package' AND component = 'disability'
)
SELECT person_id AS unit_id, min(household_area_1) AS area_1, any_value(sex) AS sex, any_value(age) AS age,
    bool_or(enrolled.person_id IS NOT NULL) AS covered
FROM card_members LEFT JOIN enrolled USING (person_id)
WHERE list_contains(qualifies_for, 'disability')
GROUP BY person_id
