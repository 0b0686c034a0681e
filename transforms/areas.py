"""Area codes of four levels: old ones brought up to date, those of no area set aside, upper levels worked out.

A code begins with its parent's. All work is done once for each distinct place told.
"""

import polars as pl

from transforms.area_names import with_named
from transforms.mapping import AREA_INPUTS
from transforms.reference import Reference

LEVELS = ("area_1", "area_2", "area_3", "area_4")


def located(frame: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Fill area_1 to area_4, all of them there, from codes (and `area_1_name` to `area_4_name`, if there).

    Without a gazetteer codes stay as they are. With one, a code that names no area gives way to the longest
    beginning of it that does; a name is looked for where no code is known, inside the nearest known upper area, and
    what it led to stands in `area_1_named` to `area_4_named`.
    """
    told = [
        name for name in (*LEVELS, *AREA_INPUTS) if name in frame.columns and frame[name].null_count() < frame.height
    ]
    if not told:
        return frame
    places = frame.select(told).unique(maintain_order=True)
    absent = [name for name in LEVELS if name not in told]
    work = places.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    placed = _placed(work, reference)
    keys = {name: f"_told_{name}" for name in told}
    placed = placed.with_columns(places[name].alias(key) for name, key in keys.items()).drop(
        name for name in AREA_INPUTS if name in placed.columns
    )
    rest = frame.drop(name for name in LEVELS if name in frame.columns and name not in told)
    joined = rest.rename({name: keys[name] for name in told}).join(
        placed, on=list(keys.values()), how="left", nulls_equal=True, maintain_order="left"
    )
    back = {key: name for name, key in keys.items() if name in AREA_INPUTS}
    return joined.drop(key for key in keys.values() if key not in back).rename(back)


def _placed(places: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Rows of the same order, with the four levels filled."""
    if reference.areas is None:
        return with_parents(places, reference)
    return with_named(_with_current(places, reference), reference)


def with_parents(frame: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Fill missing levels of area_1 to area_4 from the front of the lowest level given.

    A code that has not the digits of its level names no area there and is left as it is; nothing is cut from it.
    """
    lengths = reference.area_digits[: len(LEVELS)]
    for upper in range(len(lengths) - 2, -1, -1):
        lower = pl.col(LEVELS[upper + 1])
        front = pl.when(lower.str.len_bytes() == lengths[upper + 1]).then(lower.str.slice(0, lengths[upper]))
        frame = frame.with_columns(pl.coalesce(LEVELS[upper], front).alias(LEVELS[upper]))
    return frame


def _with_current(places: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Levels by the gazetteer: a level's own code, else the front of the nearest lower one that is known."""
    levels = LEVELS[: len(reference.area_digits)]
    work = places.with_columns(looked_up(places[level], reference)["known"].alias(f"_{level}") for level in levels)
    filled = [
        pl.coalesce(_front(pl.col(f"_{lower}"), reference.area_digits[n]) for lower in levels[n:]).alias(level)
        for n, level in enumerate(levels)
    ]
    return work.select(*filled, pl.exclude(*levels, r"^_.*$")).with_columns(_followed(levels, reference))


def _followed(levels: tuple[str, ...], reference: Reference) -> list[pl.Expr]:
    """Upper levels in which a lower one lay until its code changed give way to the one in which it lies."""
    old = {new: old for old, new in reference.area_changes}
    followed = []
    for n, level in enumerate(levels[:-1]):
        size = reference.area_digits[n]
        lower = [pl.col(name) for name in levels[n + 1 :]]
        was = [pl.when(_exchanged(code, old) != code).then(_exchanged(code, old).str.slice(0, size)) for code in lower]
        moves = [pl.when(pl.col(level) == w).then(_front(code, size)) for w, code in zip(was, lower, strict=True)]
        followed.append(pl.coalesce(*moves, level).alias(level))
    return followed


def _front(code: pl.Expr, size: int) -> pl.Expr:
    return pl.when(code.str.len_bytes() >= size).then(code.str.slice(0, size))


def looked_up(codes: pl.Series, reference: Reference) -> pl.DataFrame:
    """Codes in the gazetteer, row for row.

    `code`: the one of today; `known`: its longest beginning that names an area, null where none does or where it has
    the digits of no level; `moved`: whether it was an old one.
    """
    told = pl.col("told")
    code = pl.col("code")
    today = _exchanged(told, dict(reference.area_changes))
    areas = pl.lit(reference.areas["code"].implode()) if reference.areas is not None else pl.lit([""])
    whole = code.str.contains(r"^[0-9]+$") & code.str.len_bytes().is_in(list(reference.area_digits))
    begins = [_front(code, size) for size in sorted(reference.area_digits, reverse=True)]
    known = pl.coalesce(*(pl.when(begin.is_in(areas)).then(begin) for begin in begins))
    frame = pl.DataFrame({"told": codes}, schema={"told": pl.String}).with_columns(code=today)
    return frame.select(code, known=pl.when(whole).then(known), moved=(code != told).fill_null(False))


def _exchanged(code: pl.Expr, fronts: dict[str, str]) -> pl.Expr:
    """Codes whose front is a key get its value for it; the longest front counts."""
    sizes = sorted({len(front) for front in fronts}, reverse=True)
    ends = {size: code.str.slice(size) for size in sizes}
    starts = {size: code.str.slice(0, size) for size in sizes}
    return pl.coalesce(
        *(starts[n].replace_strict(fronts, default=None, return_dtype=pl.String) + ends[n] for n in sizes), code
    )
