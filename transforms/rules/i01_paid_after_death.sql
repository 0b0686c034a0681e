-- id: I01
-- statement_en: The person was paid more than the grace period after the registered date of death.
-- statement_km: បុគ្គលនេះត្រូវបានបើកប្រាក់ឱ្យ ក្រោយកាលបរិច្ឆេទមរណភាពដែលបានចុះបញ្ជី ហួសរយៈពេលអនុគ្រោះ។
-- sentence_en: 'Registered as dead on {died_on:date}, but paid {payments:count time/times} after the days of grace, last on {last_paid_on:date}: {amount:riel} in all.'
-- sentence_km: បានចុះបញ្ជីមរណភាពនៅ{died_on:date} ប៉ុន្តែត្រូវបានបើកប្រាក់ {payments:number} ដង ក្រោយរយៈពេលអនុគ្រោះ ចុងក្រោយនៅ{last_paid_on:date} សរុប {amount:riel}។
-- kind: inclusion
-- severity: critical
-- needs: events:death, payments
-- evidence:
--   died_on: registered date of death
--   payments: payments after the grace period
--   first_paid_on: date of the first of them
--   last_paid_on: date of the last of them
--   amount: riel paid in all
-- money: amount overpaid payments
-- confirm: A human must confirm that the deceased and the paid person are one; ask the family first. Payments never stop on this alone.
-- source: Civil registration; grace of one payment round is a guess
-- contradicted_by: any:any after died_on
SELECT p.person_id,
    {
        died_on: any_value(d.died_on), payments: count(*), first_paid_on: min(p.paid_on),
        last_paid_on: max(p.paid_on), amount: sum(p.amount)::BIGINT
    } AS evidence,
    list(DISTINCT record(p.of_register, p.of_record_id, 'subject'))
        || [any_value(record(d.register, d.record_id, 'death'))]
        || list(record(p.register, p.record_id, 'payment')) AS records
FROM person_payments p JOIN deaths d USING (person_id) ANTI JOIN doubtful_deaths USING (person_id)
WHERE p.status = 'paid' AND p.paid_on > d.died_on + policy('death_payment_grace_days')::INTEGER
GROUP BY p.person_id
