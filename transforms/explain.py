"""Why two records are linked, or are not: each feature, both values, how far they agree, and what that weighs."""

import math
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import duckdb
import numpy as np

from transforms.comparable import IdentifierType, Key, populations, prepare
from transforms.feature import MISSING, PRIOR, Feature
from transforms.features import features
from transforms.judgements import judgement_of
from transforms.name_order import IN_OTHER_ORDER
from transforms.stored import stored_model
from transforms.tables import PAIRS, PERSON_RECORDS, WEIGHTS

LOOK_ALIKES, RIVALS = "look_alikes", "rivals"
OTHER_KINDS = ("relatives", "namesakes", "strangers", "twins")  # after matches, as `Model.joint` has them
AS_WELL = 3.0  # bits: who is no further behind than odds of 1 to 8 fits about as well


class UnknownRecordError(LookupError):
    """A record that clean.people does not hold; the text names it."""


@dataclass(frozen=True)
class Evidence:
    """One thing that moves the odds; `weight` in bits, `means` is the level in words."""

    feature: str
    sentence: str
    value_l: str | None
    value_r: str | None
    level: int
    means: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """What the model says of a pair, kept as a candidate or not, and what became of it.

    `rows` are the features. The weights of prior, rows, look_alikes and rivals add up to `total`, in bits: log2 of the
    odds that the records are one person. `is_kept`: it stands in linkage.pairs. `judgement`: what a human said of the
    pair, which outranks all that.
    """

    left: Key
    right: Key
    prior: Evidence
    rows: tuple[Evidence, ...]
    look_alikes: Evidence
    rivals: Evidence
    is_kept: bool
    is_linked: bool
    same_person: bool
    judgement: str | None = None

    @property
    def steps(self) -> tuple[Evidence, ...]:
        """All that moves the odds, in order: the prior, the features that could be compared, look-alikes, rivals."""
        return (self.prior, *(row for row in self.rows if row.level != MISSING), self.look_alikes, self.rivals)

    @property
    def silent(self) -> tuple[str, ...]:
        """The features on which nothing could be compared."""
        return tuple(row.feature for row in self.rows if row.level == MISSING)

    @property
    def total(self) -> float:
        return sum(step.weight for step in self.steps)

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp2(min(-self.total, 1000.0)))

    @property
    def sureness(self) -> str:
        """The probability in four places; never 0 or 1."""
        if 0.0001 <= self.probability <= 0.9999:
            return f"{self.probability:.4f}"
        return "over 0.9999" if self.probability > 0.5 else "under 0.0001"

    @property
    def verdict(self) -> str:
        """The outcome in one sentence or two."""
        kept = (
            "was kept as a candidate"
            if self.is_kept
            else "was not kept as a candidate (blocking did not propose it, or it was less likely than 1 in 100)"
        )
        linked = "is linked" if self.is_linked else "is not linked"
        person = "the two records are one person" if self.same_person else "the two records are two persons"
        said = f" A human judged: {self.judgement}." if self.judgement else ""
        return (
            f"From {self.prior.weight:+.2f} bits to {self.total:+.2f}: probability {self.sureness}. "
            f"The pair {kept} and {linked}; {person}.{said}"
        )

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "total": self.total, "probability": self.probability, "verdict": self.verdict}


def explain_pair(con: duckdb.DuckDBPyConnection, left: Key, right: Key) -> Explanation:
    """Compare two records anew and weigh each level with the weights of the night.

    Works for pairs that were not kept as candidates too. Reads clean.people, clean.identifiers, linkage.weights,
    linkage.pairs and persons.records; writes temporary tables alone, so a read-only file will do.
    Raises `UnknownRecordError` when a record is not there, `ValueError` when both are the same one.
    """
    if left == right:
        raise ValueError(f"{left[0]}:{left[1]} was given twice: name two different records.")
    types = prepare(con, only=(left, right))
    for register, record_id in (left, right):
        if not _holds(con, "numbered", (register, record_id)):
            raise UnknownRecordError(f"{register} has no clean record {record_id}: see quarantine, or check the key.")
    chosen = features(types, populations(con))
    pair = min(left, right) + max(left, right)
    prior, rows = _weighed(con, chosen, _compared(con, chosen, types, left > right))
    persons = [_person(con, key) for key in (left, right)]
    return Explanation(
        left,
        right,
        prior,
        rows,
        _look_alikes(con, chosen, rows),
        _rivals(con, left, right),
        is_kept=_holds(con, PAIRS.full_name, pair),
        is_linked=_holds(con, f"(FROM {PAIRS.full_name} WHERE is_linked)", pair),
        same_person=persons[0] is not None and persons[0] == persons[1],
        judgement=judgement_of(con, left, right),
    )


Compared = tuple[int, str | None, str | None]  # level, value of the left record, value of the right one


