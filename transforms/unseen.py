"""How many true pairs nobody kept, by two registers: no blocking rule proposed them, or they looked improbable.

How many the rules miss is known for all registers together (`transforms.missed`). They are spread over pairs of
registers as the true pairs are that were seen and left unlinked: what is hard to link is also hard to propose.

And how many records are adrift: a record without a place or without a birth fits so many that no pair of it is likely.
Were what a record lacks a matter of chance, as many of these as of the others would be somebody in the other register;
fewer were found, and the rest is adrift.
"""

import math

import duckdb

from transforms import tables

# One row two registers: how many of their true pairs nobody kept. Where registers have no kept pair, nothing is
# known of them, and nothing is told.
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
    missed AS (SELECT coalesce(max(pairs), 0) AS pairs FROM {tables.MISSED.full_name} WHERE lists = 0)
    SELECT register_l, register_r, found,
        coalesce(i.pairs, 0) + coalesce(m.pairs * unlinked / nullif(sum(unlinked) OVER (), 0), 0) AS hidden,
        hidden / found AS hidden_odds
    FROM kept LEFT JOIN improbable i USING (register_l, register_r) CROSS JOIN missed m
"""
# One row two registers (in both orders): of the records of the first that are found in the second, for each, how many
# are adrift. A record is found as far as its person, or else its kept pairs, say so.
_ADRIFT = f"""
    WITH told AS (
        SELECT register, record_id, person_id,
            area_1 IS NOT NULL AND birth_year IS NOT NULL AS well,
            (area_1 IS NOT NULL)::INTEGER * 2 + (birth_year IS NOT NULL)::INTEGER AS tells
        FROM {tables.PEOPLE.full_name} JOIN {tables.PERSON_RECORDS.full_name} USING (register, record_id)
    ),
    sizes AS (SELECT register, well, tells, count(*) AS records FROM told GROUP BY ALL),
    in_registers AS (SELECT DISTINCT person_id, register AS other FROM told),
    inside AS (
        SELECT register, tells, other, count(*)::DOUBLE AS found
        FROM told JOIN in_registers USING (person_id) WHERE register <> other GROUP BY ALL
    ),
    pairs AS (
        SELECT register_l AS register, record_id_l AS record_id, register_r AS other, probability
        FROM {tables.PAIRS.full_name} WHERE register_l <> register_r
        UNION ALL
        SELECT register_r, record_id_r, register_l, probability FROM {tables.PAIRS.full_name}
        WHERE register_l <> register_r
    ),
    outside AS (
        SELECT register, tells, other, sum(found::DECIMAL(18, 9))::DOUBLE AS found FROM (
            SELECT register, tells, other, record_id,
                1 - exp(sum(ln(1 - least(probability, 0.999999))::DECIMAL(18, 9))::DOUBLE) AS found
            FROM pairs JOIN told USING (register, record_id)
            ANTI JOIN in_registers USING (person_id, other) GROUP BY ALL
        ) GROUP BY ALL
    ),
    found AS (
        SELECT register, tells, other, sum(found) AS found
        FROM (FROM inside UNION ALL FROM outside) GROUP BY ALL
    ),
    shares AS (
        SELECT register, other, sum(found) / sum(records) AS share
        FROM sizes JOIN found USING (register, tells) WHERE well GROUP BY ALL
    )
    SELECT register, other,
        greatest(sum(records * share - coalesce(found, 0)) FILTER (NOT well), 0) / sum(found) AS odds
    FROM sizes JOIN shares USING (register) LEFT JOIN found USING (register, tells, other) GROUP BY ALL
"""
_SPREAD = f"SELECT low, high FROM {tables.MISSED.full_name} WHERE lists = 0 AND low > 0"


def prepare(con: duckdb.DuckDBPyConnection, kept: float) -> float:
    """Tell the shares; gives the standard deviation of the logarithm by which all may be off.

    Pairs are kept from the probability `kept` on. Reads linkage.pairs, linkage.patterns and linkage.missed. Writes the
    temporary table hidden_pairs: register_l, register_r (in order), found and hidden
    (expected true pairs), hidden_odds (hidden for each that is found); and adrift: register, other, odds (records of
    the one that nobody found in the other for each that was found).
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE hidden_pairs AS {_HIDDEN.format(kept=kept)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE adrift AS {_ADRIFT}")
    row = con.execute(_SPREAD).fetchone()
    return math.log(row[1] / row[0]) / (2 * 1.96) if row else 0.0


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `prepare` made."""
    for name in ("hidden_pairs", "adrift"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")
