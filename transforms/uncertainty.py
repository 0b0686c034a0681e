"""What the persons might have been: links drawn again and again, each as likely as it is to be right.

Records joined by exact identifiers, or by a human's judgement, hang together in every draw. Between such groups there
are two kinds of edges. A *tie* holds a person together: of the links inside a person a spanning forest of the likeliest
(Kruskal 1956); it is right as often as its probability says. A *bridge* would join two persons: its log-odds lie
halfway between the mean of all pairs of their records, as the average linkage that kept the two apart had it, and the
mean of those of the likeliest two registers; pairs that nobody kept count as likely as the least that is kept. The best
dates of birth of the two, and what registers say of them (`transforms.signals`), are added. A draw cuts ties and closes
bridges; what then hangs together is a person in that draw, and facts of it follow (`transforms.retold`).

Probabilities are not perfectly right, and are wrong together. So each draw shifts their log-odds: all by one amount,
those of each two registers by another, and those of each first-level area by another (`Spread`). Within a draw each
edge has one number u between 0 and 1; over the draws the u of an edge fill the unit interval evenly (a lattice rule:
Cranley and Patterson 1976), so that an edge of probability p is drawn p times the draws, give or take one.
What an edge's u are follows from its records' keys alone: neither the order of rows nor threads change a draw.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import NormalDist

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from transforms import signals
from transforms.connected import components

DRAWS = 199  # a prime, so that every stride but 0 visits each of the places of an edge once
KEPT = 0.01  # pairs less likely than this are not kept, and count as just as likely as this in the mean
# What the odds of a bridge are multiplied by: where both persons were born on one day; on two days that no slip of a
# pen explains, or by years or ages more than YEARS_OFF apart; where one knows no date; else (docs/coverage.md).
SAME_DAY, OTHER_DAY, NO_DAY, ELSE, YEARS_OFF = 3.0, 0.1, 2.0, 0.6, 3.5
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


def draw_links(con: duckdb.DuckDBPyConnection, spread: Spread, queries: Iterable[str] = ()) -> None:
    """Draw the links DRAWS times. `queries`: of measures, whose roles tell of links too (see `transforms.signals`).

    Reads persons.records, persons.persons, linkage.pairs and linkage.judgements. Writes temporary tables: nodes (one
    row an identifier group of a person whose links are in doubt: node, person_id, identifier_group), placed_records
    (one row a record: register, record_id, person_id, and its node, null where it has none), parts (one row a node of a
    part, which is a person in some draw: part, node), drawn (one row a draw and a part that it has: draw, part) and
    disturbed (one row a draw and a person as they stand that is another in that draw: draw, person_id).
    """
    for name, query in (("open_pairs", _OPEN_PAIRS), ("nodes", _NODES), ("placed_records", _PLACED_RECORDS)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    owner = _ints(con.execute("SELECT person FROM nodes ORDER BY node").fetchnumpy()["person"])
    edges = _edges(con, len(owner))
    edges = replace(edges, probability=_heeded(edges, signals.ratios(con, _told(edges, owner), queries)))
    flipped = _flips(edges, spread)
    for name, frame in _parts(owner, edges, *flipped).items():
        con.register("drawn_now", frame)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_KEPT.get(name, 'FROM drawn_now')}")
        con.unregister("drawn_now")
    con.execute("DROP TABLE open_pairs")


_KEPT = {
    "disturbed": """
        SELECT draw, person_id FROM drawn_now JOIN (SELECT DISTINCT person, person_id FROM nodes) USING (person)
    """
}


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
    for name in ("nodes", "placed_records", "parts", "drawn", "disturbed"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


# One row a kept pair of two groups, that no human parted, with the two populations (strata of registers) it is of: what
# linking knows of them already must not be told again.
_OPEN_PAIRS = """
    WITH open AS (
        FROM linkage.pairs ANTI JOIN (FROM linkage.judgements WHERE judgement = 'different')
        USING (register_l, record_id_l, register_r, record_id_r)
    )
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
        SELECT person_id, identifier_group, count(*) AS records FROM persons.records SEMI JOIN concerned
        USING (person_id) GROUP BY ALL
    )
    SELECT row_number() OVER (ORDER BY person_id, identifier_group) - 1 AS node, person_id, identifier_group, records,
        dense_rank() OVER (ORDER BY person_id) - 1 AS person, sum(records) OVER (PARTITION BY person_id) AS of_person
    FROM groups
"""

_PLACED_RECORDS = """
    SELECT r.register, r.record_id, r.person_id, n.node, n.person
    FROM persons.records r LEFT JOIN nodes n USING (identifier_group)
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


def _mean(odds: str, pairs: str, cells: str) -> str:
    """The mean log-odds of so many cells, of which the pairs kept are given by their sum and number, in SQL."""
    return f"({odds} + ({cells} - {pairs}) * ln({KEPT} / (1 - {KEPT}))) / ({cells})"


