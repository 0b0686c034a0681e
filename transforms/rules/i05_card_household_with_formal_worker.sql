-- id: I05
-- statement_en: The household holds a valid equity card, and a member who lives in it has steady formal work in a high wage band.
-- statement_km: គ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ហើយសមាជិកដែលរស់នៅក្នុងគ្រួសារមានការងារក្នុងប្រព័ន្ធជាប់លាប់ ក្នុងថ្នាក់ប្រាក់ឈ្នួលខ្ពស់។
-- sentence_en: Card {card_number} is valid[ from {valid_from:date}], and {members:count member has/members have} contributed for {months:count month/months} in a row, in wage band {wage_band} at the highest[, at this employer since {started_on:date}].
-- sentence_km: ប័ណ្ណលេខ {card_number}[ ចាប់ពី{valid_from:date}] មានសុពលភាព ហើយសមាជិក {members:number} នាក់បានបង់ភាគទាន {months:number} ខែជាប់គ្នា ក្នុងថ្នាក់ប្រាក់ឈ្នួលខ្ពស់បំផុត {wage_band}[ នៅនិយោជកនេះតាំងពី{started_on:date}]។
-- kind: inclusion
-- severity: medium
-- needs: entitlements:equity_card, memberships, contributions
-- evidence:
--   card_number: number of the equity card
--   valid_from: first day of the card
--   members: members of the household with such work
--   months: months in a row, up to the last complete one, that each of them contributed for
--   wage_band: highest wage band among them
--   started_on: first day at the employer, of whoever started last
-- confirm: Speak with the household first, and assess it anew. Membership does not void a card, and the member may have moved out.
-- source: Identification of Poor Households, re-assessment on demand; months and wage band are a guess
WITH steady AS (
    SELECT person_id, max(wage_band) AS wage_band, max(started_on) AS started_on,
        list(DISTINCT record(member_register, member_record_id, 'membership')) AS memberships
    FROM person_contributions
    WHERE scheme IN ('private', 'public') AND wage_band >= policy('high_wage_band')::INTEGER
        AND list_contains(last_months(policy('formal_contribution_months')::INTEGER), month)
    GROUP BY person_id
    HAVING count(DISTINCT month) = policy('formal_contribution_months')::INTEGER
)
SELECT m.household_register, m.household_id,
    {
        card_number: any_value(m.card_number), valid_from: any_value(m.valid_from),
        members: count(DISTINCT m.person_id), months: policy('formal_contribution_months')::INTEGER,
        wage_band: max(s.wage_band), started_on: max(s.started_on)
    } AS evidence,
    [any_value(record(m.household_register, m.household_record_id, 'subject'))]
        || list(DISTINCT record(m.register, m.record_id, 'member')) || list_distinct(flatten(list(s.memberships)))
        AS records
FROM household_members m
JOIN steady s USING (person_id)
JOIN members_at_home a USING (household_register, household_id, person_id)
WHERE m.is_covered AND coalesce(a.is_home, TRUE)
GROUP BY m.household_register, m.household_id
