"""What goes wrong between a person and a register: slips of the pen, of the ear and of the spreadsheet.

Every function takes the right values and chances and gives what was written. Only the rows hit are touched.
"""

from typing import Any

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Ints, happens, pick

Habits = dict[str, Any]

KHMER_DIGITS = dict(zip("0123456789", "០១២៣៤៥៦៧៨៩", strict=True))
ZERO_WIDTH_SPACE = "\u200b"
# Signs that look, sound or lie alike; each is taken for the other.
LOOK_ALIKE = "ន/ណ ល/ឡ ត/ថ ព/ភ ផ/ជ ក/គ ច/ឆ ុ/ូ ិ/ី ឹ/ឺ េ/ែ ស/ប ដ/ធ ់/៉ a/e o/u i/y n/m p/b t/d k/g s/z v/w h/n r/t l/i c/x"
PAIRS = [(pair[0], pair[-1]) for pair in LOOK_ALIKE.split()]
TAKEN_FOR = {b: a for a, b in reversed(PAIRS)} | dict(PAIRS)


def replaced(values: pl.Series, hit: Flags, others: pl.Series) -> pl.Series:
    """`values` with those of the rows hit taken from `others`, which is as long."""
    chosen = pl.when(pl.Series(hit)).then(others).otherwise(values).alias(values.name)
    return pl.select(chosen).to_series()


def mistyped(rng: np.random.Generator, text: pl.Series, chance: float) -> pl.Series:
    """One sign left out, doubled, changed places with the next, or taken for a look-alike, in some of the texts."""
    places = np.flatnonzero(happens(rng, len(text), chance) & (text.str.len_chars().fill_null(0) > 2).to_numpy())
    if not len(places):
        return text
    frame = pl.DataFrame({"text": text.gather(places)}).with_columns(
        at=pl.Series(
            np.floor(rng.random(len(places)) * (text.gather(places).str.len_chars().to_numpy() - 1)).astype(np.int64)
        ),
        slip=pl.Series(rng.integers(0, 4, len(places))),
    )
    s = pl.col("text")
    before, sign, after = s.str.slice(0, pl.col("at")), s.str.slice(pl.col("at"), 1), s.str.slice(pl.col("at") + 1)
    written = (
        pl.when(pl.col("slip") == 0).then(before + after)
        .when(pl.col("slip") == 1).then(before + sign + sign + after)
        .when(pl.col("slip") == 2).then(before + after.str.slice(0, 1) + sign + after.str.slice(1))
        .otherwise(before + sign.replace(TAKEN_FOR) + after)
    )  # fmt: skip
    result = text.clone()
    return result.scatter(places, frame.select(written).to_series())


def one_digit_wrong(rng: np.random.Generator, number: pl.Series, chance: float) -> pl.Series:
    """One of the digits of some of the numbers read wrongly; the last eight digits are the ones at risk."""
    places = np.flatnonzero(happens(rng, len(number), chance) & number.is_not_null().to_numpy())
    if not len(places):
        return number
    frame = pl.DataFrame({"n": number.gather(places)}).with_columns(
        at=pl.col("n").str.len_chars().cast(pl.Int64) - 1 - pl.Series(rng.integers(0, 8, len(places))),
        other=pl.Series(rng.integers(1, 10, len(places))),
    )
    n, at = pl.col("n"), pl.col("at").clip(lower_bound=0)
    digit = (n.str.slice(at, 1).cast(pl.Int64, strict=False).fill_null(0) + pl.col("other")) % 10
    written = n.str.slice(0, at) + digit.cast(pl.String) + n.str.slice(at + 1)
    return number.clone().scatter(places, frame.select(written).to_series())


def identifier(rng: np.random.Generator, number: pl.Series, lender: pl.Series, habits: Habits) -> pl.Series:
    """An identifier as written: missing, a relative's, with a digit wrong, or without its leading zero."""
    borrowed = happens(rng, len(number), habits["borrowed"]) & lender.is_not_null().to_numpy()
    written = one_digit_wrong(rng, replaced(number, borrowed, lender), habits["digit"])
    short = happens(rng, len(number), habits["zero_lost"])
    written = replaced(written, short, written.str.strip_chars_start("0"))
    return replaced(written, happens(rng, len(number), habits["missing"]), none_of(number))


def none_of(values: pl.Series) -> pl.Series:
    return pl.repeat(None, len(values), dtype=values.dtype, eager=True)


BIRTH_KINDS = ("right", "swapped", "first_january", "digit", "year_only", "missing", "age")
PRECISION = {"year_only": "year", "missing": "missing", "age": "age"}


