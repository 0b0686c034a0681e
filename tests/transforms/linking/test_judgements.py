"""Humans' judgements: which count, what the clusters make of them, and that every night obeys them."""

import datetime as dt
import itertools
import random

import duckdb
import pytest

from transforms import clerical, judgements, tables
from transforms.explain import explain_pair
from transforms.judgements import COLUMNS

NOW = dt.datetime(2026, 11, 1, 12)
Said = dict[str, str | None]


def said(left: str, right: str, judgement: str, at: str = "2026-10-01T10:00:00Z", by: str = "A. Reviewer") -> Said:
    """One judgement of two records told as register:key."""
    (register_l, record_id_l), (register_r, record_id_r) = (key.split(":") for key in (left, right))
    values = (register_l, record_id_l, register_r, record_id_r, judgement, by, at, None)
    return dict(zip(COLUMNS, values, strict=True))


def give(con: duckdb.DuckDBPyConnection, *rows: Said) -> tuple[int, int]:
    """Have a night take up these rows of one file."""
    columns = ", ".join(f"{name} VARCHAR" for name in COLUMNS)
    con.execute(f"CREATE OR REPLACE TEMP TABLE judgements_read (file VARCHAR, row_no BIGINT, {columns})")
    unread = "file VARCHAR, row_no BIGINT, column_name VARCHAR, found VARCHAR, remedy VARCHAR"
    con.execute(f"CREATE OR REPLACE TEMP TABLE judgements_unread ({unread})")
    for number, row in enumerate(rows, 1):
        con.execute(f"INSERT INTO judgements_read VALUES ('f.csv', {number}, {', '.join('?' * 8)})", [*row.values()])
    return judgements.take(con, NOW)


def counting(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, bool]]:
    query = "SELECT record_id_l, record_id_r, judgement, is_contested FROM linkage.judgements ORDER BY ALL"
    return {(left, right): (what, contested) for left, right, what, contested in con.execute(query).fetchall()}


def test_the_last_of_a_pair_counts_in_either_order_and_is_kept_from_night_to_night(con) -> None:
    give(con, said("a:1", "b:2", "same"), said("b:2", "a:1", "different", "2026-10-02T10:00:00Z"))
    assert counting(con) == {("1", "2"): ("different", False)}
    give(con)
    assert counting(con) == {("1", "2"): ("different", False)}
    give(con, said("a:1", "b:2", "same", "2026-10-01T23:00:00Z"))
    assert counting(con) == {("1", "2"): ("different", False)}
    assert tables.count(con, tables.JUDGEMENTS_GIVEN) == 3


def test_times_are_compared_as_moments(con) -> None:
    """09:00 in Phnom Penh is 02:00 UTC; a time without a zone is UTC."""
    give(
        con,
        said("a:1", "b:2", "same", "2026-10-01T09:00:00+07:00"),
        said("a:1", "b:2", "different", "2026-10-01 03:00"),
    )
    assert counting(con) == {("1", "2"): ("different", False)}


def test_who_contradict_each_other_at_one_time_leave_it_unsure(con) -> None:
    give(con, said("a:1", "b:2", "same", by="A"), said("a:1", "b:2", "different", by="B"))
    assert counting(con) == {("1", "2"): ("unsure", True)}
    give(con, said("a:1", "b:2", "same", "2026-10-05", by="B"))
    assert counting(con) == {("1", "2"): ("same", False)}


BAD = [
    ("judgement", said("a:1", "b:2", "perhaps"), "perhaps", "same, different or unsure"),
    ("judgement", said("a:1", "b:2", ""), None, "same, different or unsure"),
    ("record_id_r", said("a:1", "a:1", "same"), "1", "two different"),
    ("record_id_l", said("a: ", "b:2", "same"), None, "key of the first"),
    ("judged_by", said("a:1", "b:2", "same", by=" "), None, "who"),
    ("judged_at", said("a:1", "b:2", "same", "31/12/2026"), "31/12/2026", "2026-11-01T"),
    ("judged_at", said("a:1", "b:2", "same", "2206-10-01"), "2206-10-01", "still to come"),
]


@pytest.mark.parametrize(("column", "row", "found", "words"), BAD)
def test_a_row_that_cannot_be_used_goes_aside_and_tells_why(con, column, row, found, words) -> None:
    assert give(con, said("c:1", "d:2", " Same "), row) == (1, 1)
    told = con.execute("SELECT file, row_no, column_name, found, remedy FROM linkage.judgements_aside").fetchall()
    assert [told[0][:4]] == [("f.csv", 2, column, found)]
    assert words in told[0][4]
    assert counting(con) == {("1", "2"): ("same", False)}


