"""The sums that the names of breakdowns imply.

`area_2` adds up to `area_1`, every breakdown to `total`, and the crossing `area_1*sex` to `area_1` and to `sex`. The
code of an area begins with the code of the area it lies in; the code of a crossing is its codes joined by `*`. Where
groups add up to less than what is above them (people of a known province and an unknown district), the rest is a
cell too: nobody publishes it, and anybody can subtract.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

KEY = ("table", "breakdown", "group_code")
TOTAL, EVERYBODY = "total", "all"
REST = "rest of"
LIES_IN = {"area_2": ("area_1", 2), "area_3": ("area_2", 4), "area_4": ("area_3", 6)}  # and digits of its code

TERMS = {"relation": pl.String, **dict.fromkeys(KEY, pl.String), "sign": pl.Int64, "of": pl.Int64, "order": pl.Int64}
RESTS = {**dict.fromkeys(KEY, pl.String), "eligible": pl.Int64, "covered": pl.Int64, "is_rest": pl.Boolean}


@dataclass(frozen=True)
class Step:
    """One way from a breakdown to a coarser one: the factor at `place` is cut to `digits` of its code, or dropped."""

    breakdown: str
    above: str
    place: int
    digits: int

    @property
    def factors(self) -> int:
        return self.breakdown.count("*") + 1

    def code_above(self) -> pl.Expr:
        """The code of the group above; null where the code of an area is none (`unknown`)."""
        if self.above == TOTAL:
            return pl.lit(EVERYBODY)
        cut = pl.when(_code(self.place).str.contains(r"^\d+$")).then(_code(self.place).str.head(self.digits))
        pieces = [_code(n) if n != self.place else cut for n in range(self.factors) if n != self.place or self.digits]
        return pl.concat_str(pieces, separator="*")

    def line(self) -> pl.Expr:
        """The codes of the other factors, which the step leaves as they are."""
        return pl.concat_str([pl.lit(""), *(_code(n) for n in range(self.factors) if n != self.place)], separator="*")


def implied(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The terms of every implied sum (`TERMS`), and the rests (`RESTS`). Raises `ValueError` (see `link`)."""
    terms, rests = [pl.DataFrame(schema=TERMS)], [pl.DataFrame(schema=RESTS)]
    for part in _alike(cells.with_columns(pl.col("eligible", "covered").cast(pl.Int64))):
        for step, order in _steps(part["breakdown"].unique().to_list()):
            found, left = _sums(part, step)
            terms.append(found.with_columns(order=pl.lit(order, pl.Int64)).select(*TERMS))
            rests.append(left.select(*RESTS))
    return pl.concat(terms), pl.concat(rests).unique(KEY).sort(KEY)


def below(breakdown: str, present: set[str]) -> set[str]:
    """A breakdown, and all that add up to it, directly or not."""
    found = {breakdown}
    steps = [step for step, _ in _steps(sorted(present))]
    for _ in steps:
        found |= {step.breakdown for step in steps if step.above in found}
    return found


