"""The report tells each figure with its interval, hides what must be hidden, and says in words what it cannot say."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.pages import summary_html
from flows.summary_rows import Gap, Moves
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


def test_two_lists_tell_who_stands_in_none_with_a_range_and_what_is_assumed() -> None:
    said = words(PAGES["whole"])
    assert "First list: births registered. Second list: children listed." in said
    assert "about 570 between 250 and 1,320, as far as the lists depend on one another" in said
    assert "83% between 69% and 91%" in said
    assert "3,100 in the first list, 410 in the second, 340 in both." in said
    assert "Assumed: Being listed says nothing of being registered." in said
    assert "ចន្លោះពី 250 ដល់ 1,320" in words(PAGES["whole"], "km")


def test_where_two_lists_cannot_tell_the_page_says_why() -> None:
    said = words(PAGES["whole"])
    assert "cannot tell between 50% and 91%" in said
    assert "Too few are in both lists to tell how many are in neither." in said
    assert "Not shown, too few." in said
    assert "Not told tonight, for want of a register." in said
    told = {row["capture"]: row for row in downloads(PAGES["whole"])["completeness.csv"]}
    assert {name: row["told"] for name, row in told.items()} == {
        "births": "clear", "wide": "unsure", "thin": "few", "small": "hidden", "absent": "missing"
    }  # fmt: skip
    assert (told["wide"]["people"], told["wide"]["complete_a_most"], told["small"]["in_a"]) == ("", "0.9100", "")
    assert "Who stands in no list" not in words(PAGES["summary"])


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


def tight(page: str) -> str:
    """What a reader is told, without spaces: cells of a row stand side by side."""
    return words(page).replace(" ", "")


def test_errors_are_told_with_denominator_interval_and_money() -> None:
    said = words(PAGES["whole"])
    assert "Peoplepaid.I01,I04" in tight(PAGES["whole"])
    assert "4.0%34(30–34)of850people" in tight(PAGES["whole"])
    assert "952,000" in said
    assert "Not shown, too few: Households." in said
    assert "Nobody is there: Nobody here." in said
    told = {row["population"]: row for row in downloads(PAGES["whole"])["errors-inclusion.csv"]}
    assert (told["paid"]["people"], told["paid"]["found"], told["paid"]["riel_a_month"]) == ("850", "34", "952000")
    assert (told["cards"]["told"], told["cards"]["people"], told["cards"]["found"]) == ("hidden", "", "")
    assert told["seen"]["riel_a_month"] == ""
    assert "Nothing was asked of this tonight, or too little was found to be told." in said  # of what is there twice


def test_what_was_not_counted_and_how_old_registers_are_is_said() -> None:
    said = words(PAGES["whole"])
    assert "Errors not counted, for want of a register: Card holders." in said
    assert "Last event: half within 658 days, nine of ten within 1,482." in said
    assert "half within 1 day, nine of ten within 30." in said


def test_few_rows_set_aside_are_not_told() -> None:
    few = replace(SUMMARY.registers[0], rows_quarantined=7)
    page = summary_html(replace(SUMMARY, registers=(few, replace(SUMMARY.registers[1], rows_quarantined=20))))
    assert "at least 20 kept aside as unreadable" in words(page)
    assert [row["rows_quarantined"] for row in downloads(page)["registers.csv"]] == ["", "20"]
    assert "kept aside: at least 20." in words(page)


def steps(paid: Gap) -> str:
    then = replace(MEASURE, measure="m1_paid", gaps=(paid,), nights=(), after="m1")
    return tight(summary_html(replace(SUMMARY, measures=(MEASURE, then))))


def test_the_steps_from_entitled_to_paid_are_chained() -> None:
    said = steps(gap("all", "total", 2250, 0.2))
    assert "Entitled3,000Enrolled2,250(2,175–2,325)Paidinthreemonths1,800(1,744–1,856)" in said


def test_a_step_of_few_or_of_nobody_is_said_in_words() -> None:
    assert "Paidinthreemonthsnotshown" in steps(hidden("all", "total"))
    assert "Paidinthreemonthsnobodyentitled" in steps(nobody("all", "total"))


def changed(*moves: Moves, before: int = 800, now: int = 790) -> str:
    nights = (replace(NIGHTS[0], left_out=before), replace(NIGHTS[1], left_out=now))
    return summary_html(replace(SUMMARY, measures=(replace(MEASURE, nights=nights, moves=moves),)))


def test_what_changed_is_told_by_cause_from_night_to_night() -> None:
    page = changed(Moves("m1", "data", 20, 45), Moves("m1", "judgement", 0, 0), Moves("m1", "date", 15, 0))
    assert "30October2026800registerssaysomethingelse+20registerssaysomethingelse−45" in tight(page)
    assert "timepassed+151November2026790" in tight(page)
    assert [row["change"] for row in downloads(page)["m1-changes.csv"]] == ["800", "20", "-45", "15", "790"]


def test_causes_that_are_hidden_are_told_together() -> None:
    page = changed(Moves("m1", "data", 20, 45), Moves("m1", "link", None, 0), Moves("m1", "date", None, 0))
    assert "causestoosmalltobetoldapart+15" in tight(page)


def test_no_change_is_drawn_that_does_not_lead_from_one_night_to_the_other() -> None:
    assert "What changed since" not in words(changed(Moves("m1", "data", 20, 45)))
    assert "What changed since" not in words(changed())
