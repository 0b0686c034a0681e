-- id: I12
-- statement_en: The person contributed as self-employed for a month in which another employer contributed too.
-- statement_km: បុគ្គលបានបង់ភាគទានជាអ្នកប្រកបរបរដោយខ្លួនឯង សម្រាប់ខែដែលនិយោជកម្នាក់ទៀតក៏បានបង់ភាគទានដែរ។
-- sentence_en: Contributed as self-employed for {months:month}, for which the employers {employers} contributed too; {amount:riel} in all.
-- sentence_km: បានបង់ភាគទានជាអ្នកប្រកបរបរដោយខ្លួនឯងសម្រាប់{months:month} ដែលនិយោជក {employers} ក៏បានបង់ដែរ សរុប {amount:riel}។
-- kind: inclusion
-- severity: low
-- needs: memberships:self, contributions
-- evidence:
--   months: such months
--   employers: employers' numbers in them
--   amount: riel contributed in them in all
-- confirm: Ask which work goes on. Both may be true, and what was paid too much is paid back.
-- source: National Social Security Fund, voluntary contribution of the self-employed, 15,600 riel a month
WITH both_ways AS (
    -- Two numbers that only a score joins, and both paid for, are rather two people's: only what identifiers join counts.
    SELECT person_id, identifier_group, month FROM person_contributions
    GROUP BY person_id, identifier_group, month
    HAVING count(DISTINCT employer) > 1 AND bool_or(scheme = 'self')
)
SELECT person_id,
    {
        months: list_sort(list(DISTINCT month)), employers: list_sort(list(DISTINCT employer)),
        amount: sum(amount)::BIGINT
    } AS evidence,
    list(DISTINCT record(member_register, member_record_id, 'subject')) || list(record(register, record_id, 'contribution'))
        AS records
FROM person_contributions SEMI JOIN both_ways USING (person_id, identifier_group, month)
GROUP BY person_id
