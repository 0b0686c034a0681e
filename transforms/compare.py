"""Compare candidate pairs: each becomes an agreement pattern, and patterns are counted."""

from collections.abc import Iterator
from itertools import combinations_with_replacement

import duckdb

from transforms.comparable import identifier_types, populations
from transforms.feature import Feature
from transforms.features import features
from transforms.patterns import kind, packed, unpacked
from transforms.tables import number

# Records are looked up, pairs stream past: left to itself, DuckDB may hold the pairs with all they are compared on.
AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"
AT_ONCE = 3_000_000  # records of each side that are looked up at a time, so that they fit into memory


def compare_pairs(con: duckdb.DuckDBPyConnection) -> list[Feature]:
    """Give each candidate pair its agreement pattern; returns the features, in the order of the columns.

    Reads clean.identifiers and the temporary tables comparable and candidates. Writes the temporary tables
    observed (pattern_id, one column of levels a feature, pairs: candidate pairs, background: random pairs) and
    compared (rec_l, rec_r, pattern_id of each candidate pair).
    """
    chosen = features(identifier_types(con), populations(con))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE levels (rec_l INTEGER, rec_r INTEGER, proposed BOOLEAN, pattern {kind(chosen)})"
    )
    con.execute(AS_WRITTEN)
    for bounds in _parts(number(con, "SELECT count(*) FROM numbered")):
        con.execute(
            f"""INSERT INTO levels SELECT rec_l, rec_r, rules > 0, {packed(chosen)}
            FROM (FROM candidates WHERE rec_l > $low_l AND rec_l <= $high_l AND rec_r > $low_r AND rec_r <= $high_r)
            JOIN (FROM comparable WHERE rec > $low_l AND rec <= $high_l) l ON l.rec = rec_l
            JOIN (FROM comparable WHERE rec > $low_r AND rec <= $high_r) r ON r.rec = rec_r""",
            bounds,
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


def _parts(records: int) -> Iterator[dict[str, int]]:
    """Ranges of the left and of the right records that hold every pair once; the left is never beyond the right."""
    count = -(-records // AT_ONCE) or 1
    edges = [part * records // count for part in range(count + 1)]
    for left, right in combinations_with_replacement(range(count), 2):
        yield {
            "low_l": edges[left],
            "high_l": edges[left + 1],
            "low_r": edges[right],
            "high_r": edges[right + 1],
        }
