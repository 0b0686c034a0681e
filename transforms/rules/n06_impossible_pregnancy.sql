-- id: N06
-- statement_en: A pregnancy is recorded for somebody whom no register calls female, or who is too young or too old for it.
-- statement_km: មានការកត់ត្រាគភ៌សម្រាប់បុគ្គលដែលគ្មានបញ្ជីណាកត់ថាជាស្រី ឬដែលក្មេងពេក ឬចាស់ពេក។
-- sentence_en: A pregnancy is recorded ({recorded_as}) for somebody who is {sex:words}, born on {birth_date:date}, {age:count year/years} old at the time.
-- sentence_km: មានការកត់ត្រាគភ៌ ({recorded_as}) សម្រាប់បុគ្គលភេទ{sex:words} កើត{birth_date:date} អាយុ {age:number} ឆ្នាំនៅពេលនោះ។
-- kind: inconsistency
-- severity: medium
-- needs: people
-- evidence:
--   sex: sex most records give
--   birth_date: best date of birth
--   age: full years when the pregnancy was recorded
--   recorded_as: what records the pregnancy
-- confirm: Check sex and date of birth on a document before the pregnancy is doubted; a mother's claim is often filed under her child.
-- source: guess; ages are policy values
WITH recorded AS (
    SELECT person_id, register, record_id, as_of() AS on_day, 'pregnant on the roster' AS recorded_as
    FROM person_records WHERE is_pregnant
    UNION ALL
    SELECT person_id, register, record_id, visited_on, service || ' claim'
    FROM person_claims WHERE service IN ('antenatal', 'delivery')
    UNION ALL
    SELECT e.person_id, e.of_register, e.of_record_id, coalesce(e.enrolled_on, as_of()), 'mother and child benefit'
    FROM person_enrolments e
    JOIN individuals i USING (person_id)
    JOIN person_records own ON own.register = e.of_register AND own.record_id = e.of_record_id
    WHERE e.component = 'maternal_child'
        AND age_on(greatest(i.birth_date, own.birth_date), coalesce(e.enrolled_on, as_of()))
            >= policy('maternal_child_mother_age')::INTEGER
),
aged AS (
    SELECT r.*, i.sex, i.birth_date, age_on(i.birth_date, r.on_day) AS age,
        coalesce(age_on(own.birth_date, r.on_day), age_on(i.birth_date, r.on_day)) AS own_age,
        own.sex = i.sex AND own.birth_date = i.birth_date AS shows_it_alone
    FROM recorded r
    JOIN individuals i USING (person_id)
    JOIN person_records own ON own.register = r.register AND own.record_id = r.record_id
),
limits AS (
    SELECT policy_list('pregnancy_ages')[1]::INTEGER AS youngest, policy_list('pregnancy_ages')[2]::INTEGER AS oldest
),
women AS (SELECT DISTINCT person_id FROM person_records WHERE sex = 'F'),
-- Where the record itself gives another age, one of the two dates is wrong (N02): only what both show is impossible,
-- and a child enrolled for itself is no mother because another register makes it older.
impossible AS (
    SELECT aged.* FROM aged CROSS JOIN limits
    WHERE (sex = 'M' AND person_id NOT IN (SELECT person_id FROM women))
        OR (age NOT BETWEEN youngest AND oldest AND own_age NOT BETWEEN youngest AND oldest)
),
proofs AS (
    SELECT p.person_id, list(record(p.register, p.record_id, 'sex and birth date')) AS records
    FROM person_records p JOIN individuals i USING (person_id)
    WHERE p.birth_date = i.birth_date
        AND p.person_id IN (SELECT person_id FROM impossible WHERE shows_it_alone IS DISTINCT FROM TRUE)
    GROUP BY p.person_id
)
SELECT person_id,
    {
        sex: any_value(sex), birth_date: any_value(birth_date), age: min(age),
        recorded_as: string_agg(DISTINCT recorded_as, ', ' ORDER BY recorded_as)
    } AS evidence,
    list(record(register, record_id, 'subject')) || coalesce(any_value(proofs.records), []) AS records,
    -- A sex or a child's date of birth that one clerk got wrong shows the same.
    any_value(sex) = 'M' OR bool_and(recorded_as = 'mother and child benefit') AS needs_silence
FROM impossible LEFT JOIN proofs USING (person_id)
GROUP BY person_id