def _compared(
    con: duckdb.DuckDBPyConnection, chosen: list[Feature], types: list[IdentifierType], turned: bool
) -> list[Compared]:
    """Levels and values of the only two records that are numbered; `turned`: the left one is the second."""
    held = "".join(f", c.{kind.column}" for kind in types)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE shown AS SELECT n.rec, p.*{held}
        FROM numbered n JOIN clean.people p USING (register, record_id) JOIN comparable c USING (rec)"""
    )
    asked = [", ".join([feature.level_sql(), *(_value(feature, side) for side in "ab")]) for feature in chosen]
    row = con.execute(
        f"""SELECT {", ".join(asked)} FROM comparable l, comparable r, shown a, shown b
        WHERE l.rec = 1 AND r.rec = 2 AND a.rec = {2 if turned else 1} AND b.rec <> a.rec"""
    ).fetchall()[0]
    return list(zip(row[::3], row[1::3], row[2::3], strict=True))


def _value(feature: Feature, side: str) -> str:
    return f"nullif(CAST({feature.shows.format(side=side)} AS VARCHAR), '')"


def _weighed(
    con: duckdb.DuckDBPyConnection, chosen: list[Feature], compared: list[Compared]
) -> tuple[Evidence, tuple[Evidence, ...]]:
    """The prior, and each feature with its weight."""
    found = con.execute(f"SELECT feature, level, weight, means FROM {WEIGHTS.full_name}").fetchall()
    weights = {(feature, level): weight for feature, level, weight, _ in found}
    words = {(feature, level): means for feature, level, _, means in found}
    rows = [
        Evidence(f.name, f.sentence, left, right, level, f.words()[level], weights.get((f.name, level), 0.0))
        for f, (level, left, right) in zip(chosen, compared, strict=True)
    ]
    start = "How likely are any two records to be one person?"
    return Evidence(PRIOR, start, None, None, 0, words.get((PRIOR, 0), ""), weights.get((PRIOR, 0), 0.0)), tuple(
        map(partial(_in_full, rows), rows)
    )


def _in_full(rows: list[Evidence], row: Evidence) -> Evidence:
    """Names in the other order are weighed with the given name: show the family name beside it."""
    if IN_OTHER_ORDER not in row.means:
        return row
    family = next(other for other in rows if other.feature == "family_name")
    return replace(row, value_l=f"{family.value_l}, {row.value_l}", value_r=f"{family.value_r}, {row.value_r}")


def _look_alikes(con: duckdb.DuckDBPyConnection, chosen: list[Feature], rows: tuple[Evidence, ...]) -> Evidence:
    """What is taken off because two people can be alike by more than chance, and of which kind they would be."""
    model = stored_model(con, chosen)
    levels = np.array([[row.level for row in rows]])
    _, taken_off = model.bits(levels)
    others = np.exp2(model.joint(levels)[0, 1:] - model.joint(levels)[0, 1:].max())
    kind, share = OTHER_KINDS[int(others.argmax())], float(others.max() / others.sum())
    return Evidence(
        LOOK_ALIKES,
        "Could they be relatives, namesakes or twins?",
        None,
        None,
        0,
        f"if they are two people, then most likely {kind} ({share:.0%})",
        0.0 - float(taken_off[0]),
    )


def _rivals(con: duckdb.DuckDBPyConnection, left: Key, right: Key) -> Evidence:
    """What other records say that could be the person of one of the two as well."""
    row = con.execute(
        f"SELECT rival_weight, match_weight FROM {PAIRS.full_name} WHERE {_is(PAIRS.key)}",
        [*min(left, right), *max(left, right)],
    ).fetchone()
    weight, bits = (row[0], row[1] - row[0]) if row else (0.0, None)
    told: tuple[str | None, str | None] = (None, None)
    if bits is not None and left[0] != right[0]:
        told = _rivals_of(con, left, right, bits), _rivals_of(con, right, left, bits)
    means = _rivals_mean(weight, row is not None, left[0] == right[0])
    return Evidence(RIVALS, "Do other records of these registers fit as well?", *told, 0, means, weight)


def _rivals_of(con: duckdb.DuckDBPyConnection, record: Key, candidate: Key, bits: float) -> str:
    """How many other candidates the record has in the register of this one."""
    rivals = con.execute(
        f"""WITH either AS (
            SELECT register_r AS register, record_id_r AS record_id, match_weight - rival_weight AS bits
            FROM {PAIRS.full_name} WHERE register_l = $register AND record_id_l = $record_id
            UNION ALL SELECT register_l, record_id_l, match_weight - rival_weight
            FROM {PAIRS.full_name} WHERE register_r = $register AND record_id_r = $record_id
        ) SELECT count(*), count(*) FILTER (bits >= $bits - {AS_WELL}) FROM either
        WHERE register = $in_register AND record_id <> $candidate""",
        {
            "register": record[0],
            "record_id": record[1],
            "bits": bits,
            "in_register": candidate[0],
            "candidate": candidate[1],
        },
    ).fetchall()
    others, as_well = rivals[0]
    if as_well:
        fit = "1 other record" if as_well == 1 else f"{as_well} other records"
        return f"{fit} of {candidate[0]} fit{'s' if as_well == 1 else ''} as well"
    near = f", {others} come{'s' if others == 1 else ''} near" if others else ""
    return f"no other record of {candidate[0]} fits as well{near}"


def _rivals_mean(weight: float, is_kept: bool, one_register: bool) -> str:
    if not is_kept:
        return "not weighed: the pair was not kept as a candidate"
    if one_register:
        return "not weighed inside one register"
    if weight == 0:
        return "not weighed: both registers hold people more than once"
    if weight > 0:
        return "a register that holds each person once has nobody better"
    return "others fit too, and in a register that holds each person once only one can be right"


def _is(names: tuple[str, ...]) -> str:
    return " AND ".join(f"{name} = ?" for name in names)


def _holds(con: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> bool:
    names = ("register", "record_id") if len(key) == 2 else PAIRS.key
    return con.execute(f"SELECT 1 FROM {table} WHERE {_is(names)}", list(key)).fetchone() is not None


def _person(con: duckdb.DuckDBPyConnection, key: Key) -> str | None:
    query = f"SELECT person_id FROM {PERSON_RECORDS.full_name} WHERE register = ? AND record_id = ?"
    row = con.execute(query, list(key)).fetchone()
    return str(row[0]) if row else None
