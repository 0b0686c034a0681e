-- id: N05
-- statement_en: The person cannot be what the roster says to the head of household, by their ages or sexes.
-- statement_km: ទំនាក់ទំនងរបស់បុគ្គលជាមួយមេគ្រួសារ ដូចមានកត់ក្នុងបញ្ជីសមាជិក មិនអាចទៅរួច ដោយសារអាយុ ឬភេទ។
-- sentence_en: Listed as {relation:words} of the head, born on {birth_date:date}; the head was born on {head_birth_date:date}. Nobody can be {why:words}.
-- sentence_km: បានចុះក្នុងបញ្ជីជា{relation:words} កើត{birth_date:date} ហើយមេគ្រួសារកើត{head_birth_date:date}។ បញ្ហា៖ {why:words}។
-- kind: inconsistency
-- severity: low
-- needs: people
-- evidence:
--   relation: relation to the head, as the roster says
--   birth_date: date of birth on the roster; 1 January where only the year is known
--   head_birth_date: the same of the head
--   why: too_old_a_child, too_young_a_parent, too_young_a_spouse or spouse_of_the_same_sex
-- confirm: See documents of both; a relation ticked wrongly, a sex or a date of birth may be the fault.
-- source: IDPoor, roster of the household; the limits of age are a guess
WITH rostered AS (
    SELECT register, record_id, person_id, household_id, relation_to_head AS relation, sex,
        CASE WHEN birth_precision <> 'age' THEN birth_date END AS birth_date
    FROM person_records
    WHERE household_id IS NOT NULL AND register IN (SELECT member_register FROM rosters)
),
heads AS (
    SELECT register, household_id, any_value(record_id) AS record_id, any_value(sex) AS sex,
        any_value(birth_date) AS birth_date
    FROM rostered WHERE relation = 'head'
    GROUP BY ALL
    HAVING count(*) = 1
),
judged AS (
    SELECT r.person_id, r.register, r.record_id, r.relation, r.birth_date, h.record_id AS head_record_id,
        h.birth_date AS head_birth_date,
        CASE
            WHEN relation = 'child'
                AND r.birth_date < h.birth_date + to_years(policy('parent_gap_years')::INTEGER) THEN 'too_old_a_child'
            WHEN relation = 'parent'
                AND h.birth_date < r.birth_date + to_years(policy('parent_gap_years')::INTEGER)
                THEN 'too_young_a_parent'
            WHEN relation = 'spouse' AND age_on(r.birth_date, as_of()) < policy('spouse_age')::INTEGER
                THEN 'too_young_a_spouse'
            WHEN relation = 'spouse' AND r.sex = h.sex THEN 'spouse_of_the_same_sex'
        END AS why
    FROM rostered r JOIN heads h USING (register, household_id)
    WHERE relation IN ('child', 'parent', 'spouse')
)
SELECT person_id,
    {relation: relation, birth_date: birth_date, head_birth_date: head_birth_date, why: why} AS evidence,
    [record(register, record_id, 'subject'), record(register, head_record_id, 'head')] AS records
FROM judged
WHERE why IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY register, record_id) = 1
