"""The linkage model: how much each agreement level says for or against two records being one person.

Fellegi and Sunter's model (1969), fitted by recordlinkage's expectation-maximisation on agreement patterns with
counts: some thousands of rows stand for millions of pairs. Pairs whose shared identifiers agree or differ are
known beforehand and anchor the fit.
"""

import json
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import polars as pl

from transforms.comparable import identifier_types
from transforms.ecm import Levels, Numbers, PatternECM
from transforms.features import DIFFERS, MISSING, PRIOR, Feature, features
from transforms.tables import LINKS, PAIRS, PATTERNS, WEIGHTS, create, fill

# Random pairs are let weigh little: beside the pairs that blocking proposes, which are alike in something, they are too easy.
BACKGROUND_SHARE = 0.03


@dataclass(frozen=True)
class Model:
    """`m`, `u` and `weight` (bits) have a row a feature and a column a level, from MISSING up."""

    m: Numbers
    u: Numbers
    weight: Numbers
    prior: float

    def bits(self, levels: Levels) -> Numbers:
        """The match weight of each pattern: what its levels add up to."""
        places = np.arange(levels.shape[1])[None, :]
        return np.asarray(self.weight[places, levels - MISSING].sum(axis=1))

    @property
    def prior_bits(self) -> float:
        """What a candidate pair starts from: log2 of the odds that it is a match."""
        return float(np.log2(self.prior / (1 - self.prior)))

    def probabilities(self, bits: Numbers) -> Numbers:
        return np.asarray(1 / (1 + np.exp2(-bits - self.prior_bits)))


def fit(chosen: list[Feature], levels: Levels, counts: Numbers, background: Numbers) -> Model:
    """The model of these patterns: `levels` has a row a pattern and a column a feature.

    `counts` are the candidate pairs of each pattern, `background` the random pairs, which are known to be none.
    """
    known = np.concatenate([_known(chosen, levels), np.zeros(len(levels))])
    background = background * min(1.0, BACKGROUND_SHARE * counts.sum() / max(background.sum(), 1.0))
    ecm = PatternECM().fit(np.vstack([levels, levels]), np.concatenate([counts, background]), known)
    m, u = _level_probabilities(ecm, chosen)
    weight = np.log2(m) - np.log2(u)
    m[:, 0] = u[:, 0] = counts @ (levels == MISSING) / max(counts.sum(), 1)
    model = Model(m, u, weight, 0.5)
    return replace(model, prior=_prior(model.bits(levels), counts))


def _prior(bits: Numbers, counts: Numbers) -> float:
    """The share of matches among the candidate pairs, by expectation-maximisation with the weights held."""
    prior = 0.5
    for _ in range(100):
        matches = counts @ (1 / (1 + (1 - prior) / prior * np.exp2(-bits)))
        prior = float(matches + 1) / float(counts.sum() + 2)
    return prior


def _known(chosen: list[Feature], levels: Levels) -> Numbers:
    """1 where a shared identifier is the same and none differs; NaN, to be found, everywhere else.

    That one differs is not taken for granted: numbers are mistyped, and how often is learnt.
    """
    shared = [(levels[:, place], f.best) for place, f in enumerate(chosen) if f.shared]
    same = np.any([column == best for column, best in shared], axis=0)
    differs = np.any([(column >= DIFFERS) & (column < best) for column, best in shared], axis=0)
    return np.where(same & ~differs, 1.0, np.full(len(levels), np.nan))


def _level_probabilities(ecm: PatternECM, chosen: list[Feature]) -> tuple[Numbers, Numbers]:
    """m and u of every level; a level that no pair shows is given those of the next lower one that some show."""
    width = max(feature.best for feature in chosen) - MISSING + 1
    tables = np.full((2, len(chosen), width), np.nan)
    for place, (columns, seen) in enumerate(ecm.slices()):
        tables[:, place, seen - MISSING] = np.exp(ecm.feature_log_prob_[:, columns])
    for level in range(2, width):
        unseen = np.isnan(tables[0, :, level])
        tables[:, unseen, level] = tables[:, unseen, level - 1]
    u, m = np.nan_to_num(tables, nan=1.0)
    return m, u


def score_pairs(con: duckdb.DuckDBPyConnection, threshold: float | None = None) -> float:
    """Weigh every level, score every pair, and link the pairs whose probability reaches the threshold.

    Without a threshold, the one whose expected F1 is best is taken. Returns the threshold used. Reads
    clean.identifiers and the temporary tables numbered, observed and compared, and drops the latter two. Writes
    linkage.weights, linkage.patterns, linkage.pairs and linkage.links.
    """
    chosen = features(identifier_types(con))
    observed = con.execute("SELECT * FROM observed ORDER BY pattern_id").fetchnumpy()
    levels = np.column_stack([observed[f.name] for f in chosen]).astype(np.int64)
    counts, background = (np.asarray(observed[name], dtype=np.float64) for name in ("pairs", "background"))
    model = fit(chosen, levels, counts, background)
    bits = model.bits(levels)
    probabilities = 1 / (1 + 2.0 ** -(bits + model.prior_bits))
    threshold = best_threshold(probabilities, counts) if threshold is None else threshold
    _store_weights(con, chosen, model)
    _store_patterns(con, chosen, bits, probabilities)
    _store_pairs(con, chosen)
    pairs = ", ".join(tables.PAIRS.key)
    tables.fill(con, tables.LINKS, f"SELECT * FROM linkage.pairs WHERE probability >= {threshold!r}")
    return threshold
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
    model = fit(chosen, levels, counts, background)
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
    order = np.argsort(-probabilities, kind="stable")
    right, linked = np.cumsum((probabilities * counts)[order]), np.cumsum(counts[order])
    if not len(order):
        return 0.5
    best = np.argmax(2 * right / (linked + right[-1]))
    return max(0.5, float(probabilities[order][best]))


def _store_weights(con: duckdb.DuckDBPyConnection, chosen: list[Feature], model: Model) -> None:
    """A row a level, with the prior as the weight every pair starts from."""
    rows = [(PRIOR, 0, "any candidate pair, before it is compared", model.prior, 1 - model.prior, model.prior_bits)]
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
