"""What is hidden of figures that stay inside the administration: counts below `small_cell_minimum_inside`, and others
so that no subtraction tells one. Whoever must see all says so (`Night.minimum`). docs/disclosure.md says why.

Figures are labelled when they are looked at, each measure or population with all its breakdowns at once, so that a
view of one breakdown hides what a view of another does.
"""

import polars as pl
import polars.selectors as cs

from transforms import completeness as estimated
from transforms.disclosure import PRIMARY, SHOWN, label
from transforms.linked_sums import SETTING

GROUP = ("breakdown", "group_code")
STATES = ("confirmed", "probable", "cannot_tell")
COUNTED = ("people", "found", "share", *STATES, "expected", "expected_low", "expected_high")
MONEY = ("stake", "riel_a_month")


def coverage(figures: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Coverage figures (measure, and the columns of coverage.estimates) with `hidden`; null where it is so.

    Figures by setting, and errors, come with the setting of their areas (see `disclosure.placed`), which is dropped.
    """
    marked = _marked(figures, ["measure"], "eligible", "covered", minimum)
    naming = ("measure", *GROUP, "group_name_en", "group_name_km", "hidden")
    told = [name for name in marked.columns if name not in naming]
    return marked.with_columns(pl.when(~pl.col("hidden")).then(pl.col(told)))


def errors(figures: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Errors (the columns of coverage.errors) with `hidden` and `money_hidden`; null where these are so.

    How those found are split by state is told where each part is large enough.
    """
    marked = _marked(figures, ["population", "kind", "rule"], "people", "found", minimum)
    split = pl.all_horizontal(~_small(pl.col(STATES), minimum))
    money = pl.col("hidden") | _small(pl.col("with_money"), minimum)
    return (
        marked.with_columns(pl.when(split).then(pl.col(STATES)), money_hidden=money)
        .with_columns(
            pl.when(~pl.col("hidden")).then(pl.col(COUNTED)), pl.when(~pl.col("money_hidden")).then(pl.col(MONEY))
        )
        .drop("with_money")
    )


def ages(figures: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Ages of registers (the columns of coverage.staleness) with `hidden`."""
    return _marked(figures.with_columns(none=pl.lit(0, pl.Int64)), ["register"], "records", "none", minimum).drop(
        "none"
    )


def completeness(figures: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Estimates from two lists (the columns of coverage.completeness) with `hidden`; null where it is so."""
    if minimum <= 1 or figures.is_empty():
        return figures.with_columns(hidden=pl.lit(False))
    told = [name for name in figures.columns if name not in ("capture", *GROUP, "group_name_en", "group_name_km")]
    marked = estimated.hidden(figures, minimum).drop("withheld")
    return marked.with_columns(pl.when(~pl.col("hidden")).then(pl.col(told)))


def nights(figures: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Nights of whole measures (eligible, covered, and what is made of them) with `hidden`; null where it is so."""
    told = [name for name in figures.columns if name not in ("measure", "as_of")]
    counts = (pl.col("eligible"), pl.col("covered"), pl.col("eligible") - pl.col("covered"))
    hidden = pl.any_horizontal(_small(count, minimum) for count in counts)
    return figures.with_columns(hidden=hidden).with_columns(pl.when(~pl.col("hidden")).then(pl.col(told)))


def moves(figures: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Who entered and left, null where few did."""
    return figures.with_columns(
        pl.when(~_small(pl.col(name), minimum)).then(pl.col(name)) for name in ("entered", "left_gap")
    )


def _small(count: pl.Expr, minimum: int) -> pl.Expr:
    return (count > 0) & (count < minimum)


def _marked(figures: pl.DataFrame, by: list[str], eligible: str, covered: str, minimum: int) -> pl.DataFrame:
    """The figures with `hidden`: labelled where there is a minimum to hold, none where it is 1 or less."""
    cells = figures.select(
        *GROUP, cs.by_name(SETTING, require_all=False), table=pl.concat_str(by, separator="/"), eligible=eligible,
        covered=covered,
    )  # fmt: skip
    return figures.drop(SETTING, strict=False).with_columns(hidden=_labels(cells, minimum) != SHOWN)


def _labels(cells: pl.DataFrame, minimum: int) -> pl.Series:
    """The label of each cell. Where breakdowns do not add up, small cells alone are known to be small."""
    if minimum <= 1 or cells.is_empty():
        return pl.Series([SHOWN] * len(cells), dtype=pl.String)
    try:
        told = label(cells, minimum)
    except ValueError:
        counts = pl.col("eligible", "covered"), pl.col("eligible") - pl.col("covered")
        small = pl.any_horizontal(_small(counts[0], minimum), _small(counts[1], minimum))
        return cells.select(pl.when(small).then(pl.lit(PRIMARY)).otherwise(pl.lit(SHOWN))).to_series()
    return told.select(pl.when(pl.col("withheld").is_null()).then("label").otherwise(pl.lit(PRIMARY))).to_series()
