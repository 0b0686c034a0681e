-- id: I07
-- statement_en: A health claim was charged to the Health Equity Fund although social security covered the person on the day of the visit.
-- statement_km: ការទាមទារថ្លៃព្យាបាលត្រូវបានគិតលើមូលនិធិសមធម៌សុខភាព ទោះបីបុគ្គលមានការធានារ៉ាប់រងពីបេឡាជាតិសន្តិសុខសង្គមនៅថ្ងៃពិនិត្យក៏ដោយ។
-- sentence_en: '{claims:count claim was/claims were} charged to the Health Equity Fund, the last on {last_visit:date}, {amount:riel} in all, though social security ({scheme:words}[, at work since {started_on:date}]) covered the person.'
-- sentence_km: ការទាមទារ {claims:number} លើកត្រូវបានគិតលើមូលនិធិសមធម៌សុខភាព ចុងក្រោយនៅ{last_visit:date} សរុប {amount:riel} ទោះបីបេឡាជាតិសន្តិសុខសង្គម ({scheme:words}[ ធ្វើការតាំងពី{started_on:date}]) ធានារ៉ាប់រងបុគ្គលនេះក៏ដោយ។
-- kind: inclusion
-- severity: medium
-- needs: claims, memberships, contributions
-- evidence:
--   claims: number of such claims
--   first_visit: date of the first of them
--   last_visit: date of the last of them
--   amount: riel claimed in all
--   scheme: scheme of the member
--   started_on: first day at work; cover begins some weeks later
-- confirm: See whether the cover was for health, not for injuries at work only. The two payers settle it; the patient owes nothing.
-- source: National Social Security Fund, health cover of members; the waiting time is a guess
WITH covered AS (
    SELECT DISTINCT c.register, c.record_id, c.person_id, c.visited_on, c.amount,
        p.scheme, p.started_on, p.member_register, p.member_record_id
    FROM person_claims c
    JOIN person_contributions p ON p.person_id = c.person_id AND p.month = strftime(c.visited_on, '%Y-%m')
    WHERE c.payer = 'hef' AND c.visited_on >= p.started_on + policy('cover_waiting_days')::INTEGER
),
claims AS (
    SELECT register, record_id, any_value(person_id) AS person_id, any_value(visited_on) AS visited_on,
        any_value(amount) AS amount, min(scheme) AS scheme, min(started_on) AS started_on,
        list(record(member_register, member_record_id, 'membership')) AS memberships
    FROM covered GROUP BY register, record_id
)
SELECT person_id,
    {
        claims: count(*), first_visit: min(visited_on), last_visit: max(visited_on), amount: sum(amount)::BIGINT,
        scheme: min(scheme), started_on: min(started_on)
    } AS evidence,
    list(record(register, record_id, 'subject')) || list_distinct(flatten(list(memberships))) AS records
FROM claims
GROUP BY person_id
