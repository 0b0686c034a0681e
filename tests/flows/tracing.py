"""An attempt to find people in a public pack: every word of every file, held against all that is known of them."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import polars as pl

from transforms.group_names import NAMES

WORD = re.compile(r"[^\s\"'<>()\[\]{},;:=|`*]+")
DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/\d{4}\b")
# What tells of a person, by kind; short values (a household code of two digits) say nothing by themselves.
SECRETS = {
    "record": "SELECT record_id FROM persons.records",
    "person": "SELECT person_id FROM persons.persons",
    "finding": "SELECT finding_id FROM findings.findings",
    "identifier": "SELECT value FROM clean.identifiers",
    "phone": "SELECT phone FROM clean.people UNION SELECT phone FROM clean.households"
    " UNION SELECT wallet FROM clean.payments",
    "household": "SELECT household_id FROM clean.households UNION SELECT household_id FROM clean.people",
    "card": "SELECT number FROM clean.entitlements UNION SELECT card_number FROM clean.enrolments",
    "case": "SELECT case_id FROM clean.grievances",
    "village code": "SELECT area_4 FROM clean.people",
}
# What is looked for as the whole of a cell, a text of JSON or of a page, or as a part of one where it has two words.
TEXTS = {
    "village": """SELECT unnest([name_en, name_km]) AS name FROM reference.areas WHERE level = 4
        AND code IN (SELECT area_4 FROM clean.people)
        AND name_en NOT IN (SELECT name_en FROM reference.areas WHERE level < 4)
        AND name_km NOT IN (SELECT name_km FROM reference.areas WHERE level < 4)""",
    "name": """SELECT unnest([family_name, given_name, family_name_local, given_name_local,
        family_name || ' ' || given_name, given_name || ' ' || family_name,
        family_name_local || ' ' || given_name_local, family_name_local || given_name_local]) FROM clean.people""",
    "reason": """SELECT * FROM (SELECT reject_reason FROM clean.payments UNION SELECT reason FROM linkage.judgements
        UNION SELECT found FROM clean.quarantine UNION SELECT found FROM clean.repairs) r (text)
        WHERE len(text) >= 6 AND regexp_matches(text, '\\pL')""",
}


class Page(HTMLParser):
    """The texts and attributes of a page, its style and letters aside."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.told = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.told += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        if self.inside != "style":
            self.told.append(data)


def texts(path: Path) -> Iterator[str]:
    """Every text of a file: cells, strings, text of a page, lines."""
    match path.suffix:
        case ".xlsx":
            book = fastexcel.read_excel(path)
            for name in book.sheet_names:
                sheet = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
                yield from (cell for row in sheet.iter_rows() for cell in row if cell is not None)
        case ".csv":
            cells = pl.read_csv(path, infer_schema=False, has_header=False)
            yield from (cell for row in cells.iter_rows() for cell in row if cell is not None)
        case ".json" | ".jsonld":
            yield from strings(json.loads(path.read_text("utf-8")))
        case ".html":
            page = Page()
            page.feed(path.read_text("utf-8"))
            yield from page.told
        case _:
            yield from path.read_text("utf-8").splitlines()


def strings(told: Any) -> Iterator[str]:
    match told:
        case dict():
            for key, value in told.items():
                yield from (key, *strings(value))
        case list():
            for value in told:
                yield from strings(value)
        case _:
            yield str(told)


def traces(folder: Path, warehouse: Path) -> set[tuple[str, str]]:
    """File and kind of everything in a pack that tells of a person; never the thing itself."""
    files = {path.name: [text.strip() for text in texts(path)] for path in folder.rglob("*") if path.is_file()}
    frames = [
        pl.DataFrame({"file": name, "text": told, "is_whole": whole}, schema_overrides={"text": pl.String})
        for name, all_texts in files.items()
        for told, whole in ((sorted(set(all_texts)), True), (sorted(words(all_texts)), False))
    ]
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.register("told", pl.concat(frames))
        con.register("groups", pl.DataFrame({"name": [name for names in NAMES.values() for name in names]}))
        return {*found(con, SECRETS, WORDS), *found(con, TEXTS, WHOLE), *born(con)}


def words(all_texts: list[str]) -> set[str]:
    return {word.strip(".") for text in all_texts for word in WORD.findall(text)}


# A word of a pack that is known of a person. Fewer than 5 signs are a count as soon as a code.
WORDS = "SELECT DISTINCT file FROM told WHERE text IN (SELECT * FROM secrets WHERE len(secret) >= 5)"
# Names of provinces and of groups of people ("Female" is a name in Khmer) are no traces, nor is a single sign.
WHOLE = """
    WITH known AS (
        SELECT secret FROM secrets WHERE len(secret) > 1
        EXCEPT (SELECT unnest([name_en, name_km]) FROM reference.areas WHERE level = 1 UNION FROM groups)
    )
    SELECT DISTINCT file FROM told WHERE is_whole AND text IN (FROM known)
    UNION SELECT DISTINCT file FROM (FROM told WHERE is_whole) JOIN known ON contains(text, secret)
    WHERE regexp_matches(secret, '^\\S{3,} \\S{3,}')
"""


def found(con: duckdb.DuckDBPyConnection, secrets: dict[str, str], search: str) -> Iterator[tuple[str, str]]:
    for kind, query in secrets.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE secrets AS SELECT DISTINCT #1::VARCHAR AS secret FROM ({query}) s "
                    "WHERE #1 IS NOT NULL")  # fmt: skip
        yield from ((file, kind) for (file,) in con.execute(search).fetchall())


def born(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Dates in a pack on which somebody was born, other than those of nights."""
    days = dict(con.execute("SELECT strftime(as_of, '%Y-%m-%d'), 1 FROM ops.runs").fetchall())
    for file, text in con.execute("SELECT file, text FROM told WHERE is_whole").fetchall():
        if set(DATE.findall(text)) - days.keys():
            yield file, "date"
