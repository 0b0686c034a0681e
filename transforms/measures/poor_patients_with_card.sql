-- id: poor_patients_with_card
-- statement_en: Patients whom health facilities treated as poor in the last twelve months who live in a household with a valid equity card.
-- statement_km: អ្នកជំងឺដែលមូលដ្ឋានសុខាភិបាលបានព្យាបាលក្នុងនាមជាជនក្រីក្រ ក្នុងរយៈពេលដប់ពីរខែចុងក្រោយ ដែលរស់នៅក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព។
-- unit: person
-- needs: entitlements:equity_card, claims
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, area_1*sex, area_1*setting
SELECT 'stands' AS role, c.of_register AS register, c.of_record_id AS record_id, i.person_id, p.area_1, p.area_2, p.area_3, i.sex,
    age_on(i.birth_date, as_of()) AS age
FROM clean.claims c
JOIN clean.people p ON p.register = c.of_register AND p.record_id = c.of_record_id
JOIN person_records r ON r.register = c.of_register AND r.record_id = c.of_record_id
JOIN individuals i USING (person_id)
WHERE c.payer IN ('hef', 'exempt') AND c.visited_on BETWEEN as_of() - INTERVAL 12 MONTH AND as_of() AND NOT i.is_dead
UNION ALL BY NAME
SELECT 'covers' AS role, register, record_id FROM household_members
