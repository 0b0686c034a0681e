"""Take a set through the night's own stages, measure the persons it makes, and tell what kind of pair goes wrong."""

import json
import shutil
import subprocess
import tempfile
import textwrap
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import settings, stages, warehouse
from transforms import tables
from transforms.evaluate import linkage_scores

AS_OF = date(2026, 11, 1)
KINDS_SHOWN = 6
WIDTH = 98
Facts = dict[str, Any]
CLEAN_NAMES = (
    "family_name", "given_name", "other_name", "sex", "birth_date", "birth_year", "birth_precision", "phone",
    "area_1", "address_line", "address_place", "address_postcode",
)  # fmt: skip
SHORTER = {"typo given": "typo name", "typo family": "typo name", "typo street": "address", "typo city": "address",
           "digit postcode": "address", "moved house": "address", "digit ssn": "ssn", "borrowed ssn": "ssn",
           "day and month swapped": "birth date", "birth date wrong": "birth date", "1 January": "birth date",
           "no birth_date": "no date", "no given": "no name"}  # fmt: skip
UNTOLD = ("no ssn", "no middle", "no sex", "no phone", "no street", "no postcode", "old phone")


def linked(name: str, folder: Path, splink: Path | None, keep: bool) -> Facts:
    """Link the registers of `folder`; returns one set's line: sizes, scores, blocking recall, wrong pairs by kind.

    `splink`: a Python to measure Splink with; `keep`: leave the warehouse in `folder`, to look into.
    """
    truth = pl.read_csv(folder / "truth.csv", schema_overrides={"record_id": pl.String, "errors": pl.String})
    with tempfile.TemporaryDirectory(prefix="reconcile-abroad-") as home:
        night = settings.night(Path(home), folder / "registers", folder / "contracts", as_of=AS_OF)
        seconds = _night(night)
        with warehouse.opened(night.warehouse, read_only=True) as con:
            told = {"set": name, "seconds": round(seconds, 2), **_measured(con, truth)}
            if splink:
                con.execute(f"COPY ({_clean_query(con)}) TO '{folder}/clean.parquet'")
        if keep:
            shutil.copy(night.warehouse, folder / "warehouse.duckdb")
    if splink:
        told["splink"] = _splink(splink, folder)
    return told


def _night(night: settings.Night) -> float:
    """The stages up to persons; returns the seconds that linking and resolving took."""
    run_id, contracts = stages.begin(night)
    for contract in contracts.values():
        stages.pull.fn(night, run_id, contract)
    stages.check_raw.fn(night, run_id, contracts)
    stages.standardise_registers.fn(night, run_id, contracts)
    started = time.monotonic()
    stages.link.fn(night, run_id)
    stages.resolve.fn(night, run_id, contracts)
    return time.monotonic() - started


