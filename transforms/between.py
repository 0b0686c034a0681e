"""How likely two persons whom linking kept apart are one person all the same.

Clusters are cut by average linkage, so the log-odds start from the mean of all pairs of their records; pairs that
nobody kept count as likely as the least that is kept. But ten visits say little more than one: the mean of the pairs
between the likeliest two registers counts as much. The best dates of birth are added. docs/coverage.md has the formula.
"""

KEPT = 0.01  # pairs less likely than this are not kept, and count as just as likely as this in the mean
# What the odds are multiplied by: where both were born on one day; on two days that no slip of a pen explains, or by
# years or ages more than YEARS_OFF apart; where one knows no date; else (docs/coverage.md).
SAME_DAY, OTHER_DAY, NO_DAY, ELSE, YEARS_OFF = 4.0, 0.1, 2.3, 1.1, 3.5


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


def between(pairs: str) -> str:
    """A query, in SQL: one row two persons (one, other), the probability that they are one, and the same (undated) but
    for what their best dates of birth add.

    `pairs`: a relation of the kept pairs between two persons: one and other (persons, one < other), register (of the
    record of the one), other_register, and probability. Reads persons.persons and persons.records.
    """
    return f"""
    WITH told AS (
        SELECT one, other, register, other_register,
            ln(p / (1 - p))::DECIMAL(18, 9) AS odds
        FROM (SELECT *, least(greatest(probability, {KEPT}), 0.999999) AS p FROM {pairs})
    ),
    sizes AS (
        SELECT person_id, register, count(*) AS records FROM persons.records
        SEMI JOIN (SELECT one AS person_id FROM told UNION SELECT other FROM told) USING (person_id) GROUP BY ALL
    ),
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
    joined AS (SELECT one, other, sum(odds)::DOUBLE AS odds, count(*) AS pairs FROM told GROUP BY one, other)
    SELECT one, other, 1 / (1 + exp(-(halfway + dates))) AS probability, 1 / (1 + exp(-halfway)) AS undated
    FROM (
        SELECT one, other, ({_mean("j.odds", "j.pairs", "x.records * y.records")} + k.log_odds) / 2 AS halfway,
            {_DATES} AS dates
        FROM joined j JOIN likeliest k USING (one, other)
        JOIN persons.persons x ON x.person_id = one JOIN persons.persons y ON y.person_id = other
    )
    """
