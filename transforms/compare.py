"""Compare candidate pairs: each becomes an agreement pattern, and patterns are counted."""

import duckdb

from transforms.comparable import identifier_types
from transforms.feature import Feature
from transforms.features import features


def compare_pairs(con: duckdb.DuckDBPyConnection) -> list[Feature]:
    """Give each candidate pair its agreement pattern; returns the features, in the order of the columns.

    Reads clean.identifiers and the temporary tables comparable and candidates. Writes the temporary tables
    observed (pattern_id, one column of levels a feature, pairs: candidate pairs, background: random pairs) and
    compared (rec_l, rec_r, pattern_id of each candidate pair).
    """
    chosen = features(identifier_types(con))
    names = ", ".join(f'"{feature.name}"' for feature in chosen)
    con.execute(f"CREATE OR REPLACE TEMP TABLE levels AS {_levels_query(chosen)}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE observed AS
        SELECT CAST(row_number() OVER (ORDER BY {names}) AS INTEGER) AS pattern_id, * FROM (
            SELECT {names}, count(*) FILTER (rules > 0) AS pairs, count(*) FILTER (rules = 0) AS background
            FROM levels GROUP BY ALL) ORDER BY pattern_id"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE compared AS
        SELECT rec_l, rec_r, pattern_id FROM levels JOIN observed USING ({names}) WHERE rules > 0"""
    )
    con.execute("DROP TABLE levels")
    return chosen


def _levels_query(chosen: list[Feature]) -> str:
    """The agreement level of every feature, a row a pair of candidates."""
    columns = ", ".join(f'{feature.level_sql()} AS "{feature.name}"' for feature in chosen)
    return f"""SELECT rec_l, rec_r, rules, {columns} FROM candidates
        JOIN comparable l ON l.rec = rec_l JOIN comparable r ON r.rec = rec_r"""
