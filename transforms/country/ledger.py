"""What was damaged while a register was written, value by value, and what a perfect reader does about it."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Ints

UNDONE = (
    "zero_width", "sign_order", "sign_variant", "joined_name", "title", "alias", "capitals_order", "khmer_digits",
    "buddhist_year", "spreadsheet_day", "other_date_form", "month_first", "leading_zero", "spaced_identifier",
    "international_phone", "spaced_phone", "code_variant", "old_area_code", "area_name", "first_january", "year_only",
    "age_only",
)  # fmt: skip
SET_ASIDE = ("legacy_font", "unreadable", "impossible_date", "placeholder_identifier", "over_shared_phone")
OF_ROWS = ("totals_row", "sent_twice", "no_consent")
KEPT = (
    "typing_error", "look_alike", "other_spelling", "swapped_name_order", "split_name", "given_only", "nickname",
    "digit_error", "ocr_digit", "borrowed_identifier", "missing", "day_month_swap", "birth_digit", "wrong_sex",
    "wrong_village", "borrowed_phone", "age_rounded",
)  # fmt: skip
OUTCOME = (
    dict.fromkeys(UNDONE, "undone")
    | dict.fromkeys(SET_ASIDE, "set_aside")
    | dict.fromkeys(OF_ROWS, "quarantined")
    | dict.fromkeys(KEPT, "kept")
)
LOST = ("set_aside", "quarantined")
DIRT = dict.fromkeys(("register", "record_id", "column", "kind", "outcome", "meant"), pl.String)


def replaced(values: pl.Series, hit: Flags, others: pl.Series) -> pl.Series:
    """`values` with those of the rows hit taken from `others`, which is as long."""
    return pl.select(pl.when(pl.Series(hit)).then(others).otherwise(values).alias(values.name)).to_series()


def differs(before: pl.Series, after: pl.Series) -> Flags:
    return before.ne_missing(after).to_numpy()


class Ledger:
    """The damage to the rows of one register, by column, kind and outcome."""

    def __init__(self) -> None:
        self._hits: dict[tuple[str, str, str], Flags] = {}
        self._meant: dict[str, pl.Series] = {}

    def means(self, column: str, values: pl.Series) -> None:
        """Tell what stands in a column once its dirt is undone, as canonical text, where no record bears it."""
        self._meant[column] = values

    def note(self, columns: Iterable[str], kind: str, hit: Flags, outcome: str | None = None) -> None:
        """Put down that a kind of dirt befell these columns in the rows hit."""
        for column in columns:
            key = (column, kind, outcome or OUTCOME[kind])
            self._hits[key] = hit | self._hits[key] if key in self._hits else hit

    def damage(self, columns: tuple[str, ...], kind: str, before: pl.Series, hit: Flags, after: pl.Series) -> pl.Series:
        """`before` with the values hit taken from `after`; put down where that changed a value that was there."""
        changed = hit & before.is_not_null().to_numpy() & differs(before, after)
        self.note(columns, kind, changed)
        return replaced(before, changed, after)

    def lose(self, columns: tuple[str, ...], kind: str, hit: Flags, outcome: str | None = None) -> None:
        """Put down damage that hides all other damage to the value."""
        self.forget(columns, hit)
        self.note(columns, kind, hit, outcome)

    def forget(self, columns: tuple[str, ...], rows: Flags) -> None:
        """Strike out what befell these columns in these rows: the register does not send the value there."""
        for key in self._hits:
            if key[0] in columns:
                self._hits[key] = self._hits[key] & ~rows

    def only(self, columns: Iterable[str]) -> None:
        """Strike out what befell columns that the register does not send."""
        sent = set(columns)
        self._hits = {key: hit for key, hit in self._hits.items() if key[0] in sent}

    def spread(self, rows: Ints) -> "Ledger":
        """The same of a table made by taking these rows, some of them several times."""
        other = Ledger()
        other._hits = {key: hit[rows] for key, hit in self._hits.items()}
        other._meant = {column: values.gather(rows) for column, values in self._meant.items()}
        return other

    def lost(self, column: str, size: int) -> Flags:
        """Rows in which nothing can be read out of the column."""
        rows = np.zeros(size, dtype=bool)
        for (name, _, outcome), hit in self._hits.items():
            if name == column and outcome in LOST:
                rows |= hit
        return rows

    def quarantined(self) -> Flags | None:
        """Rows that cannot be used at all; null where there is no such damage."""
        every = [hit for (_, _, outcome), hit in self._hits.items() if outcome == "quarantined"]
        return np.logical_or.reduce(every) if every else None

    def frame(self, register: str, record_id: pl.Series) -> pl.DataFrame:
        """One row a damaged value: the columns of `DIRT`."""
        parts = [pl.DataFrame(schema=DIRT)]
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(record_id))
        for (column, kind, outcome), hit in self._hits.items():
            rows = np.flatnonzero(hit)
            meant = self._meant.get(column, nothing) if outcome == "undone" else nothing
            of = pl.DataFrame({"record_id": record_id.gather(rows), "meant": meant.gather(rows)})
            told = {"register": register, "column": column, "kind": kind, "outcome": outcome}
            parts.append(of.with_columns(**{name: pl.lit(text) for name, text in told.items()}).select(*DIRT))
        return pl.concat(parts)
