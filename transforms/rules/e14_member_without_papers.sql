-- id: E14
-- statement_en: A member of a household with a valid equity card is one year old or more and told to hold neither identity card nor birth certificate, and no register shows one.
-- statement_km: សមាជិកនៃគ្រួសារដែលមានប័ណ្ណសមធម៌មានសុពលភាព មានអាយុមួយឆ្នាំឡើងទៅ ត្រូវបានកត់ត្រាថាគ្មានអត្តសញ្ញាណប័ណ្ណ ឬសំបុត្រកំណើត ហើយគ្មានបញ្ជីណាបង្ហាញឯកសារទាំងនេះទេ។
-- sentence_en: A member aged {age:number} of the household with card {card_number} stands in {registers:register}, nowhere with an identity card or birth certificate.
-- sentence_km: សមាជិកអាយុ {age:number} ឆ្នាំ នៃគ្រួសារមានប័ណ្ណលេខ {card_number} មានឈ្មោះក្នុង{registers:register} ប៉ុន្តែគ្មានកន្លែងណាមានអត្តសញ្ញាណប័ណ្ណ ឬសំបុត្រកំណើតទេ។
-- kind: exclusion
-- severity: medium
-- needs: entitlements:equity_card, identifiers:national_id, identifiers:birth_certificate
-- evidence:
--   card_number: number of the equity card
--   age: full years on the as-of date
--   registers: registers the person stands in, all of them without such a number
-- confirm: Ask for the papers first, for they may only not have been at hand; if there are none, help with registration.
-- source: IDPoor and civil registration; the age is a guess
WITH shown AS (
    SELECT DISTINCT r.person_id
    FROM clean.identifiers i JOIN persons.records r USING (register, record_id)
    WHERE i.id_type IN ('national_id', 'birth_certificate')
),
born AS (
    SELECT DISTINCT r.person_id FROM clean.events e
    JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
    WHERE e.kind = 'birth'
),
without AS (
    SELECT * FROM card_members ANTI JOIN shown USING (person_id) ANTI JOIN born USING (person_id)
    -- Of a year alone, the last day counts: who is not surely so old need not have papers yet.
    WHERE least_age >= policy('identifier_age')::INTEGER
),
told AS (SELECT DISTINCT person_id FROM person_records WHERE identity_paper = 'none')
SELECT person_id,
    {
        card_number: min(w.card_number), age: any_value(w.age), registers: list_sort(list(DISTINCT r.register))
    } AS evidence,
    list(DISTINCT record(w.register, w.record_id, 'subject')) AS records,
    (SELECT min(of_register) FROM clean.events WHERE kind = 'birth') AS absent_from
FROM without w JOIN person_records r USING (person_id) SEMI JOIN told USING (person_id)
GROUP BY person_id
