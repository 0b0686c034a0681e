"""The linkage model in linkage.weights: a row a level, so that every night can be read and pinned."""

import duckdb
import numpy as np
import polars as pl

from transforms.feature import MISSING, PRIOR, TWINS, Feature
from transforms.tables import WEIGHTS, fill
from transforms.weights import KINDS, Model


def store_weights(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """A row a level, and one for what any two records start from: the share of each kind among all pairs of records."""
    shares = model.pairs / model.pairs[-1]
    rows = [(PRIOR, 0, "any two records, of which nothing is known", *shares, float(np.log2(shares[0])))]
    rows.append((TWINS, 0, "twins for each match", *np.ones(len(KINDS) - 1), model.twins, float(np.log2(model.twins))))
    for place, feature in enumerate(model.chosen):
        for level, words in feature.words().items():
            kinds = np.ones(len(KINDS)) if level == MISSING else model.shares[:, model.column(place, level)]
            rows.append((feature.name, level, words, *map(float, kinds), float(np.log2(kinds[0] / kinds[-1]))))
    names = ("feature", "level", "means", "m", "relatives", "namesakes", "u", "weight")
    con.register("rows", pl.DataFrame(rows, schema=list(names), orient="row"))
    fill(con, WEIGHTS, "SELECT * FROM rows")
    con.unregister("rows")


def stored_model(con: duckdb.DuckDBPyConnection, chosen: list[Feature]) -> Model:
    """The model that linkage.weights holds, for these features."""
    rows = con.execute("SELECT feature, level, m, relatives, namesakes, u FROM linkage.weights").fetchall()
    kinds = {(feature, level): row for feature, level, *row in rows}
    columns = [kinds[feature.name, level] for feature in chosen for level in range(feature.best + 1)]
    every = float(con.execute("SELECT count(*) FROM numbered").fetchall()[0][0])
    return Model(
        tuple(chosen),
        np.array(columns).T,
        np.array(kinds[PRIOR, 0]) * max(every * (every - 1) / 2, 1.0),
        kinds[TWINS, 0][-1],
    )
