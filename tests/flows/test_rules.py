"""`reconcile rules`, and a night with rules beside the catalogue's own."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows import cli, rules, rules_document, rules_trial, settings, stages
from flows.reference import load_policy
from tests.flows.hard_night import FAILING, RULE
from transforms.catalogue import unanswered
from transforms.findings import load_rules
from transforms.headers import RuleError

AS_OF = "2026-11-01"
runner = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one rule that works."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "n50.sql").write_text(RULE)
    return tmp_path / "rules"


def call(*arguments: object, code: int = 0) -> str:
    done = runner.invoke(cli.app, ["rules", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.stdout


def test_the_document_is_what_the_headers_say() -> None:
    written = rules_document.document(load_rules(), unanswered(), load_policy(settings.REFERENCE))
    assert rules_document.FILE.read_text("utf-8") == written, "the headers have changed: run `make docs`"


def test_the_document_tells_every_rule_and_value() -> None:
    policy = load_policy(settings.REFERENCE)
    e02 = next(rule for rule in load_rules() if rule.id == "E02")
    written = rules_document.document((e02,), unanswered()[:1], policy)
    for text in (e02.statement_km, e02.confirm, e02.source, "| `elderly_age` | 60 |", "| `age` |", unanswered()[0].why):
        assert text in written


def test_the_list_fits_a_terminal_and_tells_the_last_night(
    first_night: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(call("list", "--home", first_night, "--rules", folder, "--json"))
    by_id = {row["rule"]: row for row in told["rules"]}
    assert told["night"] == f"{AS_OF}.1"
    assert by_id["E02"]["asked"]
    assert by_id["E02"]["findings"] > 0
    assert by_id["E02"]["seconds"] > 0
    assert by_id["N50"]["asked"] is None
    monkeypatch.setattr("flows.rules_screen.console.width", 80)
    shown = call("list", "--home", first_night)
    assert "E02   high" in shown
    assert max(len(line) for line in shown.splitlines() if line.startswith(" ")) <= 80


def test_the_list_needs_no_night(tmp_path: Path) -> None:
    told = json.loads(call("list", "--home", tmp_path, "--json"))
    assert told["night"] is None
    assert {row["asked"] for row in told["rules"]} == {None}
    assert not list(tmp_path.iterdir())


def test_a_rule_is_shown_with_what_it_uses() -> None:
    told = json.loads(call("show", "e02", "--json"))
    values = {row["name"]: row for row in told["policy"]}
    assert values["elderly_age"]["value"] == "60"
    assert values["covered_poverty_levels"]["valid_from"] == "2024-04-01"  # through the fact card_members
    assert {"card_members", "person_enrolments", "individuals"} <= told["facts"].keys()
    shown = call("show", "E02")
    assert "elderly_age" in shown
    assert "FROM card_members" in shown


@pytest.mark.parametrize(("wanted", "says"), [("E99", "no rule E99"), ("E06", "register of schools")])
def test_a_rule_that_is_not_there_says_why(wanted: str, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        rules.wanted(wanted, None)


def test_checking_tells_the_flaws_of_a_file(folder: Path) -> None:
    file = folder / "n50.sql"
    assert json.loads(call("check", file, "--json")) == []
    file.write_text(RULE.replace("person_records", "persn_records"))
    (flaw,) = json.loads(call("check", file, "--json", code=1))
    assert flaw["stops"]
    assert "persn_records" in flaw["told"]
    file.write_text(RULE.replace("N50", "E02"))
    (flaw,) = json.loads(call("check", file, "--json", code=1))
    assert "has the id E02 too" in flaw["told"]


def test_checking_all_knows_no_clash_of_a_file_with_itself(folder: Path) -> None:
    assert json.loads(call("check", folder / "n50.sql", "--rules", folder, "--json")) == []
    assert "0 cannot be used" in call("check", "--rules", folder)


def test_trying_on_a_home_tells_counts_and_nothing_of_a_person(first_night: Path, folder: Path) -> None:
    before = (first_night / "warehouse.duckdb").read_bytes()
    told = json.loads(call("try", "E02", "--home", first_night, "--json"))
    with duckdb.connect(str(first_night / "warehouse.duckdb"), read_only=True) as con:
        kept = dict(
            con.execute("SELECT state, count(*) FROM findings.findings WHERE rule = 'E02' GROUP BY ALL").fetchall()
        )
    assert {state: count for state, count in told["states"].items() if count} == kept
    assert told["examples"] == []
    shown = json.loads(call("try", folder / "n50.sql", "--home", first_night, "--show", "--json"))
    assert 0 < len(shown["examples"]) <= 3
    assert shown["examples"][0]["evidence"].keys() == {"sex"}
    assert (first_night / "warehouse.duckdb").read_bytes() == before


def test_a_rule_that_fails_when_tried_says_why(first_night: Path, folder: Path) -> None:
    (folder / "n50.sql").write_text(RULE.replace("is_pregnant", "1 = (SELECT unnest([1, 2]))"))
    told = json.loads(call("try", folder / "n50.sql", "--home", first_night, "--json", code=1))
    assert "failed while it ran" in told["held_back"]


def test_trying_makes_a_sample_country_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_HOME", str(tmp_path))
    shown = call("try", "E02", "--people", 1000)
    assert "card_number" in shown
    made = (tmp_path / "trial" / "warehouse.duckdb").stat().st_mtime_ns
    monkeypatch.setattr(rules_trial, "_make", lambda *_: pytest.fail("it is there already"))
    call("try", "N01", "--people", 1000)
    assert (tmp_path / "trial" / "warehouse.duckdb").stat().st_mtime_ns == made


def test_the_fingerprint_holds_what_rules_say_and_not_where_they_lie(folder: Path, tmp_path: Path) -> None:
    own, both = rules.fingerprint(rules.load(None)), rules.fingerprint(rules.load(folder))
    assert own != both
    moved = folder.rename(tmp_path / "moved")
    assert rules.fingerprint(rules.load(moved)) == both
    (moved / "n50.sql").write_text(RULE.replace("is_pregnant", "NOT is_pregnant"))
    assert rules.fingerprint(rules.load(moved)) != both


def test_a_night_that_was_cut_off_does_not_go_on_with_other_rules(folder: Path, tmp_path: Path) -> None:
    night = settings.night(tmp_path / "home", as_of=date.fromisoformat(AS_OF), rules=folder)
    first, _ = stages.begin(night)
    assert stages.begin(night)[0] == first
    (folder / "n50.sql").write_text(RULE.replace("is_pregnant", "NOT is_pregnant"))
    assert stages.begin(night)[0] != first


def test_an_id_that_is_taken_is_refused_before_a_night_begins(
    reconcile: Callable, folder: Path, tmp_path: Path
) -> None:
    (folder / "mine.sql").write_text(RULE.replace("N50", "E02"))
    done = reconcile("run", "--home", tmp_path / "home", "--rules", folder, code=2)
    for words in ("mine.sql", "e02_elder_without_benefit.sql", "E02"):
        assert words in done.stderr
    assert not (tmp_path / "home" / "warehouse.duckdb").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no folder of rules"):
        rules.load(tmp_path / "nowhere")


def test_a_night_goes_on_without_the_rules_that_fail(
    reconcile: Callable, status: Callable, first_night: Path, hard: Path
) -> None:
    report, before = status(hard / "home"), status(first_night)
    assert report["run"]["state"] == "released"
    held = {row["rule"]: row["note"] for row in report["held_back"]}
    assert held.keys() == FAILING.keys() | {row["rule"] for row in before["held_back"]}
    for number, (_, _, says) in FAILING.items():
        assert says in held[number]
    found = {row["rule"]: row["findings"] for row in report["findings"]}
    assert found.pop("N50") > 0
    assert found == {row["rule"]: row["findings"] for row in before["findings"]}
    page = (hard / "home" / "releases" / "current" / "summary.html").read_text("utf-8")
    assert "does not have the type it is cast to" in page
    assert "N52 was held back" in " ".join(reconcile("status", "--home", hard / "home").stdout.split())


def test_costs_are_kept_and_not_released(first_night: Path) -> None:
    with duckdb.connect(str(first_night / "warehouse.duckdb"), read_only=True) as con:
        costs = dict(con.execute("SELECT step, rows FROM ops.rule_costs").fetchall())
        found = dict(con.execute("SELECT rule, findings FROM findings.rules").fetchall())
        (people,) = con.execute("SELECT count(*) FROM clean.people").fetchone()
    assert {rule: costs[rule] for rule in found} == found
    assert costs["person_records"] == people
    assert costs["states"] == sum(found.values())
    release = first_night / "releases" / "current" / "release.duckdb"
    with duckdb.connect(str(release), read_only=True) as con:
        told = con.execute(
            "SELECT DISTINCT column_name FROM duckdb_columns() WHERE schema_name = 'findings'"
        ).fetchall()
    assert ("seconds",) not in told
