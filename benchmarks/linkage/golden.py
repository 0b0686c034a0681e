"""GoldenMatch with the configuration that it chooses by itself, on FEBRL 1 to 3, which are one table each."""

from pathlib import Path
from typing import Any

import duckdb
import goldenmatch
import polars as pl

from benchmarks.linkage.clock import Clock


def run(records: Path, out: Path) -> dict[str, Any]:
    """Link `records`; write clusters_components_auto.parquet (rec, cluster) and pairs.parquet into `out`."""
    clock = Clock()
    rows = _read(records)
    result = goldenmatch.dedupe_df(rows, confidence_required=False, allow_red_config=True)
    # Members are places in the table, from 0; the table is in the order of rec.
    clusters = [(place + 1, number) for number, found in result.clusters.items() for place in found["members"]]
    frame = pl.DataFrame(clusters, schema={"rec": pl.Int64, "cluster": pl.Int64}, orient="row").sort("rec")
    frame.write_parquet(out / "clusters_components_auto.parquet")
    told = clock.told()
    pairs = [(min(a, b) + 1, max(a, b) + 1, float(score)) for a, b, score in result.scored_pairs]
    schema = {"rec_l": pl.Int64, "rec_r": pl.Int64, "probability": pl.Float64}
    pl.DataFrame(pairs, schema=schema, orient="row").write_parquet(out / "pairs.parquet")
    settings = {"version": goldenmatch.__version__, "configuration": "its own"}
    return {"variants": {"components": told}, "candidate_pairs": len(pairs), "settings": settings}


def _read(records: Path) -> pl.DataFrame:
    with duckdb.connect(str(records), read_only=True) as con:
        return con.execute(
            """SELECT family_name AS surname, given_name, CAST(birth_date AS VARCHAR) AS date_of_birth,
                area_1 AS state, address_line AS address, address_place AS suburb, address_postcode AS postcode,
                value AS soc_sec_id
            FROM clean.people LEFT JOIN clean.identifiers USING (register, record_id) ORDER BY register, record_id"""
        ).pl()
