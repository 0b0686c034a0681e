"""Clerical review: how firmly the clusters hang together, and which pairs a human should look at first.

A pair is worth more of a human's time the likelier another answer is, and the more pairs of records that answer would
join or part.
"""

import duckdb
import polars as pl

from transforms.bridges import bridges
from transforms.connected import LARGEST_COMPONENT
from transforms.tables import CLUSTER_SIZES, DOUBTFUL, fill

SURE, LIKELY = 0.9, 0.5


def report_clusters(con: duckdb.DuckDBPyConnection) -> int:
    """Tell how firm the clusters are, and which pairs are doubtful; returns how many of these there are.

    Reads linkage.judgements and the temporary tables numbered, judged, kept, clusters and inner_pairs. Writes
    linkage.cluster_sizes and linkage.doubtful.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sizes AS SELECT cluster, count(*) AS records FROM clusters GROUP BY cluster"
    )
    _inner_links(con)
    con.execute(f"CREATE OR REPLACE TEMP TABLE asked AS {_ASKED}")
    doubtful = fill(con, DOUBTFUL, _DOUBTFUL)
    fill(con, CLUSTER_SIZES, _CLUSTER_SIZES)
    for name in ("sizes", "inner_links", "asked"):
        con.execute(f"DROP TABLE {name}")
    return doubtful


def _inner_links(con: duckdb.DuckDBPyConnection) -> None:
    """Write inner_links (cluster, rec_l, rec_r, alone: pairs of records that it alone connects).

    They are the links inside clusters that came from loose components, and what humans joined beyond any size. In
    all other clusters every pair is linked.
    """
    links = con.execute(
        f"""SELECT a.cluster, rec_l, rec_r FROM (
            SELECT rec_l, rec_r FROM inner_pairs WHERE is_linked
            UNION SELECT rec_l, rec_r FROM judged JOIN clusters ON rec = rec_l JOIN sizes USING (cluster)
            WHERE is_same AND records > {LARGEST_COMPONENT}
        ) JOIN clusters a ON a.rec = rec_l JOIN clusters b ON b.rec = rec_r
        WHERE a.cluster = b.cluster ORDER BY rec_l, rec_r"""
    ).pl()
    links = links.with_columns(alone=pl.Series(bridges(links["rec_l"], links["rec_r"], LARGEST_COMPONENT)))
    con.register("links", links)
    con.execute("CREATE OR REPLACE TEMP TABLE inner_links AS FROM links")
    con.unregister("links")


# One row a pair of records whose question is open.
_ASKED = f"""
    WITH scored AS (
        SELECT rec_l, rec_r, probability, is_linked FROM kept WHERE is_linked OR probability > {LIKELY}
        UNION ALL
        SELECT rec_l, rec_r, probability, is_linked FROM inner_pairs ANTI JOIN kept USING (rec_l, rec_r)
        WHERE probability > {LIKELY}
    ), weighed AS (
        SELECT rec_l, rec_r, a.cluster AS cluster_l, b.cluster AS cluster_r, probability, is_linked
        FROM scored JOIN clusters a ON a.rec = rec_l JOIN clusters b ON b.rec = rec_r
        WHERE CASE WHEN a.cluster = b.cluster THEN is_linked AND probability < {SURE} ELSE probability > {LIKELY} END
    ), said AS (
        SELECT l.rec AS rec_l, r.rec AS rec_r, judgement, is_contested, a.cluster AS cluster_l, b.cluster AS cluster_r
        FROM linkage.judgements JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
        JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r
        JOIN clusters a ON a.rec = l.rec JOIN clusters b ON b.rec = r.rec
    ), contradicted AS (FROM said WHERE is_contested OR judgement = 'same' AND cluster_l <> cluster_r)
    SELECT rec_l, rec_r, cluster_l, cluster_r, w.probability, coalesce(w.is_linked, false) AS is_linked, s.judgement,
        CASE WHEN cluster_l = cluster_r THEN 'weak_link' ELSE 'parted' END AS why
    FROM weighed w LEFT JOIN said s USING (rec_l, rec_r, cluster_l, cluster_r)
    WHERE s.judgement IS NULL OR s.judgement = 'unsure' AND NOT s.is_contested
    UNION ALL
    SELECT rec_l, rec_r, cluster_l, cluster_r, k.probability, coalesce(k.is_linked, false), c.judgement, 'contradicted'
    FROM contradicted c LEFT JOIN kept k USING (rec_l, rec_r)"""

# Without a bridge one record at least would leave the others.
_DOUBTFUL = """
    SELECT l.register AS register_l, l.record_id AS record_id_l, r.register AS register_r, r.record_id AS record_id_r,
        why, probability, judgement,
        CAST(CASE WHEN cluster_l <> cluster_r THEN a.records * b.records
            WHEN coalesce(i.alone, 0) > 0 THEN i.alone ELSE a.records - 1 END AS BIGINT) AS changes,
        round(changes * CASE why WHEN 'parted' THEN probability WHEN 'weak_link' THEN 1 - probability ELSE 1 END, 6)
            AS usefulness
    FROM asked q JOIN numbered l ON l.rec = rec_l JOIN numbered r ON r.rec = rec_r
    JOIN sizes a ON a.cluster = cluster_l JOIN sizes b ON b.cluster = cluster_r
    LEFT JOIN inner_links i ON i.rec_l = q.rec_l AND i.rec_r = q.rec_r"""

_CLUSTER_SIZES = f"""
    WITH looked AS (
        SELECT cluster FROM clusters JOIN (SELECT DISTINCT unnest([rec_l, rec_r]) AS rec FROM inner_pairs) USING (rec)
        UNION SELECT cluster FROM sizes WHERE records > {LARGEST_COMPONENT}
    ), found AS (
        SELECT cluster, count(*) AS links, count(*) FILTER (alone > 0) AS bridges FROM inner_links GROUP BY cluster
    ), doubtful AS (SELECT DISTINCT unnest([cluster_l, cluster_r]) AS cluster FROM asked),
    cut AS (
        SELECT DISTINCT unnest([cluster_l, cluster_r]) AS cluster FROM asked
        WHERE is_linked AND cluster_l <> cluster_r
    ),
    each AS (
        SELECT s.records, s.records * (s.records - 1) // 2 AS pairs,
            CASE WHEN k.cluster IS NULL THEN pairs ELSE coalesce(f.links, 0) END AS links,
            CASE WHEN k.cluster IS NULL THEN CAST(s.records = 2 AS BIGINT) ELSE coalesce(f.bridges, 0) END AS bridges,
            c.cluster IS NOT NULL AS is_cut, d.cluster IS NOT NULL AS is_doubtful
        FROM sizes s LEFT JOIN looked k USING (cluster) LEFT JOIN found f USING (cluster)
        LEFT JOIN cut c USING (cluster) LEFT JOIN doubtful d USING (cluster)
    )
    SELECT CASE WHEN records <= 5 THEN records WHEN records <= 10 THEN 6 WHEN records <= 20 THEN 11
            WHEN records <= 50 THEN 21 ELSE 51 END AS least,
        count(*) AS clusters, sum(e.records) AS records, sum(e.pairs) AS pairs, sum(e.links) AS links,
        sum(e.links) / nullif(sum(e.pairs), 0) AS density, sum(e.bridges) AS bridges,
        count(*) FILTER (is_cut) AS cut, count(*) FILTER (is_doubtful) AS doubtful
    FROM each e GROUP BY 1"""
