-- id: E07
-- statement_en: A patient was repeatedly treated as poor or exempt from fees but stands in no household with an equity card and showed no card that the register knows.
-- statement_km: អ្នកជំងឺម្នាក់បានទទួលការព្យាបាលជាច្រើនដងក្នុងនាមជាអ្នកក្រីក្រ ឬលើកលែងថ្លៃសេវា ប៉ុន្តែមិនមានឈ្មោះក្នុងគ្រួសារដែលមានប័ណ្ណសមធម៌ និងមិនបានបង្ហាញប័ណ្ណណាដែលបញ្ជីស្គាល់ទេ។
-- sentence_en: Treated as poor or exempt {claims:count time/times} from {first_visit:date} to {last_visit:date}, without a card that the register knows and without a place in a household that holds one.
-- sentence_km: បានទទួលការព្យាបាលក្នុងនាមជាអ្នកក្រីក្រ ឬលើកលែងថ្លៃ {claims:number} ដង ចាប់ពី{first_visit:date} ដល់{last_visit:date} ដោយគ្មានប័ណ្ណដែលបញ្ជីស្គាល់ និងមិនមានឈ្មោះក្នុងគ្រួសារដែលមានប័ណ្ណ។
-- kind: exclusion
-- severity: high
-- needs: claims, entitlements:equity_card, people
-- evidence:
--   claims: number of such claims
--   first_visit: date of the first of them
--   last_visit: date of the last of them
-- confirm: Refer the patient to on-demand identification of poor households; look for a card under another spelling first.
-- source: Health Equity Fund and on-demand IDPoor
-- complaints: equity_card:excluded, health_equity_fund:any
WITH poor_claims AS (
    SELECT c.*, EXISTS (
        FROM clean.entitlements e
        WHERE e.programme = 'equity_card' AND e.number = c.card_number
    ) AS showed_card
    FROM person_claims c
    WHERE c.payer IN ('hef', 'exempt') AND c.person_id IS NOT NULL
),
card_rosters AS (
    SELECT member_register FROM rosters
    WHERE household_register IN (SELECT register FROM clean.entitlements WHERE programme = 'equity_card')
),
on_a_roster AS (
    SELECT DISTINCT person_id FROM person_records WHERE register IN (SELECT member_register FROM card_rosters)
)
SELECT person_id,
    {claims: count(*), first_visit: min(visited_on), last_visit: max(visited_on)} AS evidence,
    list(record(register, record_id, 'subject') ORDER BY register, record_id) AS records,
    (SELECT min(member_register) FROM card_rosters) AS absent_from
FROM poor_claims ANTI JOIN on_a_roster USING (person_id)
GROUP BY person_id
HAVING count(*) >= policy('repeat_patient_claims')::INTEGER AND NOT bool_or(showed_card)
