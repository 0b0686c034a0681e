"""Registers of another country: the same seed writes the same bytes, and contracts alone link them."""

import json
import subprocess
import sys
from pathlib import Path

ABROAD = Path(__file__).resolve().parents[2] / "benchmarks" / "abroad.py"


def _abroad(out: Path, *flags: str) -> str:
    command = [sys.executable, str(ABROAD), "--out", str(out), "--only", "tiny", "--people", "600", *flags]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_set_is_the_same_again_and_links_by_its_contracts(tmp_path: Path) -> None:
    (told,) = json.loads(_abroad(tmp_path / "first", "--run", "--json").splitlines()[-1])
    _abroad(tmp_path / "second")
    first = _files(tmp_path / "first")
    assert {"tiny/truth.csv", "tiny/registers/north.csv", "tiny/contracts/south.yaml"} <= first.keys()
    assert first == _files(tmp_path / "second")
    assert (told["set"], told["quarantined"]) == ("tiny", 0)
    assert told["true_pairs"] > 300
    assert told["scores"]["pairwise"]["f1"] > 0.9
    assert told["missed_pairs"] == sum(told["missed_by_" + what] for what in ("blocking", "weights", "clusters"))
