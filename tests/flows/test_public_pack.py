"""The public pack of a real night: whole, described, the same to the byte, and about nobody."""

import datetime as dt
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner
from xlsxwriter import Workbook

from flows import cli, public_pack, release
from flows.coverage_figures import Night
from flows.public_pack_words import SHEETS
from tests.flows import tracing
from transforms import completeness, public_counts
from transforms.disclosure import placed
from transforms.disclosure_audit import audit

AS_OF = dt.date(2026, 11, 1)
RUN = "2026-11-01.1"
MINIMUM = 11
runner = CliRunner()


@pytest.fixture(scope="module")
def pack(first_night: Path) -> Path:
    return first_night / "releases" / RUN / public_pack.FOLDER


@pytest.fixture
def copy(pack: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack, tmp_path / "copy"))


@pytest.fixture
def night(first_night: Path) -> Iterator[Night]:
    with duckdb.connect(str(first_night / "warehouse.duckdb"), read_only=True) as con:
        yield Night(con, RUN, AS_OF, public=True)


def read(pack: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(pack / f"{name}.csv", infer_schema_length=None, schema_overrides={"group_code": pl.String})


def test_nothing_in_it_can_be_traced_to_a_person(pack: Path, first_night: Path) -> None:
    assert tracing.traces(pack, first_night / "warehouse.duckdb") == set()


def into_csv(path: Path, secret: str) -> None:
    (path / "rules.csv").write_text((path / "rules.csv").read_text("utf-8") + f'X01,"{secret}",,,,\n', "utf-8")


def into_xlsx(path: Path, secret: str) -> None:
    with Workbook(path / "tables.xlsx") as book:
        book.add_worksheet("more").write_string(3, 3, secret)


def into_json(path: Path, secret: str) -> None:
    told = json.loads((path / "datapackage.json").read_text("utf-8"))
    told["resources"][0]["schema"]["more"] = {"deep": [secret]}
    (path / "datapackage.json").write_text(json.dumps(told), "utf-8")


def into_page(path: Path, secret: str) -> None:
    page = (path / "summary.html").read_text("utf-8")
    (path / "summary.html").write_text(page.replace("</body>", f'<p title="{secret}"></p></body>'), "utf-8")


def into_card(path: Path, secret: str) -> None:
    card = path / "method.md"
    card.write_text(card.read_text("utf-8").replace("## Weaknesses", f"{secret}\n\n## Weaknesses"), "utf-8")


PLACES = {"rules.csv": into_csv, "tables.xlsx": into_xlsx, "datapackage.json": into_json, "summary.html": into_page,
          "method.md": into_card}  # fmt: skip
PLANTED = {
    "record": "SELECT max(record_id) FROM persons.records WHERE len(record_id) > 5",
    "person": "SELECT max(person_id) FROM persons.persons",
    "identifier": "SELECT max(value) FROM clean.identifiers WHERE len(value) > 5",
    "phone": "SELECT max(phone) FROM clean.people",
    "card": "SELECT max(number) FROM clean.entitlements WHERE len(number) > 5",
    "village": f"SELECT max(name) FROM ({tracing.TEXTS['village']}) WHERE len(name) > 5",
    "name": "SELECT max(family_name || ' ' || given_name) FROM clean.people WHERE len(family_name) > 2"
    " AND len(given_name) > 2",
    "date": "SELECT max(birth_date)::VARCHAR FROM persons.persons",
}


@pytest.mark.parametrize("file", PLACES)
def test_whatever_is_planted_in_a_file_is_found(copy: Path, night: Night, first_night: Path, file: str) -> None:
    for kind, query in PLANTED.items():
        row = night.con.execute(query).fetchone()
        assert row is not None and row[0], f"there is no {kind} to plant"
        whole = (copy / file).read_bytes()
        PLACES[file](copy, str(row[0]))
        found = tracing.traces(copy, first_night / "warehouse.duckdb")
        (copy / file).write_bytes(whole)
        assert (file, kind) in found, f"{kind} in {file} was not found"


def cells_of(night: Night, pack: Path) -> dict[str, pl.DataFrame]:
    """The true counts of every cell that a table of the pack tells of, with its label: no where it is shown."""
    estimates = night.con.execute('SELECT measure AS "table", breakdown, group_code, eligible, covered'
                                  " FROM coverage.estimates").pl()  # fmt: skip
    alone = pl.lit(0, pl.Int64).alias("covered")
    truth = {
        "coverage": (placed(night.con, estimates), "programme_identifier"),
        "findings": (night.con.execute(public_counts.FINDINGS).pl().with_columns(alone), "rule"),
        "grievances": (night.con.execute(public_counts.GRIEVANCES, {"as_of": AS_OF}).pl().with_columns(alone), None),
    }
    return {name: labelled(cells, read(pack, name), table) for name, (cells, table) in truth.items()}


def labelled(cells: pl.DataFrame, told: pl.DataFrame, table: str | None) -> pl.DataFrame:
    name = pl.col(table) if table else pl.lit("grievances")
    label = pl.when(pl.col("hidden")).then(pl.lit("hidden")).otherwise(pl.lit("no"))
    labels = told.select(name.alias("table"), "breakdown", "group_code", label=label)
    return cells.join(labels, on=["table", "breakdown", "group_code"])


@pytest.mark.parametrize("name", ["coverage", "findings", "grievances"])
def test_no_small_count_can_be_had_by_subtraction(night: Night, pack: Path, name: str) -> None:
    cells = cells_of(night, pack)[name]
    found = audit(cells, MINIMUM)
    assert len(found) > 0
    assert found.filter("recoverable").is_empty()


def test_no_small_count_of_two_lists_can_be_had_by_subtraction(night: Night, pack: Path) -> None:
    told = read(pack, "completeness").select("capture", "breakdown", "group_code", "hidden")
    cells, sums = completeness.cells_of(night.con.execute("FROM coverage.completeness").pl())
    # Whoever knows that a group has nobody in a list knows so whatever is hidden.
    is_hidden = pl.col("hidden").fill_null(True) & (pl.col("eligible") > 0)
    seen = cells.join(told, on=["capture", "breakdown", "group_code"], how="left").with_columns(
        label=pl.when(is_hidden).then(pl.lit("hidden")).otherwise(pl.lit("no"))
    )
    found = audit(seen, MINIMUM, sums)
    assert len(found) > 0
    assert found.filter("recoverable").is_empty()


def test_the_audit_finds_what_is_shown_after_all(night: Night, pack: Path) -> None:
    cells = cells_of(night, pack)["findings"]
    group = cells.filter(pl.col("label") == "hidden", pl.col("breakdown") != "total").row(0, named=True)
    same = (pl.col("table") == group["table"]) & (pl.col("breakdown") == group["breakdown"])
    others = same & (pl.col("group_code") != group["group_code"])
    opened = cells.with_columns(label=pl.when(others).then(pl.lit("no")).otherwise("label"))
    assert not audit(opened, MINIMUM).filter("recoverable").is_empty()


def test_no_count_below_the_minimum_is_told(pack: Path) -> None:
    for sheet in SHEETS:
        counts = [field.name for field in sheet.fields if field.type == "integer"]
        for count in read(pack, sheet.name).select(pl.col(counts).cast(pl.Int64)).iter_columns():
            assert not ((count > 0) & (count < MINIMUM)).any(), f"{sheet.name}: {count.name}"


def test_where_a_total_is_small_nothing_else_of_its_table_is_told(night: Night, pack: Path) -> None:
    told = read(pack, "findings")
    small = set(told.filter(pl.col("hidden"), pl.col("breakdown") == "total")["rule"])
    assert small
    assert not small & set(told.filter(pl.col("breakdown") != "total")["rule"])


def test_a_rule_that_was_asked_has_a_total_or_is_hidden(night: Night, pack: Path) -> None:
    asked = {rule for (rule,) in night.con.execute("SELECT rule FROM findings.rules WHERE applied").fetchall()}
    told = read(pack, "findings").filter(pl.col("breakdown") == "total")
    assert set(told["rule"]) == asked
    assert told.filter(~pl.col("hidden"))["findings"].null_count() == 0


def test_the_same_night_gives_the_same_bytes(night: Night, pack: Path, tmp_path: Path) -> None:
    public_pack.write(night, pack.parent / "summary.html", tmp_path / "again")
    names = sorted(path.name for path in pack.iterdir())
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == names
    assert [name for name in names if (tmp_path / "again" / name).read_bytes() != (pack / name).read_bytes()] == []


def test_the_metadata_describe_every_file_and_column(pack: Path) -> None:
    package = json.loads((pack / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        content = (pack / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        if "schema" in resource:
            columns = [field["name"] for field in resource["schema"]["fields"]]
            assert read(pack, resource["name"]).columns == columns
            assert set(resource["schema"]["primaryKey"]) <= set(columns)
    described = {resource["path"] for resource in package["resources"]}
    assert described == {path.name for path in pack.iterdir()} - {"datapackage.json", "dcat.jsonld", "SHA256SUMS"}
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    record = json.loads((pack / "dcat.jsonld").read_text("utf-8"))
    assert {part["dct:title"] for part in record["dcat:distribution"]} == described


def test_keys_name_a_row(pack: Path) -> None:
    for sheet in SHEETS:
        assert not read(pack, sheet.name).select(sheet.key).is_duplicated().any(), sheet.name


def test_the_workbook_has_the_same_tables(pack: Path) -> None:
    book = fastexcel.read_excel(pack / "tables.xlsx")
    assert book.sheet_names == [*(sheet.name for sheet in SHEETS), "dictionary"]
    for sheet in SHEETS:
        assert book.load_sheet(sheet.name).height == read(pack, sheet.name).height, sheet.name


def test_the_dictionary_tells_each_column_and_its_name_in_the_standard(pack: Path) -> None:
    told = pl.read_csv(pack / "dictionary.csv")
    assert told.select("table", "field").rows() == [(s.name, f.name) for s in SHEETS for f in s.fields]
    unit = told.row(by_predicate=(pl.col("table") == "coverage") & (pl.col("field") == "assistance_unit"), named=True)
    assert "CD.IBR.01" in unit["standard"]


def test_the_method_card_tells_registers_model_and_what_is_not_known(night: Night, pack: Path) -> None:
    card = (pack / "method.md").read_text("utf-8")
    model, links = night.con.execute(
        "SELECT model_id, (SELECT count(*) FROM linkage.pairs WHERE is_linked) FROM linkage.model_used"
    ).fetchall()[0]
    assert f"`{model}`" in card
    assert f"{links:,} pairs of records are linked" in card
    for (register,) in night.con.execute("SELECT register FROM ops.arrivals").fetchall():
        assert f"| {register.replace('_', ' ')} |" in card
    assert "This is the first release" in card
    assert "whether they were upheld is not\nrecorded" in card


def test_errors_that_leave_are_those_of_the_night_or_hidden(night: Night, pack: Path) -> None:
    """Where every rule of a kind is told, what is shown is what was counted."""
    told = read(pack, "errors").rename({"programme_identifier": "population"})
    truth = night.con.execute("SELECT * FROM coverage.errors WHERE rule = 'all'").pl()
    of_rules = night.con.execute(
        """SELECT population, kind, count(*) AS asked FROM coverage.errors
        WHERE rule <> 'all' AND breakdown = 'total' GROUP BY ALL"""
    ).pl()
    whole = told.filter(~pl.col("hidden")).join(of_rules, on=["population", "kind"])
    whole = whole.filter(pl.col("rules").str.split(", ").list.len() == pl.col("asked"))
    both = whole.join(truth, on=["population", "kind", "breakdown", "group_code"], suffix="_counted")
    assert len(both) > 10
    assert both.filter(
        (pl.col("people") != pl.col("people_counted")) | (pl.col("found") != pl.col("found_counted"))
    ).is_empty()
    hidden = told.filter("hidden").select("people", "found", "share", "expected", "riel_a_month")
    assert len(hidden) and hidden.null_count().row(0) == (len(hidden),) * hidden.width


def test_the_method_card_is_in_khmer_too_and_tells_how_often_linking_errs(pack: Path) -> None:
    english, khmer = ((pack / name).read_text("utf-8") for name in ("method.md", "method.km.md"))
    assert "| elderly benefit paid | family package enrolments, family package payments, idpoor households |" in english
    assert len(re.findall("[\u1780-\u17ff]", khmer)) > 2000
    headings = [text.count("\n## ") for text in (english, khmer)]
    assert headings[0] - headings[1] == 1  # answers and grievances are explained in English alone
    rates = [re.findall(r"\d+\.\d%", text.split("###")[1].split("## ")[0]) for text in (english, khmer)]
    assert rates[0] == rates[1]


def test_sha256sum_says_that_it_is_whole(pack: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=pack, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_verify_says_that_a_release_and_its_pack_are_whole(pack: Path) -> None:
    for folder in (pack, pack.parent):
        done = runner.invoke(cli.app, ["verify", str(folder)])
        assert (done.exit_code, "is whole" in done.stdout.replace("\n", " ")) == (0, True)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda pack: (pack / "coverage.csv").write_text("harmed"), "coverage.csv has changed."),
        (lambda pack: (pack / "method.md").unlink(), "method.md is missing."),
        (lambda pack: (pack / "more.csv").write_text(""), "more.csv is not in SHA256SUMS."),
        (lambda pack: (pack / "SHA256SUMS").write_text("?"), "SHA256SUMS of copy is missing or cannot be read."),
    ],
)
def test_verify_says_what_differs(copy: Path, harm: Callable[[Path], object], told: str) -> None:
    harm(copy)
    assert release.differences(copy) == [told]
    done = runner.invoke(cli.app, ["verify", str(copy)])
    assert (done.exit_code, told in done.stdout) == (1, True)


def test_verify_of_another_folder_says_that_it_is_no_release(tmp_path: Path) -> None:
    (told,) = release.differences(tmp_path)
    assert "neither a release nor a public pack" in told
    assert runner.invoke(cli.app, ["verify", str(tmp_path)]).exit_code == 1
