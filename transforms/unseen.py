"""How many true pairs nobody kept, by two registers: no blocking rule proposed them, or they looked improbable.

How many the rules miss is known for all registers together (`transforms.missed`). They are spread over pairs of
registers as the true pairs are that were seen and left unlinked: what is hard to link is also hard to propose.
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
_SPREAD = f"SELECT low, high FROM {tables.MISSED.full_name} WHERE lists = 0 AND low > 0"


def prepare(con: duckdb.DuckDBPyConnection, kept: float) -> float:
    """Tell the shares; gives the standard deviation of the logarithm by which all may be off.

    Pairs are kept from the probability `kept` on. Reads linkage.pairs, linkage.patterns and linkage.missed. Writes the
    temporary table hidden_pairs: register_l, register_r (in order), found and hidden
    (expected true pairs), hidden_odds (hidden for each that is found).
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE hidden_pairs AS {_HIDDEN.format(kept=kept)}")
    row = con.execute(_SPREAD).fetchone()
    return math.log(row[1] / row[0]) / (2 * 1.96) if row else 0.0


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `prepare` made."""
    con.execute("DROP TABLE IF EXISTS temp.hidden_pairs")
