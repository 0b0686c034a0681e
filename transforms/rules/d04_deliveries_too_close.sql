-- id: D04
-- statement_en: Two deliveries of the person are recorded so close together that they cannot both be hers.
-- statement_km: មានការកត់ត្រាការសម្រាលកូនពីរលើករបស់បុគ្គលនេះ ជិតគ្នាពេក រហូតមិនអាចជារបស់គាត់ទាំងពីរបាន។
-- sentence_en: A delivery is recorded on {delivered_on:date} and another on {next_delivered_on:date}, only {days:count day/days} later.
-- sentence_km: មានការកត់ត្រាការសម្រាលកូននៅ{delivered_on:date} និងម្តងទៀតនៅ{next_delivered_on:date} គឺខុសគ្នាតែ {days:number} ថ្ងៃប៉ុណ្ណោះ។
-- kind: duplication
-- severity: high
-- needs: claims
-- evidence:
--   delivered_on: date of the earlier delivery
--   next_delivered_on: date of the later one
--   days: days between them, the fewest where there are several such pairs
-- confirm: See the delivery books of both facilities; a wrong date, or a claim filed under another mother, is the usual reason.
-- source: Family Package, one delivery a pregnancy; twins are one delivery. The numbers of days are a guess
WITH deliveries AS (
    SELECT person_id, visited_on, list(record(register, record_id, 'subject')) AS visits
    FROM person_claims
    WHERE service = 'delivery' AND person_id IS NOT NULL AND visited_on <= as_of()
    GROUP BY ALL
),
gaps AS (
    SELECT person_id, visited_on AS next_on, visits,
        lag(visited_on) OVER earlier AS visited_on, lag(visits) OVER earlier AS earlier_visits
    FROM deliveries
    WINDOW earlier AS (PARTITION BY person_id ORDER BY visited_on)
)
SELECT person_id,
    {delivered_on: visited_on, next_delivered_on: next_on, days: next_on - visited_on} AS evidence,
    earlier_visits || visits AS records
FROM gaps
WHERE next_on - visited_on > policy('same_delivery_days')::INTEGER
    AND next_on - visited_on < policy('delivery_gap_days')::INTEGER
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY next_on - visited_on, next_on) = 1
