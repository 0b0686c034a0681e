"""`reconcile coverage`: what is told, what leaves, and what is said where nothing can be told."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from flows import cli, coverage_figures
from flows.coverage_words import FIGURES
from transforms import tables
from transforms.disclosure import placed
from transforms.disclosure_audit import audit

runner = CliRunner()
MINIMUM, INSIDE = 11, 5


def call(home: Path, *arguments: object, code: int = 0) -> str:
    done = runner.invoke(cli.app, ["coverage", *map(str, arguments), "--home", str(home)], env={"COLUMNS": "80"})
    assert done.exit_code == code, done.output
    return done.stdout


def told(home: Path, *arguments: object) -> Any:
    return json.loads(call(home, *arguments, "--json"))


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def test_every_measure_is_told_with_its_denominator_and_the_registers_dates(first_night: Path) -> None:
    facts = told(first_night, "--all")
    expected = rows(first_night, "SELECT measure, eligible, covered FROM coverage.estimates WHERE breakdown = 'total'"
                    " ORDER BY measure")  # fmt: skip
    assert [(row["measure"], row["eligible"], row["covered"]) for row in facts["measures"]] == expected
    assert {row["pulled_on"] for row in facts["registers"]} == {"2026-11-01"}


@pytest.mark.parametrize("flags", [(), ("--public",), ("--measure", "elderly_benefit", "--by", "area_1*sex"),
                                   ("--trend",), ("--errors",), ("--errors", "--public"), ("--staleness",),
                                   ("--completeness",), ("--completeness", "--public"),
                                   ("--completeness", "--by", "area_1"),
                                   ("--errors", "--measure", "elderly_paid", "--by", "area_1")])  # fmt: skip
def test_the_screen_fits_80_columns(first_night: Path, flags: tuple[str, ...]) -> None:
    lines = call(first_night, *flags).splitlines()
    assert len(lines) > 10
    assert max(len(line) for line in lines if not line.startswith(("By group", "Release"))) <= 80


def test_one_measure_is_told_by_group(first_night: Path) -> None:
    found = told(first_night, "--measure", "elderly_benefit", "--by", "area_1", "--all")
    expected = rows(first_night, "SELECT group_code, eligible FROM coverage.estimates"
                    " WHERE measure = 'elderly_benefit' AND breakdown = 'area_1' ORDER BY group_code")  # fmt: skip
    assert [(row["group_code"], row["eligible"]) for row in found] == expected


def test_what_may_leave_holds_no_small_count_and_not_which_is_small(first_night: Path, tmp_path: Path) -> None:
    call(first_night, "--public", "--out", tmp_path / "out.parquet")
    figures = pl.read_parquet(tmp_path / "out.parquet")
    counts = figures.select("eligible", "covered", left_out=pl.col("eligible") - pl.col("covered")).drop_nulls()
    assert len(counts) > 0
    assert counts.filter(pl.any_horizontal((pl.all() > 0) & (pl.all() < MINIMUM))).is_empty()
    hidden = figures.filter("hidden").select(field.name for field in FIGURES if field.type in ("integer", "number"))
    assert hidden.null_count().row(0) == (len(hidden),) * hidden.width
    assert "primary" not in json.dumps(told(first_night, "--public"))


def test_inside_counts_below_five_are_hidden_unless_all_are_asked_for(first_night: Path, tmp_path: Path) -> None:
    call(first_night, "--out", tmp_path / "some.parquet")
    call(first_night, "--all", "--out", tmp_path / "all.parquet")
    some, every = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("some", "all"))
    counts = some.select("eligible", "covered", left_out=pl.col("eligible") - pl.col("covered")).drop_nulls()
    assert len(counts) > 0
    assert counts.filter(pl.any_horizontal((pl.all() > 0) & (pl.all() < INSIDE))).is_empty()
    assert not every["hidden"].any()
    cells = every.select("breakdown", "group_code", "eligible", "covered", table="programme_identifier",
                         label=pl.when(some["hidden"]).then(pl.lit("hidden")).otherwise(pl.lit("no")))  # fmt: skip
    with duckdb.connect(str(first_night / "warehouse.duckdb"), read_only=True) as con:
        cells = placed(con, cells)
    whole = cells.filter(pl.col("breakdown") == "total", pl.col("label") == "no").select("table")
    assert audit(cells.join(whole, on="table", how="semi"), INSIDE).filter("recoverable").is_empty()


def test_errors_are_told_with_their_denominator(first_night: Path) -> None:
    facts = told(first_night, "--errors", "--all")
    expected = rows(first_night, "SELECT population, kind, people, found FROM coverage.errors WHERE rule = 'all'"
                    " AND breakdown = 'total' ORDER BY ALL")  # fmt: skip
    assert expected
    assert [(r["programme_identifier"], r["kind"], r["people"], r["found"]) for r in facts["errors"]] == expected
    one = told(first_night, "--errors", "--measure", "elderly_paid", "--all")["errors"]
    assert {"I01", "I04", "D03"} < {row["rule"] for row in one}


def test_inside_and_outside_hide_few_errors_and_their_money(first_night: Path) -> None:
    for flags, minimum in (((), INSIDE), (("--public",), MINIMUM)):
        for row in told(first_night, "--errors", *flags)["errors"]:
            counts = [
                row[name] for name in ("people", "found", "confirmed", "probable", "cannot_tell") if row.get(name)
            ]
            assert all(count >= minimum for count in counts), (flags, row)
            assert not row["hidden"] or (row["people"], row["found"], row["riel_a_month"]) == (None, None, None)


def test_how_old_each_register_is_is_told(first_night: Path) -> None:
    told_of = told(first_night, "--staleness", "--all")["registers"]
    assert {row["register"] for row in told_of} >= {"idpoor_members", "hef_claims", "family_package_payments"}
    assert all(0 <= row["median_days"] <= row["ninetieth_days"] for row in told_of)
    assert {row["snapshot_days"] for row in told_of} == {0}


@pytest.mark.parametrize(
    ("name", "flags"),
    [("out.csv", ("--errors",))]
    + [(name, flags) for name in ("out.csv", "out.xlsx", "out.parquet")
       for flags in (("--errors", "--public"), ("--staleness",), ("--completeness",), ("--completeness", "--public"))],
)  # fmt: skip
def test_errors_and_ages_are_written_to_files(
    first_night: Path, tmp_path: Path, name: str, flags: tuple[str, ...]
) -> None:
    call(first_night, *flags, "--out", tmp_path / name)
    read = {".csv": pl.read_csv, ".xlsx": pl.read_excel, ".parquet": pl.read_parquet}[(tmp_path / name).suffix]
    assert read(tmp_path / name).height > 0


def test_how_complete_registers_are_is_told_with_its_lists_and_range(first_night: Path) -> None:
    facts = told(first_night, "--completeness", "--all")
    (capture,), (births,) = facts["captures"], facts["completeness"]
    assert capture["asked"]
    assert births["in_a"] > births["in_b"] > births["in_both"] > 0
    assert births["in_a_adjusted"] == pytest.approx(births["in_a"], rel=0.1)
    printed = call(first_night, "--completeness")
    assert "births registered" in printed
    assert "Assumed: In one province" in " ".join(printed.split())


def test_inside_and_outside_hide_few_who_are_listed(first_night: Path) -> None:
    # Of so few people no province may leave.
    for flags, minimum in ((("--by", "area_1"), INSIDE), (("--public",), MINIMUM)):
        rows = told(first_night, "--completeness", *flags)["completeness"]
        assert rows
        for row in rows:
            counts = [row["in_a"], row["in_b"], row["in_both"]]
            assert row["hidden"] == (counts == [None] * 3)
            alone = [] if row["hidden"] else [counts[0] - counts[2], counts[1] - counts[2]]
            assert not [count for count in (*counts, *alone) if count and count < minimum]


def test_an_older_home_without_lists_is_told(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("DROP TABLE coverage.captures")
    done = runner.invoke(cli.app, ["coverage", "--completeness", "--home", str(home)])
    assert "No night has told how complete registers are" in str(done.exception)


def test_an_older_home_without_errors_is_told(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("DROP TABLE coverage.error_gaps")
    done = runner.invoke(cli.app, ["coverage", "--errors", "--home", str(home)])
    assert "No night has counted errors yet" in str(done.exception)


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.parquet"])
def test_a_file_has_the_names_of_the_standard(first_night: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "new" / name
    call(first_night, "--out", out)
    read = {
        ".csv": lambda: pl.read_csv(out, infer_schema_length=None),
        ".xlsx": lambda: fastexcel.read_excel(out).load_sheet("coverage").to_polars(),
        ".parquet": lambda: pl.read_parquet(out),
    }[out.suffix]()
    assert read.columns == [field.name for field in FIGURES]
    assert read.height == rows(first_night, "SELECT count(*) FROM coverage.estimates")[0][0]
    assert set(read["assistance_unit"]) == {"member", "household"}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--measure", "nothing"), "There is no measure 'nothing' here. There is: birth_registration,"),
        (("--measure", "elderly_benefit", "--by", "shoe"), "There is no breakdown 'shoe' here."),
        (("--out", "figures.pdf"), "figures.pdf: give a name that ends in .csv, .xlsx or .parquet."),
    ],
)
def test_what_is_not_there_is_said(first_night: Path, flags: tuple[str, ...], said: str) -> None:
    done = runner.invoke(cli.app, ["coverage", *flags, "--home", str(first_night)])
    assert isinstance(done.exception, ValueError)
    assert str(done.exception).startswith(said)


@pytest.mark.parametrize(
    "flags",
    [
        ("--by", "sex"),
        ("--trend", "--public"),
        ("--errors", "--trend"),
        ("--staleness", "--measure", "elderly_benefit"),
        ("--completeness", "--measure", "elderly_benefit"),
        ("--completeness", "--errors"),
        ("--all", "--public"),
    ],
)
def test_flags_that_do_not_go_together_are_refused(first_night: Path, flags: tuple[str, ...]) -> None:
    assert runner.invoke(cli.app, ["coverage", *flags, "--home", str(first_night)]).exit_code == 2


def test_a_home_without_a_night_is_told(tmp_path: Path) -> None:
    done = runner.invoke(cli.app, ["coverage", "--home", str(tmp_path)])
    assert "There is no warehouse" in str(done.exception)


def test_what_was_not_asked_and_who_is_not_there_are_said_in_words(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("UPDATE coverage.measures SET applied = FALSE WHERE measure = 'elderly_benefit'")
        con.execute("DELETE FROM coverage.estimates WHERE measure = 'elderly_benefit'")
        con.execute(
            """UPDATE coverage.estimates SET eligible = 0, covered = 0, gap_share = NULL, gap_share_adjusted = NULL,
            gap_low = NULL, gap_high = NULL, verdict = NULL WHERE measure = 'birth_registration'"""
        )
        con.execute("UPDATE ops.arrivals SET state = 'missing', snapshot_id = NULL WHERE register = 'hef_claims'")
    screen = call(home)
    assert "not asked" in next(line for line in screen.splitlines() if "elderly" in line)
    assert "nobody" in next(line for line in screen.splitlines() if "birth registration" in line)
    assert "hef_claims (missing): nothing of it is used." in screen


def test_the_trend_has_a_line_a_night_and_names_causes(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute(
            "INSERT INTO coverage.trend BY NAME SELECT * REPLACE (DATE '2026-10-01' AS as_of) FROM coverage.trend"
        )
        con.execute(
            """INSERT INTO coverage.moves BY NAME SELECT 'elderly_benefit' AS measure, 'total' AS breakdown,
            'all' AS group_code, 'judgement' AS cause, 3 AS entered, 1 AS left_gap, DATE '2026-10-01' AS since"""
        )
    facts = told(home, "--trend", "--measure", "elderly_benefit", "--all")
    assert [row["as_of"] for row in facts["nights"]] == ["2026-10-01", "2026-11-01"]
    assert [(row["cause"], row["entered"], row["left_gap"]) for row in facts["moves"]] == [("judgement", 3, 1)]
    assert told(home, "--trend", "--measure", "elderly_benefit")["moves"][0]["entered"] is None
    assert "since the night of 2026-10-01" in call(home, "--trend").replace("\n", " ")


def test_an_older_home_without_a_trend_is_told(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute(f"DROP TABLE {tables.TREND.full_name}")
    done = runner.invoke(cli.app, ["coverage", "--trend", "--home", str(tmp_path)])
    assert "No night has kept a trend yet" in str(done.exception)
    with coverage_figures.opened(tmp_path, public=True) as night:
        assert coverage_figures.measures(night)
