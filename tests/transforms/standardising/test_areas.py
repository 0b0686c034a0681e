"""Areas by code and by name: brought up to date, found where one fits, and never guessed."""

import dataclasses
from collections.abc import Callable
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.areas import LEVELS, located, looked_up
from transforms.filling import with_areas, yielded
from transforms.mapping import AREA_INPUTS, RegisterMapping
from transforms.reference import Reference
from transforms.tables import PEOPLE
from transforms.text import canonical, folded

Told = dict[str, str | None]
GAZETTEER = pl.DataFrame(
    [
        ("01", "1", "Kampong Thom", "កំពង់ធំ"),
        ("0101", "2", "Baray", "បារាយណ៍"),
        ("010101", "3", "Bak Sna", "បាក់ស្នា"),
        ("01010101", "4", "Thmei", "ថ្មី"),
        ("01010102", "4", "Phum Muoy", "ភូមិ ១"),
        ("01010103", "4", "Phum Pir", "ភូមិ ២"),
        ("01010104", "4", "Trapeang Veng", "ត្រពាំងវែង"),
        ("01010105", "4", "Trapeang Vong", "ត្រពាំងវង់"),
        ("010102", "3", "Chaeung Daeung", "ជើងដើង"),
        ("01010201", "4", "Thmei", "ថ្មី"),
        ("01010202", "4", "Srae Ou Kandal", "ស្រែអូរកណ្តាល"),
        ("02", "1", "Kampot", "កំពត"),
        ("0201", "2", "Chhuk", "ឈូក"),
        ("020101", "3", "Bak Sna", "បាក់ស្នា"),
        ("02010101", "4", "Kbal Kaoh", "ក្បាលកោះ"),
    ],
    schema=["code", "level", "name_en", "name_km"],
    orient="row",
)


@pytest.fixture(scope="module")
def small(cambodia: Reference) -> Reference:
    return dataclasses.replace(cambodia, areas=GAZETTEER, area_changes=(("0109", "0201"),))


def _frame(rows: list[Told]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys((*LEVELS, *AREA_INPUTS), pl.String))


def _located(reference: Reference, **told: str | None) -> tuple[str | None, ...]:
    return located(_frame([told]), reference).select(LEVELS).row(0)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({"area_4": "01010101"}, ("01", "0101", "010101", "01010101")),
        ({"area_4": "01010199"}, ("01", "0101", "010101", None)),  # no such village: the commune stays
        ({"area_4": "99010101"}, (None, None, None, None)),
        ({"area_4": "0101010"}, (None, None, None, None)),  # the digits of no level
        ({"area_4": "01090101"}, ("02", "0201", "020101", "02010101")),
        ({"area_1": "01", "area_2": "0109", "area_4": "01090101"}, ("02", "0201", "020101", "02010101")),
        ({"area_1": "01", "area_2": "0109"}, ("02", "0201", None, None)),  # the province follows its old district
        ({"area_1": "01", "area_4": "02010101"}, ("02", "0201", "020101", "02010101")),  # also one read as today's
        ({"area_1": "02", "area_4": "01010101"}, ("02", "0101", "010101", "01010101")),  # told so: left as it is
        ({"area_2": "0101"}, ("01", "0101", None, None)),
    ],
)
def test_codes(small: Reference, told: Told, meant: tuple[str | None, ...]) -> None:
    assert _located(small, **told) == meant


