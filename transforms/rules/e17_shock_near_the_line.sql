-- id: E17
-- statement_en: A household at risk of poverty paid for a hospital stay or lost an earner of late, and nobody in it is enrolled in the Family Package.
-- statement_km: គ្រួសារដែលប្រឈមនឹងភាពក្រីក្រ ថ្មីៗនេះបានបង់ថ្លៃសម្រាកព្យាបាលនៅមន្ទីរពេទ្យ ឬបាត់បង់អ្នករកចំណូលដោយមរណភាព ប៉ុន្តែគ្មានសមាជិកណាម្នាក់បានចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារទេ។
-- sentence_en: Card {card_number} ({card_level:words}); the household had {shocks:words}, last on {last_shock:date}[, and paid {amount:riel}]; no enrolment in the Family Package was found.
-- sentence_km: ប័ណ្ណលេខ {card_number} ({card_level:words})។ គ្រួសារបានជួប{shocks:words} ចុងក្រោយនៅ{last_shock:date}[ ហើយបានបង់ {amount:riel}]។ រកមិនឃើញការចុះឈ្មោះក្នុងកម្មវិធីកញ្ចប់គ្រួសារទេ។
-- kind: exclusion
-- severity: medium
-- needs: entitlements:equity_card, enrolments:family_package, claims
-- evidence:
--   card_number: number of the card
--   card_level: its poverty level
--   shocks: what happened, hospital stay or death
--   last_shock: date of the last of it
--   amount: riel paid for the stays
-- confirm: Ask the commune how the household fares and offer a new interview; no register tells of other help it may have had.
-- source: guess; which card levels are near the line, the days and the ages of earners are policy values
-- complaints: family_package:excluded
WITH members AS (
    SELECT * FROM household_members WHERE list_contains(policy_list('near_poor_levels'), level)
),
shocks AS (
    SELECT m.household_register, m.household_id, 'hospital stay' AS shock, c.visited_on AS happened_on, c.amount,
        c.register, c.record_id, m.register AS member_register, m.record_id AS member_record_id
    FROM members m JOIN person_claims c USING (person_id)
    WHERE c.service = 'inpatient' AND c.payer = 'self' AND NOT m.is_dead
    UNION ALL
    SELECT m.household_register, m.household_id, 'death', d.died_on, NULL, d.register, d.record_id, m.register,
        m.record_id
    FROM members m JOIN deaths d USING (person_id)
    WHERE age_on(m.birth_date, d.died_on)
        BETWEEN policy('earner_age')::INTEGER AND policy('elderly_age')::INTEGER - 1
),
helped AS (
    SELECT DISTINCT m.household_register, m.household_id FROM members m JOIN person_enrolments e USING (person_id)
    WHERE e.programme = 'family_package'
),
late AS (
    SELECT * FROM shocks ANTI JOIN helped USING (household_register, household_id)
    WHERE happened_on >= as_of() - policy('shock_days')::INTEGER
)
SELECT h.household_register, h.household_id,
    {
        card_number: any_value(h.card_number), card_level: any_value(h.level),
        shocks: list_sort(list(DISTINCT shock)), last_shock: max(happened_on), amount: sum(amount)::BIGINT
    } AS evidence,
    [record(h.household_register, any_value(h.record_id), 'subject')]
        || list(DISTINCT record(late.register, late.record_id, shock))
        || list(DISTINCT record(member_register, member_record_id, 'member')) AS records,
    enrolling_register('family_package') AS absent_from
FROM late JOIN card_households h USING (household_register, household_id)
GROUP BY h.household_register, h.household_id
