"""The ceiling: gradient boosting that is shown half of the truth, on our candidate pairs.

It is no contestant, since nobody has a truth: it says how much the comparison vectors hold. Features are our agreement
levels and the raw likenesses that levels round off. It learns from pairs in which both are people of the other half,
so that nobody is in both, and takes the threshold that is best on the measured half.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.linkage import measures, ours
from benchmarks.linkage.clock import Clock
from flows import warehouse
from transforms import cluster

SEED = 1
MOST_PAIRS = 300_000
KEPT = 0.01
THRESHOLDS = (0.5, 0.7)


def run(records: Path, out: Path) -> dict[str, Any]:
    """Learn, predict and cluster as ours does, and by connected components; write the clusters of each threshold."""
    clock = Clock()
    people = measures.read_records(records)
    shutil.copyfile(records, out / "warehouse.duckdb")
    with warehouse.opened(out / "warehouse.duckdb") as con:
        ours.link(con, between=_keep_features)
        single = ours.one_row_per_person(con)
        pairs = con.execute("SELECT * FROM supervised_features ORDER BY rec_l, rec_r").pl()
        scored = pairs.select("rec_l", "rec_r", probability=pl.Series(_probabilities(people, pairs)))
        for threshold in THRESHOLDS:
            _cluster(con, scored, threshold, single, out)
        told = clock.told()
    scored.write_parquet(out / "pairs.parquet")
    for threshold in THRESHOLDS:
        kept = scored.filter(pl.col("probability") >= threshold)
        found = measures.components(people.height, kept["rec_l"].to_numpy(), kept["rec_r"].to_numpy())
        frame = pl.DataFrame({"rec": people["rec"], "cluster": found})
        frame.write_parquet(out / f"clusters_components_{threshold}.parquet")
    return {
        "variants": {"cut": told, "components": told},
        "candidate_pairs": pairs.height,
        "settings": {"seed": SEED, "features": pairs.width - 2, "most_training_pairs": MOST_PAIRS},
    }


def _alike(column: str) -> str:
    return f"jaro_winkler_similarity(l.{column}, r.{column}) AS alike_{column}"


def _keep_features(con: duckdb.DuckDBPyConnection) -> None:
    """Write supervised_features: a row a candidate pair, its levels and the raw likenesses of its records."""
    alike = ", ".join(_alike(f"{part}_{way}") for part in ("family", "given") for way in ("signs", "skeleton", "name"))
    con.execute(
        f"""CREATE TEMP TABLE supervised_features AS
        WITH numbered_people AS (
            SELECT row_number() OVER (ORDER BY register, record_id) AS rec, *,
                count(*) OVER (PARTITION BY family_skeleton) AS family_count,
                count(*) OVER (PARTITION BY given_skeleton) AS given_count
            FROM clean.people
        ), registers AS (
            SELECT register, row_number() OVER (ORDER BY register) AS number FROM clean.people GROUP BY register
        )
        SELECT rec_l, rec_r, o.* EXCLUDE (pattern_id, pairs, background), {alike},
            least(l.family_count, r.family_count) AS family_count, least(l.given_count, r.given_count) AS given_count,
            abs(l.birth_year - r.birth_year) AS years, abs(date_diff('day', l.birth_date, r.birth_date)) AS days,
            l.birth_precision = 'day' AS day_l, r.birth_precision = 'day' AS day_r, l.birth_year AS born,
            a.number AS register_l, b.number AS register_r,
            levenshtein(l.mother_given_name_local, r.mother_given_name_local) AS mother,
            jaro_winkler_similarity(l.address_line, r.address_line) AS line,
            l.address_postcode = r.address_postcode AS postcode
        FROM compared JOIN observed o USING (pattern_id)
        JOIN numbered_people l ON l.rec = rec_l JOIN numbered_people r ON r.rec = rec_r
        JOIN registers a ON a.register = l.register JOIN registers b ON b.register = r.register"""
    )


def _probabilities(people: pl.DataFrame, pairs: pl.DataFrame) -> measures.Floats:
    judged = measures.same_person(people, pairs.select("rec_l", "rec_r").with_row_index("row"))
    half = people["measured_half"]
    learnt = judged.filter(~half.gather(judged["rec_l"] - 1) & ~half.gather(judged["rec_r"] - 1))
    learnt = learnt.sample(min(MOST_PAIRS, learnt.height), seed=SEED, shuffle=False)
    model = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.1, l2_regularization=1.0, random_state=SEED)
    shown = pairs[learnt["row"]].drop("rec_l", "rec_r")
    varied = [name for name in shown.columns if shown[name].drop_nulls().n_unique() > 1]
    model.fit(shown.select(pl.col(varied).cast(pl.Float32)).to_numpy(), learnt["same"].to_numpy())
    return np.asarray(model.predict_proba(pairs.select(pl.col(varied).cast(pl.Float32)).to_numpy())[:, 1])


def _cluster(
    con: duckdb.DuckDBPyConnection, scored: pl.DataFrame, threshold: float, single: frozenset[str], out: Path
) -> None:
    """Our own clustering of the links that the ceiling found, their odds in bits."""
    probability = pl.col("probability").clip(1e-6, 1 - 1e-6)
    kept = scored.filter(pl.col("probability") >= KEPT)
    con.register("kept_pairs", kept.with_columns(weight=(probability / (1 - probability)).log(2)))
    con.execute("DELETE FROM linkage.pairs")
    con.execute(
        """INSERT INTO linkage.pairs BY NAME
        SELECT l.register AS register_l, l.record_id AS record_id_l, r.register AS register_r,
            r.record_id AS record_id_r, 0 AS pattern_id, 0 AS rival_weight, weight AS match_weight, probability,
            false AS identifier_exact, probability >= ? AS is_linked
        FROM kept_pairs JOIN numbered l ON l.rec = rec_l JOIN numbered r ON r.rec = rec_r ORDER BY rec_l, rec_r""",
        [threshold],
    )
    con.unregister("kept_pairs")
    cluster.cluster_links(con, one_row_per_person=single)
    query = "SELECT rec, cluster FROM clusters ORDER BY rec"
    con.execute(f"COPY ({query}) TO '{out}/clusters_cut_{threshold}.parquet' (FORMAT parquet)")
