-- id: N09
-- statement_en: A register sent the number of the person's identity card in a form that it cannot have.
-- statement_km: បញ្ជីមួយបានផ្ញើលេខអត្តសញ្ញាណប័ណ្ណរបស់បុគ្គល ក្នុងទម្រង់ដែលមិនត្រឹមត្រូវ។
-- sentence_en: 'The identity card came as {sent} from {registers:register}: {kinds:words}[; it was read as {read_as}].'
-- sentence_km: លេខអត្តសញ្ញាណប័ណ្ណបានផ្ញើមកជា {sent} ពី{registers:register}៖ {kinds:words}[។ បានអានជា {read_as}]។
-- kind: inconsistency
-- severity: low
-- needs: identifiers:national_id
-- evidence:
--   registers: registers that sent it so
--   kinds: what was wrong (lost_zero, spaced_code, placeholder or unexpected_form), as the list of repairs explains it
--   sent: the number as it came, in order
--   read_as: the number as it was read; empty where it could not be used
-- confirm: See the identity card; most come from spreadsheets that drop zeros in front, and are read all the same.
-- source: General Department of Identification, nine digits
WITH malformed AS (
    SELECT register, record_id, column_name, from_kind, found, became
    FROM clean.repairs
    WHERE from_kind IN ('lost_zero', 'spaced_code', 'placeholder', 'unexpected_form')
),
numbers AS (
    SELECT register, record_id, value, is_valid FROM clean.identifiers
    WHERE id_type = 'national_id'
),
numbered AS (
    SELECT r.person_id, m.*
    FROM malformed m
    JOIN numbers n USING (register, record_id)
    JOIN persons.records r USING (register, record_id)
    WHERE lpad(regexp_replace(m.found, '[^0-9A-Za-z]', '', 'g'), length(n.value)::INTEGER, '0') = n.value
)
SELECT person_id,
    {
        registers: list_sort(list(DISTINCT register)), kinds: list_sort(list(DISTINCT from_kind)),
        sent: list_sort(list(DISTINCT found)), read_as: list_sort(list(DISTINCT became))
    } AS evidence,
    list(DISTINCT record(register, record_id, 'subject')) AS records
FROM numbered
GROUP BY person_id
