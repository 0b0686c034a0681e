-- id: N11
-- statement_en: Two registers give the person's family and given name in each other's place.
-- statement_km: បញ្ជីពីរសរសេរនាមត្រកូល និងនាមខ្លួនរបស់បុគ្គល បញ្ច្រាសកន្លែងគ្នា។
-- sentence_en: Written {name} in {register:register} and {other_name} in {other_register:register}.
-- sentence_km: សរសេរ {name} ក្នុង{register:register} ប៉ុន្តែ {other_name} ក្នុង{other_register:register}។
-- kind: inconsistency
-- severity: low
-- needs: people
-- evidence:
--   register: the first register
--   name: family and given name there
--   other_register: the second register
--   other_name: family and given name there
-- confirm: See the identity card or birth certificate; among Cham people the given name often comes first.
-- source: Any two registers
WITH named AS (
    SELECT r.person_id, r.identifier_group, p.register, p.record_id, p.family_name_local AS family_name,
        p.given_name_local AS given_name
    FROM clean.people p JOIN persons.records r USING (register, record_id)
    WHERE p.family_name_local <> p.given_name_local
),
differing AS (
    SELECT * FROM named SEMI JOIN (
        SELECT person_id FROM named GROUP BY person_id HAVING min(family_name) < max(family_name)
    ) USING (person_id)
),
turned AS (
    SELECT a.person_id, a.register, a.record_id, a.family_name || ' ' || a.given_name AS name,
        b.register AS other_register, b.record_id AS other_record_id,
        b.family_name || ' ' || b.given_name AS other_name,
        coalesce(a.identifier_group = b.identifier_group, FALSE) AS same_identifier
    FROM differing a
    JOIN differing b
        ON a.person_id = b.person_id AND a.family_name = b.given_name AND a.given_name = b.family_name
            AND a.register < b.register
)
SELECT person_id,
    {register: register, name: name, other_register: other_register, other_name: other_name} AS evidence,
    [record(register, record_id, 'subject'), record(other_register, other_record_id, 'subject')] AS records
FROM turned
QUALIFY row_number() OVER (
    PARTITION BY person_id ORDER BY same_identifier DESC, register, record_id, other_register, other_record_id
) = 1
