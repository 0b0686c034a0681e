"""Judgements of pairs: read from a folder at the beginning of a night, and written there by `reconcile judge`.

Files stay where they are; nothing is ever taken out of them. Each is CSV, Parquet or JSON lines, with the columns of
`transforms.judgements.COLUMNS`.
"""

import fcntl
import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import warehouse
from flows.source_files import as_text
from transforms import judgements, tables
from transforms.tables import Judgement

OWN = "judged.jsonl"  # what `reconcile judge` appends to
TEXT = dict.fromkeys(("file", *judgements.COLUMNS), pl.String())
MISSING = set(judgements.COLUMNS) - {"reason"}
log = logging.getLogger("reconcile")


class UnreadableError(ValueError):
    """A file of judgements that cannot be read: what is wrong with it, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def take(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Keep what the files of the folder say; what cannot be used is told and goes aside. Returns one line on it.

    Writes linkage.judgements_given, linkage.judgements and linkage.judgements_aside.
    """
    read, unread = _read_all(folder)
    con.register("came", read)
    con.register("unread", unread)
    for name, source in (("judgements_read", "came"), ("judgements_unread", "unread")):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {source}")
        con.unregister(source)
    judged, aside = judgements.take(con, warehouse.now())
    for name in ("judgements_read", "judgements_unread"):
        con.execute(f"DROP TABLE {name}")
    for told in _aside(con):
        log.warning(told)
    return f"{judged:,} pairs judged" + (f", {aside:,} rows or files set aside" if aside else "")


def _aside(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What went aside in sentences, without what was found there: it may be anything."""
    rows = con.execute(
        f"SELECT file, row_no, column_name, remedy FROM {tables.JUDGEMENTS_ASIDE.full_name} ORDER BY file, row_no"
    ).fetchall()
    return [
        f"Judgements, {file}{f', row {row_no}' if row_no else ''}: {column} cannot be used. {remedy}"
        for file, row_no, column, remedy in rows
    ]


def _read_all(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows of all files, and a row of linkage.judgements_aside for each file that cannot be read."""
    read, unread = [pl.DataFrame(schema=TEXT | {"row_no": pl.Int64()})], []
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if not path.is_file() or path.name.startswith("."):
            continue
        try:
            rows = _read(path)
        except UnreadableError as error:
            told = {"file": path.name, "row_no": 0, "column_name": error.problem, "found": None}
            unread.append(told | {"remedy": error.remedy})
        else:
            read.append(rows.select(*TEXT, "row_no"))
    kinds = {"file": pl.String, "row_no": pl.Int64, "column_name": pl.String, "found": pl.String, "remedy": pl.String}
    return pl.concat(read), pl.DataFrame(unread, schema=kinds)


def _read(path: Path) -> pl.DataFrame:
    """The rows of a file as text, with `file` and `row_no`. Raises `UnreadableError`."""
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {".csv": _csv, ".parquet": _parquet, ".jsonl": _jsonl}
    if path.suffix.lower() not in readers:
        raise UnreadableError("the kind of the file", "Send .csv, .parquet or .jsonl.")
    try:
        rows = readers[path.suffix.lower()](path)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError):
        raise UnreadableError(
            "the file", "It cannot be read as what its name says: write it again, in UTF-8."
        ) from None
    if missing := sorted(MISSING - set(rows.columns)):
        raise UnreadableError(f"the column {missing[0]}", f"Add what is missing: {', '.join(missing)}.")
    rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in {"reason"} - set(rows.columns))
    numbered = rows if "row_no" in rows.columns else rows.with_row_index("row_no", offset=1)
    return numbered.with_columns(pl.lit(path.name).alias("file"), pl.col("row_no").cast(pl.Int64))


def _csv(path: Path) -> pl.DataFrame:
    content = path.read_bytes().decode("utf-8-sig")
    separator = ";" if ";" in content.partition("\n")[0] else ","
    return pl.read_csv(content.encode(), separator=separator, infer_schema=False).drop("row_no", strict=False)


def _parquet(path: Path) -> pl.DataFrame:
    rows = pl.read_parquet(path).drop("row_no", strict=False)
    zoned = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    return as_text(rows.with_columns(pl.col(zoned).dt.convert_time_zone("UTC")))


def _jsonl(path: Path) -> pl.DataFrame:
    """A line that is no JSON object has no column that could be used; an empty line is no row."""
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    rows = [{"row_no": number, **_object(line)} for number, line in enumerate(lines, 1) if line.strip()]
    return pl.DataFrame(rows, schema={"row_no": pl.Int64(), **dict.fromkeys(judgements.COLUMNS, pl.String())})


def _object(line: str) -> dict[str, str | None]:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    told = told if isinstance(told, dict) else {}
    return {name: None if told.get(name) is None else str(told[name]) for name in judgements.COLUMNS}


def judge(
    folder: Path, pair: tuple[tuple[str, str], tuple[str, str]], judgement: Judgement, by: str, reason: str | None
) -> Path:
    """Append one judgement to the folder, and have the disk keep it before returning. Returns the file."""
    (register_l, record_id_l), (register_r, record_id_r) = pair
    told: dict[str, Any] = {"register_l": register_l, "record_id_l": record_id_l}
    told |= {"register_r": register_r, "record_id_r": record_id_r}
    told |= {"judgement": str(judgement), "judged_by": by, "judged_at": datetime.now(UTC).isoformat(), "reason": reason}
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / OWN).open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_whole_line_first(file) + json.dumps(told, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return folder / OWN


def _whole_line_first(file: Any) -> bytes:
    """An end of line where the last one was cut off."""
    if not file.seek(0, os.SEEK_END):
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def listed(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The judgements that count, the last one first: keys, no names, nobody's reasons."""
    if not tables.exists(con, tables.JUDGEMENTS.schema, tables.JUDGEMENTS.name):
        return []
    columns = (*tables.JUDGEMENTS.key, "judgement", "judged_at", "is_contested", "fate")
    order = f"judged_at DESC, {', '.join(tables.JUDGEMENTS.key)}"
    query = f"SELECT {', '.join(columns)} FROM {tables.JUDGEMENTS.full_name} ORDER BY {order}"
    return con.execute(query).pl().to_dicts()


def doubtful(con: duckdb.DuckDBPyConnection, most: int) -> list[dict[str, Any]]:
    """The pairs that clerical review should look at first, the most useful first."""
    if not tables.exists(con, tables.DOUBTFUL.schema, tables.DOUBTFUL.name):
        return []
    query = f"FROM {tables.DOUBTFUL.full_name} ORDER BY usefulness DESC, {', '.join(tables.DOUBTFUL.key)} LIMIT ?"
    return con.execute(query, [most]).pl().to_dicts()


def cluster_sizes(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """How firmly clusters hang together, by their size."""
    if not tables.exists(con, tables.CLUSTER_SIZES.schema, tables.CLUSTER_SIZES.name):
        return []
    return con.execute(f"FROM {tables.CLUSTER_SIZES.full_name} ORDER BY least").pl().to_dicts()
