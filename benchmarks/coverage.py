"""Does the interval hold the truth? Coverage of sample countries as linked, adjusted, and with every person right.

`make bench-coverage`: 20 countries of 20,000 people each. Of each country the registers are read, standardised, linked
and counted; then the true persons are put in place of the clusters and counted again by the same measures. Countries
stay in a folder, so that a second run counts alone. Prints by breakdown, size and measure the share of groups whose
interval holds the true rate, and the errors of the plain share (`error`, `rmse`, `bias`) and of the adjusted one, also
beside those of two other plain counts: every link taken at its word, so that whatever hangs together is a person, and
registers joined by the numbers of persons alone. `--docs` writes them in docs/coverage.md.
"""

import argparse
import shutil
import tempfile
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from benchmarks import coverage_docs
from benchmarks.standardising import AS_OF, night_of, prepare
from flows import settings, stages
from flows.reference import store_reference
from flows.warehouse import opened as warehouse_of
from transforms import best, coverage, tables
from transforms.connected import components

SIZES = (0, 11, 30, 100, 300, 1000)
KEYS = ["measure", "breakdown", "group_code"]
OTHERS = ("links", "numbers")
BREAKDOWNS = ("every group", "size", "breakdown", "measure")

# The persons as the truth has them.
_TRUE = "SELECT register, record_id, min(person) AS person FROM meant GROUP BY ALL"
# One row a record, numbered from 1; one row two of them with a link; and one row a record and a number of a person that
# it shows, numbered in their turn.
_WHO = "SELECT row_number() OVER (ORDER BY register, record_id) AS rec, register, record_id FROM clean.people"
_LINKED = """
    SELECT l.rec AS one, r.rec AS other FROM linkage.pairs
    JOIN who l ON l.register = register_l AND l.record_id = record_id_l
    JOIN who r ON r.register = register_r AND r.record_id = record_id_r WHERE is_linked
"""
_SHOWN = """
    SELECT rec AS one, (SELECT count(*) FROM who) + dense_rank() OVER (ORDER BY id_type, value) AS other
    FROM who JOIN clean.identifiers USING (register, record_id) WHERE is_valid AND scope = 'person'
"""
_RECORDS = f"""
    SELECT r.register, r.record_id, coalesce('T' || person, r.person_id) AS person_id, 1.0 AS link_probability,
        coalesce('T' || person, r.person_id) AS identifier_group
    FROM {tables.PERSON_RECORDS.full_name} r LEFT JOIN ({{persons}}) USING (register, record_id)
"""


def country(people: int, seed: int, folder: Path) -> Path:
    """The warehouse of a sample country up to its persons; made where it is not there."""
    done = folder / "done"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        night = night_of(folder)
        run_id = prepare(people, seed, folder)
        _, contracts = stages.begin(night)
        stages.standardise_registers.fn(night, run_id, contracts)
        stages.link.fn(night, run_id)
        stages.resolve.fn(night, run_id, contracts)
        done.touch()
    return folder / "warehouse.duckdb"


def estimates(people: int, seed: int, folder: Path) -> pl.DataFrame:
    """One row a measure and group of a country: coverage.estimates beside `true_eligible` and `true_covered`."""
    warehouse = country(people, seed, folder)
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as aside:
        copy = Path(aside) / "warehouse.duckdb"
        shutil.copyfile(warehouse, copy)
        with warehouse_of(copy) as con:
            store_reference(con, settings.REFERENCE)
            tables.create(con, tables.RULES, tables.FINDINGS, tables.FINDING_RECORDS)  # nothing was asked
            coverage.summarise(con, AS_OF)
            linked = con.execute(f"SELECT * FROM {tables.ESTIMATES.full_name}").pl()
            con.execute(f"CREATE TEMP TABLE who AS {_WHO}")
            _join(con, "joined_by_links", _LINKED)
            _join(con, "joined_by_numbers", _SHOWN)
            con.register("meant", pl.read_parquet(folder / "country" / "truth" / "records.parquet"))
            con.execute(f"DELETE FROM {tables.PAIRS.full_name}")  # without pairs nothing is drawn
            true = _counted(con, _TRUE, "true")
            others = [_counted(con, f"FROM joined_by_{name}", name) for name in OTHERS]
    both = linked.join(true, on=KEYS, how="full", coalesce=True)
    for other in others:
        both = both.join(other, on=KEYS, how="left")
    return both.with_columns(pl.lit(seed).alias("seed"), pl.col("true_eligible", "true_covered").fill_null(0))


def _counted(con: duckdb.DuckDBPyConnection, persons: str, name: str) -> pl.DataFrame:
    """Eligible and covered of each group with other persons: `persons` is a query, register, record_id, person."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE other_records AS {_RECORDS.format(persons=persons)}")
    tables.fill(con, tables.PERSON_RECORDS, "SELECT * FROM other_records")
    tables.fill(con, tables.PERSONS, best.PERSONS_QUERY)
    coverage.summarise(con, AS_OF)
    counts = f"eligible AS {name}_eligible, covered AS {name}_covered"
    return con.execute(f"SELECT {', '.join(KEYS)}, {counts} FROM {tables.ESTIMATES.full_name}").pl()


def _join(con: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """Write a table of that name, register, record_id, person: persons are what hangs together by the query's pairs."""
    pairs = con.execute(query).fetchnumpy()
    records = tables.number(con, "SELECT count(*) FROM who")
    size = max(records, int(np.max(pairs["other"], initial=0)))
    found = components(size, pairs["one"], pairs["other"])[:records]
    con.register("person_of", pl.DataFrame({"person": found}).with_row_index("rec", offset=1))
    con.execute(
        f"""CREATE TEMP TABLE {name} AS
        SELECT register, record_id, 'J' || person AS person FROM who JOIN person_of USING (rec)"""
    )
    con.unregister("person_of")


