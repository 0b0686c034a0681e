"""What clerks do to a row: slips, nicknames, old names and addresses, wrong days. Each is written down by kind."""

import numpy as np
import polars as pl
from abroad_people import WORDS, Rng

SOUNDS = {
    "ph": "f", "ck": "k", "ie": "y", "ll": "l", "ss": "s", "tt": "t", "ee": "ea", "th": "t", "gh": "g", "oo": "u",
    "c": "k", "y": "i", "z": "s",
}  # fmt: skip
LOOKS = {"rn": "m", "cl": "d", "m": "rn", "l": "1", "o": "0", "i": "l", "e": "c", "h": "b"}
SLIPS = 6
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
NICKNAMES = {name: short.split() for name, short in WORDS["nicknames"].items()}


class Errors:
    """Rows of a register under the hands of clerks; `kinds` has the errors of every row, joined with '+'."""

    def __init__(self, rng: Rng, frame: pl.DataFrame) -> None:
        self.rng, self.frame = rng, frame
        self.made: dict[str, np.ndarray] = {}

    def hits(self, kind: str, share: float, where: pl.Expr | None = None) -> pl.Series:
        """Which rows have this error, of those where it is possible."""
        hit = self.rng.random(self.frame.height) < share
        if where is not None:
            hit &= self.frame.select(where.fill_null(False)).to_series().to_numpy()
        self.made[kind] = self.made.get(kind, np.zeros(len(hit), dtype=bool)) | hit
        return pl.Series(hit)

    def put(self, kind: str, share: float, where: pl.Expr | None = None, **values: pl.Expr) -> None:
        """Set columns to these values where the error is made."""
        if share > 0:
            hit = self.hits(kind, share, where)
            changed = {name: pl.when(hit).then(value).otherwise(pl.col(name)) for name, value in values.items()}
            self.frame = self.frame.with_columns(**changed)

    def typo(self, column: str, share: float) -> None:
        """One slip in some values: a sign too many, left out, wrong, out of place, as it sounds, or as it looks."""
        long = pl.col(column).str.len_chars() > 2
        size = self.frame.height
        slip, letter = self.rng.integers(0, SLIPS, size), LETTERS[self.rng.integers(0, len(LETTERS), size)]
        at = (self.rng.random(size) * (self.frame[column].str.len_chars().fill_null(0).to_numpy() - 1)).astype(int)
        at = pl.lit(pl.Series(np.maximum(at, 1)))
        other = pl.lit(pl.Series(letter))
        slips = pl.lit(pl.Series(slip))
        text = pl.col(column)
        before, sign, after = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
        wrong = (
            pl.when(slips == 0).then(before + other + sign + after)
            .when(slips == 1).then(before + after)
            .when(slips == 2).then(before + other + after)
            .when(slips == 3).then(before + after.str.slice(0, 1) + sign + after.str.slice(1))
            .when(slips == 4).then(_first_of(text, SOUNDS))
            .otherwise(_first_of(text, LOOKS))
        )  # fmt: skip
        self.put(f"typo {column}", share, long, **{column: wrong})

    def digit(self, column: str, share: float) -> None:
        """One digit wrong, or two in the other order, in some numbers."""
        size = self.frame.height
        at = pl.lit(pl.Series(self.rng.integers(1, 8, size)))
        other = pl.lit(pl.Series(self.rng.integers(0, 10, size)).cast(pl.String))
        turned = pl.lit(pl.Series(self.rng.random(size) < 0.4))
        text = pl.col(column)
        before, sign, after = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
        wrong = pl.when(turned).then(before + after.str.slice(0, 1) + sign + after.str.slice(1))
        self.put(f"digit {column}", share, None, **{column: wrong.otherwise(before + other + after)})

    def nickname(self, share: float) -> None:
        pick = pl.lit(pl.Series(self.rng.integers(0, 12, self.frame.height)))
        short = pl.col("given").replace_strict(NICKNAMES, default=None, return_dtype=pl.List(pl.String))
        self.put("nickname", share, short.is_not_null(), given=short.list.get(pick % short.list.len()))

    def birth(self, swap: float, digit: float, default: float) -> None:
        """The day and month in the other order, one part a little off, or 1 January."""
        born = pl.col("birth_date")
        swapped = pl.date(born.dt.year(), born.dt.day(), born.dt.month())
        self.put("day and month swapped", swap, born.dt.day() <= 12, birth_date=swapped)
        off = pl.lit(pl.Series(self.rng.choice([-10, -9, -2, -1, 1, 2, 9, 10], self.frame.height)))
        which = pl.lit(pl.Series(self.rng.integers(0, 3, self.frame.height)))
        year = pl.date(born.dt.year() + pl.when(which == 0).then(off).otherwise(0), born.dt.month(), 1)
        day = (born.dt.day() + pl.when(which == 1).then(off).otherwise(0) - 1) % 28
        month = (born.dt.month() + pl.when(which == 2).then(off).otherwise(0) - 1) % 12
        wrong = pl.date(year.dt.year().clip(1910, 2026), month + 1, day + 1)
        self.put("birth date wrong", digit, None, birth_date=wrong.cast(pl.Date))
        self.put("1 January", default, None, birth_date=pl.date(born.dt.year(), 1, 1))

    def moved(self, share: float) -> None:
        columns = [name for name in self.frame.columns if name.startswith("old_")]
        self.put("moved house", share, None, **{name.removeprefix("old_"): pl.col(name) for name in columns})

    def borrowed(self, share: float) -> None:
        """Some of a household show the number of its head."""
        head = self.frame.filter(pl.col("role") == 0).unique("household", keep="first", maintain_order=True)
        self.frame = self.frame.join(
            head.select("household", head_ssn="ssn"), on="household", how="left", maintain_order="left"
        )
        able = pl.col("head_ssn").is_not_null() & (pl.col("role") > 0)
        self.put("borrowed ssn", share, able, ssn=pl.col("head_ssn"))

    def kinds(self) -> pl.Series:
        told = [pl.when(pl.Series(hit)).then(pl.lit(kind)) for kind, hit in self.made.items()]
        return pl.select(pl.concat_str(told, separator="+", ignore_nulls=True)).to_series() if told else pl.Series(
            [""], dtype=pl.String
        ).new_from_index(0, self.frame.height)  # fmt: skip


def _first_of(text: pl.Expr, changes: dict[str, str]) -> pl.Expr:
    """The first of these changes that is possible behind the first letter."""
    first, rest = text.str.slice(0, 1), text.str.slice(1)
    possible = [
        pl.when(rest.str.contains(old)).then(first + rest.str.replace(old, new)) for old, new in changes.items()
    ]
    return pl.coalesce(*possible, text)
