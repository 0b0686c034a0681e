-- id: family_package_households
-- statement_en: Households with a valid equity card and a member who qualifies for the Family Package.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព និងមានសមាជិកដែលមានសិទ្ធិក្នុងកម្មវិធីកញ្ចប់គ្រួសារ។
-- unit: household
-- needs: entitlements:equity_card, enrolments:family_package
-- rules: E01
-- breakdowns: area_1, area_2, area_3, setting, poverty_level, area_1*setting
SELECT household_register, household_id FROM card_members WHERE len(qualifies_for) > 0
