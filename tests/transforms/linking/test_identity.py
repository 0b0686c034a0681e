"""Persons: ids that survive nights, and the best that is known of each."""

import pytest

from transforms import identity, tables


def resolved(con, *clusters: str, previous: dict[str, str] | None = None) -> dict[str, str]:
    """Persons of one-letter records given as clusters ("abc", "de"); returns the id of each record."""
    letters = sorted("".join(clusters))
    con.execute("CREATE OR REPLACE TEMP TABLE numbered (rec INTEGER, register VARCHAR, record_id VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE clusters (rec INTEGER, cluster INTEGER)")
    pair = "rec_l INTEGER, rec_r INTEGER, probability DOUBLE"
    con.execute(f"CREATE OR REPLACE TEMP TABLE kept ({pair}, identifier_exact BOOLEAN, is_linked BOOLEAN)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE inner_pairs ({pair})")
    con.execute("CREATE OR REPLACE TEMP TABLE judged (rec_l INTEGER, rec_r INTEGER, is_same BOOLEAN)")
    tables.create(con, tables.PREVIOUS)
    for rec, letter in enumerate(letters, 1):
        con.execute("INSERT INTO numbered VALUES (?, 'r', ?)", [rec, letter])
        first = min(next(members for members in clusters if letter in members))
        con.execute("INSERT INTO clusters VALUES (?, ?)", [rec, letters.index(first) + 1])
    for letter, person in (previous or {}).items():
        con.execute("INSERT INTO persons.previous VALUES ('r', ?, ?)", [letter, person])
    identity.assign_persons(con)
    return dict(con.execute("SELECT record_id, person_id FROM persons.records").fetchall())


def test_a_new_person_gets_an_id_from_its_smallest_record(con) -> None:
    ids = resolved(con, "abc", "d")
    assert ids["a"] == ids["b"] == ids["c"] != ids["d"]
    assert resolved(con, "ax", "d")["a"] == ids["a"]


def test_an_id_stays_when_records_come(con) -> None:
    assert resolved(con, "Aab", previous={"a": "P1", "b": "P1"}) == {"A": "P1", "a": "P1", "b": "P1"}


def test_of_two_persons_that_become_one_the_larger_keeps_its_id(con) -> None:
    assert set(resolved(con, "abc", previous={"a": "P2", "b": "P1", "c": "P1"}).values()) == {"P1"}


def test_of_one_person_that_becomes_two_the_larger_part_keeps_the_id(con) -> None:
    ids = resolved(con, "a", "bc", previous=dict.fromkeys("abc", "P1"))
    assert ids["b"] == ids["c"] == "P1" != ids["a"]


def test_ties_go_to_the_smallest_record_and_each_id_is_used_once(con) -> None:
    ids = resolved(con, "ab", "cd", previous={"a": "P1", "b": "P2", "c": "P1", "d": "P2"})
    assert ids == {"a": "P1", "b": "P1", "c": "P2", "d": "P2"}


def test_a_new_id_is_never_one_that_another_person_kept(con) -> None:
    first = resolved(con, "abc")
    second = resolved(con, "a", "bc", previous=first)
    assert second["b"] == first["a"] != second["a"]
    assert resolved(con, "a", "bc", previous=second) == second


@pytest.mark.parametrize("night", [1, 2])
def test_an_unchanged_country_keeps_every_id(linked, con, fill, link, country, night: int) -> None:
    before = dict(linked.execute("SELECT register || record_id, person_id FROM persons.records").fetchall())
    fill(con, country[0][::night])
    for register_record, person in before.items():
        con.execute(
            "INSERT INTO persons.previous VALUES (?, ?, ?)", [register_record[:-7], register_record[-7:], person]
        )
    link(con)
    now = dict(con.execute("SELECT register || record_id, person_id FROM persons.records").fetchall())
    kept = sum(before[record] == person for record, person in now.items())
    assert kept == len(now) if night == 1 else kept > 0.98 * len(now)


def test_every_record_is_one_row_of_one_person(linked, country) -> None:
    assert linked.execute("SELECT count(*), count(DISTINCT (register, record_id)) FROM persons.records").fetchone() == (
        len(country[0]),
        len(country[0]),
    )
    assert linked.execute("SELECT sum(records), count(*) FROM persons.persons").fetchone() == (
        len(country[0]),
        linked.execute("SELECT count(DISTINCT person_id) FROM persons.records").fetchone()[0],
    )


def test_identifier_groups_are_joined_by_exact_identifiers_alone(con, fill, link, a_record, country) -> None:
    fill(con, country[0])  # from whom the model learns; the three below are one person of a name of her own
    number = {"national_id": "123456789"}
    place = {"area_1": "01", "area_2": "0101", "area_3": "010101", "area_4": "01010101", "sex": "F"}
    for register, identifiers in (("a", number), ("b", number), ("c", {})):
        fill(con, [a_record(register, "1", "vongna sokdara", "1980-05-17", identifiers=identifiers, **place)])
    assert frozenset({"a:1", "b:1", "c:1"}) in link(con)
    groups = dict(
        con.execute(
            "SELECT register, identifier_group FROM persons.records WHERE register IN ('a', 'b', 'c')"
        ).fetchall()
    )
    assert groups["a"] == groups["b"] != groups["c"]


def test_a_date_that_most_years_told_are_far_from_is_not_the_best(con, fill, a_record) -> None:
    """A year ten off is a slip of the pen; one or two off is what a guess of an age comes to."""

    def best(*years: int) -> str:
        con.execute("DELETE FROM clean.people")
        rows = [a_record("r", "a", "sok dara", "1962-11-12")]
        for letter, year in zip("bc", years, strict=False):
            rows.append(a_record("r", letter, "sok dara", f"{year}-01-01", birth_precision="year"))
        fill(con, rows)
        resolved(con, "abc"[: len(rows)])
        return con.execute("SELECT birth_date::VARCHAR FROM persons.persons").fetchone()[0]

    assert best(1973, 1972) == "1972-01-01"
    assert best(1964, 1973) == best(1973) == best(1964, 1963) == "1962-11-12"


def test_the_best_of_a_person(con, fill, a_record) -> None:
    rows = [
        a_record("r", "a", "sok dara", "1980-01-01", sex="F", is_alive=None),
        a_record("r", "b", "sok dara", "1980-05-17", sex="F", is_alive=False, area_1="01"),
        a_record("r", "c", "chan dara", "1980-05-17", sex="M", area_1="02", area_2="0203"),
    ]
    rows[0]["birth_precision"] = "year"
    fill(con, rows)
    resolved(con, "abc")
    person = con.execute(
        "SELECT records, registers, family_name, sex, birth_date::VARCHAR, area_2, is_dead FROM persons.persons"
    ).fetchall()
    assert person == [(3, 1, "Sok", "F", "1980-05-17", "0203", True)]
