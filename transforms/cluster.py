"""Clusters: what the links add up to.

Connected components of the links first. One false link joins two whole persons, so every component in which
some pair is not linked is looked at again: all its pairs are scored, proposed by blocking or not, and it is cut
by average linkage, so that records stay together only where they agree on the whole.
"""

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.cluster.hierarchy import fcluster
from scipy.cluster.hierarchy import linkage as merged

from transforms.comparable import prepare
from transforms.connected import Members, components
from transforms.feature import DIFFERS, PRIOR, Feature
from transforms.features import features
from transforms.tables import number

LARGEST_COMPONENT = 300
WRONG_AT_MOST = 0.02
NEVER = -1e6  # bits: no other evidence outweighs it, and sums of it stay exact


def cluster_links(con: duckdb.DuckDBPyConnection, one_row_per_person: frozenset[str] = frozenset()) -> int:
    """Resolve the links; returns how many clusters hold two records or more.

    Never in one cluster are two records of a register in `one_row_per_person`, whose contract promises no duplicates,
    nor two with different numbers of a trusted identifier (one sign may be wrong): one that registers share
    and that the model found to differ within a person in less than WRONG_AT_MOST of pairs. A component of more
    than LARGEST_COMPONENT records loses its weaker links until its parts are smaller; where all its links
    weigh the same, it is left as it is.

    Reads clean.people, clean.identifiers, linkage.weights and linkage.links. Writes the temporary tables numbered,
    clusters (rec, cluster: the smallest rec in it) and inner_pairs (rec_l, rec_r, probability: pairs inside
    components that blocking may not have proposed).
    """
    chosen = features(prepare(con))
    whole = _components(number(con, "SELECT count(*) FROM numbered"), _links(con))
    _score_inside(con, chosen, whole, one_row_per_person)
    con.register("members", pl.DataFrame({"cluster": _cut(con, whole)}).with_row_index("rec", offset=1))
    con.execute("CREATE OR REPLACE TEMP TABLE clusters AS SELECT * FROM members ORDER BY rec")
    con.unregister("members")
    return number(con, "SELECT count(*) FROM (SELECT cluster FROM clusters GROUP BY cluster HAVING count(*) > 1)")


def _links(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return con.execute(
        """SELECT l.rec AS rec_l, r.rec AS rec_r, k.match_weight AS weight FROM linkage.links k
        JOIN numbered l ON l.register = k.register_l AND l.record_id = k.record_id_l
        JOIN numbered r ON r.register = k.register_r AND r.record_id = k.record_id_r"""
    ).pl()


def _components(size: int, links: pl.DataFrame) -> Members:
    """The components; those too large without their weaker half of links, and again, while that makes them smaller."""
    while True:
        whole = components(size, links["rec_l"], links["rec_r"])
        sizes = np.bincount(whole, minlength=size + 1)
        links = links.with_columns(component=whole[links["rec_l"].to_numpy() - 1])
        large = pl.Series(sizes[links["component"].to_numpy()] > LARGEST_COMPONENT)
        weight = pl.col("weight")
        strong = (weight > weight.median().over("component")) | (weight == weight.max().over("component"))
        kept = links.filter(~large | links.select(strong).to_series())
        if kept.height == links.height:
            return whole
        links = kept


def _score_inside(
    con: duckdb.DuckDBPyConnection, chosen: list[Feature], whole: Members, one_row_per_person: frozenset[str]
) -> None:
    """Write inner_pairs: every pair inside a component with its match weight, prior included, and probability."""
    rows = con.execute("SELECT feature, level, weight, m FROM linkage.weights").fetchall()
    weights = {(feature, level): weight for feature, level, weight, _ in rows}
    wrong = {feature for feature, level, _, m in rows if level == DIFFERS and m >= WRONG_AT_MOST}
    never = [f"{f.level_sql()} = {DIFFERS}" for f in chosen if f.shared and f.name not in wrong]
    con.register("single", pl.DataFrame({"register": sorted(one_row_per_person)}, schema={"register": pl.String}))
    con.register("parts", pl.DataFrame({"component": whole}).with_row_index("rec", offset=1))
    never.append("(l.register = r.register AND l.register IN (SELECT register FROM single))")
    forbidden = " OR ".join(never)
    bits = " + ".join([repr(weights[PRIOR, 0]), *(feature.weight_sql(weights) for feature in chosen)])
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE inner_pairs AS
        WITH sized AS (
            SELECT component FROM parts GROUP BY component HAVING count(*) BETWEEN 2 AND {LARGEST_COMPONENT}
        ), pairs AS (
            SELECT component, a.rec AS rec_l, b.rec AS rec_r,
                CASE WHEN {forbidden} THEN {NEVER} ELSE {bits} END AS bits
            FROM sized JOIN parts a USING (component) JOIN parts b USING (component)
            JOIN comparable l ON l.rec = a.rec JOIN comparable r ON r.rec = b.rec WHERE a.rec < b.rec
        )
        SELECT *, 1 / (1 + pow(2, least(-bits, 1000))) AS probability FROM pairs ORDER BY component, rec_l, rec_r"""
    )
    con.unregister("single")
    con.unregister("parts")


def _cut(con: duckdb.DuckDBPyConnection, whole: Members) -> Members:
    """The components, each that has a pair that speaks against it cut by average linkage."""
    pairs = con.execute(
        """SELECT component, rec_l, rec_r, bits FROM inner_pairs
        WHERE component IN (SELECT component FROM inner_pairs WHERE bits < 0) ORDER BY component, rec_l, rec_r"""
    ).fetchnumpy()
    clusters, bits = whole.copy(), np.asarray(pairs["bits"], dtype=np.float64)
    ends = np.flatnonzero(np.diff(pairs["component"], append=-1)) + 1
    for start, end in zip(np.append(0, ends)[:-1], ends, strict=True):
        records = np.unique([pairs["rec_l"][start:end], pairs["rec_r"][start:end]])
        clusters[records - 1] = records[_first_of_each(bits[start:end])]
    return clusters


def _first_of_each(bits: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """For each record of a component, the place of the first record it stays with.

    `bits` has the weight of each pair in the order (1, 2), (1, 3) ... (2, 3) ...; groups merge while their pairs
    speak for it on average. Weights become distances from the highest, since distances cannot be negative.
    """
    highest = max(float(bits.max()), 0.0)
    labels = fcluster(merged(highest - bits, "average"), highest, "distance")
    _, first, member = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(first[member])
