"""Clusters: what the links add up to.

Connected components; then, inside the components that hold a conflict, links are taken up again from the surest
down, and one that would bring a conflict into a cluster is left out.
"""

from collections import defaultdict
from collections.abc import Iterable

import duckdb
import jellyfish
import numpy as np
import polars as pl

from transforms.comparable import IdentifierType, identifier_types, number_records
from transforms.connected import Members, components
from transforms.tables import Scope

MANY_VALUES = 20
WRONG_AT_MOST = 0.01


def cluster_links(con: duckdb.DuckDBPyConnection, one_row_per_person: frozenset[str] = frozenset()) -> int:
    """Resolve the links; returns how many clusters hold two records or more.

    Two different valid numbers of an identifier that registers share are a conflict, unless one sign is wrong or
    the model found that numbers of the type differ within a person more often than WRONG_AT_MOST; so are two records of a register in `one_row_per_person`, whose contract promises no duplicates.
    Reads clean.people, clean.identifiers, linkage.weights and linkage.links. Writes the temporary tables numbered and clusters
    (rec, cluster: the smallest rec in it).
    """
    number_records(con)
    links = _links(con)
    _store(con, components(_count(con, "numbered"), links["rec_l"], links["rec_r"]))
    marks = _marks(con, identifier_types(con), one_row_per_person)
    if len(marks):
        _store(con, _cut(con, links, marks))
    return _count(con, "(SELECT cluster FROM clusters GROUP BY cluster HAVING count(*) > 1)")


def _links(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The links, surest first."""
    return con.execute(
        """SELECT l.rec AS rec_l, r.rec AS rec_r FROM linkage.links k
        JOIN numbered l ON l.register = k.register_l AND l.record_id = k.record_id_l
        JOIN numbered r ON r.register = k.register_r AND r.record_id = k.record_id_r
        ORDER BY k.identifier_exact DESC, k.match_weight DESC, l.rec, r.rec"""
    ).pl()


def _store(con: duckdb.DuckDBPyConnection, clusters: Members) -> None:
    members = pl.DataFrame({"rec": np.arange(1, len(clusters) + 1, dtype=np.int32), "cluster": clusters})
    con.register("members", members)
    con.execute("CREATE OR REPLACE TEMP TABLE clusters AS SELECT * FROM members ORDER BY rec")
    con.unregister("members")


def _marks(
    con: duckdb.DuckDBPyConnection, types: list[IdentifierType], one_row_per_person: frozenset[str]
) -> pl.DataFrame:
    """What may conflict in clusters that hold a conflict: (rec, kind, value), two kinds of mark.

    A register of one row a person is a kind whose value is the record itself, so that any two conflict.
    """
    shared = [t.name for t in types if t.shared and t.scope is Scope.PERSON]
    con.register("shared_types", pl.DataFrame({"feature": shared}, schema={"feature": pl.String}))
    con.register("one_row", pl.DataFrame({"register": sorted(one_row_per_person)}, schema={"register": pl.String}))
    con.execute(
        """CREATE OR REPLACE TEMP TABLE marks AS
        WITH trusted AS (
            SELECT feature AS id_type FROM linkage.weights JOIN shared_types USING (feature)
            WHERE level = 0 AND m < $wrong
        )
        SELECT rec, cluster, id_type AS kind, value FROM clean.identifiers JOIN numbered USING (register, record_id)
        JOIN clusters USING (rec) JOIN trusted USING (id_type) WHERE is_valid AND scope = 'person'
        UNION ALL
        SELECT rec, cluster, '=' || register, CAST(rec AS VARCHAR)
        FROM numbered JOIN clusters USING (rec) JOIN one_row USING (register)""",
        {"wrong": WRONG_AT_MOST},
    )
    marks = con.execute(
        """WITH held AS (SELECT DISTINCT cluster, kind, value FROM marks),
        several AS (SELECT cluster, kind, count(*) AS n FROM held GROUP BY ALL HAVING count(*) > 1),
        conflicts AS (
            SELECT cluster FROM several WHERE n > $many OR starts_with(kind, '=')
            UNION
            SELECT s.cluster FROM several s JOIN held a USING (cluster, kind) JOIN held b USING (cluster, kind)
            WHERE s.n <= $many AND a.value < b.value AND damerau_levenshtein(a.value, b.value) > 1
        ) SELECT rec, cluster, kind, value FROM marks SEMI JOIN conflicts USING (cluster) ORDER BY ALL""",
        {"many": MANY_VALUES},
    ).pl()
    con.unregister("shared_types")
    con.unregister("one_row")
    con.execute("DROP TABLE marks")
    return marks


def _cut(con: duckdb.DuckDBPyConnection, links: pl.DataFrame, marks: pl.DataFrame) -> Members:
    """The clusters again, without the links that would bring marks in conflict together."""
    clusters = con.execute("SELECT cluster FROM clusters ORDER BY rec").fetchnumpy()["cluster"]
    disputed = set(marks["cluster"].to_list())
    doubtful = links["rec_l"].map_elements(lambda rec: clusters[rec - 1] in disputed, return_dtype=pl.Boolean)
    kept = _kept(links.filter(doubtful).iter_rows(), marks.select("rec", "kind", "value").iter_rows())
    sure = links.filter(~doubtful)
    left, right = np.array(kept, dtype=np.int64).reshape(-1, 2).T
    return components(len(clusters), np.append(sure["rec_l"], left), np.append(sure["rec_r"], right))


def _kept(links: Iterable[tuple[int, int]], marks: Iterable[tuple[int, str, str]]) -> list[tuple[int, int]]:
    """The links that join clusters without a conflict, taken in the order given: surest first.

    Row by row, since each choice depends on those before it; only the few disputed components come here.
    """
    parents: dict[int, int] = {}
    held: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for rec, kind, value in marks:
        held[rec][kind].add(value)

    def root(rec: int) -> int:
        while (parent := parents.get(rec, rec)) != rec:
            rec = parent
        return rec

    kept = []
    for left, right in links:
        a, b = root(left), root(right)
        if a != b and _conflict(held[a], held[b]):
            continue
        kept.append((left, right))
        if a != b:
            parents[max(a, b)] = min(a, b)
            for kind, values in held[max(a, b)].items():
                held[min(a, b)][kind] |= values
    return kept


def _conflict(left: dict[str, set[str]], right: dict[str, set[str]]) -> bool:
    return any(
        kind.startswith("=") or jellyfish.damerau_levenshtein_distance(a, b) > 1
        for kind in left.keys() & right.keys()
        for a in left[kind]
        for b in right[kind]
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
