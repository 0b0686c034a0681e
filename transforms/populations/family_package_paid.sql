-- id: family_package_paid
-- statement_en: People whom the Family Package has paid.
-- statement_km: អ្នកដែលកម្មវិធីកញ្ចប់គ្រួសារបានបើកប្រាក់ឱ្យ។
-- unit: person
-- needs: payments:family_package
-- rules: I01, I03, I04, I09, I14, D03
-- published: I01, I14, D03
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_payments WHERE status = 'paid' AND programme = 'family_package'
