-- id: N12
-- statement_en: Two or more employers paid contributions for the person in one month. This is legal, and told for information.
-- statement_km: និយោជកពីរ ឬច្រើនបានបង់ភាគទានឱ្យបុគ្គលក្នុងខែតែមួយ។ ការនេះស្របច្បាប់ ហើយប្រាប់ជាព័ត៌មានប៉ុណ្ណោះ។
-- sentence_en: Employers {employers} contributed for {months:month} alike, which is legal.
-- sentence_km: និយោជក {employers} បានបង់ភាគទានដូចគ្នាសម្រាប់{months:month} ដែលស្របច្បាប់។
-- kind: inconsistency
-- severity: low
-- needs: contributions
-- evidence:
--   months: months with two or more employers
--   employers: their numbers
-- confirm: Nothing need be done; where the two jobs cannot both be held, ask the employers.
-- source: National Social Security Fund; contributions as self-employed are not an employer's
WITH paid AS (
    SELECT r.person_id, r.identifier_group, c.month, c.employer, c.amount, c.register, c.contribution_id, c.of_register, c.of_record_id
    FROM clean.contributions c
    JOIN persons.records r ON r.register = c.of_register AND r.record_id = c.of_record_id
),
months AS (
    -- Two numbers that only a score joins, and both paid for, are rather two people's: only what identifiers join counts.
    SELECT person_id, identifier_group, month FROM paid
    GROUP BY ALL
    HAVING min(employer) < max(employer)
        AND count(*) FILTER (amount = policy('self_employed_contribution')::BIGINT) = 0
)
SELECT person_id,
    {months: list_sort(list(DISTINCT month)), employers: list_sort(list(DISTINCT employer))} AS evidence,
    list(DISTINCT record(of_register, of_record_id, 'subject'))
        || list(record(register, contribution_id, 'contribution')) AS records
FROM paid SEMI JOIN months USING (person_id, identifier_group, month)
GROUP BY person_id
