-- id: card_members
-- statement_en: People listed in households with a valid equity card.
-- statement_km: អ្នកមានឈ្មោះក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព។
-- unit: person
-- needs: entitlements:equity_card, people
-- rules: D01
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM household_members WHERE NOT is_dead
