"""The waterfall of a pair: every step is drawn from where the last one ended, in a terminal and in a picture."""

import io
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from rich.cells import cell_len
from rich.console import Console

from flows.picture import WIDTH, picture
from flows.waterfall import bars, draw, reach, values
from transforms.explain import Evidence, Explanation

SVG = "{http://www.w3.org/2000/svg}"


def step(feature: str, weight: float, *shown: str | None, level: int = 1, means: str = "the same") -> Evidence:
    left, right = shown or (None, None)
    return Evidence(feature, f"Is the {feature} the same?", left, right, level, means, weight)


def a_pair(*rows: Evidence, rivals: float = 0.0) -> Explanation:
    return Explanation(
        ("roster", "H1/2"),
        ("fund", "<7>&"),
        step("prior", -15.0),
        rows,
        step("look_alikes", -2.0, means="if they are two people, then most likely namesakes (97%)"),
        step("rivals", rivals, "1 other record of fund fits as well", None),
        is_kept=True,
        is_linked=True,
        same_person=True,
    )


NAME = step("given_name", 9.0, "សុខ ដារ៉ា Sok", "សុខ")
BIRTH = step("birth_date", 13.8, "1980-05-17", "1980-05-17")
SEX = step("sex", -5.0, "M", "F", means="the other sex")
SILENT = step("phone", 0.0, level=-1)
PAIR = a_pair(NAME, BIRTH, SEX, SILENT, rivals=-1.5)


def printed(told: Explanation, width: int, encoding: str = "utf-8") -> list[str]:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    draw(told, Console(file=file, width=width, highlight=False))
    file.flush()
    file.seek(0)
    return file.read().splitlines()


def test_each_bar_starts_where_the_last_one_ended() -> None:
    drawn = bars(PAIR)
    assert drawn[0].before == 0
    assert [bar.before for bar in drawn[1:]] == [bar.after for bar in drawn[:-1]]
    assert drawn[-1].after == pytest.approx(PAIR.total) == pytest.approx(-0.7)
    assert [bar.evidence.feature for bar in drawn] == [
        "prior",
        "given_name",
        "birth_date",
        "sex",
        "look_alikes",
        "rivals",
    ]


def test_even_odds_are_always_in_the_picture() -> None:
    for told in (PAIR, a_pair(), a_pair(step("national_id", 90.0))):
        low, high = reach(bars(told))
        assert low <= 0 <= high
        assert low < high


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("told", [PAIR, a_pair(), a_pair(step("address", 4.0, "a long street " * 20, "x" * 300))])
def test_it_fits_the_terminal(told: Explanation, width: int) -> None:
    assert max(cell_len(line) for line in printed(told, width)) <= min(width, 100)


def test_what_speaks_for_and_against_differ_without_colour() -> None:
    lines = {line.split("  ")[0]: line for line in printed(PAIR, 80)}
    assert "█" in lines["birth date"] and "▒" not in lines["birth date"]
    assert "▒" in lines["sex"] and "█" not in lines["sex"]
    assert lines["birth date"].endswith("+13.80")
    assert lines["sex"].endswith("-5.00")
    assert lines["total"].endswith("-0.70")


def test_bars_stand_on_the_right_side_of_even_odds() -> None:
    lines = {line.split("  ")[0]: line for line in printed(PAIR, 80)}
    even = lines["start"].index("│")
    assert lines["start"][:even].rstrip().endswith("▒")
    assert not lines["start"][even + 1 : -9].strip()
    assert {line.index("│") for name, line in lines.items() if "│" in line} == {even}
    assert "█" in lines["birth date"][even + 1 :]


def test_a_terminal_without_unicode_gets_plain_signs() -> None:
    told = a_pair(step("sex", -5.0, "M", "F"), BIRTH)
    lines = printed(told, 80, "ascii")
    assert any("###" in line for line in lines)
    assert not any("?" in line for line in lines)


def test_both_values_are_shown_and_one_that_is_the_same_once() -> None:
    assert values(NAME) == ("left: សុខ ដារ៉ា Sok", "right: សុខ")
    assert values(BIRTH) == ("both: 1980-05-17",)
    assert values(step("phone", 0.0, None, "1")) == ("left: nothing", "right: 1")
    text = " ".join(printed(PAIR, 100))
    assert "left: សុខ ដារ៉ា Sok · right: សុខ" in text


def test_the_picture_says_all_of_it_and_asks_nobody_for_anything() -> None:
    drawn = picture(PAIR)
    root = ET.fromstring(drawn)
    said = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for shown in PAIR.steps:
        assert shown.means in said
        assert f"{shown.weight:+.2f}" in said
    assert "Is the given_name the same?" in said
    assert "សុខ ដារ៉ា" in said
    assert "<7>&" in said
    addresses = drawn.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in addresses and "href" not in addresses
    assert "url(data:font/woff2" in drawn


def test_the_bars_of_the_picture_join_up() -> None:
    rects = [r for r in ET.fromstring(picture(PAIR)).iter(f"{SVG}rect") if r.get("height") == "16"]
    ends = [(float(r.get("x", 0)), float(r.get("x", 0)) + float(r.get("width", 0)), r.get("fill")) for r in rects]
    assert len(ends) == len(PAIR.steps) + 1
    assert all(0 <= left < right <= WIDTH for left, right, _ in ends)
    steps = [(right, left) if fill != "#1c7c5a" else (left, right) for left, right, fill in ends[:-1]]
    for (_, end), (start, _) in pairwise(steps):
        assert start == pytest.approx(end, abs=0.2)
