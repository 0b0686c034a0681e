"""What an agency promises of a register: one YAML file each, read into a `Contract`."""

from typing import Literal

from pydantic import Field

from transforms.mapping import RegisterMapping, Strict


class Source(Strict):
    """Where a register comes from.

    `path`: a file below the inbox, or a pattern of which the last match in name order is taken; for `sql` a
    database file below the inbox. `url_env`: the environment variable that holds a database or HTTP address
    with its secrets. `query`: what to ask a database. `sheet`: the sheet of a workbook, all sheets if none.
    `skip_rows`: rows above the header.
    """

    kind: Literal["csv", "xlsx", "parquet", "jsonl", "sql", "http"]
    path: str | None = None
    url_env: str | None = None
    query: str | None = None
    format: Literal["csv", "xlsx", "parquet", "jsonl"] | None = None  # of what HTTP answers
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    skip_rows: int = 0


class Volume(Strict):
    """How many rows may come: at least `min_rows`, and between these ratios of the last accepted snapshot."""

    min_rows: int = 1
    min_ratio: float = 0.5
    max_ratio: float = 2.0


class Freshness(Strict):
    """The newest value of a date column may be at most so many days before the as-of date."""

    column: str
    max_age_days: int = Field(gt=0)


class Contract(RegisterMapping):
    """A register: who keeps it, where it comes from, what it promises, what its columns mean."""

    title: str
    agency: str
    optional: bool = False  # a register that need not come every night
    one_row_per_person: bool = False  # the agency promises that nobody stands in it twice
    source: Source
    volume: Volume = Volume()
    freshness: Freshness | None = None
    max_missing_share: float = 0.2  # of a required column: above it the register is held back
    max_duplicate_share: float = 0.2  # of keys that came more than once
