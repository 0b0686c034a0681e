-- id: D09
-- statement_en: A record of the person bears the number of an identity card or birth certificate that stands on somebody else's records too.
-- statement_km: កំណត់ត្រារបស់បុគ្គលនេះ មានលេខអត្តសញ្ញាណប័ណ្ណ ឬលេខសំបុត្រកំណើត ដែលមាននៅលើកំណត់ត្រារបស់បុគ្គលផ្សេងទៀតដែរ។
-- sentence_en: The {id_types:words} number {numbers}, which this person bears in {registers:register}, stands on the records of {people:count other person/other people} too.
-- sentence_km: លេខ{id_types:words} {numbers} ដែលបុគ្គលនេះមានក្នុង{registers:register} មាននៅលើកំណត់ត្រារបស់បុគ្គលផ្សេង {people:number} នាក់ទៀត។
-- kind: duplication
-- severity: medium
-- needs: identifiers, people
-- evidence:
--   id_types: kinds of number
--   numbers: the numbers
--   people: how many other people bear one of them
--   registers: registers in which the person does
-- confirm: See the document of each; a relative's paper at hand, or a slip of the pen, is the usual reason. Nothing that rests on the number alone counts as sure meanwhile.
-- source: General Department of Identification, a number for one person for life
SELECT person_id,
    {
        id_types: list_sort(list(DISTINCT id_type)), numbers: list_sort(list(DISTINCT value)),
        people: count(DISTINCT other_person_id), registers: list_sort(list(DISTINCT register))
    } AS evidence,
    list(DISTINCT record(register, record_id, 'subject'))
        || list(DISTINCT record(other_register, other_record_id, 'same number')) AS records
FROM disputed_numbers
GROUP BY person_id
