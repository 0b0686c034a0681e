"""The night from the outside: the real command, real files, a real Prefect server."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import httpx
import polars as pl
import pytest

from flows.release import verify
from tests.conftest import copy_of
from tests.flows.hard_night import TROUBLED

AS_OF = "2026-11-01"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


def current(home: Path) -> Path:
    return (home / "releases" / "current").resolve()


def content(home: Path) -> dict[str, str]:
    """Hashes of the files of the current release."""
    manifest = json.loads((current(home) / "manifest.json").read_text())
    return {name: facts["sha256"] for name, facts in manifest["files"].items()}


def registers(report: dict) -> dict[str, dict]:
    return {row["register"]: row for row in report["registers"]}


def test_a_night_ends_in_a_whole_release(first_night: Path, status: Callable[[Path], dict]) -> None:
    report = status(first_night)
    assert report["run"]["state"] == "released"
    assert not verify(current(first_night))
    used = json.loads((current(first_night) / "manifest.json").read_text())["model"]
    assert (used["fitted_as_of"], used["is_pinned"], used["unknown"]) == (AS_OF, False, "")
    assert any(f"model {used['model_id']}, fitted tonight" in stage["note"] for stage in report["stages"])
    assert {row["state"] for row in report["registers"]} == {"fresh"}
    assert all(r["rows_in"] == r["rows_clean"] + r["rows_quarantined"] > 0 for r in report["registers"])
    assert all(stage["seconds"] >= 0 and stage["peak_memory_mb"] > 0 for stage in report["stages"])
    assert {row["kind"] for row in report["findings"]} == {"exclusion", "inclusion", "duplication", "inconsistency"}


def test_every_record_has_one_person_in_the_release(first_night: Path, country: Path) -> None:
    persons = pl.read_parquet(current(first_night) / "persons.parquet")
    assert {"register", "record_id", "person_id"} <= set(persons.columns)
    assert persons.select("register", "record_id").is_unique().all()
    truth = pl.read_parquet(country / "truth" / "records.parquet")
    assert persons.join(truth, on=["register", "record_id"], how="anti").is_empty()


def test_memberships_say_who_is_covered_by_whom(first_night: Path) -> None:
    with duckdb.connect(str(first_night / "warehouse.duckdb"), read_only=True) as con:
        told = con.execute("SELECT * FROM clean.memberships").pl()
        people = con.execute("SELECT record_id FROM clean.people WHERE register = 'nssf_members'").pl()
    workers, dependants = (told.filter(pl.col("depends_on_record_id").is_null() == own) for own in (True, False))
    assert told.height == people.height
    assert set(told["scheme"]) == {"private", "public", "self"}
    assert workers["employer"].null_count() == 0
    assert set(workers["wage_band"]) == {1, 2, 3, 4, 5}
    assert workers["started_on"].null_count() < workers.height / 20
    assert workers["last_month"].drop_nulls().str.contains(r"^20\d\d-[01]\d$").all()
    assert dependants.height > 0
    known = dependants.join(people, left_on="depends_on_record_id", right_on="record_id", how="semi")
    assert known.height > 0.95 * dependants.height  # the row of a member may be in quarantine


def test_links_reach_the_f1_that_is_promised(reconcile: Callable, first_night: Path, country: Path) -> None:
    done = reconcile("evaluate", "--home", first_night, "--truth", country / "truth", "--json")
    scores = json.loads(done.stdout)
    assert scores["linkage"]["pairwise"]["f1"] >= 0.98
    for name in ("pairwise", "within", "cross", "bcubed"):
        assert set(scores["linkage"][name]) >= {"precision", "recall", "f1"}
    assert len(scores["rules"]) >= 10


def test_a_link_explains_itself(reconcile: Callable, first_night: Path) -> None:
    link = pl.read_parquet(current(first_night) / "pairs.parquet").filter("is_linked").row(0, named=True)
    pair = [f"{link[f'register_{side}']}:{link[f'record_id_{side}']}" for side in "lr"]
    told = json.loads(reconcile("explain", *pair, "--home", first_night, "--json").stdout)
    assert told["is_linked"]
    steps = [told["prior"], *told["rows"], told["look_alikes"], told["rivals"]]
    assert told["total"] == pytest.approx(sum(step["weight"] for step in steps))
    assert told["total"] == pytest.approx(link["match_weight"])
    assert told["probability"] == pytest.approx(link["probability"])


def _to_part(release: Path) -> list[str]:
    """Two records that are one person by a score alone, about whom there is a finding: register:record_id of each."""
    persons, findings = (pl.read_parquet(release / f"{name}.parquet") for name in ("persons", "findings"))
    doubtful = findings.filter(pl.col("state") == "probable", pl.col("kind") == "inclusion")
    two = persons.join(doubtful, on="person_id", how="semi").filter(pl.len().over("person_id") == 2)
    return (
        two.sort("person_id", "register").select(pl.format("{}:{}", "register", "record_id")).to_series()[:2].to_list()
    )


def _to_join(release: Path, but: list[str]) -> list[str]:
    """The likeliest two records of two registers that were not linked, each alone: register:record_id of each."""
    pairs, persons = (pl.read_parquet(release / f"{name}.parquet") for name in ("pairs", "persons"))
    alone = persons.filter(pl.len().over("person_id") == 1).select("register", "record_id")
    open_pairs = pairs.filter(~pl.col("is_linked"), pl.col("register_l") != pl.col("register_r"))
    for side in "lr":
        open_pairs = open_pairs.join(
            alone, left_on=[f"register_{side}", f"record_id_{side}"], right_on=["register", "record_id"], how="semi"
        )
    row = open_pairs.sort("probability", descending=True).row(0, named=True)
    found = [f"{row[f'register_{side}']}:{row[f'record_id_{side}']}" for side in "lr"]
    assert not set(found) & set(but)
    return found


def test_no_night_is_lost_to_bad_deliveries(hard: Path, status: Callable) -> None:
    report = status(hard / "home")
    came = registers(report)
    for register, row in came.items():
        state, words = TROUBLED.get(register, ("unchanged", ""))
        assert row["state"] == state, register
        assert words.lower() in (row["message"] or "").lower(), row["message"]
        assert ("goes on with the snapshot accepted" in (row["message"] or "")) == (register in TROUBLED)
    assert all(r["rows_in"] == r["rows_clean"] + r["rows_quarantined"] > 0 for r in came.values())
    assert report["run"]["state"] == "released"


def test_a_first_night_with_nothing_says_so_and_releases_nothing(reconcile: Callable, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    done = reconcile("run", "--home", tmp_path, "--inbox", tmp_path / "inbox", "--as-of", AS_OF, code=4)
    assert "no register" in done.stderr.lower()
    assert not (tmp_path / "releases" / "current").exists()


def test_a_typo_in_a_contract_is_told_before_anything_runs(reconcile: Callable, tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "people.yaml").write_text("register: people\nagancy: Ministry\n")
    done = reconcile("run", "--home", tmp_path, "--registers", tmp_path / "contracts", code=2)
    assert "people.yaml" in done.stderr
    assert "agancy" in done.stderr


def _stop_after(stage: str, how: signal.Signals, command: list[object], environment: dict[str, str]) -> None:
    """Start a night and end it by a signal a moment after a stage is done, while the next is at work."""
    night = subprocess.Popen(
        [str(part) for part in command],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert night.stderr is not None
    assert any(stage in line for line in night.stderr)
    time.sleep(0.1)
    night.send_signal(how)
    assert night.wait(timeout=60) != 0
    night.stderr.close()


CUTS = [("check raw", signal.SIGINT), ("standardise", signal.SIGKILL), ("summarise", signal.SIGKILL)]


def _hold_cut_off(home: Path, inbox: Path, environment: dict[str, str], reconcile: Callable, status: Callable) -> None:
    """Hold a night that is cut off three times: each time the last release stands, and what is done is kept."""
    before = current(home)
    arguments = ["run", "--home", home, "--inbox", inbox, "--as-of", AS_OF, "--full"]
    finished = 0
    for stage, how in CUTS:
        _stop_after(stage, how, [BIN / "reconcile", *arguments], environment)
        assert current(home) == before
        assert not verify(before)
        report = status(home)
        assert report["run"]["state"] == "cut off"
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
            done = con.execute("SELECT count(*) FROM ops.stages WHERE run_id = ?", [report["run"]["run_id"]]).fetchone()
        assert done and done[0] > finished
        finished = done[0]
    reconcile(*arguments)
    assert status(home)["run"]["run_id"] == report["run"]["run_id"] == current(home).name


def _persons(release: Path) -> dict[str, str]:
    """The person of each record, by register:record_id."""
    rows = pl.read_parquet(release / "persons.parquet").select(pl.format("{}:{}", "register", "record_id"), "person_id")
    return dict(rows.iter_rows())


def test_a_night_cut_off_three_times_keeps_every_person_and_does_what_humans_said(
    reconcile: Callable, status: Callable, prefect_environment: dict[str, str], hard: Path, inbox: Path, tmp_path: Path
) -> None:
    """After a night to which much came in a bad state."""
    home = copy_of(hard / "home", tmp_path / "home")
    before = current(home)
    apart, together = _to_part(before), _to_join(before, _to_part(before))
    reconcile("judge", *apart, "different", "--home", home, "--by", "an auditor", "--reason", "two cousins")
    reconcile("judge", *together, "same", "--home", home, "--by", "an auditor")
    members = inbox / "idpoor_members.csv"
    members.write_text(members.read_text("utf-8-sig").replace(";worker", ";WORKER", 1), "utf-8-sig")
    _hold_cut_off(home, inbox, prefect_environment, reconcile, status)
    assert {row["state"] for row in registers(status(home)).values()} == {"fresh"}
    old, new = _persons(before), _persons(current(home))
    assert new[apart[0]] != new[apart[1]]
    assert new[together[0]] == new[together[1]]
    judged = {*apart, *together}
    assert {k: v for k, v in new.items() if k not in judged} == {k: v for k, v in old.items() if k not in judged}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT DISTINCT fate FROM linkage.judgements").fetchall() == [("obeyed",)]
        altered = con.execute(
            """SELECT DISTINCT cause FROM findings.changes
            SEMI JOIN (FROM findings.kept WHERE run_id = ? AND person_id = ?) USING (finding_id)""",
            [before.name, old[apart[0]]],
        )
        assert altered.fetchall() == [("judgement",)]
    assert json.loads(reconcile("explain", *apart, "--home", home, "--json").stdout)["judgement"] == "different"
    told = json.loads(reconcile("quality", "idpoor_members", "--nights", 3, "--home", home, "--json").stdout)
    assert [row["change"] for row in told["registers"]] == [pytest.approx(0), pytest.approx(0), None]
    reconcile("roll-back", before.name, "--home", home)
    assert current(home) == before


def test_a_worker_gives_the_same_release(
    prefect_environment: dict[str, str], first_night: Path, country: Path, tmp_path: Path
) -> None:
    """The deployments of prefect.yaml, taken up by a real worker from a real server."""
    environment = prefect_environment | {
        "RECONCILE_CODE": str(ROOT),
        "RECONCILE_HOME": str(tmp_path / "home"),
        "RECONCILE_INBOX": str(country / "registers"),
    }

    def prefect(*arguments: str) -> str:
        command = [BIN / "prefect", "--no-prompt", *arguments]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    prefect("work-pool", "create", "night", "--type", "process")
    prefect("deploy", "--all")
    prefect("deployment", "run", "nightly/nightly", "--param", f'as_of="{AS_OF}"')
    prefect("worker", "start", "--pool", "night", "--run-once")
    assert content(tmp_path / "home") == content(first_night)
    told = httpx.post(f"{environment['PREFECT_API_URL']}/artifacts/latest/filter", json={}).json()
    assert {artifact["key"] for artifact in told} >= {"registers", "findings", "night", "checks"}
