-- A made-up night in which every promise holds: 600 records of 300 people in two registers, one register held back,
-- one missing. Run it on a warehouse in which every table of transforms.tables has been made empty.
INSERT INTO ops.runs BY NAME
SELECT '2026-11-01.1' AS run_id, DATE '2026-11-01' AS as_of, '{"full": false}' AS parameters, 'running' AS state,
       TIMESTAMP '2026-11-01 20:00:00' AS started_at;

INSERT INTO ops.arrivals
VALUES ('2026-11-01.1', 'idpoor_members', 'Ministry of Planning', 'fresh', '', 'idpoor_members.1', 304, 304, 300, 4),
       ('2026-11-01.1', 'nssf_members', 'National Social Security Fund', 'unchanged', '', 'nssf_members.1', 300, 300, 300, 0),
       ('2026-11-01.1', 'civil_deaths', 'Ministry of Interior', 'held',
        'Held back: civil_deaths has at least 100 rows. Only 10 came: ask Ministry of Interior to send the whole register again. The night goes on without this register.',
        NULL, 10, 0, 0, 0),
       ('2026-11-01.1', 'grievances', 'Civil society', 'missing',
        'grievances.jsonl is not in the inbox. The night goes on without this register.', NULL, 0, 0, 0, 0);

INSERT INTO ops.snapshots
SELECT snapshot_id, register, register || '.csv', rows_pulled, 'accepted', DATE '2026-10-20', TIMESTAMP '2026-10-20 20:00:00'
FROM ops.arrivals WHERE snapshot_id IS NOT NULL;

INSERT INTO ops.cleanliness
VALUES ('2026-11-01.1', 'idpoor_members', '_row', 'row', 'as_sent', 260, ''),
       ('2026-11-01.1', 'idpoor_members', '_row', 'row', 'mended', 40, ''),
       ('2026-11-01.1', 'idpoor_members', '_row', 'row', 'quarantined', 4, ''),
       ('2026-11-01.1', 'nssf_members', '_row', 'row', 'as_sent', 300, '');

CREATE TABLE raw.idpoor_members AS SELECT 'idpoor_members.1' AS _snapshot, i + 1 AS _row FROM range(304) AS t(i);
CREATE TABLE raw.nssf_members AS SELECT 'nssf_members.1' AS _snapshot, i + 1 AS _row FROM range(300) AS t(i);

INSERT INTO reference.policy
VALUES ('small_cell_minimum', '11', 'people', 'guess', DATE '2024-04-01', NULL);

