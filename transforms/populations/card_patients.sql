-- id: card_patients
-- statement_en: Patients who are listed with an equity card of a level that health care is free for.
-- statement_km: អ្នកជំងឺដែលមានឈ្មោះក្រោមប័ណ្ណសមធម៌ កម្រិតដែលការព្យាបាលឥតគិតថ្លៃ។
-- unit: person
-- needs: claims, entitlements:equity_card
-- rules: E10
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT m.person_id FROM household_members m SEMI JOIN person_claims c USING (person_id) WHERE m.is_covered
