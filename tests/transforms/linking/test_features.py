"""Agreement levels: each level of each feature is reached, and missing is never a disagreement."""

from datetime import date
from typing import Any

import pytest

from transforms.comparable import prepare
from transforms.feature import DIFFERS, MISSING
from transforms.features import features


def levels(con: Any) -> dict[str, tuple[int, str]]:
    """Level and its words for every feature of the two records there are."""
    found = {}
    for feature in features(prepare(con)):
        row = con.execute(
            f"SELECT {feature.level_sql()} FROM comparable l JOIN comparable r ON l.rec < r.rec"
        ).fetchone()
        found[feature.name] = (row[0], feature.words()[row[0]])
    return found


@pytest.mark.parametrize(
    ("feature", "words", "left", "right"),
    [
        ("family_name", "the same spelling of a common name", "sok dara", "sok vanna"),
        ("given_name", "another spelling that sounds the same", "sok dara", "sok dera"),
        ("given_name", "nearly the same spelling", "sok darasokna", "sok darasokda"),
        ("given_name", "some likeness of spelling", "sok samnang", "sok samnith"),
        ("given_name", "another name", "sok dara", "sok vichet"),
        ("given_name", "family and given name agree, in the other order", "sok dara", "dara sok"),
    ],
)
def test_names(con, fill, a_record, feature, words, left, right) -> None:
    fill(con, [a_record("a", "1", left), a_record("b", "2", right)])
    assert levels(con)[feature][1] == words


def test_a_rare_name_agrees_more_than_a_common_one(con, fill, a_record) -> None:
    fill(con, [a_record("a", "1", "vong dara"), a_record("b", "2", "vong dara")])
    common = levels(con)["family_name"][0]
    fill(con, [a_record("c", str(n), "sok vanna") for n in range(5000)])
    types = prepare(con, "register IN ('a', 'b')")
    feature = features(types)[0]
    rare = con.execute(f"SELECT {feature.level_sql()} FROM comparable l JOIN comparable r ON l.rec < r.rec").fetchone()[
        0
    ]
    assert rare > common
    assert feature.words()[rare] == "the same spelling of a rare name"


def test_names_in_two_scripts_are_compared_by_sound(con, fill, a_record) -> None:
    latin = {"family_signs": None, "given_signs": None, "family_name": "Sok", "given_name": "Dara"}
    fill(
        con,
        [a_record("a", "1", "sok dara", family_name=None, given_name=None), a_record("b", "2", "sok dara", **latin)],
    )
    found = levels(con)
    assert found["family_name"][0] == found["given_name"][0] == MISSING
    assert found["given_sound"][1] == "sounds the same, a common name"


@pytest.mark.parametrize(
    ("words", "left", "right"),
    [
        ("the same day", "1980-05-17", "1980-05-17"),
        ("day and month are swapped", "1980-05-07", "1980-07-05"),
        ("one digit differs", "1980-05-17", "1980-05-11"),
        ("two of day, month and year agree", "1980-05-17", "1980-05-29"),
        ("another day of the same year", "1980-05-17", "1980-11-29"),
        ("one or two years apart", "1980-05-17", "1982-11-29"),
        ("another date", "1980-05-17", "1999-11-29"),
    ],
)
def test_dates_of_birth_by_kind_of_error(con, fill, a_record, words, left, right) -> None:
    fill(con, [a_record("a", "1", "sok dara", left), a_record("b", "2", "sok dara", right)])
    assert levels(con)["birth_date"][1] == words
    assert levels(con)["birth_year"][0] == MISSING


@pytest.mark.parametrize("precision", ["year", "age", "default_1_january", "month"])
def test_a_day_that_is_not_known_is_not_compared(con, fill, a_record, precision) -> None:
    vague = {"birth_date": date(1980, 1, 1), "birth_year": 1980, "birth_precision": precision}
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17"), a_record("b", "2", "sok dara", **vague)])
    assert levels(con)["birth_date"][0] == MISSING
    assert levels(con)["birth_year"][1] == "the same year"


@pytest.mark.parametrize(
    ("level", "value"), [(2, "123456789"), (1, "123456780"), (1, "213456789"), (DIFFERS, "987654321")]
)
def test_identifiers(con, fill, a_record, level, value) -> None:
    left = a_record("a", "1", "sok dara", identifiers={"national_id": "123456789"})
    fill(con, [left, a_record("b", "2", "sok dara", identifiers={"national_id": value})])
    assert levels(con)["national_id"][0] == level


def test_households_and_rosters_are_told_apart(con, fill, a_record) -> None:
    card = {"identifiers": {"equity_card": "010203040001"}}
    fill(con, [a_record("a", "1", "sok dara", household_id="1", **card), a_record("b", "2", "sok dara", **card)])
    assert levels(con)["household"][1] == "the same household"
    assert levels(con)["roster"][0] == MISSING
    con.execute("UPDATE clean.people SET register = 'a', household_id = '1'")
    assert levels(con)["household"][0] == MISSING
    assert levels(con)["roster"][1] == "two members of one household"


@pytest.mark.parametrize(
    ("level", "area"), [(4, "01020304"), (3, "01020399"), (2, "01029999"), (1, "01999999"), (0, "99")]
)
def test_areas(con, fill, a_record, level, area) -> None:
    places = [{f"area_{n}": code[: 2 * n].ljust(2 * n, "9") for n in (1, 2, 3, 4)} for code in ("01020304", area)]
    fill(con, [a_record(name, name, "sok dara", **place) for name, place in zip("ab", places, strict=True)])
    assert levels(con)["area"][0] == level


def test_parents(con, fill, a_record) -> None:
    both = {"mother_given_name_local": "សុខា", "father_given_name_local": "ដារ៉ា"}
    fill(con, [a_record("a", "1", "sok dara", **both), a_record("b", "2", "sok dara", **both)])
    assert levels(con)["parents"][1] == "both parents' names agree"
    con.execute("UPDATE clean.people SET father_given_name_local = NULL WHERE register = 'b'")
    assert levels(con)["parents"][1] == "one parent's name agrees"


def test_nothing_known_is_missing_everywhere(con, fill) -> None:
    fill(con, [{"register": "a", "record_id": "1"}, {"register": "b", "record_id": "2"}])
    assert {level for level, _ in levels(con).values()} == {MISSING}


def test_comparing_is_symmetric(con, fill, country) -> None:
    fill(con, country[0][:400])
    for feature in features(prepare(con)):
        other = feature.level_sql().replace("l.", "#.").replace("r.", "l.").replace("#.", "r.")
        pairs = "comparable l JOIN comparable r ON l.rec < r.rec"
        query = f"SELECT count(*) FROM {pairs} WHERE {feature.level_sql()} <> {other}"
        assert con.execute(query).fetchone()[0] == 0, feature.name
