"""Registers come as they are; what cannot be read is told in a sentence that names no value and no address."""

import pickle
import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from expectations.contracts import Contract
from flows.sources import SourceError, SourceUnavailable, pull

SECRET = "Sok Sophal"
CSV = f"id;name\n001;{SECRET}\n002;សុខ\n"


def _contract(**source: object) -> Contract:
    told = {"register": "pupils", "title": "t", "agency": "a", "source": source, "key": ["id"]}
    columns = {"columns": {"id": {}, "name": {}}, "yields": {"people": {"columns": {"full_name": "name"}}}}
    return Contract.model_validate(told | columns)


def _csv(inbox: Path, content: bytes, **source: object) -> pl.DataFrame:
    (inbox / "pupils.csv").write_bytes(content)
    return pull(_contract(**({"kind": "csv", "path": "pupils.csv", "delimiter": ";"} | source)), inbox).frame


def _refused(inbox: Path, content: bytes, **source: object) -> str:
    with pytest.raises(SourceError) as refused:
        _csv(inbox, content, **source)
    assert SECRET not in str(refused.value)
    assert not isinstance(refused.value, SourceUnavailable)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    frame = _csv(tmp_path, CSV.encode(encoding), encoding=encoding)
    assert frame.rows() == [("001", SECRET), ("002", "សុខ")]
    assert frame.columns == ["id", "name"]


def test_an_old_encoding(tmp_path: Path) -> None:
    assert _csv(tmp_path, "id;name\n1;José\n".encode("cp1252"), encoding="cp1252").rows() == [("1", "José")]


@pytest.mark.parametrize(
    ("written", "declared", "looks"),
    [
        ("utf-16", "utf-8", "looks like utf-16"),
        ("utf-8", "utf-16", "looks like utf-8"),
        ("utf-8", "cp1252", "looks like utf-8"),
        ("utf-16-le", "utf-8", "looks like utf-16-le"),
    ],
)
def test_a_wrong_encoding_is_refused_and_guessed(tmp_path: Path, written: str, declared: str, looks: str) -> None:
    assert looks in _refused(tmp_path, CSV.encode(written), encoding=declared)


def test_bytes_of_an_old_encoding_in_utf8_are_refused(tmp_path: Path) -> None:
    told = _refused(tmp_path, "id;name\n1;x\n2;José\n".encode("cp1252"))
    assert "windows-1252 or another old encoding, first on line 3" in told


def test_an_encoding_that_nobody_knows(tmp_path: Path) -> None:
    assert "source.encoding" in _refused(tmp_path, b"id;name\n1;x\n", encoding="utf-9")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty (0 bytes)"),
        (b"id;name\n", "it holds no rows"),
        (b"\n\n", "no header"),
        (f"id;name\n1;{SECRET};x\n2;y\n".encode(), "1 line(s) do not have 2 fields like the header (line 2)"),
        (f"id;name\n1\n{CSV}{CSV}".encode(), "(line 2)"),
        (f'id;name\n1;"{SECRET}\n2;y\n'.encode(), "a quote is opened"),
        (b"id;name\n1;x\n2", "it ends within a line"),
        (b"id;id\n1;2\n", "column 'id' stands twice"),
    ],
)
def test_a_damaged_text_file(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in _refused(tmp_path, content)


def test_a_short_line_of_totals_at_the_end_is_a_row(tmp_path: Path) -> None:
    assert _csv(tmp_path, b"id;name\n1;x\n2;y\nTotal\n\n").rows() == [("1", "x"), ("2", "y"), ("Total", "")]


def test_quoted_delimiters_and_line_breaks_are_values(tmp_path: Path) -> None:
    assert _csv(tmp_path, b'id;name\n1;"x;y"\n2;"x\ny"\n').rows() == [("1", "x;y"), ("2", "x\ny")]


def test_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    assert _csv(tmp_path, b"Ministry\n2026\nid;name\n1;x\n", skip_rows=2).rows() == [("1", "x")]


def test_a_renamed_column_comes_as_it_is(tmp_path: Path) -> None:
    assert _csv(tmp_path, b"number;name\n1;x\n").columns == ["number", "name"]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file in the inbox\. Put it into the inbox"):
        pull(_contract(kind="csv", path="pupils.csv"), tmp_path)


def test_the_last_of_several_files_is_taken(tmp_path: Path) -> None:
    for night in ("2026-10", "2026-11"):
        (tmp_path / f"pupils_{night}.csv").write_text(f"id,name\n1,{night}\n")
    pulled = pull(_contract(kind="csv", path="pupils_*.csv"), tmp_path)
    assert (pulled.file, pulled.frame["name"].to_list()) == ("pupils_2026-11.csv", ["2026-11"])


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name in ("north", "south"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "name", "dob", "amount"])
            sheet.write_row(1, 0, ["007", name])
            sheet.write_datetime(1, 2, date(1990, 2, 3), day)
            sheet.write_number(1, 3, 28000)


def test_a_workbook(tmp_path: Path) -> None:
    _workbook(tmp_path / "pupils.xlsx")
    frame = pull(_contract(kind="xlsx", path="pupils.xlsx"), tmp_path).frame
    assert frame.rows() == [("007", "north", "1990-02-03", "28000"), ("007", "south", "1990-02-03", "28000")]
    one = pull(_contract(kind="xlsx", path="pupils.xlsx", sheet="south"), tmp_path).frame
    assert one["name"].to_list() == ["south"]
    with pytest.raises(SourceError, match="no sheet 'east'"):
        pull(_contract(kind="xlsx", path="pupils.xlsx", sheet="east"), tmp_path)


