-- id: D01
-- statement_en: The person is listed in two or more households with active equity cards of one register.
-- statement_km: បុគ្គលមានឈ្មោះក្នុងគ្រួសារពីរ ឬច្រើន ដែលមានប័ណ្ណសមធម៌កំពុងប្រើនៅក្នុងបញ្ជីតែមួយ។
-- sentence_en: The person is on the rosters of households {households}, which hold the equity cards {card_numbers}.
-- sentence_km: បុគ្គលមានឈ្មោះក្នុងគ្រួសារ {households} ដែលមានប័ណ្ណសមធម៌លេខ {card_numbers}។
-- kind: duplication
-- severity: high
-- needs: entitlements:equity_card, people
-- evidence:
--   households: codes of the households
--   card_numbers: numbers of their cards
-- confirm: Ask both households first; divorce, shared custody and a move explain many.
-- source: IDPoor, one household for each person
SELECT person_id,
    {
        households: list_sort(list(DISTINCT household_id)), card_numbers: list_sort(list(DISTINCT card_number))
    } AS evidence,
    list(record(register, record_id, 'subject')) AS records
FROM household_members
WHERE NOT is_dead
GROUP BY person_id, household_register
HAVING count(DISTINCT household_id) > 1
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY household_register) = 1
