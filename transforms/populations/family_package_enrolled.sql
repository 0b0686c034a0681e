-- id: family_package_enrolled
-- statement_en: People who are enrolled in the Family Package.
-- statement_km: អ្នកបានចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារ។
-- unit: person
-- needs: enrolments:family_package, payments:family_package
-- rules: E11
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_enrolments WHERE programme = 'family_package' AND status = 'active'
