"""Reading the files that agencies send: delimited text, workbooks, Parquet, JSON lines."""

import io
import re
from collections.abc import Callable

import fastexcel
import polars as pl

from expectations.contracts import Contract
from flows.source_encodings import decode
from flows.source_errors import trouble

TAIL = 3  # lines at the end that may be short: totals and signatures below the table


def read_bytes(contract: Contract, name: str, form: str, content: bytes) -> pl.DataFrame:
    """The rows in the bytes of a file. Raises `SourceError`."""
    readers: dict[str, Callable[[Contract, str, bytes], pl.DataFrame]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "parquet": _parquet,
        "jsonl": _jsonl,
    }
    return readers[form](contract, name, content)


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as text: dates in ISO form, whole numbers without a decimal point, true and false."""
    return frame.select(_text(name, kind) for name, kind in frame.schema.items())


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_float():
        whole = column.is_finite() & (column == column.round()) & (column.abs() < 2**53)
        return (
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
        )
    if kind == pl.Datetime:
        return _without_midnight(column.dt.replace_time_zone(None).dt.to_string("%Y-%m-%d %H:%M:%S")).alias(name)
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if kind.is_nested():
        return pl.struct(column).struct.json_encode().alias(name)
    if kind == pl.Binary:
        return column.bin.encode("hex")
    return column.cast(pl.String)


def _without_midnight(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?$", "${1}")


def _csv(contract: Contract, name: str, content: bytes) -> pl.DataFrame:
    source = contract.source
    content = decode(contract, name, content)
    for _ in range(source.skip_rows):
        content = content.partition(b"\n")[2]
    _refuse_ragged(contract, name, content)
    try:
        frame = pl.read_csv(
            content, separator=source.delimiter, infer_schema=False, empty_string_is_null=False, raise_if_empty=True
        )
    except pl.exceptions.NoDataError:
        raise trouble(contract, name, "it holds no header and no rows", "Send the register again.") from None
    except pl.exceptions.PolarsError:
        problem = "a quote is opened and never closed, or fields cannot be told apart"
        raise trouble(contract, name, problem, "Write quotes within a value twice, and send it again.") from None
    _refuse_twin_columns(contract, name, frame)
    return _without_blank_end(frame)


def _refuse_ragged(contract: Contract, name: str, content: bytes) -> None:
    """Rows with too many fields, or too few above the last lines, have moved values into wrong columns."""
    rows = _fields_a_line(contract, content)
    if rows.is_empty():
        return
    expected = int(rows["fields"][0])
    whole = pl.col("number").filter(pl.col("fields") == expected).max()
    below = (pl.col("number") > whole) & (pl.col("number").rank("dense", descending=True) <= TAIL)
    bad = rows.filter((pl.col("fields") > expected) | ((pl.col("fields") < expected) & ~below))
    if not bad.is_empty():
        named = ", ".join(str(number) for number in bad["number"].head(5))
        problem = f"{bad.height} line(s) do not have {expected} fields like the header (line {named})"
        raise trouble(contract, name, problem, "Put values that hold the delimiter or a line break into quotes.")
    if int(rows["fields"][-1]) < expected and not content.endswith(b"\n"):
        raise trouble(contract, name, "it ends within a line", "It may be cut off: send it again.")


def _fields_a_line(contract: Contract, content: bytes) -> pl.DataFrame:
    """Fields of every line that is not blank: `number` in the file, `fields`. Nothing where values span lines.

    Text within quotes is not looked at; a quote that one line opens and another closes is left to the reader.
    """
    lines = pl.read_csv(
        content, has_header=False, separator="\x01", quote_char=None, infer_schema=False, empty_string_is_null=False,
        new_columns=["line"], raise_if_empty=False, truncate_ragged_lines=True,
    ).with_row_index("number", offset=contract.source.skip_rows + 1)  # fmt: skip
    if "line" not in lines.columns:
        return pl.DataFrame(schema={"number": pl.UInt32, "fields": pl.UInt32})
    line, quoted = pl.col("line"), pl.col("line").str.contains('"', literal=True)
    spans = (line.str.count_matches('"', literal=True) % 2 == 1).any()
    bare = pl.when(quoted).then(line.str.replace_all(r'"[^"]*"', "")).otherwise(line)
    counted = bare.str.count_matches(contract.source.delimiter, literal=True) + 1
    return lines.filter((line.str.strip_chars() != "") & ~spans).select("number", fields=counted)


def _refuse_twin_columns(contract: Contract, name: str, frame: pl.DataFrame) -> None:
    twins = sorted({m[1] for column in frame.columns if (m := re.fullmatch(r"(.*)_duplicated_\d+", column))})
    if twins:
        problem = f"column {twins[0]!r} stands twice in the header"
        raise trouble(contract, name, problem, "Name every column once.")


def _without_blank_end(frame: pl.DataFrame) -> pl.DataFrame:
    """Blank lines at the end are no rows."""
    said = frame.select(pl.any_horizontal(pl.all().fill_null("").str.strip_chars() != "")).to_series()
    last = said.arg_true().max()
    return frame.head(int(str(last)) + 1 if last is not None else 0)


def _xlsx(contract: Contract, name: str, content: bytes) -> pl.DataFrame:
    source = contract.source
    try:
        book = fastexcel.read_excel(content)
        sheets = [source.sheet] if source.sheet else book.sheet_names
        if source.sheet and source.sheet not in book.sheet_names:
            raise trouble(contract, name, f"it has no sheet {source.sheet!r}", "Mend `source.sheet` of the contract.")
        frames = [book.load_sheet(s, header_row=source.skip_rows, dtypes="string").to_polars() for s in sheets]
    except fastexcel.FastExcelError:
        problem = "it is not a whole workbook (.xlsx)"
        raise trouble(contract, name, problem, "It may be cut off or saved in another format: send it again.") from None
    frames = [frame for frame in frames if frame.height] or frames[:1]
    for frame in frames[1:]:
        if frame.columns != frames[0].columns:
            problem = "its sheets have different columns"
            raise trouble(contract, name, problem, "Name the sheet to read in `source.sheet` of the contract.")
    whole = pl.concat(frames) if frames else pl.DataFrame()
    return _without_blank_end(whole.with_columns(_without_midnight(pl.all()))) if whole.width else whole


def _parquet(contract: Contract, name: str, content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError:
        raise trouble(contract, name, "it is not a whole Parquet file", "It may be cut off: send it again.") from None


def _jsonl(contract: Contract, name: str, content: bytes) -> pl.DataFrame:
    content = decode(contract, name, content)
    try:
        return pl.read_ndjson(content, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        problem = "a line is not a JSON object"
        raise trouble(contract, name, problem, "Write one whole JSON object a line, and send it again.") from None
