"""Agreement levels: each level of each feature is reached, and missing is never a disagreement."""

from datetime import date
from typing import Any

import pytest

from transforms import compare
from transforms.comparable import populations, prepare
from transforms.feature import DIFFERS, MISSING, Feature
from transforms.features import features


def compared(con: Any) -> list[Feature]:
    """The features of the records there are."""
    return features(prepare(con), populations(con))


def levels(con: Any) -> dict[str, tuple[int, str]]:
    """Level and its words for every feature of the two records there are."""
    found = {}
    for feature in compared(con):
        row = con.execute(
            f"SELECT {feature.level_sql()} FROM comparable l JOIN comparable r ON l.rec < r.rec"
        ).fetchone()
        found[feature.name] = (row[0], feature.words()[row[0]])
    return found


@pytest.mark.parametrize(
    ("feature", "words", "left", "right"),
    [
        ("family_name", "the same spelling, a common name", "sok dara", "sok vanna"),
        ("given_name", "another spelling that sounds the same, a common name", "sok dara", "sok dera"),
        ("given_name", "one is the beginning of the other", "sok da", "sok daravuthy"),
        ("given_name", "nearly the same spelling", "sok darasokna", "sok darasokda"),
        ("given_name", "some likeness of spelling", "sok samnang", "sok samnith"),
        ("given_name", "another name", "sok dara", "sok vichet"),
        ("given_name", "family and given name agree, in the other order", "sok dara", "dara sok"),
        ("given_name", "family and given name sound the same, in the other order", "sok dara", "dera sok"),
    ],
)
def test_names(con, fill, a_record, feature, words, left, right) -> None:
    fill(con, [a_record("a", "1", left), a_record("b", "2", right)])
    assert levels(con)[feature][1] == words


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (12, "the same spelling, a common name"),
        (24, "the same spelling, which one in 15 or fewer have"),
        (48, "the same spelling, which one in 30 or fewer have"),
        (100, "the same spelling, which one in 60 or fewer have"),
        (200, "the same spelling, which one in 125 or fewer have"),
        (400, "the same spelling, which one in 250 or fewer have"),
        (1000, "the same spelling, which one in 500 or fewer have"),
        (4000, "the same spelling, which one in 2,000 or fewer have"),
        (16000, "the same spelling, which one in 8,000 or fewer have"),
    ],
)
def test_the_rarer_a_name_the_more_it_agrees(con, fill, a_record, others: int, words: str) -> None:
    fill(con, [a_record("a", "1", "vong dara", "1980-05-17"), a_record("b", "2", "vong dara", "1980-05-17")])
    fill(con, many_people(a_record, others))
    family = next(feature for feature in compared(con) if feature.name == "family_name")
    assert family.words()[level_of(con, family)] == words


def test_a_name_is_as_common_as_the_people_who_have_it_not_as_their_records(con, fill, a_record) -> None:
    fill(con, [a_record("a", str(n), "vong dara", "1980-05-17") for n in range(500)])
    fill(con, many_people(a_record, 200))
    family = next(feature for feature in compared(con) if feature.name == "family_name")
    assert family.words()[level_of(con, family)] == "the same spelling, which one in 125 or fewer have"


def many_people(a_record, size: int) -> list[dict[str, Any]]:
    """So many different people named Sok Vanna."""
    places = [{"birth_year": 1900 + n % 120, "area_2": f"{n // 120:04}"} for n in range(size)]
    return [a_record("c", str(n), "sok vanna", **place) for n, place in enumerate(places)]


def level_of(con: Any, feature: Feature) -> int:
    """The level of a feature for the first two records."""
    pair = "comparable l JOIN comparable r ON l.rec = 1 AND r.rec = 2"
    return int(con.execute(f"SELECT {feature.level_sql()} FROM {pair}").fetchone()[0])


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


@pytest.mark.parametrize(("level", "area"), [(3, "010203"), (2, "010299"), (1, "019999"), (0, "999999")])
def test_a_commune_without_a_village_agrees_by_itself(con, fill, a_record, level: int, area: str) -> None:
    village = {f"area_{n}": "01020304"[: 2 * n] for n in (1, 2, 3, 4)}
    commune = {f"area_{n}": area[: 2 * n] for n in (1, 2, 3)}
    fill(con, [a_record("a", "1", "sok dara", **village), a_record("b", "2", "sok dara", **commune)])
    found = levels(con)
    assert (found["area"][0], found["commune"][0], found["region"][0]) == (MISSING, level, MISSING)


