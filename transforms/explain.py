"""Why two records are linked, or are not: each feature, both values, how far they agree, and what that weighs."""

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from transforms.comparable import prepare
from transforms.feature import MISSING, PRIOR, Feature
from transforms.features import features
from transforms.tables import LINKS, PAIRS, PERSON_RECORDS, WEIGHTS

Key = tuple[str, str]


class UnknownRecordError(LookupError):
    """A record that clean.people does not hold; the text names it."""


@dataclass(frozen=True)
class Evidence:
    """One feature of a pair; `weight` in bits, `means` is the level in words."""

    feature: str
    sentence: str
    value_l: str | None
    value_r: str | None
    level: int
    means: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """What the model says of a pair, blocked or not, and what became of it.

    `prior` is where every candidate pair starts; prior and the rows' weights add up to `total`, in bits: log2 of
    the odds whose probability is `probability`.
    """

    left: Key
    right: Key
    rows: tuple[Evidence, ...]
    prior: float
    total: float
    probability: float
    is_candidate: bool
    is_linked: bool
    same_person: bool

    @property
    def verdict(self) -> str:
        """The outcome in one sentence."""
        compared = "was proposed by blocking" if self.is_candidate else "was not proposed by blocking"
        linked = "is linked" if self.is_linked else "is not linked"
        person = "the two records are one person" if self.same_person else "the two records are two persons"
        return (
            f"From {self.prior:+.2f} bits to {self.total:+.2f}: probability {self.probability:.4f}. "
            f"The pair {compared} and {linked}; {person}."
        )

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


def explain_pair(con: duckdb.DuckDBPyConnection, left: Key, right: Key) -> Explanation:
    """Compare two records anew and weigh each level with the weights of the night.

    Works for pairs that blocking did not propose too. Reads clean.people, clean.identifiers, linkage.weights,
    linkage.pairs, linkage.links and persons.records; writes temporary tables alone, so a read-only file will do.
    Raises `UnknownRecordError` when a record is not there, `ValueError` when both are the same one.
    """
    if left == right:
        raise ValueError(f"{left[0]}:{left[1]} was given twice: name two different records.")
    types = prepare(con, "(register = ? AND record_id = ?) OR (register = ? AND record_id = ?)", [*left, *right])
    for register, record_id in (left, right):
        if not _holds(con, "comparable JOIN numbered USING (rec, register)", (register, record_id)):
            raise UnknownRecordError(f"{register} has no clean record {record_id}: see quarantine, or check the key.")
    weights, prior = _weights(con)
    rows = tuple(_evidence(feature, *_compared(con, feature, left), weights) for feature in features(types))
    total = prior + sum(row.weight for row in rows)
    pair = min(left, right) + max(left, right)
    persons = [_person(con, key) for key in (left, right)]
    return Explanation(
        left,
        right,
        rows,
        prior,
        total,
        1 / (1 + 2**-total),
        is_candidate=_holds(con, PAIRS.full_name, pair),
        is_linked=_holds(con, LINKS.full_name, pair),
        same_person=persons[0] is not None and persons[0] == persons[1],
    )


def _compared(con: duckdb.DuckDBPyConnection, feature: Feature, left: Key) -> tuple[int, str | None, str | None]:
    """The level and both values; one record of `comparable` is `left`, the other is not."""
    shown = [f"CAST({feature.shows.format(side=side)} AS VARCHAR)" for side in "lr"]
    row = con.execute(
        f"""SELECT {feature.level_sql()}, {", ".join(f"nullif({value}, '')" for value in shown)}
        FROM comparable l JOIN comparable r ON l.rec <> r.rec JOIN numbered n ON n.rec = l.rec
        WHERE n.register = ? AND n.record_id = ?""",
        list(left),
    ).fetchone()
    return row or (MISSING, None, None)


def _evidence(
    feature: Feature, level: int, value_l: str | None, value_r: str | None, weights: dict[tuple[str, int], float]
) -> Evidence:
    weight = weights.get((feature.name, level), 0.0)
    return Evidence(feature.name, feature.sentence, value_l, value_r, level, feature.words()[level], weight)


def _weights(con: duckdb.DuckDBPyConnection) -> tuple[dict[tuple[str, int], float], float]:
    rows = con.execute(f"SELECT feature, level, weight FROM {WEIGHTS.full_name}").fetchall()
    weights = {(feature, level): weight for feature, level, weight in rows}
    return weights, weights.pop((PRIOR, 0), 0.0)


def _holds(con: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> bool:
    names = ("register", "record_id") if len(key) == 2 else PAIRS.key
    where = " AND ".join(f"{name} = ?" for name in names)
    return con.execute(f"SELECT 1 FROM {table} WHERE {where}", list(key)).fetchone() is not None


def _person(con: duckdb.DuckDBPyConnection, key: Key) -> str | None:
    query = f"SELECT person_id FROM {PERSON_RECORDS.full_name} WHERE register = ? AND record_id = ?"
    row = con.execute(query, list(key)).fetchone()
    return str(row[0]) if row else None
