-- id: E13
-- statement_en: A person complained of being left out more than 30 days ago, and another rule finds the person left out tonight.
-- statement_km: បុគ្គលម្នាក់បានប្តឹងតវ៉ាថាមិនត្រូវបានរាប់បញ្ចូល លើសពី ៣០ ថ្ងៃមកហើយ ហើយយប់នេះវិធានផ្សេងទៀតក៏រកឃើញថាគាត់មិនត្រូវបានរាប់បញ្ចូលដែរ។
-- sentence_en: Complained of being left out on {opened_on:date}[ (taken down by the {organisation})], {days_open:count day/days} ago, and is still found left out by {rules}[; who complained is known by {told_by:words} only].
-- sentence_km: បានប្តឹងថាត្រូវបានទុកចោលនៅ{opened_on:date}[ (កត់ត្រាដោយ៖ {organisation})] {days_open:number} ថ្ងៃមកហើយ ហើយនៅតែត្រូវបានទុកចោលតាមវិធាន {rules}[។ អ្នកប្តឹងត្រូវបានសម្គាល់តាម{told_by:words}ប៉ុណ្ណោះ]។
-- kind: exclusion
-- severity: critical
-- needs: grievances, people
-- after: E01, E02, E03, E04, E05, E07, E10
-- evidence:
--   opened_on: date of the oldest such grievance
--   organisation: who took it down
--   days_open: days from then to the as-of date
--   rules: rules that find the person left out
--   told_by: what alone tells who complained, where linking did not; empty where it did
-- confirm: Answer the grievance first; then follow the findings it is borne out by.
-- source: Grievance mechanism; the number of days is a guess
WITH answers AS (
    SELECT rule, person_id, household_register, household_id, records, absent_from FROM found
    WHERE rule IN ('E01', 'E02', 'E03', 'E04', 'E05', 'E07', 'E10')
),
left_out AS (
    SELECT rule, person_id, records, absent_from FROM answers WHERE person_id IS NOT NULL
    UNION ALL
    SELECT a.rule, m.person_id, [record(m.register, m.record_id, 'member')], a.absent_from
    FROM answers a JOIN card_members m USING (household_register, household_id)
),
told AS (
    SELECT c.* FROM open_complaints c JOIN individuals i USING (person_id)
    WHERE NOT i.is_dead
),
-- Whom a rule finds left out complains far more often than others, and oftener than whose household it finds.
grown_ups AS (
    SELECT DISTINCT person_id, CASE WHEN person_id IN (SELECT person_id FROM answers) THEN 'person'
        WHEN person_id IN (SELECT person_id FROM left_out) THEN 'household' ELSE 'nobody' END AS left_out_as
    FROM named_members
),
ratios AS (
    SELECT g.left_out_as, count(*) / nullif(sum(count(*)) OVER (), 0) AS of_all,
        (count(t.person_id) + of_all) / (sum(count(t.person_id)) OVER () + 1) / nullif(of_all, 0) AS ratio
    FROM grown_ups g LEFT JOIN (SELECT DISTINCT person_id FROM told) t USING (person_id)
    GROUP BY g.left_out_as
),
weighed AS (
    SELECT c.register, c.case_id, c.told_by, c.member_id, r.left_out_as <> 'nobody' AS is_left_out, c.elsewhere,
        c.weight * r.ratio AS weight
    FROM callers c JOIN grown_ups g ON g.person_id = c.member_id JOIN ratios r USING (left_out_as)
),
perhaps AS (
    SELECT register, case_id, any_value(told_by) AS told_by,
        arg_max(member_id, (weight, member_id)) FILTER (is_left_out) AS left_out_id,
        sum(weight) FILTER (is_left_out) / nullif(sum(weight) + max(elsewhere), 0) AS doubt
    FROM weighed GROUP BY ALL
),
-- A phone tells more than the link that a name made. Who is on two rosters may be left out by the other one.
reached AS (
    SELECT t.person_id, coalesce(p.left_out_id, t.person_id) AS left_out_id, p.doubt, p.told_by
    FROM told t LEFT JOIN perhaps p USING (register, case_id)
    WHERE p.case_id IS NULL OR p.doubt >= policy('likely_caller_floor')::DOUBLE
    UNION ALL
    SELECT t.person_id, a.other_person_id, a.probability, NULL
    FROM told t SEMI JOIN household_members USING (person_id) JOIN persons_apart a USING (person_id)
    WHERE a.probability >= policy('likely_caller_floor')::DOUBLE
),
met AS (
    SELECT r.person_id, r.doubt, r.told_by, l.rule, l.records, l.absent_from
    FROM reached r JOIN left_out l ON l.person_id = r.left_out_id
    QUALIFY dense_rank() OVER (PARTITION BY r.person_id ORDER BY coalesce(r.doubt, 1) DESC, r.left_out_id) = 1
),
complaints AS (
    SELECT person_id, min(opened_on) AS opened_on, arg_min(organisation, (opened_on, case_id)) AS organisation,
        list(record(register, case_id, 'subject')) AS cases
    FROM told GROUP BY person_id
)
SELECT c.person_id,
    {
        opened_on: any_value(c.opened_on), organisation: any_value(c.organisation),
        days_open: any_value(date_diff('day', c.opened_on, as_of())), rules: list_sort(list(DISTINCT m.rule)),
        told_by: any_value(m.told_by)
    } AS evidence,
    any_value(c.cases)
        || list_transform(list_distinct(flatten(list(m.records))), lambda r: record(r.register, r.record_id, 'left out'))
        AS records,
    min(m.absent_from) AS absent_from, any_value(m.doubt) AS doubt
FROM complaints c JOIN met m USING (person_id)
GROUP BY c.person_id