def judged(frame: pl.DataFrame) -> pl.DataFrame:
    """The groups that both countings have, with what is right of them: `holds`, `error`, `error_adjusted`, `size`.

    `doubt`: some draw of the links counts the group otherwise than the persons as linked do.
    """
    true = (pl.col("true_eligible") - pl.col("true_covered")) / pl.col("true_eligible")
    slack = 1e-9
    moved = pl.sum_horizontal((pl.col(f"{name}_adjusted") - pl.col(name)).abs() for name in ("eligible", "covered"))
    return frame.filter(pl.col("true_eligible") > 0, pl.col("eligible") > 0).with_columns(
        true.alias("true_share"),
        true.is_between(pl.col("gap_low") - slack, pl.col("gap_high") + slack).alias("holds"),
        ((moved > slack) | (pl.col("expected_error") > slack)).alias("doubt"),
        (pl.col("gap_share") - true).abs().alias("error"),
        (pl.col("gap_share_adjusted") - true).abs().alias("error_adjusted"),
        pl.max_horizontal(pl.when(pl.col("eligible") >= size).then(size) for size in SIZES).alias("size"),
        *(
            ((pl.col(f"{name}_eligible") - pl.col(f"{name}_covered")) / pl.col(f"{name}_eligible") - true)
            .abs()
            .fill_nan(None)
            .alias(f"error_{name}")
            for name in OTHERS
        ),
        pl.lit("all").alias("every group"),
    )


def told(groups: pl.DataFrame, by: str) -> pl.DataFrame:
    """One row a value of `by`: what intervals hold, where there is doubt and where not, and the errors of both shares.

    `points`: groups whose interval is a point, as most of few units are; `said`: what the draws themselves say that
    intervals hold; `expected_ratio`: the error of the adjusted share that the draws expect, beside that of the plain
    one; `error_links`: the error of the share where persons are what hangs together by links, and `links_ratio`: that
    of the adjusted share beside it; `error_numbers`: that of persons joined by the numbers they show, and nothing else.
    """
    doubt, point = pl.col("doubt"), pl.col("gap_low") == pl.col("gap_high")
    summed = groups.group_by(by).agg(
        pl.len().alias("groups"),
        pl.col("holds").mean(),
        pl.col("interval_holds").mean().alias("said"),
        point.mean().alias("points"),
        pl.col("holds").filter(point).mean().alias("points_hold"),
        pl.col("interval_holds").filter(point).mean().alias("points_said"),
        pl.col("holds").filter(~point).mean().alias("others_hold"),
        pl.col("interval_holds").filter(~point).mean().alias("others_said"),
        pl.col("holds").filter(doubt).mean().alias("holds_doubtful"),
        pl.col("interval_holds").filter(doubt).mean().alias("said_doubtful"),
        pl.col("error").mean(),
        (pl.col("error_adjusted").mean() / pl.col("error").mean()).alias("ratio"),
        (pl.col("expected_error").mean() / pl.col("error").mean()).alias("expected_ratio"),
        pl.col("error_links").mean(),
        (pl.col("error_adjusted").mean() / pl.col("error_links").mean()).alias("links_ratio"),
        pl.col("error_numbers").mean(),
        pl.col("error").pow(2).mean().sqrt().alias("rmse"),
        pl.col("error_adjusted").pow(2).mean().sqrt().alias("rmse_adjusted"),
        (pl.col("gap_share") - pl.col("true_share")).mean().alias("bias"),
        (pl.col("gap_share_adjusted") - pl.col("true_share")).mean().alias("bias_adjusted"),
    )
    return summed.sort(by)


def all_countries(people: int, seeds: int, folder: Path, processes: int) -> pl.DataFrame:
    wanted = [(people, seed, folder / str(people) / str(seed)) for seed in range(1, seeds + 1)]
    with get_context("spawn").Pool(processes) as pool:
        return pl.concat(pool.starmap(estimates, wanted, chunksize=1), how="diagonal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, help="people of each sample country")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "reconcile-coverage")
    parser.add_argument("--keep", type=Path, help="write every group as Parquet here")
    parser.add_argument("--docs", action="store_true", help="write table and picture in docs/coverage.md again")
    parser.add_argument("--kept", type=Path, help="read the groups that --keep wrote instead of counting")
    wanted = parser.parse_args()
    frame = (
        pl.read_parquet(wanted.kept)
        if wanted.kept
        else all_countries(wanted.people, wanted.seeds, wanted.folder, wanted.processes)
    )
    if wanted.keep:
        frame.write_parquet(wanted.keep)
    groups = judged(frame)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, float_precision=4, tbl_hide_dataframe_shape=True):
        for by in BREAKDOWNS:
            print(told(groups, by))
    if wanted.docs:
        coverage_docs.write({by: told(groups, by) for by in BREAKDOWNS}, wanted.seeds, wanted.people)


if __name__ == "__main__":
    main()
