"""What the persons might have been: links drawn again and again, each as likely as it is to be right.

Records joined by exact identifiers, or by a human's judgement, hang together in every draw. Between such groups there
are two kinds of edges. A *tie* holds a person together: of the links inside a person a spanning forest of the likeliest
(Kruskal 1956); it is right as often as its probability says. A *bridge* would join two persons: its log-odds are the
mean of those of all pairs of their records, as the average linkage that kept the two apart had it; pairs that nobody
kept count as likely as the least that is kept. A draw cuts ties and closes bridges; what then hangs together is a
person in that draw.

Probabilities are not perfectly right, and are wrong together. So each draw shifts their log-odds: all by one amount,
those of each two registers by another, and those of each first-level area by another (`Spread`). Within a draw each
edge has one number u between 0 and 1; over the draws the u of an edge fill the unit interval evenly (a lattice rule:
Cranley and Patterson 1976), so that an edge of probability p is drawn p times the draws, give or take one.
What an edge's u are follows from its records' keys alone: neither the order of rows nor threads change a draw.
"""

from dataclasses import dataclass
from statistics import NormalDist

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from transforms.connected import components

DRAWS = 199  # a prime, so that every stride but 0 visits each of the places of an edge once
KEPT = 0.01  # pairs less likely than this are not kept, and count as just as likely as this in the mean
CERTAIN = 1e-4  # what is as improbable as this is not drawn
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Standard deviations of the log-odds between draws: of all edges together, by two registers, by area."""

    everywhere: float = 0.0
    registers: float = 0.0
    area: float = 0.0


@dataclass(frozen=True)
class Edges:
    """Ties and bridges, by node from 0. `is_tie`: in the persons as they stand; `u`, `stride`: see the module."""

    left: Ints
    right: Ints
    probability: Floats
    is_tie: npt.NDArray[np.bool_]
    registers: Ints
    area: Ints
    place: Floats
    stride: Ints


def draw_links(con: duckdb.DuckDBPyConnection, spread: Spread) -> None:
    """Draw the links DRAWS times.

    Reads persons.records, persons.persons, linkage.pairs and linkage.judgements. Writes the temporary tables nodes (one
    row an identifier group of a person whose links are in doubt: node, person_id, identifier_group) and drawn (one row
    a draw and a node whose person is another one in that draw: draw, node, part; nodes of one part are one person).
    """
    for name, query in (("open_pairs", _OPEN_PAIRS), ("nodes", _NODES)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    owner = _ints(con.execute("SELECT person FROM nodes ORDER BY node").fetchnumpy()["person"])
    edges = _edges(con, len(owner))
    flipped = _flips(edges, spread)
    con.register("drawn_now", _parts(owner, edges, *flipped))
    con.execute("CREATE OR REPLACE TEMP TABLE drawn AS SELECT * FROM drawn_now")
    con.unregister("drawn_now")
    con.execute("DROP TABLE open_pairs")


def spread(con: duckdb.DuckDBPyConnection) -> Spread:
    """How far probabilities may be off, as policy has it. Needs the words of `transforms.facts`."""
    row = con.execute(_SPREAD).fetchone()
    return Spread(*(value or 0.0 for value in row)) if row else Spread()


_SPREAD = """
    SELECT policy('link_everywhere_spread')::DOUBLE, policy('link_registers_spread')::DOUBLE,
        policy('link_area_spread')::DOUBLE
