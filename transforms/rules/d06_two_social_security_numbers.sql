-- id: D06
-- statement_en: One person has two or more social security numbers.
-- statement_km: បុគ្គលម្នាក់មានលេខសមាជិករបបសន្តិសុខសង្គមពីរ ឬច្រើន។
-- sentence_en: One person is a member of social security under the numbers {numbers}.
-- sentence_km: បុគ្គលម្នាក់ជាសមាជិកសន្តិសុខសង្គមក្រោមលេខ {numbers}។
-- kind: duplication
-- severity: medium
-- needs: identifiers:nssf_no
-- evidence:
--   numbers: the numbers
-- confirm: Check both files; members who share name and birthday are often two people.
-- source: National Social Security Fund, one number for life
WITH numbers AS (
    SELECT DISTINCT r.person_id, i.register, i.record_id, i.value
    FROM clean.identifiers i JOIN persons.records r USING (register, record_id)
    WHERE i.id_type = 'nssf_no' AND i.is_valid
)
SELECT person_id, {numbers: list_sort(list(DISTINCT value))} AS evidence,
    list(record(register, record_id, 'subject')) AS records
FROM numbers
GROUP BY person_id
HAVING count(DISTINCT value) > 1
