-- id: I04
-- statement_en: The elderly benefit was paid to a person who by a certified date of birth was not yet 60.
-- statement_km: ប្រាក់ឧបត្ថម្ភមនុស្សចាស់ ត្រូវបានបើកឱ្យបុគ្គលដែលតាមថ្ងៃខែឆ្នាំកំណើតមានការបញ្ជាក់ មិនទាន់គ្រប់ ៦០ ឆ្នាំ។
-- sentence_en: 'Born on {birth_date:date} according to {certified_by:register}, so {age_at_first_payment:number} years old when the elderly benefit was first paid; {payments:count payment/payments} came too early: {amount:riel}.'
-- sentence_km: កើត{birth_date:date} តាម{certified_by:register} ដូច្នេះមានអាយុ {age_at_first_payment:number} ឆ្នាំ នៅពេលបើកប្រាក់ឧបត្ថម្ភមនុស្សចាស់លើកដំបូង។ បានបើកមុនកំណត់ {payments:number} ដង សរុប {amount:riel}។
-- kind: inclusion
-- severity: high
-- needs: payments:family_package, people
-- evidence:
--   birth_date: certified date of birth; where only the year is certified its first day, where day and month may be swapped the earlier date
--   certified_by: register that certifies it
--   age_at_first_payment: full years at the first such payment
--   payments: payments before the birthday
--   amount: riel paid in them
-- money: amount overpaid payments
-- confirm: See the original document; dates of birth of this generation were often written down late and wrong.
-- source: Family Package, benefit for people of 60 and over
WITH swapped AS (
    SELECT person_id, min(least(birth_date, other_birth_date)) AS earliest FROM birth_differences
    WHERE difference = 'day_month_swapped'
    GROUP BY person_id
),
certified AS (
    SELECT c.* REPLACE (coalesce(s.earliest, c.birth_date) AS birth_date)
    FROM certified_births c LEFT JOIN swapped s USING (person_id)
    UNION ALL
    -- A certified 1 January may stand for the year alone: it is then the earliest day, and nobody is older than that.
    SELECT person_id, min(birth_date), min(register), min_by(record_id, (register, record_id)) FROM person_records
    ANTI JOIN certified_births USING (person_id)
    WHERE list_contains(policy_list('certified_birth_registers'), register)
    GROUP BY person_id
    HAVING count(DISTINCT birth_date) = 1 AND bool_and(birth_precision IN ('year', 'default_1_january'))
),
-- Whoever gave a false date of birth is kept apart from the register that certifies the right one. How much oftener
-- dates are false where the benefit asks for an age is told by those whom numbers join to that register.
proved AS (
    SELECT e.component = 'elderly' AS is_elderly, o.birth_date <> c.birth_date AS differs
    FROM person_enrolments e
    JOIN certified_births c USING (person_id)
    JOIN person_records o ON o.register = e.of_register AND o.record_id = e.of_record_id
    JOIN person_records n ON n.register = c.register AND n.record_id = c.record_id
    WHERE o.identifier_group = n.identifier_group AND is_exact(o.birth_date, o.birth_precision)
),
others AS (SELECT (count(*) FILTER (differs) + 1) / (count(*) + 2) AS share FROM proved WHERE NOT is_elderly),
likelier AS (
    SELECT (count(*) FILTER (differs) + any_value(o.share)) / (count(is_elderly) + 1)
            / nullif(any_value(o.share), 0) AS ratio
    FROM others o LEFT JOIN (FROM proved WHERE is_elderly) ON TRUE
),
perhaps AS (
    SELECT p.person_id, c.birth_date, c.register, c.record_id,
        p.undated * ratio / nullif(p.undated * ratio + 1 - p.undated, 0) AS doubt
    FROM persons_apart p CROSS JOIN likelier JOIN certified c ON c.person_id = p.other_person_id
    ANTI JOIN certified o ON o.person_id = p.person_id
    WHERE p.undated >= policy('possible_link_floor')::DOUBLE
    QUALIFY row_number() OVER (PARTITION BY p.person_id ORDER BY p.undated DESC, p.other_person_id) = 1
),
reached AS (
    SELECT person_id, birth_date, register, record_id, NULL AS doubt FROM certified
    UNION ALL
    SELECT * FROM perhaps
)
SELECT p.person_id,
    {
        birth_date: any_value(c.birth_date), certified_by: any_value(c.register),
        age_at_first_payment: age_on(any_value(c.birth_date), min(p.paid_on)), payments: count(*),
        amount: sum(p.amount)::BIGINT
    } AS evidence,
    list(DISTINCT record(p.of_register, p.of_record_id, 'subject'))
        || [any_value(record(c.register, c.record_id, 'birth date'))]
        || list(record(p.register, p.record_id, 'payment')) AS records,
    any_value(c.doubt) AS doubt
FROM person_payments p JOIN reached c USING (person_id)
WHERE p.status = 'paid' AND p.programme = 'family_package' AND p.component = 'elderly'
    AND age_on(c.birth_date, p.paid_on) < policy('elderly_age')::INTEGER
GROUP BY p.person_id
