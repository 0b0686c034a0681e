-- id: scholarship_paid
-- statement_en: Children who were paid the scholarship.
-- statement_km: កុមារដែលបានទទួលអាហារូបករណ៍។
-- unit: person
-- needs: payments:family_package
-- rules: I01, I14, D03
-- published: []
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_payments WHERE status = 'paid' AND programme = 'family_package' AND component = 'scholarship'
