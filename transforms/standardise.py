"""Raw rows of a register to clean ones: who is meant, what is said of them, what could not be read.

Nothing is lost: every raw row is either the source of rows in the register's clean tables, or stands in
clean.quarantine with the first reason found. A value that cannot be read in a row that can be used is set aside,
and every value mended or set aside is a row of clean.repairs.

A register is read in slices of rows, so that memory does not grow with it. What only the whole register tells
(keys that come twice, values that too many share, the order) is asked in DuckDB, so that nothing depends on the slices.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb
import polars as pl

from transforms import shared, staging, tables
from transforms.culprit import guarded
from transforms.filling import about_its_person, people, with_areas, yielded
from transforms.identifiers import identifiers
from transforms.mapping import YIELDED, RegisterMapping
from transforms.mending import Filled, repairs
from transforms.quarantine import first_reason, quarantine, turn_away
from transforms.readings import Setting, applies
from transforms.reference import PLAIN, Reference
from transforms.sheet import Sheet, read_sheet
from transforms.tables import PEOPLE, Table

AT_ONCE = 2
SLICE_ROWS = 500_000  # below it speed is lost, above it only memory grows


@dataclass(frozen=True)
class Snapshot:
    """One pull of a register: its id and the name of the file."""

    snapshot_id: str
    file: str


@dataclass(frozen=True)
class Counts:
    """Rows of a snapshot: rows_in = rows_clean + rows_quarantined."""

    rows_in: int
    rows_clean: int
    rows_quarantined: int


def standardise(
    con: duckdb.DuckDBPyConnection,
    mapping: RegisterMapping,
    snapshot: Snapshot,
    reference: Reference,
    as_of: date,
    slice_rows: int = SLICE_ROWS,
) -> Counts:
    """Append a register's clean rows. Reference data of another country than the contract's are not used.

    Reads raw.<register>. Writes clean.people, clean.identifiers, the clean tables that the contract fills,
    clean.quarantine and clean.repairs, which must be there. Call it in a transaction: when it raises
    `StandardisingError` or an error of DuckDB, part of the rows may have been written.
    """
    setting = Setting(mapping.country, reference if mapping.country == reference.country else PLAIN, as_of)
    filled = _tables_filled(mapping)
    staging.begin(con, filled)
    prepare = partial(_prepare, mapping=mapping, snapshot=snapshot, setting=setting)
    for slice_filled in _in_order(prepare, _slices(con, mapping, snapshot, slice_rows)):
        for table, rows in slice_filled:
            staging.stage(con, table, rows)
    staging.find_repeats(con, mapping.register_name)
    _turn_away_repeats(con, mapping, snapshot, slice_rows)
    shared.set_aside_phones(con, mapping)
    shared.distrust_identifiers(con, mapping)
    counts = _counts(con, mapping, snapshot)
    for table in filled:
        staging.settle(con, table, mapping.register_name, snapshot.snapshot_id)
    staging.end(con)
    return counts


def _tables_filled(mapping: RegisterMapping) -> list[Table]:
    """The clean tables a register adds to."""
    return [*(YIELDED[name] for name in mapping.yields), tables.IDENTIFIERS, tables.QUARANTINE, tables.REPAIRS]


def _slices(
    con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, snapshot: Snapshot, slice_rows: int
) -> Iterator[pl.DataFrame]:
    """The register's rows in their order, so many at a time, every declared column as text."""
    table = f'raw."{mapping.register_name}"'
    last = tables.number(con, f"SELECT coalesce(max(_row), 0) FROM {table} WHERE _snapshot = ?", [snapshot.snapshot_id])
    query = f"SELECT * FROM {table} WHERE _snapshot = ? AND _row > ? AND _row <= ? ORDER BY _row"
    for start in range(0, last, slice_rows):
        rows = con.execute(query, [snapshot.snapshot_id, start, start + slice_rows]).pl()
        yield _as_text(rows.drop("_snapshot", "_file"), mapping)


def _as_text(rows: pl.DataFrame, mapping: RegisterMapping) -> pl.DataFrame:
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in mapping.columns if name not in rows.columns]
    return rows.with_columns(*absent).with_columns(pl.exclude("_row").cast(pl.String), pl.col("_row").cast(pl.Int64))


