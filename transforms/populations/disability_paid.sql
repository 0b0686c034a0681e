-- id: disability_paid
-- statement_en: People who were paid the disability benefit.
-- statement_km: អ្នកដែលបានទទួលប្រាក់ឧបត្ថម្ភជនមានពិការភាព។
-- unit: person
-- needs: payments:family_package
-- rules: I01, I09, I14, D03
-- published: I09
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_payments WHERE status = 'paid' AND programme = 'family_package' AND component = 'disability'