"""


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `draw_links` made."""
    for name in ("nodes", "drawn"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


# One row a kept pair of two groups, that no human parted.
_OPEN_PAIRS = """
    WITH open AS (
        FROM linkage.pairs ANTI JOIN (FROM linkage.judgements WHERE judgement = 'different')
        USING (register_l, record_id_l, register_r, record_id_r)
    )
    SELECT l.identifier_group AS group_l, r.identifier_group AS group_r, l.person_id AS person_l,
        r.person_id AS person_r, p.register_l || '/' || p.register_r AS registers, p.probability,
        hash(p.register_l, p.record_id_l, p.register_r, p.record_id_r) AS key
    FROM open p
    JOIN persons.records l ON l.register = p.register_l AND l.record_id = p.record_id_l
    JOIN persons.records r ON r.register = p.register_r AND r.record_id = p.record_id_r
    WHERE l.identifier_group <> r.identifier_group
"""

# One row a group of a person that an open pair leads to or from; nodes of a person follow each other.
_NODES = """
    WITH concerned AS (SELECT person_l AS person_id FROM open_pairs UNION SELECT person_r FROM open_pairs),
    groups AS (
        SELECT person_id, identifier_group, count(*) AS records FROM persons.records SEMI JOIN concerned
        USING (person_id) GROUP BY ALL
    )
    SELECT row_number() OVER (ORDER BY person_id, identifier_group) - 1 AS node, person_id, identifier_group, records,
        dense_rank() OVER (ORDER BY person_id) - 1 AS person, sum(records) OVER (PARTITION BY person_id) AS of_person
    FROM groups
"""

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
        SELECT CASE WHEN person_l < person_r THEN [group_l, group_r] ELSE [group_r, group_l] END AS ends,
            least(person_l, person_r) AS one, greatest(person_l, person_r) AS other, registers, probability, key
        FROM open_pairs WHERE person_l <> person_r
    ),
    joined AS (
        SELECT one, other, sum(ln(probability / (1 - least(probability, 0.999999)))::DECIMAL(18, 9))::DOUBLE AS odds,
            count(*) AS pairs,
            arg_max(ends, (probability, key)) AS ends,
            arg_max(registers, (probability, key)) AS registers, arg_max(key, (probability, key)) AS key
        FROM turned GROUP BY one, other
    )
    SELECT a.node AS l, b.node AS r, 1 / (1 + exp(-(odds + (a.of_person * b.of_person - pairs)
            * ln({KEPT} / (1 - {KEPT}))) / (a.of_person * b.of_person))) AS probability,
        registers, a.person_id, key
    FROM joined j JOIN nodes a ON a.identifier_group = ends[1] JOIN nodes b ON b.identifier_group = ends[2]
"""

_PLACED = """
    SELECT l, r, probability, dense_rank() OVER (ORDER BY registers) - 1 AS registers,
        dense_rank() OVER (ORDER BY coalesce(area_1, '')) - 1 AS area, (key >> 32) / 4294967296.0 AS place,
        1 + (key & 4294967295) % {strides} AS stride, is_tie
    FROM (SELECT *, TRUE AS is_tie FROM ({inner}) UNION ALL SELECT *, FALSE FROM ({between}))
    JOIN (SELECT person_id, area_1 FROM persons.persons) USING (person_id) ORDER BY is_tie DESC, l, r
"""


def _edges(con: duckdb.DuckDBPyConnection, nodes: int) -> Edges:
    query = _PLACED.format(inner=_INNER, between=_BETWEEN, strides=DRAWS - 1)
    found = con.execute(query).fetchnumpy()
    is_tie = np.asarray(found["is_tie"], dtype=np.bool_)
    keep = ~is_tie
    left, right, p = _ints(found["l"]), _ints(found["r"]), np.asarray(found["probability"], dtype=np.float64)
    keep[: int(is_tie.sum())] = _spanning(nodes, left[is_tie], right[is_tie], p[is_tie])
    of = {name: _ints(found[name])[keep] for name in ("registers", "area", "stride")}
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
    return _among(left * nodes + right, np.sort(forest.row.astype(np.int64) * nodes + forest.col))


def _among(values: Ints, ordered: Ints) -> npt.NDArray[np.bool_]:
    """Which values are among those of the other array, which are in order: numpy's own hashes, and takes far longer."""
    if not len(ordered):
        return np.zeros(len(values), dtype=np.bool_)
    return np.equal(ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)], values)


