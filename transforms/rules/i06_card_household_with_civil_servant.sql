-- id: I06
-- statement_en: The household holds a valid equity card, and a member of it is serving in the administration, police or army.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ហើយសមាជិកម្នាក់កំពុងបម្រើការក្នុងរដ្ឋបាល នគរបាល ឬកងទ័ព។
-- sentence_en: Card {card_number} is valid, and {members:count member serves/members serve} the state[ since {started_on:date}]; contributions came up to {last_month:month}.
-- sentence_km: ប័ណ្ណលេខ {card_number} មានសុពលភាព ហើយសមាជិក {members:number} នាក់បម្រើការងាររដ្ឋ[តាំងពី{started_on:date}]។ ភាគទានបានបង់ដល់{last_month:month}។
-- kind: inclusion
-- severity: high
-- needs: entitlements:equity_card, memberships:public, contributions
-- evidence:
--   card_number: number of the equity card
--   valid_from: first day of the card
--   members: members of the household who serve
--   last_month: last month that was contributed for under the public scheme
--   started_on: first day of the service, of whoever started last
-- confirm: Check the service record; the member may have left the service, or lived elsewhere since before the interview.
-- source: Social security, public scheme; pensioners of the state stand in no register
WITH serving AS (
    SELECT person_id, max(month) AS last_month, max(started_on) AS started_on,
        list(DISTINCT record(member_register, member_record_id, 'membership')) AS memberships
    FROM person_contributions
    WHERE scheme = 'public' AND list_contains(last_months(policy('lost_job_months')::INTEGER), month)
    GROUP BY person_id
)
SELECT m.household_register, m.household_id,
    {
        card_number: any_value(m.card_number), valid_from: any_value(m.valid_from),
        members: count(DISTINCT m.person_id), last_month: max(s.last_month), started_on: max(s.started_on)
    } AS evidence,
    [any_value(record(m.household_register, m.household_record_id, 'subject'))]
        || list(DISTINCT record(m.register, m.record_id, 'member')) || list_distinct(flatten(list(s.memberships)))
        AS records
FROM household_members m JOIN serving s USING (person_id)
WHERE m.is_covered AND NOT m.is_dead
GROUP BY m.household_register, m.household_id
