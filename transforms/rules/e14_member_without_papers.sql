-- id: E14
-- statement_en: A member of a household with a valid equity card is one year old or more and told to hold neither identity card nor birth certificate, and no register shows one.
-- statement_km: សមាជិកនៃគ្រួសារដែលមានប័ណ្ណសមធម៌មានសុពលភាព មានអាយុមួយឆ្នាំឡើងទៅ ត្រូវបានកត់ត្រាថាគ្មានអត្តសញ្ញាណប័ណ្ណ ឬសំបុត្រកំណើត ហើយគ្មានបញ្ជីណាបង្ហាញឯកសារទាំងនេះទេ។
-- sentence_en: A member aged {age:number} of the household with card {card_number} stands in {registers:register}, nowhere with an identity card or birth certificate.
-- sentence_km: សមាជិកអាយុ {age:number} ឆ្នាំ នៃគ្រួសារមានប័ណ្ណលេខ {card_number} មានឈ្មោះក្នុង{registers:register} ប៉ុន្តែគ្មានកន្លែងណាមានអត្តសញ្ញាណប័ណ្ណ ឬសំបុត្រកំណើតទេ។
-- kind: exclusion
-- severity: medium
-- needs: entitlements:equity_card, identifiers:national_id, identifiers:birth_certificate, events:birth
-- evidence:
--   card_number: number of the equity card
--   age: full years on the as-of date
--   registers: registers the person stands in, all of them without such a number
-- confirm: Ask for the papers first, for they may only not have been at hand; if there are none, help with registration.
-- source: IDPoor and civil registration; the age is a guess
WITH shown AS (
    SELECT person_id, bool_or(is_elsewhere) AS is_elsewhere FROM (
        SELECT r.person_id, r.identity_paper IS NULL AS is_elsewhere
        FROM clean.identifiers i JOIN person_records r USING (register, record_id)
        WHERE i.id_type IN ('national_id', 'birth_certificate')
        UNION ALL
        SELECT r.person_id, TRUE FROM clean.events e
        JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
        WHERE e.kind = 'birth'
    ) GROUP BY person_id
),
told AS (
    SELECT person_id, bool_and(identity_paper = 'none') AS has_none FROM person_records
    WHERE identity_paper IS NOT NULL GROUP BY person_id
),
members AS (
    SELECT m.*, t.has_none, s.person_id IS NOT NULL AS is_shown, coalesce(s.is_elsewhere, FALSE) AS is_elsewhere,
        least_age // 3 AS band
    FROM card_members m JOIN told t USING (person_id) LEFT JOIN shown s USING (person_id)
    -- Of a year alone, the last day counts: who is not surely so old need not have papers yet.
    WHERE least_age >= policy('identifier_age')::INTEGER
),
-- Some who hold a paper are noted to hold none. Registers that note nothing show the numbers of some people: how many
-- are noted wrongly for each that is noted rightly is counted there, and holds of those whom no register shows, too.
untold AS (
    SELECT (count(DISTINCT person_id) FILTER (has_none) + 0.5) / (count(DISTINCT person_id) FILTER (NOT has_none) + 1)
        AS odds
    FROM members WHERE is_elsewhere HAVING count(DISTINCT person_id) FILTER (NOT has_none) >= 30
),
-- By age, as far as there are more than a few; of few, the odds are those of everybody.
by_age AS (
    SELECT band, count(DISTINCT person_id) FILTER (NOT has_none AND NOT is_elsewhere)
            * (count(DISTINCT person_id) FILTER (has_none AND is_elsewhere) + 10)
            / nullif(
                count(DISTINCT person_id) FILTER (NOT has_none AND is_elsewhere) + 10 / nullif(any_value(odds), 0), 0
            ) AS wrong,
        count(DISTINCT person_id) FILTER (has_none AND NOT is_elsewhere) AS people
    FROM members CROSS JOIN untold GROUP BY band
),
without AS (
    SELECT m.*,
        CASE WHEN wrong < people THEN 1 - wrong / nullif(people, 0) WHEN wrong >= people THEN 0 END AS reliability
    FROM members m LEFT JOIN by_age USING (band)
    WHERE has_none AND NOT is_shown
)
SELECT person_id,
    {
        card_number: min(w.card_number), age: any_value(w.age), registers: list_sort(list(DISTINCT r.register))
    } AS evidence,
    list(DISTINCT record(w.register, w.record_id, 'subject')) AS records,
    (SELECT min(of_register) FROM clean.events WHERE kind = 'birth') AS absent_from,
    round(any_value(w.reliability), 2) AS reliability
FROM without w JOIN person_records r USING (person_id)
GROUP BY person_id
