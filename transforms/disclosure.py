"""Which counts of published tables must be hidden, so that nobody can be made out, directly or by subtraction.

All breakdowns of tables are protected at once: hierarchies, crossings, several releases. Primary suppression hides a
cell with a small count: of the eligible, the covered or the uncovered, of which zero is not small. Complementary
suppression hides further cells, as few and small as may be, in which the small ones find shelter.
(Hundepool et al., Statistical Disclosure Control, 2012, chapter 4: cell suppression in frequency tables.)
"""

import datetime as dt

import duckdb
import numpy as np
import polars as pl

from transforms import tables
from transforms.disclosure_audit import known_bounds
from transforms.linked_sums import KEY, TOTAL
from transforms.linked_tables import ELIGIBLE, link
from transforms.shelter import Task, protect

# Where policy sets no minimum: a missing value must not open the small cells.
SMALL_CELL, SMALL_CELL_INSIDE = 11, 5
SHOWN, PRIMARY, COMPLEMENTARY = "no", "primary", "complementary"
HIDDEN = "yes"  # primary or complementary: what is released does not tell which
TOO_LITTLE = "its small counts could be worked out from its totals, whatever else were hidden"


def smallest_cell(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> int:
    """The smallest count that may leave the administration, as policy sets it at a date. Reads reference.policy."""
    return _minimum(con, as_of, "small_cell_minimum", SMALL_CELL)


def smallest_cell_inside(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> int:
    """The smallest count that is told inside the administration unasked, likewise."""
    return _minimum(con, as_of, "small_cell_minimum_inside", SMALL_CELL_INSIDE)


def _minimum(con: duckdb.DuckDBPyConnection, as_of: dt.date, name: str, otherwise: int) -> int:
    row = con.execute(
        """SELECT max(value::BIGINT) FROM reference.policy WHERE name = $2
        AND coalesce(valid_from <= $1, TRUE) AND coalesce(valid_to >= $1, TRUE)""",
        [as_of, name],
    ).fetchone()
    return otherwise if row is None or row[0] is None else int(row[0])


def placed(con: duckdb.DuckDBPyConnection, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells (breakdown, group_code, and any more) with `setting` (urban, rural): where the area of the group lies,
    if reference.areas tells one of the whole area. As they are where no breakdown is by setting."""
    factors, codes = (pl.col(name).str.split("*") for name in ("breakdown", "group_code"))
    if not cells.select(factors.list.contains("setting").any()).item():
        return cells
    areas = dict(con.execute(f"SELECT code, setting FROM {tables.AREA_NAMES.full_name}").fetchall())
    is_area = factors.list.eval(pl.element().str.starts_with("area_"))
    area = pl.when(is_area.list.any()).then(codes.list.get(is_area.list.arg_max(), null_on_oob=True))
    return cells.with_columns(setting=area.replace_strict(areas, default=None, return_dtype=pl.String))


def label(
    cells: pl.DataFrame, minimum: int, sums: pl.DataFrame | None = None, known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The cells, in the order given, with `label` (no, primary or complementary) and `withheld` (a reason, or null).

    `cells`: table, breakdown, group_code, eligible, covered: all breakdowns of a table at once, with crossings
    (see `transforms.linked_sums`); where some are by setting, also `setting` (see `placed`). May have `published`
    (BOOLEAN): how the same figures went out before, as when the dates of the registers are the same: true shown, which
    cannot be taken back, false hidden; and `hidden_before` (BOOLEAN): hidden in an earlier release of other figures, to
    be hidden first now, so that two nights do not take turns. `sums` and `known`: what else readers know (see
    `linked_tables.link`, `disclosure_audit.known_bounds`).

    A cell is small where a count of it is in 1 to `minimum` - 1, and after this no reader can say of any small count
    closer than by `minimum` what it is. A label hides all figures of its cell. Rows of a withheld breakdown are to be
    left out. What is released must not tell primary from complementary. Raises `ValueError` (see `link`).
    """
    linked = link(cells, sums)
    small = (linked.counts > 0) & (linked.counts < minimum)
    known_before, hidden_before = linked.flags("published"), linked.flags("published", False)
    empty = linked.counts[ELIGIBLE] == 0
    rest = linked.flags("is_rest")
    low, high = known_bounds(linked, known)
    hide = (small.any(axis=0) | hidden_before | rest) & ~known_before
    total = linked.column("breakdown") == TOTAL
    free = ~(empty | known_before | total | rest)
    settled = known_before | hidden_before
    task = Task(linked, small & hide, minimum, hide, free, linked.flags("hidden_before"), settled, low, high)
    hidden, gone = protect(task)
    names = np.where(small.any(axis=0), PRIMARY, np.where(hidden, COMPLEMENTARY, SHOWN))
    told = linked.cells.select(*KEY).with_columns(
        label=pl.Series(names.tolist(), dtype=pl.String),
        withheld=pl.when(pl.Series(gone)).then(pl.lit(TOO_LITTLE)),
    )
    return cells.drop("label", "withheld", strict=False).join(told, on=KEY, how="left", maintain_order="left")
