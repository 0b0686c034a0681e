"""Compare candidate pairs: each becomes an agreement pattern, and patterns are counted."""

import duckdb

from transforms.comparable import identifier_types
from transforms.features import Feature, features


def compare_pairs(con: duckdb.DuckDBPyConnection) -> list[Feature]:
    """Give each candidate pair its agreement pattern; returns the features, in the order of the columns.

    Reads clean.identifiers and the temporary tables comparable and candidates. Writes the temporary tables
    observed (pattern_id, pairs, one column of levels a feature) and compared (rec_l, rec_r, pattern_id).
    """
    chosen = features(identifier_types(con))
    names = ", ".join(f'"{feature.name}"' for feature in chosen)
    con.execute(f"CREATE OR REPLACE TEMP TABLE levels AS {levels_query(chosen, 'candidates')}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE observed AS
        SELECT CAST(row_number() OVER (ORDER BY {names}) AS INTEGER) AS pattern_id, * FROM (
            SELECT {names}, count(*) AS pairs FROM levels GROUP BY ALL) ORDER BY pattern_id"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE compared AS
        SELECT rec_l, rec_r, pattern_id FROM levels JOIN observed USING ({names})"""
    )
    con.execute("DROP TABLE levels")
    return chosen


def levels_query(chosen: list[Feature], pairs: str) -> str:
    """The agreement level of every feature, a row a pair of the table `pairs` (rec_l, rec_r)."""
    columns = ", ".join(f'{feature.sql()} AS "{feature.name}"' for feature in chosen)
    return f"""SELECT rec_l, rec_r, {columns} FROM {pairs}
        JOIN comparable l ON l.rec = rec_l JOIN comparable r ON r.rec = rec_r"""
