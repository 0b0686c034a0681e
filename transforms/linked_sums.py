"""The sums that the names of breakdowns imply.

`area_2` adds up to `area_1`, every breakdown to `total`, and the crossing `area_1*sex` to `area_1` and to `sex`. The
code of an area begins with the code of the area it lies in; the code of a crossing is its codes joined by `*`. Areas
that are urban or rural as a whole add up to `setting`, and to `area_1*setting`. Where groups add up to less than what
is above them (people of a known province and an unknown district), the rest is a cell too: nobody publishes it, and
anybody can subtract.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

KEY = ("table", "breakdown", "group_code")
TOTAL, EVERYBODY = "total", "all"
REST = "rest of"
LIES_IN = {"area_2": ("area_1", 2), "area_3": ("area_2", 4), "area_4": ("area_3", 6)}  # and digits of its code
AREAS = ("area_1", *LIES_IN)
SETTING = "setting"

TERMS = {"relation": pl.String, **dict.fromkeys(KEY, pl.String), "sign": pl.Int64, "of": pl.Int64, "order": pl.Int64}
RESTS = {**dict.fromkeys(KEY, pl.String), "eligible": pl.Int64, "covered": pl.Int64, "is_rest": pl.Boolean}


@dataclass(frozen=True)
class Step:
    """One way from a breakdown to a coarser one: what is above has factors of its own, a coarser area, or a setting."""

    breakdown: str
    above: str

    def code_above(self) -> pl.Expr:
        """The code of the group above; null where the code of an area is none (`unknown`), or tells no setting."""
        if self.above == TOTAL:
            return pl.lit(EVERYBODY)
        return pl.concat_str([self._piece(factor) for factor in _factors(self.above)], separator="*")

    def _piece(self, factor: str) -> pl.Expr:
        mine = _factors(self.breakdown)
        if factor in mine:
            return _code(mine.index(factor))
        if factor == SETTING:
            return pl.col(SETTING)
        digits = next(digits for above, digits in LIES_IN.values() if above == factor)
        return pl.when(_is_area(self.breakdown)).then(_area(self.breakdown).str.head(digits))

    def line(self, side: str) -> pl.Expr:
        """The codes, in groups of one side of the step, of the factors that it leaves as they are."""
        factors = _factors(side)
        same = [factor for factor in _factors(self.breakdown) if factor in _factors(self.above)]
        return pl.concat_str([pl.lit(""), *(_code(factors.index(factor)) for factor in same)], separator="*")


def implied(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The terms of every implied sum (`TERMS`), and the rests (`RESTS`). Raises `ValueError` (see `link`)."""
    terms, rests = [pl.DataFrame(schema=TERMS)], [pl.DataFrame(schema=RESTS)]
    for part in _alike(cells.with_columns(pl.col("eligible", "covered").cast(pl.Int64))):
        for step, order in _steps(_tells(part)):
            found, left = _sums(part, step)
            terms.append(found.with_columns(order=pl.lit(order, pl.Int64)).select(*TERMS))
            rests.append(left.select(*RESTS))
    return pl.concat(terms), pl.concat(rests).unique(KEY).sort(KEY)


def below(breakdown: str, cells: pl.DataFrame) -> set[str]:
    """A breakdown of one table, and all that add up to it, directly or not."""
    found = {breakdown}
    steps = [step for step, _ in _steps(_tells(cells) | {TOTAL: "nothing"})]
    for _ in steps:
        found |= {step.breakdown for step in steps if step.above in found}
    return found