@pytest.fixture
def strangers(a_record) -> list[dict]:
    """Five records that have nothing in common but a country around them from which the model learns."""
    days = ("1950-03-04", "1961-07-19", "1974-11-23", "1985-01-30", "1999-05-08")
    names = ("kimr soksok", "lyn vongna", "pen rithtom", "oukm thadara", "hengn momkeo")
    return [a_record("x", f"{n}", name, day) for n, (name, day) in enumerate(zip(names, days, strict=True))]


def of_x(persons: set[frozenset[str]]) -> set[frozenset[str]]:
    return {frozenset(r for r in person if r.startswith("x:")) for person in persons} - {frozenset()}


def group(*persons: str) -> set[frozenset[str]]:
    return {frozenset(f"x:{n}" for n in person) for person in persons}


def fates(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    clerical.report_clusters(con)
    judgements.tell_fates(con)
    return dict(con.execute("SELECT record_id_l || record_id_r, fate FROM linkage.judgements").fetchall())


def test_same_joins_whom_nothing_else_joins_and_a_chain_of_sames_is_one_person(
    con, fill, link, country, strangers
) -> None:
    fill(con, country[0] + strangers)
    give(con, said("x:0", "x:1", "same"), said("x:2", "x:1", "same"), said("x:3", "x:4", "unsure"))
    assert of_x(link(con, frozenset({"x"}))) == group("012", "3", "4")
    groups = "SELECT count(DISTINCT identifier_group) FROM persons.records WHERE register = 'x' AND record_id < '3'"
    assert con.execute(groups).fetchone() == (1,)
    sure = "SELECT min(link_probability) FROM persons.records WHERE register = 'x' AND record_id < '3'"
    assert con.execute(sure).fetchone() == (1.0,)
    assert fates(con) == {"01": "obeyed", "12": "obeyed", "34": "nothing_to_obey"}


def test_different_parts_whom_all_else_joins(con, fill, link, country) -> None:
    fill(con, country[0])
    whole = max(link(con), key=len)
    left, right = sorted(whole)[:2]
    give(con, said(left, right, "different"))
    assert not any({left, right} <= person for person in link(con))
    assert set(fates(con).values()) == {"obeyed"}
    pair = [*left.split(":"), *right.split(":")]
    asked = (
        "SELECT count(*) FROM linkage.doubtful WHERE (register_l, record_id_l, register_r, record_id_r) = (?, ?, ?, ?)"
    )
    assert con.execute(asked, pair).fetchone() == (0,)


def test_where_sames_end_in_a_different_the_different_wins_and_it_is_told(con, fill, link, country, strangers) -> None:
    fill(con, country[0] + strangers)
    give(con, said("x:0", "x:1", "same"), said("x:1", "x:2", "same"), said("x:0", "x:2", "different"))
    persons = of_x(link(con))
    assert persons in (group("01", "2", "3", "4"), group("0", "12", "3", "4"))
    told = fates(con)
    assert sorted(told.values()) == ["contradicted", "obeyed", "obeyed"]
    assert told["02"] == "obeyed"
    why = con.execute("SELECT why, usefulness FROM linkage.doubtful WHERE register_l = 'x'").fetchall()
    assert why == [("contradicted", 2.0)]


def test_a_chain_too_long_to_cut_that_contradicts_itself_is_left_alone(con, fill, link, country, a_record) -> None:
    names = [
        f"{a} {b}"
        for a, b in itertools.product(
            ("kimr", "lyn", "pen", "oukm"), [f"r{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(80)]
        )
    ]
    people = [a_record("y", f"{n:03}", name, f"{1940 + n % 60}-0{1 + n % 9}-1{n % 10}") for n, name in enumerate(names)]
    fill(con, country[0] + people)
    chain = [said(f"y:{n:03}", f"y:{n + 1:03}", "same") for n in range(len(people) - 1)]
    give(con, *chain)
    whole = {frozenset(f"y:{n:03}" for n in range(len(people)))}
    assert {frozenset(r for r in p if r[0] == "y") for p in link(con)} - {frozenset()} == whole
    give(con, said("y:000", f"y:{len(people) - 1:03}", "different"))
    persons = link(con)
    assert not any({"y:000", f"y:{len(people) - 1:03}"} <= person for person in persons)
    assert fates(con)[f"000{len(people) - 1:03}"] == "obeyed"


def test_a_judgement_stays_obeyed_the_next_night_on_changed_data_and_waits_for_who_is_away(
    con, fill, link, country, strangers
) -> None:
    rows = country[0] + strangers
    fill(con, rows)
    joined = max(link(con), key=len)
    left, right = sorted(joined)[:2]
    give(con, said(left, right, "different"), said("x:0", "x:1", "same"), said("x:3", "x:4", "same"))
    nights = [
        rows,
        [r for n, r in enumerate(rows) if n % 7 or f"{r['register']}:{r['record_id']}" in (left, right)],
        rows,
    ]
    nights[1] = [r for r in nights[1] if (r["register"], r["record_id"]) != ("x", "4")] + [
        r for r in strangers[:4] if r not in nights[1]
    ]
    waiting = []
    for night in nights:
        con.execute("DELETE FROM clean.people")
        con.execute("DELETE FROM clean.identifiers")
        fill(con, night)
        give(con)
        persons = link(con)
        con.execute(
            "CREATE OR REPLACE TABLE persons.previous AS SELECT register, record_id, person_id FROM persons.records"
        )
        assert not any({left, right} <= person for person in persons)
        assert any({"x:0", "x:1"} <= person for person in persons)
        waiting.append([pair for pair, fate in fates(con).items() if fate == "waits"])
    assert waiting == [[], ["34"], []]
    assert any({"x:3", "x:4"} <= person for person in persons)


def test_neither_order_nor_threads_change_what_judgements_do(con, fill, link, country, strangers) -> None:
    told = [said("x:0", "x:1", "same"), said("x:1", "x:2", "same"), said("x:0", "x:2", "different")]
    rows = country[0] + strangers
    outcomes = []
    for threads in (1, 4):
        random.Random(threads).shuffle(rows)
        random.Random(threads).shuffle(told)
        con.execute(f"SET threads = {threads}")
        for table in ("clean.people", "clean.identifiers"):
            con.execute(f"DELETE FROM {table}")
        fill(con, rows)
        give(con, *told)
        persons = link(con)
        clerical.report_clusters(con)
        doubtful = con.execute("FROM linkage.doubtful").fetchall(), con.execute("FROM linkage.cluster_sizes").fetchall()
        outcomes.append((persons, doubtful))
    assert outcomes[0] == outcomes[1]
    con.execute("RESET threads")


def test_calibration_sets_what_was_said_beside_what_humans_say(con, fill, link, country) -> None:
    fill(con, country[0])
    link(con)
    assert judgements.calibration(con) == ""
    pair = "register_l || ':' || record_id_l, register_r || ':' || record_id_r, probability"
    row = con.execute(f"SELECT {pair} FROM linkage.pairs WHERE is_linked ORDER BY ALL LIMIT 1").fetchone()
    give(con, said(row[0], row[1], "same"))
    assert judgements.calibration(con) == f"; of 1 judged pairs said to be {row[2]:.2f}, 1.00 are the same"


@pytest.mark.parametrize("missing", [0, 1])
def test_a_fit_learns_from_a_hundred_judgements_and_from_no_fewer(con, fill, link, country, missing: int) -> None:
    fill(con, country[0])
    link(con)
    fitted = con.execute("FROM linkage.weights ORDER BY ALL").fetchall()
    pair = "register_l || ':' || record_id_l, register_r || ':' || record_id_r"
    query = f"SELECT {pair} FROM linkage.pairs ORDER BY probability, 1, 2 LIMIT {judgements.ENOUGH - missing}"
    give(con, *(said(left, right, "same") for left, right in con.execute(query).fetchall()))
    link(con)
    assert (con.execute("FROM linkage.weights ORDER BY ALL").fetchall() == fitted) == bool(missing)


def test_an_explanation_tells_what_a_human_said(con, fill, link, country) -> None:
    fill(con, country[0])
    left, right = sorted(max(link(con), key=len))[:2]
    pair = [(register, key) for register, key in (name.split(":") for name in (left, right))]
    assert "human" not in explain_pair(con, *pair).verdict
    give(con, said(left, right, "different"))
    link(con)
    told = explain_pair(con, *pair)
    assert "A human judged: different." in told.verdict
    assert not told.same_person
