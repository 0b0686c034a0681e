-- id: D10
-- statement_en: The number of the household's equity card stands on another active household too.
-- statement_km: លេខប័ណ្ណសមធម៌របស់គ្រួសារនេះ មាននៅលើគ្រួសារសកម្មផ្សេងទៀតដែរ។
-- sentence_en: Card number {card_number} stands on the active households {households}.
-- sentence_km: ប័ណ្ណលេខ {card_number} មាននៅលើគ្រួសារសកម្ម {households}។
-- kind: duplication
-- severity: high
-- needs: entitlements:equity_card
-- evidence:
--   card_number: the number
--   households: codes of all households that have it
-- confirm: See both cards; a reissued card and a slip of the pen look the same here.
-- source: IDPoor, one card number for each household
WITH shared AS (
    SELECT card_number, list(household_id ORDER BY household_register, household_id) AS households,
        list(record(household_register, record_id, 'same card')) AS others
    FROM card_households
    GROUP BY card_number
    HAVING count(*) > 1
)
SELECT household_register, household_id, {card_number: card_number, households: households} AS evidence,
    [record(household_register, record_id, 'subject')] || others AS records
FROM card_households JOIN shared USING (card_number)
