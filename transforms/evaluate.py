"""How right the links and the findings are, against a known truth.

Pairs are counted from contingency tables (sums of n choose 2), never listed, so that a truth of any size is
measured in one pass. B-cubed is Bagga and Baldwin's (1998): for each record, how pure and how whole its person is.
"""

import duckdb
import numpy as np
import polars as pl
import recordlinkage

Scores = dict[str, float]


def linkage_scores(con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> dict[str, Scores]:
    """Precision, recall and F1 of the persons: over all pairs, within a register, across registers, and B-cubed.

    Reads persons.records. `truth` is one row a record: register, record_id, person. Records that stand only
    on one side are left out.
    """
    con.register("true_records", truth.select("register", "record_id", "person"))
    con.execute(
        """CREATE OR REPLACE TEMP TABLE judged AS
        SELECT register, person_id AS found, person AS true FROM persons.records
        JOIN true_records USING (register, record_id)"""
    )
    everywhere, within = _pair_counts(con, "true"), _pair_counts(con, "register")
    scores = {
        "pairwise": _scores(*everywhere),
        "within": _scores(*within),
        "cross": _scores(*(a - b for a, b in zip(everywhere, within, strict=True))),
        "bcubed": _bcubed(con),
    }
    con.execute("DROP TABLE judged")
    con.unregister("true_records")
    return scores


def _pair_counts(con: duckdb.DuckDBPyConnection, within: str) -> tuple[int, int, int]:
    """Pairs found and true, found, and true; only pairs that agree on the expression `within`."""

    def pairs(by: str) -> int:
        row = con.execute(
            f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM judged GROUP BY {by}, ({within}))"
        ).fetchone()
        return int(row[0]) if row else 0

    return pairs("found, true"), pairs("found"), pairs("true")