def _alike(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The tables that have the same breakdowns, taken together."""
    has = cells.group_by("table").agg(has=pl.col("breakdown").unique().sort().str.join(" "))
    for part in cells.join(has, on="table").partition_by("has", maintain_order=True):
        yield part.drop("has")


def _steps(breakdowns: list[str]) -> list[tuple[Step, int]]:
    """Each breakdown with the nearest above it that are there; and an order, in which the finest come first."""
    _refuse_circles(breakdowns)
    steps = [step for breakdown in sorted(breakdowns) for step in _above(breakdown, set(breakdowns))]
    depth = dict.fromkeys(breakdowns, 0)
    for _ in breakdowns:
        depth |= {step.breakdown: max(depth[step.breakdown], depth[step.above] + 1) for step in steps}
    return [(step, -depth[step.breakdown]) for step in steps]


def _above(breakdown: str, present: set[str]) -> list[Step]:
    if breakdown == TOTAL:
        return []
    factors = breakdown.split("*")
    found = []
    for place, factor in enumerate(factors):
        for coarser, digits in _coarser(factor):
            names = [*factors[:place], *([coarser] if coarser else []), *factors[place + 1 :]]
            above = "*".join(names) or TOTAL
            if above in present:
                found.append(Step(breakdown, above, place, digits))
                break
    return found or ([Step(breakdown, TOTAL, 0, 0)] if TOTAL in present else [])


def _coarser(factor: str) -> Iterator[tuple[str | None, int]]:
    while factor in LIES_IN:
        factor, digits = LIES_IN[factor]
        yield factor, digits
    yield None, 0


def _refuse_circles(breakdowns: list[str]) -> None:
    """Crossings in a circle (a*b, b*c, a*c) say more of one another than sums tell: a table of all three must fit.

    Graham's reduction: drop factors of one crossing only, and crossings within others; what remains is a circle.
    """
    edges = [{"area" if f.startswith("area_") else f for f in name.split("*")} for name in sorted(breakdowns)]
    edges = [edge for edge in edges if len(edge) > 1]
    while edges:
        alone = [{f for f in edge if sum(f in other for other in edges) > 1} for edge in edges]
        left = [
            e for n, e in enumerate(alone) if e and not any(e < o or (e == o and n > m) for m, o in enumerate(alone))
        ]
        if left == edges:
            circle = ", ".join(name for name in sorted(breakdowns) if "*" in name)
            raise ValueError(f"Crossings go round in a circle, and cannot be protected: {circle}. Leave one out.")
        edges = left


def _code(place: int) -> pl.Expr:
    return pl.col("group_code").str.split("*").list.get(place, null_on_oob=True)


def _sums(cells: pl.DataFrame, step: Step) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sums of one step: of the groups below each group above, and of the rests to the groups unknown."""
    lower = cells.filter(pl.col("breakdown") == step.breakdown).with_columns(
        code_above=step.code_above(), line=step.line()
    )
    upper = cells.filter(pl.col("breakdown") == step.above)
    rests = _rests(upper, lower, step)
    name = pl.concat_str("table", pl.lit(step.above), "code_above", pl.lit(step.breakdown), separator="|")
    parts = pl.concat([lower.filter(pl.col("code_above").is_not_null()).select(*KEY, "code_above"),
                       rests.select(*KEY, "code_above")])  # fmt: skip
    above = upper.with_columns(code_above="group_code").join(parts, on=["table", "code_above"], how="semi")
    terms = [
        parts.with_columns(relation=name, sign=pl.lit(1, pl.Int64)),
        above.select(*KEY, "code_above").with_columns(relation=name, sign=pl.lit(-1, pl.Int64)),
    ]
    found = pl.concat(terms).drop("code_above")
    unplaced = _unplaced(lower.filter(pl.col("code_above").is_null()), rests, step)
    return pl.concat([found, unplaced.select(found.columns)]).with_columns(of=pl.lit(-1, pl.Int64)), rests


def _rests(upper: pl.DataFrame, lower: pl.DataFrame, step: Step) -> pl.DataFrame:
    """What the groups below leave of each group above, where they leave anything."""
    on = ["table", "code_above"]
    added = lower.group_by(on).agg(sum_e=pl.col("eligible").sum(), sum_c=pl.col("covered").sum())
    both = upper.with_columns(code_above="group_code").join(added, on=on, how="left")
    left = both.with_columns(
        pl.col("eligible") - pl.col("sum_e").fill_null(0), pl.col("covered") - pl.col("sum_c").fill_null(0)
    ).filter((pl.col("eligible") != 0) | (pl.col("covered") != 0))
    stray = added.filter(pl.col("code_above").is_not_null() & (pl.col("sum_e") > 0)).join(both, on=on, how="anti")
    if len(stray) or len(left.filter((pl.col("covered") < 0) | (pl.col("covered") > pl.col("eligible")))):
        raise ValueError(f"The groups of {step.breakdown} are more than {step.above}, which is above them.")
    code = pl.concat_str(pl.lit(f"{REST} {step.above}"), "code_above", separator=" ")
    line = step.line() if step.digits else pl.lit("")
    return left.with_columns(line=line).with_columns(
        breakdown=pl.lit(step.breakdown), group_code=code, is_rest=pl.lit(True)
    )


def _unplaced(unknown: pl.DataFrame, rests: pl.DataFrame, step: Step) -> pl.DataFrame:
    """Where the rests add up to the groups that lie in none above, that sum is known as well."""
    counts = pl.col("eligible", "covered").sum()
    on = ["table", "line"]
    same = unknown.group_by(on).agg(counts).join(rests.group_by(on).agg(counts), on=[*on, "eligible", "covered"])
    name = pl.concat_str("table", pl.lit(step.above), pl.lit("?"), "line", pl.lit(step.breakdown), separator="|")
    terms = [
        part.join(same, on=on, how="semi").select(*KEY, relation=name, sign=pl.lit(sign, pl.Int64))
        for part, sign in ((unknown, 1), (rests, -1))
    ]
    return pl.concat(terms)