# What the best dates of birth of two persons add to their log-odds.
_DATES = f"""
    ln(CASE
        WHEN x.birth_date IS NULL OR y.birth_date IS NULL THEN {NO_DAY}
        WHEN x.birth_precision = 'day' AND y.birth_precision = 'day' THEN CASE
            WHEN x.birth_date = y.birth_date THEN {SAME_DAY}
            WHEN (day(x.birth_date) = day(y.birth_date))::INTEGER + (month(x.birth_date) = month(y.birth_date))::INTEGER
                + (year(x.birth_date) = year(y.birth_date))::INTEGER = 2 THEN {ELSE}
            WHEN day(x.birth_date) = month(y.birth_date) AND month(x.birth_date) = day(y.birth_date)
                AND year(x.birth_date) = year(y.birth_date) THEN {ELSE}
            ELSE {OTHER_DAY} END
        WHEN abs(date_diff('day', x.birth_date, y.birth_date)) > {YEARS_OFF} * 365.25 THEN {OTHER_DAY}
        ELSE {ELSE} END)
"""

# One row two persons with a pair between them, joined where they are likest. Their log-odds lie halfway between the
# mean of all pairs of their records and the mean of those between the likeliest two registers.
_BETWEEN = f"""
    WITH turned AS (
        SELECT CASE WHEN turns THEN [group_r, group_l] ELSE [group_l, group_r] END AS ends,
            least(person_l, person_r) AS one, greatest(person_l, person_r) AS other,
            CASE WHEN turns THEN register_r ELSE register_l END AS register,
            CASE WHEN turns THEN register_l ELSE register_r END AS other_register, registers, probability, key,
            ln(probability / (1 - least(probability, 0.999999)))::DECIMAL(18, 9) AS odds
        FROM (SELECT *, person_l > person_r AS turns FROM open_pairs WHERE person_l <> person_r)
    ),
    sizes AS (
        SELECT person_id, register, count(*) AS records
        FROM persons.records SEMI JOIN nodes USING (person_id) GROUP BY ALL
    ),
    by_registers AS (
        SELECT one, other, register, other_register, sum(odds)::DOUBLE AS odds, count(*) AS pairs
        FROM turned GROUP BY ALL
    ),
    likeliest AS (
        SELECT one, other, max({_mean("b.odds", "b.pairs", "x.records * y.records")}) AS log_odds
        FROM by_registers b
        JOIN sizes x ON x.person_id = b.one AND x.register = b.register
        JOIN sizes y ON y.person_id = b.other AND y.register = b.other_register
        GROUP BY one, other
    ),
    joined AS (
        SELECT one, other, sum(odds)::DOUBLE AS odds, count(*) AS pairs,
            arg_max(ends, (probability, key)) AS ends,
            arg_max(registers, (probability, key)) AS registers, arg_max(key, (probability, key)) AS key
        FROM turned GROUP BY one, other
    ),
    weighed AS (
        SELECT a.node AS l, b.node AS r, j.registers, a.person_id, key,
            ({_mean("j.odds", "j.pairs", "a.of_person * b.of_person")} + k.log_odds) / 2 + {_DATES} AS log_odds
        FROM joined j JOIN likeliest k USING (one, other)
        JOIN nodes a ON a.identifier_group = ends[1] JOIN nodes b ON b.identifier_group = ends[2]
        JOIN persons.persons x ON x.person_id = one JOIN persons.persons y ON y.person_id = other
    )
    SELECT l, r, 1 / (1 + exp(-log_odds)) AS probability, registers, person_id, key FROM weighed
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


def _told(edges: Edges, owner: Ints) -> pl.DataFrame:
    """The edges as `transforms.signals` reads them."""
    ends = {"l": edges.left, "r": edges.right, "l_person": owner[edges.left], "r_person": owner[edges.right]}
    said = {"is_tie": edges.is_tie, "probability": edges.probability, "registers": edges.registers}
    return pl.DataFrame(ends | said).with_row_index("edge")


def _heeded(edges: Edges, ratio: Floats) -> Floats:
    """The probabilities with their odds multiplied; what is certain stays so."""
    odds = edges.probability * np.exp(ratio)
    return np.asarray(odds / (odds + 1 - edges.probability))


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


def _parts(owner: Ints, edges: Edges, draws: Ints, flipped: Ints) -> dict[str, pl.DataFrame]:
    """The frames parts, drawn and disturbed: of every person that a flipped edge touches in a draw."""
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
    part = _ints(components(len(node), 1 + at(in_draw, edges.left[edge]), 1 + at(in_draw, edges.right[edge]))) - 1
    told = _told_once(np.repeat(draw, sizes), node, part)
    return told | {"disturbed": pl.DataFrame({"draw": draw, "person": person})}


def _told_once(draw: Ints, node: Ints, part: Ints) -> dict[str, pl.DataFrame]:
    """The frames parts and drawn. Parts of several draws are one where they are made of the same nodes: where random
    numbers of their nodes have the same sum."""
    label = np.flatnonzero(part == np.arange(len(part)))
    marks = np.random.Generator(np.random.Philox(4)).integers(2**63, size=int(node.max(initial=-1)) + 1)
    made_of = np.zeros(len(part), dtype=np.int64)
    np.add.at(made_of, part, marks[node])
    _, place, same = np.unique(made_of[label], return_index=True, return_inverse=True)
    first = label[place]
    rows = _among(part, np.sort(first))
    return {
        "parts": pl.DataFrame({"part": part[rows], "node": node[rows]}),
        "drawn": pl.DataFrame({"draw": draw[label], "part": first[same]}),
    }


def _ints(values: npt.ArrayLike) -> Ints:
    return np.asarray(values, dtype=np.int64)
