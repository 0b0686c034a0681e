"""How many true pairs nobody kept, by two registers: no blocking rule proposed them, or they looked improbable.

How many the rules miss is known for all registers together (`transforms.missed`). They are spread over pairs of
registers as the true pairs are that were seen and left unlinked: what is hard to link is also hard to propose.

And how many records are adrift: a record without a place or without a birth fits so many that no pair of it is likely.
Were what it lacks a matter of chance, as large a share of such records as of the others would be somebody in another
register; fewer are found there, and the rest is adrift.
"""

import math

import duckdb

from transforms import tables
from transforms.edges import NOT_PARTED

FEWEST = 30  # records that tell enough and are found in the other register; of fewer, no share is told

# One row two registers: how many of their true pairs nobody kept, and what is adrift either way for each that is found.
# Where registers have no kept pair, nothing is known of the first.
_HIDDEN = f"""
    WITH kept AS (
        SELECT register_l, register_r, sum(probability::DECIMAL(18, 9))::DOUBLE AS found,
            coalesce(sum(probability::DECIMAL(18, 9)) FILTER (NOT is_linked), 0)::DOUBLE AS unlinked
        FROM {tables.PAIRS.full_name} GROUP BY ALL
    ),
    levels AS (SELECT *, levels->>'$.registers' AS level FROM {tables.PATTERNS.full_name}),
    of_registers AS (
        SELECT DISTINCT level, register_l, register_r
        FROM levels JOIN (SELECT DISTINCT pattern_id, register_l, register_r FROM {tables.PAIRS.full_name})
        USING (pattern_id)
    ),
    improbable AS (
        SELECT register_l, register_r, sum((pairs * probability)::DECIMAL(18, 9))::DOUBLE AS pairs
        FROM levels JOIN of_registers USING (level) WHERE probability < {{kept}} GROUP BY ALL
    ),
    missed AS (SELECT coalesce(max(pairs), 0) AS pairs FROM {tables.MISSED.full_name} WHERE lists = 0),
    hidden AS (
        SELECT register_l, register_r, found,
            coalesce(i.pairs, 0) + coalesce(m.pairs * unlinked / nullif(sum(unlinked) OVER (), 0), 0) AS hidden
        FROM kept LEFT JOIN improbable i USING (register_l, register_r) CROSS JOIN missed m
    ),
    drifting AS (
        SELECT least(register, other) AS register_l, greatest(register, other) AS register_r,
            sum((adrift / found)::DECIMAL(18, 9))::DOUBLE AS adrift_odds
        FROM adrift GROUP BY ALL
    )
    SELECT register_l, register_r, found, hidden, coalesce(hidden / found, 0) AS hidden_odds,
        coalesce(adrift_odds, 0) AS adrift_odds
    FROM hidden FULL JOIN drifting USING (register_l, register_r)
"""
# One row two registers, in both orders: of how many records of the one some are found in the other, and how many are
# adrift. A record is found as far as its person, or else its kept pairs, say so. A lack of records found counts the
# less, the more it may be chance: by its square to that and its variance together.
_ADRIFT = f"""
    WITH told AS (
        SELECT register, record_id, person_id, area_1 IS NOT NULL AND birth_year IS NOT NULL AS tells
        FROM {tables.PEOPLE.full_name} JOIN {tables.PERSON_RECORDS.full_name} USING (register, record_id)
    ),
    sizes AS (
        SELECT register, count(*) FILTER (tells) AS telling, count(*) FILTER (NOT tells) AS lacking
        FROM told GROUP BY register HAVING lacking > 0
    ),
    in_registers AS (SELECT DISTINCT person_id, register AS other FROM told),
    open_pairs AS (FROM {NOT_PARTED} WHERE register_l <> register_r),
    pairs AS (
        SELECT register_l AS register, record_id_l AS record_id, register_r AS other, probability FROM open_pairs
        UNION ALL SELECT register_r, record_id_r, register_l, probability FROM open_pairs
    ),
    outside AS (
        SELECT register, other, tells,
            1 - exp(sum(ln(1 - least(probability, 0.999999))::DECIMAL(18, 9))::DOUBLE) AS found
        FROM pairs JOIN told USING (register, record_id) ANTI JOIN in_registers USING (person_id, other)
        GROUP BY register, other, tells, record_id
    ),
    found AS (
        SELECT register, other, coalesce(sum(found::DECIMAL(18, 9)) FILTER (tells), 0)::DOUBLE AS of_telling,
            coalesce(sum(found::DECIMAL(18, 9)) FILTER (NOT tells), 0)::DOUBLE AS of_lacking
        FROM (
            SELECT register, other, tells, count(*)::DOUBLE AS found
            FROM told JOIN in_registers USING (person_id) WHERE register <> other GROUP BY ALL
            UNION ALL FROM outside
        ) GROUP BY ALL
    ),
    lost AS (
        SELECT register, other, of_telling + of_lacking AS found, of_telling / telling AS share,
            greatest(lacking * share - of_lacking, 0) AS short,
            lacking * share * greatest(1 - share, 0) * (1 + lacking / telling) AS variance
        FROM sizes JOIN found USING (register) WHERE of_telling >= {FEWEST}
    )
    SELECT register, other, found, short * short ** 2 / greatest(short ** 2 + variance, 1e-9) AS adrift FROM lost
"""
_SPREAD = f"SELECT low, high FROM {tables.MISSED.full_name} WHERE lists = 0 AND low > 0"


def prepare(con: duckdb.DuckDBPyConnection, kept: float) -> float:
    """Tell the shares; gives the standard deviation of the logarithm by which all may be off.

    Pairs are kept from the probability `kept` on. Reads clean.people, persons.records, linkage.pairs,
    linkage.judgements, linkage.patterns and linkage.missed. Writes the temporary tables hidden_pairs: register_l,
    register_r (in order), found and hidden (expected true pairs), hidden_odds (hidden for each that is found) and
    adrift_odds (records of either that are adrift, for each found in the other); and adrift: register, other, found and
    adrift (records of the one in the other).
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE adrift AS {_ADRIFT}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE hidden_pairs AS {_HIDDEN.format(kept=kept)}")
    row = con.execute(_SPREAD).fetchone()
    return math.log(row[1] / row[0]) / (2 * 1.96) if row else 0.0


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `prepare` made."""
    for name in ("hidden_pairs", "adrift"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")