def _measured(con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> Facts:
    scores = linkage_scores(con, truth)
    con.register("told_truth", truth)
    con.execute(f"CREATE TEMP TABLE outcome AS {_OUTCOME}")
    con.unregister("told_truth")
    counts = con.execute(_COUNTS).pl().to_dicts()[0]
    return {
        "records": tables.count(con, tables.PEOPLE),
        "quarantined": tables.count(con, tables.QUARANTINE),
        "pairs": tables.count(con, tables.PAIRS),
        **counts,
        "scores": scores,
        "missed": _by_kind(con, "NOT found"),
        "false": _by_kind(con, "NOT meant"),
    }


# Pairs meant or found: together they are few beside all pairs, so they may be listed.
_OUTCOME = """
WITH told AS (
    SELECT t.register, t.record_id, t.person, t.household, t.kind, coalesce(t.errors, '') AS errors, r.person_id
    FROM told_truth t JOIN persons.records r USING (register, record_id)
), meant AS (
    SELECT l.register AS register_l, l.record_id AS record_id_l, r.register AS register_r, r.record_id AS record_id_r
    FROM told l JOIN told r ON l.person = r.person AND (l.register, l.record_id) < (r.register, r.record_id)
    UNION
    SELECT l.register, l.record_id, r.register, r.record_id
    FROM told l JOIN told r ON l.person_id = r.person_id AND (l.register, l.record_id) < (r.register, r.record_id)
)
SELECT meant.*, l.person = r.person AS meant, l.person_id = r.person_id AS found, l.household = r.household AS home,
    least(l.kind, r.kind) AS kind, concat_ws('+', nullif(l.errors, ''), nullif(r.errors, '')) AS errors,
    p.probability
FROM meant
JOIN told l ON l.register = register_l AND l.record_id = record_id_l
JOIN told r ON r.register = register_r AND r.record_id = record_id_r
LEFT JOIN linkage.pairs p USING (register_l, record_id_l, register_r, record_id_r)"""

_COUNTS = """SELECT count(*) FILTER (meant) AS true_pairs, count(*) FILTER (NOT meant) AS false_pairs,
    count(*) FILTER (meant AND NOT found) AS missed_pairs,
    count(*) FILTER (meant AND NOT found AND probability IS NULL) AS missed_by_blocking,
    count(*) FILTER (meant AND NOT found AND probability < 0.5) AS missed_by_weights,
    count(*) FILTER (meant AND NOT found AND probability >= 0.5) AS missed_by_clusters,
    count(*) FILTER (meant AND probability IS NOT NULL) AS proposed,
    coalesce(count(*) FILTER (meant AND (probability IS NOT NULL OR found)) / nullif(count(*) FILTER (meant), 0), 1)
        AS blocking_recall FROM outcome"""


def _by_kind(con: duckdb.DuckDBPyConnection, which: str) -> dict[str, int]:
    """How many wrong pairs there are of each kind: errors of the two records; of false pairs also who they are."""
    pairs = con.execute(f"SELECT kind, home, errors, meant FROM outcome WHERE {which}").pl()
    kinds = pl.col("errors").str.split("+").list.eval(
        pl.element().replace(SHORTER).filter(~pl.element().is_in(UNTOLD)).unique().sort()
    ).list.join(" + ")  # fmt: skip
    who = pl.when(pl.col("meant")).then(pl.lit("")).when("home").then(pl.col("kind") + " at home: ").otherwise(
        pl.lit("strangers: ")
    )  # fmt: skip
    counted = pairs.select(kind=who + pl.when(kinds != "").then(kinds).otherwise(pl.lit("nothing wrong")))
    counted = counted.group_by("kind").len().sort("len", "kind", descending=[True, False])
    return dict(counted.head(KINDS_SHOWN).iter_rows())


def _clean_query(con: duckdb.DuckDBPyConnection) -> str:
    """The clean records as a peer needs them: one row a record, a column for each type of identifier."""
    types = [row[0] for row in con.execute("SELECT DISTINCT id_type FROM clean.identifiers ORDER BY 1").fetchall()]
    pivoted = "".join(f", min(value) FILTER (id_type = '{kind}' AND is_valid) AS {kind}" for kind in types)
    return f"""SELECT p.register, p.record_id, {", ".join(CLEAN_NAMES)}{"".join(f", i.{kind}" for kind in types)}
        FROM clean.people p LEFT JOIN (
            SELECT register, record_id{pivoted} FROM clean.identifiers GROUP BY ALL
        ) i USING (register, record_id) ORDER BY ALL"""


def _splink(python: Path, folder: Path) -> Facts:
    script = Path(__file__).parent / "abroad_splink.py"
    told = subprocess.run([python, script, folder], capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(f"{script.name} failed on {folder.name}: {told.stderr[-2000:]}")
    facts: Facts = json.loads(told.stdout.splitlines()[-1])
    return facts


def shown(told: Facts, heading: bool) -> str:
    """A line of the table, and below it what goes wrong most."""
    head = "set              records      F1       P       R  within  across     pairs  blocked  Splink"
    both, scores = told.get("splink"), told["scores"]
    figures = [scores["pairwise"][m] for m in ("f1", "precision", "recall")] + [
        scores[part]["f1"] for part in ("within", "cross")
    ]
    line = f"{told['set']:<16}{told['records']:>8,}" + "".join(f"{figure:>8.4f}" for figure in figures)
    line += f"{told['pairs']:>10,}{told['blocking_recall']:>9.4f}" + (f"{both['f1']:>8.4f}" if both else f"{'-':>8}")
    lost = f"    {told['true_pairs']:,} true pairs, {told['missed_pairs']:,} missed: {told['missed_by_blocking']:,} not"
    lost += f" proposed, {told['missed_by_weights']:,} below 0.5, {told['missed_by_clusters']:,} cut;"
    lost += f" {told['false_pairs']:,} false"
    wrong = [f"{what}: " + "; ".join(f"{n:,} {kind}" for kind, n in told[what].items()) for what in ("missed", "false")]
    wrong = [textwrap.fill(line, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8) for line in wrong]
    return "\n".join(([head] if heading else []) + [line, lost, *wrong])
