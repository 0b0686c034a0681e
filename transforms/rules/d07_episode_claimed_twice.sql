-- id: D07
-- statement_en: One service to the person was claimed twice for one day, or two stays in hospital overlap.
-- statement_km: សេវាតែមួយសម្រាប់បុគ្គលនេះត្រូវបានទាមទារសំណងពីរដងក្នុងថ្ងៃតែមួយ ឬការសម្រាកពេទ្យពីរលើកជាន់ពេលគ្នា។
-- sentence_en: 'Claims for {services:words}, the first on {first_day:date}, collide with one another: {pairs:count pair/pairs} of claims by {facilities}, {amount:riel} in all.'
-- sentence_km: ការទាមទារថ្លៃ{services:words} ដែលលើកទីមួយនៅ{first_day:date} ជាន់គ្នា {pairs:number} គូ ដោយមូលដ្ឋានសុខាភិបាល {facilities} សរុប {amount:riel}។
-- kind: duplication
-- severity: high
-- needs: claims
-- evidence:
--   pairs: pairs of claims that collide
--   services: services claimed
--   first_day: first day of the first such claim
--   facilities: facilities that claimed
--   amount: riel of all claims concerned
-- money: amount overpaid
-- confirm: See the books of both facilities; a transfer that was not marked as a referral explains some.
-- source: Health Equity Fund, one claim an episode; visits marked as a referral are left out
WITH claims AS (
    SELECT r.person_id, c.register, c.claim_id, c.of_register, c.of_record_id, c.facility, c.service, c.visited_on,
        c.discharged_on, c.amount
    FROM clean.claims c
    JOIN persons.records r ON r.register = c.of_register AND r.record_id = c.of_record_id
    WHERE c.payer IS NOT NULL AND c.is_referral IS DISTINCT FROM TRUE
),
several AS (SELECT * FROM claims QUALIFY count(*) OVER (PARTITION BY person_id) > 1),
collisions AS (
    SELECT a.person_id, [a, b] AS pair
    FROM several a
    JOIN several b ON a.person_id = b.person_id AND (a.register, a.claim_id) < (b.register, b.claim_id)
    WHERE (a.service = b.service AND a.visited_on = b.visited_on)
        OR (a.visited_on < b.discharged_on AND b.visited_on < a.discharged_on)
),
claimed AS (
    SELECT person_id, count(*) AS pairs, unnest(list_distinct(flatten(list(pair)))) AS claim
    FROM collisions
    GROUP BY person_id
)
SELECT person_id,
    {
        pairs: any_value(pairs), services: list_sort(list(DISTINCT claim.service)), first_day: min(claim.visited_on),
        facilities: list_sort(list(DISTINCT claim.facility)), amount: sum(claim.amount)::BIGINT
    } AS evidence,
    list(record(claim.of_register, claim.of_record_id, 'subject'))
        || list(record(claim.register, claim.claim_id, 'claim')) AS records
FROM claimed
GROUP BY person_id
