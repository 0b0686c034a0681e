-- id: D08
-- statement_en: One person holds two or more valid disability cards.
-- statement_km: បុគ្គលម្នាក់មានប័ណ្ណពិការភាពមានសុពលភាពពីរ ឬច្រើន។
-- sentence_en: One person holds the valid disability cards {cards}[, of severity {severities}].
-- sentence_km: បុគ្គលម្នាក់មានប័ណ្ណពិការភាពនៅមានសុពលភាពលេខ {cards}[ កម្រិត {severities}]។
-- kind: duplication
-- severity: medium
-- needs: entitlements:disability_card
-- evidence:
--   cards: numbers of the cards
--   severities: severities on them
-- confirm: See both cards; a renewed card whose old number was not closed is a matter of the register alone.
-- source: Ministry of Social Affairs, one card for each person
SELECT d.person_id,
    {cards: list_sort(list(DISTINCT d.number)), severities: list_sort(list(DISTINCT d.severity))} AS evidence,
    list(record(e.of_register, e.of_record_id, 'subject')) || list(record(d.register, d.record_id, 'disability card'))
        AS records
FROM disability_cards d
JOIN clean.entitlements e ON e.register = d.register AND e.entitlement_id = d.record_id
GROUP BY d.person_id
HAVING count(DISTINCT d.number) > 1