INSERT INTO clean.people BY NAME
SELECT register, register || '/' || i AS record_id, register || '.1' AS snapshot_id, i + 1 AS row_no,
       'Sok' AS family_name, 'Dara' AS given_name, 'សុខ' AS family_name_local, 'ដារ៉ា' AS given_name_local,
       CASE WHEN i % 2 = 0 THEN 'F' ELSE 'M' END AS sex, DATE '1950-01-02' + (i * 60)::INTEGER AS birth_date,
       year(DATE '1950-01-02' + (i * 60)::INTEGER) AS birth_year, 'day' AS birth_precision,
       format('{:02d}', i % 25 + 1) AS area_1, 'H' || (i // 4) AS household_id, 'head' AS relation_to_head
FROM range(300) AS t(i), (VALUES ('idpoor_members'), ('nssf_members')) AS r(register);

INSERT INTO clean.identifiers BY NAME
SELECT register, record_id, 'national_id' AS id_type, 'person' AS scope, format('{:09d}', row_no) AS value, TRUE AS is_valid
FROM clean.people;

INSERT INTO clean.households BY NAME
SELECT 'idpoor_members' AS register, 'H' || h AS household_id, 'idpoor_members.1' AS snapshot_id, h * 4 + 1 AS row_no,
       4 AS declared_size, format('{:02d}', h % 25 + 1) AS area_1
FROM range(75) AS t(h);

INSERT INTO clean.payments BY NAME
SELECT 'idpoor_members' AS register, 'P' || i AS payment_id, 'idpoor_members.1' AS snapshot_id, i + 1 AS row_no,
       'family_package' AS programme, 28000 AS amount, 'paid' AS status
FROM range(10) AS t(i);

INSERT INTO clean.claims BY NAME
SELECT 'idpoor_members' AS register, 'C1' AS claim_id, 'idpoor_members.1' AS snapshot_id, 1 AS row_no, 4000 AS amount,
       DATE '2026-10-01' AS visited_on, DATE '2026-10-03' AS discharged_on;

INSERT INTO clean.contributions BY NAME
SELECT 'nssf_members' AS register, 'N1' AS contribution_id, 'nssf_members.1' AS snapshot_id, 1 AS row_no, 4000 AS amount;

INSERT INTO clean.memberships BY NAME
SELECT 'nssf_members' AS register, 'M1' AS membership_id, 'nssf_members.1' AS snapshot_id, 1 AS row_no, 'private' AS scheme,
       3 AS wage_band;

INSERT INTO clean.enrolments BY NAME
SELECT 'idpoor_members' AS register, 'F1' AS enrolment_id, 'idpoor_members.1' AS snapshot_id, 1 AS row_no,
       'family_package' AS programme, DATE '2025-01-01' AS enrolled_on, DATE '2026-01-01' AS ended_on;

INSERT INTO clean.entitlements BY NAME
SELECT 'idpoor_members' AS register, 'E1' AS entitlement_id, 'idpoor_members.1' AS snapshot_id, 1 AS row_no,
       'equity_card' AS programme, DATE '2025-01-01' AS valid_from, DATE '2028-01-01' AS valid_to;

INSERT INTO clean.events BY NAME
SELECT 'idpoor_members' AS register, 'V1' AS event_id, 'idpoor_members.1' AS snapshot_id, 1 AS row_no, 'death' AS kind,
       DATE '2026-09-01' AS happened_on, DATE '2026-09-03' AS registered_on;

INSERT INTO clean.quarantine BY NAME
SELECT 'idpoor_members' AS register, 'idpoor_members.1' AS snapshot_id, 301 + i AS row_no, 'idpoor_members.csv' AS file,
       'dob' AS column_name, 'unreadable_date' AS reason, '31/31/1950' AS found, 'Write the date as dd/mm/yyyy.' AS remedy,
       '{}' AS raw
FROM range(4) AS t(i);

INSERT INTO linkage.patterns
VALUES (1, '{"name": 3}', 300, 14.2, 0.99), (2, '{"name": 0}', 40, -6.0, 0.01);

INSERT INTO linkage.weights VALUES ('name', 3, 'names are the same', 0.9, 0.2, 0.6, 0.001, 9.8), ('name', -1, 'missing', 1, 1, 1, 1, 0);

INSERT INTO linkage.pairs
SELECT 'idpoor_members', 'idpoor_members/' || i, 'nssf_members', 'nssf_members/' || i, 1, 0, 14.2, 0.99, i % 3 = 0, TRUE
FROM range(300) AS t(i)
UNION ALL
SELECT 'idpoor_members', 'idpoor_members/' || i, 'nssf_members', 'nssf_members/' || i + 1, 2, 0.5, -5.5, 0.0216, FALSE, FALSE
FROM range(40) AS t(i);


INSERT INTO persons.records
SELECT register, record_id, 'person-' || format('{:03d}', row_no - 1), 0.99,
       'group-' || row_no || CASE WHEN row_no % 3 = 0 THEN '' ELSE register END
FROM clean.people;

INSERT INTO persons.persons BY NAME
SELECT person_id, count(*) AS records, count(DISTINCT register) AS registers, any_value(family_name) AS family_name,
       any_value(given_name) AS given_name, any_value(sex) AS sex, any_value(birth_date) AS birth_date,
       any_value(area_1) AS area_1, FALSE AS is_dead
FROM persons.records JOIN clean.people USING (register, record_id) GROUP BY person_id;

INSERT INTO linkage.judgements_given
SELECT 'idpoor_members', 'idpoor_members/' || i, 'nssf_members', 'nssf_members/' || j, judgement, 'A. Reviewer',
       TIMESTAMP '2026-10-30 09:00', NULL
FROM (VALUES (20, 20, 'same'), (20, 21, 'different'), (22, 999, 'same'), (23, 24, 'unsure'), (25, 26, 'same'), (27, 27, 'same'))
    AS t(i, j, judgement);

INSERT INTO linkage.judgements
SELECT *, FALSE, TIMESTAMP '2026-11-01 01:00', CASE WHEN record_id_r LIKE '%/999' THEN 'waits' WHEN judgement = 'unsure' THEN 'nothing_to_obey'
    WHEN record_id_r LIKE '%/26' THEN 'contradicted' ELSE 'obeyed' END
FROM linkage.judgements_given;

INSERT INTO linkage.doubtful
SELECT 'idpoor_members', 'idpoor_members/' || i, 'nssf_members', 'nssf_members/' || i + 1, 'parted', 0.6, NULL, 4, 2.4
FROM range(3) AS t(i);

INSERT INTO linkage.cluster_sizes
SELECT size, count(*), sum(size), sum(pairs), sum(pairs), CASE WHEN size > 1 THEN 1 END, sum(pairs), 0, 0
FROM (SELECT count(*) AS size, size * (size - 1) // 2 AS pairs FROM persons.records GROUP BY person_id)
GROUP BY size;

INSERT INTO linkage.unblocked SELECT register, count(*), 1 FROM clean.people GROUP BY register;

INSERT INTO findings.rules
VALUES ('E01', 'exclusion', 'critical', 'A household holds a valid equity card but is not enrolled in the Family Package.',
        'គ្រួសារមានប័ណ្ណសមធម៌ ប៉ុន្តែមិនបានចុះឈ្មោះក្នុងកញ្ចប់គ្រួសារ។', TRUE, '', 40),
       ('E02', 'exclusion', 'high', 'Somebody of 60 or over in a card household receives no elderly benefit.',
        'មនុស្សអាយុ ៦០ ឆ្នាំឡើងក្នុងគ្រួសារមានប័ណ្ណ មិនបានទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់។', TRUE, '', 88),
       ('I01', 'inclusion', 'critical', 'A payment is dated after the registered death.',
        'ការបើកប្រាក់មានកាលបរិច្ឆេទក្រោយការចុះបញ្ជីមរណភាព។', FALSE, 'no register of deaths came', 0),
       ('I04', 'inclusion', 'high', 'An elderly benefit is drawn by somebody under 60.',
        'អ្នកទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់មានអាយុក្រោម ៦០ ឆ្នាំ។', TRUE, '', 30),
       ('D03', 'duplication', 'critical', 'One person is paid twice for the same component and round.',
        'មនុស្សម្នាក់ទទួលប្រាក់ពីរដងសម្រាប់សមាសភាគ និងជុំតែមួយ។', TRUE, '', 3),
       ('N01', 'inconsistency', 'low', 'Registers do not agree on somebody''s sex.',
        'បញ្ជីមិនស្របគ្នាអំពីភេទ។', TRUE, '', 60);

INSERT INTO findings.findings BY NAME
SELECT rule || '-' || i AS finding_id, rule, kind, severity,
       CASE WHEN i % 3 = 2 THEN 'confirmed' WHEN i % 4 = 0 THEN 'cannot_tell' ELSE 'probable' END AS state,
       CASE WHEN rule <> 'E01' THEN 'person-' || format('{:03d}', i) END AS person_id,
       CASE WHEN rule = 'E01' THEN 'idpoor_members' END AS household_register,
       CASE WHEN rule = 'E01' THEN 'H' || i END AS household_id,
       format('{:02d}', i % 25 + 1) AS area_1, 0.97 AS probability, '{}' AS evidence,
       1 AS episode, DATE '2026-11-01' AS first_seen, DATE '2026-11-01' AS last_seen,
       CASE severity WHEN 'critical' THEN 40 WHEN 'high' THEN 26 ELSE 0 END AS priority_severity,
       CASE WHEN kind = 'exclusion' THEN 16 ELSE 5 END AS priority_sureness, 0 AS priority_money, 0 AS priority_age,
       priority_severity + priority_sureness AS priority,
       0 AS complaints
FROM (SELECT *, unnest(range(findings)) AS i FROM findings.rules);

INSERT INTO findings.records
SELECT finding_id, register, record_id, 'subject'
FROM findings.findings JOIN persons.records USING (person_id)
UNION ALL
SELECT finding_id, 'idpoor_members', household_id, 'subject' FROM findings.findings WHERE household_id IS NOT NULL;

INSERT INTO findings.lasting BY NAME
SELECT finding_id, rule, person_id, household_register, household_id, episode, first_seen, last_seen, state
FROM findings.findings;

INSERT INTO findings.changes BY NAME
SELECT finding_id, rule, kind, severity, person_id, household_register, household_id, 'new' AS change, 'data' AS cause,
       state, 3 AS class, FALSE AS evidence_changed
FROM findings.findings;

INSERT INTO reference.areas BY NAME
SELECT code, 1 AS level, name_en, name_km FROM (VALUES
('01', 'Banteay Meanchey', 'បន្ទាយមានជ័យ'), ('02', 'Battambang', 'បាត់ដំបង'), ('03', 'Kampong Cham', 'កំពង់ចាម'),
('04', 'Kampong Chhnang', 'កំពង់ឆ្នាំង'), ('05', 'Kampong Speu', 'កំពង់ស្ពឺ'), ('06', 'Kampong Thom', 'កំពង់ធំ'),
('07', 'Kampot', 'កំពត'), ('08', 'Kandal', 'កណ្ដាល'), ('09', 'Koh Kong', 'កោះកុង'), ('10', 'Kratie', 'ក្រចេះ'),
('11', 'Mondul Kiri', 'មណ្ឌលគិរី'), ('12', 'Phnom Penh', 'ភ្នំពេញ')) AS a(code, name_en, name_km);

INSERT INTO reference.tiles SELECT code, row_number() OVER (ORDER BY code), 1 FROM reference.areas;

INSERT INTO coverage.measures (measure, statement_en, statement_km, unit, applied)
VALUES ('elderly_benefit', 'People of 60 and over in card households who receive the elderly benefit',
        'មនុស្សអាយុ ៦០ ឆ្នាំឡើងក្នុងគ្រួសារមានប័ណ្ណ ដែលទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់', 'person', TRUE),
       ('family_package', 'Card households enrolled in the Family Package',
        'គ្រួសារមានប័ណ្ណដែលបានចុះឈ្មោះក្នុងកញ្ចប់គ្រួសារ', 'household', TRUE),
       ('disability_benefit', 'Holders of a disability card who receive the benefit',
        'អ្នកកាន់ប័ណ្ណពិការភាពដែលទទួលប្រាក់ឧបត្ថម្ភ', 'person', FALSE);

INSERT INTO coverage.gaps BY NAME
WITH groups AS (
    SELECT 'total' AS breakdown, 'all' AS group_code, 'All' AS group_name_en, 'ទាំងអស់' AS group_name_km, 2400 AS eligible,
           500 AS uncovered
    UNION ALL
    SELECT 'area_1', code, name_en, name_km, 80 + code::INTEGER * 20, 12 + (code::INTEGER * 7) % 40 FROM reference.areas
    UNION ALL
    SELECT 'sex', sex, name_en, name_km, 1200, uncovered
    FROM (VALUES ('F', 'Women', 'ស្រី', 190), ('M', 'Men', 'ប្រុស', 310)) AS s(sex, name_en, name_km, uncovered)
), figures AS (
    SELECT measure, breakdown, group_code, group_name_en, group_name_km, eligible, eligible - uncovered AS covered,
           uncovered / eligible AS p, CASE group_code WHEN '09' THEN 'yes' WHEN '11' THEN 'yes' ELSE 'no' END AS suppressed
    FROM groups, coverage.measures WHERE applied
)
SELECT measure, breakdown, group_code, group_name_en, group_name_km, suppressed,
       CASE WHEN suppressed = 'no' THEN eligible END AS eligible, CASE WHEN suppressed = 'no' THEN covered END AS covered,
       CASE WHEN suppressed = 'no' THEN p END AS gap_share,
       CASE WHEN suppressed = 'no' THEN eligible END AS eligible_adjusted,
       CASE WHEN suppressed = 'no' THEN covered END AS covered_adjusted,
       CASE WHEN suppressed = 'no' THEN eligible - covered END AS gap_adjusted,
       CASE WHEN suppressed = 'no' THEN p END AS gap_share_adjusted,
       CASE WHEN suppressed = 'no' THEN 'clear' END AS verdict,
       CASE WHEN suppressed = 'no' THEN greatest(p - 1.96 * sqrt(p * (1 - p) / eligible), 0) END AS gap_low,
       CASE WHEN suppressed = 'no' THEN least(p + 1.96 * sqrt(p * (1 - p) / eligible), 1) END AS gap_high
FROM figures;

INSERT INTO coverage.estimates BY NAME
SELECT * EXCLUDE (suppressed) FROM coverage.gaps WHERE breakdown IN ('total', 'sex');

INSERT INTO coverage.populations
VALUES ('elderly_paid', 'People who were paid the elderly benefit', 'អ្នកដែលបានទទួលប្រាក់ឧបត្ថម្ភមនុស្សចាស់', 'person', TRUE,
        'I01, I04', '');

INSERT INTO coverage.errors BY NAME
SELECT 'elderly_paid' AS population, 'inclusion' AS kind, 'all' AS rule, breakdown, group_code, group_name_en, group_name_km,
       people, found, found / people AS share, 20 AS confirmed, found - 25 AS probable, 5 AS cannot_tell,
       found - 4 AS expected, found - 8 AS expected_low, found AS expected_high, found AS with_money, 'overpaid' AS stake,
       found * 28000 AS riel_a_month
FROM (VALUES ('total', 'all', 'All', 'ទាំងអស់', 1600, 120), ('sex', 'F', 'Women', 'ស្រី', 1000, 70),
             ('sex', 'M', 'Men', 'ប្រុស', 600, 50)) AS g(breakdown, group_code, group_name_en, group_name_km, people, found);

INSERT INTO coverage.error_gaps BY NAME
SELECT * EXCLUDE (rule, confirmed, probable, cannot_tell, with_money), 'I01, I04' AS rules, 'no' AS suppressed,
       'no' AS money_suppressed
FROM coverage.errors;

INSERT INTO coverage.staleness
VALUES ('hef_claims', 'total', 'all', 'All', 'ទាំងអស់', 900, 40, 200, 'no'),
       ('idpoor_households', 'total', 'all', 'All', 'ទាំងអស់', 800, 300, 900, 'no');

INSERT INTO coverage.captures
VALUES ('births', 'Children born lately', 'កុមារទើបកើត', 'births registered', 'កំណើតដែលបានចុះបញ្ជី', 'children listed',
        'កុមារក្នុងបញ្ជី', 'Being listed says nothing of being registered.', 'បញ្ជីទាំងពីរឯករាជ្យ។', TRUE);

INSERT INTO coverage.completeness BY NAME
SELECT 'births' AS capture, breakdown, group_code, group_name_en, group_name_km, in_a, in_b, in_both,
       in_a AS in_a_adjusted, in_b AS in_b_adjusted, in_both AS in_both_adjusted, people, people - 20 AS people_low,
       people + 20 AS people_high, people - 50 AS people_least, people + 80 AS people_most, neither AS in_neither,
       neither - 20 AS in_neither_low, neither + 20 AS in_neither_high, neither - 50 AS in_neither_least,
       neither + 80 AS in_neither_most, in_a / people AS complete_a, in_a / (people + 20) AS complete_a_low,
       in_a / (people - 20) AS complete_a_high, in_a / (people + 80) AS complete_a_least,
       in_a / (people - 50) AS complete_a_most, in_b / people AS complete_b, in_b / (people + 20) AS complete_b_low,
       in_b / (people - 20) AS complete_b_high, in_b / (people + 80) AS complete_b_least,
       in_b / (people - 50) AS complete_b_most, 'clear' AS verdict
FROM (SELECT *, in_a + in_b - in_both + neither AS people FROM (VALUES
    ('total', 'all', 'All', 'ទាំងអស់', 800, 200, 160, 160), ('sex', 'F', 'Women', 'ស្រី', 500, 100, 80, 100),
    ('sex', 'M', 'Men', 'ប្រុស', 300, 100, 80, 60))
    AS g(breakdown, group_code, group_name_en, group_name_km, in_a, in_b, in_both, neither));

INSERT INTO coverage.completeness_gaps BY NAME
SELECT * EXCLUDE (in_a_adjusted, in_b_adjusted, in_both_adjusted), 'no' AS suppressed FROM coverage.completeness;
