-- id: E16
-- statement_en: A former employee has not contributed to social security for three complete months or more and is covered by neither an equity card nor the Health Equity Fund.
-- statement_km: អតីតនិយោជិតម្នាក់មិនបានបង់ភាគទានរបបសន្តិសុខសង្គមរយៈពេលបីខែពេញ ឬច្រើនជាងនេះ ហើយមិនមានប័ណ្ណសមធម៌ ឬការធានារ៉ាប់រងពីមូលនិធិសមធម៌សុខភាពទេ។
-- sentence_en: The last contribution was for {last_month:month}, {months_without:count full month/full months} without one since; neither an equity card nor the Health Equity Fund covers the person.
-- sentence_km: ភាគទានចុងក្រោយសម្រាប់{last_month:month} ហើយ {months_without:number} ខែពេញមកនេះគ្មានភាគទានទៀតទេ។ ទាំងប័ណ្ណសមធម៌ ទាំងមូលនិធិសមធម៌សុខភាព មិនបានធានារ៉ាប់រងបុគ្គលនេះទេ។
-- kind: exclusion
-- severity: medium
-- needs: contributions, entitlements:equity_card, people
-- evidence:
--   last_month: month of the last contribution, under any number
--   months_without: complete months without a contribution since
-- confirm: Ask whether the person has found other work, depends on another member or has retired; then offer on-demand identification or voluntary cover.
-- source: National Social Security Fund, end of cover; the number of months is a guess
WITH covered AS (
    SELECT person_id FROM card_members
    UNION
    SELECT c.person_id FROM person_claims c JOIN workers w USING (person_id)
    WHERE c.payer = 'hef'
        AND c.visited_on >= date_trunc('month', as_of()) - to_months(policy('lost_job_months')::INTEGER)
),
-- Social security knows a province and no village, so that many a card holder's record there is not linked.
perhaps_covered AS (
    SELECT a.person_id FROM born_alike a JOIN covered c ON c.person_id = a.other_person_id
    UNION
    SELECT a.person_id FROM persons_apart a JOIN covered c ON c.person_id = a.other_person_id
    WHERE a.probability >= policy('likely_cover_floor')::DOUBLE
)
SELECT w.person_id,
    {
        last_month: w.last_month,
        months_without: date_diff('month', (w.last_month || '-01')::DATE, date_trunc('month', as_of())) - 1
    } AS evidence,
    [record(c.of_register, c.of_record_id, 'subject'), record(w.register, w.record_id, 'last contribution')] AS records,
    (
        SELECT min(o.member_register) FROM rosters o JOIN card_households h USING (household_register)
    ) AS absent_from
FROM workers w
JOIN clean.contributions c ON c.register = w.register AND c.contribution_id = w.record_id
JOIN individuals i USING (person_id)
ANTI JOIN covered USING (person_id)
ANTI JOIN perhaps_covered USING (person_id)
WHERE NOT w.is_active AND NOT w.is_self_employed AND NOT i.is_dead
