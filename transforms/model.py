"""Score the candidate pairs by the linkage model, and link those that are sure enough."""

import duckdb
import numpy as np
import polars as pl

from transforms.comparable import identifier_types
from transforms.ecm import Numbers
from transforms.feature import DIFFERS, MISSING, PRIOR, Feature
from transforms.features import features
from transforms.tables import LINKS, PAIRS, PATTERNS, WEIGHTS, create, fill, number
from transforms.weights import Model, fit


def score_pairs(con: duckdb.DuckDBPyConnection, threshold: float | None = None) -> float:
    """Weigh every level, score every pair, and link the pairs whose probability reaches the threshold.

    Without a threshold, the one whose expected F1 is best is taken. Returns the threshold used. Reads
    clean.identifiers and the temporary tables numbered, observed and compared, and drops the latter two. Writes
    linkage.weights, linkage.patterns, linkage.pairs and linkage.links.
    """
    chosen = features(identifier_types(con))
    observed = con.execute("SELECT * FROM observed ORDER BY pattern_id").fetchnumpy()
    levels = np.column_stack([observed[feature.name] for feature in chosen]).astype(np.int64)
    counts, background = (np.asarray(observed[name], dtype=np.float64) for name in ("pairs", "background"))
    model = fit(chosen, levels, counts, background, number(con, "SELECT count(*) FROM numbered"))
    _store_weights(con, chosen, model)
    bits = model.bits(levels)
    probabilities = model.probabilities(bits)
    _store_patterns(con, chosen, bits, probabilities)
    _store_pairs(con, chosen)
    threshold = best_threshold(probabilities, counts) if threshold is None else threshold
    create(con, LINKS)
    con.execute(f"INSERT INTO {LINKS.full_name} FROM {PAIRS.full_name} WHERE probability >= ?", [threshold])
    return threshold


def best_threshold(probabilities: Numbers, counts: Numbers) -> float:
    """The probability from which on linking gives the best expected F1, and 0.5 at least."""
    if not counts.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    right, linked = np.cumsum((probabilities * counts)[order]), np.cumsum(counts[order])
    best = np.argmax(2 * right / np.maximum(linked + right[-1], 1e-9))
    return max(0.5, float(probabilities[order][best]))


def _store_weights(con: duckdb.DuckDBPyConnection, chosen: list[Feature], model: Model) -> None:
    """A row a level, with the prior as the weight every pair starts from."""
    prior = float(model.probabilities(np.zeros(1))[0])
    rows = [(PRIOR, 0, "a candidate pair of which nothing is known", prior, 1 - prior, model.prior_bits)]
    for place, feature in enumerate(chosen):
        for level, words in feature.words().items():
            m, u, weight = (float(table[place, level - MISSING]) for table in (model.m, model.u, model.weight))
            rows.append((feature.name, level, words, m, u, weight))
    con.register("rows", pl.DataFrame(rows, schema=list(WEIGHTS.column_names), orient="row"))
    fill(con, WEIGHTS, "SELECT * FROM rows")
    con.unregister("rows")


def _store_patterns(
    con: duckdb.DuckDBPyConnection, chosen: list[Feature], bits: Numbers, probabilities: Numbers
) -> None:
    scores = pl.DataFrame({"match_weight": bits, "probability": probabilities}).with_row_index("pattern_id", offset=1)
    con.register("scores", scores)
    names = ", ".join(f"'{feature.name}', \"{feature.name}\"" for feature in chosen)
    fill(
        con,
        PATTERNS,
        f"""SELECT pattern_id, json_object({names}) AS levels, pairs, match_weight, probability
        FROM observed JOIN scores USING (pattern_id) WHERE pairs > 0""",
    )
    con.unregister("scores")


def _store_pairs(con: duckdb.DuckDBPyConnection, chosen: list[Feature]) -> None:
    """Records are numbered in the order of their keys: ordering by number orders by key, and costs less."""
    same = [f'"{f.name}" = {f.best}' for f in chosen if f.identifier]
    differs = [f'"{f.name}" BETWEEN {DIFFERS} AND {f.best - 1}' for f in chosen if f.shared]
    create(con, PAIRS)
    con.execute(
        f"""INSERT INTO {PAIRS.full_name} BY NAME
        WITH patterns AS (
            SELECT pattern_id, match_weight, probability,
                ({" OR ".join(same) or "false"}) AND NOT ({" OR ".join(differs) or "false"}) AS identifier_exact
            FROM observed JOIN {PATTERNS.full_name} USING (pattern_id)
        )
        SELECT l.register AS register_l, l.record_id AS record_id_l, r.register AS register_r,
            r.record_id AS record_id_r, patterns.*
        FROM compared JOIN patterns USING (pattern_id)
        JOIN numbered l ON l.rec = rec_l JOIN numbered r ON r.rec = rec_r ORDER BY rec_l, rec_r"""
    )
