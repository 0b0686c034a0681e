-- id: N01
-- statement_en: The sex of the person differs between registers.
-- statement_km: ភេទរបស់បុគ្គលខុសគ្នារវាងបញ្ជីនានា។
-- sentence_en: Female in {female_in:register}, male in {male_in:register}.
-- sentence_km: ស្រីក្នុង{female_in:register} ប៉ុន្តែប្រុសក្នុង{male_in:register}។
-- kind: inconsistency
-- severity: low
-- needs: people
-- evidence:
--   female_in: registers that say female
--   male_in: registers that say male
-- confirm: Ask which is right; a difference may also mean that two people were taken for one.
-- source: Any two registers
WITH told_both AS (SELECT person_id FROM person_records GROUP BY person_id HAVING min(sex) < max(sex)),
differing AS (SELECT * FROM person_records SEMI JOIN told_both USING (person_id)),
sexes AS (
    SELECT person_id, list_sort(list(DISTINCT register) FILTER (WHERE sex = 'F')) AS female_in,
        list_sort(list(DISTINCT register) FILTER (WHERE sex = 'M')) AS male_in
    FROM differing
    GROUP BY person_id
    HAVING count(DISTINCT register) > 1
),
pairs AS (
    SELECT f.person_id, f.register, f.record_id, m.register AS other_register, m.record_id AS other_record_id
    FROM differing f
    JOIN differing m ON m.person_id = f.person_id AND f.sex = 'F' AND m.sex = 'M' AND m.register <> f.register
    QUALIFY row_number() OVER (
        PARTITION BY f.person_id
        ORDER BY coalesce(f.identifier_group = m.identifier_group, FALSE) DESC,
            f.register, f.record_id, m.register, m.record_id
    ) = 1
)
SELECT person_id, {female_in: female_in, male_in: male_in} AS evidence,
    [record(register, record_id, 'subject'), record(other_register, other_record_id, 'subject')] AS records
FROM pairs JOIN sexes USING (person_id)
