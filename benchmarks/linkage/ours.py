"""Our own linkage with its default configuration, called as flows/stages.py calls it."""

import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.linkage.clock import Clock
from expectations.contracts import load_contracts
from flows import settings, warehouse
from transforms import block, cluster, compare, identity, model, tables

THREADS = 2
LATER = ("pandas", "transforms.ecm")  # what is imported where it is first needed, and is not to be measured
Between = Callable[[duckdb.DuckDBPyConnection], None]


def link(con: duckdb.DuckDBPyConnection, between: Between | None = None) -> None:
    """The stage `link`. `between` looks at the agreement patterns before the model drops them."""
    warehouse.economise(con)
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    if between is not None:
        between(con)
    model.score_pairs(con)


def one_row_per_person(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The registers whose contracts promise no duplicates; of FEBRL 4's two, that is what makes it a linkage."""
    promised = {name for name, c in load_contracts(settings.CONTRACTS).items() if c.one_row_per_person}
    registers = {name for (name,) in con.execute("SELECT DISTINCT register FROM clean.people").fetchall()}
    return frozenset(registers & (promised | {"a", "b"})) if len(registers) > 1 else frozenset()


def run(records: Path, out: Path) -> dict[str, Any]:
    """Link `records` in a warehouse on disk; write clusters_ours.parquet (rec, cluster) and pairs.parquet.

    A night finds its records in the warehouse, so a copy of the file is the warehouse. What a night does after clusters
    (persons with lasting ids, and the best that their records know) has a time of its own.
    """
    for library in LATER:
        import_module(library)
    clock = Clock()
    shutil.copyfile(records, out / "warehouse.duckdb")
    with warehouse.opened(out / "warehouse.duckdb") as con:
        con.execute(f"SET threads = {THREADS}")
        link(con)
        cluster.cluster_links(con, one_row_per_person=one_row_per_person(con))
        con.execute(f"COPY (SELECT rec, cluster FROM clusters ORDER BY rec) TO '{out}/clusters_ours.parquet'")
        told = clock.told()
        identity.assign_persons(con)
        with_persons = clock.told()
        con.execute(f"COPY ({PAIRS}) TO '{out}/pairs.parquet' (FORMAT parquet)")
        pairs = tables.number(con, "SELECT sum(pairs) FROM linkage.patterns")
        limit = con.execute("SELECT current_setting('memory_limit')").fetchone()
    return {
        "variants": {"ours": told},
        "with_persons": with_persons,
        "candidate_pairs": pairs,
        "settings": {"threads": THREADS, "memory_limit": limit[0] if limit else None, "configuration": "default"},
    }


_NUMBERED = """SELECT row_number() OVER (ORDER BY register, record_id) AS rec, register, record_id FROM clean.people"""
PAIRS = f"""WITH numbered AS ({_NUMBERED})
SELECT l.rec AS rec_l, r.rec AS rec_r, probability FROM linkage.pairs
JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r"""
