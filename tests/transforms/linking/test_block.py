"""Candidate pairs: what each rule forgives, and that work stays bounded."""

from typing import Any

import pytest

from transforms import block
from transforms.block import LARGEST_BLOCK, NEIGHBOURS


def proposed(con: Any) -> set[tuple[str, str]]:
    """The pairs some rule proposes, by record id."""
    rows = con.execute(
        """SELECT l.record_id, r.record_id FROM candidates JOIN numbered l ON l.rec = rec_l
        JOIN numbered r ON r.rec = rec_r WHERE rules > 0"""
    ).fetchall()
    return set(rows)


@pytest.mark.parametrize(
    ("forgives", "left", "right", "both"),
    [
        ("swapped names", "sok dara", "dara sok", {"birth_year": 1980}),
        ("another family name", "sok dara", "chan dara", {}),
        ("another given name", "sok dara", "sok vanna", {}),
        ("any name in one village", "sok dara", "chan vanna", {"area_4": "01020304"}),
        ("any name, one phone", "sok dara", "chan vanna", {"phone": "+85512345678"}),
        ("any name, one mother", "sok dara", "chan vanna", {"mother_given_name": "mom"}),
        ("any name, one number", "sok dara", "chan vanna", {"identifiers": {"national_id": "123456789"}}),
        ("any name, one card", "sok dara", "chan vanna", {"identifiers": {"equity_card": "010203040001"}}),
    ],
)
def test_a_rule_forgives(con, fill, a_record, forgives, left, right, both) -> None:
    fill(con, [a_record("a", "1", left, "1980-05-17", **both), a_record("b", "2", right, "1980-05-17", **both)])
    assert block.candidate_pairs(con) == 1, forgives
    assert proposed(con) == {("1", "2")}


def test_it_does_not_propose_strangers(con, fill, a_record) -> None:
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17"), a_record("b", "2", "chan vanna", "1990-01-02")])
    assert block.candidate_pairs(con) == 0


def test_an_oversize_block_is_split_and_never_dropped(con, fill, a_record) -> None:
    areas = [f"{province:02}" for province in range(1, 21)]
    rows = [a_record("a", f"{area}-{n}", "sok dara", "1980-05-17", area_1=area) for area in areas for n in range(4)]
    fill(con, rows)
    block.candidate_pairs(con)
    assert {tuple(sorted(pair)) for pair in proposed(con)} >= {(f"{area}-0", f"{area}-3") for area in areas}
    assert len(proposed(con)) == len(areas) * 6


def test_who_knows_no_place_meets_those_of_all_places_born_nearest(con, fill, a_record) -> None:
    days = [f"1980-{month:02}-{day:02}" for month in range(1, 7) for day in range(1, 29)]
    rows = [a_record("a", day, "sok dara", day, area_1=f"{n % 25 + 1:02}") for n, day in enumerate(days)]
    fill(con, [*rows, a_record("b", "no place", "sok dara", "1980-03-29")])
    block.candidate_pairs(con)
    met = {left for left, right in proposed(con) if right == "no place"}
    assert met == {"1980-03-26", "1980-03-27", "1980-03-28", "1980-04-01", "1980-04-02", "1980-04-03"}


def test_where_most_know_no_place_each_meets_somebody_who_does(con, fill, a_record) -> None:
    rows = [a_record("a", f"in {n}", "sok dara", f"19{n:02}-01-02", area_1="01") for n in range(50, 70)]
    lost = [f"no place {n}" for n in range(200)]
    fill(con, [*rows, *(a_record("b", name, "sok dara", f"19{50 + n % 20}-05-06") for n, name in enumerate(lost))])
    block.candidate_pairs(con)
    assert {name for pair in proposed(con) if any(one.startswith("in") for one in pair) for name in pair} >= set(lost)


def test_who_knows_no_place_meets_namesakes_of_the_same_day_everywhere(con, fill, a_record) -> None:
    areas = [f"{province:02}" for province in range(1, 21)]
    fill(
        con,
        [
            *(a_record("a", area, "sok dara", "1980-05-17", area_1=area) for area in areas),
            a_record("b", "no place", "sok dara", "1980-05-17"),
        ],
    )
    block.candidate_pairs(con)
    assert {(area, "no place") for area in areas} <= proposed(con)


def test_records_that_are_all_the_same_cost_linear_work(con, fill, a_record) -> None:
    size = LARGEST_BLOCK * 50
    fill(con, [a_record("a", f"{n:06}", "sok dara", "1980-01-01") for n in range(size)])
    rules = 16
    assert size - 1 <= block.candidate_pairs(con) <= size * NEIGHBOURS * rules


def test_the_report_adds_up(con, fill, country) -> None:
    fill(con, country[0])
    pairs = block.candidate_pairs(con)
    alone, most, total = con.execute("SELECT sum(pairs_alone), max(pairs), sum(pairs) FROM linkage.blocking").fetchone()
    assert alone <= pairs <= total
    assert most <= pairs
    assert con.execute("SELECT max(largest_block) FROM linkage.blocking").fetchone()[0] <= LARGEST_BLOCK


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in block.RULES]
    assert len(names) == len(set(names))
