-- id: I15
-- statement_en: The household still draws on its card, but the members whom agencies met since then live in another commune.
-- statement_km: គ្រួសារនៅតែបើកប្រាក់តាមប័ណ្ណ ប៉ុន្តែសមាជិកដែលស្ថាប័នបានជួបក្រោយមក រស់នៅក្នុងឃុំផ្សេង។
-- sentence_en: Card {card_number} was given in commune {commune}, but {members_away:number} of {members:count member/members} named {living_in} since {left_on:date}[; the last payment was on {last_paid_on:date}].
-- sentence_km: ប័ណ្ណលេខ {card_number} ត្រូវបានផ្តល់នៅឃុំ {commune} ប៉ុន្តែសមាជិក {members_away:number} នាក់ ក្នុងចំណោម {members:number} នាក់ បានប្រាប់ថានៅ {living_in} តាំងពី{left_on:date}[។ ការបើកប្រាក់ចុងក្រោយនៅ{last_paid_on:date}]។
-- kind: inclusion
-- severity: low
-- needs: entitlements:equity_card, payments, claims
-- evidence:
--   card_number: number of the equity card
--   commune: commune that the card was given in
--   living_in: communes that members named since
--   members: members on the roster who are not known to be dead
--   members_away: those who last named another commune
--   members_at_home: those who last named the card's commune, before the first of the others named another
--   left_on: first day on which a member named another commune
--   last_paid_on: date of the last payment to a member
-- confirm: Find the household first and ask where it lives. A family that moved keeps its right; the card only moves with it.
-- source: Identification of Poor Households, each household in its commune; the number of rounds is a guess
WITH recent_rounds AS (
    SELECT DISTINCT round FROM clean.payments WHERE round IS NOT NULL
    ORDER BY round DESC LIMIT (SELECT policy('drawing_rounds')::INTEGER)
),
drawn AS (
    SELECT person_id, max(paid_on) AS last_paid_on FROM person_payments SEMI JOIN recent_rounds USING (round)
    WHERE status = 'paid' GROUP BY person_id
),
last_words AS (
    SELECT household_register, household_id, count(*) AS members, count(*) FILTER (NOT is_home) AS members_away,
        count(*) FILTER (is_home) AS members_at_home, min(left_on) FILTER (NOT is_home) AS left_on,
        max(told_on) FILTER (is_home) AS last_at_home,
        coalesce(bool_or(is_in_another_province) FILTER (NOT is_home), FALSE) AS is_far,
        list_sort(list(DISTINCT area_3) FILTER (NOT is_home)) AS living_in, max(d.last_paid_on) AS last_paid_on,
        list(record(a.register, a.record_id, 'place')) FILTER (NOT is_home) AS places
    FROM members_at_home a LEFT JOIN drawn d USING (person_id)
    GROUP BY household_register, household_id
),
-- One member alone who names a place nearby may have been written down wrong, or have married there; one who went far
-- may have gone for work, and left the others at home.
left_households AS (
    SELECT *, CASE WHEN members_away = 1 AND (members_at_home > 0 OR NOT is_far)
        THEN policy('lone_mover_share')::DOUBLE END AS doubt
    FROM last_words
    WHERE last_paid_on IS NOT NULL AND coalesce(last_at_home < left_on, TRUE)
        AND (members_away > 1 OR members_away = 1 AND (members_at_home = 0 OR is_far))
)
SELECT household_register, household_id,
    {
        card_number: any_value(m.card_number), commune: any_value(c.area_3), living_in: any_value(h.living_in),
        members: any_value(h.members), members_away: any_value(h.members_away),
        members_at_home: any_value(h.members_at_home), left_on: any_value(h.left_on),
        last_paid_on: any_value(h.last_paid_on)
    } AS evidence,
    [any_value(record(m.household_register, m.household_record_id, 'subject'))]
        || list(DISTINCT record(m.register, m.record_id, 'member')) || any_value(h.places) AS records,
    any_value(h.doubt) AS doubt
FROM left_households h
JOIN card_households c USING (household_register, household_id)
JOIN household_members m USING (household_register, household_id)
WHERE m.is_covered AND NOT m.is_dead
GROUP BY household_register, household_id
