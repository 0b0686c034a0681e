-- id: social_security_contributions
-- statement_en: Members of social security in private employment for whom a contribution was paid in the last three complete months.
-- statement_km: សមាជិកសន្តិសុខសង្គមក្នុងវិស័យឯកជន ដែលមានបង់ភាគទានក្នុងរយៈពេលបីខែពេញចុងក្រោយ។
-- unit: person
-- needs: memberships, contributions
-- breakdowns: area_1, area_2, area_3, sex, age_band, area_1*sex
SELECT 'stands' AS role, m.of_register AS register, m.of_record_id AS record_id, i.person_id, p.area_1, p.area_2, p.area_3, i.sex,
    age_on(i.birth_date, as_of()) AS age
FROM clean.memberships m
JOIN clean.people p ON p.register = m.of_register AND p.record_id = m.of_record_id
JOIN person_records r ON r.register = m.of_register AND r.record_id = m.of_record_id
JOIN individuals i USING (person_id)
WHERE m.scheme = 'private' AND m.depends_on_record_id IS NULL AND NOT i.is_dead
UNION ALL BY NAME
SELECT 'covers' AS role, of_register AS register, of_record_id AS record_id FROM clean.contributions
WHERE list_contains(last_months(policy('lost_job_months')::INTEGER), month)
