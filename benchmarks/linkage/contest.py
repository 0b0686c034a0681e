"""One contestant on one set of records, in a process of its own; and what came of it."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.linkage import measures

Told = dict[str, Any]
NAMES = ("ours", "splink quick", "splink patient", "supervised", "recordlinkage", "goldenmatch")


def compete(name: str, records: Path, out: Path) -> Told:
    """Seconds, memory, pairs and scores of a contestant's variants.

    Each variant is a way to cluster; those with several thresholds tell the scores of each, and `best` is the one with
    the best F1 on the measured half for the ceiling and on all records for the others: the most generous choice.
    """
    out.mkdir(parents=True, exist_ok=True)
    told = in_own_process(_run, name, records, out)
    people = measures.read_records(records)
    pairs = pl.read_parquet(out / "pairs.parquet")
    scores = {_variant(path): measures.cluster_scores(people, read_clusters(path)) for path in _written(out)}
    if name.startswith("splink"):
        for threshold, found in measures.grid_scores(people, pairs).items():
            scores.setdefault(f"components {threshold}", found)
    judged = "measured_half" if name == "supervised" else "all"
    best = max(scores, key=lambda variant: scores[variant][judged]["f1"])
    measured = told["variants"][best.rpartition(" ")[0] or best]
    return (
        told
        | {"name": name, "best": best, "measured": measured, "scores": scores}
        | {"probabilities": measures.pair_scores(people, pairs)}
    )


def _written(out: Path) -> list[Path]:
    return sorted(out.glob("clusters_*.parquet"))


def _variant(path: Path) -> str:
    """clusters_best-links_0.5.parquet is the variant 'best links 0.5'."""
    return path.stem.removeprefix("clusters_").replace("-", " ").replace("_", " ")


def read_clusters(path: Path) -> measures.Ints:
    """The cluster of each record, as numbers, in the order of rec."""
    clusters = pl.read_parquet(path).sort("rec")["cluster"]
    return np.asarray(clusters.cast(pl.String).rank("dense").to_numpy(), dtype=np.int64)


def in_own_process(work: Callable[..., Told], *arguments: Any) -> Told:
    """What `work` gives, done in a fresh process that ends with it."""
    with get_context("spawn").Pool(1) as pool:
        told = pool.apply(work, arguments)
        pool.close()
        pool.join()
    return told


def _run(name: str, records: Path, out: Path) -> Told:
    """Import only what the contestant needs: its imports stand in its peak, and nobody else's."""
    _silence(out / "output.txt")
    if name == "ours":
        from benchmarks.linkage import ours  # noqa: PLC0415

        return ours.run(records, out)
    if name == "supervised":
        from benchmarks.linkage import supervised  # noqa: PLC0415

        return supervised.run(records, out)
    if name == "recordlinkage":
        from benchmarks.linkage import stock  # noqa: PLC0415

        return stock.run(records, out)
    if name == "goldenmatch":
        from benchmarks.linkage import golden  # noqa: PLC0415

        return golden.run(records, out)
    from benchmarks.linkage import splink_run  # noqa: PLC0415

    return splink_run.run(records, out, name.removeprefix("splink "))


def _silence(file: Path) -> None:
    """Splink tells much of its training on both streams: into a file, so that our table can be read."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
