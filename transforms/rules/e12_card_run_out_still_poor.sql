-- id: E12
-- statement_en: The household's equity card has run out and was not renewed, but health facilities have gone on treating its members as poor.
-- statement_km: ប័ណ្ណសមធម៌របស់គ្រួសារបានផុតកំណត់ ហើយមិនបានបន្តទេ ប៉ុន្តែមូលដ្ឋានសុខាភិបាលនៅតែព្យាបាលសមាជិកគ្រួសារក្នុងនាមជាអ្នកក្រីក្រ។
-- sentence_en: Card {card_number} ran out on {valid_to:date}, but its members were treated as poor {claims:count time/times} since, last on {last_visit:date}; no renewal was found.
-- sentence_km: ប័ណ្ណលេខ {card_number} ផុតកំណត់នៅ{valid_to:date} ប៉ុន្តែសមាជិកត្រូវបានព្យាបាលក្នុងនាមជាអ្នកក្រីក្រ {claims:number} ដងក្រោយមក ចុងក្រោយនៅ{last_visit:date}។ រកមិនឃើញការបន្តប័ណ្ណទេ។
-- kind: exclusion
-- severity: high
-- needs: entitlements:equity_card, claims, people
-- evidence:
--   card_number: number of the card that ran out
--   valid_to: its last day
--   claims: claims of its members since, charged to the Health Equity Fund or exempt from fees
--   first_visit: date of the first of them
--   last_visit: date of the last of them
-- confirm: Ask the commune whether the household was interviewed anew; if not, refer it to on-demand identification.
-- source: IDPoor, renewal of equity cards; the number of claims is a guess
-- complaints: equity_card:any
WITH run_out AS (
    SELECT register AS household_register, household_id, entitlement_id, number, valid_to FROM clean.entitlements
    WHERE programme = 'equity_card' AND valid_to < as_of() AND status IN ('active', 'expired')
        AND list_contains(policy_list('covered_poverty_levels'), level)
        AND (register, household_id) NOT IN (SELECT (household_register, household_id) FROM card_households)
    QUALIFY row_number() OVER (PARTITION BY register, household_id ORDER BY valid_to DESC, entitlement_id) = 1
),
members AS (
    SELECT k.*, r.person_id, r.register, r.record_id
    FROM run_out k
    JOIN rosters o USING (household_register)
    JOIN person_records r ON r.register = o.member_register AND r.household_id = k.household_id
    JOIN individuals i USING (person_id)
    WHERE NOT i.is_dead AND r.person_id NOT IN (SELECT person_id FROM card_members)
),
claims AS (
    SELECT DISTINCT m.household_register, m.household_id, m.entitlement_id, m.number, m.valid_to,
        m.register AS member_register, m.record_id AS member_record_id, c.register, c.record_id, c.visited_on
    FROM members m JOIN person_claims c USING (person_id)
    WHERE c.payer IN ('hef', 'exempt') AND c.visited_on > m.valid_to
)
SELECT household_register, household_id,
    {
        card_number: any_value(number), valid_to: any_value(valid_to),
        claims: count(DISTINCT (register, record_id)), first_visit: min(visited_on), last_visit: max(visited_on)
    } AS evidence,
    [record(household_register, any_value(entitlement_id), 'subject')]
        || list(DISTINCT record(member_register, member_record_id, 'member'))
        || list(DISTINCT record(register, record_id, 'claim')) AS records,
    any_value(member_register) AS absent_from
FROM claims
GROUP BY household_register, household_id
HAVING count(DISTINCT (register, record_id)) >= policy('repeat_patient_claims')::INTEGER
