"""What a register's cleanliness says, and that there is a sentence for every kind of damage."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from transforms import repairs, tables
from transforms.cleanliness import measure
from transforms.repairs import KINDS, REMEDIES, advice
from transforms.standardise import Counts

MAPPING = {
    "register": "members",
    "key": ["no"],
    "columns": {"no": {}, "name": {"required": True}, "dob": {"dates": ["%d/%m/%Y", "year"]}},
    "yields": {"people": {"columns": {"full_name": "name", "birth_date": "dob"}}},
}


def test_rows_and_kinds_are_counted(con: duckdb.DuckDBPyConnection, standardised: Callable[..., Counts]) -> None:
    births = ["05/03/1980", "1980", "1981", "31/02/1980", "\u200b31/02/1980", "05/03/1980", None]
    names = ["Sok A", "Sok B", "Sok\u200b C", "Sok D", "Sok E", None, "Sok F"]
    counts = standardised(MAPPING, pl.DataFrame({"no": list("1234567"), "name": names, "dob": births}))
    tables.create(con, tables.CLEANLINESS)
    measure(con, "2026-11-01.1", "members", counts.rows_clean)
    told = con.execute("SELECT column_name, from_kind, to_kind, rows FROM ops.cleanliness ORDER BY ALL").fetchall()
    assert told == [
        ("_row", "row", "as_sent", 2),
        ("_row", "row", "mended", 2),
        ("_row", "row", "quarantined", 1),
        ("_row", "row", "set_aside", 2),
        ("dob", "impossible_date", "set_aside", 2),
        ("dob", "year_only", "uncertain_day", 2),
        ("name", "hidden_signs", "plain_text", 1),
        ("name", "required_missing", "quarantined", 1),
    ]
    advised = dict(con.execute("SELECT from_kind, advice FROM ops.cleanliness WHERE from_kind <> 'row'").fetchall())
    assert advised["required_missing"] == "Fill in name."


def test_there_is_a_sentence_for_every_kind() -> None:
    told = {kind: advice(kind, "dob") for kind in (*KINDS, *REMEDIES)}
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in told.values())
    assert "Correct dob." not in told.values()


def test_no_kind_is_left_over() -> None:
    """Every kind is one that some module of reading gives."""
    modules = [file for file in Path(repairs.__file__).parent.glob("*.py") if file.name != "repairs.py"]
    code = "\n".join(file.read_text("utf-8") for file in modules)
    assert [kind for kind in (*KINDS, *REMEDIES) if not re.search(rf"\b{kind}\b(?=['\"=])", code)] == []
