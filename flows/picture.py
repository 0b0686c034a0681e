"""A pair's evidence as a picture: one SVG file that carries its own letters and asks nobody for anything."""

from dataclasses import dataclass
from textwrap import wrap

from flows.pages import templates
from flows.waterfall import Bar, bars, bits, reach, total, values
from transforms.explain import Explanation

WIDTH = 1180  # all in pixels
TOP, LINE, GAP = 148, 18, 14
CHART = (740, 1060)
SENTENCE, WORDS, VALUES, VERDICT = 58, 64, 40, 150  # signs a line


@dataclass(frozen=True)
class Row:
    """A bar with its texts: `top` and `height` of the row, `left` and `wide` of the bar."""

    bar: Bar
    bits: str
    sentence: tuple[str, ...]
    means: tuple[str, ...]
    values: tuple[str, ...]
    top: int
    height: int
    left: float
    wide: float

    @property
    def end(self) -> float:
        return self.left + self.wide if self.bar.speaks_for else self.left


def picture(told: Explanation) -> str:
    """The waterfall as SVG: every sentence, both values, the level in words, and what it weighs in bits."""
    steps = bars(told)
    limits = reach(steps)
    rows: list[Row] = []
    for bar in (*steps, total(told)):
        rows.append(_row(bar, rows[-1].top + rows[-1].height if rows else TOP, limits))
    verdict = wrap(told.verdict, VERDICT)
    return (
        templates()
        .get_template("waterfall.svg")
        .render(
            told=told,
            rows=rows,
            verdict=verdict,
            width=WIDTH,
            height=rows[-1].top + rows[-1].height + LINE * len(verdict) + 64,
            top=TOP,
            line=LINE,
            even=_across(0.0, limits),
            chart=CHART,
        )
    )


def _row(bar: Bar, top: int, limits: tuple[float, float]) -> Row:
    sentence, means = wrap(bar.evidence.sentence, SENTENCE), wrap(bar.evidence.means, WORDS)
    shown = [line for value in values(bar.evidence) for line in wrap(value, VALUES, subsequent_indent="   ")]
    height = LINE * max(len(sentence) + len(means), len(shown), 2) + GAP
    ends = sorted((_across(bar.before, limits), _across(bar.after, limits)))
    wide = max(ends[1] - ends[0], 1.0)
    return Row(
        bar, bits(bar.evidence), tuple(sentence), tuple(means), tuple(shown), top, height, ends[0], round(wide, 1)
    )


def _across(odds: float, limits: tuple[float, float]) -> float:
    return round(CHART[0] + (odds - limits[0]) / (limits[1] - limits[0]) * (CHART[1] - CHART[0]), 1)
