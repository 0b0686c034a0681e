-- id: I08
-- statement_en: A health claim was charged to the Health Equity Fund on an equity card that had expired or been withdrawn.
-- statement_km: ការទាមទារថ្លៃព្យាបាលត្រូវបានគិតលើមូលនិធិសមធម៌សុខភាព ដោយប្រើប័ណ្ណសមធម៌ដែលផុតកំណត់ ឬត្រូវបានដកហូត។
-- sentence_en: '{claims:count claim/claims}, the last on {last_visit:date}, used card {card_number}, which is {card_status:words}[ and ended on {card_ended:date}]; the patient {is_listed:if stands on the roster of its household/does not stand on the roster of its household}.'
-- sentence_km: ការទាមទារ {claims:number} លើក ចុងក្រោយនៅ{last_visit:date} បានប្រើប័ណ្ណលេខ {card_number} ដែល{card_status:words}[ នៅ{card_ended:date}]។ អ្នកជំងឺ{is_listed:if មានឈ្មោះក្នុងគ្រួសាររបស់ប័ណ្ណនេះ/មិនមានឈ្មោះក្នុងគ្រួសាររបស់ប័ណ្ណនេះទេ}។
-- kind: inclusion
-- severity: high
-- needs: claims, entitlements:equity_card
-- evidence:
--   card_number: number of the card shown
--   card_status: how the card stood
--   card_ended: last day of the card
--   claims: number of such claims
--   last_visit: date of the last of them
--   is_listed: whether the patient stands on the roster of the card's household; if not, the number may be a slip of the pen
-- confirm: Check the number against the card itself, and whether a new card had been asked for. Staff, not the patient, decide what is charged.
-- source: Health Equity Fund, free care for valid equity cards
WITH cards AS (
    SELECT register, entitlement_id, household_id, number, status, valid_to FROM clean.entitlements
    WHERE programme = 'equity_card'
    QUALIFY row_number() OVER (
        PARTITION BY number
        ORDER BY coalesce(valid_to, CASE WHEN status = 'active' THEN DATE '9999-12-31' END) DESC NULLS LAST,
            register, entitlement_id
    ) = 1
),
claims AS (
    SELECT c.*, k.register AS card_register, k.entitlement_id, k.household_id, k.status, k.valid_to
    FROM person_claims c JOIN cards k ON k.number = c.card_number
    WHERE c.payer = 'hef' AND c.person_id IS NOT NULL
        AND coalesce(k.valid_to < c.visited_on, k.status IN ('expired', 'withdrawn'))
        AND NOT EXISTS (
            FROM household_members m
            WHERE m.person_id = c.person_id AND valid_on(m.valid_from, m.valid_to, c.visited_on)
        )
),
listed AS (
    SELECT r.person_id, o.household_register, r.household_id, r.register, r.record_id
    FROM person_records r JOIN rosters o ON o.member_register = r.register
)
SELECT c.person_id,
    {
        card_number: min(c.card_number), card_status: min(c.status), card_ended: max(c.valid_to),
        claims: count(DISTINCT (c.register, c.record_id)), last_visit: max(c.visited_on),
        is_listed: bool_and(m.person_id IS NOT NULL)
    } AS evidence,
    list(record(c.register, c.record_id, 'subject'))
        || list(DISTINCT record(c.card_register, c.entitlement_id, 'card'))
        || list_filter(list(DISTINCT record(m.register, m.record_id, 'member')), lambda r: r.record_id IS NOT NULL)
        AS records,
    CASE WHEN bool_or(m.person_id IS NULL) THEN (
        SELECT min(o.member_register) FROM rosters o JOIN cards k ON k.register = o.household_register
    ) END AS absent_from
FROM claims c
LEFT JOIN listed m
    ON m.person_id = c.person_id AND m.household_register = c.card_register AND m.household_id = c.household_id
GROUP BY c.person_id
