-- id: N04
-- statement_en: The household has no head on its roster, or more than one.
-- statement_km: គ្រួសារគ្មានមេគ្រួសារក្នុងបញ្ជីសមាជិក ឬមានមេគ្រួសារលើសពីម្នាក់។
-- sentence_en: The roster lists {members:count person/people} and {heads:count head/heads} of household.
-- sentence_km: បញ្ជីសមាជិកមាន {members:number} នាក់ ហើយមានមេគ្រួសារ {heads:number} នាក់។
-- kind: inconsistency
-- severity: low
-- needs: households, people
-- evidence:
--   heads: number of heads on the roster
--   members: number of people on the roster
-- confirm: Households of which some member's row could not be read are left out. Ask the commune who heads the household; a head who died or moved is the usual reason.
-- source: IDPoor, one head for each household
WITH partly_unread AS (
    SELECT DISTINCT unnest(json_extract_string(raw, '$.*')) AS household_id FROM clean.quarantine
    WHERE register IN (SELECT member_register FROM rosters) AND reason <> 'repeated_row'
),
counted AS (
    SELECT h.register, h.household_id, count(*) AS members,
        count(*) FILTER (WHERE p.relation_to_head = 'head') AS heads,
        list(record(p.register, p.record_id, 'head')) FILTER (WHERE p.relation_to_head = 'head') AS head_records
    FROM clean.households h
    JOIN rosters o ON o.household_register = h.register
    JOIN clean.people p ON p.register = o.member_register AND p.household_id = h.household_id
    GROUP BY ALL
)
SELECT register AS household_register, household_id, {heads: heads, members: members} AS evidence,
    [record(register, household_id, 'subject')] || coalesce(head_records, []) AS records
FROM counted ANTI JOIN partly_unread USING (household_id)
WHERE heads <> 1
