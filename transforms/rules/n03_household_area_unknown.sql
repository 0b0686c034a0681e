-- id: N03
-- statement_en: The gazetteer has no area of the code that the register gives for the household, or its codes contradict one another.
-- statement_km: បញ្ជីឈ្មោះភូមិសាស្ត្រគ្មានតំបន់ដែលមានលេខកូដដូចក្នុងបញ្ជីសម្រាប់គ្រួសារនេះទេ ឬលេខកូដតំបន់របស់វាផ្ទុយគ្នា។
-- sentence_en: The area codes {codes} ({columns}) do not lead to one area[; what could be made out is area {understood}].
-- sentence_km: លេខកូដតំបន់ {codes} ({columns}) មិនសំដៅលើតំបន់តែមួយទេ[។ តំបន់ដែលយល់បានគឺ {understood}]។
-- kind: inconsistency
-- severity: low
-- needs: households
-- evidence:
--   columns: columns at fault, as the register names them
--   codes: codes as they came
--   understood: the smallest area that could be made out
-- confirm: Ask the commune for the village; codes that only lost a zero, or stood before a boundary changed, are read and do not count.
-- source: National Institute of Statistics, gazetteer of the areas
WITH unknown AS (
    SELECT register, row_no, list_sort(list(column_name)) AS columns, list_sort(list(DISTINCT found)) AS codes
    FROM clean.repairs
    WHERE from_kind = 'unknown_area'
    GROUP BY ALL
)
SELECT h.register AS household_register, h.household_id,
    {
        columns: coalesce(u.columns, []),
        codes: coalesce(u.codes, list_filter([h.area_1, h.area_2, h.area_3, h.area_4], lambda code: code IS NOT NULL)),
        understood: coalesce(h.area_4, h.area_3, h.area_2, h.area_1)
    } AS evidence,
    [record(h.register, h.household_id, 'subject')] AS records
FROM clean.households h LEFT JOIN unknown u USING (register, row_no)
WHERE u.row_no IS NOT NULL
    OR NOT starts_with(h.area_2, h.area_1) OR NOT starts_with(h.area_3, h.area_2)
    OR NOT starts_with(h.area_4, h.area_3)
