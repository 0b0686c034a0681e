-- id: health_equity_fund_patients
-- statement_en: Patients whose care was charged to the Health Equity Fund.
-- statement_km: អ្នកជំងឺដែលថ្លៃព្យាបាលត្រូវបានគិតលើមូលនិធិសមធម៌សុខភាព។
-- unit: person
-- needs: claims
-- rules: I07, I08
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM person_claims WHERE payer = 'hef'
