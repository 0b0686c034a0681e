"""Reading the policy file: its values as rows, and what is wrong with it in plain words."""

import datetime as dt
from pathlib import Path

import pytest

from transforms import facts, findings
from transforms.policy import PolicyError, policy_rows

FILE = Path(__file__).parents[2] / "data" / "reference" / "policy.yaml"
VALUE = "- {name: age, value: 60, unit: years, source: guess, valid_from: 2024-04-01}\n"


def test_the_file_gives_every_value_that_rules_use() -> None:
    named = set(policy_rows(FILE.read_text("utf-8"))["name"])
    used = {name for rule in findings.load_rules() for name in facts.policies(rule.sql)}
    assert used
    assert used <= named


def test_numbers_dates_and_lists_become_text() -> None:
    text = (
        VALUE
        + VALUE.replace("age", "day").replace("60", "2024-04-01")
        + VALUE.replace("age", "z").replace("60", "[1, b]")
    )
    rows = policy_rows(text)
    assert dict(rows.select("name", "value").iter_rows()) == {"age": "60", "day": "2024-04-01", "z": "1,b"}
    assert rows["valid_from"].unique().to_list() == [dt.date(2024, 4, 1)]


def test_a_value_may_change_in_time() -> None:
    ended = VALUE.replace("}", ", valid_to: 2025-12-31}")
    assert policy_rows(ended + VALUE.replace("2024-04-01", "2026-01-01")).height == 2


def test_an_empty_file_has_no_values() -> None:
    assert policy_rows("").is_empty()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {name: age", "not YAML"),
        ("age: 60", "must be a list"),
        (VALUE.replace("unit: years, ", ""), r"value 1 \(age\), unit: Field required"),
        (VALUE.replace("unit", "units"), r"\(age\), units: Extra|\(age\), unit: Field required"),
        (VALUE.replace("2024-04-01", "soon"), r"\(age\), valid_from"),
        (VALUE.replace("60", "''"), r"\(age\), value"),
        (VALUE + VALUE, "age is given twice"),
        (VALUE.replace("}", ", valid_to: 2020-01-01}"), "age ends on 2020-01-01"),
    ],
)
def test_a_faulty_file_is_refused_with_the_place(text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        policy_rows(text)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("missed_link_ceiling", "a fifth"),
        ("coverage_age_bands", "'0,2.5'"),
        ("kept_link_odds", "double"),
        ("kept_link_slope", "flat"),
    ],
)
def test_what_every_night_reads_is_refused_before_one_begins_where_it_is_no_number(name: str, wrong: str) -> None:
    text = VALUE.replace("age", name, 1)
    assert policy_rows(text.replace("60", "2")).height == 1
    with pytest.raises(PolicyError, match=name):
        policy_rows(text.replace("60", wrong))
