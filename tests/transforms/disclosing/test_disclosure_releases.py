"""Several releases side by side: nothing is recovered from their differences, and what is out stays out."""

from collections.abc import Callable

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.disclosure import SHOWN, label
from transforms.disclosure_audit import audit, known_changes

Frames = Callable[..., pl.DataFrame]
KEY = ["table", "breakdown", "group_code"]
slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
BREAKDOWNS = ("total", "area_1", "area_2", "sex", "area_1*sex")


def as_published(labelled: pl.DataFrame) -> pl.DataFrame:
    return labelled.with_columns(published=pl.col("label") == SHOWN).drop("label", "withheld")


@slow
@given(st.integers(0, 10**6), st.integers(20, 150), st.sampled_from([3, 5, 11]))
def test_the_same_figures_are_hidden_again_and_nothing_is_found_in_the_union(
    country, tables, seed, number, minimum
) -> None:
    """The second release has a breakdown more than the first, of the same people at the same dates."""
    units = country(seed, number)
    first = label(tables(units, BREAKDOWNS), minimum)
    before = as_published(first).filter(first["withheld"].is_null()).select(*KEY, "published")
    second = label(tables(units, (*BREAKDOWNS, "age_band")).join(before, on=KEY, how="left"), minimum)
    both = second.join(first.select(*KEY, first="label"), on=KEY).join(before, on=KEY, how="semi")
    assert not ((both["label"] == SHOWN) & (both["first"] != SHOWN)).any()
    assert not audit(second, minimum)["recoverable"].any()


@slow
@given(st.integers(0, 10**6), st.integers(30, 150), st.integers(0, 12), st.sampled_from([3, 5, 11]))
def test_changes_since_the_last_release_do_not_give_hidden_cells_away(
    country, tables, seed, number, more, minimum
) -> None:
    """Those who enter and leave are counts too: today, and who left, is as many as before, and who entered."""
    units = country(seed, number)
    before = as_published(label(tables(units, BREAKDOWNS, "before"), minimum))
    left, entered = units.head(more // 2), country(seed + 1, more)
    now = pl.concat([units.slice(more // 2), entered])
    parts = [tables(now, BREAKDOWNS, "now"), tables(left, ("total", "area_1"), "left"),
             tables(entered, ("total", "area_1"), "entered")]  # fmt: skip
    cells = pl.concat([before, *parts], how="diagonal")
    done = label(cells, minimum, sums=flows(cells))
    assert not audit(done, minimum, sums=flows(cells))["recoverable"].any()
    assert (done.filter("published")["label"] == SHOWN).all()


def flows(cells: pl.DataFrame) -> pl.DataFrame:
    """before + entered - now - left is nothing, of each group of the provinces and the total."""
    signs = pl.DataFrame({"table": ["before", "entered", "now", "left"], "sign": [1, 1, -1, -1]})
    groups = cells.filter(pl.col("breakdown").is_in(["total", "area_1"]))
    name = pl.concat_str("breakdown", "group_code", separator="|")
    return groups.join(signs, on="table").select(*KEY, "sign", of=pl.lit("every"), relation=name)


def test_a_shown_change_recovers_a_cell_hidden_today_and_shown_before(cells: Frames) -> None:
    before = cells({"area_1": {"01": (15, 0), "02": (85, 0), "03": (50, 0)}, "total": {"all": (150, 0)}}, "before")
    now = cells({"area_1": {"01": (7, 0), "02": (85, 0), "03": (50, 0)}, "total": {"all": (142, 0)}}, "now")
    done = label(pl.concat([before, now]), 11)
    assert not audit(done, 11)["recoverable"].any()
    changes = known_changes(pl.DataFrame({"breakdown": ["area_1"], "group_code": ["01"]}), "now", "before")
    told = audit(done, 11, sums=changes).filter(pl.col("table") == "now", pl.col("count") == "eligible")
    assert told.select("least", "greatest", "is_exact", "recoverable").rows() == [(7, 7, True, True)]


def test_what_was_hidden_before_is_hidden_first(cells: Frames) -> None:
    """Otherwise two nights would hide first the one and then the other, and together show all."""
    frame = cells({"total": {"all": (155, 0)}, "area_1": {"01": (5, 0), "02": (50, 0), "03": (100, 0)}})
    usual = label(frame, 11)
    assert usual["label"].to_list() == ["no", "primary", "complementary", "no"]
    kept = label(frame.with_columns(hidden_before=pl.col("group_code") == "03"), 11)
    assert kept["label"].to_list() == ["no", "primary", "no", "complementary"]


def test_what_was_shown_before_at_the_same_dates_gives_no_shelter(cells: Frames) -> None:
    frame = cells({"total": {"all": (155, 0)}, "area_1": {"01": (5, 0), "02": (50, 0), "03": (100, 0)}})
    out = {"01": False, "02": True, "03": None, "all": True}
    done = label(frame.with_columns(published=pl.col("group_code").replace_strict(out)), 11)
    assert done["label"].to_list() == ["no", "primary", "no", "complementary"]


def test_a_small_count_that_is_out_already_is_told_by_the_audit(cells: Frames) -> None:
    """The minimum has risen from 5 to 11 since: the cell is hidden from now on, and known."""
    frame = cells({"total": {"all": (107, 0)}, "area_1": {"01": (7, 0), "02": (100, 0)}})
    done = label(frame.with_columns(published=pl.lit(True)), 11)
    assert done["label"].to_list() == ["no", "primary", "no"]
    assert audit(done, 11)["recoverable"].all()