def test_codes_of_a_country_without_a_gazetteer_stay_as_they_are(small: Reference) -> None:
    bare = dataclasses.replace(small, areas=None)
    assert _located(bare, area_4="01010199") == ("01", "0101", "010101", "01010199")
    assert _located(bare, area_4="x", area_1_name="Kampot") == (None, None, None, "x")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"area_3": "010101", "area_4_name": "ថ្មី"}, "01010101"),
        ({"area_3": "010101", "area_4_name": "THMEI"}, "01010101"),
        ({"area_3": "010101", "area_4_name": "ភូមិថ្មី"}, "01010101"),
        ({"area_3": "010101", "area_4_name": "phum thmei"}, "01010101"),
        ({"area_3": "010101", "area_4_name": "Thmey"}, "01010101"),  # as it sounds
        ({"area_3": "010101", "area_4_name": "Phum Muoy"}, "01010102"),
        ({"area_3": "010101", "area_4_name": "ភូមិ១"}, "01010102"),
        ({"area_3": "010101", "area_4_name": "ភូមិ 2"}, "01010103"),
        ({"area_3": "010101", "area_4_name": "ភូមិ 3"}, None),  # no slip of the pen makes it another number
        ({"area_3": "010101", "area_4_name": "ត្រពាំងវែ"}, None),
        ({"area_3": "010101", "area_4_name": "Trapeang V"}, None),  # two are near
        ({"area_3": "010102", "area_4_name": "ស្រែអូរកណ្ដល"}, "01010202"),
        ({"area_3": "010102", "area_4_name": "Kbal Kaoh"}, None),  # lies elsewhere
        ({"area_2": "0101", "area_4_name": "Thmei"}, None),  # two communes have one
        ({"area_2": "0101", "area_4_name": "Srae Ou Kandal"}, "01010202"),
        ({"area_2": "0101", "area_4_name": "Srae Ou Kandall"}, "01010202"),  # sounds alike
        ({"area_2": "0101", "area_4_name": "Srae Ou Kxndal"}, None),  # a slip is forgiven inside the parent only
        ({"area_2": "0101", "area_4_name": "ភូមិថ្មី ឃុំបាក់ស្នា"}, "01010101"),
        ({"area_2": "0101", "area_4_name": "Phum Thmei, Khum Bak Sna"}, "01010101"),
        ({"area_2": "0101", "area_4_name": "Thmei, Bak Sna"}, "01010101"),
        ({"area_2": "0101", "area_3_name": "Sangkat Bak Sna", "area_4_name": "Thmei"}, "01010101"),
        ({"area_4_name": "ភូមិថ្មី ឃុំជើងដើង ស្រុកបារាយណ៍ ខេត្តកំពង់ធំ"}, "01010201"),
        ({"area_4_name": "Thmei"}, None),
        ({"area_4_name": "Kbal Kaoh"}, "02010101"),  # one in all the country has exactly this name
        ({"area_4_name": "Kbal Koh"}, None),
        ({"area_3": "010101", "area_4": "01010101", "area_4_name": "Phum Pir"}, "01010101"),  # the code is surer
        ({"area_3": "010101", "area_4": "01010188", "area_4_name": "Phum Pir"}, "01010103"),
        ({"area_3": "010101", "area_4_name": "-"}, None),
    ],
)
def test_names(small: Reference, told: Told, code: str | None) -> None:
    assert _located(small, **told)[3] == code


def test_a_commune_is_found_in_its_district_and_not_in_another(small: Reference) -> None:
    assert _located(small, area_2="0201", area_3_name="បាក់ស្នា")[2] == "020101"
    assert _located(small, area_3_name="បាក់ស្នា") == (None, None, None, None)
    assert _located(small, area_3_name="Chaeung Daeung") == ("01", "0101", "010102", None)


def test_every_area_is_found_by_its_own_name_or_not_at_all(cambodia: Reference) -> None:
    """All 14,505 villages by either name inside their commune: none wrong, nearly all found."""
    assert cambodia.areas is not None
    villages = cambodia.areas.filter(pl.col("level") == "4")
    for name in ("name_en", "name_km"):
        told = villages.select(pl.col("code").str.slice(0, 6).alias("area_3"), area_4_name=name)
        told = told.with_columns(pl.lit(None, dtype=pl.String).alias(level) for level in ("area_1", "area_2", "area_4"))
        found = located(told, cambodia)["area_4"]
        assert (found == villages["code"]).sum() >= 0.999 * villages.height
        assert ((found != villages["code"]).fill_null(False)).sum() == 0


