"""The command as a person types it: what it prints, and what its exit codes say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli
from tests.conftest import BIN
from tests.test_imports import SLOW

runner = CliRunner()


def failed_with(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What the command says on standard error when it ends with 1 and no traceback."""
    monkeypatch.setattr("sys.argv", ["reconcile", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == cli.Exit.FAILED
    return capsys.readouterr().err


def test_json_stands_alone_on_standard_output(tmp_path: Path) -> None:
    done = runner.invoke(cli.app, ["sample", "--people", "300", "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0
    rows = json.loads(done.stdout)
    assert {f"{path.name}" for path in (tmp_path / "registers").iterdir()} >= {"idpoor_members.csv", "nssf.sqlite"}
    assert all(count > 0 for count in rows.values())


def test_every_command_says_what_it_is_for() -> None:
    told = runner.invoke(cli.app, ["--help"]).stdout
    for command in ("sample", "demo", "run", "status", "evaluate", "explain", "roll-back"):
        assert command in told
        assert runner.invoke(cli.app, [command, "--help"]).exit_code == 0


@pytest.mark.parametrize("command", ["status", "coverage", "findings", "quality"])
def test_what_only_reads_loads_nothing_that_is_slow_to_load(first_night: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", BIN / "reconcile", command, "--home", first_night],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "duckdb" in loaded
    # A module that may not be imported is told, too: so one within pandas is looked for.
    assert not loaded & {"pandas.core.api", *SLOW - {"pandas"}}


@pytest.mark.parametrize("text", ["nssf_members", ":001", "nssf_members:"])
def test_it_rejects_what_is_no_record(text: str) -> None:
    done = runner.invoke(cli.app, ["explain", text, "nssf_members:1"])
    assert done.exit_code == cli.Exit.USAGE
    assert "write register:key" in " ".join(done.output.replace("│", " ").split())


def test_status_of_an_empty_home_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "reconcile run" in failed_with(capsys, monkeypatch, "status", "--home", tmp_path)
    assert not list(tmp_path.iterdir())


def test_evaluating_without_truth_says_where_it_comes_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "reconcile sample" in failed_with(capsys, monkeypatch, "evaluate", "--truth", tmp_path, "--home", tmp_path)


def test_a_truth_of_an_older_layout_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "records.parquet").touch()
    told = failed_with(capsys, monkeypatch, "evaluate", "--truth", tmp_path, "--home", tmp_path)
    assert "older version" in told
    assert "reconcile sample" in told
