"""The folder of judgements: three kinds of files, what is wrong with them, and what `reconcile judge` adds."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from flows import cli, judging, warehouse
from transforms import tables

runner = CliRunner()
HEAD = "register_l,record_id_l,register_r,record_id_r,judgement,judged_by,judged_at"
ROW = "a,1,b,2,same,Sok Dara,2026-10-01T10:00:00+07:00"


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.opened(tmp_path / "home" / "warehouse.duckdb") as connection:
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "judgements").mkdir()
    return tmp_path / "judgements"


def told(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    return con.execute("SELECT file, row_no, column_name FROM linkage.judgements_aside ORDER BY ALL").fetchall()


def judged(con: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    query = "SELECT record_id_l || record_id_r, judgement, judged_at::VARCHAR FROM linkage.judgements ORDER BY ALL"
    return con.execute(query).fetchall()


def write(path: Path, kind: str) -> None:
    at = dt.datetime(2026, 10, 1, 10, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    row = dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    match kind:
        case "csv":
            path.write_text(f"{HEAD}\n{ROW}\n", "utf-8-sig")
        case "semicolons.csv":
            path.write_text(f"{HEAD},reason\n{ROW},\n".replace(",", ";"))
        case "jsonl":
            path.write_text(json.dumps(row) + "\n\n")
        case "parquet":
            pl.DataFrame([row]).with_columns(
                judged_at=pl.lit(at).dt.convert_time_zone("Asia/Phnom_Penh")
            ).write_parquet(path)


@pytest.mark.parametrize("kind", ["csv", "semicolons.csv", "jsonl", "parquet"])
def test_each_kind_of_file_says_the_same(con, folder: Path, kind: str) -> None:
    write(folder / f"said.{kind}", kind)
    assert judging.take(con, folder) == "1 pairs judged"
    assert judged(con) == [("12", "same", "2026-10-01 03:00:00")]


def test_there_need_be_no_folder_and_what_was_said_outlives_its_file(con, folder: Path, tmp_path: Path) -> None:
    assert judging.take(con, tmp_path / "nowhere") == "0 pairs judged"
    write(folder / "said.csv", "csv")
    judging.take(con, folder)
    (folder / "said.csv").unlink()
    assert judging.take(con, folder) == "1 pairs judged"


BAD = [
    ("said.csv", b"", ("said.csv", 0, "the file")),
    ("said.csv", HEAD.encode().replace(b"judged_by", b"who") + b"\n", ("said.csv", 0, "the column judged_by")),
    ("said.csv", f"{HEAD}\n{ROW},one,too,many\n".encode(), ("said.csv", 0, "the file")),
    ("said.csv", b"\xff\xfe\x00\x01", ("said.csv", 0, "the file")),
    ("said.parquet", b"PAR1 cut off", ("said.parquet", 0, "the file")),
    ("said.xlsx", b"PK", ("said.xlsx", 0, "the kind of the file")),
    ("said.jsonl", b'{"register_l": "a", ', ("said.jsonl", 1, "register_l")),
    ("said.jsonl", b"[1]\n", ("said.jsonl", 1, "register_l")),
    ("said.csv", f"{HEAD}\n{ROW.replace('same', 'perhaps')}\n".encode(), ("said.csv", 1, "judgement")),
]


@pytest.mark.parametrize(("name", "content", "expected"), BAD)
def test_what_cannot_be_used_is_told_and_the_rest_is_taken(con, folder: Path, caplog, name, content, expected) -> None:
    (folder / name).write_bytes(content)
    write(folder / "good.jsonl", "jsonl")
    with caplog.at_level("WARNING", "reconcile"):
        assert judging.take(con, folder) == "1 pairs judged, 1 rows or files set aside"
    assert told(con) == [expected]
    assert name in caplog.text
    assert "perhaps" not in caplog.text
    assert (folder / name).read_bytes() == content


def test_judge_appends_and_keeps_what_stands_there(tmp_path: Path, con, folder: Path) -> None:
    own = folder / judging.OWN
    own.write_text('{"register_l": "cut off')
    said = ["judge", "b:2", "a:1", "different", "--by", "Sok Dara", "--home", str(tmp_path)]
    for judgement in ("different", "same"):
        said[3] = judgement
        assert runner.invoke(cli.app, said).exit_code == 0
    assert len(own.read_text().splitlines()) == 3
    assert judging.take(con, folder) == "1 pairs judged, 1 rows or files set aside"
    assert judged(con)[0][:2] == ("12", "same")
    assert tables.count(con, tables.JUDGEMENTS_GIVEN) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a:1", "a:1", "same", "--by", "x"], "two different records"),
        (["a1", "b:2", "same", "--by", "x"], "register:key"),
        (["a:1", "b:2", "perhaps", "--by", "x"], "perhaps"),
        (["a:1", "b:2", "same", "--by", " "], "who judges"),
        (["a:1", "b:2", "same"], "--by"),
    ],
)
def test_judge_rejects_what_the_next_night_could_not_use(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = runner.invoke(cli.app, ["judge", *arguments, "--home", str(tmp_path)], env={"COLUMNS": "200"})
    assert done.exit_code == cli.Exit.USAGE
    assert words.lower() in done.output.lower()
    assert not (tmp_path / "judgements").exists()


def test_judgements_and_review_show_keys_alone(tmp_path: Path) -> None:
    with warehouse.opened(tmp_path / "warehouse.duckdb") as con:
        write_one = tmp_path / "judgements"
        write_one.mkdir()
        write(write_one / "said.csv", "csv")
        judging.take(con, write_one)
        tables.create(con, tables.DOUBTFUL, tables.CLUSTER_SIZES)
        con.execute(
            "INSERT INTO linkage.cluster_sizes VALUES (2, 1, 2, 1, 1, 1.0, 1, 0, 1), (6, 1, 7, 21, 9, 0.4, 3, 1, 1)"
        )
        con.execute("INSERT INTO linkage.doubtful VALUES ('a', '1', 'b', '3', 'parted', 0.6, NULL, 9, 5.4)")
        con.execute("INSERT INTO linkage.doubtful VALUES ('a', '0', 'b', '4', 'contradicted', NULL, 'same', 12, 12)")
    listed = runner.invoke(cli.app, ["judgements", "--home", str(tmp_path), "--json"])
    assert [(row["record_id_l"], row["judgement"], row["fate"]) for row in json.loads(listed.stdout)] == [
        ("1", "same", None)
    ]
    review = json.loads(runner.invoke(cli.app, ["review", "--home", str(tmp_path), "--json"]).stdout)
    assert [row["record_id_r"] for row in review["doubtful"]] == ["4", "3"]
    most = runner.invoke(cli.app, ["review", "--most", "1", "--home", str(tmp_path), "--json"])
    assert len(json.loads(most.stdout)["doubtful"]) == 1
    for command in (["judgements"], ["review"]):
        done = runner.invoke(cli.app, [*command, "--home", str(tmp_path)])
        assert done.exit_code == 0
        assert "Sok Dara" not in done.output + listed.stdout
