-- id: elderly_benefit
-- statement_en: People of 60 and over in households with a valid equity card who are enrolled for the elderly benefit.
-- statement_km: មនុស្សអាយុ ៦០ ឆ្នាំឡើងទៅ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់។
-- unit: person
-- needs: entitlements:equity_card, enrolments:family_package
-- breakdowns: area_1, sex, age_band
WITH enrolled AS (
    SELECT DISTINCT person_id FROM person_enrolments WHERE programme = 'family_package' AND component = 'elderly'
)
SELECT person_id AS unit_id, min(household_area_1) AS area_1, any_value(sex) AS sex, any_value(age) AS age,
    bool_or(enrolled.person_id IS NOT NULL) AS covered
FROM card_members LEFT JOIN enrolled USING (person_id)
WHERE list_contains(qualifies_for, 'elderly')
GROUP BY person_id
