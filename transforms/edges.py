"""Ties and bridges: the links that hold a person together, and those that would join two.

Records joined by exact identifiers, or by a human's judgement, are one node. A *tie* is an edge between nodes of one
person: a spanning forest of the likeliest links inside it (Kruskal 1956). A *bridge* would join two persons (see
`transforms.between`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from transforms.between import between

DRAWS = 199  # a prime, so that every stride but 0 visits each of the places of an edge once
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Edges:
    """Ties and bridges, by node from 0. `is_tie`: in the persons as they stand. `place`, `stride`: where the uniform
    numbers of an edge begin, and how far they go from draw to draw (see `transforms.uncertainty`)."""

    left: Ints
    right: Ints
    probability: Floats
    is_tie: npt.NDArray[np.bool_]
    registers: Ints
    area: Ints
    place: Floats
    stride: Ints


# The kept pairs that no human parted.
NOT_PARTED = """
    linkage.pairs ANTI JOIN (FROM linkage.judgements WHERE judgement = 'different')
    USING (register_l, record_id_l, register_r, record_id_r)
"""

# One row a kept pair of two groups, that no human parted, with the two populations (strata of registers) it is of: what
# linking knows of them already must not be told again.
_OPEN_PAIRS = f"""
    WITH open AS (FROM {NOT_PARTED})
    SELECT l.identifier_group AS group_l, r.identifier_group AS group_r, l.person_id AS person_l,
        r.person_id AS person_r, p.register_l, p.register_r,
        coalesce(q.registers, p.register_l || '/' || p.register_r) AS registers,
        p.probability, hash(p.register_l, p.record_id_l, p.register_r, p.record_id_r) AS key
    FROM open p
    LEFT JOIN (SELECT pattern_id, levels->>'$.registers' AS registers FROM linkage.patterns) q USING (pattern_id)
    JOIN persons.records l ON l.register = p.register_l AND l.record_id = p.record_id_l
    JOIN persons.records r ON r.register = p.register_r AND r.record_id = p.record_id_r
    WHERE l.identifier_group <> r.identifier_group
"""

# One row a group of a person that an open pair leads to or from; nodes of a person follow each other.
_NODES = """
    WITH concerned AS (SELECT person_l AS person_id FROM open_pairs UNION SELECT person_r FROM open_pairs),
    groups AS (
        SELECT DISTINCT person_id, identifier_group FROM persons.records SEMI JOIN concerned USING (person_id)
    )
    SELECT row_number() OVER (ORDER BY person_id, identifier_group) - 1 AS node, person_id, identifier_group,
        dense_rank() OVER (ORDER BY person_id) - 1 AS person
    FROM groups
"""

_PLACED_RECORDS = """
    SELECT r.register, r.record_id, r.person_id, n.node, n.person
    FROM persons.records r LEFT JOIN nodes n USING (identifier_group)
"""

# The temporary tables that edges are read from, in the order in which they are made.
TABLES = {"open_pairs": _OPEN_PAIRS, "nodes": _NODES, "placed_records": _PLACED_RECORDS}

# One row two groups of one person with a pair between them. What no pair holds together is not doubted (-1): clusters
# are cut with the weights of all their pairs, of which the improbable ones are not kept.
_INNER = """
    WITH inner_pairs AS (
        SELECT least(a.node, b.node) AS l, greatest(a.node, b.node) AS r, probability, registers, a.person_id, key
        FROM open_pairs p JOIN nodes a ON a.identifier_group = group_l JOIN nodes b ON b.identifier_group = group_r
        WHERE person_l = person_r
        UNION ALL
        SELECT min(node) OVER (PARTITION BY person_id) AS first, node, -1, '', person_id, hash(identifier_group)
        FROM nodes QUALIFY first < node
    )
    SELECT l, r, max(probability) AS probability, arg_max(registers, (probability, key)) AS registers, person_id,
        arg_max(key, (probability, key)) AS key
    FROM inner_pairs GROUP BY l, r, person_id
"""


# One row two persons with a pair between them, joined where they are likest.
_BETWEEN = f"""
    WITH turned AS (
        SELECT CASE WHEN turns THEN [group_r, group_l] ELSE [group_l, group_r] END AS ends,
            least(person_l, person_r) AS one, greatest(person_l, person_r) AS other,
            CASE WHEN turns THEN register_r ELSE register_l END AS register,
            CASE WHEN turns THEN register_l ELSE register_r END AS other_register, registers, probability, key
        FROM (SELECT *, person_l > person_r AS turns FROM open_pairs WHERE person_l <> person_r)
    ),
    joined AS (
        SELECT one, other, arg_max(ends, (probability, key)) AS ends,
            arg_max(registers, (probability, key)) AS registers, arg_max(key, (probability, key)) AS key
        FROM turned GROUP BY one, other
    )
    SELECT a.node AS l, b.node AS r, k.probability, j.registers, a.person_id, key
    FROM joined j JOIN ({between("turned")}) k USING (one, other)
    JOIN nodes a ON a.identifier_group = ends[1] JOIN nodes b ON b.identifier_group = ends[2]
"""

_PLACED = """
    SELECT l, r, probability, dense_rank() OVER (ORDER BY registers) - 1 AS registers,
        dense_rank() OVER (ORDER BY coalesce(area_1, '')) - 1 AS area, (key >> 32) / 4294967296.0 AS place,
        1 + (key & 4294967295) % {strides} AS stride, is_tie
    FROM (SELECT *, TRUE AS is_tie FROM ({inner}) UNION ALL SELECT *, FALSE FROM ({between}))
    JOIN (SELECT person_id, area_1 FROM persons.persons) USING (person_id) ORDER BY is_tie DESC, l, r
"""


def read(con: duckdb.DuckDBPyConnection, nodes: int) -> Edges:
    """The edges between so many nodes, ties first. Reads persons.*, and open_pairs and nodes as temporary tables."""
    query = _PLACED.format(inner=_INNER, between=_BETWEEN, strides=DRAWS - 1)
    found = con.execute(query).fetchnumpy()
    is_tie = np.asarray(found["is_tie"], dtype=np.bool_)
    keep = ~is_tie
    left, right, p = ints(found["l"]), ints(found["r"]), np.asarray(found["probability"], dtype=np.float64)
    keep[: int(is_tie.sum())] = _spanning(nodes, left[is_tie], right[is_tie], p[is_tie])
    of = {name: ints(found[name])[keep] for name in ("registers", "area", "stride")}
    place = np.asarray(found["place"], dtype=np.float64)[keep]
    return Edges(
        left[keep],
        right[keep],
        np.where(p < 0, 1, p)[keep],
        is_tie[keep],
        of["registers"],
        of["area"],
        place,
        of["stride"],
    )


def _spanning(nodes: int, left: Ints, right: Ints, probability: Floats) -> npt.NDArray[np.bool_]:
    """Which edges are in the forest of the likeliest."""
    graph = coo_array((2 - probability, (left, right)), shape=(nodes, nodes)).tocsr()
    forest = minimum_spanning_tree(graph).tocoo()
    return among(left * nodes + right, np.sort(forest.row.astype(np.int64) * nodes + forest.col))


def among(values: Ints, ordered: Ints) -> npt.NDArray[np.bool_]:
    """Which values are among those of the other array, which are in order: numpy's own hashes, and takes far longer."""
    if not len(ordered):
        return np.zeros(len(values), dtype=np.bool_)
    return np.equal(ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)], values)


def ints(values: npt.ArrayLike) -> Ints:
    """The values as whole numbers of 64 bits."""
    return np.asarray(values, dtype=np.int64)
