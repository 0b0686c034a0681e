-- id: I14
-- statement_en: The benefit was paid to a wallet that serves more households than a wallet may.
-- statement_km: ប្រាក់ឧបត្ថម្ភត្រូវបានបើកចូលកាបូបអេឡិចត្រូនិកមួយ ដែលបម្រើគ្រួសារលើសចំនួនដែលអនុញ្ញាត។
-- sentence_en: Paid {payments:count time/times}, last on {last_paid_on:date}, {amount:riel} in all, to wallet {wallet}, which serves {people:count person/people} of {households:count household/households}.
-- sentence_km: ត្រូវបានបើក {payments:number} ដង ចុងក្រោយនៅ{last_paid_on:date} សរុប {amount:riel} ចូលកាបូបលេខ {wallet} ដែលបម្រើមនុស្ស {people:number} នាក់ ក្នុង {households:number} គ្រួសារ។
-- kind: inclusion
-- severity: high
-- needs: payments
-- evidence:
--   wallet: number of the wallet
--   households: households paid to it
--   people: people paid to it
--   payments: payments of this person to it
--   last_paid_on: date of the last of them
--   amount: riel paid in them
-- confirm: Ask the household whether the money reached it, out of the agent's hearing; a neighbour's phone may be its own choice. Payments go on meanwhile.
-- source: Family Package, payment to the household's own wallet; the number of households is a guess
-- complaints: family_package:unpaid
WITH paid AS (
    SELECT p.wallet, p.payment_id, p.register, p.paid_on, p.amount, p.of_register, p.of_record_id, r.person_id,
        coalesce(r.household_id, 'record ' || p.of_record_id) AS household
    FROM clean.payments p
    JOIN person_records r ON r.register = p.of_register AND r.record_id = p.of_record_id
    WHERE p.status = 'paid' AND p.wallet IS NOT NULL
),
captured AS (
    SELECT wallet, count(DISTINCT household) AS households, count(DISTINCT person_id) AS people
    FROM paid GROUP BY wallet
    HAVING count(DISTINCT household) > policy('wallet_households')::INTEGER
)
SELECT person_id,
    {
        wallet: arg_max(wallet, (households, wallet)), households: max(households), people: max(people),
        payments: count(*), last_paid_on: max(paid_on), amount: sum(amount)::BIGINT
    } AS evidence,
    list(DISTINCT record(of_register, of_record_id, 'subject')) || list(record(register, payment_id, 'payment'))
        AS records
FROM paid JOIN captured USING (wallet)
GROUP BY person_id
