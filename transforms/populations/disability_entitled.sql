-- id: disability_entitled
-- statement_en: Holders of a disability card of a covered severity, in households with a valid equity card.
-- statement_km: អ្នកកាន់ប័ណ្ណពិការភាពកម្រិតដែលត្រូវទទួលបានការឧបត្ថម្ភ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព។
-- unit: person
-- needs: entitlements:equity_card, enrolments:family_package
-- rules: E03
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM card_members WHERE list_contains(qualifies_for, 'disability')
