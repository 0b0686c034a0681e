"""How strangers compare: the u probabilities, of all pairs of records rather than of those that blocking proposes.

Where a level means that two values are equal, its share is counted from how often each value stands in one
record, exactly: the sum over values of n (n - 1), by the pairs of records that know the value. Chance is rare there
and random pairs would seldom show it. A value that is one person's own (an identifier) stands twice because the
person does: there strangers meet by chance as in a lottery of the values seen. The other levels take their shares of
what remains from random pairs.
"""

import duckdb
import numpy as np

from transforms.ecm import Levels, Numbers
from transforms.feature import MISSING, Equal, Feature
from transforms.tables import number
from transforms.weights import Strangers

FEWEST = 10_000  # numbers that an identifier chooses among, however few are seen


def strangers(con: duckdb.DuckDBPyConnection, chosen: list[Feature], levels: Levels, background: Numbers) -> Strangers:
    """How strangers compare. `background` are the random pairs of each pattern of `levels`.

    Reads the temporary table comparable.
    """
    records = number(con, "SELECT count(*) FROM comparable")
    known = (levels != MISSING).T @ background / max(float(background.sum()), 1.0)
    shares = [_shares(con, feature, levels[:, place], background) for place, feature in enumerate(chosen)]
    return Strangers(tuple(shares), known, max(records * (records - 1) / 2, 1.0))


def _shares(con: duckdb.DuckDBPyConnection, feature: Feature, levels: Levels, background: Numbers) -> Numbers:
    if feature.excess:
        return np.array(feature.excess)
    if feature.place:
        return _of_registers(con)
    seen = levels != MISSING
    sampled = np.bincount(levels[seen], background[seen], minlength=feature.best + 1) + 0.5
    exact = np.full(feature.best + 1, np.nan)
    reached = 0.0
    for equal in sorted(feature.equals, key=lambda e: -e.level):
        at_least = _equal_share(con, equal)
        exact[equal.level], reached = max(at_least - reached, 0.0), max(at_least, reached)
    rest = np.isnan(exact)
    sampled *= (1 - reached) / sampled[rest].sum()
    shares = np.where(rest, sampled, exact)
    return np.asarray(np.maximum(shares, 1e-12) / np.maximum(shares, 1e-12).sum())


def _equal_share(con: duckdb.DuckDBPyConnection, equal: Equal) -> float:
    """The share of the pairs that know `key` in which it is the same, among the values that count."""
    if equal.own:
        return 1 / max(number(con, f"SELECT count(DISTINCT {equal.key}) FROM comparable"), FEWEST)
    row = con.execute(
        f"""SELECT coalesce(sum(CAST(n AS DOUBLE) * (n - 1)) FILTER (is_known), 0),
            (SELECT CAST(count(*) AS DOUBLE) * (count(*) - 1) FROM comparable WHERE {equal.known})
        FROM (SELECT count(*) AS n, {equal.key} IS NOT NULL AS is_known FROM comparable
            WHERE {equal.known} AND {equal.among} GROUP BY {equal.key})"""
    ).fetchone()
    same, pairs = row or (0.0, 0.0)
    return float(same / pairs) if pairs else 0.0


def _of_registers(con: duckdb.DuckDBPyConnection) -> Numbers:
    """The share of each pair of registers among all pairs of records."""
    sizes = con.execute("SELECT count(*) FROM comparable GROUP BY register_no ORDER BY register_no").fetchnumpy()
    n = np.asarray(next(iter(sizes.values())), dtype=np.float64)
    pairs = [0.0]
    for right in range(len(n)):
        pairs += [n[left] * n[right] if left < right else n[right] * (n[right] - 1) / 2 for left in range(right + 1)]
    shares = np.maximum(np.array(pairs), 1e-9)
    return np.asarray(shares / shares.sum())
