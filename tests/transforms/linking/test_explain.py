"""Every pair explains itself: kept as a candidate or not, its steps add up to the score."""

import json

import pytest

from transforms.explain import UnknownRecordError, explain_pair
from transforms.feature import MISSING


@pytest.mark.parametrize("where", ["is_linked", "NOT is_linked"])
def test_the_steps_add_up_to_the_score_of_the_night(linked, where: str) -> None:
    pairs = _sample(linked, where)
    for left, right, rivals, bits, probability in pairs:
        told = explain_pair(linked.cursor(), left, right)
        assert sum(step.weight for step in told.steps) == pytest.approx(bits, abs=1e-5)
        assert told.total == pytest.approx(bits, abs=1e-5)
        assert told.rivals.weight == pytest.approx(rivals, abs=1e-5)
        assert told.probability == pytest.approx(probability)
        assert told.is_kept
        assert told.is_linked == (where == "is_linked")


@pytest.mark.parametrize(
    ("where", "says"), [("rival_weight < -1", "only one can be right"), ("rival_weight > 0.1", "nobody better")]
)
def test_it_says_what_rivals_do(linked, where: str, says: str) -> None:
    pairs = _sample(linked, where)
    assert pairs
    for left, right, *_ in pairs:
        told = explain_pair(linked.cursor(), left, right).rivals
        assert says in told.means
        assert ("record" in (told.value_l or "")) and ("record" in (told.value_r or ""))


def test_rivals_are_counted(linked) -> None:
    (left, right, *_), *_ = _sample(linked, "rival_weight < -1")
    told = explain_pair(linked.cursor(), left, right).rivals
    score = {}
    for rl, il, rr, ir, bits in linked.execute(
        "SELECT register_l, record_id_l, register_r, record_id_r, match_weight - rival_weight FROM linkage.pairs"
    ).fetchall():
        score[(rl, il), (rr, ir)] = score[(rr, ir), (rl, il)] = bits
    for me, it, said in ((left, right, told.value_l), (right, left, told.value_r)):
        as_well = sum(
            a == me and b[0] == it[0] and b != it and bits >= score[left, right] - 3 for (a, b), bits in score.items()
        )
        assert (said or "").startswith(f"{as_well} other" if as_well else "no other")


def test_it_names_the_kind_of_look_alike(linked) -> None:
    """Where look-alikes outweigh strangers by far, they are not strangers; where they say next to nothing, they are."""
    told = [
        explain_pair(linked.cursor(), left, right).look_alikes
        for left, right, *_ in _sample(linked, "probability < 0.9")
    ]
    far = [look for look in told if look.weight < -3]
    near = [look for look in told if look.weight > -0.5]
    assert far or near
    assert all(look.weight <= 0 for look in told)
    assert not [look.means for look in far if "strangers" in look.means]
    assert all("strangers" in look.means for look in near)


def test_it_holds_either_way_round_and_shows_the_values_in_the_order_asked(linked) -> None:
    left, right = _a_link(linked)
    there, back = explain_pair(linked.cursor(), left, right), explain_pair(linked.cursor(), right, left)
    assert there.total == pytest.approx(back.total)
    assert [step.value_l for step in there.steps] == [step.value_r for step in back.steps]
    names = {row.feature: (row.value_l, row.value_r) for row in there.rows}
    assert names["registers"] == (left[0], right[0])


def test_a_pair_that_was_not_kept_is_explained(con, fill, a_record, link) -> None:
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17"), a_record("b", "2", "chan vichet", "1999-01-02")])
    link(con)
    told = explain_pair(con, ("b", "2"), ("a", "1"))
    assert not (told.is_kept or told.is_linked or told.same_person)
    assert "was not kept as a candidate" in told.verdict
    assert "not kept" in told.rivals.means
    words = {row.feature: row.means for row in told.rows}
    assert words["given_name"] == "another name"
    assert words["phone"] == "missing on one side or both"
    assert "phone" in told.silent


def test_it_shows_what_the_registers_say_and_no_hash(con, fill, a_record, link) -> None:
    more = {"phone": "+85512345678", "area_4": "01020304", "household_id": "H1", "mother_given_name": "Mom"}
    fill(con, [a_record("a", str(n), "sok dara", "1980-05-17", **more, identifiers={"card": str(n)}) for n in (1, 2)])
    link(con)
    told = explain_pair(con, ("a", "1"), ("a", "2"))
    shown = {row.feature: (row.value_l, row.value_r) for row in told.rows}
    assert shown["phone"] == ("+85512345678",) * 2
    assert shown["roster"] == ("H1", "H1")
    assert shown["parents"] == ("Mom", "Mom")
    assert shown["household"] == ("1", "2")
    assert shown["region"] == ("01020304",) * 2
    assert shown["birth_date"] == ("1980-05-17, known to the day",) * 2


def test_names_in_the_other_order_are_both_shown(con, fill, a_record, link) -> None:
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17"), a_record("b", "2", "dara sok", "1980-05-17")])
    link(con)
    shown = {row.feature: row for row in explain_pair(con, ("a", "1"), ("b", "2")).rows}
    assert "other order" in shown["given_name"].means
    assert (shown["given_name"].value_l, shown["given_name"].value_r) == ("sok Sok, dara Dara", "dara Dara, sok Sok")


def test_the_rarity_of_names_is_that_among_all_records(linked) -> None:
    """Of two records alone every name would be common."""
    told = [explain_pair(linked.cursor(), left, right) for left, right, *_ in _sample(linked, "is_linked")]
    names = {row.means for pair in told for row in pair.rows if row.feature == "given_name" and row.level != MISSING}
    assert any("or fewer have" in words for words in names)


def test_it_can_be_read_by_a_machine(linked) -> None:
    told = json.loads(json.dumps(explain_pair(linked.cursor(), *_a_link(linked)).to_dict()))
    evidence = {"feature", "sentence", "value_l", "value_r", "level", "means", "weight"}
    assert {*told["rows"][0]} == {*told["prior"]} == {*told["rivals"]} == {*told["look_alikes"]} == evidence
    weights = [told["prior"], *told["rows"], told["look_alikes"], told["rivals"]]
    assert sum(step["weight"] for step in weights) == pytest.approx(told["total"])
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
        "persons.records",
    ):
        linked.execute(f"CREATE TABLE night.{table} AS FROM {table}")
    linked.execute("DETACH night")
    with duckdb.connect(str(tmp_path / "night.duckdb"), read_only=True) as con:
        assert explain_pair(con, *_a_link(con)).is_linked


def _a_link(con) -> tuple[tuple[str, str], tuple[str, str]]:
    row = con.execute(
        "SELECT register_l, record_id_l, register_r, record_id_r FROM linkage.pairs WHERE is_linked LIMIT 1"
    ).fetchone()
    return (row[0], row[1]), (row[2], row[3])


def _sample(con, where: str) -> list[tuple]:
    """Five pairs, spread over the table: both records, what rivals weigh, the score and its probability."""
    rows = con.execute(
        f"""SELECT register_l, record_id_l, register_r, record_id_r, rival_weight, match_weight, probability
        FROM linkage.pairs WHERE {where} ORDER BY md5(record_id_l || record_id_r) LIMIT 5"""
    ).fetchall()
    return [((a, b), (c, d), *scores) for a, b, c, d, *scores in rows]