def test_a_truncated_workbook(tmp_path: Path) -> None:
    _workbook(tmp_path / "pupils.xlsx")
    whole = (tmp_path / "pupils.xlsx").read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 30):
        (tmp_path / "pupils.xlsx").write_bytes(whole[:size])
        with pytest.raises(SourceError, match="not a whole workbook"):
            pull(_contract(kind="xlsx", path="pupils.xlsx"), tmp_path)


def test_parquet_and_json_lines_become_text(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["01"], "name": ["x"], "paid": [12.0], "day": [date(2026, 1, 2)], "ok": [True]})
    rows.write_parquet(tmp_path / "pupils.parquet")
    assert pull(_contract(kind="parquet", path="pupils.parquet"), tmp_path).frame.rows() == [
        ("01", "x", "12", "2026-01-02", "true")
    ]
    (tmp_path / "pupils.jsonl").write_text('{"id": "01", "name": "x", "ok": true}\n{"id": 2, "ok": null}\n')
    assert pull(_contract(kind="jsonl", path="pupils.jsonl"), tmp_path).frame.rows() == [
        ("01", "x", "true"),
        ("2", None, None),
    ]


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_a_truncated_file(tmp_path: Path, kind: str) -> None:
    (tmp_path / "pupils").write_bytes(b'{"id": "01", "name": "Sok Sophal')
    with pytest.raises(SourceError, match=r"cut off|JSON object") as refused:
        pull(_contract(kind=kind, path="pupils"), tmp_path)
    assert SECRET not in str(refused.value)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "pupils.sqlite") as con:
        con.execute("CREATE TABLE pupil (id, name)")
        con.executemany("INSERT INTO pupil VALUES (?, ?)", [(1, "x"), ("007", 3.5), (None, None)])
    return tmp_path


def _sql(query: str = "SELECT id, name FROM pupil") -> Contract:
    return _contract(kind="sql", path="pupils.sqlite", query=query)


def test_a_database_whose_column_changes_type(database: Path) -> None:
    assert pull(_sql(), database).frame.rows() == [("1", "x"), ("007", "3.5"), (None, None)]


def test_a_locked_database_may_be_tried_again(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.source_networks.LOCK_SECONDS", 0.1)
    holder = sqlite3.connect(database / "pupils.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(SourceUnavailable, match="locked"):
        pull(_sql(), database)
    holder.execute("ROLLBACK")
    assert pull(_sql(), database).frame.height == 3


def test_a_corrupt_database(database: Path) -> None:
    (database / "pupils.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(SourceError, match="not a whole SQLite database"):
        pull(_sql(), database)


def test_a_truncated_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "pupils.sqlite") as con:
        con.execute("CREATE TABLE pupil (id, name)")
        con.executemany("INSERT INTO pupil VALUES (?, ?)", [(i, "x" * 50) for i in range(2000)])
    whole = (tmp_path / "pupils.sqlite").read_bytes()
    (tmp_path / "pupils.sqlite").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="not a whole SQLite database"):
        pull(_sql(), tmp_path)


@pytest.mark.parametrize(("query", "told"), [("SELECT * FROM x", "a table"), ("SELECT x FROM pupil", "a column")])
def test_a_query_that_does_not_fit(database: Path, query: str, told: str) -> None:
    with pytest.raises(SourceError, match=f"asks for {told} that is not there"):
        pull(_sql(query), database)


def test_an_empty_database_file(tmp_path: Path) -> None:
    (tmp_path / "pupils.sqlite").touch()
    with pytest.raises(SourceError, match="0 bytes"):
        pull(_sql(), tmp_path)


def test_a_database_server_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUPILS_URL", "postgresql://clerk:hunter2@127.0.0.1:9/pupils")
    with pytest.raises(SourceUnavailable, match="does not answer") as refused:
        pull(_contract(kind="sql", url_env="PUPILS_URL", query="SELECT 1"), tmp_path)
    assert "hunter2" not in str(refused.value)


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = int(self.path.strip("/"))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"id,name\n01,x\n" if status == 200 else b"")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


HTTP = {"kind": "http", "url_env": "PUPILS_URL", "format": "csv"}


def test_an_address_that_answers(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUPILS_URL", f"{address}/200")
    pulled = pull(_contract(**HTTP), tmp_path)
    assert (pulled.file, pulled.frame.rows()) == ("$PUPILS_URL", [("01", "x")])


@pytest.mark.parametrize(("status", "again"), [(503, True), (429, True), (404, False), (401, False)])
def test_an_address_that_refuses(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, again: bool
) -> None:
    monkeypatch.setenv("PUPILS_URL", f"{address}/{status}")
    with pytest.raises(SourceError, match=str(status)) as refused:
        pull(_contract(**HTTP), tmp_path)
    assert isinstance(refused.value, SourceUnavailable) == again
    assert "127.0.0.1" not in str(refused.value)


def test_an_address_where_nobody_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUPILS_URL", "http://127.0.0.1:9/secret")
    with pytest.raises(SourceUnavailable):
        pull(_contract(**HTTP), tmp_path)
    monkeypatch.delenv("PUPILS_URL")
    with pytest.raises(SourceError, match="Set PUPILS_URL"):
        pull(_contract(**HTTP), tmp_path)


def test_the_hash_is_of_the_content_not_of_the_file(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["1", "2"], "name": ["x", None]})
    rows.write_parquet(tmp_path / "a.parquet", compression="zstd")
    rows.write_parquet(tmp_path / "b.parquet", compression="uncompressed")
    rows.with_columns(name=pl.lit("")).write_parquet(tmp_path / "c.parquet")
    a, b, c = (pull(_contract(kind="parquet", path=f"{n}.parquet"), tmp_path).content_hash for n in "abc")
    assert a == b != c


def test_an_error_survives_a_process() -> None:
    error = SourceUnavailable("r", "f", "p", "m")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "r: f: p. m"
