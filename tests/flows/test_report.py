"""The report tells each figure with its interval, hides what must be hidden, and says in words what it cannot say."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.pages import summary_html
from tests.flows.made_up_summary import (
    MEASURE,
    MEGABYTES,
    NIGHTS,
    PAGES,
    SUMMARY,
    TILES,
    downloads,
    gap,
    hidden,
    nobody,
    with_gaps,
    words,
)


def test_the_headline_has_its_denominator_and_its_interval() -> None:
    said = words(PAGES["summary"])
    assert "Of 3,000 people who should be covered, about 750 are not: 25.0% (95% between 22.5% and 27.5%)." in said
    assert "came between 2 October 2026 and 1 November 2026; the oldest, births, is 30 days old." in said


def test_where_the_interval_swamps_the_gap_no_number_is_given() -> None:
    page = with_gaps(gap("all", "total", 500, 0.04, 0.039))
    assert "between 0.1% and 7.9% are not (95%). That is wider than the gap itself" in words(page)
    assert "4.0%" not in page
    total = downloads(page)["coverage.csv"][0]
    assert (total["told"], total["gap_share_adjusted"], total["gap_adjusted"]) == ("unsure", "", "")
    assert (total["gap_low"], total["gap_high"]) == ("0.0010", "0.0790")


def test_the_map_has_a_tile_an_area_each_in_its_state() -> None:
    states = re.findall(r'class="place shade-(\d) is-(\w+)"', PAGES["summary"])
    assert states == [
        ("2", "clear"),
        ("5", "clear"),
        ("0", "hidden"),
        ("0", "unsure"),
        ("0", "nobody"),
        ("0", "nobody"),
    ]
    assert "Not on the map: Place unknown." in words(PAGES["summary"])


def test_a_country_without_tiles_has_its_bars_alone() -> None:
    page = summary_html(replace(SUMMARY, tiles=()))
    assert 'class="place' not in page
    assert "Place 02" in words(page)


def test_nights_are_a_line_from_the_second_on() -> None:
    assert "27.0% on 30 October 2026, 25.0% on 1 November 2026" in words(PAGES["summary"])
    assert "m1-nights.csv" in downloads(PAGES["summary"])
    assert "Night by night" not in summary_html(replace(SUMMARY, measures=(replace(MEASURE, nights=NIGHTS[:1]),)))


def test_every_figure_has_its_numbers() -> None:
    page = PAGES["summary"]
    assert page.count("<figure") == page.count("<figcaption>") == 3
    told = downloads(page)
    assert set(told) == {
        "coverage.csv", "m1-nights.csv", "m1-where.csv", "registers.csv", "exclusion.csv", "inclusion.csv",
        "inconsistency.csv",
    }  # fmt: skip
    where = {row["group_code"]: row for row in told["m1-where.csv"]}
    assert where["02"]["gap_share_adjusted"] == "0.3000"
    assert where["02"]["group_name_km"] == "ទី 02"
    assert [row["register"] for row in told["registers.csv"]] == ["members", "deaths", "births"]


def test_every_picture_has_words_in_its_place() -> None:
    page = PAGES["summary"]
    pictures = re.findall(r'role="img" aria-labelledby="([^"]+)"', page)
    assert len(pictures) == 2
    assert all(f'id="{name}"' in page for name in pictures)
    assert page.count("<svg") == page.count('<svg aria-hidden="true"') + page.count('height="9" aria-hidden="true"') + 1


def test_the_page_says_what_is_not_known() -> None:
    said = words(PAGES["summary"])
    for told in (
        "The register deaths was held back. What it would say is not known tonight.",
        "The register births did not come. It is used as it came on 2 October 2026.",
        "Not measured, for want of a register: Other",
        "Rules not asked: D01.",
        "lest somebody be given away by them: 1.",
        "interval is wider than the gap they measure: 1.",
        "nobody entitled: 1.",
        "About 123 pairs of records of one person were never compared, by estimate (95% between 99 and 150).",
        "Rows that could not be read and were kept aside: 12.",
    ):
        assert told in said, told


def test_nothing_is_invented_where_all_cells_are_small() -> None:
    page = with_gaps(hidden("all", "total"), *(hidden(tile.code, "area_1") for tile in TILES))
    assert "Not shown: so few are entitled, covered or left out" in words(page)
    assert set(re.findall(r"[\d.]+%", words(page))) == {"95%"}  # of the explanations alone
    assert all(not row[name] for row in downloads(page)["coverage.csv"] for name in row if name.startswith("gap_"))


def test_small_provinces_are_said_in_words() -> None:
    page = with_gaps(gap("all", "total", 900, 0.25), *(hidden(tile.code, "area_1") for tile in TILES))
    assert "No figure can be shown by province" in words(page)
    assert "Not shown, too few: Place 01, Place 02, Place 07" in words(page)
    assert 'class="place' not in page


def test_a_programme_with_nobody_entitled_is_said_in_words() -> None:
    for gaps in ((), (nobody("all", "total"),)):
        assert "Nobody is entitled in the registers in use." in words(with_gaps(*gaps))


def test_a_suppressed_figure_is_called_so_and_has_no_mark() -> None:
    page = PAGES["summary"]
    assert words(page).count("Not shown, too few: Place 07.") == 1
    assert page.count('class="bar"') == 1 + 2 + 3  # the headline, the funnel, three provinces
    assert "None" not in page


@settings(deadline=None, max_examples=50)  # a page takes its time
@given(st.lists(st.tuples(st.integers(11, 9999), st.floats(0.01, 0.99), st.booleans()), min_size=1, max_size=12))
def test_no_suppressed_number_is_in_the_page_or_its_downloads(told: list[tuple[int, float, bool]]) -> None:
    gaps = [hidden(str(n), "area_1") if hide else gap(str(n), "area_1", size, share)
            for n, (size, share, hide) in enumerate(told)]  # fmt: skip
    rows = downloads(with_gaps(gap("all", "total", 99999, 0.25), *gaps))["m1-where.csv"]
    assert len(rows) == len(told)
    for row in rows:
        figures = [row[name] for name in row if name.endswith(("linked", "adjusted", "low", "high"))]
        assert any(figures) != told[int(row["group_code"])][2]


def test_the_page_of_many_measures_is_small() -> None:
    areas = [gap(f"{n:02}", "area_1", 1000 + n, 0.2 + n / 100) for n in range(1, 26)]
    groups = [gap(f"{n}", name, 1000, 0.3) for name in ("sex", "age_band", "poverty_level") for n in range(12)]
    every = tuple(replace(MEASURE, measure=f"m{n}", gaps=(MEASURE.gaps[0], *areas, *groups)) for n in range(15))
    assert len(summary_html(replace(SUMMARY, measures=every)).encode()) < MEGABYTES * 1e6


def test_areas_stand_by_their_gap_and_the_scale_holds_every_interval() -> None:
    assert [g.code for g in MEASURE.of("area_1")] == ["02", "unknown", "01", "08", "07", "09"]
    assert MEASURE.scale == pytest.approx(0.4)


def test_age_bands_stand_by_age() -> None:
    bands = [gap(code, "age_band", 100, 0.5) for code in ("60-64", "unknown", "6-17", "80+", "0-1")]
    measure = replace(MEASURE, gaps=tuple(bands))
    assert [g.code for g in measure.of("age_band")] == ["0-1", "6-17", "60-64", "80+", "unknown"]
