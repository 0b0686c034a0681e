"""How right clusters and pair probabilities are, against the truth.

Clusters are counted from contingency tables (sums of n choose 2), never pair by pair. B-cubed: Bagga and Baldwin
(1998). `records` is the frame of `read_records`; `clusters` an array with the cluster of each record, in its order.
"""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Scores = dict[str, Any]
GRID = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
HALF = "hash(person) % 2 = 1"

_RECORDS = f"""
SELECT row_number() OVER (ORDER BY register, record_id) AS rec, register, person,
    coalesce({HALF}, false) AS measured_half,
    local IS NULL AND latin IS NOT NULL AS only_latin,
    latin IS NULL AND local IS NOT NULL AS only_local,
    coalesce(sex = 'M' AND birth_year BETWEEN 1997 AND 2006, false) AS men_20_29
FROM (
    SELECT *, coalesce(family_name_local, given_name_local) AS local, coalesce(family_name, given_name) AS latin
    FROM clean.people
) LEFT JOIN (SELECT register, record_id, person FROM truth) USING (register, record_id) ORDER BY rec
"""


def read_records(path: Path) -> pl.DataFrame:
    """One row a record: rec, register, person (null where the truth does not know it), and the groups it is in."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("SET threads = 2")
        return con.execute(_RECORDS).pl()


def cluster_scores(records: pl.DataFrame, clusters: Ints) -> dict[str, Scores]:
    """Precision, recall and F1 over groups of pairs, and B-cubed; records of unknown person are left out."""
    known = (
        records.with_columns(found=pl.Series(clusters))
        .filter(pl.col("person").is_not_null())
        .with_columns(meant=pl.col("person").rank("dense").cast(pl.Int64))
    )
    everywhere, within = _counts(known), _counts(known, "register")
    men = known.filter("men_20_29")
    return {
        "all": _scores(*everywhere),
        "within": _scores(*within),
        "across": _scores(*(a - b for a, b in zip(everywhere, within, strict=True))),
        "measured_half": _scores(*_of_half(known)),
        "local_by_latin": _scores(*_between(known, "only_local", "only_latin")),
        "men_20_29": _scores(*_counts(men)),
        "bcubed": _bcubed(known),
    }


def _counts(known: pl.DataFrame, *within: str) -> tuple[int, int, int]:
    """Pairs found and meant, found, and meant, that agree on the columns `within`."""

    def pairs(*by: str) -> int:
        sizes = known.group_by([*by, *within]).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    return pairs("found", "meant"), pairs("found"), pairs("meant")


def _of_half(known: pl.DataFrame) -> tuple[float, float, int]:
    """The same for people of the measured half.

    A pair with somebody of the other half is a wrong one, and counts by half for each: without those, only half of the
    wrong pairs that a half of the people are in would be seen.
    """
    right, _, meant = _counts(known.filter("measured_half"))
    sizes = known.group_by("found").agg(pl.len().cast(pl.Int64), half=pl.col("measured_half").sum().cast(pl.Int64))
    half, others = sizes["half"], sizes["len"] - sizes["half"]
    return right, float((half * (half - 1) // 2).sum()) + float((half * others).sum()) / 2, meant


def _between(known: pl.DataFrame, one: str, other: str) -> tuple[int, int, int]:
    """The same for pairs of a record of group `one` with a record of group `other`; no record is in both."""

    def pairs(*by: str) -> int:
        sizes = known.group_by(by).agg(pl.col(one).sum().cast(pl.Int64), pl.col(other).sum().cast(pl.Int64))
        return int((sizes[one] * sizes[other]).sum())

    return pairs("found", "meant"), pairs("found"), pairs("meant")


def _scores(right: float, found: float, meant: int) -> Scores:
    precision = right / found if found else float(not meant)
    recall = right / meant if meant else float(not found)
    return _shares(precision, recall) | {"right": right, "found": found, "meant": meant}


def _shares(precision: float, recall: float) -> Scores:
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}


def _bcubed(known: pl.DataFrame) -> Scores:
    joint = known.group_by("found", "meant").agg(n=pl.len().cast(pl.Float64))
    precision, recall = (
        joint.select((pl.col("n") ** 2 / pl.col("n").sum().over(side)).sum() / pl.col("n").sum()).item()
        for side in ("found", "meant")
    )
    return _shares(float(precision), float(recall)) if known.height else _shares(1.0, 1.0)


def components(size: int, left: Ints, right: Ints) -> Ints:
    """The connected component of each of `size` records, numbered from 1, by edges between them."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left - 1, right - 1)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def grid_scores(records: pl.DataFrame, pairs: pl.DataFrame, grid: tuple[float, ...] = GRID) -> dict[float, Scores]:
    """The scores of the connected components of the pairs (rec_l, rec_r, probability) at each threshold."""
    told = {}
    for threshold in grid:
        kept = pairs.filter(pl.col("probability") >= threshold)
        clusters = components(records.height, kept["rec_l"].to_numpy(), kept["rec_r"].to_numpy())
        told[threshold] = cluster_scores(records, clusters)
    return told


def same_person(records: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of which the truth knows both records, with `same`: whether they are one person."""
    person = records["person"]
    left, right = person.gather(pairs["rec_l"] - 1), person.gather(pairs["rec_r"] - 1)
    return pairs.with_columns(same=left == right).drop_nulls("same")


def pair_scores(records: pl.DataFrame, pairs: pl.DataFrame, bins: int = 10, points: int = 60) -> Scores:
    """What the probabilities are worth before any clustering: reliability, Brier score, precision-recall curve.

    The recall is of all true pairs, proposed or not. The best F1 is over all thresholds. Bins are of equal width; each
    holds the mean probability, the share of true pairs, and how many pairs there are.
    """
    judged = same_person(records, pairs)
    meant = _counts(records.drop_nulls("person").with_columns(found=pl.col("person"), meant=pl.col("person")))[2]
    probability, same = judged["probability"].to_numpy(), judged["same"].to_numpy().astype(np.float64)
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    counts, sums, hits = (np.bincount(place, weights, bins) for weights in (None, probability, same))
    reliability = [
        {"probability": sums[b] / counts[b], "true": hits[b] / counts[b], "pairs": int(counts[b])}
        for b in range(bins)
        if counts[b]
    ]
    curve, best = _curve(probability, same, meant, points)
    brier = float(np.mean((probability - same) ** 2)) if len(same) else 0.0
    return {"reliability": reliability, "brier": brier, "curve": curve, "best_pair_f1": best, "pairs": len(same)}


def _curve(probability: Floats, same: Floats, meant: int, points: int) -> tuple[list[Scores], float]:
    """Points of the curve at distinct probabilities, evenly spread over recall."""
    if not len(same):
        return [], 0.0
    order = np.argsort(-probability, kind="stable")
    right, found = np.cumsum(same[order]), np.arange(1, len(order) + 1)
    ends = np.flatnonzero(np.diff(probability[order], append=-1.0))
    precision, recall = right[ends] / found[ends], right[ends] / max(meant, 1)
    f1 = 2 * right[ends] / (found[ends] + meant)
    wanted = np.searchsorted(recall, np.linspace(0, recall[-1], points))
    kept = np.unique(np.minimum(wanted, len(ends) - 1))
    thresholds = probability[order][ends]
    return [
        {"probability": float(thresholds[k]), "precision": float(precision[k]), "recall": float(recall[k])}
        for k in kept
    ], float(f1.max())
