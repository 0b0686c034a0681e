"""Pictures for the docs: time and memory by size, precision-recall curves, calibration."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from benchmarks.linkage.report import in_order

Told = dict[str, Any]
COLOURS = {"ours": "#0b6e4f", "splink patient": "#c8553d", "splink quick": "#e0a458", "supervised": "#6b7280"}
NAMES = {"supervised": "ceiling"}


def draw(told: Told, folder: Path) -> list[str]:
    """Write an SVG for each picture that the data can fill; returns their names without ending."""
    mpl.rcParams.update(
        {"svg.hashsalt": "linkage", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}
    )
    folder.mkdir(parents=True, exist_ok=True)
    countries = {title: results for title, results in in_order(told["data"]).items() if "records" in title}
    drawn = []
    if len(countries) > 1:
        drawn.append(_save(_sizes(countries), folder / "time-and-memory.svg"))
    if countries:
        most = max(len(results) for results in countries.values())
        largest = [title for title, results in countries.items() if len(results) == most][-1]
        drawn.append(_save(_curves(countries[largest], largest), folder / "precision-and-recall.svg"))
        drawn.append(_save(_calibration(countries[largest], largest), folder / "calibration.svg"))
    return drawn


def _save(figure: Figure, file: Path) -> str:
    figure.savefig(file, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return file.stem


def _axes(parts: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(4.2 * parts, 3.4), layout="constrained")
    axes = list(figure.subplots(1, parts, squeeze=False)[0])
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(color="#e5e7eb", linewidth=0.6)
        each.set_axisbelow(True)
    return figure, axes


def _line(axes: Axes, name: str, x: list[float], y: list[float], marker: str = "") -> None:
    axes.plot(x, y, color=COLOURS.get(name, "#1d4ed8"), label=NAMES.get(name, name), marker=marker, linewidth=1.6)


def _sizes(countries: dict[str, list[Told]]) -> Figure:
    figure, (time, memory) = _axes(2)
    names = [r["name"] for r in next(iter(countries.values())) if r["name"] != "supervised"]
    for name in names:
        found = [r for results in countries.values() for r in results if r["name"] == name]
        sizes = [float(r["records"]) for r in found]
        _line(time, name, sizes, [r["measured"]["seconds"] for r in found], "o")
        _line(memory, name, sizes, [r["measured"]["peak_mib"] / 1024 for r in found], "o")
    for axes, words in ((time, "seconds, records to clusters"), (memory, "peak memory, GiB")):
        axes.set(xscale="log", yscale="log", xlabel="records", ylabel=words)
        axes.yaxis.set(major_formatter=FuncFormatter(_plain), minor_formatter=FuncFormatter(_plain_at_2_and_5))
    time.legend(frameon=False)
    return figure


def _plain(value: float, _place: int | None = None) -> str:
    return f"{value:g}"


def _plain_at_2_and_5(value: float, _place: int | None = None) -> str:
    return f"{value:g}" if f"{value:e}"[0] in "25" else ""


def _curves(results: list[Told], title: str) -> Figure:
    figure, (axes,) = _axes(1)
    for r in results:
        curve = [p for p in r["probabilities"]["curve"] if p["recall"] > 0.3]
        _line(axes, r["name"], [p["recall"] for p in curve], [p["precision"] for p in curve])
    axes.set(xlabel="recall of pairs", ylabel="precision of pairs", xlim=(0.6, 1.0), ylim=(0.8, 1.005))
    axes.set_title(f"{title}, before clustering", loc="left", fontsize=9)
    axes.legend(frameon=False, loc="lower left")
    return figure


def _calibration(results: list[Told], title: str) -> Figure:
    figure, (axes,) = _axes(1)
    axes.plot([0, 1], [0, 1], color="#9ca3af", linewidth=0.8, linestyle="--")
    for r in results:
        if r["name"] == "supervised":
            continue
        bins = r["probabilities"]["reliability"]
        _line(axes, r["name"], [b["probability"] for b in bins], [b["true"] for b in bins], "o")
    axes.set(xlabel="probability said", ylabel="share of true pairs", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(title, loc="left", fontsize=9)
    axes.legend(frameon=False, loc="upper left")
    return figure
