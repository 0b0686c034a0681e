-- id: E04
-- statement_en: A woman came for antenatal care, lives in a household with a valid equity card or works under social security, and is not enrolled for the mother and child benefit.
-- statement_km: ស្ត្រីម្នាក់បានមកពិនិត្យផ្ទៃពោះ រស់ក្នុងគ្រួសារមានប័ណ្ណសមធម៌មានសុពលភាព ឬធ្វើការមានរបបសន្តិសុខសង្គម ប៉ុន្តែមិនបានចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារទេ។
-- sentence_en: Came for antenatal care, last on {last_visit:date}, {perhaps_hers:if and would be entitled, if that record is hers, by/and is entitled by} {entitled_by:words}[, number {card_number}][, with contributions up to {last_month:month}]; no enrolment for the mother and child benefit was found.
-- sentence_km: បានមកពិនិត្យផ្ទៃពោះ ចុងក្រោយនៅ{last_visit:date} {perhaps_hers:if ហើយនឹងមានសិទ្ធិ ប្រសិនបើកំណត់ត្រានោះជារបស់គាត់ តាម/ហើយមានសិទ្ធិតាម}{entitled_by:words}[ លេខ {card_number}][ ភាគទានដល់{last_month:month}] ប៉ុន្តែរកមិនឃើញការចុះឈ្មោះទទួលប្រាក់ឧបត្ថម្ភម្តាយ និងកុមារទេ។
-- kind: exclusion
-- severity: critical
-- needs: claims, enrolments:family_package
-- evidence:
--   last_visit: date of the last antenatal visit that is older than the days of grace
--   entitled_by: equity_card, social_security or both
--   card_number: number of the equity card
--   last_month: month of the last contribution
--   perhaps_hers: true where what entitles may be another woman's record
-- confirm: Ask the woman whether she was offered enrolment; look for it under another spelling, or under the child if it is born.
-- source: Family Package, pregnancy and the first two years; days of grace and of pregnancy are guesses
-- complaints: family_package:excluded
WITH visits AS (
    SELECT person_id, max(visited_on) AS visited_on,
        arg_max(coalesce(payer, 'not told'), (visited_on, register, record_id)) AS payer,
        list(record(register, record_id, 'subject') ORDER BY visited_on DESC, register, record_id)[:1] AS visits
    FROM person_claims
    WHERE service = 'antenatal' AND person_id IS NOT NULL
        AND visited_on <= as_of() - policy('antenatal_grace_days')::INTEGER
    GROUP BY person_id
),
women AS (
    SELECT v.* FROM visits v JOIN individuals i USING (person_id)
    WHERE NOT i.is_dead AND i.sex IS DISTINCT FROM 'M'
        AND age_on(i.birth_date, v.visited_on)
            BETWEEN policy_list('pregnancy_ages')[1]::INTEGER AND policy_list('pregnancy_ages')[2]::INTEGER
),
cards AS (
    SELECT person_id, min(card_number) AS card_number,
        list(DISTINCT record(register, record_id, 'member')) AS members
    FROM card_members
    GROUP BY person_id
),
benefits AS (
    SELECT e.person_id, e.card_number, e.status, e.enrolled_on, i.birth_date
    FROM person_enrolments e JOIN individuals i USING (person_id)
    WHERE e.programme = 'family_package' AND e.component = 'maternal_child'
),
children AS (
    SELECT w.person_id, m.person_id AS child_id
    FROM women w JOIN household_members h USING (person_id)
    JOIN household_members m USING (household_register, household_id)
    UNION
    SELECT mother_id, child_id FROM listed_mothers
),
covered AS (
    SELECT w.person_id FROM women w JOIN benefits b USING (person_id)
    WHERE b.status = 'active' OR b.enrolled_on > w.visited_on - policy('pregnancy_days')::INTEGER
    UNION
    SELECT w.person_id FROM women w JOIN children c USING (person_id) JOIN benefits b ON b.person_id = c.child_id
    WHERE b.birth_date >= w.visited_on
    UNION
    SELECT w.person_id FROM women w JOIN cards k USING (person_id) JOIN benefits b USING (card_number)
    WHERE b.birth_date >= w.visited_on
),
entitled AS (
    SELECT coalesce(k.person_id, s.person_id) AS person_id, k.card_number, k.members, s.last_month, s.register,
        s.record_id,
        concat_ws(
            ' and ', CASE WHEN k.person_id IS NOT NULL THEN 'equity_card' END,
            CASE WHEN s.person_id IS NOT NULL THEN 'social_security' END
        ) AS entitled_by
    FROM cards k FULL JOIN (SELECT * FROM workers WHERE is_active) s USING (person_id)
),
-- Who pays for a visit tells who came: social security pays for its members, card holders seldom pay themselves.
payers AS (
    SELECT coalesce(e.entitled_by, 'neither') AS entitled_by, w.payer, count(*) AS visits
    FROM women w LEFT JOIN entitled e USING (person_id) GROUP BY ALL
),
payer_shares AS (
    SELECT g.entitled_by, a.payer, (coalesce(p.visits, 0) + a.share) / nullif(g.visits + 1, 0) AS share
    FROM (SELECT entitled_by, sum(visits) AS visits FROM payers GROUP BY ALL) g
    CROSS JOIN (SELECT payer, sum(visits) / nullif(sum(sum(visits)) OVER (), 0) AS share FROM payers GROUP BY payer) a
    LEFT JOIN payers p ON p.entitled_by = g.entitled_by AND p.payer = a.payer
),
-- A claim without a date of birth is often too little to link an employee's record by.
perhaps AS (
    SELECT w.person_id, p.other_person_id AS entitled_id,
        p.probability * y.share / nullif(p.probability * y.share + (1 - p.probability) * n.share, 0) AS doubt
    FROM women w JOIN possible_persons p USING (person_id)
    ANTI JOIN entitled own ON own.person_id = w.person_id
    JOIN entitled e ON e.person_id = p.other_person_id
    JOIN payer_shares y ON y.entitled_by = e.entitled_by AND y.payer = w.payer
    JOIN payer_shares n ON n.entitled_by = 'neither' AND n.payer = w.payer
    WHERE p.other_person_id NOT IN (SELECT person_id FROM benefits WHERE person_id IS NOT NULL)
),
reached AS (
    SELECT person_id, person_id AS entitled_id, NULL AS doubt FROM women
    UNION ALL
    SELECT * FROM perhaps WHERE doubt >= policy('possible_link_floor')::DOUBLE
)
SELECT w.person_id,
    {
        last_visit: w.visited_on, entitled_by: e.entitled_by, card_number: e.card_number, last_month: e.last_month,
        perhaps_hers: r.doubt IS NOT NULL
    } AS evidence,
    w.visits || coalesce(e.members, [record(e.register, e.record_id, 'contribution')]) AS records,
    enrolling_register('family_package') AS absent_from, r.doubt
FROM women w
JOIN reached r USING (person_id)
JOIN entitled e ON e.person_id = r.entitled_id
ANTI JOIN covered USING (person_id)
QUALIFY row_number() OVER (PARTITION BY w.person_id ORDER BY coalesce(r.doubt, 1) DESC, r.entitled_id) = 1
