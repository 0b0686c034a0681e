-- id: I03
-- statement_en: The mother and child benefit was paid for a child after its second birthday and the grace period.
-- statement_km: ប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារ ត្រូវបានបើកឱ្យកុមារ ក្រោយខួបពីរឆ្នាំ និងហួសរយៈពេលអនុគ្រោះ។
-- sentence_en: 'Born on {birth_date:date} {is_certified:if according to a certifying register/as the enrolment says}; the benefit was in order until {limit:date}, but was paid {payments:count time/times} more, last on {last_paid_on:date}: {amount:riel}.'
-- sentence_km: កើត{birth_date:date} {is_certified:if តាមបញ្ជីដែលបញ្ជាក់/តាមការចុះឈ្មោះ}។ ប្រាក់ឧបត្ថម្ភត្រឹមត្រូវរហូតដល់{limit:date} ប៉ុន្តែត្រូវបានបើក {payments:number} ដងទៀត លើកចុងក្រោយនៅ{last_paid_on:date} សរុប {amount:riel}។
-- kind: inclusion
-- severity: high
-- needs: enrolments:family_package, payments:family_package
-- evidence:
--   birth_date: certified date of birth, or the one of the enrolment; where day and month may be swapped, the later date
--   is_certified: whether a certifying register gives it
--   limit: last day on which a payment is in order
--   payments: payments later than that
--   last_paid_on: date of the last of them
--   amount: riel paid in them
-- money: amount overpaid payments
-- confirm: Check the birth certificate; arrears paid late for an earlier month are in order.
-- source: Family Package, pregnancy and the first two years; days of grace are a guess
WITH swapped AS (
    SELECT person_id, max(greatest(birth_date, other_birth_date)) AS latest FROM birth_differences
    WHERE difference = 'day_month_swapped'
    GROUP BY person_id
),
children AS (
    SELECT e.of_register, e.of_record_id, e.person_id,
        coalesce(s.latest, c.birth_date, r.birth_date) AS birth_date,
        c.person_id IS NOT NULL AS is_certified,
        CASE WHEN c.person_id IS NOT NULL THEN [record(c.register, c.record_id, 'birth date')] ELSE [] END AS proof
    FROM person_enrolments e
    JOIN person_records r ON r.register = e.of_register AND r.record_id = e.of_record_id
    LEFT JOIN certified_births c ON c.person_id = e.person_id
    LEFT JOIN swapped s ON s.person_id = e.person_id
    WHERE e.programme = 'family_package' AND e.component = 'maternal_child'
        AND (c.person_id IS NOT NULL OR is_exact(r.birth_date, r.birth_precision))
        AND age_on(coalesce(c.birth_date, r.birth_date), coalesce(e.enrolled_on, as_of()))
            < policy('maternal_child_mother_age')::INTEGER
),
limits AS (
    SELECT DISTINCT *, (birth_date + to_months(policy('maternal_child_months')::INTEGER))::DATE
        + policy('maternal_child_grace_days')::INTEGER AS last_day
    FROM children
)
SELECT l.person_id,
    {
        birth_date: min(l.birth_date), is_certified: bool_and(l.is_certified), "limit": max(l.last_day),
        payments: count(*), last_paid_on: max(p.paid_on), amount: sum(p.amount)::BIGINT
    } AS evidence,
    list(DISTINCT record(l.of_register, l.of_record_id, 'subject')) || min(l.proof)
        || list(record(p.register, p.record_id, 'payment')) AS records
FROM limits l JOIN person_payments p USING (of_register, of_record_id)
WHERE p.status = 'paid' AND p.component = 'maternal_child' AND p.paid_on > l.last_day
GROUP BY l.person_id
