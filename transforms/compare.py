"""Compare candidate pairs: each becomes an agreement pattern, and patterns are counted."""

import duckdb

from transforms.comparable import identifier_types, registers
from transforms.feature import Feature
from transforms.features import features
from transforms.patterns import packed, unpacked

# Records are looked up, pairs stream past: left to itself, DuckDB may hold the pairs with all they are compared on.
AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"


def compare_pairs(con: duckdb.DuckDBPyConnection) -> list[Feature]:
    """Give each candidate pair its agreement pattern; returns the features, in the order of the columns.

    Reads clean.identifiers and the temporary tables comparable and candidates. Writes the temporary tables
    observed (pattern_id, one column of levels a feature, pairs: candidate pairs, background: random pairs) and
    compared (rec_l, rec_r, pattern_id of each candidate pair).
    """
    chosen = features(identifier_types(con), registers(con))
    con.execute(AS_WRITTEN)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE levels AS
        SELECT rec_l, rec_r, rules > 0 AS proposed, {packed(chosen)} AS pattern FROM candidates
        JOIN comparable l ON l.rec = rec_l JOIN comparable r ON r.rec = rec_r"""
    )
    con.execute("RESET disabled_optimizers")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE observed AS
        SELECT CAST(row_number() OVER (ORDER BY pattern) AS INTEGER) AS pattern_id, pattern, {unpacked(chosen)},
            pairs, background
        FROM (SELECT pattern, count(*) FILTER (proposed) AS pairs, count(*) FILTER (NOT proposed) AS background
            FROM levels GROUP BY pattern) ORDER BY pattern_id"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE compared AS
        SELECT rec_l, rec_r, pattern_id FROM levels JOIN observed USING (pattern) WHERE proposed"""
    )
    con.execute("DROP TABLE levels")
    return chosen
