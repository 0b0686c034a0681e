"""Every pair explains itself: blocked or not, the rows add up to the score."""

import json

import pytest

from transforms.explain import UnknownRecordError, explain_pair


@pytest.mark.parametrize("which", ["links", "pairs"])
def test_the_rows_add_up_to_the_score_of_the_night(linked, which: str) -> None:
    pairs = linked.execute(f"SELECT * FROM linkage.{which} USING SAMPLE reservoir(5 ROWS) REPEATABLE (1)").fetchall()
    for register_l, record_l, register_r, record_r, _, bits, probability, _ in pairs:
        told = explain_pair(linked.cursor(), (register_l, record_l), (register_r, record_r))
        assert sum(row.weight for row in told.rows) == pytest.approx(bits)
        assert told.total == pytest.approx(told.prior + bits)
        assert told.probability == pytest.approx(probability)
        assert told.is_candidate
        assert which == "pairs" or told.is_linked


def test_it_holds_either_way_round_and_shows_the_values_in_the_order_asked(linked) -> None:
    left, right = _a_link(linked)
    there, back = explain_pair(linked.cursor(), left, right), explain_pair(linked.cursor(), right, left)
    assert there.total == pytest.approx(back.total)
    assert [row.value_l for row in there.rows] == [row.value_r for row in back.rows]


def test_a_pair_that_blocking_did_not_propose_is_explained(con, fill, a_record, link) -> None:
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17"), a_record("b", "2", "chan vichet", "1999-01-02")])
    link(con)
    told = explain_pair(con, ("b", "2"), ("a", "1"))
    assert not (told.is_candidate or told.is_linked or told.same_person)
    assert "was not proposed by blocking" in told.verdict
    words = {row.feature: row.means for row in told.rows}
    assert words["given_name"] == "another name"
    assert words["phone"] == "missing on one side or both"


def test_it_can_be_read_by_a_machine(linked) -> None:
    told = json.loads(json.dumps(explain_pair(linked.cursor(), *_a_link(linked)).to_dict()))
    assert {"feature", "sentence", "value_l", "value_r", "level", "means", "weight"} == set(told["rows"][0])
    assert told["verdict"]


def test_a_record_that_is_not_there_is_named(linked) -> None:
    left, _ = _a_link(linked)
    with pytest.raises(UnknownRecordError, match="fund has no clean record nobody"):
        explain_pair(linked.cursor(), left, ("fund", "nobody"))


def test_it_rejects_a_record_beside_itself(linked) -> None:
    left, _ = _a_link(linked)
    with pytest.raises(ValueError, match="given twice"):
        explain_pair(linked.cursor(), left, left)


def test_a_read_only_file_will_do(tmp_path, linked) -> None:
    import duckdb

    linked.execute(f"ATTACH '{tmp_path / 'night.duckdb'}' AS night")
    for schema in ("clean", "linkage", "persons"):
        linked.execute(f"CREATE SCHEMA night.{schema}")
    for table in (
        "clean.people",
        "clean.identifiers",
        "linkage.weights",
        "linkage.pairs",
        "linkage.links",
        "persons.records",
    ):
        linked.execute(f"CREATE TABLE night.{table} AS FROM {table}")
    linked.execute("DETACH night")
    with duckdb.connect(str(tmp_path / "night.duckdb"), read_only=True) as con:
        assert explain_pair(con, *_a_link(con)).is_linked


def _a_link(con) -> tuple[tuple[str, str], tuple[str, str]]:
    row = con.execute("SELECT register_l, record_id_l, register_r, record_id_r FROM linkage.links LIMIT 1").fetchone()
    return (row[0], row[1]), (row[2], row[3])
