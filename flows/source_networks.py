"""Asking databases and addresses for a register. Their own messages are not passed on: they may hold secrets."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import polars as pl

from expectations.contracts import Contract
from flows.source_errors import SourceError, trouble, unavailable

TIMEOUT_SECONDS = 120.0
LOCK_SECONDS = 1.0
PASSING = ("could not connect", "connection refused", "timeout", "timed out", "starting up", "too many", "locked")
TRY_LATER = (408, 425, 429)


def ask_sqlite(contract: Contract, file: Path) -> pl.DataFrame:
    """What the contract's query gives of a SQLite file, opened for reading only.

    Values of a column may change their type from row to row in SQLite, so that each is taken as text there.
    """
    if file.stat().st_size == 0:
        raise trouble(contract, file.name, "it is empty (0 bytes)", "Send it again; the transfer may be cut off.")
    address = f"{file.as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS)) as con:
            columns = [d[0] for d in con.execute(f"SELECT * FROM ({contract.source.query}) LIMIT 0").description]
        texts = ", ".join(f'CAST("{c}" AS TEXT) AS "{c}"' for c in (c.replace('"', '""') for c in columns))
        query = f"SELECT {texts} FROM ({contract.source.query})"
        return pl.read_database_uri(query, f"sqlite://{address}", engine="adbc")
    except Exception as error:  # drivers raise their own kinds
        raise _sqlite_trouble(contract, file.name, str(error).lower()) from None


def _sqlite_trouble(contract: Contract, name: str, said: str) -> SourceError:
    if "locked" in said or "busy" in said:
        return unavailable(contract, name, "the database is locked by another program")
    if "not a database" in said or "malformed" in said or "disk i/o" in said:
        return trouble(contract, name, "it is not a whole SQLite database", "It may be cut off: send it again.")
    return _query_trouble(contract, name, said)


def _query_trouble(contract: Contract, name: str, said: str) -> SourceError:
    if "no such table" in said or ("relation" in said and "does not exist" in said):
        return trouble(contract, name, "the query asks for a table that is not there", "Mend `source.query`.")
    if "no such column" in said or ("column" in said and "does not exist" in said):
        return trouble(contract, name, "the query asks for a column that is not there", "Mend `source.query`.")
    return trouble(contract, name, "the database refuses the query", "Try `source.query` by hand on it.")


def ask_database(contract: Contract) -> pl.DataFrame:
    """What the contract's query gives of the database whose address stands in the environment."""
    name = f"${contract.source.url_env}"
    try:
        return pl.read_database_uri(str(contract.source.query), _address(contract), engine="adbc")
    except SourceError:
        raise
    except Exception as error:  # drivers raise their own kinds
        said = str(error).lower()
        if any(sign in said for sign in PASSING):
            raise unavailable(contract, name, "the database does not answer") from None
        if "authentication" in said or "permission" in said:
            raise trouble(contract, name, "the database refuses us", "Ask its keeper for the right to read.") from None
        raise _query_trouble(contract, name, said) from None


def ask_http(contract: Contract) -> bytes:
    """The body that the address in the environment answers with."""
    name = f"${contract.source.url_env}"
    address = _address(contract)
    try:
        answer = httpx.get(address, timeout=TIMEOUT_SECONDS, follow_redirects=True)
    except httpx.TransportError:
        raise unavailable(contract, name, "the address does not answer") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise trouble(contract, name, "the address cannot be used", f"Set {contract.source.url_env} anew.") from None
    if answer.status_code >= 500 or answer.status_code in TRY_LATER:
        raise unavailable(contract, name, f"the address answers with an error (HTTP {answer.status_code})")
    if answer.status_code != httpx.codes.OK:
        problem = f"the address refuses to answer (HTTP {answer.status_code})"
        raise trouble(contract, name, problem, "Ask its keeper whether the address or the right to read has changed.")
    return answer.content


def _address(contract: Contract) -> str:
    variable = str(contract.source.url_env)
    address = os.environ.get(variable)
    if not address:
        remedy = f"Set {variable} to the address, with its secrets, before the night."
        raise trouble(contract, f"${variable}", "this environment variable is not set", remedy)
    return address
