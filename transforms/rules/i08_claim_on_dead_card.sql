-- id: I08
-- statement_en: A health claim was charged to the Health Equity Fund on an equity card that had expired or been withdrawn.
-- statement_km: ការទាមទារថ្លៃព្យាបាលត្រូវបានគិតលើមូលនិធិសមធម៌សុខភាព ដោយប្រើប័ណ្ណសមធម៌ដែលផុតកំណត់ ឬត្រូវបានដកហូត។
-- kind: inclusion
-- severity: high
-- needs: claims, entitlements:equity_card
-- evidence:
--   card_number: number of the card shown
--   card_status: how the card stood
--   card_ended: last day of the card
--   claims: number of such claims
--   last_visit: date of the last of them
--   amount: riel claimed in all
-- confirm: Check the number against the card itself, and whether a new card had been asked for. Staff, not the patient, decide what is charged.
-- source: Health Equity Fund, free care for valid equity cards
WITH cards AS (
    SELECT register, entitlement_id, number, status, valid_from, valid_to FROM clean.entitlements
    WHERE programme = 'equity_card'
),
claims AS (
    SELECT c.* FROM person_claims c
    WHERE c.payer = 'hef' AND c.person_id IS NOT NULL
        AND EXISTS (FROM cards k WHERE k.number = c.card_number)
        AND NOT EXISTS (
            FROM cards k
            WHERE k.number = c.card_number AND k.status IS DISTINCT FROM 'withdrawn'
                AND coalesce(k.valid_to >= c.visited_on, k.status IS DISTINCT FROM 'expired')
        )
),
last_cards AS (
    SELECT * FROM cards
    QUALIFY row_number() OVER (PARTITION BY number ORDER BY valid_to DESC NULLS LAST, register, entitlement_id) = 1
)
SELECT c.person_id,
    {
        card_number: min(c.card_number), card_status: min(k.status), card_ended: max(k.valid_to), claims: count(*),
        last_visit: max(c.visited_on), amount: sum(c.amount)::BIGINT
    } AS evidence,
    list(record(c.register, c.record_id, 'subject'))
        || list(DISTINCT record(k.register, k.entitlement_id, 'card')) AS records
FROM claims c JOIN last_cards k ON k.number = c.card_number
GROUP BY c.person_id
