-- id: E05
-- statement_en: A child under two with a registered birth lives in a household with a valid equity card and is not enrolled for the mother and child benefit.
-- statement_km: កុមារអាយុក្រោមពីរឆ្នាំដែលមានសំបុត្រកំណើត រស់ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ប៉ុន្តែមិនបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារទេ។
-- sentence_en: A child born on {birth_date:date}[, birth certificate {certificate},] lives in a household with card {card_number}; no enrolment for the mother and child benefit was found.
-- sentence_km: កុមារកើត{birth_date:date}[ សំបុត្រកំណើតលេខ {certificate}] រស់ក្នុងគ្រួសារមានប័ណ្ណលេខ {card_number} ប៉ុន្តែរកមិនឃើញការចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារទេ។
-- kind: exclusion
-- severity: critical
-- needs: entitlements:equity_card, enrolments:family_package, events:birth
-- evidence:
--   card_number: number of the equity card
--   birth_date: date of the registered birth
--   certificate: number of the birth certificate
-- money: tariff_maternal_child owed
-- confirm: Check that the certificate and the member on the roster are the same child, and that the mother was not paid for it elsewhere.
-- source: Family Package, pregnancy and the first two years
-- complaints: family_package:excluded
WITH enrolled AS (
    SELECT DISTINCT person_id FROM likely_enrolments WHERE programme = 'family_package' AND component = 'maternal_child'
),
births AS (
    SELECT r.person_id, max(e.happened_on) AS born_on,
        arg_max(e.certificate, (e.happened_on, e.event_id)) AS certificate,
        list(record(r.register, r.record_id, 'birth') ORDER BY r.register, r.record_id) AS certificates
    FROM clean.events e
    JOIN person_records r ON r.register = e.of_register AND r.record_id = e.of_record_id
    WHERE e.kind = 'birth' AND e.happened_on <= as_of()
        AND e.happened_on > as_of() - to_months(policy('maternal_child_months')::INTEGER)
    GROUP BY r.person_id
)
SELECT person_id,
    {
        card_number: min(m.card_number), birth_date: any_value(b.born_on), certificate: any_value(b.certificate)
    } AS evidence,
    list(record(m.register, m.record_id, 'subject') ORDER BY m.register, m.record_id)
        || any_value(b.certificates) AS records,
    enrolling_register('family_package') AS absent_from
FROM card_members m JOIN births b USING (person_id) ANTI JOIN enrolled USING (person_id)
GROUP BY person_id
