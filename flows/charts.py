"""Where the marks of the report's charts go. The templates draw them, once for both languages and every width."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from flows.summary import AREA, Measure
from flows.summary_rows import Errors, Gap, Moves, Point, Tile
from transforms.tables import Cause

SHADES = 5
SCALES = (0.02, 0.04, 0.06, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)  # half of each is a whole number of percent
STEPS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)


@dataclass(frozen=True)
class Placed:
    """A tile with its figure, None where the measure has nobody there. `shade` is 0 where no share is told."""

    tile: Tile
    gap: Gap | None
    shade: int

    @property
    def state(self) -> str:
        return self.gap.state if self.gap else "nobody"


@dataclass(frozen=True)
class TileMap:
    """A measure on the tile map; `limits` are the shares that part the shades, from 0 on."""

    tiles: tuple[Placed, ...]
    limits: tuple[float, ...]
    columns: int
    beyond: tuple[Gap, ...]

    @property
    def states(self) -> set[str]:
        return {placed.state for placed in self.tiles}


def tile_map(measure: Measure, tiles: tuple[Tile, ...]) -> TileMap | None:
    """The areas of a measure, each on its tile; `beyond` has those without one. None where no area is to be shown."""
    areas = {gap.code: gap for gap in measure.of(AREA)}
    on_map = {tile.code for tile in tiles} & areas.keys()
    if not any(areas[code].share is not None for code in on_map):
        return None
    sure = (gap.share for code, gap in areas.items() if code in on_map and gap.state == "clear")
    limits = _limits(max((share for share in sure if share is not None), default=0.0))
    placed = (Placed(tile, areas.get(tile.code), _shade(areas.get(tile.code), limits)) for tile in tiles)
    return TileMap(
        tuple(sorted(placed, key=lambda p: (p.tile.row, p.tile.column))),
        limits,
        max(tile.column for tile in tiles),
        tuple(gap for code, gap in areas.items() if code not in on_map and gap.state != "nobody"),
    )


def _limits(highest: float) -> tuple[float, ...]:
    """Limits of the shades up to the one that holds the highest share, in round steps."""
    step = next((step for step in STEPS if highest <= SHADES * step), STEPS[-1])
    reached = min(floor(highest / step + 1e-9) + 1, SHADES)
    return tuple(round(step * n, 2) for n in range(reached + 1))


def _shade(gap: Gap | None, limits: tuple[float, ...]) -> int:
    if gap is None or gap.share is None or gap.state == "unsure":
        return 0
    return max(sum(gap.share >= limit for limit in limits[:-1]), 1)


@dataclass(frozen=True)
class Trend:
    """A line of shares over the nights and the band of their intervals, as SVG paths in a box of 100 by 100."""

    line: str
    band: str
    points: tuple[Point, ...]
    top: float


def trend(nights: tuple[Point, ...]) -> Trend | None:
    """None where there are fewer than two nights to compare."""
    if len(nights) < 2:
        return None
    top = next((share for n in range(1, 11) if (share := n / 10) >= max(night.high for night in nights)), 1.0)
    first, last = nights[0].as_of, nights[-1].as_of
    across = [100 * (night.as_of - first).days / max((last - first).days, 1) for night in nights]
    line, high, low = (
        [f"{x:.2f} {100 - 100 * share / top:.2f}" for x, share in zip(across, shares, strict=True)]
        for shares in ([n.share for n in nights], [n.high for n in nights], [n.low for n in nights])
    )
    return Trend("M" + "L".join(line), "M" + "L".join(high + low[::-1]) + "Z", nights, top)


@dataclass(frozen=True)
class Step:
    """A bar of a waterfall: who entered (`change` > 0) or left for a cause; '' for causes too small to be told."""

    cause: str
    change: int
    start: int

    @property
    def ends(self) -> tuple[int, int]:
        """The ends of the bar, the lower first."""
        return min(self.start, self.start + self.change), max(self.start, self.start + self.change)


@dataclass(frozen=True)
class Waterfall:
    """How many were not covered on the night before and on this one, and what lies between."""

    before: Point
    now: Point
    steps: tuple[Step, ...]

    @property
    def top(self) -> int:
        return max(self.before.left_out, self.now.left_out, *(step.ends[1] for step in self.steps), 1)


def waterfall(measure: Measure) -> Waterfall | None:
    """None where there are no two nights, or where what is told of causes does not lead from one to the other."""
    if len(measure.nights) < 2 or not measure.moves:
        return None
    before, now = measure.nights[-2:]
    changes = [
        change for cause in Cause for moved in measure.moves if moved.cause == cause for change in _changes(moved)
    ]
    rest = now.left_out - before.left_out - sum(change for _, change in changes)
    is_hidden = any(None in (moved.entered, moved.left_gap) for moved in measure.moves)
    if rest and not is_hidden:
        return None
    changes += [("", rest)] if rest else []
    steps, reached = [], before.left_out
    for cause, change in changes:
        steps.append(Step(cause, change, reached))
        reached += change
    return Waterfall(before, now, tuple(steps)) if steps and min(step.ends[0] for step in steps) >= 0 else None


def _changes(moved: Moves) -> list[tuple[str, int]]:
    told = ((moved.entered or 0), -(moved.left_gap or 0))
    return [(moved.cause, change) for change in told if change]


def error_scale(told: Sequence[Errors]) -> float:
    """The share at the right end of the bars: the least of `SCALES` above the highest."""
    highest = max((one.share for one in told), default=1.0)
    return next(end for end in SCALES if end >= highest - 1e-9)
