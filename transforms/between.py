"""How likely two persons whom linking kept apart are one person all the same.

The log-odds start from the mean of all pairs of their records; pairs that nobody kept count as likely as the least that
is kept. But ten visits say little more than one: the mean of the pairs between the likeliest two registers counts as
much. The more registers both are in, the more often would the records of
one person have found each other: persons that stayed apart are the less likely one. Whoever is in a register whose
people are mostly found in another, but is not found there, is the more likely somebody of that other register. The best
dates of birth are added. docs/coverage.md has the formula; clusters are put together by its first terms
(`transforms.agglomerate`).
"""

KEPT = 0.01  # pairs less likely than this are not kept, and count as just as likely as this in the mean
# What the odds are multiplied by: where both were born on one day; on two days that no slip of a pen explains, or by
# years or ages more than YEARS_OFF apart; where one knows no date; else (docs/coverage.md).
SAME_DAY, OTHER_DAY, NO_DAY, ELSE, YEARS_OFF = 4.0, 0.1, 2.3, 1.1, 3.5
# The power of the number of registers that divides the odds: of the person who is in fewer, and who is in more.
OF_FEWER, OF_MORE = 2.5, 0.75
MOST_FOUND = 0.98  # of the records of a register, however many are found in another


def _mean(odds: str, pairs: str, cells: str) -> str:
    """The mean log-odds of so many cells, of which the pairs kept are given by their sum and number, in SQL."""
    return f"({odds} + ({cells} - {pairs}) * ln({KEPT} / (1 - {KEPT}))) / ({cells})"


# What the best dates of birth of two persons add to their log-odds.
_DATES = f"""
    ln(CASE
        WHEN x.birth_date IS NULL OR y.birth_date IS NULL THEN {NO_DAY}
        WHEN x.birth_precision = 'day' AND y.birth_precision = 'day' THEN CASE
            WHEN x.birth_date = y.birth_date THEN {SAME_DAY}
            WHEN (day(x.birth_date) = day(y.birth_date))::INTEGER + (month(x.birth_date) = month(y.birth_date))::INTEGER
                + (year(x.birth_date) = year(y.birth_date))::INTEGER = 2 THEN {ELSE}
            WHEN day(x.birth_date) = month(y.birth_date) AND month(x.birth_date) = day(y.birth_date)
                AND year(x.birth_date) = year(y.birth_date) THEN {ELSE}
            ELSE {OTHER_DAY} END
        WHEN abs(date_diff('day', x.birth_date, y.birth_date)) > {YEARS_OFF} * 365.25 THEN {OTHER_DAY}
        ELSE {ELSE} END)
"""

# In which registers and populations (a stratum of a register, where it has some) the persons are, and the share of the
# records of each population whose person is in each register.
_SPANS = """
    records AS (
        SELECT person_id, register, concat_ws(' ', register, stratum) AS population
        FROM persons.records JOIN clean.people USING (register, record_id)
    ),
    sizes AS (
        SELECT person_id, register, count(*) AS records, list(DISTINCT population) AS populations FROM records
        SEMI JOIN (SELECT one AS person_id FROM told UNION SELECT other FROM told) USING (person_id) GROUP BY ALL
    ),
    spans AS (
        SELECT person_id, list(register) AS registers, flatten(list(populations)) AS populations
        FROM sizes GROUP BY person_id
    ),
    shares AS (
        SELECT population, b.register, count(*) / any_value(n.records) AS share
        FROM records a JOIN (SELECT DISTINCT person_id, register FROM records) b USING (person_id)
        JOIN (SELECT population, count(*) AS records FROM records GROUP BY population) n USING (population)
        GROUP BY ALL
    )
"""
# Of each of two persons, how far its populations are found in a register of the other where it is not: the largest
# share. Unless faced is materialized, it is joined to shares by register alone, which fills the disk.
_ABSENT = f"""
    faced AS MATERIALIZED (
        SELECT one, other, j.person_id, z.register
        FROM (SELECT one, other, one AS person_id, other AS of_person FROM joined
            UNION ALL SELECT one, other, other, one FROM joined) j
        JOIN sizes z ON z.person_id = j.of_person
    ),
    sought AS (
        SELECT one, other, person_id, f.register, unnest(populations) AS population
        FROM faced f JOIN spans USING (person_id) WHERE NOT list_contains(registers, f.register)
    ),
    absent AS (
        SELECT one, other, sum(ln(1 - share)) AS log_odds FROM (
            SELECT one, other, person_id, max(least(share, {MOST_FOUND})) AS share
            FROM sought JOIN shares USING (population, register) GROUP BY ALL
        ) GROUP BY one, other
    )
"""


def between(pairs: str) -> str:
    """A query, in SQL: one row two persons (one, other), the probability that they are one, and the same (undated) but
    for what their best dates of birth add.

    `pairs`: a relation of the kept pairs between two persons: one and other (persons, one < other), register (of the
    record of the one), other_register, and probability. Reads persons.persons, persons.records and clean.people.
    """
    return f"""
    WITH told AS (
        SELECT one, other, register, other_register,
            ln(p / (1 - p))::DECIMAL(18, 9) AS odds
        FROM (SELECT *, least(greatest(probability, {KEPT}), 0.999999) AS p FROM {pairs})
    ),
    {_SPANS},
    by_registers AS (
        SELECT one, other, register, other_register, sum(odds)::DOUBLE AS odds, count(*) AS pairs
        FROM told GROUP BY ALL
    ),
    likeliest AS (
        SELECT one, other, max({_mean("b.odds", "b.pairs", "x.records * y.records")}) AS log_odds
        FROM by_registers b
        JOIN sizes x ON x.person_id = b.one AND x.register = b.register
        JOIN sizes y ON y.person_id = b.other AND y.register = b.other_register
        GROUP BY one, other
    ),
    joined AS (SELECT one, other, sum(odds)::DOUBLE AS odds, count(*) AS pairs FROM told GROUP BY one, other),
    {_ABSENT}
    SELECT one, other, 1 / (1 + exp(-(apart + dates))) AS probability, 1 / (1 + exp(-apart)) AS undated
    FROM (
        SELECT one, other, ({_mean("j.odds", "j.pairs", "x.records * y.records")} + k.log_odds) / 2
                - {OF_FEWER} * ln(least(len(v.registers), len(w.registers)))
                - {OF_MORE} * ln(greatest(len(v.registers), len(w.registers)))
                - coalesce(a.log_odds, 0) / 2 AS apart,
            {_DATES} AS dates
        FROM joined j JOIN likeliest k USING (one, other) LEFT JOIN absent a USING (one, other)
        JOIN persons.persons x ON x.person_id = one JOIN persons.persons y ON y.person_id = other
        JOIN spans v ON v.person_id = one JOIN spans w ON w.person_id = other
    )
    """
