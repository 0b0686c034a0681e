"""Imports run one way: flows -> expectations -> transforms; nothing imports flows or review."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "transforms": set(),
    "expectations": {"transforms"},
    "flows": {"transforms", "expectations"},
    "review": {"transforms"},
}
OURS = set(MAY_IMPORT)
NOT_IN_TRANSFORMS = {"prefect", "pathlib", "os", "time", "httpx", "great_expectations", "requests", "socket"}
SLOW = {"recordlinkage", "sklearn", "pandas", "prefect", "great_expectations"}
READING = ("cli", "coverage_views", "errors_figures", "findings", "findings_sheet", "judging",
           "quality", "release", "report", "review_screen", "rules_screen", "waterfall")  # fmt: skip
STAGES = ("standardise", "block", "compare", "model", "cluster", "identity", "findings", "coverage")


def imported(path: Path) -> set[str]:
    """The modules a file imports, in full."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def wrong_imports(package: str, names: set[str]) -> set[str]:
    not_allowed = OURS - MAY_IMPORT[package] - {package}
    return {name for name in names if name.split(".")[0] in not_allowed}


@pytest.mark.parametrize("package", [p for p in MAY_IMPORT if (ROOT / p).is_dir()])
def test_imports_run_one_way(package: str) -> None:
    wrong = {path.name: found for path in modules(package) if (found := wrong_imports(package, imported(path)))}
    assert not wrong


def test_transforms_know_no_paths_clocks_or_networks() -> None:
    wrong = {p.name: found for p in modules("transforms") if (found := imported(p) & NOT_IN_TRANSFORMS)}
    assert not wrong


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_no_other_stage(stage: str) -> None:
    others = {f"transforms.{other}" for other in STAGES if other != stage}
    assert not imported(ROOT / "transforms" / f"{stage}.py") & others


def test_commands_that_only_read_start_without_what_is_slow_to_import() -> None:
    told = f"import sys\nfrom flows import {', '.join(READING)}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    there = set(done.stdout.split())
    assert "flows.waterfall" in there
    assert not there & SLOW


def test_an_import_the_wrong_way_is_seen(tmp_path: Path) -> None:
    culprit = tmp_path / "culprit.py"
    culprit.write_text("from flows.warehouse import opened\nimport prefect\n")
    assert wrong_imports("transforms", imported(culprit)) == {"flows.warehouse", "flows.warehouse.opened"}
    assert imported(culprit) & NOT_IN_TRANSFORMS == {"prefect"}
