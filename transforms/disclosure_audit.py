"""What a reader of published tables can work out of hidden small counts.

The reader knows every shown count, every sum (totals, hierarchies, crossings, published changes), that counts are
whole and not below zero, that the covered are among the eligible, that a hidden cell is not empty, and the rules with
their minimum. What the reader is not told is which hidden cells are small (see docs/disclosure.md for the reason).
A small count is recoverable where its range is narrower than the minimum.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.linked_sums import KEY
from transforms.linked_tables import COUNTS, ELIGIBLE, Flags, Ints, Linked, link
from transforms.programme import Programme, narrow_by_programme
from transforms.ranges import ENDLESS, Hidden, any_count, blocks, hidden_part, shuttle

Places = npt.NDArray[np.intp]


def audit(
    cells: pl.DataFrame,
    minimum: int,
    sums: pl.DataFrame | None = None,
    known: pl.DataFrame | None = None,
    exact: bool = False,
) -> pl.DataFrame:
    """One row a small count: table, breakdown, group_code, count, least, greatest, is_exact, recoverable.

    `cells`: as `disclosure.label` gives them, of all releases that a reader may lay side by side, each a table of its
    own; `published` and true counts as shown whatever the label says. Withheld cells are hidden, empty ones with
    them, and nothing is asked of them. `sums`, `known`: see `linked_tables.link` and `known_bounds`. `least` and
    `greatest` hold every value that fits; where not `is_exact`, the ends may lie wider than what fits, and are at
    least `minimum` apart even so. With `exact` all are ends of what fits, for a programme or two each.
    """
    linked = link(cells, sums)
    withheld = np.asarray(linked.column("withheld") != None, dtype=bool)  # noqa: E711 - of an array
    hidden = (linked.column("label", "no") != "no") | linked.flags("is_rest")
    hidden = np.asarray((hidden | withheld) & ~linked.flags("published"), dtype=bool)
    small = (linked.counts > 0) & (linked.counts < minimum) & ~withheld
    low, high = known_bounds(linked, known)
    low[ELIGIBLE, withheld] = 0
    part = hidden_part(linked, hidden, low, high)
    ends, is_exact, narrow = _ranges(part, small[:, part.cell], minimum, exact)
    return _told(linked, small, part, (*ends, is_exact, narrow))


def known_bounds(linked: Linked, known: pl.DataFrame | None = None) -> tuple[Ints, Ints]:
    """The least and greatest, (3, cells), that each count can have if its cell is hidden, before any sum.

    No hidden cell is empty, but rests may be. `known` is what else readers know of hidden counts, one row each:
    table, breakdown, group_code, count, least, greatest; such as a denominator that stands in another table.
    """
    low = np.zeros_like(linked.counts)
    low[ELIGIBLE] = (linked.counts[ELIGIBLE] > 0) & ~linked.flags("is_rest")
    high = np.full_like(low, ENDLESS)
    if known is not None:
        placed = known.join(linked.cells.select(*KEY).with_row_index("cell"), on=KEY)
        count = placed["count"].replace_strict({name: n for n, name in enumerate(COUNTS)}, return_dtype=pl.Int64)
        where = (count.to_numpy(), placed["cell"].to_numpy())
        np.maximum.at(low, where, placed["least"].to_numpy())
        np.minimum.at(high, where, placed["greatest"].to_numpy())
    return low, high


def known_changes(groups: pl.DataFrame, today: str, before: str) -> pl.DataFrame:
    """The sums a reader knows where the change of these groups (breakdown, group_code) between two tables is shown."""
    name = pl.concat_str(pl.lit(f"{today} - {before}"), "breakdown", "group_code", separator="|")
    both = [
        groups.select(name.alias("relation"), pl.lit(table).alias("table"), "breakdown", "group_code",
                      pl.lit(sign, pl.Int64).alias("sign"), pl.lit("every").alias("of"))
        for table, sign in ((today, 1), (before, -1))
    ]  # fmt: skip
    return pl.concat(both)


def known_shares(shares: pl.DataFrame, digits: int) -> pl.DataFrame:
    """What a reader knows of hidden counts whose share is shown, rounded to so many decimals of a share of one.

    `shares`: table, breakdown, group_code, eligible, gap_share (rounded). The eligible are known, and the uncovered
    within what rounding leaves. Gives rows for `known_bounds`.
    """
    half = 0.5 * 10.0**-digits
    uncovered = [pl.col("eligible") * (pl.col("gap_share") + side * half) for side in (-1, 1)]
    least, greatest = (uncovered[0] - 1e-9).ceil().clip(0), (uncovered[1] + 1e-9).floor()
    every = [
        shares.select(*KEY, pl.lit(name).alias("count"), least.cast(pl.Int64).alias("least"),
                      greatest.cast(pl.Int64).alias("greatest"))
        for name, least, greatest in (
            ("eligible", pl.col("eligible"), pl.col("eligible")),
            ("uncovered", least, pl.min_horizontal(greatest, pl.col("eligible"))),
        )
    ]  # fmt: skip
    return pl.concat(every)


def _ranges(part: Hidden, small: Flags, minimum: int, exact: bool) -> tuple[tuple[Ints, Ints], Flags, Flags]:
    """Least and greatest of the hidden counts, which of them are exact, and which are too narrow: (3, variables)."""
    low, high = shuttle(part)
    narrow = small & (high - low < minimum)
    further = narrow_by_programme(part, small & ~narrow, minimum)
    is_exact = np.ones_like(small)
    for block in blocks(part, any_count(small)):
        if not block.is_tree:
            mine = np.ix_(np.arange(3), block.variables)
            is_exact[mine] = (further[mine] | exact) & small[mine]
            programme = Programme(part, block, low[mine], high[mine])
            for count, place in zip(*np.nonzero(is_exact[mine]), strict=True):
                where = (count, block.variables[place])
                low[where], high[where] = programme.range_of(int(place), int(count))
    return (low, high), is_exact, narrow | further | (small & (high - low < minimum))


def _told(linked: Linked, small: Flags, part: Hidden, found: tuple[Ints, Ints, Flags, Flags]) -> pl.DataFrame:
    """A row a small count; one that is not hidden has its value at both ends."""
    of_all = [linked.counts.copy(), linked.counts.copy(), np.ones_like(small), np.ones_like(small)]
    for every, of_hidden in zip(of_all, found, strict=True):
        every[:, part.cell] = of_hidden
    cells, counts = np.nonzero(small.T)
    least, greatest, is_exact, narrow = (every[counts, cells] for every in of_all)
    return linked.cells.select(*KEY)[cells].with_columns(
        count=pl.Series([COUNTS[n] for n in counts], dtype=pl.String),
        least=pl.Series(least),
        greatest=pl.when(pl.Series(greatest) < ENDLESS // 2).then(pl.Series(greatest)),
        is_exact=pl.Series(is_exact),
        recoverable=pl.Series(narrow),
    )
