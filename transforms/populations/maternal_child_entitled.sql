-- id: maternal_child_entitled
-- statement_en: Pregnant women and children under two, in households with a valid equity card.
-- statement_km: ស្ត្រីមានផ្ទៃពោះ និងកុមារអាយុក្រោមពីរឆ្នាំ ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព។
-- unit: person
-- needs: entitlements:equity_card, enrolments:family_package
-- rules: E05
-- breakdowns: area_1, area_2, area_3, setting, sex, age_band, disability, poverty_level, area_1*sex, area_1*setting
SELECT person_id FROM card_members WHERE list_contains(qualifies_for, 'maternal_child')
UNION ALL
-- A birth that was registered in this time tells an age that no register may have given.
SELECT m.person_id FROM clean.events e
JOIN person_records r ON r.register = e.of_register AND r.record_id = e.of_record_id
JOIN card_members m ON m.person_id = r.person_id
WHERE e.kind = 'birth' AND e.happened_on BETWEEN as_of() - to_months(policy('maternal_child_months')::INTEGER) AND as_of()
