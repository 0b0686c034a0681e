"""Compare candidate pairs: each becomes an agreement pattern, and patterns are counted."""

import math

import duckdb

from transforms.comparable import identifier_types, registers
from transforms.feature import MISSING, Feature
from transforms.features import features


def compare_pairs(con: duckdb.DuckDBPyConnection) -> list[Feature]:
    """Give each candidate pair its agreement pattern; returns the features, in the order of the columns.

    Reads clean.identifiers and the temporary tables comparable and candidates. Writes the temporary tables
    observed (pattern_id, one column of levels a feature, pairs: candidate pairs, background: random pairs) and
    compared (rec_l, rec_r, pattern_id of each candidate pair).
    """
    chosen = features(identifier_types(con), registers(con))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE levels AS SELECT rec_l, rec_r, rules, {packed(chosen)} AS pattern
        FROM candidates JOIN comparable l ON l.rec = rec_l JOIN comparable r ON r.rec = rec_r"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE observed AS
        SELECT CAST(row_number() OVER (ORDER BY pattern) AS INTEGER) AS pattern_id, pattern, {unpacked(chosen)}, pairs, background
        FROM (SELECT pattern, count(*) FILTER (rules > 0) AS pairs, count(*) FILTER (rules = 0) AS background
            FROM levels GROUP BY pattern) ORDER BY pattern_id"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE compared AS
        SELECT rec_l, rec_r, pattern_id FROM levels JOIN observed USING (pattern) WHERE rules > 0"""
    )
    con.execute("DROP TABLE levels")
    return chosen


def packed(chosen: list[Feature]) -> str:
    """The levels of all features of the pair (l, r) as one whole number, in SQL: its digits count in mixed radix."""
    places = _places(chosen)
    kind = "BIGINT" if places[-1] * (chosen[-1].best + 2) < 2**63 else "HUGEINT"
    digits = [f"CAST({f.level_sql()} - {MISSING} AS {kind}) * {place}" for f, place in zip(chosen, places, strict=True)]
    return " + ".join(digits)


def unpacked(chosen: list[Feature]) -> str:
    """The column of each feature, from the number `packed` made, in SQL."""
    return ", ".join(
        f'CAST(pattern // {place} % {f.best + 2} + {MISSING} AS TINYINT) AS "{f.name}"'
        for f, place in zip(chosen, _places(chosen), strict=True)
    )


def _places(chosen: list[Feature]) -> list[int]:
    return [math.prod(f.best + 2 for f in chosen[:n]) for n in range(len(chosen))]
