"""The estimate of what blocking misses, held against known truth."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from transforms import block, compare, model, tables
from transforms.block import RULES
from transforms.comparable import identifier_types
from transforms.missed import chao, estimate_missed, list_masks, list_of, records_in_no_block


@pytest.fixture(scope="module")
def small_country(country, fill) -> Iterator[Any]:
    """The small country with its candidates scored, and the table true_pairs (rec_l, rec_r)."""
    rows, truth = country
    con = duckdb.connect()
    for layer in tables.LAYERS:
        con.execute(f"CREATE SCHEMA {layer}")
    tables.create(con, *tables.CLEAN)
    con.execute("BEGIN")
    fill(con, rows)
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    model.score_pairs(con)
    con.register("told", truth)
    con.execute(
        """CREATE TEMP TABLE true_pairs AS
        WITH people AS (SELECT rec, person FROM numbered JOIN told USING (register, record_id))
        SELECT l.rec AS rec_l, r.rec AS rec_r FROM people l JOIN people r ON l.person = r.person AND l.rec < r.rec"""
    )
    con.execute("COMMIT")
    yield con
    con.close()


@pytest.fixture
def scored(small_country) -> Iterator[Any]:
    """The small country, to change: it is as it was for the next test."""
    small_country.execute("BEGIN")
    yield small_country
    small_country.execute("ROLLBACK")


def truly_missed(con: Any) -> int:
    row = con.execute(
        """SELECT count(*) FROM true_pairs
        ANTI JOIN (SELECT rec_l, rec_r FROM candidates WHERE rules > 0) USING (rec_l, rec_r)"""
    ).fetchone()
    return int(row[0])


def test_it_is_exact_where_lists_are_independent_and_equally_good() -> None:
    """Five lists that each find four tenths of a million pairs: 0.6^5 of them are in none."""
    once, twice = 5 * 0.4 * 0.6**4 * 1e6, 10 * 0.4**2 * 0.6**3 * 1e6
    assert chao(once, twice, lists=5).pairs == pytest.approx(0.6**5 * 1e6, rel=1e-4)


def test_it_is_a_lower_bound_where_some_pairs_are_harder_to_find() -> None:
    """Half of the pairs are found by a list with 0.6, half with 0.1."""
    easy, hard = 0.6, 0.1
    once, twice, none = (
        sum(5e5 * ways * p**n * (1 - p) ** (5 - n) for p in (easy, hard)) for n, ways in ((1, 5), (2, 10), (0, 1))
    )
    assert none / 3 < chao(once, twice, lists=5).pairs < none


def test_its_interval_is_around_it_and_narrows_with_more_pairs() -> None:
    few, many = chao(20, 20, lists=5), chao(2000, 2000, lists=5)
    assert few.low < few.pairs < few.high
    assert many.high / many.pairs < few.high / few.pairs


def test_one_list_tells_nothing_of_what_it_misses() -> None:
    assert chao(10, 0, lists=1) is None


def test_nothing_is_missed_where_every_pair_is_in_several_lists() -> None:
    assert chao(0, 50, lists=3).pairs == 0


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("names and commune", "names"),
        ("birth date and family name", "birth"),
        ("beginning of the street", "address"),
        ("given name, birth year and commune", "one name"),
        ("phone and birth year", "numbers"),
        ("mother and birth date", "numbers"),
    ],
)
def test_a_rule_belongs_to_the_list_of_the_field_that_leads_it(rule, name) -> None:
    assert {r.name: list_of(r) for r in RULES}[rule] == name


def test_every_rule_is_in_one_list(scored) -> None:
    chosen = block.rules(identifier_types(scored))
    masks = list_masks(chosen).values()
    assert sum(masks) == (1 << len(chosen)) - 1
    assert len(masks) == 5


def test_it_is_near_the_truth(scored) -> None:
    found = estimate_missed(scored)
    assert found.low <= truly_missed(scored) <= found.high


@pytest.mark.parametrize("lost", ["names", "birth", "numbers", "one name"])
def test_it_sees_what_a_list_alone_would_have_found(scored, lost) -> None:
    """Take a whole list of rules away: what it alone proposed is now missed, and the estimate rises to it."""
    before, known = estimate_missed(scored), truly_missed(scored)
    mask = list_masks(block.rules(identifier_types(scored)))[lost]
    scored.execute("UPDATE candidates SET rules = rules & ~CAST(? AS BIGINT)", [mask])
    after, now = estimate_missed(scored), truly_missed(scored)
    assert now > known
    assert after.pairs > before.pairs
    assert after.low <= now <= after.high


def test_the_table_adds_up_to_the_expected_matches(scored) -> None:
    found = estimate_missed(scored)
    total = scored.execute("SELECT sum(probability) FROM linkage.pairs").fetchone()[0]
    rows = scored.execute("SELECT lists, pairs, low, high FROM linkage.missed ORDER BY lists").fetchall()
    assert rows[0] == (0, found.pairs, found.low, found.high)
    assert sum(pairs for lists, pairs, _, _ in rows if lists) == pytest.approx(total, abs=1e-3)


def test_it_is_the_same_with_one_thread(scored) -> None:
    several = estimate_missed(scored)
    scored.execute("SET threads = 1")
    assert estimate_missed(scored) == several
    scored.execute("RESET threads")


@pytest.mark.parametrize("records", [0, 1, 2])
def test_it_says_nothing_of_a_country_with_hardly_anybody(con, fill, a_record, records) -> None:
    fill(con, [a_record("a", str(n), "sok dara", "1980-05-17") for n in range(records)])
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    model.score_pairs(con)
    found = estimate_missed(con)
    assert found is None or found.pairs < 1


def test_it_counts_records_that_no_rule_can_use(con, fill, a_record) -> None:
    nameless = {"register": "a", "record_id": "2", "sex": "F", "area_1": "01"}
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17"), nameless])
    block.candidate_pairs(con)
    assert records_in_no_block(con) == 1


def test_a_list_that_finds_nothing_does_not_count(scored) -> None:
    """This country writes no addresses, so there are four lists."""
    estimate_missed(scored)
    assert scored.execute("SELECT max(lists) FROM linkage.missed").fetchone()[0] <= 4
