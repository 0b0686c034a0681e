"""How strangers compare: the u probabilities, of all pairs of records rather than of those that blocking proposes.

Where a level means that two values are equal, its share is counted from how often each value stands in one
record, exactly: the sum over values of n (n - 1), by the pairs of records that know the value. Chance is rare there
and random pairs would seldom show it. A value that is one person's own (an identifier) stands twice because the
person does: there strangers meet by chance as in a lottery of the values seen. The other levels take their shares of
what remains from random pairs.
"""

import duckdb
import numpy as np

from transforms.feature import MISSING, Equal, Feature, Mirrored
from transforms.kinds import Levels, Numbers
from transforms.tables import number
from transforms.weights import Strangers

FEWEST = 10_000  # numbers that an identifier chooses among, however few are seen


def strangers(con: duckdb.DuckDBPyConnection, chosen: list[Feature], levels: Levels, background: Numbers) -> Strangers:
    """How strangers compare. `background` are the random pairs of each pattern of `levels`.

    Reads the temporary table comparable.
    """
    records = number(con, "SELECT count(*) FROM comparable")
    pairs = max(records * (records - 1) / 2, 1.0)
    known = (levels != MISSING).T @ background / max(float(background.sum()), 1.0)
    for place, feature in enumerate(chosen):
        for equal in feature.equals:
            if equal.within:  # too few of the random pairs to count
                known[place] = _pairs_within(con, equal.known, equal.within) / 2 / pairs
    shares = [_shares(con, feature, levels[:, place], background) for place, feature in enumerate(chosen)]
    return Strangers(tuple(shares), known, pairs)


def _shares(con: duckdb.DuckDBPyConnection, feature: Feature, levels: Levels, background: Numbers) -> Numbers:
    if feature.excess:
        return np.array(feature.excess)
    if feature.place:
        return _of_registers(con)
    seen = levels != MISSING
    sampled = np.bincount(levels[seen], background[seen], minlength=feature.best + 1) + 0.5
    exact = np.full(feature.best + 1, np.nan)
    reached = 0.0
    for level, at_least in sorted(_equal_shares(con, feature.equals).items(), reverse=True):
        exact[level], reached = max(at_least - reached, 0.0), max(at_least, reached)
    for level, share in _mirrored_shares(con, feature.mirrored).items():
        exact[level], reached = share, reached + share
    rest = np.isnan(exact)
    sampled *= (1 - reached) / sampled[rest].sum()
    shares = np.where(rest, sampled, exact)
    return np.asarray(np.maximum(shares, 1e-12) / np.maximum(shares, 1e-12).sum())


def _equal_shares(con: duckdb.DuckDBPyConnection, equals: tuple[Equal, ...]) -> dict[int, float]:
    """For each level the share of the pairs that can be compared in which its key is the same.

    Levels of one key are counted in one pass, each among the values that lead there.
    """
    shares: dict[int, float] = {}
    for key in {equal.key: None for equal in equals}:
        same = [equal for equal in equals if equal.key == key]
        counted = _lottery if same[0].own else _counted
        shares.update(zip((equal.level for equal in same), counted(con, same), strict=True))
    return shares


def _lottery(con: duckdb.DuckDBPyConnection, same: list[Equal]) -> list[float]:
    return [1 / max(number(con, f"SELECT count(DISTINCT {same[0].key}) FROM comparable"), FEWEST)] * len(same)


def _counted(con: duckdb.DuckDBPyConnection, same: list[Equal]) -> list[float]:
    key, known, within = same[0].key, same[0].known, same[0].within
    each = ", ".join(f"count(*) FILTER ({equal.among}) AS n{place}" for place, equal in enumerate(same))
    sums = ", ".join(
        f"coalesce(sum(CAST(n{place} AS DOUBLE) * (n{place} - 1)) FILTER (is_known), 0)" for place in range(len(same))
    )
    *found, records = con.execute(
        f"""SELECT {sums}, coalesce(sum(CAST(n AS DOUBLE)), 0)
        FROM (SELECT count(*) AS n, {key} IS NOT NULL AS is_known, {each}
            FROM comparable WHERE {known} GROUP BY {key})"""
    ).fetchall()[0]
    pairs = _pairs_within(con, known, within) if within else records * (records - 1)
    return [float(alike / pairs) if pairs > 0 else 0.0 for alike in found]


def _pairs_within(con: duckdb.DuckDBPyConnection, known: str, within: str) -> float:
    """How many pairs of records, from either side, have the same `within` and are otherwise `known`."""
    row = con.execute(
        f"""SELECT coalesce(sum(CAST(n AS DOUBLE) * (n - 1)), 0)
        FROM (SELECT count(*) AS n FROM comparable WHERE {known} GROUP BY {within})"""
    ).fetchone()
    return float(row[0]) if row else 0.0


def _mirrored_shares(con: duckdb.DuckDBPyConnection, mirrored: tuple[Mirrored, ...]) -> dict[int, float]:
    """For each level the share of the pairs that can be compared in which one record mirrors the other.

    A pair that mirrors in a better level, by another key, is not counted again.
    """
    shares: dict[int, float] = {}
    for key in {one.key: None for one in mirrored}:
        same = [one for one in mirrored if one.key == key]
        better = [one for one in mirrored if one.level > same[0].level]
        for one, share in zip(same, _mirroring(con, same), strict=True):
            counted = sum(shares[b.level] for b in better if b.least >= one.least and b.below <= one.below)
            shares[one.level] = max(share - counted, 0.0)
    return shares


def _mirroring(con: duckdb.DuckDBPyConnection, same: list[Mirrored]) -> list[float]:
    """The share of each of the levels of one key; a pair of records stands twice among the pairs of their values."""
    first = same[0]
    counts = ", ".join(f"coalesce(sum(n) FILTER (worth >= {m.least} AND worth < {m.below}), 0)" for m in same)
    *found, records = con.execute(
        f"""WITH shown AS (
            SELECT {first.key} AS key, {first.mirror} AS mirror, {first.worth} AS worth, CAST(count(*) AS DOUBLE) AS n
            FROM comparable WHERE {first.key} IS NOT NULL AND {first.key} <> {first.mirror} GROUP BY ALL
        ), total AS (SELECT CAST(count({first.key}) AS DOUBLE) AS records FROM comparable),
        pairs AS (SELECT l.n * r.n AS n, least(l.worth, r.worth) AS worth FROM shown l JOIN shown r ON l.key = r.mirror)
        SELECT {counts}, any_value(records) FROM total LEFT JOIN pairs ON true"""
    ).fetchall()[0]
    return [float(n / (records * (records - 1))) if records > 1 else 0.0 for n in found]


def _of_registers(con: duckdb.DuckDBPyConnection) -> Numbers:
    """The share of each pair of populations among all pairs of records."""
    sizes = con.execute("SELECT count(*) FROM comparable GROUP BY population_no ORDER BY population_no").fetchnumpy()
    n = np.asarray(next(iter(sizes.values())), dtype=np.float64)
    pairs = [0.0]
    for right in range(len(n)):
        pairs += [n[left] * n[right] if left < right else n[right] * (n[right] - 1) / 2 for left in range(right + 1)]
    shares = np.maximum(np.array(pairs), 1e-9)
    return np.asarray(shares / shares.sum())
