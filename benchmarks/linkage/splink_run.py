"""Splink 5 on the same records: load, estimate, predict, cluster, write clusters."""

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import splink
from splink import Linker
from splink.backends.duckdb import DuckDBAPI

from benchmarks.linkage.clock import Clock
from benchmarks.linkage.splink_settings import Plan, febrl, patient, quick

MEMORY, THREADS, SEED = "10GB", 2, 1
LEAST = 0.01
BEST_LINK_GRID = (0.7, 0.9)
SMALL, CHUNKS = 2_000_000, 2  # records that are predicted in one part; parts of each so many of larger data
IDENTIFIERS = ("national_id", "birth_certificate", "patient_no", "equity_card", "social_security")


def run(records: Path, out: Path, setting: str) -> dict[str, Any]:
    """Link `records`; write clusters_<method>_<threshold>.parquet (rec, cluster) and pairs.parquet into `out`.

    Each of the two clusterings has its own time: that of all before it, which they share, and its own.
    """
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    clock = Clock()
    con = duckdb.connect()
    con.execute(f"SET threads = {THREADS}; SET memory_limit = '{MEMORY}'; SET temp_directory = '{out}/spill'")
    con.execute("SET enable_progress_bar = false")
    _load(con, records)
    registers = [name for (name,) in con.execute("SELECT DISTINCT source_dataset FROM records ORDER BY 1").fetchall()]
    plan = {"quick": quick, "patient": patient}[setting]() if len(registers) > 2 else febrl(len(registers) == 2)
    linker = _linker(con, plan, registers)
    _train(linker, plan)
    predicted = linker.inference.predict(threshold_match_probability=LEAST, **_chunks(con))
    shared = clock.told()
    work = _Clustering(con, linker, predicted, plan, out)
    variants = {"components": work.components(plan.thresholds[0])}
    if plan.no_duplicates:
        variants["best links"] = work.best_links(plan.thresholds[1])
    told = {method: _added(shared, own) for method, own in variants.items()}
    _keep_pairs(con, predicted.physical_name, out)
    if plan.no_duplicates and _count(con, "records") <= SMALL:
        for threshold in BEST_LINK_GRID:
            work.best_links(threshold)
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    return {
        "variants": told,
        "candidate_pairs": _count(con, blocked.physical_name),
        "settings": {
            "version": splink.__version__,
            "blocking_rules": len(plan.blocking),
            "comparisons": len(plan.comparisons),
            "training_passes": len(plan.training),
            "random_pairs": plan.random_pairs,
            "thresholds": plan.thresholds,
            "link_type": plan.link_type,
            "no_duplicates": plan.no_duplicates,
            "seed": SEED,
            "threads": THREADS,
            "memory_limit": MEMORY,
        },
    }


def _load(con: duckdb.DuckDBPyConnection, records: Path) -> None:
    """The records with the columns that Splink blocks on and compares, and one column a type of identifier."""
    pivot = "".join(f", min(value) FILTER (id_type = '{name}') AS {name}" for name in IDENTIFIERS)
    con.execute(f"ATTACH '{records}' AS given (READ_ONLY)")
    con.execute(
        f"""CREATE TABLE records AS
        WITH identifiers AS (
            SELECT register, record_id{pivot} FROM given.clean.identifiers WHERE is_valid GROUP BY ALL
        )
        SELECT CAST(row_number() OVER (ORDER BY register, record_id) AS INTEGER) AS unique_id,
            register AS source_dataset, family_signs, given_signs,
            nullif(lower(family_name), '') AS family_latin, nullif(lower(given_name), '') AS given_latin,
            coalesce(family_skeleton, family_fold) AS family_key, coalesce(given_skeleton, given_fold) AS given_key,
            coalesce(family_signs, lower(family_name)) AS family_any,
            coalesce(given_signs, lower(given_name)) AS given_any,
            CASE WHEN birth_precision = 'day' THEN strftime(birth_date, '%Y%m%d') END AS day,
            CASE WHEN birth_precision = 'day' THEN strftime(birth_date, '%Y-%m-%d') END AS day_text,
            birth_year, sex, phone, area_1, area_2, area_3, area_4,
            register || household_id AS household, address_line, address_place, address_postcode,
            nullif(concat_ws(' ', coalesce(mother_family_name_local, mother_family_name),
                coalesce(mother_given_name_local, mother_given_name)), '') AS mother,
            {", ".join(IDENTIFIERS)}
        FROM given.clean.people LEFT JOIN identifiers USING (register, record_id) ORDER BY unique_id"""
    )
    con.execute("DETACH given")


def _linker(con: duckdb.DuckDBPyConnection, plan: Plan, registers: list[str]) -> Linker:
    api = DuckDBAPI(con)
    if plan.link_type != "link_only":
        return Linker(api.register("records"), plan.settings(), log_level="ERROR")
    frames = []
    for name in registers:
        con.execute(f"CREATE TABLE register_{name} AS FROM records WHERE source_dataset = '{name}'")
        frames.append(api.register(f"register_{name}", dataset_display_name=name))
    return Linker(frames, plan.settings(), log_level="ERROR")


def _train(linker: Linker, plan: Plan) -> None:
    linker.training.estimate_probability_two_random_records_match(plan.deterministic, recall=plan.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=plan.random_pairs, seed=SEED)
    for rule in plan.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _chunks(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Splink's own way with large data, part by part; in one, 10 million records filled 60 GB of disk."""
    chunks = -(-_count(con, "records") // SMALL) * CHUNKS
    return {"num_chunks_left": chunks, "num_chunks_right": 1} if chunks > CHUNKS else {}


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True)
class _Clustering:
    """Splink's two ways to cluster what it predicted; each writes its clusters and gives its time."""

    con: duckdb.DuckDBPyConnection
    linker: Linker
    predicted: Any
    plan: Plan
    out: Path

    def components(self, threshold: float) -> dict[str, float]:
        clock = Clock()
        found = self.linker.clustering.cluster_pairwise_predictions_at_threshold(
            self.predicted, threshold_match_probability=threshold
        )
        return self._written(found, f"components_{threshold}", clock)

    def best_links(self, threshold: float) -> dict[str, float]:
        clock = Clock()
        found = self.linker.clustering.cluster_using_single_best_links(
            self.predicted,
            duplicate_free_datasets=list(self.plan.no_duplicates),
            threshold_match_probability=threshold,
        )
        return self._written(found, f"best-links_{threshold}", clock)

    def _written(self, found: Any, name: str, clock: Clock) -> dict[str, float]:
        self.con.execute(
            f"""COPY (SELECT unique_id AS rec, cluster_id AS cluster FROM {found.physical_name} ORDER BY rec)
            TO '{self.out}/clusters_{name}.parquet' (FORMAT parquet)"""
        )
        return clock.told()


def _added(shared: dict[str, float], own: dict[str, float]) -> dict[str, float]:
    return {
        "seconds": shared["seconds"] + own["seconds"],
        "cpu_seconds": shared["cpu_seconds"] + own["cpu_seconds"],
        "clustering_seconds": own["seconds"],
        "peak_mib": own["peak_mib"],
    }


def _keep_pairs(con: duckdb.DuckDBPyConnection, table: str, out: Path) -> None:
    con.execute(
        f"""COPY (SELECT CAST(unique_id_l AS BIGINT) AS rec_l, CAST(unique_id_r AS BIGINT) AS rec_r,
            match_probability AS probability FROM {table}) TO '{out}/pairs.parquet' (FORMAT parquet)"""
    )
