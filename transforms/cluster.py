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

from transforms.comparable import prepare, registers
from transforms.connected import Members, components
from transforms.compare import packed, unpacked
from transforms.feature import Feature
from transforms.features import features
from transforms.model import stored_model
from transforms.tables import number

LARGEST_COMPONENT = 300
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
    chosen = features(prepare(con), registers(con))
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
    """Write inner_pairs: every pair inside a component with its match weight and probability.

    Where a pair was a candidate, that is its weight with what its rivals say.
    """
    model = stored_model(con, chosen)
    con.register("single", pl.DataFrame({"register": sorted(one_row_per_person)}, schema={"register": pl.String}))
    con.register("parts", pl.DataFrame({"component": whole}).with_row_index("rec", offset=1))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE inside AS
        WITH sized AS (
            SELECT component FROM parts GROUP BY component HAVING count(*) BETWEEN 2 AND {LARGEST_COMPONENT}
        ), single_numbers AS (SELECT DISTINCT register_no FROM comparable JOIN numbered USING (rec) JOIN single USING (register))
        SELECT component, a.rec AS rec_l, b.rec AS rec_r, {packed(chosen)} AS pattern,
            l.register_no = r.register_no AND l.register_no IN (SELECT register_no FROM single_numbers) AS never
        FROM sized JOIN parts a USING (component) JOIN parts b USING (component)
        JOIN comparable l ON l.rec = a.rec JOIN comparable r ON r.rec = b.rec WHERE a.rec < b.rec"""
    )
    found = con.execute(f"SELECT DISTINCT pattern, {unpacked(chosen)} FROM inside ORDER BY pattern").fetchnumpy()
    levels = np.column_stack([found[feature.name] for feature in chosen]).astype(np.int64)
    bits, look_alike = model.bits(levels)
    con.register("scores", pl.DataFrame({"pattern": found["pattern"], "bits": bits - look_alike}))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE inner_pairs AS
        WITH rivals AS (
            SELECT l.rec AS rec_l, r.rec AS rec_r, rival_weight FROM linkage.pairs
            JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
            JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r WHERE rival_weight <> 0
        ), weighed AS (
            SELECT component, rec_l, rec_r,
                CASE WHEN never THEN {NEVER} ELSE bits + coalesce(rival_weight, 0) END AS bits
            FROM inside JOIN scores USING (pattern) LEFT JOIN rivals USING (rec_l, rec_r)
        )
        SELECT *, 1 / (1 + pow(2, least(-bits, 1000))) AS probability FROM weighed ORDER BY component, rec_l, rec_r"""
    )
    for name in ("single", "parts", "scores"):
        con.unregister(name)
    con.execute("DROP TABLE inside")


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
