-- id: health_equity_fund_patients
-- statement_en: Members of households with a valid equity card who came for health care in the last twelve months and were treated free of charge at least once.
-- statement_km: សមាជិកគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ដែលបានមកទទួលការថែទាំសុខភាពក្នុងរយៈពេលដប់ពីរខែចុងក្រោយ ហើយបានទទួលការព្យាបាលដោយឥតគិតថ្លៃយ៉ាងតិចម្តង។
-- unit: person
-- needs: entitlements:equity_card, claims
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*age_band, area_1*setting
SELECT 'stands' AS role, register, record_id, person_id, household_area_1 AS area_1, household_area_2 AS area_2,
    household_area_3 AS area_3, sex, age, level AS poverty_level,
    list_contains(qualifies_for, 'disability') AS disability,
    FALSE AS qualifies
FROM card_members
UNION ALL BY NAME
SELECT 'entitles' AS role, of_register AS register, of_record_id AS record_id FROM clean.claims
WHERE visited_on BETWEEN as_of() - INTERVAL 12 MONTH AND as_of() AND payer IS NOT NULL
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM clean.claims
WHERE visited_on BETWEEN as_of() - INTERVAL 12 MONTH AND as_of() AND payer IN ('hef', 'exempt', 'social_security')
