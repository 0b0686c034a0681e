-- id: E11
-- statement_en: The person is enrolled, but the payments of the last two or more rounds were all rejected.
-- statement_km: បុគ្គលបានចុះឈ្មោះ ប៉ុន្តែការបើកប្រាក់ក្នុងជុំចុងក្រោយពីរជុំ ឬច្រើនជាងនេះ ត្រូវបានបដិសេធទាំងអស់។
-- sentence_en: 'Enrolled for the {component:component}, but every payment for {rounds:month} was rejected[, the last one as "{reject_reason}"]; {amount:riel} did not arrive.'
-- sentence_km: បានចុះឈ្មោះទទួល{component:component} ប៉ុន្តែការបើកប្រាក់សម្រាប់{rounds:month} ត្រូវបានបដិសេធទាំងអស់[ លើកចុងក្រោយដោយសារ «{reject_reason}»]។ ប្រាក់ {amount:riel} មិនបានទៅដល់ទេ។
-- kind: exclusion
-- severity: critical
-- needs: enrolments:family_package, payments:family_package
-- evidence:
--   component: component enrolled in
--   rounds: the last rounds, all rejected
--   reject_reason: why the last payment was rejected, as sent
--   amount: riel not paid in these rounds
-- money: amount owed rounds
-- confirm: Ask the bank or wallet why it rejected; a wrong number is mended with the family, not for it.
-- source: Family Package, payment rounds
-- complaints: family_package:unpaid
WITH often_rejected AS (
    SELECT of_register, of_record_id FROM person_payments
    WHERE programme = 'family_package' AND status = 'rejected'
    GROUP BY ALL
    HAVING count(*) >= policy('unpaid_rounds')::INTEGER
),
rounds AS (
    SELECT person_id, of_register, of_record_id, component, round, bool_and(status = 'rejected') AS is_rejected,
        max(reject_reason) AS reject_reason, max(amount) AS amount,
        list(record(register, record_id, 'rejected payment') ORDER BY register, record_id) AS payments
    FROM person_payments SEMI JOIN often_rejected USING (of_register, of_record_id)
    WHERE programme = 'family_package' AND person_id IS NOT NULL
    GROUP BY ALL
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY of_register, of_record_id, component ORDER BY round DESC) AS place
    FROM rounds
),
last_rounds AS (
    SELECT * FROM ranked
    QUALIFY place < coalesce(
        min(place) FILTER (WHERE NOT is_rejected) OVER (PARTITION BY of_register, of_record_id, component),
        9999
    )
),
unpaid AS (
    SELECT l.person_id, l.of_register, l.of_record_id, l.component,
        list(l.round ORDER BY l.round) AS rounds, arg_max(l.reject_reason, l.round) AS reject_reason,
        sum(l.amount)::BIGINT AS amount, flatten(list(l.payments ORDER BY l.round)) AS payments
    FROM last_rounds l
    WHERE EXISTS (
        FROM person_enrolments e
        WHERE e.of_register = l.of_register AND e.of_record_id = l.of_record_id
            AND e.programme = 'family_package' AND e.status = 'active'
    )
    GROUP BY ALL
    HAVING count(*) >= policy('unpaid_rounds')::INTEGER
)
SELECT person_id,
    {
        component: string_agg(component, ', ' ORDER BY of_register, of_record_id),
        rounds: list_sort(list_distinct(flatten(list(rounds)))),
        reject_reason: min(reject_reason), amount: sum(amount)::BIGINT
    } AS evidence,
    list(record(of_register, of_record_id, 'subject') ORDER BY of_register, of_record_id)
        || flatten(list(payments ORDER BY of_register, of_record_id)) AS records
FROM unpaid
GROUP BY person_id
