"""The best that the records of a person know of it."""


def _best(order: str, *columns: str, among: str = "members") -> str:
    """The person's best values of `columns`: by `order`, then the most frequent, then the first in order."""
    listed, known = ", ".join(columns), " OR ".join(f"{column} IS NOT NULL" for column in columns)
    return f"""SELECT person_id, {listed} FROM {among} WHERE {known} GROUP BY person_id, {listed}
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY {order}, count(*) DESC, {listed}) = 1"""


_PERSON = """person_id, records, registers, is_dead, family_name, given_name, family_name_local, given_name_local, sex,
    birth_date, birth_precision, area_1, area_2, area_3, area_4"""
_PRECISION = "list_position(['day', 'month', 'year', 'default_1_january', 'age'], birth_precision)"

# A slip of the pen makes a year ten wrong as easily as one, and two registers that only guess an age know better.
_OUTVOTED = "2 * len(list_filter(years, lambda one: abs(one.birth_year - birth_year) > 2)) > len(years)"

# One row a person of persons.records, as persons.persons has it.
PERSONS_QUERY = f"""
WITH several AS (SELECT person_id FROM persons.records GROUP BY person_id HAVING count(*) > 1),
everybody AS (SELECT * FROM persons.records JOIN clean.people USING (register, record_id)),
members AS (FROM everybody SEMI JOIN several USING (person_id)),
counts AS (
    SELECT person_id, count(*) AS records, count(DISTINCT register) AS registers,
        coalesce(bool_or(NOT is_alive), false) AS is_dead
    FROM members GROUP BY person_id
),
latin AS ({_best("(family_name || given_name) IS NULL", "family_name", "given_name")}),
local AS ({_best("(family_name_local || given_name_local) IS NULL", "family_name_local", "given_name_local")}),
sexes AS ({_best("true", "sex")}),
years AS (
    SELECT person_id, list(DISTINCT {{register: register, birth_year: birth_year}}) AS years
    FROM members WHERE birth_year IS NOT NULL GROUP BY person_id HAVING max(birth_year) - min(birth_year) > 2
),
dated AS (SELECT m.*, coalesce({_OUTVOTED}, false) AS is_outvoted FROM members m LEFT JOIN years USING (person_id)),
births AS ({_best(f"bool_and(is_outvoted), {_PRECISION}", "birth_date", "birth_precision", among="dated")}),
places AS ({_best("area_4 IS NULL, area_3 IS NULL, area_2 IS NULL", "area_1", "area_2", "area_3", "area_4")})
SELECT {_PERSON} FROM counts LEFT JOIN latin USING (person_id) LEFT JOIN local USING (person_id)
LEFT JOIN sexes USING (person_id) LEFT JOIN births USING (person_id) LEFT JOIN places USING (person_id)
UNION ALL
SELECT {_PERSON.replace("is_dead", "coalesce(NOT is_alive, false)").replace("records, registers", "1, 1")}
FROM everybody ANTI JOIN several USING (person_id)"""
