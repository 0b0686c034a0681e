"""The coverage experiment in docs/coverage.md: its tables between marks, and its picture."""

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from flows.documents import with_section

DOCS = Path(__file__).parents[1] / "docs"
COLUMNS = {
    "groups": "groups",
    "holds": "interval holds",
    "said": "said",
    "points": "a point",
    "points_hold": "points: hold",
    "points_said": "said",
    "others_hold": "others: hold",
    "others_said": "said",
    "error": "error as linked",
    "ratio": "adjusted / linked",
    "expected_ratio": "expected",
    "error_links": "error by links",
    "links_ratio": "adjusted / by links",
    "error_numbers": "error by number",
    "bias": "bias as linked",
    "bias_adjusted": "adjusted",
    "rmse": "rmse as linked",
    "rmse_adjusted": "adjusted",
}
SHARES = ("holds", "said", "points", "points_hold", "points_said", "others_hold", "others_said")
SIZES = {0: "1-10", 11: "11-29", 30: "30-99", 100: "100-299", 300: "300-999", 1000: "1,000 and more"}
AIM = (0.93, 0.97)
# Of a panel, in pixels.
TOP, HEIGHT, WIDE, LEFTS = 70, 220, 330, (70, 500)
Scale = Callable[[float], float]


def write(told: dict[str, pl.DataFrame], seeds: int, people: int, docs: Path = DOCS) -> None:
    """Write the marked section of docs/coverage.md on countries of that size again, and its picture.

    `told`: see `benchmarks.coverage.told`.
    """
    parts = [f"Measured on {dt.date.today()}: {seeds} sample countries of {people:,} people."]
    parts += [table(frame, by) for by, frame in told.items()]
    parts.append(
        f"![what intervals hold and how far shares are off, by size of group](coverage/experiment-{people}.svg)"
    )
    file = docs / "coverage.md"
    file.write_text(with_section(file.read_text("utf-8"), f"experiment-{people}", "\n\n".join(parts)), encoding="utf-8")
    (docs / "coverage").mkdir(exist_ok=True)
    (docs / "coverage" / f"experiment-{people}.svg").write_text(picture(told["size"]), encoding="utf-8")


def table(frame: pl.DataFrame, by: str) -> str:
    """The rows as a Markdown table; `by` is its first column."""
    lines = [f"| {by} | {' | '.join(COLUMNS.values())} |", f"| --- |{' --: |' * len(COLUMNS)}"]
    for row in frame.iter_rows(named=True):
        name = SIZES[row[by]] if by == "size" else f"`{row[by]}`"
        lines.append(f"| {name} | {' | '.join(_cell(column, row[column]) for column in COLUMNS)} |")
    return "\n".join(lines)


def _cell(column: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "-"
    if column == "groups":
        return f"{value:,}"
    if column in SHARES:
        return f"{value:.1%}"
    return f"{value:.2f}" if "ratio" in column else f"{value:.4f}"


def picture(sizes: pl.DataFrame) -> str:
    """Two panels by size of group: what intervals hold, and the mean absolute error of both shares."""
    rows = sizes.sort("size").to_dicts()
    most = max(row["error"] * max(1.0, row["ratio"]) for row in rows) * 1.1

    def held(value: float) -> float:
        return TOP + HEIGHT * (1.0 - value) / 0.12

    def off(value: float) -> float:
        return TOP + HEIGHT * (1.0 - value / most)

    low, high = map(held, AIM)
    band = f'<rect x="{LEFTS[0]}" y="{high:.1f}" width="{WIDE}" height="{low - high:.1f}" class="aim"/>'
    shares = [(row["holds_doubtful"], row["said_doubtful"]) for row in rows]
    errors = [(row["error"] * row["ratio"], row["error"]) for row in rows]
    holds = _panel(LEFTS[0], rows, shares, held, ("held", "as the draws say"))
    errs = _panel(LEFTS[1], rows, errors, off, ("adjusted", "as linked"))
    ticks = "".join(_tick(LEFTS[0], held(value), f"{value:.0%}") for value in (0.9, 0.93, 0.95, 0.97, 1.0))
    ticks += "".join(_tick(LEFTS[1], off(part * most), f"{part * most:.2%}") for part in (0.0, 0.25, 0.5, 0.75, 1.0))
    titles = ("Groups with doubt whose interval holds the truth", "Mean absolute error of the share")
    heads = "".join(f'<text x="{x}" y="26" class="title">{t}</text>' for x, t in zip(LEFTS, titles, strict=True))
    words = "Shares held of groups with some doubt lie near what the draws say; errors fall where groups are large."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 350" role="img" aria-label="{words}">'
        f'<style>{STYLE}</style><rect width="860" height="350" fill="#fff"/>{heads}{band}{ticks}{holds}{errs}</svg>\n'
    )


def _panel(
    left: int, rows: list[dict[str, Any]], values: list[tuple[float, float]], at: Scale, names: tuple[str, str]
) -> str:
    """A filled and a hollow dot a size, with the sizes below and the names of the dots above."""
    marks = [
        f'<circle cx="{left + 8}" cy="45" r="5" class="full"/><text x="{left + 18}" y="49">{names[0]}</text>',
        f'<circle cx="{left + 118}" cy="45" r="5" class="hollow"/><text x="{left + 128}" y="49">{names[1]}</text>',
    ]
    for place, (row, (full, hollow)) in enumerate(zip(rows, values, strict=True)):
        x = left + WIDE * (place + 0.5) / len(rows)
        marks.append(f'<circle cx="{x:.1f}" cy="{at(hollow):.1f}" r="6" class="hollow"/>')
        marks.append(f'<circle cx="{x:.1f}" cy="{at(full):.1f}" r="4" class="full"/>')
        name = SIZES[row["size"]].replace(" and more", "+")
        marks.append(f'<text x="{x:.1f}" y="{TOP + HEIGHT + 20}" class="mid">{name}</text>')
    marks.append(f'<text x="{left + WIDE / 2}" y="{TOP + HEIGHT + 42}" class="mid">eligible in the group</text>')
    return "".join(marks)


def _tick(left: int, y: float, words: str) -> str:
    line = f'<line x1="{left}" x2="{left + WIDE}" y1="{y:.1f}" y2="{y:.1f}" class="line"/>'
    return f'{line}<text x="{left - 8}" y="{y + 4:.1f}" class="end">{words}</text>'


STYLE = (
    "text{font:12px sans-serif;fill:#374151}.title{font-weight:bold;font-size:14px}.mid{text-anchor:middle}"
    ".end{text-anchor:end}.line{stroke:#e5e7eb}.aim{fill:#d1fae5}.full{fill:#0b6e4f}"
    ".hollow{fill:#fff;stroke:#c8553d;stroke-width:2}"
)
