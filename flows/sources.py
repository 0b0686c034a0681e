"""Pulling a register: every row as it came, every value as text, whatever kind of source it stands in.

Messages name register, file, line and column, never a value and never an address: both may be secret.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from expectations.contracts import Contract
from flows.source_errors import SourceError, SourceUnavailable, trouble
from flows.source_files import as_text, read_bytes
from flows.source_networks import ask_database, ask_http, ask_sqlite

__all__ = ["Pulled", "SourceError", "SourceUnavailable", "pull"]


@dataclass(frozen=True)
class Pulled:
    """A register as it came: String columns, the file's name, and a hash of the rows' content."""

    frame: pl.DataFrame
    file: str
    content_hash: str


def pull(contract: Contract, inbox: Path) -> Pulled:
    """All rows of a register from where its contract says.

    Raises `SourceError` when it cannot be read, `SourceUnavailable` when trying again may help.
    """
    source = contract.source
    file = _file_below(inbox, contract) if source.path is not None else None
    name = file.name if file else f"${source.url_env}"
    frame = as_text(_read(contract, file, name))
    if frame.width == 0 or frame.height == 0:
        raise trouble(contract, name, "it holds no rows", "Send the register again; the last one stays in use.")
    return Pulled(frame, name, _content_hash(frame))


def _read(contract: Contract, file: Path | None, name: str) -> pl.DataFrame:
    source = contract.source
    if source.kind == "sql":
        return ask_sqlite(contract, file) if file else ask_database(contract)
    content = file.read_bytes() if file else ask_http(contract)
    form = source.format if source.kind == "http" else source.kind
    if not content:
        raise trouble(contract, name, "it is empty (0 bytes)", "Send it again; the transfer may have been cut off.")
    return read_bytes(contract, name, str(form), content)


def _file_below(inbox: Path, contract: Contract) -> Path:
    pattern = str(contract.source.path)
    here = inbox.resolve()
    found = sorted(path for path in here.glob(pattern) if path.is_file())
    if not found:
        remedy = "Put it into the inbox, or mend `source.path` of the contract."
        raise trouble(contract, pattern, "no such file in the inbox", remedy)
    if not found[-1].resolve().is_relative_to(here):
        raise trouble(contract, pattern, "it lies outside the inbox", "Mend `source.path` of the contract.")
    return found[-1]


def _content_hash(frame: pl.DataFrame) -> str:
    """SHA-256 over column names and values in order: equal for equal content, whatever file format held it."""
    digest = hashlib.sha256("\x1f".join(frame.columns).encode())
    join: Callable[[pl.Series], str] = lambda column: column.fill_null("\x00").str.join("\x1f").item()  # noqa: E731
    for column in frame.iter_columns():
        digest.update(join(column).encode() + b"\x1e")
    return digest.hexdigest()
