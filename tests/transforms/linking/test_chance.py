"""How strangers compare: exact where a level is an equality, held against every pair there is."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.chance import FEWEST, strangers
from transforms.comparable import CROWD, populations, prepare
from transforms.feature import MISSING, Feature
from transforms.features import features

VALUES = st.fixed_dictionaries(
    {
        "register": st.sampled_from(["a", "b", "c"]),
        "sex": st.sampled_from(["F", "M", None]),
        "phone": st.sampled_from(["1", "2", "3", None]),
        "day": st.sampled_from(["1980-05-17", "1980-05-18", "1991-01-01", None]),
        "area": st.sampled_from(["01020304", "01020305", "01029999", "02020304", None]),
        "number": st.sampled_from(["123456789", "123456780", "555555555", None]),
    }
)
EXACT = ("phone", "birth_date", "area")


@pytest.fixture
def warehouse(con, fill, a_record):
    """Fill the clean tables with the records told, and nothing else."""

    def put(told: list[dict[str, Any]]) -> Any:
        con.execute("DELETE FROM clean.people")
        con.execute("DELETE FROM clean.identifiers")
        rows = []
        for place, one in enumerate(told):
            area = {f"area_{n}": one["area"][: 2 * n] for n in (1, 2, 3, 4)} if one["area"] else {}
            numbers = {"identifiers": {"national_id": one["number"]}} if one["number"] else {}
            known = {"sex": one["sex"], "phone": one["phone"], **area, **numbers}
            rows.append(a_record(one["register"], f"{place:03}", "sok dara", one["day"], **known))
        fill(con, rows)
        return con

    return put


def shares_of(con: Any) -> dict[str, tuple[Feature, np.ndarray]]:
    chosen = features(prepare(con), populations(con))
    nothing = np.full((1, len(chosen)), MISSING)
    found = strangers(con, chosen, nothing, np.array([0.0]))
    return {feature.name: (feature, shares) for feature, shares in zip(chosen, found.shares, strict=True)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=2, max_size=14))
def test_exact_shares_are_those_of_all_pairs(warehouse, told) -> None:
    con = warehouse(told)
    for name, (feature, shares) in shares_of(con).items():
        if name in EXACT:
            seen = levels_of_all_pairs(con, feature)
            for equal in feature.equals:
                meant = np.mean(seen == equal.level) if len(seen) else 0.0
                assert shares[equal.level] == pytest.approx(meant, abs=1e-9), (name, equal.level)


def levels_of_all_pairs(con: Any, feature: Feature) -> np.ndarray:
    query = f"SELECT {feature.level_sql()} AS level FROM comparable l JOIN comparable r ON l.rec < r.rec"
    levels = np.array([level for (level,) in con.execute(query).fetchall()])
    return levels[levels != MISSING]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=14))
def test_the_shares_of_every_feature_add_up_to_one(warehouse, told) -> None:
    for name, (feature, shares) in shares_of(warehouse(told)).items():
        assert len(shares) == feature.best + 1, name
        if feature.excess:  # it counts strangers up
            continue
        assert shares.sum() == pytest.approx(1.0), name
        assert (shares > 0).all(), name


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=2, max_size=14))
def test_two_registers_are_as_frequent_as_their_pairs_of_records(warehouse, told) -> None:
    feature, shares = shares_of(warehouse(told))["registers"]
    pairs = list(combinations(sorted(one["register"] for one in told), 2))
    words = {word: level for level, word in feature.words().items()}
    for pair in set(pairs):
        assert shares[words[" and ".join(pair)]] == pytest.approx(pairs.count(pair) / len(pairs), abs=1e-6)


ORDERS = ["sok dara", "dara sok", "sok vanna", "vanna sok", "vana sok", "keo keo"]
NAMES = st.lists(st.sampled_from(ORDERS), min_size=2, max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES)
def test_names_in_the_other_order_are_those_of_all_pairs(con, fill, a_record, names: list[str]) -> None:
    con.execute("DELETE FROM clean.people")
    fill(con, [a_record("a", f"{place:03}", name) for place, name in enumerate(names)])
    feature, shares = shares_of(con)["given_name"]
    seen = levels_of_all_pairs(con, feature)
    for mirrored in feature.mirrored:
        assert shares[mirrored.level] == pytest.approx(np.mean(seen == mirrored.level), abs=1e-9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["dara", "vanna"]), st.sampled_from(["F", "M", None])), min_size=2, max_size=14)
)
def test_the_same_sex_is_counted_among_those_of_one_given_name(con, fill, a_record, told) -> None:
    con.execute("DELETE FROM clean.people")
    fill(con, [a_record("a", f"{place:03}", f"sok {name}", sex=sex) for place, (name, sex) in enumerate(told)])
    feature, shares = shares_of(con)["sex_of_name"]
    known = [(a[1] == b[1]) for a, b in combinations(told, 2) if a[0] == b[0] and a[1] and b[1]]
    if known:
        assert shares[feature.best] == pytest.approx(np.mean(known), abs=1e-9)


def test_names_count_in_each_script_and_by_rarity(con, fill, a_record) -> None:
    """Four people, two of them of one name: one pair of six."""
    fill(con, [a_record("a", str(n), name) for n, name in enumerate(("sok dara", "sok vanna", "chan mom", "keo rith"))])
    feature, shares = shares_of(con)["family_name"]
    exact = [equal.level for equal in feature.equals]
    assert shares[exact].sum() == pytest.approx(1 / 6)


def test_levels_that_are_no_equality_share_what_is_left_as_random_pairs_show_them(con, fill, a_record) -> None:
    days = ["1980-05-17", "1980-05-17", *(f"{year}-06-17" for year in range(1981, 1991))]
    fill(con, [a_record("a", str(n), "sok dara", day) for n, day in enumerate(days)])
    chosen = features(prepare(con), populations(con))
    place = [feature.name for feature in chosen].index("birth_date")
    same = chosen[place].equals[0].level
    levels = np.full((3, len(chosen)), MISSING)
    levels[:, place] = [0, 3, same]
    shares = strangers(con, chosen, levels, np.array([75.0, 25.0, 1000.0])).shares[place]
    assert shares[same] == pytest.approx(1 / 66)
    assert shares[0] / shares[3] == pytest.approx(75.5 / 25.5)


def test_strangers_draw_identifiers_as_in_a_lottery_of_the_numbers_seen(con, fill, a_record) -> None:
    """Two records with one number are one person's, and no sign of how strangers compare."""
    numbers = ["123456789", "123456789", "555555555", "777777777", None]
    for place, number in enumerate(numbers):
        held = {"identifiers": {"national_id": number}} if number else {}
        fill(con, [a_record("ab"[place % 2], str(place), "sok dara", **held)])
    assert shares_of(con)["national_id"][1][2] == pytest.approx(1 / FEWEST)
    many = [str(n) for n in range(2 * FEWEST)]
    con.execute(
        """INSERT INTO clean.identifiers (register, record_id, id_type, scope, value, is_valid)
        SELECT 'a', number, 'national_id', 'person', number, true FROM (SELECT unnest(?) AS number)""",
        [many],
    )
    con.execute(
        """INSERT INTO clean.people (register, record_id, snapshot_id, row_no)
        SELECT 'c', number, 's', 1 FROM (SELECT unnest(?) AS number)""",
        [many],
    )
    con.execute("UPDATE clean.identifiers SET register = 'c' WHERE length(value) < 9")
    assert shares_of(con)["national_id"][1][2] == pytest.approx(1 / (2 * FEWEST + 3))


def test_a_date_that_a_fifth_of_a_register_shows_is_unknown(con, fill, a_record) -> None:
    days = ["1980-01-01"] * (CROWD + 1) + [f"19{n}-05-17" for n in range(30, 30 + CROWD)]
    fill(con, [a_record("a", f"{n:03}", "sok dara", day) for n, day in enumerate(days)])
    fill(con, [a_record("b", f"{n:03}", "sok dara", day) for n, day in enumerate(days[1:])])
    prepare(con)
    known = con.execute("SELECT population_no, count(birth_day) FROM comparable GROUP BY 1 ORDER BY 1").fetchall()
    assert known == [(1, CROWD), (2, 2 * CROWD)]
