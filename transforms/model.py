"""Score the candidate pairs by the linkage model, and link those that are sure enough."""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from transforms.chance import strangers
from transforms.comparable import identifier_types, populations
from transforms.feature import DIFFERS, Feature
from transforms.features import features
from transforms.judgements import judged_patterns
from transforms.kinds import Numbers
from transforms.rivals import weigh_rivals
from transforms.stored import store_weights
from transforms.tables import PAIRS, PATTERNS, create, fill
from transforms.weights import Model, fit, probability

KEPT = 0.01


@dataclass(frozen=True)
class Scored:
    """The model that the pairs were scored with, and the probability from which on they are linked."""

    model: Model
    threshold: float


def score_pairs(con: duckdb.DuckDBPyConnection, threshold: float | None = None, pinned: Model | None = None) -> Scored:
    """Weigh every level, score every pair, and link the pairs whose probability reaches the threshold.

    Without a threshold, the one whose expected F1 is best is taken; without a pinned model, one is fitted. Reads
    clean.people, clean.identifiers, linkage.judgements and the temporary tables numbered, comparable, observed and
    compared, and drops the latter two. Writes linkage.weights, linkage.patterns and linkage.pairs (those of a
    probability of KEPT at least; the others are counted in linkage.patterns).
    """
    chosen = features(identifier_types(con), populations(con))
    observed = con.execute("SELECT * EXCLUDE (pattern) FROM observed ORDER BY pattern_id").fetchnumpy()
    levels = np.column_stack([observed[feature.name] for feature in chosen]).astype(np.int64)
    counts, background = (np.asarray(observed[name], dtype=np.float64) for name in ("pairs", "background"))
    model = pinned
    if model is None:
        by_chance, judged = strangers(con, chosen, levels, background), judged_patterns(con, len(counts))
        model = fit(chosen, levels, counts, by_chance, judged)
    store_weights(con, model)
    bits, look_alike = (np.round(part, 6) for part in model.bits(levels))
    _store_patterns(con, chosen, bits - look_alike)
    _weigh_pairs(con)
    threshold = _best_threshold(con) if threshold is None else threshold
    _store_pairs(con, chosen, threshold)
    for name in ("observed", "compared", "weighed"):
        con.execute(f"DROP TABLE {name}")
    return Scored(model, threshold)


def best_threshold(probabilities: Numbers, counts: Numbers) -> float:
    """The probability from which on linking gives the best expected F1, and 0.5 at least."""
    if not counts.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    right, linked = np.cumsum((probabilities * counts)[order]), np.cumsum(counts[order])
    best = np.argmax(2 * right / np.maximum(linked + right[-1], 1e-9))
    return max(0.5, float(probabilities[order][best]))


def _best_threshold(con: duckdb.DuckDBPyConnection) -> float:
    rows = con.execute(
        "SELECT floor(probability * 1000) / 1000 AS p, count(*) AS n FROM weighed GROUP BY p ORDER BY p"
    ).fetchnumpy()
    return best_threshold(np.asarray(rows["p"], dtype=np.float64), np.asarray(rows["n"], dtype=np.float64))


def _store_patterns(con: duckdb.DuckDBPyConnection, chosen: list[Feature], bits: Numbers) -> None:
    scores = pl.DataFrame({"match_weight": bits, "probability": probability(bits)}).with_row_index(
        "pattern_id", offset=1
    )
    con.register("scores", scores)
    names = ", ".join(f"'{feature.name}', \"{feature.name}\"" for feature in chosen)
    fill(
        con,
        PATTERNS,
        f"""SELECT pattern_id, json_object({names}) AS levels, pairs, match_weight, probability
        FROM observed JOIN scores USING (pattern_id) WHERE pairs > 0""",
    )
    con.unregister("scores")


def _weigh_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table weighed: of each pair to keep, by record numbers, what it weighs with its rivals."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE scored AS
        SELECT rec_l, rec_r, pattern_id, match_weight AS bits FROM compared JOIN {PATTERNS.full_name} USING (pattern_id)
        WHERE match_weight > -12"""
    )
    weigh_rivals(con)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE weighed AS
        SELECT rec_l, rec_r, pattern_id, coalesce(rival_bits, 0) AS rival_weight,
            bits + rival_weight AS match_weight, 1 / (1 + pow(2, least(-match_weight, 1000))) AS probability
        FROM scored LEFT JOIN rivalled USING (rec_l, rec_r)
        WHERE bits + greatest(rival_weight, 0) >= log2({KEPT} / (1 - {KEPT}))"""
    )
    con.execute("DROP TABLE scored")
    con.execute("DROP TABLE rivalled")


def _store_pairs(con: duckdb.DuckDBPyConnection, chosen: list[Feature], threshold: float) -> None:
    """Records are numbered in the order of their keys: ordering by number orders by key, and costs less."""
    same = [f'"{f.name}" = {f.best}' for f in chosen if f.identifier]
    differs = [f'"{f.name}" BETWEEN {DIFFERS} AND {f.best - 1}' for f in chosen if f.shared]
    create(con, PAIRS)
    con.execute(
        f"""INSERT INTO {PAIRS.full_name} BY NAME
        SELECT l.register AS register_l, l.record_id AS record_id_l, r.register AS register_r,
            r.record_id AS record_id_r, pattern_id, rival_weight, match_weight, probability,
            ({" OR ".join(same) or "false"}) AND NOT ({" OR ".join(differs) or "false"}) AS identifier_exact,
            probability >= ? AS is_linked
        FROM weighed JOIN observed USING (pattern_id)
        JOIN numbered l ON l.rec = rec_l JOIN numbered r ON r.rec = rec_r ORDER BY rec_l, rec_r""",
        [threshold],
    )
