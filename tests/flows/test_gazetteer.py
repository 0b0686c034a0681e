"""A gazetteer that is not sound is refused, and the text says where and what to do."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.gazetteer import load_areas, load_changes, with_settings
from flows.reference import load_reference, store_reference
from flows.settings import REFERENCE

HEADER = "code,level,parent,name_en,name_km\n"
SOUND = HEADER + "01,1,,Kampot,កំពត\n0101,2,01,Chhuk,ឈូក\n0102,2,01,Banteay,បន្ទាយ\n"
CHANGES = "old_code,new_code,since,source\n0109,0102,2013-12-31,royal decree\n"
DIGITS = (2, 4)


def _write(directory: Path, areas: str, changes: str | None = None) -> Path:
    (directory / "areas.csv").write_text(areas, encoding="utf-8")
    if changes:
        (directory / "area_changes.csv").write_text(changes, encoding="utf-8")
    return directory


def test_a_sound_one_is_loaded(tmp_path: Path) -> None:
    areas = load_areas(_write(tmp_path, SOUND, CHANGES), DIGITS, "2025")
    assert areas is not None
    assert areas["code"].to_list() == ["01", "0101", "0102"]
    assert load_changes(tmp_path, areas) == (("0109", "0102"),)


def test_a_country_may_have_none(tmp_path: Path) -> None:
    assert load_areas(tmp_path, DIGITS, None) is None
    assert load_changes(tmp_path, None) == ()


@pytest.mark.parametrize(
    ("found", "put", "told"),
    [
        ("0102,2", "0101,2", r"areas\.csv: line 3: code: found '0101' \(and 1 more\)\. Give every area its own code"),
        ("0102,2", "01o2,2", r"line 4: code: found '01o2'\. Write the code in ASCII digits"),
        ("0102,2", "01២2,2", r"line 4: code: found '01\\u17e22'\. Write the code in ASCII digits"),
        ("0102,2", ",2", r"line 4: code: found None\. Write the code in ASCII digits"),
        ("0102,2", "010,2", r"line 4: code: found '010'\. Give it the digits of its level: 2, 4"),
        ("0102,2", "0102,7", r"line 4: level: found '7'\. Write a level from 1 to 2"),
        ("0102,2", "0302,2", r"line 4: code: found '0302'\. It begins with the code of no area"),
        ("Banteay", "Ban\u200bteay", r"line 4: name_en: found 'Ban\\u200bteay'\. Take out the sign that nobody sees"),
        ("បន្ទាយ", "", r"line 4: name_km: found None\. Give the area its name"),
        ("name_km", "khmer", r"line 1: no column 'name_km'"),
    ],
)
def test_one_that_is_not_is_refused(tmp_path: Path, found: str, put: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        load_areas(_write(tmp_path, SOUND.replace(found, put)), DIGITS, "2025")


def test_one_without_a_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"country\.yaml: areas_vintage: missing"):
        load_areas(_write(tmp_path, SOUND), DIGITS, None)


@pytest.mark.parametrize(
    ("found", "put", "told"),
    [
        ("0109,", "0101,", "old_code: found '0101'. It is a code of areas.csv today"),
        (",0102,", ",0199,", "new_code: found '0199'. Name a code that stands in areas.csv"),
        (",0102,", ",01,", "new_code: found '01'. Name an area of the same level"),
        ("royal decree", "", "source: found None. Say where the change is written"),
    ],
)
def test_changes_that_lead_nowhere_are_refused(tmp_path: Path, found: str, put: str, told: str) -> None:
    areas = load_areas(_write(tmp_path, SOUND, CHANGES.replace(found, put)), DIGITS, "2025")
    with pytest.raises(ValueError) as refused:
        load_changes(tmp_path, areas)
    assert told in str(refused.value)


def test_what_is_shipped_is_sound() -> None:
    reference = load_reference(REFERENCE)
    assert reference.areas is not None
    assert reference.areas.height > 16_000
    assert reference.areas_vintage == "2025"
    assert len(reference.area_changes) == 7


AREAS = pl.DataFrame({"code": ["01", "0101", "010101", "0102", "02", "0201"]})
SETTINGS = (
    "code,setting,kind,source\n0101,urban,krong,the ministry\n0102,rural,srok,the ministry\n02,urban,capital,the law\n"
)


def test_an_area_has_the_setting_of_the_area_it_lies_in(tmp_path: Path) -> None:
    assert with_settings(tmp_path, AREAS)["setting"].to_list() == [None] * 6
    (tmp_path / "area_settings.csv").write_text(SETTINGS, encoding="utf-8")
    told = dict(with_settings(tmp_path, AREAS).select("code", "setting").iter_rows())
    assert told == {"01": None, "0101": "urban", "010101": "urban", "0102": "rural", "02": "urban", "0201": "urban"}


@pytest.mark.parametrize(
    ("found", "put", "told"),
    [
        ("0102,rural", "0102,city", r"area_settings\.csv: line 3: setting: found 'city'\. Write urban or rural"),
        ("0102,rural", "0102,", r"line 3: setting: found None\. Write urban or rural"),
        ("0102,rural", "0103,rural", r"line 3: code: found '0103'\. Name a code that stands in areas\.csv"),
        ("0102,rural", "0101,rural", r"line 2: code: found '0101' \(and 1 more\)\. List an area once"),
        ("0102,rural", "010101,rural", r"line 3: code: found '010101'\. It lies in an area that is listed, too"),
        ("the law", "", r"line 4: source: found None\. Say where that is written"),
        ("setting,", "urban,", r"line 1: no column 'setting'"),
    ],
)
def test_settings_that_are_not_sound_are_refused(tmp_path: Path, found: str, put: str, told: str) -> None:
    (tmp_path / "area_settings.csv").write_text(SETTINGS.replace(found, put), encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        with_settings(tmp_path, AREAS)


def test_every_district_that_is_shipped_is_urban_or_rural() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA reference")
        store_reference(con, REFERENCE)
        districts = con.execute(
            "SELECT setting, count(*) FROM reference.areas WHERE level = 2 GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        provinces = con.execute("SELECT code FROM reference.areas WHERE level = 1 AND setting IS NOT NULL").fetchall()
    assert districts == [("rural", 163), ("urban", 47)]  # 33 municipalities, and the 14 khans of the capital
    assert provinces == [("12",)]
