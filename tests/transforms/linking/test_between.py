"""How likely two persons kept apart are one, on persons of a record or two."""

import math

import duckdb
import pytest

from transforms.between import ELSE, OF_FEWER, OF_MORE, between

Records = list[tuple[str, str]]  # person and register, or register and stratum, of each record


def asked(records: Records, probability: float = 0.3) -> float:
    """The probability that persons p and q are one, of whom the first records of each are a kept pair."""
    con = duckdb.connect()
    con.execute("CREATE SCHEMA persons; CREATE SCHEMA clean")
    con.execute("CREATE TABLE persons.records (register VARCHAR, record_id VARCHAR, person_id VARCHAR)")
    con.execute("CREATE TABLE clean.people (register VARCHAR, record_id VARCHAR, stratum VARCHAR)")
    for n, (person, population) in enumerate(records):
        register, _, stratum = population.partition(" ")
        con.execute("INSERT INTO persons.records VALUES (?, ?, ?)", [register, str(n), person])
        con.execute("INSERT INTO clean.people VALUES (?, ?, nullif(?, ''))", [register, str(n), stratum])
    con.execute(
        """CREATE TABLE persons.persons AS
        SELECT person_id, count(*) AS records, DATE '1980-05-05' AS birth_date, 'year' AS birth_precision
        FROM persons.records GROUP BY person_id"""
    )
    register, other = (next(r for p, r in records if p == person).split()[0] for person in "pq")
    con.execute(
        "CREATE TABLE kept AS SELECT 'p' AS one, 'q' AS other, ? AS register, ? AS other_register, ? AS probability",
        [register, other, probability],
    )
    ((found,),) = con.execute(f"SELECT probability FROM ({between('kept')})").fetchall()
    return float(found)


def odds(probability: float) -> float:
    return probability / (1 - probability)


def test_of_two_records_the_pair_and_the_dates_tell() -> None:
    assert odds(asked([("p", "a"), ("q", "b")])) == pytest.approx(ELSE * odds(0.3))


def test_the_more_registers_both_are_in_the_less_likely_are_they_one() -> None:
    registers = [("p", "a"), ("p", "c"), ("p", "d"), ("q", "b"), ("q", "e")]
    unseen = odds(0.01)
    mean = (math.log(odds(0.3)) + 5 * math.log(unseen)) / 6
    expected = (mean + math.log(odds(0.3))) / 2 + math.log(ELSE) - OF_FEWER * math.log(2) - OF_MORE * math.log(3)
    assert math.log(odds(asked(registers))) == pytest.approx(expected)


def test_who_is_missing_where_the_others_are_found_is_the_likelier_kept_apart() -> None:
    """Of four in register a, three are found in b; of four in b, three in a."""
    found = [(f"{n}", register) for n in range(3) for register in "ab"]
    assert odds(asked([("p", "a"), ("q", "b"), *found])) == pytest.approx(ELSE * odds(0.3) / (1 - 3 / 4))


def test_each_population_of_a_register_has_a_share_of_its_own() -> None:
    """All others of the poor in a are found in b, and nobody else of a is."""
    found = [(f"{n}", register) for n in range(3) for register in ("a poor", "b")]
    lost = [(f"rich {n}", "a rich") for n in range(4)]
    of_b = 1 - 3 / 4
    poor, rich = (odds(asked([("p", f"a {who}"), ("q", "b"), *found, *lost])) for who in ("poor", "rich"))
    assert poor == pytest.approx(ELSE * odds(0.3) / math.sqrt(of_b * of_b))
    assert rich == pytest.approx(ELSE * odds(0.3) / math.sqrt(of_b))


def test_who_is_in_that_register_already_is_not_missing_there() -> None:
    found = [(f"{n}", register) for n in range(3) for register in "ab"]
    apart = odds(asked([("p", "a"), ("p", "b"), ("q", "b"), *found]))
    unseen, both = math.log(odds(0.01)), math.log(odds(0.3))
    halfway = ((both + unseen) / 2 + both) / 2
    of_b = 1 - 4 / 5  # of five in b, four are found in a: but q is sought in a, where p is
    assert apart == pytest.approx(math.exp(halfway) * ELSE / 2**OF_MORE / math.sqrt(of_b))