def _flips(edges: Edges, spread: Spread) -> tuple[Ints, Ints]:
    """Draw and edge, wherever a draw has an edge other than the persons as they stand have it."""
    change = np.where(edges.is_tie, 1 - edges.probability, edges.probability)
    some = np.flatnonzero(change > CERTAIN)
    odds = np.log(edges.probability[some] / np.maximum(1 - edges.probability[some], 1e-12))
    place, stride, is_tie = edges.place[some] * DRAWS, edges.stride[some], edges.is_tie[some]
    shifts = np.random.Generator(np.random.Philox(1))
    everywhere = spread.everywhere * normal_scores(shifts)
    registers = spread.registers * shifts.standard_normal((DRAWS, int(edges.registers.max(initial=0)) + 1))
    area = spread.area * shifts.standard_normal((DRAWS, int(edges.area.max(initial=0)) + 1))
    draws, flipped = [], []
    for draw in range(DRAWS):
        shift = everywhere[draw] + registers[draw, edges.registers[some]] + area[draw, edges.area[some]]
        u = (place + stride * draw) % DRAWS / DRAWS
        hit = some[(u < 1 / (1 + np.exp(-odds - shift))) != is_tie]
        draws.append(np.full(len(hit), draw, dtype=np.int64))
        flipped.append(hit)
    return np.concatenate(draws), np.concatenate(flipped)


def normal_scores(chance: np.random.Generator, draws: int = DRAWS) -> Floats:
    """A standard normal number a draw: its quantiles in a random order, so that their mean is 0 and their spread 1."""
    quantiles = [NormalDist().inv_cdf((place + 0.5) / draws) for place in range(draws)]
    return np.asarray(chance.permutation(quantiles), dtype=np.float64)


def _parts(owner: Ints, edges: Edges, draws: Ints, flipped: Ints) -> pl.DataFrame:
    """draw, node, part of every node of a person that a flipped edge touches in a draw."""
    people = int(owner.max(initial=-1)) + 1
    first = np.searchsorted(owner, np.arange(people + 1))
    touched = np.sort(np.concatenate([draws * people + owner[end[flipped]] for end in (edges.left, edges.right)]))
    touched = touched[np.diff(touched, prepend=-1) > 0]
    draw, person = touched // max(people, 1), touched % max(people, 1)
    sizes = first[person + 1] - first[person]
    start = np.concatenate([[0], np.cumsum(sizes)])
    node = np.repeat(first[person] - start[:-1], sizes) + np.arange(start[-1])

    def at(in_draw: Ints, nodes: Ints) -> Ints:
        """The place of a node in a draw among `node`."""
        row = np.searchsorted(touched, in_draw * people + owner[nodes])
        return np.asarray(start[row] + nodes - first[owner[nodes]], dtype=np.int64)

    ties = np.flatnonzero(edges.is_tie)
    by_person = np.searchsorted(owner[edges.left[ties]], np.arange(people + 1))
    count = by_person[person + 1] - by_person[person]
    tie_start = np.concatenate([[0], np.cumsum(count)])
    tie = ties[np.repeat(by_person[person] - tie_start[:-1], count) + np.arange(tie_start[-1])]
    tie_draw = np.repeat(draw, count)
    stays = ~_among(tie_draw * len(edges.left) + tie, draws * len(edges.left) + flipped)
    closed = ~edges.is_tie[flipped]
    in_draw = np.concatenate([tie_draw[stays], draws[closed]])
    edge = np.concatenate([tie[stays], flipped[closed]])
    part = components(len(node), 1 + at(in_draw, edges.left[edge]), 1 + at(in_draw, edges.right[edge]))
    return pl.DataFrame({"draw": np.repeat(draw, sizes), "node": node, "part": part.astype(np.int64)})


def _ints(values: npt.ArrayLike) -> Ints:
    return np.asarray(values, dtype=np.int64)
