-- id: E13
-- statement_en: A person complained of being left out more than 30 days ago, and another rule finds the person left out tonight.
-- statement_km: បុគ្គលម្នាក់បានប្តឹងតវ៉ាថាមិនត្រូវបានរាប់បញ្ចូល លើសពី ៣០ ថ្ងៃមកហើយ ហើយយប់នេះវិធានផ្សេងទៀតក៏រកឃើញថាគាត់មិនត្រូវបានរាប់បញ្ចូលដែរ។
-- sentence_en: Complained of being left out on {opened_on:date}[ (taken down by the {organisation})], {days_open:count day/days} ago, and is still found left out by {rules}.
-- sentence_km: បានប្តឹងថាត្រូវបានទុកចោលនៅ{opened_on:date}[ (កត់ត្រាដោយ៖ {organisation})] {days_open:number} ថ្ងៃមកហើយ ហើយនៅតែត្រូវបានទុកចោលតាមវិធាន {rules}។
-- kind: exclusion
-- severity: critical
-- needs: grievances, people
-- after: E01, E02, E03, E04, E05, E07, E10
-- evidence:
--   opened_on: date of the oldest such grievance
--   organisation: who took it down
--   days_open: days from then to the as-of date
--   rules: rules that find the person left out
-- confirm: Answer the grievance first; then follow the findings it is borne out by.
-- source: Grievance mechanism; the number of days is a guess
WITH told AS (
    SELECT r.person_id, min(g.opened_on) AS opened_on,
        arg_min(g.organisation, (g.opened_on, g.case_id)) AS organisation,
        list(record(g.register, g.case_id, 'subject')) AS cases
    FROM clean.grievances g
    JOIN persons.records r ON r.register = g.of_register AND r.record_id = g.of_record_id
    JOIN individuals i USING (person_id)
    WHERE g.complaint = 'excluded' AND g.opened_on <= as_of() - policy('grievance_days')::INTEGER AND NOT i.is_dead
    GROUP BY r.person_id
),
answers AS (
    SELECT rule, person_id, household_register, household_id, records, absent_from FROM found
    WHERE rule IN ('E01', 'E02', 'E03', 'E04', 'E05', 'E07', 'E10')
),
left_out AS (
    SELECT rule, person_id, records, absent_from FROM answers WHERE person_id IS NOT NULL
    UNION ALL
    SELECT a.rule, m.person_id, [record(m.register, m.record_id, 'member')], a.absent_from
    FROM answers a JOIN card_members m USING (household_register, household_id)
),
-- A complaint often has a name and a place alone: too little to link it by. But that some rule finds one of those whom
-- it may come from left out makes it the likelier theirs, as complainants are left out far more often than others.
everybody AS (
    SELECT avg((person_id IN (SELECT person_id FROM left_out))::INTEGER) AS left_out FROM card_members
),
complainants AS (
    SELECT (count(*) FILTER (t.person_id IN (SELECT person_id FROM left_out)) + any_value(e.left_out))
        / (count(t.person_id) + 1) AS left_out
    FROM everybody e LEFT JOIN (FROM told SEMI JOIN card_members USING (person_id)) t ON TRUE
),
perhaps AS (
    SELECT t.person_id, p.other_person_id,
        p.probability * c.left_out / nullif(p.probability * c.left_out + (1 - p.probability) * e.left_out, 0) AS doubt
    FROM told t JOIN persons_apart p USING (person_id) CROSS JOIN complainants c CROSS JOIN everybody e
    WHERE p.other_person_id IN (SELECT person_id FROM left_out)
),
reached AS (
    SELECT person_id, person_id AS left_out_id, NULL AS doubt FROM told
    UNION ALL
    SELECT * FROM perhaps WHERE doubt >= policy('possible_link_floor')::DOUBLE
),
met AS (
    SELECT r.person_id, r.doubt, l.rule, l.records, l.absent_from
    FROM reached r JOIN left_out l ON l.person_id = r.left_out_id
    QUALIFY dense_rank() OVER (PARTITION BY r.person_id ORDER BY coalesce(r.doubt, 1) DESC, r.left_out_id) = 1
)
SELECT t.person_id,
    {
        opened_on: any_value(t.opened_on), organisation: any_value(t.organisation),
        days_open: any_value(date_diff('day', t.opened_on, as_of())), rules: list_sort(list(DISTINCT l.rule))
    } AS evidence,
    any_value(t.cases)
        || list_transform(list_distinct(flatten(list(l.records))), lambda r: record(r.register, r.record_id, 'left out'))
        AS records,
    min(l.absent_from) AS absent_from, any_value(l.doubt) AS doubt
FROM told t JOIN met l USING (person_id)
GROUP BY t.person_id
