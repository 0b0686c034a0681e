-- id: D01
-- statement_en: The person is listed in two or more households with active equity cards of one register.
-- statement_km: បុគ្គលមានឈ្មោះក្នុងគ្រួសារពីរ ឬច្រើន ដែលមានប័ណ្ណសមធម៌កំពុងប្រើនៅក្នុងបញ្ជីតែមួយ។
-- sentence_en: '{perhaps_one:if Two people who may be one are/The person is} on the rosters of households {households}, which hold the equity cards {card_numbers}.'
-- sentence_km: '{perhaps_one:if មនុស្សពីរនាក់ដែលអាចជាបុគ្គលតែមួយ មានឈ្មោះ/បុគ្គលមានឈ្មោះ}ក្នុងគ្រួសារ {households} ដែលមានប័ណ្ណសមធម៌លេខ {card_numbers}។'
-- kind: duplication
-- severity: high
-- needs: entitlements:equity_card, people
-- evidence:
--   households: codes of the households
--   card_numbers: numbers of their cards
--   perhaps_one: true where the two rows may be of two people
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
rostered AS (
    SELECT m.person_id, any_value(m.age) // 10 AS decade, any_value(p.records) = 1 AS is_alone
    FROM household_members m JOIN persons.persons p USING (person_id) GROUP BY m.person_id
),
alone AS (
    SELECT *, avg(is_alone::INTEGER) OVER (PARTITION BY decade) AS share FROM rostered
),
apart AS (
    SELECT r.person_id, r.other_person_id, r.probability, a.is_alone OR b.is_alone AS is_alone,
        1 - (1 - a.share) * (1 - b.share) AS by_chance,
        round(ln(greatest(r.probability, 0.001) / greatest(1 - r.probability, 0.001))) AS band
    FROM rosters_alike r
    JOIN alone a ON a.person_id = r.person_id
    JOIN alone b ON b.person_id = r.other_person_id
),
-- Somebody's second row stands on one roster and nowhere else; of two people, both mostly stand in other registers too,
-- less so children. So the pairs that linking takes to be about as likely tell how many of them are one person: the
-- more, the oftener one of the two rows stands alone. What linking says counts as so many pairs more.
counted AS (
    SELECT band, avg(1 - by_chance) AS kept,
        sum(is_alone::INTEGER - by_chance) + policy('linking_weight')::INTEGER * avg(probability) * kept AS excess,
        (count(*) + policy('linking_weight')::INTEGER) * kept AS possible
    FROM apart GROUP BY band
),
bands AS (SELECT band, greatest(least(excess / nullif(possible, 0), 1), 0) AS same FROM counted WHERE possible > 0),
perhaps_same AS (
    SELECT p.person_id, p.other_person_id,
        CASE WHEN r.is_alone THEN coalesce(b.same / nullif(b.same + (1 - b.same) * r.by_chance, 0), r.probability)
            ELSE least(p.probability, r.probability) END AS probability
    FROM persons_apart p JOIN apart r USING (person_id, other_person_id) LEFT JOIN bands b USING (band)
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
    WHERE p.probability >= policy('possible_link_floor')::DOUBLE AND NOT list_has_any(l.households, o.households)
    QUALIFY row_number() OVER (PARTITION BY l.person_id ORDER BY p.probability DESC, p.other_person_id) = 1
)
SELECT person_id, {households: households, card_numbers: card_numbers, perhaps_one: doubt IS NOT NULL} AS evidence, records, doubt
FROM (SELECT *, NULL AS doubt FROM twice UNION ALL BY NAME FROM perhaps_twice)
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY household_register) = 1
