-- id: maternal_child_benefit
-- statement_en: Children under two in households with a valid equity card who are enrolled for the mother and child benefit.
-- statement_km: កុមារអាយុក្រោមពីរឆ្នាំ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារ។
-- unit: person
-- needs: entitlements:equity_card, enrolments:family_package
-- breakdowns: area_1, sex
WITH enrolled AS (
    SELECT DISTINCT person_id FROM person_enrolments WHERE programme = 'family_package' AND component = 'maternal_child'
)
SELECT person_id AS unit_id, min(household_area_1) AS area_1, any_value(sex) AS sex,
    bool_or(enrolled.person_id IS NOT NULL) AS covered
FROM card_members LEFT JOIN enrolled USING (person_id)
WHERE birth_date > as_of() - to_months(policy('maternal_child_months')::INTEGER)
GROUP BY person_id