@pytest.mark.parametrize("order", [("paid by itself", "paid by the fund"), ("paid by the fund", "paid by itself")])
def test_each_stratum_of_a_register_is_a_population(con, fill, a_record, order: tuple[str, str]) -> None:
    claims = [a_record("b", str(n), "sok dara", stratum=stratum) for n, stratum in enumerate(order)]
    fill(con, [a_record("a", "1", "sok dara"), *claims])
    assert populations(con) == ["a", "b (paid by itself)", "b (paid by the fund)"]
    feature = next(feature for feature in compared(con) if feature.name == "registers")
    query = f"SELECT {feature.level_sql()} FROM comparable l JOIN comparable r ON l.rec < r.rec ORDER BY l.rec, r.rec"
    words = [feature.words()[level] for (level,) in con.execute(query).fetchall()]
    between = "b (paid by itself) and b (paid by the fund)"
    assert words == [*(f"a and b ({stratum})" for stratum in order), between]


def test_members_of_one_roster_may_be_of_two_strata(con, fill, a_record) -> None:
    fill(con, [a_record("a", str(n), "sok dara", household_id="1", stratum=str(n)) for n in (1, 2)])
    assert levels(con)["roster"][1] == "two members of one household"


def test_parents(con, fill, a_record) -> None:
    both = {"mother_given_name_local": "សុខា", "father_given_name_local": "ដារ៉ា"}
    fill(con, [a_record("a", "1", "sok dara", **both), a_record("b", "2", "sok dara", **both)])
    assert levels(con)["parents"][1] == "both parents' names agree"
    con.execute("UPDATE clean.people SET father_given_name_local = NULL WHERE register = 'b'")
    assert levels(con)["parents"][1] == "one parent's name agrees"


def test_nothing_known_is_missing_everywhere(con, fill) -> None:
    fill(con, [{"register": "a", "record_id": "1"}, {"register": "b", "record_id": "2"}])
    found = levels(con)
    assert found.pop("registers")[1] == "a and b"
    assert {level for level, _ in found.values()} == {MISSING}


def test_every_two_registers_have_a_level_of_their_own(con, fill) -> None:
    fill(con, [{"register": name, "record_id": str(n)} for name in "abcd" for n in (1, 2)])
    feature = compared(con)[0]
    told = {
        (f"{left} and {right}", feature.words()[level])
        for left, right, level in con.execute(
            f"""SELECT a.register, b.register, {feature.level_sql()}
            FROM comparable l JOIN comparable r ON l.rec < r.rec
            JOIN numbered a ON a.rec = l.rec JOIN numbered b ON b.rec = r.rec"""
        ).fetchall()
    }
    assert len(told) == 10
    assert all(meant == said for meant, said in told)


def test_packing_the_levels_into_one_number_loses_nothing(con, fill, country) -> None:
    fill(con, country[0][:300])
    chosen = compared(con)
    apart = ", ".join(f"{feature.level_sql()}" for feature in chosen)
    query = "FROM comparable l JOIN comparable r ON l.rec < r.rec ORDER BY l.rec, r.rec"
    packed, unpacked = compare.packed(chosen), compare.unpacked(chosen)
    rows = con.execute(
        f"SELECT {unpacked} FROM (SELECT l.rec AS a, r.rec AS b, {packed} AS pattern {query}) ORDER BY a, b"
    )
    assert rows.fetchall() == con.execute(f"SELECT {apart} {query}").fetchall()


def test_comparing_is_symmetric(con, fill, country) -> None:
    fill(con, country[0][:400])
    for feature in compared(con)[1:]:  # the first, which two registers, takes them in the order of their names
        other = feature.level_sql().replace("l.", "#.").replace("r.", "l.").replace("#.", "r.")
        pairs = "comparable l JOIN comparable r ON l.rec < r.rec"
        query = f"SELECT count(*) FROM {pairs} WHERE {feature.level_sql()} <> {other}"
        assert con.execute(query).fetchone()[0] == 0, feature.name
