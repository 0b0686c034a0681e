-- id: family_package_paid
-- statement_en: People enrolled in the Family Package who were paid in the last three months.
-- statement_km: អ្នកចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារ ដែលបានទទួលប្រាក់ក្នុងរយៈពេលបីខែចុងក្រោយ។
-- unit: person
-- needs: enrolments:family_package, payments:family_package
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, area_1*sex, area_1*setting
SELECT 'stands' AS role, e.of_register AS register, e.of_record_id AS record_id, i.person_id, p.area_1, p.area_2, p.area_3, i.sex,
    age_on(i.birth_date, as_of()) AS age
FROM person_enrolments e
JOIN clean.people p ON p.register = e.of_register AND p.record_id = e.of_record_id
JOIN individuals i USING (person_id)
WHERE e.programme = 'family_package' AND e.status = 'active' AND e.enrolled_on <= as_of() - INTERVAL 3 MONTH
    AND NOT i.is_dead
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM clean.payments
WHERE programme = 'family_package' AND status = 'paid' AND paid_on BETWEEN as_of() - INTERVAL 3 MONTH AND as_of()
