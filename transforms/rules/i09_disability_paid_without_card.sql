-- id: I09
-- statement_en: The disability benefit was paid to a person for whom no valid disability card of a covered severity is found.
-- statement_km: ប្រាក់ឧបត្ថម្ភជនមានពិការភាព ត្រូវបានបើកឱ្យបុគ្គលដែលរកមិនឃើញប័ណ្ណពិការភាពមានសុពលភាពក្នុងកម្រិតដែលត្រូវទទួលបានការឧបត្ថម្ភ។
-- sentence_en: The disability benefit was paid {payments:count time/times}, last on {last_paid_on:date}, {amount:riel} in all, and no valid disability card of a covered severity was found[; card {other_card} is of severity {other_severity:number} and {other_status:words}].
-- sentence_km: ប្រាក់ឧបត្ថម្ភជនមានពិការភាពត្រូវបានបើក {payments:number} ដង ចុងក្រោយនៅ{last_paid_on:date} សរុប {amount:riel} ប៉ុន្តែរកមិនឃើញប័ណ្ណពិការភាពមានសុពលភាពក្នុងកម្រិតដែលត្រូវឧបត្ថម្ភទេ[។ ប័ណ្ណលេខ {other_card} មានកម្រិត {other_severity:number} និង{other_status:words}]។
-- kind: inclusion
-- severity: high
-- needs: payments:family_package, entitlements:disability_card
-- evidence:
--   payments: payments of the benefit
--   last_paid_on: date of the last of them
--   amount: riel paid in them
--   other_card: number of a card that is not valid or of another severity, if there is one
--   other_severity: its severity
--   other_status: its status
-- money: amount overpaid payments
-- confirm: Look for the card under another spelling before anything else; ask the person to show it.
-- source: Family Package, disability benefit
WITH entitled AS (SELECT DISTINCT person_id FROM disability_cards WHERE is_covered),
-- Who is paid for a disability has a card nearly always: one that may be theirs explains more than an error does.
explained AS (
    SELECT p.person_id FROM persons_apart p JOIN entitled e ON e.person_id = p.other_person_id
    UNION SELECT person_id FROM unread_people WHERE register = card_register('disability_card')
),
other_cards AS (
    SELECT r.person_id, e.number, e.level AS severity, e.status, e.register, e.entitlement_id AS record_id
    FROM clean.entitlements e
    JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
    WHERE e.programme = 'disability_card'
    QUALIFY row_number() OVER (PARTITION BY r.person_id ORDER BY e.level DESC, e.register, e.entitlement_id) = 1
)
SELECT p.person_id,
    {
        payments: count(*), last_paid_on: max(p.paid_on), amount: sum(p.amount)::BIGINT,
        other_card: any_value(o.number), other_severity: any_value(o.severity), other_status: any_value(o.status)
    } AS evidence,
    list(DISTINCT record(p.of_register, p.of_record_id, 'subject'))
        || list_filter(
            [any_value(record(o.register, o.record_id, 'disability card'))], lambda card: card.record_id IS NOT NULL
        )
        || list(record(p.register, p.record_id, 'payment')) AS records,
    card_register('disability_card') AS absent_from
FROM person_payments p LEFT JOIN other_cards o USING (person_id) ANTI JOIN entitled USING (person_id)
ANTI JOIN explained USING (person_id)
WHERE p.status = 'paid' AND p.programme = 'family_package' AND p.component = 'disability' AND p.person_id IS NOT NULL
GROUP BY p.person_id
