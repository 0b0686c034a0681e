"""What goes wrong with dates: what is known of a birth, and how a day is put on paper."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Parameters
from transforms.country.dirt_numbers import in_khmer_digits
from transforms.country.dirt_text import changed
from transforms.country.draws import Draws
from transforms.country.ledger import Ledger, replaced

BIRTH_KINDS = ("swapped", "first_january", "digit", "year_only", "missing", "age")
FORM_KINDS = ("unreadable", "impossible", "serial", "month_first", "other", "buddhist")
PRECISION = {"year_only": "year", "missing": "missing", "age": "age"}
SPREADSHEET_DAY_0 = 25_569  # days from 30 December 1899 to 1 January 1970
FIVE_DIGITS = 10_000  # a day number of four digits could be a year
NEW_YEAR_OF_THE_ERA = 515  # Visak Bochea, taken as 15 May
UNREADABLE = ("?", "មិនដឹង", "ភ្លេច", "xx/xx/xxxx")
OTHER_FORMS = ("%d-%m-%Y", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d")


def birth_as_written(
    draws: Draws, born: pl.Series, forced: Flags, habits: Parameters, as_of: int | pl.Series
) -> pl.DataFrame:
    """Birth dates as told: `birth` (a date; the full one where only a year or an age is told), `precision` (day, year,
    age, missing) and `slip` (swapped, first_january, digit; else null). Where `forced`, the year is a digit wrong.
    None lies after `as_of`, the day it is written down."""
    kinds = draws.kind("birth", {kind: habits.get(kind, 0.0) for kind in BIRTH_KINDS})
    kind = np.select([forced, *kinds.values()], ["digit", *kinds], "right")
    frame = pl.DataFrame({"born": born.cast(pl.Int32).cast(pl.Date)}).with_columns(
        kind=pl.Series(kind.tolist(), dtype=pl.String),
        slip=pl.Series(np.where(forced, 4, draws.below("birth slip", 6))),
        sign=pl.Series(np.where(draws.hits("birth sign", 0.5), 1, -1)),
    )
    year, month, day = (getattr(pl.col("born").dt, part)().cast(pl.Int32) for part in ("year", "month", "day"))
    swapped = pl.when(day <= 12).then(pl.date(year, day.clip(upper_bound=12), month)).otherwise("born")
    written = (
        pl.when(pl.col("kind") == "swapped").then(swapped)
        .when(pl.col("kind") == "first_january").then(pl.date(year, 1, 1))
        .when(pl.col("kind") == "digit").then(one_part_wrong(year, month, day))
        .otherwise("born")
    )  # fmt: skip
    written = pl.when(written.cast(pl.Int32) <= as_of).then(written).otherwise("born")
    known = pl.col("born").is_not_null() & (pl.col("kind") != "missing")
    return frame.select(
        birth=pl.when(known).then(written),
        precision=pl.when(known)
        .then(pl.col("kind").replace_strict(PRECISION, default="day"))
        .otherwise(pl.lit("missing")),
        slip=pl.when(written != pl.col("born")).then("kind"),
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


@dataclass(frozen=True)
class Paper:
    """How an agency puts days on paper: its own form, its rates of other ways, its chance, where damage is noted."""

    form: str
    rates: Parameters
    draws: Draws
    ledger: Ledger

    def dates(self, column: str, day: pl.Series, year_only: Flags, lost: str = "set_aside") -> pl.Series:
        """The days (dates) as text under the column's name in the truth; of some only the year.

        `lost` is what becomes of a date that nobody can read: set_aside, or quarantined where it is required."""
        self.ledger.means(column, day.dt.strftime("%Y-%m-%d"))
        known = day.is_not_null().to_numpy()
        kinds = self.draws.kind(f"{column} form", {kind: self.rates.get(kind, 0.0) for kind in FORM_KINDS})
        whole = known & ~year_only
        text = replaced(day.dt.strftime(self.form), year_only, day.dt.strftime("%Y"))
        text = self._in_another_form(column, text, day, {kind: hit & whole for kind, hit in kinds.items()})
        text = self._in_buddhist_years(column, text, day, kinds["buddhist"] & known, whole)
        digits = self.draws.hits(f"{column} khmer digits", self.rates.get("khmer_digits", 0.0)) & ~kinds["serial"]
        text = self.ledger.damage((column,), "khmer_digits", text, digits, in_khmer_digits(text, digits))
        return self._lost(column, text, day, kinds, lost)

    def _in_another_form(self, column: str, text: pl.Series, day: pl.Series, kinds: dict[str, Flags]) -> pl.Series:
        number = day.cast(pl.Int32) + SPREADSHEET_DAY_0
        serial = kinds["serial"] & (number >= FIVE_DIGITS).fill_null(False).to_numpy()
        text = self.ledger.damage((column,), "spreadsheet_day", text, serial, number.cast(pl.String))
        late = (day.dt.day() > 12).fill_null(False).to_numpy()
        text = self.ledger.damage(
            (column,), "month_first", text, kinds["month_first"] & late, day.dt.strftime("%m/%d/%Y")
        )
        forms = [form for form in OTHER_FORMS if form != self.form]
        choice = self.draws.below(f"{column} other form", len(forms))
        for place, form in enumerate(forms):
            hit = kinds["other"] & (choice == place)
            text = self.ledger.damage((column,), "other_date_form", text, hit, day.dt.strftime(form))
        return text

    def _in_buddhist_years(self, column: str, text: pl.Series, day: pl.Series, hit: Flags, whole: Flags) -> pl.Series:
        """Years of the Buddhist era: 543 ahead, and 544 from Visak Bochea on where the day is written."""
        later = (day.dt.month().cast(pl.Int32) * 100 + day.dt.day() >= NEW_YEAR_OF_THE_ERA).fill_null(False)
        ahead = pl.Series(543 + (later.to_numpy() & whole).astype(np.int32))
        year = (day.dt.year() + ahead).cast(pl.String)
        before, behind = pl.col("s").str.extract(r"^(.*?)\d{4}"), pl.col("s").str.extract(r"\d{4}(.*)$")
        after = changed(text, hit, before + pl.col("year") + behind, year=year)
        return self.ledger.damage((column,), "buddhist_year", text, hit, after)

    def _lost(self, column: str, text: pl.Series, day: pl.Series, kinds: dict[str, Flags], outcome: str) -> pl.Series:
        known = day.is_not_null().to_numpy()
        rubbish = pl.Series(UNREADABLE).gather(self.draws.below(f"{column} rubbish", len(UNREADABLE)))
        never = "31/02/" + day.dt.year().cast(pl.String)
        for kind, name, others in (("unreadable", "unreadable", rubbish), ("impossible", "impossible_date", never)):
            hit = kinds[kind] & known
            self.ledger.lose((column,), name, hit, outcome)
            text = replaced(text, hit, others)
        return text
