-- id: E02
-- statement_en: A living member of a household with a valid equity card is 60 or older and is not enrolled for the elderly benefit.
-- statement_km: សមាជិកនៅរស់នៃគ្រួសារដែលមានប័ណ្ណសមធម៌មានសុពលភាព មានអាយុ ៦០ ឆ្នាំឡើងទៅ ប៉ុន្តែមិនបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់ទេ។
-- sentence_en: Born on {birth_date:date} and {age:number} years old, in a household with card {card_number}[, valid since {valid_from:date}]; no enrolment for the elderly benefit was found.
-- sentence_km: កើត{birth_date:date} អាយុ {age:number} ឆ្នាំ ក្នុងគ្រួសារមានប័ណ្ណលេខ {card_number}[ មានសុពលភាពចាប់ពី{valid_from:date}] ប៉ុន្តែរកមិនឃើញការចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់ទេ។
-- kind: exclusion
-- severity: high
-- needs: entitlements:equity_card, enrolments:family_package
-- evidence:
--   card_number: number of the equity card
--   valid_from: first day of the card
--   valid_to: last day of the card
--   birth_date: best date of birth, a certified one before any other
--   age: full years on the as-of date
-- money: tariff_elderly owed
-- confirm: Check the age on a document, and that the person is alive and still lives in the household.
-- source: Family Package, benefit for people of 60 and over
-- complaints: family_package:excluded
WITH enrolled AS (
    SELECT DISTINCT person_id FROM likely_enrolments WHERE programme = 'family_package' AND component = 'elderly'
)
SELECT person_id,
    {
        card_number: min(card_number), valid_from: min(valid_from), valid_to: max(valid_to),
        birth_date: any_value(birth_date), age: any_value(age)
    } AS evidence,
    list(record(register, record_id, 'subject') ORDER BY register, record_id) AS records,
    enrolling_register('family_package') AS absent_from
FROM card_members ANTI JOIN enrolled USING (person_id)
-- Of dates that differ, and of the days that a year alone may stand for, the last one counts: who is not surely 60 is
-- not left out yet.
WHERE least_age >= policy('elderly_age')::INTEGER
GROUP BY person_id
