-- id: births
-- statement_en: Children born between two years and three months ago.
-- statement_km: កុមារដែលកើតពីពីរឆ្នាំ ដល់បីខែមុន។
-- list_a_en: births registered
-- list_a_km: កំណើតដែលបានចុះបញ្ជី
-- list_b_en: children listed in households with an equity card, or as dependants of social security members
-- list_b_km: កុមារក្នុងបញ្ជីគ្រួសារមានប័ណ្ណសមធម៌ ឬជាអ្នកក្នុងបន្ទុកសមាជិកសន្តិសុខសង្គម
-- assumes_en: In one province and year of age, a birth is registered as often whether or not the child's household is listed. Where poor families register less often, fewer births are missing than told; where a card is a reason to register, more are.
-- assumes_km: ក្នុងខេត្តតែមួយ និងឆ្នាំអាយុតែមួយ កំណើតត្រូវបានចុះបញ្ជីញឹកញាប់ដូចគ្នា ទោះគ្រួសាររបស់កុមារមានក្នុងបញ្ជីឬអត់។ បើគ្រួសារក្រីក្រចុះបញ្ជីតិចជាង កំណើតដែលខ្វះមានតិចជាងដែលបានប្រាប់ ហើយបើប័ណ្ណជាហេតុឱ្យគេចុះបញ្ជី នោះមានច្រើនជាង។
-- needs: events:birth, entitlements:equity_card, memberships
-- strata: area_1, age
-- breakdowns: area_1, sex
WITH children AS (
    -- Both lists have had the days that policy gives them for a new baby.
    SELECT person_id, area_1, sex, age_on(birth_date, as_of()) AS age FROM individuals
    WHERE birth_date > as_of() - to_months(policy('maternal_child_months')::INTEGER)
        AND birth_date <= as_of() - policy('new_baby_days')::INTEGER
),
listed AS (
    SELECT register, record_id FROM household_members
    UNION SELECT of_register, of_record_id FROM clean.memberships WHERE depends_on_record_id IS NOT NULL
)
SELECT 'a' AS list, r.register, r.record_id, c.*
FROM children c JOIN person_records r USING (person_id)
SEMI JOIN (FROM clean.events WHERE kind = 'birth' AND happened_on <= as_of()) e
    ON e.of_register = r.register AND e.of_record_id = r.record_id
UNION ALL BY NAME
SELECT 'b' AS list, r.register, r.record_id, c.*
FROM children c JOIN person_records r USING (person_id) SEMI JOIN listed l
    ON l.register = r.register AND l.record_id = r.record_id
-- Who knows a year alone, or a 1 January, does not know whether a child is of this age, whatever a certificate says.
WHERE is_exact(r.birth_date, r.birth_precision)
