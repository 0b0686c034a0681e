"""Linkage models that are kept: what each was fitted on, and how to score with one again.

A model is named by a hash of its weights, so that nights which fit the same weights share one. Its weights are found
again by what a level says, not by its number: other registers or levels may stand beside it on the night that pins it.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from transforms.comparable import identifier_types, populations
from transforms.feature import PRIOR, TWINS, Feature
from transforms.features import features
from transforms.kept_models import find, kept
from transforms.model import Scored
from transforms.tables import (
    KEPT_MODELS,
    MODEL_USED,
    MODEL_WEIGHTS,
    MODELS,
    PATTERNS,
    WEIGHTS,
    count,
    fill,
    number,
)
from transforms.weights import KINDS, Model

Kinds = dict[tuple[str, str], tuple[float, ...]]  # shares of a level by kind of pair, by feature and words


@dataclass(frozen=True)
class Pinned:
    """A kept model, for the features of tonight's data; `unknown` says in words what of that it knows nothing of."""

    model_id: str
    fitted_as_of: date
    model: Model
    threshold: float
    unknown: str


def load(con: duckdb.DuckDBPyConnection, asked: str) -> Pinned | None:
    """The model asked for, ready to score tonight's pairs; None where one is to be fitted.

    What it does not know (a feature, a level, a pair of registers) weighs nothing. Where the registers it knows have
    grown, the share of matches among all pairs has fallen with them. Reads linkage.models, linkage.model_weights,
    clean.people and clean.identifiers. Raises `UnknownModelError`.
    """
    model_id = find(con, asked)
    if model_id is None:
        return None
    facts = next(row for row in kept(con) if row["model_id"] == model_id)
    chosen = features(identifier_types(con), populations(con))
    kinds = _weights(con, model_id)
    grown = _grown(con, kinds, facts["records"])
    return Pinned(
        model_id, facts["fitted_as_of"], _model(con, chosen, kinds, grown), facts["threshold"], _unknown(chosen, kinds)
    )


def record(con: duckdb.DuckDBPyConnection, scored: Scored, as_of: date, pinned: Pinned | None) -> str:
    """Keep the model that was fitted, and write down which one was used. Returns one line on it.

    Reads clean.people, linkage.weights and linkage.patterns. Writes linkage.models, linkage.model_weights and
    linkage.model_used.
    """
    model_id = pinned.model_id if pinned else _keep(con, scored, as_of)
    unknown = pinned.unknown if pinned else ""
    fill(
        con,
        MODEL_USED,
        f"SELECT *, $is_pinned AS is_pinned, $unknown AS unknown FROM {MODELS.full_name} WHERE model_id = $model_id",
        {"is_pinned": pinned is not None, "unknown": unknown, "model_id": model_id},
    )
    if pinned is None:
        return f"model {model_id}, fitted tonight"
    return f"model {model_id}, fitted {pinned.fitted_as_of}" + (f"; {unknown}" if unknown else "")


def _keep(con: duckdb.DuckDBPyConnection, scored: Scored, as_of: date) -> str:
    model_id = _hash(con)
    for table in KEPT_MODELS:
        con.execute(f"DELETE FROM {table.full_name} WHERE model_id = ?", [model_id])
    con.execute(
        f"INSERT INTO {MODEL_WEIGHTS.full_name} BY NAME SELECT ? AS model_id, * FROM {WEIGHTS.full_name}", [model_id]
    )
    facts = {
        "model_id": model_id,
        "fitted_as_of": as_of,
        "records": number(con, "SELECT count(*) FROM clean.people"),
        "candidate_pairs": number(con, f"SELECT coalesce(sum(pairs), 0) FROM {PATTERNS.full_name}"),
        "patterns": count(con, PATTERNS),
        "expected_matches": float(scored.model.pairs[0]),
        "features": json.dumps([feature.name for feature in scored.model.chosen]),
        "registers": json.dumps(populations(con)),
        "threshold": scored.threshold,
        "iterations": scored.model.iterations,
    }
    con.execute(f"INSERT INTO {MODELS.full_name} VALUES ({', '.join('?' * len(facts))})", list(facts.values()))
    return model_id


def _hash(con: duckdb.DuckDBPyConnection) -> str:
    """First 12 signs of a hash over the weights of the night, to nine digits."""
    rows = con.execute(
        f"SELECT feature, level, means, m, relatives, namesakes, u FROM {WEIGHTS.full_name} ORDER BY feature, level"
    ).fetchall()
    told = [[feature, level, means, *(f"{share:.9g}" for share in shares)] for feature, level, means, *shares in rows]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _weights(con: duckdb.DuckDBPyConnection, model_id: str) -> Kinds:
    rows = con.execute(
        f"SELECT feature, level, means, m, relatives, namesakes, u FROM {MODEL_WEIGHTS.full_name} WHERE model_id = ?",
        [model_id],
    ).fetchall()
    return {(feature, means): tuple(shares) for feature, level, means, *shares in rows if level >= 0}


def _grown(con: duckdb.DuckDBPyConnection, kinds: Kinds, then: int) -> float:
    """How many times the records of its fit the registers that the model knows hold tonight; 1 where it knows none.

    A register that came or went since says nothing of how many people there are. How large each one was follows from
    the share of its own pairs among all pairs: n (n - 1) / 2 of them.
    """
    every = then * (then - 1) / 2
    was = now = 0.0
    for name, records in con.execute("SELECT register, count(*) FROM clean.people GROUP BY register").fetchall():
        share = kinds.get(("registers", f"{name} and {name}"))
        if share is not None:
            was += 0.5 + math.sqrt(0.25 + 2 * share[-1] * every)
            now += records
    return now / was if now else 1.0


def _model(con: duckdb.DuckDBPyConnection, chosen: list[Feature], kinds: Kinds, grown: float) -> Model:
    """The weights of tonight's levels: what the model does not know is as frequent among all kinds of pairs.

    Of n times the people there are n times the matches, relatives and namesakes, in n² times the pairs.
    """
    prior, twins = (next(v for (name, _), v in kinds.items() if name == wanted) for wanted in (PRIOR, TWINS))
    nothing = (1.0,) * len(KINDS)
    columns = [kinds.get((f.name, f.words()[level]), nothing) for f in chosen for level in range(f.best + 1)]
    records = number(con, "SELECT count(*) FROM clean.people")
    every = max(records * (records - 1) / 2, 1.0)
    pairs = np.array(prior) * every / np.append(np.full(len(KINDS) - 1, grown), 1.0)
    return Model(tuple(chosen), np.array(columns).T, pairs, twins[-1])


def _unknown(chosen: list[Feature], kinds: Kinds) -> str:
    """What of tonight's features the model knows nothing of, in words; empty where it knows all."""
    told = []
    for feature in chosen:
        levels = [feature.words()[level] for level in range(feature.best + 1)]
        missing = [words for words in levels if (feature.name, words) not in kinds]
        name = feature.name.replace("_", " ")
        if len(missing) == len(levels):
            told.append(f"'{name}'")
        elif missing and feature.name == "registers":
            told.append(f"{len(missing)} of {len(levels) - 1} pairs of registers")
        elif missing:
            told.append(f"{len(missing)} of {len(levels)} levels of '{name}'")
    return f"it knows nothing of {', '.join(told)}, which therefore weigh nothing" if told else ""
