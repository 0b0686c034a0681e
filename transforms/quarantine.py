"""Rows that cannot be used, each with its reason and what its agency can do."""

import polars as pl

from transforms.repairs import REMEDIES

TURNED_AWAY = {
    "_row": pl.Int64,
    "column_name": pl.String,
    "reason": pl.String,
    "found": pl.String,
    "remedy": pl.String,
    "withhold": pl.Boolean,
}


def turn_away(rows: pl.DataFrame, columns: tuple[str, ...], reason: pl.Expr, remedy: str | None = None) -> pl.DataFrame:
    """Rows with a reason to be turned away: one row each of the columns of `TURNED_AWAY`.

    `rows` has `_row` and the raw values of `columns`.
    """
    name = "+".join(columns)
    told = pl.concat_str([pl.col(column) for column in columns], separator=" + ", ignore_nulls=True)
    sentences = {key: sentence.format(column=name) for key, sentence in REMEDIES.items()}
    reasons = rows.select("_row", found=pl.when(told != "").then(told), reason=reason)
    said = pl.lit(remedy) if remedy else pl.col("reason").replace_strict(sentences, default=f"Correct {name}.")
    return reasons.select(
        "_row",
        column_name=pl.lit(name),
        reason=pl.col("reason"),
        found=pl.col("found"),
        remedy=said,
        withhold=pl.lit(remedy is not None),
    )


def first_reason(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The first reason of each row, in the order of the parts; columns missing in one row are named together."""
    every = pl.concat([pl.DataFrame(schema=TURNED_AWAY), *parts])
    missing = every.filter(pl.col("reason") == "required_missing").group_by("_row").agg(
        together=pl.col("column_name").unique(maintain_order=True).str.join("+")
    )  # fmt: skip
    first = every.unique("_row", keep="first", maintain_order=True).join(missing, on="_row", how="left")
    several = (pl.col("reason") == "required_missing") & pl.col("together").str.contains("+", literal=True)
    return first.with_columns(
        column_name=pl.when(several).then("together").otherwise("column_name"),
        remedy=pl.when(several).then(pl.format("Fill in {}.", "together")).otherwise("remedy"),
    ).drop("together")


def quarantine(turned: pl.DataFrame, raw: pl.DataFrame, key: tuple[str, ...], file: str) -> pl.DataFrame:
    """The rows of clean.quarantine, with `_row`. `raw` is rows of the register as they came, with `_row`.

    Of a row that may not be kept (`withhold`) only the key is shown.
    """
    whole = [column for column in raw.columns if not column.startswith("_")]
    return raw.join(turned, on="_row", how="inner", maintain_order="left").select(
        "_row",
        "column_name",
        "reason",
        "found",
        "remedy",
        file=pl.lit(file),
        raw=pl.when("withhold").then(_json(list(key))).otherwise(_json(whole)),
    )


def _json(columns: list[str]) -> pl.Expr:
    return pl.struct(columns).struct.json_encode()
