"""Area codes of four levels, the upper ones worked out from the lower where a code begins with its parent's."""

import polars as pl

from transforms.reference import Reference

LEVELS = ("area_1", "area_2", "area_3", "area_4")


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
