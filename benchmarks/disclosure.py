"""How long labels and their audit take for tables of a country down to its communes, and how much memory.

`python -m benchmarks.disclosure --people 1000000`: people of whom one in five is poor, 1,600 communes, 15 measures
whose sizes run from 2% to 50% of the poor.
"""

import argparse
import json
import resource
import time

import numpy as np
import polars as pl

from transforms.disclosure import label
from transforms.disclosure_audit import audit

BREAKDOWNS = (
    "total", "area_1", "area_2", "area_3", "sex", "age_band", "poverty_level",
    "area_1*sex", "area_1*age_band", "area_2*sex",
)  # fmt: skip
MEASURES = 15
POOR = 0.2


def units(rng: np.random.Generator, number: int) -> pl.DataFrame:
    """One row an eligible person of one measure."""
    weights = rng.pareto(1.5, 25) + 0.1
    province = rng.choice(25, number, p=weights / weights.sum())
    rate = rng.uniform(0.3, 0.95, 25)[province]
    frame = pl.DataFrame(
        {"p": province + 1, "d": rng.integers(1, 9, number), "c": rng.integers(1, 9, number),
         "age": rng.integers(0, 17, number) * 5, "covered": rng.random(number) < rate}
    ).with_columns(pl.col("p", "d", "c", "age").cast(pl.String).str.zfill(2))  # fmt: skip
    return frame.select(
        pl.col("p").alias("area_1"),
        pl.concat_str("p", "d").alias("area_2"),
        pl.concat_str("p", "d", "c").alias("area_3"),
        pl.col("age").alias("age_band"),
        pl.Series("sex", rng.choice(["F", "M"], number)),
        pl.Series("poverty_level", rng.choice(["1", "2", "AR"], number, p=[0.45, 0.5, 0.05])),
        "covered",
    )


def counted(people: pl.DataFrame, table: str) -> pl.DataFrame:
    parts = [
        people.group_by(
            (pl.lit("all") if by == "total" else pl.concat_str(by.split("*"), separator="*")).alias("group_code")
        )
        .agg(eligible=pl.len().cast(pl.Int64), covered=pl.col("covered").sum().cast(pl.Int64))
        .with_columns(table=pl.lit(table), breakdown=pl.lit(by))
        for by in BREAKDOWNS
    ]
    return pl.concat(parts)


def measured(people: int, minimum: int, measures: int = MEASURES) -> dict[str, object]:
    rng = np.random.default_rng(7)
    shares = np.geomspace(0.02, 0.5, measures)
    cells = pl.concat(
        [counted(units(rng, int(people * POOR * share)), f"m{n:02}") for n, share in enumerate(shares)], how="diagonal"
    )
    before, cpu = time.monotonic(), time.process_time()
    labelled = label(cells, minimum)
    labels, labels_cpu = time.monotonic() - before, time.process_time() - cpu
    before, cpu = time.monotonic(), time.process_time()
    found = audit(labelled, minimum)
    return {
        "people": people, "measures": measures, "minimum": minimum, "cells": len(cells),
        "labels": dict(labelled.group_by("label").len().sort("label").rows()),
        "withheld": labelled.filter(pl.col("withheld").is_not_null()).select("table", "breakdown").n_unique(),
        "label_seconds": labels, "label_cpu": labels_cpu,
        "audit_seconds": time.monotonic() - before, "audit_cpu": time.process_time() - cpu,
        "small_counts": len(found), "recoverable": int(found["recoverable"].sum()),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=1_000_000)
    asked.add_argument("--minimum", type=int, default=11)
    asked.add_argument("--measures", type=int, default=MEASURES)
    given = asked.parse_args()
    print(json.dumps(measured(given.people, given.minimum, given.measures)))
