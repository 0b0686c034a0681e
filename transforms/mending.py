"""Every value that was mended or set aside in rows that were kept, by kind: the rows of clean.repairs.

Reading a column tells most of it. Names parted, areas found and births worked out only show once a row's columns come
together in a table: what was done there stands beside the values.
"""

from collections.abc import Iterator

import polars as pl

from transforms.mapping import AREA_INPUTS, RegisterMapping, Value
from transforms.names import BECAME, FOUND, REPAIR
from transforms.repairs import SET_ASIDE, TO_KIND
from transforms.sheet import NOTES, Sheet
from transforms.tables import IDENTIFIERS, PEOPLE, Table

Filled = list[tuple[Table, pl.DataFrame]]


def repairs(sheet: Sheet, kept: pl.DataFrame, filled: Filled, mapping: RegisterMapping) -> pl.DataFrame:
    """What was mended or set aside in rows that were kept: `_row`, `record_id` and the columns of clean.repairs."""
    later = [_as_notes(part) for table, rows in filled for part in of_table(table, rows, mapping)]
    mends = pl.concat([sheet.repairs, *later])
    mends = mends.with_columns(from_kind=pl.col("kinds").str.split("+")).explode("from_kind")
    mends = mends.with_columns(to_kind=pl.col("from_kind").replace_strict(TO_KIND))
    asides = sheet.faults.with_columns(from_kind="kinds", to_kind=pl.lit(SET_ASIDE))
    every = pl.concat([mends, asides.select(mends.columns)]).drop("kinds")
    ours = every.join(kept.select("_row", "record_id"), on="_row", how="inner", maintain_order="left")
    return ours.unique(["_row", "column_name", "from_kind"], keep="first", maintain_order=True)


def of_table(table: Table, rows: pl.DataFrame, mapping: RegisterMapping) -> Iterator[pl.DataFrame]:
    """The notes that filling a table left, each with the columns of `NOTES`."""
    if table is IDENTIFIERS:
        yield rows.filter(pl.col("kinds").is_not_null())
        return
    told = mapping.yields[table.name].columns if table.name in mapping.yields else {}
    for name, value in told.items():
        if name + REPAIR in rows.columns:
            yield _noted(rows, value, kinds=name + REPAIR, found=name + FOUND, became=name + BECAME)
        if name in AREA_INPUTS and f"{_level(name)}_named" in rows.columns:
            yield _area(rows, name, value)
    if table is PEOPLE and "birth_date" in told and "age" in told:
        derived = rows.filter(pl.col("birth_precision") == "age").with_columns(
            kinds=pl.lit("age"), born=pl.col("birth_date").dt.to_string("%Y-%m-%d")
        )
        yield _noted(derived, told["age"], kinds="kinds", found="age", became="born")


def _as_notes(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(kind) for name, kind in NOTES.items())


def _area(rows: pl.DataFrame, name: str, value: Value) -> pl.DataFrame:
    """Names of areas that led to a code, or to none where none was known."""
    level, named = pl.col(_level(name)), pl.col(f"{_level(name)}_named")
    told = rows.filter(pl.col(name).is_not_null())
    led = pl.when(named.is_not_null()).then(pl.lit("area_name"))
    kinds = led.when(level.is_null()).then(pl.lit("unknown_area"))
    return _noted(told.with_columns(kinds=kinds), value, kinds="kinds", found=name, became=f"{_level(name)}_named")


def _level(name: str) -> str:
    return name.removesuffix("_name")


def _noted(rows: pl.DataFrame, value: Value, kinds: str, found: str, became: str) -> pl.DataFrame:
    """Rows in which the column `kinds` tells something, under the source column of the value."""
    source = pl.lit("+".join(value.sources)).alias("column_name")
    return rows.filter(pl.col(kinds).is_not_null()).select("_row", source, kinds=kinds, found=found, became=became)
