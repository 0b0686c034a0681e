-- id: card_households
-- statement_en: Households with a valid equity card.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព។
-- unit: household
-- needs: entitlements:equity_card
-- rules: I05, I06, I15, D02, D10
-- breakdowns: area_1, area_2, area_3, setting, poverty_level, area_1*setting
SELECT household_register, household_id FROM card_households
