-- id: I11
-- statement_en: Social security keeps the person as a dependant although a child or spouse of this age can no longer be one.
-- statement_km: បេឡាជាតិសន្តិសុខសង្គមរក្សាបុគ្គលនេះទុកជាអ្នកក្នុងបន្ទុក ទោះបីកូន ឬសហព័ទ្ធក្នុងវ័យនេះ មិនអាចជាអ្នកក្នុងបន្ទុកទៀតក៏ដោយ។
-- sentence_en: Kept as a dependant, by age a {relation:words} born on {birth_date:date} and {age:number} years old, where the limit is {limit:number}[; the member was born on {member_birth_date:date}].
-- sentence_km: ត្រូវបានទុកជាអ្នកក្នុងបន្ទុកជា{relation:words}តាមអាយុ កើត{birth_date:date} អាយុ {age:number} ឆ្នាំ ខណៈដែលកម្រិតកំណត់គឺ {limit:number} ឆ្នាំ[។ សមាជិកកើត{member_birth_date:date}]។
-- kind: inclusion
-- severity: medium
-- needs: memberships, people
-- evidence:
--   relation: child or spouse, as far as the ages of the two tell; the register does not send it
--   birth_date: date of birth; where only the year is known its last day, where dates differ the later one
--   age: full years on the as-of date
--   limit: full years from which such a relative cannot be a dependant
--   member_birth_date: date of birth of the member it depends on
-- confirm: Ask for the relation and a document of birth. Care begun goes on until the dependant has other cover.
-- source: National Social Security Fund, voluntary cover of dependants; the gap of ages between parent and child is a guess
WITH couples AS (
    SELECT a.person_id, b.person_id AS other_person_id
    FROM person_records a JOIN person_records b USING (register, household_id)
    WHERE a.household_id IS NOT NULL AND a.person_id <> b.person_id
        AND (a.relation_to_head, b.relation_to_head) IN (('head', 'spouse'), ('spouse', 'head'))
),
latest_births AS (
    SELECT person_id, max(birth_date) AS birth_date FROM person_records SEMI JOIN person_memberships USING (person_id)
    WHERE is_exact(birth_date, birth_precision)
    GROUP BY person_id
),
dependants AS (
    SELECT d.register, d.record_id, d.person_id, p.register AS member_register, p.record_id AS member_record_id,
        p.birth_date AS member_birth_date,
        greatest(
            CASE WHEN is_exact(r.birth_date, r.birth_precision) THEN r.birth_date
                ELSE make_date(year(r.birth_date), 12, 31) END,
            l.birth_date
        ) AS birth_date,
        CASE
            WHEN abs(date_diff('year', p.birth_date, r.birth_date)) < policy('dependant_child_gap_years')::INTEGER
                OR u.person_id IS NOT NULL THEN 'spouse'
            WHEN p.birth_date < r.birth_date THEN 'child'
        END AS relation
    FROM person_memberships d
    JOIN person_records r ON r.register = d.of_register AND r.record_id = d.of_record_id
    JOIN person_records p ON p.register = d.of_register AND p.record_id = d.depends_on_record_id
    JOIN individuals i ON i.person_id = d.person_id
    LEFT JOIN latest_births l ON l.person_id = d.person_id
    LEFT JOIN (SELECT DISTINCT person_id, other_person_id FROM couples) u
        ON u.person_id = d.person_id AND u.other_person_id = p.person_id
    WHERE NOT i.is_dead
),
limited AS (
    SELECT *, age_on(birth_date, as_of()) AS age,
        CASE relation WHEN 'child' THEN policy('dependant_child_age')::INTEGER
            WHEN 'spouse' THEN policy('dependant_spouse_age')::INTEGER END AS age_limit
    FROM dependants
)
SELECT person_id,
    {
        relation: any_value(relation), birth_date: max(birth_date), age: min(age), "limit": any_value(age_limit),
        member_birth_date: any_value(member_birth_date)
    } AS evidence,
    list(DISTINCT record(register, record_id, 'subject'))
        || list(DISTINCT record(member_register, member_record_id, 'member it depends on')) AS records
FROM limited
WHERE age >= age_limit
GROUP BY person_id
