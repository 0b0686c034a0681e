"""What filling the tables mended: names parted and areas found, which only show once a row's columns come together."""

from collections.abc import Iterator

import polars as pl

from transforms.filling import with_areas, yielded
from transforms.mapping import AREA_INPUTS, FULL_NAMES, RegisterMapping, Value, Yield
from transforms.names import part_of_name, split_names
from transforms.reference import Reference
from transforms.text import local_letters

NOTES = {"_row": pl.Int64, "column_name": pl.String, "repair": pl.String, "found": pl.String, "became": pl.String}
NAME_PARTS = ("family_name", "given_name", "family_name_local", "given_name_local")


def name_repairs(frame: pl.DataFrame, mapping: RegisterMapping, reference: Reference) -> pl.DataFrame:
    """Names that lost a title or an alias, were parted, or stood in the other order.

    `frame` has `_row` and the read values of the source columns. One row a repair: `_row`, `column_name` (the source
    column), `repair` (title, joined_name, alias, capitals_order), `found` and `became`.
    """
    fills = mapping.yields.get("people")
    parts = list(_names(frame, fills, mapping.name_order, reference)) if fills else []
    return pl.concat([pl.DataFrame(schema=NOTES), *parts])


def _names(frame: pl.DataFrame, fills: Yield, order: str, reference: Reference) -> Iterator[pl.DataFrame]:
    whole = [name for name in FULL_NAMES if name in fills.columns]
    single = [name for name in NAME_PARTS if name in fills.columns]
    if not whole and not single:
        return
    rows = yielded(frame, fills)
    for name in (*whole, *single):
        local = name.endswith("_local")
        distinct = rows[name].drop_nulls().unique()
        if name in whole and reference.script:
            distinct = distinct.filter(distinct.str.contains(local_letters(reference)) == local)
        if name in whole:
            done = split_names(distinct, order, local, reference)
        else:
            done = part_of_name(distinct, local, reference)
        shown = pl.concat_str(pl.exclude("repair"), separator=" ", ignore_nulls=True)
        mended = done.select("repair", became=shown).with_columns(distinct.alias("found")).drop_nulls("repair")
        yield _noted(rows.select("_row", found=name).join(mended, on="found", how="inner"), fills.columns[name])


def area_repairs(frame: pl.DataFrame, mapping: RegisterMapping, reference: Reference) -> pl.DataFrame:
    """Names of areas that led to a code (`area_name`), or to none where none was known (`unknown_area`, set aside).

    `frame` and the columns given back are those of `name_repairs`.
    """
    parts = [pl.DataFrame(schema=NOTES)]
    for fills in mapping.yields.values():
        given = [name for name in AREA_INPUTS if name in fills.columns]
        if not given or reference.areas is None:
            continue
        rows = with_areas(yielded(frame, fills), reference)
        for name in given:
            level = name.removesuffix("_name")
            noted = rows.filter(pl.col(name).is_not_null()).select(
                "_row", found=name, named=f"{level}_named", code=level
            )
            found = pl.when(pl.col("named").is_not_null()).then(pl.lit("area_name"))
            kind = found.when(pl.col("code").is_null()).then(pl.lit("unknown_area"))
            noted = noted.with_columns(repair=kind, became="named").drop_nulls("repair")
            parts.append(_noted(noted, fills.columns[name]))
    return pl.concat(parts).unique(["_row", "column_name", "repair"], keep="first", maintain_order=True)


def _noted(rows: pl.DataFrame, source: Value) -> pl.DataFrame:
    """Rows with `repair` (kinds joined with '+') to one row a kind, under the source column."""
    each = rows.with_columns(pl.col("repair").str.split("+"), column_name=pl.lit("+".join(source.sources))).explode(
        "repair"
    )
    return each.select(pl.col(name).cast(kind) for name, kind in NOTES.items())
