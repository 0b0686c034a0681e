"""Measures against counting every pair by hand."""

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import evaluate, tables

LABELS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


def by_hand(rows: list[tuple[str, int, int]], keep) -> tuple[float, float]:
    pairs = [(a, b) for a, b in combinations(rows, 2) if keep(a, b)]
    found = {n for n, (a, b) in enumerate(pairs) if a[1] == b[1]}
    meant = {n for n, (a, b) in enumerate(pairs) if a[2] == b[2]}
    precision = len(found & meant) / len(found) if found else float(not meant)
    recall = len(found & meant) / len(meant) if meant else float(not found)
    return precision, recall


@settings(max_examples=30, deadline=None)
@given(LABELS)
def test_pairs_are_counted_as_by_hand(rows: list[tuple[str, int, int]]) -> None:
    scores = measured(rows)
    for which, keep in (
        ("pairwise", lambda *_: True),
        ("within", lambda a, b: a[0] == b[0]),
        ("cross", lambda a, b: a[0] != b[0]),
    ):
        assert (scores[which]["precision"], scores[which]["recall"]) == pytest.approx(by_hand(rows, keep))


def measured(rows: list[tuple[str, int, int]]) -> dict[str, dict[str, float]]:
    import duckdb

    con = duckdb.connect()
    con.execute("CREATE SCHEMA persons")
    tables.create(con, tables.PERSON_RECORDS)
    for number, (register, found, _) in enumerate(rows):
        con.execute("INSERT INTO persons.records VALUES (?, ?, ?, 1, 'g')", [register, str(number), f"P{found}"])
    truth = [{"register": r, "record_id": str(n), "person": str(meant)} for n, (r, _, meant) in enumerate(rows)]
    return evaluate.linkage_scores(con, pl.DataFrame(truth))


def test_bcubed_on_a_worked_example() -> None:
    """One person of two records found whole, with a third record of somebody else: 5/9 and 1."""
    scores = measured([("a", 1, 1), ("a", 1, 1), ("b", 1, 2)])
    assert scores["bcubed"]["precision"] == pytest.approx(5 / 9)
    assert scores["bcubed"]["recall"] == 1.0


def test_a_perfect_answer_is_perfect_also_where_there_is_nothing_to_find() -> None:
    assert {s["f1"] for s in measured([("a", 1, 1), ("b", 2, 2)]).values()} == {1.0}
