-- id: E03
-- statement_en: A member of a household with a valid equity card holds a disability card of a covered severity and is not enrolled for the disability benefit.
-- statement_km: សមាជិកនៃគ្រួសារដែលមានប័ណ្ណសមធម៌មានសុពលភាព មានប័ណ្ណពិការភាពកម្រិតដែលត្រូវទទួលបានការឧបត្ថម្ភ ប៉ុន្តែមិនបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភជនមានពិការភាពទេ។
-- sentence_en: Disability card {disability_card} of severity {severity:number}[, issued on {issued:date},] and equity card {card_number} are valid; no enrolment for the disability benefit was found.
-- sentence_km: ប័ណ្ណពិការភាពលេខ {disability_card} កម្រិត {severity:number}[ ចេញនៅ{issued:date}] និងប័ណ្ណសមធម៌លេខ {card_number} មានសុពលភាព ប៉ុន្តែរកមិនឃើញការចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភជនមានពិការភាពទេ។
-- kind: exclusion
-- severity: high
-- needs: entitlements:equity_card, entitlements:disability_card, enrolments:family_package
-- evidence:
--   card_number: number of the equity card
--   disability_card: number of the disability card
--   severity: severity on the disability card, 4 the most severe
--   issued: first day of the disability card
-- money: tariff_disability owed
-- confirm: Check that the disability card and the household member are the same person.
-- source: Family Package, disability benefit
-- complaints: family_package:excluded
WITH enrolled AS (
    SELECT DISTINCT person_id FROM likely_enrolments WHERE programme = 'family_package' AND component = 'disability'
),
holders AS (
    SELECT person_id, max(severity) AS severity, arg_max(number, (severity, number)) AS number,
        min(valid_from) AS issued,
        list(record(register, record_id, 'disability card') ORDER BY register, record_id) AS cards
    FROM disability_cards WHERE is_covered
    GROUP BY person_id
)
SELECT person_id,
    {
        card_number: min(m.card_number), disability_card: any_value(h.number),
        severity: any_value(h.severity), issued: any_value(h.issued)
    } AS evidence,
    list(record(m.register, m.record_id, 'subject') ORDER BY m.register, m.record_id) || any_value(h.cards) AS records,
    enrolling_register('family_package') AS absent_from
FROM card_members m JOIN holders h USING (person_id) ANTI JOIN enrolled USING (person_id)
GROUP BY person_id
