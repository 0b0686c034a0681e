-- id: patients
-- statement_en: Patients with a health claim.
-- statement_km: អ្នកជំងឺដែលមានការទាមទារថ្លៃព្យាបាល។
-- unit: person
-- needs: claims
-- rules: I02, D04, D07
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_claims
