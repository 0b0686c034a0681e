"""recordlinkage as its own documentation uses it, on FEBRL: block, compare, ECM, connected components."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import recordlinkage

from benchmarks.linkage import measures
from benchmarks.linkage.clock import Clock

BLOCKS = (["given_name"], ["family_name"], ["birth_date"], ["address_postcode", "area_1"], ["social_security"])


def run(records: Path, out: Path) -> dict[str, Any]:
    """Link two registers, or one with itself; write clusters_components_ecm.parquet and pairs.parquet into `out`."""
    clock = Clock()
    frame = _read(records)
    registers = [frame[frame["register"] == name] for name in sorted(frame["register"].unique())]
    indexer = recordlinkage.Index()
    for columns in BLOCKS:
        indexer.block(columns)
    pairs = indexer.index(*registers)
    vectors = _compare().compute(pairs, registers[0], registers[-1])
    classifier = recordlinkage.ECMClassifier(binarize=0.85)
    links = classifier.fit_predict(vectors)
    left, right = (np.asarray(links.get_level_values(side), dtype=np.int64) for side in (0, 1))
    found = pl.DataFrame({"rec": frame.index.to_numpy(), "cluster": measures.components(len(frame), left, right)})
    found.write_parquet(out / "clusters_components_ecm.parquet")
    told = clock.told()
    probability = classifier.prob(vectors)
    pl.DataFrame(
        {
            "rec_l": probability.index.get_level_values(0).to_numpy().astype(np.int64),
            "rec_r": probability.index.get_level_values(1).to_numpy().astype(np.int64),
            "probability": probability.to_numpy(),
        }
    ).write_parquet(out / "pairs.parquet")
    settings = {"version": recordlinkage.__version__, "blocking_rules": len(BLOCKS), "binarize": 0.85}
    return {"variants": {"components": told}, "candidate_pairs": len(pairs), "settings": settings}


def _read(records: Path) -> pd.DataFrame:
    with duckdb.connect(str(records), read_only=True) as con:
        return (
            con.execute(
                """SELECT row_number() OVER (ORDER BY register, record_id) AS rec, register, family_name, given_name,
                strftime(birth_date, '%Y%m%d') AS birth_date, area_1, address_line, address_place, address_postcode,
                value AS social_security
            FROM clean.people LEFT JOIN clean.identifiers USING (register, record_id) ORDER BY rec"""
            )
            .df()
            .set_index("rec", drop=True)
        )


def _compare() -> recordlinkage.Compare:
    compare = recordlinkage.Compare()
    for column in ("family_name", "given_name", "address_line", "address_place"):
        compare.string(column, column, method="jarowinkler", label=column)
    for column in ("birth_date", "social_security", "address_postcode"):
        compare.string(column, column, method="damerau_levenshtein", label=column)
    compare.exact("area_1", "area_1", label="area_1")
    return compare
