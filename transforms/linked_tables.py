"""Linked tables: cells of counts, and the sums of them that everybody knows.

Cells are one row a table, breakdown and group; a table is one measure of one release. The names of its breakdowns
imply most of the sums (see `transforms.linked_sums`). In arrays a cell is its place in the order of the keys, and
counts are rows: covered, uncovered, eligible.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.linked_sums import KEY, implied

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COUNTS = ("covered", "uncovered", "eligible")
COVERED, UNCOVERED, ELIGIBLE = range(3)
EVERY = -1  # a sum that holds for each of the counts


@dataclass(frozen=True)
class Linked:
    """Cells, and the terms of every sum that is known: one entry a cell in a sum.

    `cells`: what the caller gave in the order of the keys, then rests (`is_rest`). `counts` is (3, cells). `relation`,
    `cell` and `sign` are the terms. `of` says for each sum of which count it is known, or `EVERY`. Sums of fine
    breakdowns come first.
    """

    cells: pl.DataFrame
    counts: Ints
    relation: Ints
    cell: Ints
    sign: Ints
    of: Ints

    def column(self, name: str, default: Any = None) -> npt.NDArray[Any]:
        """A column of the cells, or the same value for all where the caller did not give it."""
        given = self.cells[name] if name in self.cells.columns else None
        return np.full(len(self.cells), default) if given is None else given.to_numpy()

    def flags(self, name: str, value: bool = True) -> Flags:
        """Where a Boolean column of the cells has this value; nowhere if the caller did not give it."""
        if name not in self.cells.columns:
            return np.zeros(len(self.cells), dtype=bool)
        return np.asarray((self.cells[name] == value).fill_null(False).to_numpy(), dtype=bool)


def link(cells: pl.DataFrame, sums: pl.DataFrame | None = None) -> Linked:
    """The cells, with the sums that their breakdowns imply and further ones that a reader knows.

    `cells`: table, breakdown, group_code, eligible, covered, and any more. `sums`: one row a cell in a sum:
    relation (its name), table, breakdown, group_code, sign (1 or -1), of (covered, uncovered, eligible, or every);
    its value is taken as known, as that of a published change: today 1, before -1. Raises `ValueError` where counts
    are no counts, where groups are more than what is above them, where crossings go round in a circle, and where a
    sum names a cell that is not there.
    """
    _check(cells)
    listed = cells.sort(KEY)
    terms, rests = implied(listed)
    every = pl.concat([listed.with_columns(is_rest=pl.lit(False)), rests], how="diagonal")
    if sums is not None:
        terms = pl.concat([terms, _asked(every, sums).select(terms.columns)])
    numbered = terms.join(every.select(*KEY).with_row_index("cell"), on=KEY, how="left")
    names = numbered.select("order", "relation", "of").unique().sort("order", "relation", "of")
    placed = numbered.join(names.with_row_index("number"), on=["order", "relation", "of"]).sort("number", "cell")
    covered, eligible = (every[name].to_numpy().astype(np.int64) for name in ("covered", "eligible"))
    relation, cell, sign = (placed[name].to_numpy().astype(np.int64) for name in ("number", "cell", "sign"))
    counts = np.stack([covered, eligible - covered, eligible])
    return Linked(every, counts, relation, cell, sign, names["of"].to_numpy().astype(np.int64))


def _check(cells: pl.DataFrame) -> None:
    wrong = cells.filter((pl.col("covered") < 0) | (pl.col("covered") > pl.col("eligible")))
    if len(wrong) or cells.select("eligible", "covered").null_count().sum_horizontal().item():
        raise ValueError("Every cell needs counts, with no more covered than eligible.")
    if cells.select(*KEY).is_duplicated().any():
        raise ValueError("A table has one cell a breakdown and group_code.")


def _asked(cells: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """The terms of the caller's sums, which come after those that names imply."""
    if len(sums.join(cells, on=KEY, how="anti")):
        raise ValueError("A sum names a cell that is not among the cells.")
    of = pl.col("of").replace_strict({name: place for place, name in enumerate(COUNTS)} | {"every": EVERY})
    return sums.with_columns(of.cast(pl.Int64), pl.col("sign").cast(pl.Int64), order=pl.lit(1, pl.Int64))
