"""How right the links are, against a known truth.

Pairs are counted from contingency tables (sums of n choose 2), never listed, so that a truth of any size is
measured in one pass. B-cubed is Bagga and Baldwin's (1998): for each record, how pure and how whole its person is.
"""

import duckdb
import numpy as np
import polars as pl
import recordlinkage

from transforms.tables import number

Scores = dict[str, float]


def linkage_scores(con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> dict[str, Scores]:
    """Precision, recall and F1 of the persons: over all pairs, within a register, across registers, and B-cubed.

    Reads persons.records. `truth` is one row a record: register, record_id, person. Records that stand only
    on one side are left out.
    """
    con.register("true_records", truth.select("register", "record_id", "person"))
    con.execute(
        """CREATE OR REPLACE TEMP TABLE judged AS
        SELECT register, person_id AS found, person AS meant FROM persons.records
        JOIN true_records USING (register, record_id)"""
    )
    con.unregister("true_records")
    everywhere, within = _pair_counts(con), _pair_counts(con, "register")
    across = [a - b for a, b in zip(everywhere, within, strict=True)]
    return {
        "pairwise": _scores(*everywhere),
        "within": _scores(*within),
        "cross": _scores(*across),
        "bcubed": _bcubed(con),
    }


def _pair_counts(con: duckdb.DuckDBPyConnection, *within: str) -> tuple[int, int, int]:
    """Pairs of records found and meant, found, and meant; only pairs that agree on the columns `within`."""

    def pairs(*by: str) -> int:
        groups = f"SELECT count(*) AS n FROM judged GROUP BY {', '.join(by + within)}"
        return number(con, f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM ({groups})")

    return pairs("found", "meant"), pairs("found"), pairs("meant")


def _scores(right: int, found: int, meant: int) -> Scores:
    """recordlinkage's measures on a confusion matrix; where nothing is found or meant, they are not defined there."""
    confusion = np.array([[right, meant - right], [found - right, 0]])
    precision = float(recordlinkage.precision(confusion)) if found else float(not meant)
    recall = float(recordlinkage.recall(confusion)) if meant else float(not found)
    return _shares(precision, recall)


def _bcubed(con: duckdb.DuckDBPyConnection) -> Scores:
    row = con.execute(
        """WITH joint AS (SELECT found, meant, count(*) AS n FROM judged GROUP BY ALL),
        sized AS (SELECT n, sum(n) OVER (PARTITION BY found) AS f, sum(n) OVER (PARTITION BY meant) AS m FROM joint)
        SELECT coalesce(sum(n * n / f) / sum(n), 1), coalesce(sum(n * n / m) / sum(n), 1) FROM sized"""
    ).fetchone()
    return _shares(*(float(share) for share in row or (1.0, 1.0)))


def _shares(precision: float, recall: float) -> Scores:
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}
