-- id: N08
-- statement_en: The person was paid an amount that the tariff of the component does not have.
-- statement_km: បុគ្គលបានទទួលប្រាក់ចំនួនមួយ ដែលគ្មានក្នុងតារាងប្រាក់ឧបត្ថម្ភនៃផ្នែកនោះ។
-- sentence_en: Paid {amounts:riel} for the {component:component} of {rounds:month}; the tariff has {tariff}.
-- sentence_km: បានបើក {amounts:riel} សម្រាប់{component:component} {rounds:month} ប៉ុន្តែតារាងកំណត់ {tariff}។
-- kind: inconsistency
-- severity: medium
-- needs: payments
-- evidence:
--   component: component paid
--   rounds: rounds in which it happened
--   amounts: amounts paid, in riel
--   tariff: amounts that the tariff has, in riel
-- confirm: Compare with the bank's file; two rounds paid at once, or an instalment made good, look like this too.
-- source: Family Package, amounts of its components on the day of payment
WITH tariffs AS (
    SELECT replace(name, 'tariff_', '') AS component, valid_from, valid_to, value,
        string_split(value, ',')::BIGINT[] AS amounts
    FROM reference.policy WHERE starts_with(name, 'tariff_')
),
off AS (
    SELECT p.person_id, p.component, p.round, p.amount, p.register, p.record_id, p.of_register, p.of_record_id, t.value
    FROM person_payments p
    JOIN tariffs t
        ON t.component = p.component
            AND valid_on(t.valid_from, t.valid_to, coalesce(p.paid_on, TRY_CAST(p.round || '-01' AS DATE)))
    WHERE p.status = 'paid' AND p.programme = 'family_package' AND p.person_id IS NOT NULL
        AND NOT list_contains(t.amounts, p.amount)
)
SELECT person_id,
    {
        component: string_agg(DISTINCT component, ', ' ORDER BY component), rounds: list_sort(list(DISTINCT round)),
        amounts: list_sort(list(DISTINCT amount)), tariff: string_agg(DISTINCT value, ', ' ORDER BY value)
    } AS evidence,
    list(DISTINCT record(of_register, of_record_id, 'subject')) || list(record(register, record_id, 'payment'))
        AS records
FROM off
GROUP BY person_id
