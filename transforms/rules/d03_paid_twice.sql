-- id: D03
-- statement_en: The same person was paid twice or more for one component in one round.
-- statement_km: បុគ្គលតែមួយត្រូវបានបើកប្រាក់ពីរដង ឬច្រើនជាងនេះ សម្រាប់ផ្នែកតែមួយក្នុងជុំតែមួយ។
-- sentence_en: The {component:component} was paid {payments:number} times for {rounds:month}, {amount:riel} in all, where one payment a round is due.
-- sentence_km: '{component:component} ត្រូវបានបើក {payments:number} ដងសម្រាប់{rounds:month} សរុប {amount:riel} ខណៈដែលមួយជុំត្រូវបើកតែម្តង។'
-- kind: duplication
-- severity: critical
-- needs: payments
-- evidence:
--   component: component paid twice
--   rounds: the rounds in which it happened
--   payments: payments made in them
--   amount: riel paid in them
-- money: amount overpaid payments
-- confirm: Check both payments in the bank's file, and that the two enrolments are one person; twins are paid a child each.
-- source: Family Package, one payment a component and round
WITH twice AS (
    -- Two enrolments that only a score joins may be of twins, each paid once.
    SELECT p.person_id, programme, component, round, count(*) AS payments, sum(amount)::BIGINT AS amount,
        list(DISTINCT record(of_register, of_record_id, 'subject'))
            || list(record(p.register, p.record_id, 'payment')) AS records,
        CASE WHEN count(DISTINCT identifier_group) > 1 THEN min(link_probability) END AS doubt
    FROM person_payments p JOIN persons.records r ON r.register = of_register AND r.record_id = of_record_id
    WHERE status = 'paid' AND round IS NOT NULL
    GROUP BY p.person_id, programme, component, round
    HAVING count(*) > 1
)
SELECT person_id,
    {
        component: string_agg(DISTINCT component, ', ' ORDER BY component), rounds: list_sort(list(DISTINCT round)),
        payments: sum(payments)::BIGINT, amount: sum(amount)::BIGINT
    } AS evidence,
    list_distinct(flatten(list(records))) AS records, min(doubt) AS doubt
FROM twice
GROUP BY person_id
