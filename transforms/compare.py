"""Compare candidate pairs: each becomes an agreement pattern, and patterns are counted."""

import duckdb

from transforms.comparable import identifier_types, registers
from transforms.feature import Feature
from transforms.features import features
from transforms.patterns import kind, packed, unpacked
from transforms.tables import number

PARTS = 4  # records of one side at a time: what a pair is compared on is wide


def compare_pairs(con: duckdb.DuckDBPyConnection) -> list[Feature]:
    """Give each candidate pair its agreement pattern; returns the features, in the order of the columns.

    Reads clean.identifiers and the temporary tables comparable and candidates. Writes the temporary tables
    observed (pattern_id, one column of levels a feature, pairs: candidate pairs, background: random pairs) and
    compared (rec_l, rec_r, pattern_id of each candidate pair).
    """
    chosen = features(identifier_types(con), registers(con))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE levels (rec_l INTEGER, rec_r INTEGER, proposed BOOLEAN, pattern {kind(chosen)})"
    )
    records = number(con, "SELECT count(*) FROM numbered")
    for part in range(PARTS):
        bounds = {"low": part * records // PARTS, "high": (part + 1) * records // PARTS}
        con.execute(
            f"""INSERT INTO levels SELECT rec_l, rec_r, rules > 0, {packed(chosen)} FROM candidates
            JOIN (FROM comparable WHERE rec > $low AND rec <= $high) l ON l.rec = rec_l
            JOIN (FROM comparable WHERE rec > $low) r ON r.rec = rec_r WHERE rec_l > $low AND rec_l <= $high""",
            bounds,
        )
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
