-- id: I02
-- statement_en: A health visit was claimed for the person after the registered date of death.
-- statement_km: មានការទាមទារថ្លៃព្យាបាលសម្រាប់បុគ្គលនេះ ក្រោយកាលបរិច្ឆេទមរណភាពដែលបានចុះបញ្ជី។
-- sentence_en: 'Registered as dead on {died_on:date}, but {claims:count health claim is/health claims are} dated later, the last on {last_visit:date}: {amount:riel} in all.'
-- sentence_km: បានចុះបញ្ជីមរណភាពនៅ{died_on:date} ប៉ុន្តែមានការទាមទារថ្លៃព្យាបាល {claims:number} លើកក្រោយមក ចុងក្រោយនៅ{last_visit:date} សរុប {amount:riel}។
-- kind: inclusion
-- severity: critical
-- needs: events:death, claims
-- evidence:
--   died_on: registered date of death
--   claims: claims dated later; the day of death itself does not count
--   first_visit: date of the first of them
--   last_visit: date of the last of them
--   amount: riel claimed in all
-- money: amount overpaid
-- confirm: A human must confirm that the deceased and the patient are one; the facility shows its patient book.
-- source: Civil registration and Health Equity Fund claims
-- contradicted_by: any:any after died_on
SELECT c.person_id,
    {
        died_on: any_value(d.died_on), claims: count(*), first_visit: min(c.visited_on),
        last_visit: max(c.visited_on), amount: sum(c.amount)::BIGINT
    } AS evidence,
    list(record(c.register, c.record_id, 'subject'))
        || [any_value(record(d.register, d.record_id, 'death'))] AS records
FROM person_claims c JOIN deaths d USING (person_id) ANTI JOIN doubtful_deaths USING (person_id)
WHERE c.visited_on > d.died_on
GROUP BY c.person_id
