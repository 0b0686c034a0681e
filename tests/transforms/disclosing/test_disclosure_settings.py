"""Urban and rural districts add up to what is told of towns and villages, and a reader can add."""

from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms import tables as warehouse
from transforms.disclosure import COMPLEMENTARY, PRIMARY, SHOWN, label, placed
from transforms.disclosure_audit import audit

Frames = Callable[..., pl.DataFrame]
BREAKDOWNS = ("total", "area_1", "area_2", "setting", "sex", "area_1*setting", "area_1*sex")
URBAN, RURAL = pl.lit("urban"), pl.lit("rural")
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
sets = st.tuples(st.integers(0, 10**6), st.integers(0, 160), st.integers(1, 4), st.sampled_from([0.0, 0.05, 0.3]))


def told(area: pl.Expr) -> pl.Expr:
    """Province 01 is the capital; elsewhere the first district of each is a town."""
    capital, district = area.str.starts_with("01"), area.str.len_bytes() == 4
    return pl.when(capital | (district & area.str.ends_with("01"))).then(URBAN).when(district).then(RURAL)


def cells_by_setting(tables: Frames, units: pl.DataFrame, breakdowns: tuple[str, ...] = BREAKDOWNS) -> pl.DataFrame:
    district = pl.when(pl.col("area_2") != "unknown").then("area_2")
    setting = pl.coalesce(told(district), told(pl.col("area_1")), pl.lit("unknown"))
    units = units.with_columns(pl.col("area_1", "area_2").cast(pl.String))  # there may be nobody
    counted = tables(units.with_columns(setting=setting), breakdowns)
    area = pl.when(pl.col("breakdown").str.starts_with("area_")).then(pl.col("group_code").str.split("*").list.first())
    known = area.str.contains(r"^[0-9]+$")
    return counted.with_columns(setting=pl.when(known).then(told(area)))


def districts(cells: Frames) -> pl.DataFrame:
    """A small town hides best with the small district beside it, were it not for the other town."""
    frame = cells(
        {
            "total": {"all": (156, 0)},
            "area_1": {"02": (156, 0)},
            "setting": {"urban": (66, 0), "rural": (90, 0)},
            "area_2": {"0201": (6, 0), "0202": (60, 0), "0203": (20, 0), "0204": (70, 0)},
        }
    )
    towns = pl.col("group_code").is_in(["0201", "0202"])
    is_district = pl.col("breakdown") == "area_2"
    return frame.with_columns(setting=pl.when(towns).then(URBAN).when(is_district).then(RURAL))


def labels(frame: pl.DataFrame) -> dict[str, str]:
    part = frame.filter(pl.col("breakdown") == "area_2")
    return dict(zip(part["group_code"], part["label"], strict=True))


def test_a_town_is_found_by_subtraction_from_all_towns_and_hidden_with_another(cells: Frames) -> None:
    frame = districts(cells)
    unaware = label(frame.filter(pl.col("breakdown") != "setting"), 11)
    assert labels(unaware) == {"0201": PRIMARY, "0202": SHOWN, "0203": COMPLEMENTARY, "0204": SHOWN}
    shown = frame.join(unaware.select("breakdown", "group_code", "label"), on=["breakdown", "group_code"], how="left")
    found = audit(shown.with_columns(pl.col("label").fill_null(SHOWN)), 11).filter("recoverable")
    assert found.select("group_code", "least", "greatest").unique().rows() == [("0201", 6, 6)]
    done = label(frame, 11)
    assert labels(done)["0201"] == PRIMARY and labels(done)["0202"] == COMPLEMENTARY
    assert not audit(done, 11)["recoverable"].any()


def test_the_audit_finds_nothing_in_random_tables_by_setting_and_much_without_shelter(
    country: Frames, tables: Frames, without_shelter: Frames
) -> None:
    found: list[int] = []

    @slow
    @given(sets, st.sampled_from([2, 3, 5, 11]))
    def finds(drawn: tuple[int, int, int, float], minimum: int) -> None:
        labelled = label(cells_by_setting(tables, country(*drawn)), minimum)
        assert not audit(labelled, minimum)["recoverable"].any()
        found.append(audit(without_shelter(labelled), minimum)["recoverable"].sum())

    finds()
    assert sum(count > 0 for count in found) >= 10


@settings(slow, max_examples=25)
@given(sets, st.sampled_from([3, 11]))
def test_a_reader_who_adds_districts_up_finds_no_small_town(country, tables, drawn, minimum) -> None:
    """Adding is done here anew: what is shown of all towns of a province, less those of its towns that are shown."""
    labelled = label(cells_by_setting(tables, country(*drawn)), minimum)
    shown = labelled.filter(pl.col("label") == SHOWN, pl.col("withheld").is_null())
    part = labelled.filter(pl.col("breakdown") == "area_2", pl.col("setting").is_not_null()).with_columns(
        above=pl.concat_str(pl.col("group_code").str.head(2), "setting", separator="*")
    )
    hidden = part.join(shown, on=["breakdown", "group_code"], how="anti").group_by("above").agg(alone=pl.len() == 1)
    rest = (
        part.join(shown, on=["breakdown", "group_code"], how="semi")
        .group_by("above")
        .agg(less=pl.col("eligible").sum())
    )
    whole = shown.filter(pl.col("breakdown") == "area_1*setting").select("eligible", above="group_code")
    left = whole.join(hidden.filter("alone"), on="above").join(rest, on="above", how="left")
    # In the capital, people whose district nobody knows are of the town as well.
    left = left.filter(~pl.col("above").str.starts_with("01"))
    assert not (left["eligible"] - left["less"].fill_null(0)).is_between(1, minimum - 1).any()


def test_a_crossing_with_setting_closes_a_circle_through_the_districts(country: Frames, tables: Frames) -> None:
    units = country(1, 50)
    with pytest.raises(ValueError, match=r"circle.*area_2"):
        label(cells_by_setting(tables, units, ("total", "area_2", "setting", "area_1*sex", "setting*sex")), 11)
    below = ("total", "area_2", "setting", "area_2*sex", "area_1*sex", "setting*sex")
    assert not audit(label(cells_by_setting(tables, units, below), 11), 11)["recoverable"].any()


def test_settings_beside_areas_of_which_nobody_says_where_they_lie_are_refused(country: Frames, tables: Frames) -> None:
    with pytest.raises(ValueError, match="need the setting of areas"):
        label(cells_by_setting(tables, country(1, 50)).drop("setting"), 11)


def test_cells_are_placed_by_the_gazetteer(cells: Frames) -> None:
    con: Any = duckdb.connect()
    con.execute("CREATE SCHEMA reference")
    warehouse.create(con, warehouse.AREA_NAMES)
    con.execute(
        "INSERT INTO reference.areas VALUES ('60', 1, NULL, 'a', 'a', NULL), ('6001', 2, '60', 'b', 'b', 'urban')"
    )
    groups = {"total": {"all": (1, 0)}, "area_1": {"60": (1, 0)}, "area_2": {"6001": (1, 0), "unknown": (1, 0)},
              "age_band": {"6001": (1, 0)}, "sex*area_2": {"F*6001": (1, 0)}}  # fmt: skip
    assert "setting" not in placed(con, cells(groups)).columns
    told_of = placed(con, cells(groups | {"setting": {"urban": (1, 0)}}))
    assert told_of["setting"].to_list() == [None, None, "urban", None, None, "urban", None]
