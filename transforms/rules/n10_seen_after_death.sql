-- id: N10
-- statement_en: Two or more registers saw the person after the registered death, so the death or its link is in doubt.
-- statement_km: បញ្ជីពីរ ឬច្រើនបានកត់ត្រាសកម្មភាពរបស់បុគ្គល ក្រោយមរណភាពដែលបានចុះបញ្ជី ដូច្នេះមរណភាព ឬការភ្ជាប់របស់វាគួរឱ្យសង្ស័យ។
-- sentence_en: Registered as dead on {died_on:date}, but seen later in {registers:register}, last on {last_seen_on:date}.
-- sentence_km: បានចុះបញ្ជីមរណភាពនៅ{died_on:date} ប៉ុន្តែត្រូវបានឃើញក្រោយមកក្នុង{registers:register} ចុងក្រោយនៅ{last_seen_on:date}។
-- kind: inconsistency
-- severity: high
-- needs: events:death
-- evidence:
--   died_on: registered date of death
--   registers: registers that saw the person later
--   last_seen_on: the last time
-- confirm: Send it to civil registration. Nothing that rests on this death is held against the person meanwhile.
-- source: Civil registration; the number of registers is a guess
-- complaints: any:any after died_on
SELECT person_id,
    {
        died_on: any_value(died_on), registers: list_sort(list(DISTINCT register)), last_seen_on: max(seen_on)
    } AS evidence,
    [any_value(record(death_register, death_record_id, 'subject'))] || list(record(register, record_id, 'sighting'))
        AS records
FROM sightings_after_death SEMI JOIN doubtful_deaths USING (person_id)
GROUP BY person_id
