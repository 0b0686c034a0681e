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
WITH listed AS (
    SELECT person_id, household_register, list_sort(list(DISTINCT household_id)) AS households,
        list_sort(list(DISTINCT card_number)) AS card_numbers, list(record(register, record_id, 'subject')) AS records
    FROM household_members
    WHERE NOT is_dead
    GROUP BY person_id, household_register
),
twice AS (FROM listed WHERE len(households) > 1),
-- What makes them alike must be the two rosters themselves, not what others say of them.
rosters_alike AS (
    SELECT a.person_id, a.other_person_id, max(a.probability) AS probability
    FROM pairs_apart a
    WHERE a.person_id < a.other_person_id AND a.register = a.other_register
        AND a.register IN (SELECT member_register FROM rosters)
    GROUP BY ALL
),
alone AS (
    SELECT avg((s.records = 1)::INTEGER) AS share
    FROM (SELECT DISTINCT person_id FROM household_members) JOIN persons.persons s USING (person_id)
),
-- Whoever stands on one roster and nowhere else is somebody's second row rather than somebody else, who would mostly
-- stand in other registers as well. Where both have more records, those would have been linked, and all pairs have a say.
perhaps_same AS (
    SELECT p.person_id, p.other_person_id,
        CASE WHEN least(a.records, b.records) > 1 THEN p.probability
            ELSE r.probability / (r.probability + (1 - r.probability) * share) END AS probability
    FROM persons_apart p
    JOIN rosters_alike r USING (person_id, other_person_id)
    JOIN persons.persons a ON a.person_id = p.person_id
    JOIN persons.persons b ON b.person_id = p.other_person_id
    CROSS JOIN alone
),
perhaps_twice AS (
    SELECT l.person_id, l.household_register, list_sort(l.households || o.households) AS households,
        list_sort(l.card_numbers || o.card_numbers) AS card_numbers,
        l.records || list_transform(o.records, lambda r: record(r.register, r.record_id, 'perhaps the same person'))
            AS records,
        p.probability AS doubt
    FROM perhaps_same p
    JOIN listed l USING (person_id)
    JOIN listed o ON o.person_id = p.other_person_id AND o.household_register = l.household_register
    ANTI JOIN twice t ON t.person_id = p.person_id
    ANTI JOIN twice u ON u.person_id = p.other_person_id
    WHERE p.probability >= policy('possible_duplicate_floor')::DOUBLE AND NOT list_has_any(l.households, o.households)
    QUALIFY row_number() OVER (PARTITION BY l.person_id ORDER BY p.probability DESC, p.other_person_id) = 1
)
SELECT person_id, {households: households, card_numbers: card_numbers} AS evidence, records, doubt
FROM (SELECT *, NULL AS doubt FROM twice UNION ALL BY NAME FROM perhaps_twice)
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY household_register) = 1