@pytest.mark.parametrize(("name", "share"), [("name_en", 0.85), ("name_km", 0.75)])
def test_a_village_with_a_letter_lost_is_found_or_left_empty(cambodia: Reference, name: str, share: float) -> None:
    """Never another village, but where what is left is to the letter another one's name."""
    assert cambodia.areas is not None
    chance = Random(1)
    villages = cambodia.areas.filter(pl.col("level") == "4").with_columns(
        pl.col("code").str.slice(0, 6).alias("area_3")
    )
    lost = [chance.randrange(len(full)) for full in villages[name]]
    told = [full[:at] + full[at + 1 :] for full, at in zip(villages[name], lost, strict=True)]
    asked = _frame(villages.select("area_3").with_columns(area_4_name=pl.Series(told)).to_dicts())
    found = villages.select("area_3", "code").with_columns(
        told=pl.Series(told), found=located(asked, cambodia)["area_4"]
    )
    names = villages.select("area_3", other="code", told=_letters(villages[name], cambodia))
    wrong = found.filter(pl.col("found") != pl.col("code"))
    wrong = wrong.with_columns(told=_letters(wrong["told"], cambodia))
    by = ["area_3", "told", "found"]
    assert wrong.join(names.rename({"other": "found"}), on=by, how="anti").is_empty()
    assert (found["found"] == found["code"]).sum() >= share * villages.height


def _letters(names: pl.Series, reference: Reference) -> pl.Series:
    """Names without case, spaces and spellings of one sound."""
    shown = canonical(names, reference.script).to_frame("name").select(folded(pl.col("name"), reference.script))
    return shown.to_series().str.replace_all(" ", "")


def test_what_names_led_to_is_told(small: Reference, noted: Callable[..., list[tuple[object, ...]]]) -> None:
    mapping = RegisterMapping.model_validate(
        {
            "register": "list",
            "key": ["no"],
            "columns": {"no": {}, "district": {}, "village": {}},
            "yields": {"people": {"columns": {"area_2": {"column": "district"}, "area_4_name": {"column": "village"}}}},
        }
    )
    frame = pl.DataFrame(
        {
            "_row": [1, 2, 3],
            "record_id": ["1", "2", "3"],
            "district": ["0101"] * 3,
            "village": ["Srae Ou Kandal", "Nowhere", None],
        }
    )
    rows = with_areas(yielded(frame, mapping.yields["people"]), small)
    assert noted(PEOPLE, rows, mapping) == [
        (1, "village", "area_name", "Srae Ou Kandal", "01010202"),
        (2, "village", "unknown_area", "Nowhere", None),
    ]


codes = st.text("0123456789x", max_size=9) | st.sampled_from(GAZETTEER["code"].to_list()) | st.none()
names = (
    st.text(max_size=20) | st.sampled_from([*GAZETTEER["name_en"], *GAZETTEER["name_km"], "phum ", "ឃុំ,"]) | st.none()
)
rows = st.fixed_dictionaries(dict.fromkeys(LEVELS, codes) | dict.fromkeys(AREA_INPUTS, names))


@settings(max_examples=10, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), st.randoms())
def test_nothing_raises_known_codes_stay_and_rows_do_not_sway_each_other(
    small: Reference, told: list[Told], chance: Random
) -> None:
    frame = _frame(told)
    done = located(frame, small).select(LEVELS)
    assert done.height == frame.height
    known = set(GAZETTEER["code"])
    for level in LEVELS:
        assert set(done[level].drop_nulls()) <= known
        size = small.area_digits[LEVELS.index(level)]
        lower = LEVELS[LEVELS.index(level) + 1 :]
        moved = [pl.col(name).str.contains("^(0109|0201)").fill_null(False) for name in lower]  # upper codes may follow
        stays = ~frame.select(pl.any_horizontal(pl.lit(False), *moved)).to_series()
        right = frame[level].is_in(known) & (frame[level].str.len_bytes() == size) & stays
        assert done.filter(right)[level].to_list() == frame.filter(right)[level].to_list()
    order = list(range(len(told)))
    chance.shuffle(order)
    assert located(frame[order], small).select(LEVELS).equals(done[order])
    assert located(done, small).select(LEVELS).equals(done)


def test_a_code_is_looked_up_with_what_it_is_today(small: Reference) -> None:
    found = looked_up(pl.Series(["01090101", "0109", "01", None, "abc"]), small)
    assert found["code"].to_list() == ["02010101", "0201", "01", None, "abc"]
    assert found["known"].to_list() == ["02010101", "0201", "01", None, None]
    assert found["moved"].to_list() == [True, True, False, False, False]
