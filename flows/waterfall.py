"""A pair's evidence as a waterfall: each piece of evidence moves the odds from where the one before left them.

Right of the middle line two records are likelier one person than two. What speaks for it and what against differ in
their signs and in the shade of their bars, not by colour alone.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from flows.screen import console
from transforms.explain import RIVALS, Evidence, Explanation
from transforms.feature import PRIOR

WIDEST = 100
NAMES, BITS = 18, 9  # columns of the terminal
UNICODE, ASCII = "█▒▏│", "#-'|"  # for, against, next to nothing, even odds


@dataclass(frozen=True)
class Bar:
    """One step: the odds before and after it, in bits."""

    evidence: Evidence
    before: float
    after: float

    @property
    def speaks_for(self) -> bool:
        return self.after >= self.before


def bars(told: Explanation) -> tuple[Bar, ...]:
    """The steps of a pair, each from where the one before ended; the first from even odds."""
    ends = accumulate((step.weight for step in told.steps), initial=0.0)
    return tuple(Bar(step, *span) for step, span in zip(told.steps, pairwise(ends), strict=True))


def total(told: Explanation) -> Bar:
    """All steps in one, from even odds."""
    words = f"probability {told.sureness}"
    return Bar(Evidence("total", "How likely are they one person?", None, None, 0, words, told.total), 0.0, told.total)


def bits(evidence: Evidence) -> str:
    """The weight with its sign; what rounds to nothing is +0.00."""
    return f"{round(evidence.weight, 2) + 0.0:+.2f}"


def title(evidence: Evidence) -> str:
    return "start" if evidence.feature == PRIOR else evidence.feature.replace("_", " ")


def values(evidence: Evidence) -> tuple[str, ...]:
    """What the two records show: one text where it is the same, none where there is nothing to show."""
    left, right = evidence.value_l, evidence.value_r
    if evidence.feature == RIVALS:
        return tuple(dict.fromkeys(value for value in (left, right) if value))
    if evidence.feature == "registers" or (left is None and right is None):
        return ()
    return (f"both: {left}",) if left == right else (f"left: {left or 'nothing'}", f"right: {right or 'nothing'}")


def reach(drawn: tuple[Bar, ...]) -> tuple[float, float]:
    """The lowest and highest odds that the steps reach, in bits; even odds always lie between."""
    ends = [0.0, *(bar.after for bar in drawn)]
    low, high = min(ends), max(ends)
    return low, max(high, low + 1.0)


def draw(told: Explanation, console: Console) -> None:
    """Print the waterfall: a bar a step, below it what was found and what the records show."""
    width = min(console.width, WIDEST)
    signs = ASCII if console.options.ascii_only else UNICODE
    steps = bars(told)
    limits = reach(steps)
    for side, key in (("left", told.left), ("right", told.right)):
        console.print(Text(f"{side + ':':<7}{key[0]}:{key[1]}"), soft_wrap=True)
    console.print()
    console.print(_axis(limits, width, signs))
    for bar in (*steps, total(told)):
        console.print(_line(bar, limits, width, signs))
        said = ("; " if console.options.ascii_only else " · ").join((bar.evidence.means, *values(bar.evidence)))
        console.print(Padding(Text(said, style="dim"), (0, 0, 0, 2), expand=False), width=width)
    console.print()


def _axis(limits: tuple[float, float], width: int, signs: str) -> Text:
    cells = width - NAMES - BITS - 1
    even = _cell(0.0, limits, cells)
    left, right = "two persons <- "[-even:] if even else "", " -> one person"[: cells - even]
    return Text(f"{'':<{NAMES}}{left:>{even}}{signs[3]}{right:<{cells - even}}{'bits':>{BITS}}", style="bold")


def _line(bar: Bar, limits: tuple[float, float], width: int, signs: str) -> Text:
    cells = width - NAMES - BITS - 1
    start, end = sorted((_cell(bar.before, limits, cells), _cell(bar.after, limits, cells)))
    sign = signs[0 if bar.speaks_for else 1]
    drawn = (
        " " * start + sign * (end - start) + " " * (cells - end)
        if end > start
        else (" " * start + signs[2]).ljust(cells)[:cells]
    )
    even = _cell(0.0, limits, cells)
    name = title(bar.evidence)
    shown = Text(f"{name[: NAMES - 1]:<{NAMES}}", style="bold" if bar.evidence.feature == "total" else "")
    shown.append(drawn[:even], style=_colour(bar)).append(signs[3]).append(drawn[even:], style=_colour(bar))
    return shown.append(f"{bits(bar.evidence):>{BITS}}", style="bold")


def _colour(bar: Bar) -> str:
    return "green" if bar.speaks_for else "red"


def _cell(odds: float, limits: tuple[float, float], cells: int) -> int:
    return round((odds - limits[0]) / (limits[1] - limits[0]) * cells)


def show(told: Explanation) -> None:
    """One pair in the terminal, feature by feature, with the weights that add up to its probability."""
    draw(told, console)
    console.print(f"Missing on one side, or told by another feature: {', '.join(told.silent)}.", soft_wrap=True)
    console.print(told.verdict, soft_wrap=True)