def _in_order(prepare: Callable[[pl.DataFrame], Filled], slices: Iterator[pl.DataFrame]) -> Iterator[Filled]:
    """What is prepared from every slice, in their order, `AT_ONCE` at a time: part of the work takes one core only."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way: deque[Future[Filled]] = deque()
        for raw in slices:
            under_way.append(pool.submit(guarded, prepare, raw))
            if len(under_way) == AT_ONCE:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _prepare(raw: pl.DataFrame, mapping: RegisterMapping, snapshot: Snapshot, setting: Setting) -> Filled:
    """All that can be told of rows by themselves: what to add to which staged table."""
    sheet = read_sheet(raw, mapping, setting)
    turned = first_reason(list(_single_reasons(raw, sheet, mapping)))
    kept = sheet.frame.join(turned, on="_row", how="anti", maintain_order="left")
    filled = list(_fill(mapping, kept, setting))
    shown = quarantine(turned, raw, mapping.key, snapshot.file)
    every = [
        (staging.USED, kept.select("_row", "record_id")),
        *filled,
        (tables.QUARANTINE, shown),
        (tables.REPAIRS, repairs(sheet, kept, filled, mapping)),
    ]
    return [(table, staging.ready(table, rows)) for table, rows in every]


def _single_reasons(raw: pl.DataFrame, sheet: Sheet, mapping: RegisterMapping) -> Iterator[pl.DataFrame]:
    """Reasons a row has by itself: may not be used, lacks what is required, or means nothing."""
    for admission in mapping.admit:
        columns = tuple(admission.when)
        said = pl.all_horizontal(pl.col(column).is_not_null() for column in columns)
        refused = sheet.frame.filter(said & ~applies(admission.when)).select("_row")
        refused_rows = raw.join(refused, on="_row", how="semi")
        yield turn_away(refused_rows, columns, pl.lit(admission.reason), admission.remedy)
    needed = [name for name, column in mapping.columns.items() if column.required or name in mapping.key]
    for name in needed:
        yield _missing_or_unread(raw, sheet, name)
    nowhere = ~pl.any_horizontal(applies(fills.when) for fills in mapping.yields.values())
    lost = raw.join(sheet.frame.filter(nowhere).select("_row"), on="_row", how="semi")
    choosers = tuple(dict.fromkeys(column for fills in mapping.yields.values() for column in fills.when))
    yield turn_away(lost, choosers or mapping.key, pl.lit("applies_nowhere"))


def _missing_or_unread(raw: pl.DataFrame, sheet: Sheet, name: str) -> pl.DataFrame:
    faults = sheet.faults.filter(pl.col("column_name") == name).select("_row", reason="kinds")
    empty = sheet.frame.filter(pl.col(name).is_null()).select("_row")
    found = raw.join(empty, on="_row", how="semi").join(faults, on="_row", how="left", maintain_order="left")
    return turn_away(found, (name,), pl.col("reason").fill_null("required_missing"))


def _fill(mapping: RegisterMapping, kept: pl.DataFrame, setting: Setting) -> Iterator[tuple[Table, pl.DataFrame]]:
    """The rows of every table the contract fills, people first."""
    persons = None
    if "people" in mapping.yields:
        rows = people(kept, mapping, setting.reference, setting.as_of)
        persons = rows["_row"]
        yield PEOPLE, rows
    for name, fills in mapping.yields.items():
        if name != "people":
            rows = with_areas(yielded(kept, fills), setting.reference)
            yield YIELDED[name], about_its_person(rows, YIELDED[name], mapping.register_name, persons)
    if mapping.identifiers:
        yield tables.IDENTIFIERS, identifiers(kept, mapping, setting.reference.script)


def _turn_away_repeats(
    con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, snapshot: Snapshot, slice_rows: int
) -> None:
    """Stage the quarantine of the repeated rows, so many at a time."""
    query = f"""SELECT repeats.reason AS _reason, raw_row.* FROM raw."{mapping.register_name}" AS raw_row
        JOIN (FROM {staging.REPEATS} ORDER BY row_no LIMIT {slice_rows} OFFSET ?) AS repeats ON _row = row_no
        ORDER BY _row"""
    for start in range(0, tables.number(con, f"SELECT count(*) FROM {staging.REPEATS}"), slice_rows):
        rows = _as_text(con.execute(query, [start]).pl().drop("_snapshot", "_file"), mapping)
        turned = turn_away(rows, mapping.key, pl.col("_reason"))
        shown = quarantine(turned, rows, mapping.key, snapshot.file)
        staging.stage(con, tables.QUARANTINE, staging.ready(tables.QUARANTINE, shown))


def _counts(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, snapshot: Snapshot) -> Counts:
    """Counted where the rows stand, so that a row lost on the way is seen."""
    came = f'SELECT count(*) FROM raw."{mapping.register_name}" WHERE _snapshot = ?'
    rows_in = tables.number(con, came, [snapshot.snapshot_id])
    repeated = tables.number(con, f"SELECT count(*) FROM {staging.REPEATS}")
    used = tables.number(con, f"SELECT count(*) FROM {staging.staged(staging.USED)}")
    turned = tables.number(con, f"SELECT count(*) FROM {staging.staged(tables.QUARANTINE)}")
    return Counts(rows_in, used - repeated, turned)
