"""The report of clusters and the doubtful pairs, worked out again by hand; bridges, by taking each link away."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import clerical
from transforms.bridges import bridges
from transforms.connected import components
from transforms.tables import JUDGEMENTS, ensure

EDGES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] < e[1]), max_size=20, unique=True
)


@settings(deadline=None, max_examples=60)
@given(EDGES)
def test_a_bridge_is_a_link_without_which_its_ends_are_not_connected(edges: list[tuple[int, int]]) -> None:
    found = bridges([a for a, _ in edges], [b for _, b in edges], 300)
    for number, (a, b) in enumerate(edges):
        rest = [edge for edge in edges if edge != (a, b)]
        part = components(10, [x + 1 for x, _ in rest], [y + 1 for _, y in rest])
        sides = np.count_nonzero(part == part[a]), np.count_nonzero(part == part[b])
        assert found[number] == (0 if part[a] == part[b] else sides[0] * sides[1])


def test_a_part_that_is_too_large_is_not_looked_at() -> None:
    assert bridges([0, 1, 2, 10], [1, 2, 3, 11], 3).tolist() == [0, 0, 0, 1]


def test_a_long_ring_has_no_bridge_and_a_long_chain_has_nothing_else() -> None:
    ring = np.arange(300)
    assert not bridges(ring, np.roll(ring, 1), 300).any()
    assert bridges(ring[:-1], ring[1:], 300).tolist() == [n * (300 - n) for n in range(1, 300)]


LETTERS = "abcdefghij"


def clustered(con, clusters: list[str], pairs: dict[str, tuple[float, bool]], loose: str) -> None:
    """Clusters of one-letter records; pairs as {"ab": (probability, linked)}; those inside `loose` were looked at."""
    con.execute("CREATE OR REPLACE TEMP TABLE numbered (rec INTEGER, register VARCHAR, record_id VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE clusters (rec INTEGER, cluster INTEGER)")
    con.execute("CREATE OR REPLACE TEMP TABLE judged (rec_l INTEGER, rec_r INTEGER, is_same BOOLEAN)")
    columns = "rec_l INTEGER, rec_r INTEGER, probability DOUBLE, is_linked BOOLEAN"
    for name in ("kept", "inner_pairs"):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    ensure(con, JUDGEMENTS)
    for cluster in clusters:
        for letter in cluster:
            rec = LETTERS.index(letter) + 1
            con.execute("INSERT INTO numbered VALUES (?, 'r', ?)", [rec, letter])
            con.execute("INSERT INTO clusters VALUES (?, ?)", [rec, LETTERS.index(cluster[0]) + 1])
    for (left, right), (probability, linked) in pairs.items():
        row = [LETTERS.index(left) + 1, LETTERS.index(right) + 1, probability, linked]
        con.execute("INSERT INTO kept VALUES (?, ?, ?, ?)", row)
    for left in loose:
        for right in loose[loose.index(left) + 1 :]:
            row = [LETTERS.index(left) + 1, LETTERS.index(right) + 1, *pairs.get(left + right, (0.01, False))]
            con.execute("INSERT INTO inner_pairs VALUES (?, ?, ?, ?)", row)


def test_the_report_and_what_to_look_at_first(con) -> None:
    """a-b-c hang on two links; d, e and f are whole; c-d was cut; g and h are a sure pair; i is alone."""
    pairs = {"ab": (0.99, True), "bc": (0.7, True), "cd": (0.6, True), "gh": (0.99, True)}
    pairs |= {"de": (0.99, True), "df": (0.99, True), "ef": (0.8, True)}
    clustered(con, ["abc", "def", "gh", "i"], pairs, "abcdef")
    assert clerical.report_clusters(con) == 3
    asked = "SELECT record_id_l || record_id_r, why, changes, usefulness FROM linkage.doubtful ORDER BY usefulness DESC"
    assert con.execute(asked).fetchall() == [
        ("cd", "parted", 9, 5.4),
        ("bc", "weak_link", 2, 0.6),
        ("ef", "weak_link", 2, 0.4),
    ]
    sizes = con.execute("SELECT * EXCLUDE (density), round(density, 3) FROM linkage.cluster_sizes").fetchall()
    assert sizes == [(1, 1, 1, 0, 0, 0, 0, 0, None), (2, 1, 2, 1, 1, 1, 0, 0, 1.0), (3, 2, 6, 6, 5, 2, 2, 2, 0.833)]
