-- id: maternal_child_benefit_paid
-- statement_en: Children under two in households with a valid equity card, enrolled for the mother and child benefit, who were paid it in the last three months.
-- statement_km: កុមារអាយុក្រោមពីរឆ្នាំ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារ ហើយបានទទួលប្រាក់ក្នុងរយៈពេលបីខែចុងក្រោយ។
-- unit: person
-- after: maternal_child_benefit
-- needs: entitlements:equity_card, enrolments:family_package, payments:family_package
-- breakdowns: area_1, area_2, area_3, setting, sex, poverty_level, area_1*sex, area_1*setting
SELECT 'stands' AS role, register, record_id, person_id, household_area_1 AS area_1, household_area_2 AS area_2,
    household_area_3 AS area_3, sex, age, level AS poverty_level,
    FALSE AS qualifies
FROM card_members
WHERE birth_date > as_of() - to_months(policy('maternal_child_months')::INTEGER)
UNION ALL BY NAME
SELECT 'entitles' AS role, of_register AS register, of_record_id AS record_id FROM person_enrolments
WHERE programme = 'family_package' AND component = 'maternal_child'
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM clean.payments
WHERE programme = 'family_package' AND component = 'maternal_child' AND status = 'paid'
    AND paid_on BETWEEN as_of() - INTERVAL 3 MONTH AND as_of()
