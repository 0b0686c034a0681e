-- id: elderly_entitled
-- statement_en: People of 60 and over in households with a valid equity card.
-- statement_km: មនុស្សអាយុ ៦០ ឆ្នាំឡើងទៅ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព។
-- unit: person
-- needs: entitlements:equity_card, enrolments:family_package
-- rules: E02
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM card_members WHERE list_contains(qualifies_for, 'elderly')
