"""Clusters: who stays together, what may never be, and that large components end in bounded work."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import cluster, compare, patterns
from transforms.agglomerate import agglomerate
from transforms.connected import LARGEST_COMPONENT, components

EDGES = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=15)


@settings(deadline=None)
@given(EDGES)
def test_components_are_the_smallest_record_that_edges_reach(edges: list[tuple[int, int]]) -> None:
    found = components(12, [a for a, _ in edges], [b for _, b in edges])
    groups = {n: {n} for n in range(1, 13)}
    for a, b in edges:
        joined = groups[a] | groups[b]
        groups.update(dict.fromkeys(joined, joined))
    assert [int(n) for n in found] == [min(groups[n]) for n in range(1, 13)]


def test_what_may_never_be_outweighs_all_else() -> None:
    told = np.zeros((20, 20))
    told[0, 19] = cluster.NEVER
    pairs = told[np.triu_indices(20, 1)][None]
    nothing = np.zeros(pairs.shape, dtype=np.bool_)
    first = agglomerate(np.full_like(pairs, 500.0), pairs, nothing, np.zeros((1, 20), dtype=np.int64))[0]
    assert first[0] != first[19]


def test_two_rows_of_a_register_without_duplicates_stay_apart(con, fill, link, country) -> None:
    fill(con, country[0])
    promised = frozenset({"claims"})
    persons = link(con, promised)
    assert max(sum(record.startswith("claims:") for record in records) for records in persons) == 1


def test_without_the_promise_they_come_together(linked) -> None:
    query = "SELECT count(*) FROM persons.records WHERE register = 'claims' GROUP BY person_id"
    assert max(linked.execute(query).fetchall()) > (1,)


def test_patterns_too_wide_for_64_bits_make_the_same_persons(con, fill, link, country, monkeypatch) -> None:
    fill(con, country[0])
    persons = link(con)
    for module in (patterns, compare):
        monkeypatch.setattr(module, "kind", lambda _: "HUGEINT")
    unpacked = patterns._places
    monkeypatch.setattr(patterns, "_places", lambda chosen: [place * 2**64 for place in unpacked(chosen)])
    assert link(con) == persons


def test_numbers_that_differ_keep_persons_apart(linked) -> None:
    """But for namesakes whose weights are just above zero: hardly any person shows two numbers."""
    (two, all_of_them) = linked.execute(
        """SELECT count(*) FILTER (numbers > 1), count(*) FROM (
            SELECT person_id, count(DISTINCT value) AS numbers
            FROM persons.records JOIN clean.identifiers USING (register, record_id)
            WHERE id_type = 'national_id' GROUP BY person_id HAVING count(*) > 1)"""
    ).fetchone()
    print(two, all_of_them)
    assert two <= all_of_them / 200


@pytest.mark.parametrize("alike", [True, False])
def test_a_component_that_is_too_large_loses_its_weaker_links_or_all_of_them_if_nothing_tells_them_apart(
    alike: bool,
) -> None:
    size = LARGEST_COMPONENT * 4
    left = np.arange(1, size, dtype=np.int32)
    weights = np.where((left % 50 == 0) & (not alike), 1.0, 9.0)
    links = pl.DataFrame({"rec_l": left, "rec_r": left + 1, "weight": weights, "is_same": False})
    largest = np.bincount(cluster._components(size, links)).max()
    assert largest == (1 if alike else 50)
