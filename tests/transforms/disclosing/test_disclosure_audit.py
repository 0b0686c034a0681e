"""The audit is right: what it says a reader can know is what trying every table finds."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import product

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from transforms.disclosure import label
from transforms.disclosure_audit import audit, known_shares

Frames = Callable[..., pl.DataFrame]
KEY = ["table", "breakdown", "group_code"]
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
Crossing = dict[str, tuple[int, int]]
Values = tuple[int, ...]


def found(frame: pl.DataFrame, group: str, count: str) -> tuple[int, int | None, bool]:
    row = frame.row(by_predicate=(pl.col("group_code") == group) & (pl.col("count") == count), named=True)
    return row["least"], row["greatest"], row["recoverable"]


def test_a_lone_hidden_cell_is_recovered_exactly(cells: Frames) -> None:
    frame = cells({"total": {"all": (60, 30)}, "sex": {"F": (55, 27), "M": (5, 3)}})
    hidden = frame.with_columns(
        label=pl.when(pl.col("group_code") == "M").then(pl.lit("primary")).otherwise(pl.lit("no"))
    )
    assert found(audit(hidden, 11), "M", "eligible") == (5, 5, True)
    assert found(audit(hidden, 11), "M", "covered") == (3, 3, True)


def test_a_small_count_that_is_shown_is_recoverable(cells: Frames) -> None:
    frame = cells({"total": {"all": (60, 57)}}).with_columns(label=pl.lit("no"))
    assert found(audit(frame, 11), "all", "uncovered") == (3, 3, True)


def test_the_corners_of_a_rectangle_move_together(cells: Frames) -> None:
    """Two are hidden in each row and column: what one has more, its neighbours have less, and none is empty."""
    shown = {"03*F": (30, 0), "03*M": (40, 0)}
    corner = {"01*F": (4, 0), "01*M": (30, 0), "02*F": (30, 0), "02*M": (5, 0)}
    frame = cells({"total": {"all": (139, 0)}, "area_1": {"01": (34, 0), "02": (35, 0), "03": (70, 0)},
                   "sex": {"F": (64, 0), "M": (75, 0)}, "area_1*sex": corner | shown})  # fmt: skip
    hidden = frame.with_columns(
        label=pl.when(pl.col("group_code").is_in(list(corner))).then(pl.lit("complementary")).otherwise(pl.lit("no"))
    )
    told = audit(hidden, 40, exact=True)
    assert found(told, "01*F", "uncovered") == (1, 33, True)


def test_shares_of_shown_denominators_tell_hidden_numerators(cells: Frames) -> None:
    frame = cells({"total": {"all": (500, 300)}, "area_1": {"01": (80, 77), "02": (150, 60), "03": (270, 163)}})
    done = label(frame, 11)
    assert not audit(done, 11)["recoverable"].any()
    shares = pl.DataFrame(
        {"table": ["now"], "breakdown": ["area_1"], "group_code": ["01"], "eligible": [80], "gap_share": [0.04]}
    )
    assert found(audit(done, 11, known=known_shares(shares, 2)), "01", "uncovered") == (3, 3, True)


@quick
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=6, max_size=6), st.booleans(), st.data())
def test_ranges_are_those_that_trying_every_table_finds(cells, parts, with_bands, data) -> None:
    """Two provinces by three bands of age with any cells of them hidden, and all tables that fit the rest."""
    codes = [f"{province}*{band}" for province in ("01", "02") for band in ("0", "20", "60")]
    crossing = dict(zip(codes, parts, strict=True))  # uncovered, covered
    with_people = [code for code in codes if sum(crossing[code])]
    assume(with_people)
    hidden = data.draw(st.lists(st.sampled_from(with_people), min_size=1, max_size=5, unique=True))
    told = audit(published(cells, crossing, hidden, with_bands), 100, exact=True)
    fits = tables_that_fit(crossing, hidden, with_bands)
    for row in told.filter(pl.col("group_code").is_in(hidden)).iter_rows(named=True):
        values = {value_of(table, hidden.index(row["group_code"]), row["count"]) for table in fits}
        assert (row["least"], row["greatest"]) == (min(values), max(values))


def published(cells: Frames, crossing: Crossing, hidden: list[str], with_bands: bool) -> pl.DataFrame:
    """The crossing with its margins, of which only cells of the crossing are hidden."""
    both = {code: (sum(counts), counts[1]) for code, counts in crossing.items()}
    parts = {"total": {"all": added(both, "")}, "area_1": {code: added(both, f"{code}*") for code in ("01", "02")}}
    if with_bands:
        parts["age_band"] = {code: added(both, f"*{code}") for code in ("0", "20", "60")}
    is_hidden = pl.col("group_code").is_in(hidden)
    frame = cells(parts | {"area_1*age_band": both})
    return frame.with_columns(label=pl.when(is_hidden).then(pl.lit("primary")).otherwise(pl.lit("no")))


def added(both: Crossing, piece: str) -> tuple[int, int]:
    chosen = [
        counts for code, counts in both.items() if piece in f"{code}" and (piece[:1] != "*" or code.endswith(piece))
    ]
    return sum(eligible for eligible, _ in chosen), sum(covered for _, covered in chosen)


def tables_that_fit(crossing: Crossing, hidden: list[str], with_bands: bool) -> list[tuple[Values, Values]]:
    """Every (uncovered, covered) of the hidden cells that leaves margins as they are, and no cell empty."""
    uncovered, covered = (vectors_that_fit([crossing[code][k] for code in hidden], hidden, with_bands) for k in (0, 1))
    pairs = product(uncovered, covered)
    return [(u, c) for u, c in pairs if all(one + other > 0 for one, other in zip(u, c, strict=True))]


def vectors_that_fit(truth: list[int], hidden: list[str], with_bands: bool) -> list[Values]:
    def sums(values: Iterable[int]) -> list[int]:
        groups = [code[:3] for code in hidden], [code[2:] for code in hidden]
        found = Counter[str]()
        for value, province, band in zip(values, *groups, strict=True):
            found[province] += value
            found[band] += value if with_bands else 0
        return [found[name] for name in sorted(set(groups[0]) | set(groups[1]))]

    return [v for v in product(range(sum(truth) + 1), repeat=len(hidden)) if sums(v) == sums(truth)]


def value_of(table: tuple[Values, Values], place: int, count: str) -> int:
    uncovered, covered = table[0][place], table[1][place]
    return {"eligible": covered + uncovered, "covered": covered, "uncovered": uncovered}[count]


@quick
@given(st.integers(0, 10**6), st.integers(10, 120), st.sampled_from([3, 5, 11]), st.booleans())
def test_bounds_on_trees_and_witnesses_agree_with_programmes_for_every_count(
    country, tables, without_shelter, seed, number, minimum, sheltered
) -> None:
    labelled = label(tables(country(seed, number, 2), ("total", "area_1", "sex", "area_1*sex")), minimum)
    labelled = labelled if sheltered else without_shelter(labelled)
    quickly, exactly = audit(labelled, minimum), audit(labelled, minimum, exact=True)
    assert quickly["recoverable"].equals(exactly["recoverable"])
    both = quickly.join(exactly, on=[*KEY, "count"]).filter("is_exact")
    assert (both["least"] == both["least_right"]).all()
    assert both["greatest"].eq_missing(both["greatest_right"]).all()


def test_no_table_fits_what_contradicts_itself(cells: Frames) -> None:
    """What a caller says a reader knows may be wrong, and must not pass for protection."""
    halves, quarters = (30, 0), (15, 0)
    frame = cells(
        {
            "total": {"all": (60, 0)},
            "area_1": {"01": halves, "02": halves},
            "sex": {"F": halves, "M": halves},
            "area_1*sex": dict.fromkeys(("01*F", "01*M", "02*F", "02*M"), quarters),
        }
    )
    hidden = frame.with_columns(
        label=pl.when(pl.col("breakdown") == "area_1*sex").then(pl.lit("primary")).otherwise(pl.lit("no"))
    )
    wrong = pl.DataFrame({"table": ["now"], "breakdown": ["area_1*sex"], "group_code": ["01*F"], "count": ["eligible"],
                          "least": [40], "greatest": [50]})  # fmt: skip
    with pytest.raises(ArithmeticError, match="No table fits"):
        audit(hidden, 20, known=wrong)