def _alike(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The tables that have the same breakdowns, taken together."""
    has = cells.group_by("table").agg(has=pl.col("breakdown").unique().sort().str.join(" "))
    for part in cells.join(has, on="table").partition_by("has", maintain_order=True):
        yield part.drop("has")


def _tells(cells: pl.DataFrame) -> dict[str, str]:
    """By breakdown, whether the areas of its groups tell settings: of all groups, of some, or nothing."""
    told = dict.fromkeys(sorted(set(cells["breakdown"])), "nothing")
    by_area = [name for name in told if SETTING not in _factors(name) and set(AREAS) & set(_factors(name))]
    if not any(SETTING in _factors(name) for name in told):
        return told
    if by_area and SETTING not in cells.columns:
        raise ValueError("Breakdowns by setting and by area need the setting of areas: see `disclosure.placed`.")
    placed = cells.filter(~pl.col("group_code").str.starts_with(REST))
    for name in by_area:
        known = placed.filter(pl.col("breakdown") == name, _is_area(name))[SETTING].is_not_null()
        told[name] = "all" if known.all() else "some" if known.any() else "nothing"
    return told


def _steps(tells: Mapping[str, str]) -> list[tuple[Step, int]]:
    """Each breakdown with the nearest above it that are there; and an order, in which the finest come first."""
    _refuse_circles(tells)
    steps = [step for breakdown in sorted(tells) for step in _above(breakdown, tells)]
    depth = dict.fromkeys(tells, 0)
    for _ in tells:
        depth |= {step.breakdown: max(depth[step.breakdown], depth[step.above] + 1) for step in steps}
    return [(step, -depth[step.breakdown]) for step in steps]


def _above(breakdown: str, tells: Mapping[str, str]) -> list[Step]:
    if breakdown == TOTAL:
        return []
    found = [above for factor in _factors(breakdown) for above in _without(factor, breakdown, tells)]
    found = found or [TOTAL] * (TOTAL in tells)
    return [Step(breakdown, above) for above in dict.fromkeys(found)]


def _without(factor: str, breakdown: str, tells: Mapping[str, str]) -> list[str]:
    """The nearest breakdowns in which a factor is a coarser one, or none: of an area, by its area and by its setting.

    Where all areas tell their setting, and the one leads to the other, that one is enough.
    """
    named = {frozenset(_factors(name)) if name != TOTAL else frozenset(): name for name in sorted(tells)}
    others = frozenset(_factors(breakdown)) - {factor}
    coarser: list[frozenset[str]] = [others | part for part in _coarser(factor)]
    by_area = next((n for n, above in enumerate(coarser) if above in named), None)
    above = [] if by_area is None else [named[coarser[by_area]]]
    if factor not in AREAS or tells[breakdown] == "nothing" or others | {factor, SETTING} in named:
        return above
    by_setting = next((n for n, one in enumerate(coarser) if one | {SETTING} in named), None)
    if by_setting is None:
        return above
    settings = [named[coarser[by_setting] | {SETTING}]]
    if by_area is None or (tells[breakdown] == "all" and by_setting <= by_area):
        return settings
    return above if tells[above[0]] == "all" else above + settings


def _coarser(factor: str) -> Iterator[frozenset[str]]:
    while factor in LIES_IN:
        factor, _ = LIES_IN[factor]
        yield frozenset({factor})
    yield frozenset()


def _refuse_circles(tells: Mapping[str, str]) -> None:
    """Crossings in a circle (a*b, b*c, a*c) say more of one another than sums tell: a table of all three must fit.

    Graham's reduction: drop factors of one crossing only, and crossings within others; what remains is a circle. Areas
    that tell their setting are a crossing with it.
    """
    tell = {name: {SETTING} if told == "all" else set() for name, told in tells.items()}
    edges = [{"area" if f in AREAS else f for f in _factors(name)} | tell[name] for name in sorted(tells)]
    edges += [{"area", SETTING}] * ("some" in tells.values())
    edges = [edge for edge in edges if len(edge) > 1]
    while edges:
        alone = [{f for f in edge if sum(f in other for other in edges) > 1} for edge in edges]
        left = [
            e for n, e in enumerate(alone) if e and not any(e < o or (e == o and n > m) for m, o in enumerate(alone))
        ]
        if left == edges:
            circle = ", ".join(name for name in sorted(tells) if "*" in name or tells[name] != "nothing")
            raise ValueError(f"Crossings go round in a circle, and cannot be protected: {circle}. Leave one out.")
        edges = left


def _factors(breakdown: str) -> list[str]:
    return breakdown.split("*")


def _area(breakdown: str) -> pl.Expr:
    """The code of the area in the groups of a breakdown that has one."""
    return _code(next(n for n, factor in enumerate(_factors(breakdown)) if factor in AREAS))


def _is_area(breakdown: str) -> pl.Expr:
    return _area(breakdown).str.contains(r"^\d+$")


def _code(place: int) -> pl.Expr:
    return pl.col("group_code").str.split("*").list.get(place, null_on_oob=True)


def _sums(cells: pl.DataFrame, step: Step) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sums of one step: of the groups below each group above, and of the rests to the groups unknown."""
    lower = cells.filter(pl.col("breakdown") == step.breakdown).with_columns(
        code_above=step.code_above(), line=step.line(step.breakdown)
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
    return left.with_columns(line=step.line(step.above)).with_columns(
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
