"""Does the estimate of how many there are hold the truth? Dual-system estimates of sample countries, beside the births.

`python -m benchmarks.completeness --people 100000 --seeds 101-112`: countries are made and kept as by
`benchmarks.coverage`. Each is estimated three times: as it is; where listed children are registered less often (a tenth
of their certificates, chosen by hash, are taken away); and where others are. Prints by scenario and breakdown how often
interval and range hold the children truly born, and how far estimates and plain counts are off; `--docs` writes it in
docs/coverage.md.
"""

import argparse
import datetime as dt
import shutil
import tempfile
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.coverage import country
from benchmarks.coverage_docs import DOCS
from benchmarks.standardising import AS_OF
from flows import settings
from flows.documents import with_section
from flows.reference import store_policy
from flows.warehouse import opened
from transforms import between, captures, completeness, coverage, facts, retold, tables, uncertainty, unseen

MARK = "completeness-experiment"
SCENARIOS = {"as the sample has it": None, "listed children registered less": True, "others registered less": False}
TAKEN = 0.1  # of the certificates
_TAKE = """
    DELETE FROM clean.events WHERE kind = 'birth' AND hash(of_record_id) % 1000 < $taken * 1000 AND of_record_id IN (
        SELECT record_id FROM meant WHERE register = of_register AND $listed = (person IN (FROM listed_truly))
    )
"""
_LISTED = """
    CREATE OR REPLACE TEMP TABLE listed_truly AS
    SELECT DISTINCT person FROM meant JOIN who USING (register, record_id) WHERE list = 'b'
"""
# Truly born in the months that the capture is about, by what the estimates are told by.
_BORN = """
    WITH born AS (
        SELECT person, sex, area_4[:2] AS area_1, person IN (FROM listed_truly) AS in_b,
            person IN (SELECT person FROM meant JOIN who USING (register, record_id) WHERE list = 'a') AS in_a
        FROM true_people
        WHERE birth_date > as_of() - to_months(policy('maternal_child_months')::INTEGER)
            AND birth_date <= as_of() - policy('new_baby_days')::INTEGER
    )
    SELECT breakdown, group_code, count(*) AS born, count(*) FILTER (in_a) AS a_truly,
        count(*) FILTER (in_a AND in_b) * count(*) FILTER (NOT in_a AND NOT in_b)
            / nullif(count(*) FILTER (in_a AND NOT in_b) * count(*) FILTER (in_b AND NOT in_a), 0) AS odds_ratio
    FROM (
        SELECT *, 'total' AS breakdown, 'all' AS group_code FROM born
        UNION ALL SELECT *, 'sex', sex FROM born UNION ALL SELECT *, 'area_1', area_1 FROM born
    ) GROUP BY ALL
"""


def estimates(people: int, seed: int, folder: Path) -> pl.DataFrame:
    """One row a scenario and group of a country: coverage.completeness beside `born`, `a_truly` and `odds_ratio`."""
    warehouse, found = country(people, seed, folder), []
    truth = folder / "country" / "truth"
    for scenario, listed in SCENARIOS.items():
        with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as aside:
            copy = Path(shutil.copyfile(warehouse, Path(aside) / "warehouse.duckdb"))
            with opened(copy) as con:
                con.register(
                    "meant", pl.read_parquet(truth / "records.parquet", columns=["register", "record_id", "person"])
                )
                con.register("true_people", pl.read_parquet(truth / "people.parquet"))
                found.append(_told(con, listed).with_columns(pl.lit(scenario).alias("scenario")))
    return pl.concat(found).with_columns(pl.lit(seed).alias("seed"))


def _told(con: duckdb.DuckDBPyConnection, listed: bool | None) -> pl.DataFrame:
    store_policy(con, settings.REFERENCE)
    (capture,) = captures.load_captures()
    facts.prepare(con, AS_OF)
    con.execute("CREATE TEMP TABLE bands AS SELECT unnest(policy_list('coverage_age_bands'))::INTEGER AS first")
    con.execute(f"CREATE TEMP TABLE who AS {capture.sql}")
    con.execute(_LISTED)
    if listed is not None:
        con.execute(_TAKE, {"taken": TAKEN, "listed": listed})
        con.execute(f"CREATE OR REPLACE TEMP TABLE who AS {capture.sql}")
    queries = [measure.sql for measure in coverage.load_measures()]
    uncertainty.draw_links(con, uncertainty.spread(con), queries)
    retold.prepare(con, [capture.sql])
    completeness.measure(con, AS_OF, unseen.prepare(con, between.KEPT))
    told = con.execute(f"FROM {tables.COMPLETENESS.full_name}").pl()
    return told.join(con.execute(_BORN).pl(), on=["breakdown", "group_code"], how="inner")


def judged(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a scenario and breakdown: shares of groups held, and mean errors as shares of those truly born."""
    born, a, b, both = (pl.col(name) for name in ("born", "in_a", "in_b", "in_both"))
    linked = (a + 1) * (b + 1) / (both + 1) - 1
    told = frame.filter(pl.col("people").is_not_null())
    return (
        told.group_by("scenario", "breakdown")
        .agg(
            pl.len().alias("groups"),
            born.mean().round(0).cast(pl.Int64).alias("born"),
            pl.col("odds_ratio").median().alias("true odds ratio"),
            born.is_between("people_low", "people_high").mean().alias("interval holds"),
            born.is_between("people_least", "people_most").mean().alias("range holds"),
            ((pl.col("people_most") - pl.col("people_least")) / born).mean().alias("width of range"),
            ((pl.col("people") - born).abs() / born).mean().alias("error"),
            ((linked - born).abs() / born).mean().alias("as linked, one stratum"),
            ((a - born).abs() / born).mean().alias("births registered"),
            ((a + b - both - born).abs() / born).mean().alias("all who are listed"),
            (pl.col("complete_a") - pl.col("a_truly") / born).abs().mean().alias("error of completeness"),
        )
        .sort("scenario", "breakdown")
    )


def table(told: pl.DataFrame) -> str:
    """The rows as a Markdown table; shares in percent."""
    lines = [f"| {' | '.join(told.columns)} |", f"| --- | --- |{' --: |' * (told.width - 2)}"]
    for row in told.iter_rows(named=True):
        cells = [str(row["scenario"]), f"`{row['breakdown']}`", f"{row['groups']:,}", f"{row['born']:,}",
                 f"{row['true odds ratio']:.2f}", *(f"{row[name]:.1%}" for name in told.columns[5:])]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="people of each sample country")
    parser.add_argument("--seeds", default="101-112", help="first and last seed")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "reconcile-coverage")
    parser.add_argument("--docs", action="store_true", help="write the table in docs/coverage.md again")
    wanted = parser.parse_args()
    first, last = (int(seed) for seed in wanted.seeds.split("-"))
    seeds = range(first, last + 1)
    folder = wanted.folder / str(wanted.people)
    told = judged(pl.concat(estimates(wanted.people, seed, folder / str(seed)) for seed in seeds))
    print(table(told))
    if wanted.docs:
        head = f"Measured on {dt.date.today()}: {len(seeds)} sample countries of {wanted.people:,} people."
        file = DOCS / "coverage.md"
        text = with_section(file.read_text("utf-8"), MARK, f"{head}\n\n{table(told)}")
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
