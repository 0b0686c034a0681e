"""Two lists of one population, counted in the persons as they stand and in every draw of the links.

A capture is one SQL file in `captures/` with a header (see `Capture`). Its query is written with the facts and words of
`transforms.facts` and gives one row a record of a list: `list` ('a', the register whose completeness is asked, or 'b',
the one that checks it), `register`, `record_id`, `person_id` (the person whose facts the query goes by), and a text or
number for each of its strata and breakdowns, the same for all records of a person. Whoever is in a list must be of the
population as the other list understands it: a clinic's mother is not the child of a certificate.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.dual_system import Floats, Ints, Lists
from transforms.edges import DRAWS
from transforms.headers import CommaList, Query, RuleError, Sentence, load
from transforms.recount import CROSS, DIMENSIONS
from transforms.retold import retold
from transforms.uncertainty import normal_scores


class Capture(Query):
    """Two lists of one population as their file states them.

    `assumes_en`, `assumes_km`: what must hold of the two, and which way the figures err where it does not.
    `strata`: columns within whose values the lists are taken to be independent.
    """

    list_a_en: Sentence
    list_a_km: Sentence
    list_b_en: Sentence
    list_b_km: Sentence
    assumes_en: Sentence
    assumes_km: Sentence
    strata: CommaList = ()
    breakdowns: CommaList = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """What the query tells of a person beside the lists."""
        parts = (part for breakdown in self.breakdowns for part in breakdown.split(CROSS))
        return tuple(dict.fromkeys((*self.strata, *parts)))


def load_captures() -> tuple[Capture, ...]:
    """Every capture, ordered by id. Raises `RuleError` naming the file and header line at fault."""
    captures = load("captures", Capture)
    for capture in captures:
        known = {*DIMENSIONS, "age"}
        unknown = [name for name in capture.columns if name not in known]
        if unknown:
            raise RuleError(f"{capture.file}: unknown {', '.join(unknown)}: use {', '.join(sorted(known))}.")
    return captures


@dataclass(frozen=True)
class Listed:
    """Who is in which list. `cells`: one row a combination of the columns of a capture, with `only_a`, `only_b`, `both`
    (people, as the persons stand); `drawn`: the same counts, one row a cell and one column a draw; `hidden`: for each
    found in both lists how many are and do not look it, as nobody kept the pair of their records."""

    cells: pl.DataFrame
    drawn: Lists
    hidden: float = 0.0


# Who is in a list, as one of three: 0 in a alone, 1 in b alone, 2 in both.
_PLACE = "CASE WHEN bool_and(q.list = 'a') THEN 0 WHEN bool_and(q.list = 'b') THEN 1 ELSE 2 END AS place"
_STANDING = """
    SELECT r.person_id, {place}, {columns}
    FROM ({query}) q JOIN persons.records r USING (register, record_id) GROUP BY r.person_id
"""
# A part has the facts of the part, so a record of it counts where the query says so of the part itself.
_PARTS = """
    SELECT p.part, {place}, {columns}
    FROM ({query}) q JOIN placed_records r USING (register, record_id)
    JOIN parts p ON p.node = r.node AND q.person_id = p.part::VARCHAR GROUP BY p.part
"""
_CELLS = """
    SELECT {columns}, count(*) FILTER (place = 0) AS only_a, count(*) FILTER (place = 1) AS only_b,
        count(*) FILTER (place = 2) AS both
    FROM (SELECT {columns}, place FROM listed_standing UNION ALL BY NAME SELECT {columns}, 3 FROM listed_parts)
    GROUP BY {columns} ORDER BY {columns}
"""
# One row a draw, combination and place: how many more there are than in the persons as they stand.
_MOVED = """
    SELECT draw, {columns}, place, sum(sign)::INTEGER AS more FROM (
        SELECT draw, 1 AS sign, u.* EXCLUDE (part) FROM listed_parts u JOIN drawn USING (part)
        UNION ALL BY NAME
        SELECT draw, -1 AS sign, s.* EXCLUDE (person_id) FROM disturbed JOIN listed_standing s USING (person_id)
    ) GROUP BY draw, {columns}, place HAVING more <> 0 ORDER BY ALL
"""
# Whoever is in both lists by one pair of records hangs on it, and stands for as many whose pair nobody kept.
_HIDDEN = """
    SELECT coalesce(
        sum(h.hidden_odds::DECIMAL(18, 9)) / nullif((SELECT count(*) FROM listed_standing WHERE place = 2), 0), 0
    )::DOUBLE
    FROM (
        SELECT person_id, min(register) AS register_l, max(register) AS register_r
        FROM persons.records SEMI JOIN (FROM listed_standing WHERE place = 2) USING (person_id)
        GROUP BY person_id HAVING count(*) = 2
    ) JOIN hidden_pairs h USING (register_l, register_r)
"""


def count(con: duckdb.DuckDBPyConnection, capture: Capture) -> Listed:
    """Count who is in which list of a capture.

    Reads persons.records, the temporary tables placed_records, parts, drawn, disturbed and hidden_pairs, and what the
    query reads, of persons and of parts. Writes and drops temporary tables of its own. Raises `duckdb.Error` when the
    query fails.
    """
    columns = ", ".join(capture.columns)
    told = ", ".join(f"min(coalesce(q.{name}::VARCHAR, 'unknown')) AS {name}" for name in capture.columns)
    for name, template, query in (
        ("listed_standing", _STANDING, capture.sql),
        ("listed_parts", _PARTS, retold(capture.sql)),
    ):
        made = template.format(place=_PLACE, columns=told, query=query)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {made}")
    cells = con.execute(_CELLS.format(columns=columns)).pl()
    moved = con.execute(_MOVED.format(columns=columns)).pl()
    hidden = con.execute(_HIDDEN).fetchone()
    for name in ("listed_standing", "listed_parts"):
        con.execute(f"DROP TABLE temp.{name}")
    return Listed(cells, _every_draw(cells, moved, capture.columns), float(hidden[0]) if hidden else 0.0)


def _every_draw(cells: pl.DataFrame, moved: pl.DataFrame, columns: Iterable[str]) -> Lists:
    counts = np.repeat(
        cells.select("only_a", "only_b", "both").to_numpy().astype(np.float64)[:, :, None], DRAWS, axis=2
    )
    places = moved.join(cells.select(*columns).with_row_index("cell"), on=list(columns), how="left")
    where = tuple(places[name].to_numpy() for name in ("cell", "place", "draw"))
    np.add.at(counts, where, moved["more"].to_numpy())
    return Lists(*np.moveaxis(counts, 1, 0))


def summed(lists: Lists, stratum: Ints, strata: int) -> Lists:
    """The cells of each stratum together."""

    def together(values: Floats) -> Floats:
        of_strata = np.zeros((strata, values.shape[1]))
        np.add.at(of_strata, stratum, values)
        return of_strata

    return Lists(*(together(values) for values in (lists.only_a, lists.only_b, lists.both)))


def found(lists: Lists, hidden: float, log_spread: float) -> Lists:
    """The lists with those in both whose pair nobody kept: a Poisson number in each draw, of mean `hidden` for each
    found, all wrong by one log-normal factor of `log_spread`. Neither list grows by it."""
    off = np.exp(log_spread * normal_scores(np.random.Generator(np.random.Philox(5))))
    more = np.random.Generator(np.random.Philox(6)).poisson(lists.both * (hidden * off))
    most = np.minimum(lists.only_a, lists.only_b)
    more_both: npt.NDArray[np.float64] = np.minimum(more, most)
    return Lists(lists.only_a - more_both, lists.only_b - more_both, lists.both + more_both)
