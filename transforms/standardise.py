"""Raw rows of a register to clean ones: who is meant, what is said of them, what could not be read.

Nothing is lost: every raw row is either the source of rows in the register's clean tables, or stands in
clean.quarantine with the first reason found. A value that cannot be read in a row that can be used is set aside,
and every value mended or set aside is counted in clean.repairs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from transforms import tables
from transforms.filling import about_its_person, append, people, with_areas, yielded
from transforms.identifiers import identifiers, mended
from transforms.mapping import YIELDED, RegisterMapping
from transforms.quarantine import first_reason, quarantine, turn_away
from transforms.readings import Setting, applies
from transforms.reference import PLAIN, Reference
from transforms.sheet import Sheet, read_sheet


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
    con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, snapshot: Snapshot, reference: Reference, as_of: date
) -> Counts:
    """Append a register's clean rows. Reference data of another country than the contract's are not used.

    Reads raw.<register>. Writes clean.people, clean.identifiers, the clean tables that the contract fills,
    clean.quarantine and clean.repairs, which must be there.
    """
    setting = Setting(mapping.country, reference if mapping.country == reference.country else PLAIN, as_of)
    raw = _raw_rows(con, mapping, snapshot)
    sheet = read_sheet(raw, mapping, setting)
    turned = _turned_away(raw, sheet, mapping)
    kept = sheet.frame.join(turned, on="_row", how="anti", maintain_order="left")
    _fill(con, mapping, snapshot, kept, setting)
    shown = quarantine(turned, raw, mapping.key, mapping.register_name, (snapshot.snapshot_id, snapshot.file))
    append(con, tables.QUARANTINE, shown, mapping.register_name, snapshot.snapshot_id)
    append(con, tables.REPAIRS, _repairs(sheet, kept, mapping, setting), mapping.register_name, snapshot.snapshot_id)
    return Counts(raw.height, kept.height, shown.height)


def _raw_rows(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, snapshot: Snapshot) -> pl.DataFrame:
    query = f'SELECT * FROM raw."{mapping.register_name}" WHERE _snapshot = ? ORDER BY _row'
    raw = con.execute(query, [snapshot.snapshot_id]).pl().drop("_snapshot", "_file")
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in mapping.columns if name not in raw.columns]
    return raw.with_columns(*absent).with_columns(pl.exclude("_row").cast(pl.String))


def _turned_away(raw: pl.DataFrame, sheet: Sheet, mapping: RegisterMapping) -> pl.DataFrame:
    """Every row that cannot be used, with its first reason."""
    turned = first_reason(list(_single_reasons(raw, sheet, mapping)))
    used = sheet.frame.select("_row", "record_id").join(turned, on="_row", how="anti", maintain_order="left")
    return pl.concat([turned, _repeats(raw, used, mapping.key)])


def _single_reasons(raw: pl.DataFrame, sheet: Sheet, mapping: RegisterMapping) -> Iterator[pl.DataFrame]:
    """Reasons a row has by itself: may not be used, lacks what is required, or means nothing."""
    rows = raw.with_columns(_row=pl.col("_row").cast(pl.Int64))
    for admission in mapping.admit:
        columns = tuple(admission.when)
        said = pl.all_horizontal(pl.col(column).is_not_null() for column in columns)
        refused = sheet.frame.filter(said & ~applies(admission.when)).select("_row")
        refused_rows = rows.join(refused, on="_row", how="semi")
        yield turn_away(refused_rows, columns, pl.lit(admission.reason), admission.remedy)
    needed = [name for name, column in mapping.columns.items() if column.required or name in mapping.key]
    for name in needed:
        yield _missing_or_unread(rows, sheet, name)
    nowhere = ~pl.any_horizontal(applies(fills.when) for fills in mapping.yields.values())
    lost = rows.join(sheet.frame.filter(nowhere).select("_row"), on="_row", how="semi")
    choosers = tuple(dict.fromkeys(column for fills in mapping.yields.values() for column in fills.when))
    yield turn_away(lost, choosers or mapping.key, pl.lit("applies_nowhere"))


def _missing_or_unread(rows: pl.DataFrame, sheet: Sheet, name: str) -> pl.DataFrame:
    faults = sheet.faults.filter(pl.col("column_name") == name).select("_row", reason="kinds")
    empty = sheet.frame.filter(pl.col(name).is_null()).select("_row")
    found = rows.join(empty, on="_row", how="semi").join(faults, on="_row", how="left", maintain_order="left")
    return turn_away(found, (name,), pl.col("reason").fill_null("required_missing"))


def _repeats(raw: pl.DataFrame, used: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Rows whose key stood in an earlier usable row: the same row again, or another one with its key."""
    twice = used.filter(pl.col("record_id").is_duplicated())
    rows = raw.with_columns(_row=pl.col("_row").cast(pl.Int64)).join(twice, on="_row", how="inner").sort("_row")
    content = pl.struct(pl.exclude("_row", "record_id"))
    same = ~content.is_first_distinct()
    reason = pl.when(same).then(pl.lit("repeated_row")).otherwise(pl.lit("duplicate_key"))
    later = rows.with_columns(reason=reason).filter(~pl.col("record_id").is_first_distinct())
    return turn_away(later, key, pl.col("reason"))


def _fill(
    con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, snapshot: Snapshot, kept: pl.DataFrame, setting: Setting
) -> None:
    """Append the rows of every table the contract fills."""
    register, persons = mapping.register_name, None
    if "people" in mapping.yields:
        rows = people(kept, mapping, setting.reference, setting.as_of)
        persons = rows["_row"]
        append(con, tables.PEOPLE, rows, register, snapshot.snapshot_id)
    for name, fills in mapping.yields.items():
        if name != "people":
            rows = with_areas(yielded(kept, fills), setting.reference)
            rows = about_its_person(rows, YIELDED[name], register, persons)
            append(con, YIELDED[name], rows, register, snapshot.snapshot_id)
    if mapping.identifiers:
        append(con, tables.IDENTIFIERS, identifiers(kept, mapping, setting.reference.script), register)


def _repairs(sheet: Sheet, kept: pl.DataFrame, mapping: RegisterMapping, setting: Setting) -> pl.DataFrame:
    """What was mended or set aside in rows that were kept."""
    mends = sheet.repairs.with_columns(repair=pl.col("kinds").str.split("+")).explode("repair")
    asides = sheet.faults.with_columns(repair=pl.format("set_aside_{}", "kinds"))
    columns = ["_row", "column_name", "repair", "found", "became"]
    every = pl.concat([mends.select(columns), asides.select(columns)])
    ours = every.join(kept, on="_row", how="semi", maintain_order="left")
    zeros = mended(kept, mapping, setting.reference.script).select(columns)
    return pl.concat([ours, zeros]).unique(["_row", "column_name", "repair"], keep="first", maintain_order=True)
