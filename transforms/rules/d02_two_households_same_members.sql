-- id: D02
-- statement_en: The household shares half of its members or more with another household that has an active equity card.
-- statement_km: គ្រួសារនេះមានសមាជិកពាក់កណ្តាល ឬច្រើនជាងនេះ ដូចគ្នានឹងគ្រួសារមួយទៀតដែលមានប័ណ្ណសមធម៌កំពុងប្រើ។
-- sentence_en: The household with card {card_number}[, valid from {valid_from:date},] lists {members:count person/people}, of whom {shared_members:number} also stand on the roster of household {other_household} with card {other_card_number}[, valid from {other_valid_from:date},] which lists {other_members:number}.
-- sentence_km: គ្រួសារមានប័ណ្ណលេខ {card_number}[ ចាប់ពី{valid_from:date}] មានឈ្មោះ {members:number} នាក់ ក្នុងនោះ {shared_members:number} នាក់មានឈ្មោះក្នុងគ្រួសារ {other_household} ដែរ ដែលមានប័ណ្ណលេខ {other_card_number}[ ចាប់ពី{other_valid_from:date}] និងមានឈ្មោះ {other_members:number} នាក់។
-- kind: duplication
-- severity: high
-- needs: entitlements:equity_card, people
-- evidence:
--   card_number: number of the equity card
--   valid_from: first day of the card
--   members: people on the roster
--   other_household: code of the household with most members in common
--   other_card_number: number of its card
--   other_valid_from: first day of its card
--   other_members: people on its roster
--   shared_members: people on both rosters
-- confirm: Ask where the members live now; a household that split, moved or was interviewed anew explains most.
-- source: IDPoor, one household for each person; the share is a guess
WITH listed AS (
    SELECT household_register, household_id, person_id, min((register, record_id)) AS row_of
    FROM household_members
    GROUP BY ALL
),
twice AS (
    SELECT * FROM listed
    QUALIFY count(*) OVER (PARTITION BY household_register, person_id) > 1
),
sizes AS (SELECT household_register, household_id, count(*) AS members FROM listed GROUP BY ALL),
shared_by AS (
    SELECT a.household_register, a.household_id, b.household_id AS other_id, count(*) AS shared,
        list(a.row_of) || list(b.row_of) AS rows_of
    FROM twice a
    JOIN twice b
        ON a.person_id = b.person_id AND a.household_register = b.household_register
            AND a.household_id <> b.household_id
    GROUP BY ALL
    HAVING count(*) >= policy('household_overlap_members')::INTEGER
),
alike AS (
    SELECT o.*, s.members, t.members AS other_members
    FROM shared_by o
    JOIN sizes s USING (household_register, household_id)
    JOIN sizes t ON t.household_register = o.household_register AND t.household_id = o.other_id
    WHERE 100 * shared >= policy('household_overlap_percent')::INTEGER * least(s.members, t.members)
    QUALIFY row_number() OVER (PARTITION BY household_register, household_id ORDER BY shared DESC, other_id) = 1
)
SELECT household_register, household_id,
    {
        card_number: c.card_number, valid_from: c.valid_from, members: members, other_household: other_id,
        other_card_number: o.card_number, other_valid_from: o.valid_from, other_members: other_members,
        shared_members: shared
    } AS evidence,
    [record(household_register, c.record_id, 'subject'), record(household_register, o.record_id, 'other household')]
        || list_transform(rows_of, lambda row_of: record(row_of[1], row_of[2], 'member')) AS records
FROM alike
JOIN card_households c USING (household_register, household_id)
JOIN card_households o ON o.household_register = alike.household_register AND o.household_id = alike.other_id
