"""Odd registers: nothing, one record, all the same, no overlap; and the same answer in whatever order rows come."""

from random import Random

import pytest

from transforms import evaluate, tables

WOMAN = ("sok dara", "1980-05-17")


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_few_records_end_well(con, fill, a_record, link, size: int) -> None:
    fill(con, [a_record("a", str(n), *WOMAN) for n in range(size)])
    assert sum(len(records) for records in link(con)) == size
    assert tables.count(con, tables.PERSON_RECORDS) == size


def test_a_thousand_records_that_are_all_the_same_end_well(con, fill, a_record, link) -> None:
    fill(con, [a_record("a", f"{n:04}", "sok chan", "1980-01-01") for n in range(1000)])
    link(con)
    assert tables.count(con, tables.PERSON_RECORDS) == 1000


def test_records_of_which_nothing_is_known_are_nobody_else(con, fill, link) -> None:
    fill(con, [{"register": "a", "record_id": str(n)} for n in range(50)])
    assert len(link(con)) == 50


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
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.9


def test_where_nobody_overlaps_nothing_is_linked(con, fill, link, country) -> None:
    rows, truth = country
    people = dict(zip(truth["record_id"], truth["person"], strict=True))
    first = {}
    for row in rows:
        first.setdefault(people[row["record_id"]], row)
    fill(con, list(first.values()))
    together = [records for records in link(con) if len(records) > 1]
    assert len(together) <= 0.005 * len(first)


@pytest.mark.parametrize("threads", [1, 4])
def test_the_order_of_rows_and_the_number_of_threads_change_nothing(con, fill, link, country, linked, threads) -> None:
    rows = list(country[0])
    Random(threads).shuffle(rows)
    con.execute("COMMIT")
    con.execute(f"SET threads = {threads}")
    fill(con, rows)
    link(con)
    for table in ("linkage.blocking", "linkage.links", "persons.records", "persons.persons"):
        assert told(con, table) == told(linked, table), table


def told(con, table: str) -> list[tuple[object, ...]]:
    """The rows of a table; numbers as far as arithmetic in another order can hold them."""
    rows = con.execute(f"FROM {table} ORDER BY ALL").fetchall()
    return [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in rows]
