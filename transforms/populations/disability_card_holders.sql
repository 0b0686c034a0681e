-- id: disability_card_holders
-- statement_en: People with a valid disability card.
-- statement_km: អ្នកមានប័ណ្ណពិការភាពមានសុពលភាព។
-- unit: person
-- needs: entitlements:disability_card
-- rules: D08
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM disability_cards
