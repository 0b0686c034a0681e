"""Odd registers: nothing, one record, all the same, no overlap; and the same answer in whatever order rows come."""

import resource
from random import Random

import pytest

from transforms import block, cluster, compare, evaluate, model, tables
from transforms.block import NEIGHBOURS

WOMAN = ("sok dara", "1980-05-17")


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_few_records_end_well(con, fill, a_record, link, size: int) -> None:
    fill(con, [a_record("a", str(n), *WOMAN) for n in range(size)])
    assert sum(len(records) for records in link(con)) == size
    assert tables.count(con, tables.PERSON_RECORDS) == size


def test_without_any_pair_all_shares_of_the_model_are_shares(con, link) -> None:
    """Otherwise the gate would refuse a night whose registers of people are all held back."""
    assert link(con) == set()
    shares = con.execute("SELECT m, relatives, namesakes FROM linkage.weights").fetchall()
    assert shares
    assert all(0 <= share <= 1 for row in shares for share in row)


@pytest.mark.parametrize("names", ["sok chan", "vongna darasok"])
@pytest.mark.parametrize("size", [1000, 3000])
def test_records_that_are_all_the_same_are_not_one_person(con, fill, a_record, link, names: str, size: int) -> None:
    fill(con, [a_record("ab"[n % 2], f"{n:04}", names, "1980-01-01", sex="M") for n in range(size)])
    assert len(link(con)) == size


def many_sok_chans(a_record, size: int) -> list[dict[str, object]]:
    return [a_record(("roster", "fund")[n % 2], f"S{n:06}", "sok chan", "1980-01-01", sex="M") for n in range(size)]


def test_twenty_thousand_sok_chans_cost_bounded_work_and_are_not_one_person(con, fill, a_record) -> None:
    size = 20_000
    fill(con, many_sok_chans(a_record, size))
    began = resource.getrusage(resource.RUSAGE_SELF)
    pairs = block.candidate_pairs(con)
    compare.compare_pairs(con)
    model.score_pairs(con)
    cluster.cluster_links(con)
    used = resource.getrusage(resource.RUSAGE_SELF)
    assert pairs <= size * NEIGHBOURS * 2
    assert used.ru_utime - began.ru_utime < 60
    assert used.ru_maxrss - began.ru_maxrss < 2 * 2**20  # KiB
    assert con.execute("SELECT count(DISTINCT cluster) FROM clusters").fetchone() == (size,)


def test_many_sok_chans_among_other_people_stay_apart_and_harm_nobody(
    con, fill, a_record, link, larger_country
) -> None:
    rows, truth = larger_country
    fill(con, rows + many_sok_chans(a_record, 2000))
    assert max(len([record for record in records if ":S" in record]) for records in link(con)) == 1
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.97


def test_records_of_which_nothing_is_known_are_nobody_else(con, fill, link) -> None:
    fill(con, [{"register": "a", "record_id": str(n)} for n in range(50)])
    assert len(link(con)) == 50


def test_a_register_of_which_nothing_is_known_harms_nobody(con, fill, link, country) -> None:
    rows, truth = country
    fill(con, rows + [{"register": "void", "record_id": f"V{n}"} for n in range(500)])
    assert all(len(records) == 1 for records in link(con) if any(record.startswith("void") for record in records))
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.99


@pytest.mark.parametrize("register", ["roster", "claims", "fund"])
@pytest.mark.parametrize("value", ["999999999", "123456789"])
def test_a_register_with_one_number_for_everybody_costs_only_that_number(
    con, fill, link, country, register, value
) -> None:
    """A placeholder that the standardiser did not know."""
    rows, truth = country
    numbers = {"identifiers": {"national_id": value}}
    fill(con, [row | numbers if row["register"] == register else row for row in rows])
    link(con)
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.98


@pytest.mark.parametrize("register", ["roster", "claims", "fund"])
@pytest.mark.parametrize(
    ("flat", "least"),
    [
        ("sex = 'F'", 0.98),
        ("sex = NULL", 0.98),
        ("birth_date = '1980-01-01', birth_year = 1980", 0.7),
        ("birth_date = '1980-01-01', birth_year = 1980, birth_precision = 'default_1_january'", 0.7),
        ("birth_date = NULL, birth_year = NULL, birth_precision = NULL", 0.85),
        ("area_1 = '01', area_2 = '0101', area_3 = '010101', area_4 = '01010101'", 0.9),
        ("area_1 = NULL, area_2 = NULL, area_3 = NULL, area_4 = NULL", 0.98),
        ("phone = '+85512000000'", 0.98),
    ],
)
def test_one_register_with_a_column_that_is_constant_or_missing(
    con, fill, link, country, register, flat, least, request
) -> None:
    rows, truth = country
    fill(con, rows)
    con.execute(f"UPDATE clean.people SET {flat} WHERE register = '{register}'")
    link(con)
    scores = evaluate.linkage_scores(con, truth)["pairwise"]
    assert scores["f1"] > least
    assert scores["precision"] > 0.97


@pytest.mark.parametrize(
    "flat",
    [
        "sex = 'F'",
        "sex = NULL",
        "area_1 = '01', area_2 = '01', area_3 = '01', area_4 = '01'",
        "area_1 = NULL, area_2 = NULL, area_3 = NULL, area_4 = NULL",
        "birth_date = '1980-01-01', birth_year = 1980",
        "birth_date = NULL, birth_year = NULL, birth_precision = NULL",
        "family_skeleton = 's', family_fold = 's', family_name = 'S', family_signs = 's'",
        "family_skeleton = NULL, family_fold = NULL, family_name = NULL, family_signs = NULL",
    ],
)
def test_a_column_without_information_costs_only_that_evidence(con, fill, link, country, flat: str) -> None:
    rows, truth = country
    fill(con, rows[:2500])
    con.execute(f"UPDATE clean.people SET {flat}")
    link(con)
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.95


def test_where_nobody_overlaps_nothing_is_linked(con, fill, link, country) -> None:
    rows, truth = country
    people = dict(zip(truth["record_id"], truth["person"], strict=True))
    first = {}
    for row in rows:
        first.setdefault(people[row["record_id"]], row)
    fill(con, list(first.values()))
    together = [records for records in link(con) if len(records) > 1]
    assert len(together) <= 0.002 * len(first)


@pytest.mark.parametrize("threads", [1, 4])
def test_the_order_of_rows_and_the_number_of_threads_change_nothing(con, fill, link, country, linked, threads) -> None:
    rows = list(country[0])
    Random(threads).shuffle(rows)
    con.execute("COMMIT")
    con.execute(f"SET threads = {threads}")
    fill(con, rows)
    link(con)
    for table in ("linkage.blocking", "linkage.pairs", "persons.records", "persons.persons"):
        assert told(con, table) == told(linked, table), table


def told(con, table: str) -> list[tuple[object, ...]]:
    """The rows of a table; numbers as far as arithmetic in another order can hold them."""
    rows = con.execute(f"FROM {table} ORDER BY ALL").fetchall()
    return [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in rows]
