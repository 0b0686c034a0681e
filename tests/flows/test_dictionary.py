"""The data dictionary is what the definitions say now, and every code and repair in it has a meaning."""

import re
from pathlib import Path

import polars as pl
import pytest

from expectations.contracts import Contract, load_contracts
from flows import settings
from flows.dictionary import FILE, dictionary, every_table, meaning_of
from flows.dictionary_words import CODES, LAYERS
from flows.documents import table, with_section, write_undoing
from transforms import tables
from transforms.undoing import BUCKETS, Undoing


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts(settings.CONTRACTS)


@pytest.fixture(scope="module")
def written(contracts: dict[str, Contract]) -> str:
    return dictionary(contracts)


def test_the_committed_dictionary_is_what_the_definitions_say(written: str) -> None:
    assert FILE.read_text(encoding="utf-8") == written, "the definitions have changed: run `make docs`"


def test_it_tells_every_table_column_and_source_column(written: str, contracts: dict[str, Contract]) -> None:
    lines = {line.split(" | ")[0].strip("|* ") for line in written.splitlines() if line.startswith("|")}
    for one in every_table():
        assert f"#### {one.full_name}\n" in written
        assert set(one.column_names) <= lines
    for contract in contracts.values():
        assert set(contract.columns) <= lines


def test_a_column_that_is_added_is_told(contracts: dict[str, Contract], written: str) -> None:
    one = contracts["grievances"]
    columns = one.columns | {"shoe_size": next(iter(one.columns.values()))}
    other = dictionary(contracts | {"grievances": one.model_copy(update={"columns": columns})})
    assert other != written
    assert "| shoe_size |" in other


def test_no_code_and_no_repair_is_without_a_meaning_and_none_is_left_over() -> None:
    named = {(column.name, str(value)) for one in every_table() for column in one.columns for value in column.values}
    assert all(meaning_of(*pair) for pair in named)
    assert {key for key in CODES if "=" not in key} <= {value for _, value in named}
    assert {key for key in CODES if "=" in key} <= {"=".join(pair) for pair in named}
    assert set(LAYERS) == set(tables.LAYERS)


def test_every_link_leads_to_a_section(written: str) -> None:
    titles = re.findall(r"^#+ (.*)$", written, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    links = set(re.findall(r"\]\(#([^)]*)\)", written))
    assert links
    assert links <= anchors
    assert len(anchors) == len(titles)


def test_a_cell_cannot_break_its_table() -> None:
    assert table(("a", "b"), [("x|y", 1234567), (None, 0)], right=("b",)).splitlines() == [
        "| a | b |",
        "| --- | --: |",
        "| x\\|y | 1,234,567 |",
        "|  | 0 |",
    ]


def test_only_the_marked_section_is_written_again() -> None:
    document = "a\n<!-- one: made by x -->\nold\n<!-- /one -->\nb\n<!-- two: made by y -->\nleft\n<!-- /two -->\n"
    assert with_section(document, "one", r"new \1") == document.replace("old\n", "\nnew \\1\n\n")
    with pytest.raises(ValueError, match="three"):
        with_section(document, "three", "new")


def test_the_tables_of_dirt_and_of_cases_go_into_their_sections(tmp_path: Path) -> None:
    fates = dict.fromkeys(BUCKETS, 0) | {"undone": 1999, "missed": 1}
    kinds = [{"kind": "zero_width", "column": "phone", "planted": 2000, "example": "r:1"} | fates]
    told = Undoing(2000, 1999, 9, 0, 0, 9, 0, kinds, [])
    cases = pl.DataFrame({"rule": ["E01"], "kind": ["case"], "planted": [True]})
    out = tmp_path / "out.md"
    out.write_text("a\n<!-- undoing: x -->\n<!-- /undoing -->\nb\n<!-- planted: x -->\n<!-- /planted -->\n")
    write_undoing(told, cases, out)
    first = out.read_text()
    assert "| zero_width | phone | 2,000 | 1,999 | 1 |" in first
    assert "99.95% of 2,000" in first
    assert "| E01 | 1 | 0 | 0 |" in first
    assert "r:1" not in first
    write_undoing(told, cases, out)
    assert out.read_text() == first
