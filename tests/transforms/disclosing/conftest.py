"""Table sets with hierarchies, crossings and several releases, counted from people who are drawn at random."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

Count = Callable[..., pl.DataFrame]
BREAKDOWNS = ("total", "area_1", "area_2", "sex", "age_band", "area_1*sex", "area_1*age_band")


@pytest.fixture(scope="session")
def country() -> Callable[..., pl.DataFrame]:
    return people


@pytest.fixture(scope="session")
def tables() -> Count:
    return counted


@pytest.fixture(scope="session")
def cells() -> Callable[..., pl.DataFrame]:
    return cells_of


@pytest.fixture(scope="session")
def without_shelter() -> Callable[[pl.DataFrame], pl.DataFrame]:
    return only_small_hidden


def people(seed: int, number: int, provinces: int = 3, unknown: float = 0.0) -> pl.DataFrame:
    """One row an eligible person; provinces and districts of very unequal size; some districts are not known."""
    rng = np.random.default_rng(seed)
    weights = rng.pareto(1, provinces) + 0.05
    province = rng.choice(provinces, number, p=weights / weights.sum())
    district = rng.integers(0, 3, number) * rng.integers(0, 2, number)
    place = [f"{p + 1:02}{d + 1:02}" for p, d in zip(province, district, strict=True)]
    return pl.DataFrame(
        {
            "area_1": [code[:2] for code in place],
            "area_2": [
                code if known else "unknown" for code, known in zip(place, rng.random(number) >= unknown, strict=True)
            ],
            "sex": rng.choice(["F", "M"], number, p=[0.7, 0.3]),
            "age_band": rng.choice(["0", "20", "60"], number, p=[0.3, 0.6, 0.1]),
            "covered": rng.random(number) < rng.random(provinces)[province],
        },
        schema_overrides={"covered": pl.Boolean},
    )


def counted(units: pl.DataFrame, breakdowns: tuple[str, ...] = BREAKDOWNS, table: str = "now") -> pl.DataFrame:
    """The cells of one table; groups of nobody are not among them, but for the total."""
    parts = [
        units.group_by(pl.concat_str(breakdown.split("*"), separator="*").alias("group_code"))
        .agg(eligible=pl.len().cast(pl.Int64), covered=pl.col("covered").sum().cast(pl.Int64))
        .with_columns(breakdown=pl.lit(breakdown))
        for breakdown in breakdowns
        if breakdown != "total"
    ]
    total = pl.DataFrame(
        {"group_code": ["all"], "eligible": [len(units)], "covered": [units["covered"].sum()], "breakdown": ["total"]}
    )
    return pl.concat([total, *parts]).select(
        pl.lit(table).alias("table"), "breakdown", "group_code", "eligible", "covered"
    )


def cells_of(breakdowns: dict[str, dict[str, tuple[int, int]]], table: str = "now") -> pl.DataFrame:
    """Cells as {breakdown: {group: (eligible, covered)}}."""
    rows: list[tuple[Any, ...]] = [
        (table, breakdown, group, *counts)
        for breakdown, groups in breakdowns.items()
        for group, counts in groups.items()
    ]
    return pl.DataFrame(rows, ["table", "breakdown", "group_code", "eligible", "covered"], orient="row")


def only_small_hidden(labelled: pl.DataFrame) -> pl.DataFrame:
    """The same tables with the complementary step switched off."""
    shown = pl.when(pl.col("label") == "complementary").then(pl.lit("no")).otherwise("label")
    return labelled.with_columns(label=shown, withheld=pl.lit(None, pl.String))
