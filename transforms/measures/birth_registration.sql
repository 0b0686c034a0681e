-- id: birth_registration
-- statement_en: Children under two in households with an equity card whose birth is registered.
-- statement_km: កុមារអាយុក្រោមពីរឆ្នាំ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌ ដែលកំណើតបានចុះបញ្ជី។
-- unit: person
-- needs: entitlements:equity_card, events:birth
-- breakdowns: area_1, area_2, area_3, setting, sex, poverty_level, area_1*sex, area_1*setting
SELECT 'stands' AS role, register, record_id, person_id, household_area_1 AS area_1, household_area_2 AS area_2,
    household_area_3 AS area_3, sex, level AS poverty_level
FROM household_members
WHERE NOT is_dead AND birth_date > as_of() - to_months(policy('maternal_child_months')::INTEGER)
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM clean.events
WHERE kind = 'birth' AND happened_on <= as_of()
