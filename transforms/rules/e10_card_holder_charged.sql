-- id: E10
-- statement_en: A member of a household with a valid equity card was charged for health care that the card makes free.
-- statement_km: សមាជិកនៃគ្រួសារដែលមានប័ណ្ណសមធម៌មានសុពលភាព ត្រូវបានគេយកថ្លៃសេវាសុខភាព ដែលត្រូវឥតគិតថ្លៃតាមប័ណ្ណ។
-- sentence_en: Charged {amount:riel} at {visits:count visit/visits}, the last on {last_visit:date}, though card {card_number}[, valid since {valid_from:date},] makes care free.
-- sentence_km: ត្រូវបានគេយកថ្លៃ {amount:riel} ក្នុងការពិនិត្យ {visits:number} លើក ចុងក្រោយនៅ{last_visit:date} ទោះបីប័ណ្ណលេខ {card_number}[ មានសុពលភាពចាប់ពី{valid_from:date}] ផ្តល់សេវាឥតគិតថ្លៃក៏ដោយ។
-- kind: exclusion
-- severity: critical
-- needs: claims, entitlements:equity_card
-- evidence:
--   card_number: number of the equity card
--   valid_from: first day of the card
--   visits: number of visits charged
--   first_visit: date of the first of them
--   last_visit: date of the last of them
--   amount: riel charged in all
-- money: amount charged
-- confirm: Ask the patient for the receipt and whether the card was shown; the facility may have to pay back.
-- source: Health Equity Fund, free care for card households
-- complaints: health_equity_fund:charged, equity_card:charged
WITH rostered AS (
    SELECT m.person_id, m.card_number, m.valid_from, m.valid_to, m.register, m.record_id, r.link_probability
    FROM household_members m JOIN persons.records r USING (register, record_id)
    WHERE m.is_covered
),
links AS (SELECT person_id, max(link_probability) AS probability FROM rostered GROUP BY person_id),
-- A card holder is charged seldom, others are mostly: where a claim was charged, a weak link to a card holder is the
-- likelier somebody else's claim (Bayes' rule).
charged_shares AS (
    SELECT avg((payer = 'self')::INTEGER) FILTER (is_rostered) AS of_members,
        avg((payer = 'self')::INTEGER) FILTER (NOT is_rostered) AS of_others
    FROM (SELECT payer, person_id IN (SELECT person_id FROM rostered) AS is_rostered FROM person_claims)
),
charged AS (
    SELECT c.* FROM person_claims c JOIN links l USING (person_id) CROSS JOIN charged_shares s
    WHERE c.payer = 'self' AND least(c.link_probability, l.probability) * s.of_members
        >= (1 - least(c.link_probability, l.probability)) * coalesce(s.of_others, s.of_members)
),
members AS (
    SELECT person_id, min(card_number) AS card_number, min(valid_from) AS valid_from, max(valid_to) AS valid_to,
        list(record(register, record_id, 'member') ORDER BY register, record_id) AS roster
    FROM rostered SEMI JOIN charged USING (person_id)
    GROUP BY person_id
)
SELECT person_id,
    {
        card_number: any_value(m.card_number), valid_from: any_value(m.valid_from), visits: count(*),
        first_visit: min(c.visited_on), last_visit: max(c.visited_on), amount: sum(c.amount)::BIGINT
    } AS evidence,
    list(record(c.register, c.record_id, 'subject') ORDER BY c.register, c.record_id) || any_value(m.roster) AS records
FROM charged c JOIN members m USING (person_id)
WHERE valid_on(m.valid_from, m.valid_to, c.visited_on)
GROUP BY person_id
