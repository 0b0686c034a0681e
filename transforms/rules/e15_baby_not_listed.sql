-- id: E15
-- statement_en: A child with a registered birth was not added within 90 days to the household with a valid equity card in which the mother is listed.
-- statement_km: កុមារដែលមានសំបុត្រកំណើត មិនត្រូវបានបញ្ចូលក្នុងរយៈពេល ៩០ ថ្ងៃ ទៅក្នុងគ្រួសារដែលមានប័ណ្ណសមធម៌មានសុពលភាពដែលម្តាយមានឈ្មោះទេ។
-- sentence_en: A child born on {birth_date:date}[, birth certificate {certificate},] is not on the roster of the mother's household with card {card_number}; the mother was found by {matched_by:words}.
-- sentence_km: កុមារកើត{birth_date:date}[ សំបុត្រកំណើតលេខ {certificate}] មិនមានឈ្មោះក្នុងគ្រួសារម្តាយដែលមានប័ណ្ណលេខ {card_number} ទេ។ ម្តាយត្រូវបានរកឃើញតាម{matched_by:words}។
-- kind: exclusion
-- severity: medium
-- needs: entitlements:equity_card, events:birth, people
-- evidence:
--   birth_date: date of the registered birth
--   certificate: number of the birth certificate
--   card_number: number of the card of the mother's household
--   matched_by: how the mother was found, by a card the child showed (card), by both parents' names (parents), or by hers where she heads the household alone (name)
-- confirm: See that the mother on the certificate is the woman on the roster, for they are matched by a card or by names; the child may also live, and be listed, with other kin.
-- source: IDPoor, updating of rosters; the number of days is a guess
WITH listed AS (
    SELECT DISTINCT r.person_id FROM person_records r JOIN rosters o ON o.member_register = r.register
),
listed_children AS (
    SELECT p.birth_date, p.birth_precision, p.birth_year, p.sex, both_names(p.family_skeleton, p.given_skeleton) AS names,
        count(*) OVER (PARTITION BY names) AS namesakes
    FROM clean.people p JOIN rosters o ON o.member_register = p.register
    WHERE p.birth_year >= year(as_of() - to_months(policy('maternal_child_months')::INTEGER))
),
-- A child of that very name and day on another roster is this one, listed with kin, far more often than a namesake; so
-- is one of whom the roster knows the year alone, where hardly anybody bears the name.
listed_with_kin AS (
    SELECT DISTINCT b.person_id
    FROM young_births b
    JOIN clean.people c ON c.register = b.register AND c.record_id = b.record_id
    JOIN listed_children k ON k.names = both_names(c.family_skeleton, c.given_skeleton)
        AND k.birth_year = year(b.born_on) AND coalesce(k.sex = c.sex, TRUE)
    WHERE CASE WHEN is_exact(k.birth_date, k.birth_precision) THEN k.birth_date = b.born_on
        ELSE k.namesakes <= policy('few_namesakes')::INTEGER END
)
SELECT b.person_id,
    {
        birth_date: b.born_on, certificate: b.certificate, card_number: c.card_number, matched_by: m.matched_by
    } AS evidence,
    [record(b.register, b.record_id, 'subject'), record(m.register, m.record_id, 'mother')] AS records,
    m.register AS absent_from
FROM young_births b
JOIN listed_mothers m ON m.child_id = b.person_id
JOIN card_households c USING (household_register, household_id)
JOIN individuals i ON i.person_id = b.person_id
JOIN individuals mother ON mother.person_id = m.mother_id
ANTI JOIN listed l ON l.person_id = b.person_id
ANTI JOIN listed_with_kin k ON k.person_id = b.person_id
WHERE c.is_covered AND NOT i.is_dead AND NOT mother.is_dead
    AND b.born_on <= as_of() - policy('new_baby_days')::INTEGER