def birth_as_written(rng: np.random.Generator, born: Ints, forced: Flags, habits: Habits, as_of: int) -> pl.DataFrame:
    """Birth dates as written: `birth` (a date; what was meant where only a year or age is written) and `precision`
    (day, year, age, missing). Where `forced`, the year is one digit wrong."""
    shares = [1 - sum(habits.values()), *(habits[kind] for kind in BIRTH_KINDS[1:])]
    kind = np.asarray(BIRTH_KINDS, dtype=object)[pick(rng, shares, len(born))]
    frame = pl.DataFrame({"born": pl.Series(born).cast(pl.Int32).cast(pl.Date)}).with_columns(
        kind=pl.Series(np.where(forced, "digit", kind).tolist(), dtype=pl.String),
        slip=pl.Series(np.where(forced, 4, rng.integers(0, 6, len(born)))),
        sign=pl.Series(np.where(rng.random(len(born)) < 0.5, 1, -1)),
    )
    year, month, day = (getattr(pl.col("born").dt, part)().cast(pl.Int32) for part in ("year", "month", "day"))
    swapped = pl.when(day <= 12).then(pl.date(year, day.clip(upper_bound=12), month)).otherwise("born")
    known = pl.col("born").is_not_null() & (pl.col("kind") != "missing")
    written = (
        pl.when(pl.col("kind") == "swapped").then(swapped)
        .when(pl.col("kind") == "first_january").then(pl.date(year, 1, 1))
        .when(pl.col("kind") == "digit").then(one_part_wrong(year, month, day))
        .otherwise("born")
    )  # fmt: skip
    written = pl.when(written.cast(pl.Int32) <= as_of).then(written).otherwise("born")
    return frame.select(
        birth=pl.when(known).then(written),
        precision=pl.when(known)
        .then(pl.col("kind").replace_strict(PRECISION, default="day"))
        .otherwise(pl.lit("missing")),
    )


def one_part_wrong(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A real date with one digit of day, month or year off; `slip` says which, `sign` which way."""
    sign, slip = pl.col("sign").cast(pl.Int32), pl.col("slip")
    d = pl.when(slip == 0).then(day + sign).when(slip == 1).then(day + 10 * sign).otherwise(day)
    m = pl.when(slip == 2).then(month + sign).otherwise(month)
    y = pl.when(slip.is_in([3, 5])).then(year + sign).when(slip == 4).then(year - 10).otherwise(year)
    real = d.is_between(1, 28) & m.is_between(1, 12)
    return (
        pl.when(real)
        .then(pl.date(y, m.clip(1, 12), d.clip(1, 28)))
        .otherwise(pl.date(year - 1, month, day.clip(1, 28)))
    )


def khmer_digits(rng: np.random.Generator, text: pl.Series, chance: float) -> pl.Series:
    return replaced(text, happens(rng, len(text), chance), text.str.replace_many(KHMER_DIGITS))


def phone(rng: np.random.Generator, number: pl.Series, village: pl.Series, p: Habits) -> pl.Series:
    """Phones as written: some the village chief's, some with +855, some without their first zero."""
    chief = pl.DataFrame({"village": village, "number": number}).select(
        pl.col("number").drop_nulls().first().over("village")
    ).to_series()  # fmt: skip
    written = replaced(number, happens(rng, len(number), p["phone_borrowed"]), chief)
    draw = rng.random(len(number))
    written = replaced(written, draw < p["phone_zero_lost"], written.str.strip_chars_start("0"))
    abroad = (draw >= p["phone_zero_lost"]) & (draw < p["phone_zero_lost"] + p["phone_international"])
    return replaced(written, abroad, "+855" + written.str.strip_chars_start("0"))


def sent_twice(rng: np.random.Generator, rows: pl.DataFrame, share: float) -> pl.DataFrame:
    """The rows with a few of them once more at the end, at least one."""
    again = rng.permutation(rows.height)[: max(1, int(share * rows.height))]
    return pl.concat([rows, rows[np.sort(again)]])


def unreadable(
    rng: np.random.Generator, rows: pl.DataFrame, column: str, rubbish: str | None, share: float
) -> pl.DataFrame:
    """The rows with a value nobody can read in a few of them, at least two."""
    places = rng.permutation(rows.height)[: max(2, int(share * rows.height))]
    hit = np.zeros(rows.height, dtype=bool)
    hit[places] = True
    dtype = rows.schema[column]
    return rows.with_columns(pl.when(pl.Series(hit)).then(pl.lit(rubbish, dtype=dtype)).otherwise(column).alias(column))
