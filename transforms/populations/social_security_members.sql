-- id: social_security_members
-- statement_en: Members of social security and their dependants.
-- statement_km: សមាជិករបបសន្តិសុខសង្គម និងអ្នកក្នុងបន្ទុក។
-- unit: person
-- needs: memberships
-- rules: I11, I12, D06
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_memberships
UNION ALL
SELECT r.person_id FROM clean.identifiers i JOIN persons.records r USING (register, record_id)
WHERE i.id_type = 'nssf_no' AND i.is_valid
