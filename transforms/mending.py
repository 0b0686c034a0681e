"""Every value that was mended or set aside in rows that were kept, by kind: the rows of clean.repairs."""

import polars as pl

from transforms.filling_repairs import area_repairs, name_repairs
from transforms.identifiers import mended
from transforms.mapping import RegisterMapping
from transforms.readings import Setting
from transforms.repairs import TO_KIND
from transforms.sheet import Sheet
from transforms.tables import PEOPLE, Table

Filled = list[tuple[Table, pl.DataFrame]]


def repairs(
    sheet: Sheet, kept: pl.DataFrame, filled: Filled, mapping: RegisterMapping, setting: Setting
) -> pl.DataFrame:
    """What was mended or set aside in rows that were kept: `_row`, `record_id` and the columns of clean.repairs."""
    columns = ["_row", "column_name", "kinds", "found", "became"]
    later = [
        mended(kept, mapping, setting.reference.script),
        name_repairs(kept, mapping, setting.reference),
        area_repairs(kept, mapping, setting.reference),
        *(_from_age(rows, mapping) for table, rows in filled if table is PEOPLE),
    ]
    mends = pl.concat(
        [sheet.repairs.select(columns), *(part.rename({"repair": "kinds"}).select(columns) for part in later)]
    )
    mends = mends.with_columns(from_kind=pl.col("kinds").str.split("+")).explode("from_kind")
    mends = mends.with_columns(to_kind=pl.col("from_kind").replace_strict(TO_KIND))
    asides = sheet.faults.with_columns(from_kind="kinds", to_kind=pl.lit("set_aside"))
    every = pl.concat([mends, asides.select(mends.columns)]).drop("kinds")
    ours = every.join(kept.select("_row", "record_id"), on="_row", how="inner", maintain_order="left")
    return ours.unique(["_row", "column_name", "from_kind"], keep="first", maintain_order=True)


def _from_age(rows: pl.DataFrame, mapping: RegisterMapping) -> pl.DataFrame:
    """Births worked out from an age where the register promises a date; where it promises none, that is no repair."""
    told = mapping.yields["people"].columns
    derived = rows.filter((pl.col("birth_precision") == "age") & pl.lit("birth_date" in told))
    return derived.select(
        "_row",
        column_name=pl.lit(told["age"].column if "age" in told else None, dtype=pl.String),
        repair=pl.lit("age"),
        found=pl.col("age"),
        became=pl.col("birth_date").dt.to_string("%Y-%m-%d"),
    )
