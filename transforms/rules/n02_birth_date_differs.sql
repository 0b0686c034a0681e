-- id: N02
-- statement_en: Two registers give different exact dates of birth for the person.
-- statement_km: បញ្ជីពីរផ្តល់ថ្ងៃខែឆ្នាំកំណើតពិតប្រាកដខុសគ្នាសម្រាប់បុគ្គលតែមួយ។
-- sentence_en: 'Born on {birth_date:date} in {register:register}, on {other_birth_date:date} in {other_register:register}; what differs: {difference:words}.'
-- sentence_km: កើត{birth_date:date} ក្នុង{register:register} ប៉ុន្តែ{other_birth_date:date} ក្នុង{other_register:register}។ ចំណុចខុសគ្នា៖ {difference:words}។
-- kind: inconsistency
-- severity: low
-- needs: people
-- evidence:
--   birth_date: date in the first register
--   register: the first register
--   other_birth_date: date in the second register
--   other_register: the second register
--   difference: day_month_swapped, one_digit, year (same day, another year) or other
-- confirm: See the birth certificate or identity card; a difference may also mean that two people were taken for one.
-- source: Any two registers; 1 January stands for "year only" and does not count
SELECT person_id,
    {
        birth_date: birth_date, register: register, other_birth_date: other_birth_date,
        other_register: other_register, difference: difference
    } AS evidence,
    [record(register, record_id, 'subject'), record(other_register, other_record_id, 'subject')] AS records
FROM birth_differences
QUALIFY row_number() OVER (
    PARTITION BY person_id ORDER BY same_identifier DESC, register, record_id, other_register, other_record_id
) = 1
