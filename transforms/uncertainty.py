"""What the persons might have been: links drawn again and again, each as likely as it is to be right.

Between records that surely hang together there are ties and bridges (`transforms.edges`), whose probabilities heed
what registers say of people (`transforms.signals`). A draw cuts ties and closes bridges; what then hangs together is a
person in that draw, and facts of it follow (`transforms.retold`).

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
import polars as pl

from transforms import edges, signals
from transforms.connected import components
from transforms.edges import DRAWS, Edges, Floats, Ints, among, ints

CERTAIN = 1e-4  # what is as improbable as this is not drawn


@dataclass(frozen=True)
class Spread:
    """Standard deviations of the log-odds between draws: of all edges together, by two registers, by area."""

    everywhere: float = 0.0
    registers: float = 0.0
    area: float = 0.0


def draw_links(con: duckdb.DuckDBPyConnection, spread: Spread, queries: Iterable[str] = ()) -> None:
    """Draw the links DRAWS times. `queries`: of measures, whose roles tell of links too (see `transforms.signals`).

    Reads persons.records, persons.persons, linkage.pairs and linkage.judgements. Writes temporary tables: nodes (one
    row an identifier group of a person whose links are in doubt: node, person_id, identifier_group), placed_records
    (one row a record: register, record_id, person_id, and its node, null where it has none), parts (one row a node of a
    part, which is a person in some draw: part, node), drawn (one row a draw and a part that it has: draw, part) and
    disturbed (one row a draw and a person as they stand that is another in that draw: draw, person_id).
    """
    for name, query in edges.TABLES.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    owner = ints(con.execute("SELECT person FROM nodes ORDER BY node").fetchnumpy()["person"])
    found = edges.read(con, len(owner))
    found = replace(found, probability=_heeded(found, signals.ratios(con, _told(found, owner), queries)))
    for name, frame in _parts(owner, found, *_flips(found, spread)).items():
        con.register("drawn_now", frame)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_STORED.get(name, 'FROM drawn_now')}")
        con.unregister("drawn_now")
    con.execute("DROP TABLE open_pairs")


_STORED = {
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
    stays = ~among(tie_draw * len(edges.left) + tie, draws * len(edges.left) + flipped)
    closed = ~edges.is_tie[flipped]
    in_draw = np.concatenate([tie_draw[stays], draws[closed]])
    edge = np.concatenate([tie[stays], flipped[closed]])
    part = ints(components(len(node), 1 + at(in_draw, edges.left[edge]), 1 + at(in_draw, edges.right[edge]))) - 1
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
    rows = among(part, np.sort(first))
    return {
        "parts": pl.DataFrame({"part": part[rows], "node": node[rows]}),
        "drawn": pl.DataFrame({"draw": draw[label], "part": first[same]}),
    }
