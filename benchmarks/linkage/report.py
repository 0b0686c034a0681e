"""The comparison as a reader sees it: a table in the terminal, a section of docs/benchmarks.md, and JSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.documents import table, with_section

Told = dict[str, Any]
SHOWN = {"supervised": "ceiling"}
COLUMNS = ("", "seconds", "CPU s", "peak MiB", "pairs", "precision", "recall", "F1", "F1 half", "B-cubed")
GROUPS = {
    "within": "within",
    "across": "across",
    "local_by_latin": "local x Latin",
    "men_20_29": "men 20-29",
}


def _name(result: Told) -> str:
    return SHOWN.get(result["name"], result["name"])


def rows(results: list[Told]) -> list[tuple[str, ...]]:
    """A row a contestant, each at its best variant."""
    return [
        (
            _name(r),
            f"{r['measured']['seconds']:.1f}",
            f"{r['measured']['cpu_seconds']:.1f}",
            f"{r['measured']['peak_mib']:,.0f}",
            f"{r['candidate_pairs']:,}",
            *(f"{r['scores'][r['best']]['all'][part]:.4f}" for part in ("precision", "recall", "f1")),
            f"{r['scores'][r['best']]['measured_half']['f1']:.4f}",
            f"{r['scores'][r['best']]['bcubed']['f1']:.4f}",
        )
        for r in results
    ]


def group_rows(results: list[Told]) -> list[tuple[str, ...]]:
    """F1 of each group of pairs, and what the probabilities are worth; the clustering that was best."""
    return [
        (
            _name(r),
            *(_group(r["scores"][r["best"]][group]) for group in GROUPS),
            f"{r['probabilities']['best_pair_f1']:.4f}",
            f"{r['probabilities']['brier']:.4f}",
            r["best"],
        )
        for r in results
    ]


def afterwards(results: list[Told]) -> list[str]:
    """What a night takes after its clusters, which the others do not make."""
    return [
        f"{_name(r)} with persons, their lasting ids and the best that their records know:"
        f" {r['with_persons']['seconds']:.1f} s, {r['with_persons']['peak_mib']:,.0f} MiB"
        for r in results
        if "with_persons" in r
    ]


def _group(scores: Told) -> str:
    return f"{scores['f1']:.4f}" if scores["meant"] else "-"


GROUP_COLUMNS = ("F1", *GROUPS.values(), "pairs alone", "Brier", "clustered by")


def show(title: str, results: list[Told]) -> None:
    """Print both tables; they fit in 100 columns."""
    console = Console(width=100)
    for header, content in ((COLUMNS, rows(results)), (GROUP_COLUMNS, group_rows(results))):
        shown = Table(*header, title=title, title_justify="left", box=None, padding=(0, 1))
        for place, column in enumerate(shown.columns):
            column.justify = "right" if 0 < place < len(header) and header[place] != GROUP_COLUMNS[-1] else "left"
        for row in content:
            shown.add_row(*row)
        console.print(shown)
        title = ""
    for sentence in afterwards(results):
        console.print(f" {sentence}")


def as_markdown(told: Told, pictures: Iterable[str]) -> str:
    """The section of the document: how it was measured, both tables of each set of records, and the pictures."""
    machine = told["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    parts = [
        f"Measured on {told['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']:.0f} GiB;"
        f" {versions}; seed {told['seed']}."
    ]
    for title, results in in_order(told["data"]).items():
        parts.append(f"### {title}")
        parts.append(table(COLUMNS, rows(results), right=COLUMNS[1:]))
        parts.append(table(GROUP_COLUMNS, group_rows(results), right=GROUP_COLUMNS[1:-1]))
        parts.extend(f"{sentence}." for sentence in afterwards(results))
    parts.extend(f"![{name.replace('-', ' ')}](benchmarks/{name}.svg)" for name in pictures)
    return "\n\n".join(parts)


def in_order(data: dict[str, list[Told]]) -> dict[str, list[Told]]:
    """The sample countries by size, then the others by name."""
    return dict(sorted(data.items(), key=lambda item: ("records" not in item[0], item[1][0]["records"], item[0])))


def write_json(told: Told, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=1, sort_keys=True, default=float) + "\n", encoding="utf-8")


def write_docs(told: Told, file: Path, pictures: Iterable[str]) -> None:
    """Write the marked section again."""
    document = file.read_text(encoding="utf-8")
    file.write_text(with_section(document, "linkage", as_markdown(told, pictures)), encoding="utf-8")
