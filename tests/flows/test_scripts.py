"""Registers that write names in Khmer alone against registers that write them in Latin letters alone."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.reference import load_reference
from transforms import block, cluster, compare, identity, model, tables
from transforms.folds import romanised
from transforms.names import with_keys

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
KHMER, LATIN = ("idpoor_members",), ("family_package_enrolments", "hef_claims")
PARTS = ("family", "given")
SPELLINGS = (
    pl.read_csv(REFERENCE / "names.csv")
    .select(local="khmer", spelled=pl.concat_str("roman", "variants", separator="|", ignore_nulls=True).str.split("|"))
    .unique("local", keep="first", maintain_order=True)
)


def in_one_script(people: pl.DataFrame) -> pl.DataFrame:
    """clean.people with names in one script, and with the keys that the standardiser makes of that script alone."""
    reference = load_reference(REFERENCE)
    latin, khmer = (people["register"].is_in(names) for names in (LATIN, KHMER))
    for part in PARTS:
        clerk = pl.concat_str("record_id", pl.lit(part)).hash(seed=7)
        told = people.join(SPELLINGS, left_on=f"{part}_name_local", right_on="local", how="left", maintain_order="left")
        choice = pl.when(clerk % 2 == 0).then(0).otherwise((clerk // 2) % pl.col("spelled").list.len()).cast(pl.Int64)
        rough = romanised(pl.col(f"{part}_name_local"), reference).str.to_titlecase()
        spelled = told.select(pl.coalesce(pl.col("spelled").list.get(choice, null_on_oob=True), rough)).to_series()
        people = people.with_columns(
            pl.when(latin).then(spelled).when(~khmer).then(f"{part}_name").alias(f"{part}_name"),
            pl.when(~latin).then(f"{part}_name_local").alias(f"{part}_name_local"),
        )
    return with_keys(people, reference).select(people.columns)


def cross_f1(con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> float:
    """Pairwise F1 over the pairs of a record in Khmer and one in Latin letters."""
    con.register("true_records", truth.select("register", "record_id", "person"))
    con.execute("CREATE TEMP TABLE meant AS FROM persons.records JOIN true_records USING (register, record_id)")

    def pairs(by: str) -> int:
        sides = f"count(*) FILTER (register = '{KHMER[0]}') AS k, count(*) FILTER (register IN {LATIN}) AS n"
        row = con.execute(f"SELECT sum(k * n) FROM (SELECT {sides} FROM meant GROUP BY {by})").fetchone()
        return int(row[0])

    return 2 * pairs("person_id, person") / (pairs("person_id") + pairs("person"))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with every layer and empty clean tables."""
    with duckdb.connect() as connection:
        for layer in tables.LAYERS:
            connection.execute(f"CREATE SCHEMA {layer}")
        tables.create(connection, *tables.CLEAN, tables.PREVIOUS, *tables.KEPT_JUDGEMENTS)
        yield connection


@pytest.mark.parametrize("only", [True, False])
def test_registers_in_two_scripts_are_linked(con, first_night: Path, country: Path, only: bool) -> None:
    kept = f"register IN {KHMER + LATIN}" if only else "true"
    con.execute(f"ATTACH '{first_night / 'warehouse.duckdb'}' AS night (READ_ONLY)")
    people = in_one_script(con.execute(f"SELECT * FROM night.clean.people WHERE {kept}").pl())
    con.register("people", people)
    con.execute("INSERT INTO clean.people BY NAME SELECT * FROM people")
    con.execute(f"INSERT INTO clean.identifiers BY NAME SELECT * FROM night.clean.identifiers WHERE {kept}")
    both = f"(register IN {KHMER} AND family_name IS NOT NULL) OR (register IN {LATIN} AND family_signs IS NOT NULL)"
    assert con.execute(f"SELECT count(*) FROM clean.people WHERE {both.replace(',)', ')')}").fetchone() == (0,)
    for stage in (block.candidate_pairs, compare.compare_pairs, model.score_pairs, cluster.cluster_links):
        stage(con)
    identity.assign_persons(con)
    assert cross_f1(con, pl.read_parquet(country / "truth" / "records.parquet")) > 0.95
