"""Names are parted, brought to one form, and given keys that survive spelling habits and scripts."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.folds import fold, romanised, skeleton
from transforms.names import split_names, with_names
from transforms.reference import PLAIN, Reference

NAMES = Path(__file__).resolve().parents[3] / "data" / "reference" / "names.csv"


def _split(name: str, reference: Reference, local: bool = False, order: str = "family_first") -> tuple[str | None, ...]:
    return split_names(pl.Series([name]), order, local, reference).row(0)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("SOK Sophal", ("Sok", "Sophal", None)),
        ("sok srey mom", ("Sok", "Srey Mom", None)),
        ("Sophal SOK", ("Sok", "Sophal", None)),  # capitals show the family name
        ("SOK, Sophal", ("Sok", "Sophal", None)),
        ("Mrs. Sok Sophal", ("Sok", "Sophal", None)),
        ("Sophal", (None, "Sophal", None)),
        ("Mr", (None, "Mr", None)),
    ],
)
def test_latin_names_family_first(cambodia: Reference, name: str, parts: tuple[str | None, ...]) -> None:
    assert _split(name, cambodia) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("John Smith", ("Smith", "John", None)),
        ("Ann Marie Smith", ("Smith", "Ann", "Marie")),
        ("SMITH John", ("Smith", "John", None)),
        ("Smith, Ann Marie", ("Smith", "Ann", "Marie")),
        ("O'Brien", (None, "O'Brien", None)),
    ],
)
def test_latin_names_given_first(name: str, parts: tuple[str | None, ...]) -> None:
    assert _split(name, PLAIN, order="given_first") == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("សុខ សុផល", ("សុខ", "សុផល", None)),
        ("លោកស្រី សុខ ស្រី មុំ", ("សុខ", "ស្រីមុំ", None)),
        ("លោក សុខា", (None, "សុខា", None)),
        ("កញ្ញា សុខ មុំ", ("សុខ", "មុំ", None)),
        ("សុខ កញ្ញា", ("សុខ", "កញ្ញា", None)),
        ("ចាន់សុផល", ("ចាន់", "សុផល", None)),  # written without a space: a known family name in front
        ("រតនា", (None, "រតនា", None)),
    ],
)
def test_local_names(cambodia: Reference, name: str, parts: tuple[str | None, ...]) -> None:
    assert _split(name, cambodia, local=True) == parts


def test_a_family_name_is_not_cut_out_of_a_syllable(cambodia: Reference) -> None:
    family, given_name, _ = _split("សុំ", cambodia, local=True)
    assert (family, given_name) == (None, "សុំ")


def _names() -> pl.DataFrame:
    with NAMES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    spelled = [(row["khmer"], latin) for row in rows for latin in (row["roman"], *row["variants"].split("|"))]
    return pl.DataFrame(spelled, schema=["local", "latin"], orient="row")


def test_a_name_and_its_romanisations_share_a_skeleton(cambodia: Reference) -> None:
    """Recall at least 0.95 over every spelling in names.csv, at buckets of less than two names."""
    both = _names().select(
        "local",
        of_local=skeleton(fold(romanised(pl.col("local"), cambodia), cambodia), cambodia),
        of_latin=skeleton(fold(pl.col("latin"), cambodia), cambodia),
    )
    assert (both["of_local"] == both["of_latin"]).mean() >= 0.95
    buckets = both.group_by("of_local").agg(names=pl.col("local").n_unique())
    assert buckets["names"].mean() < 2


def test_keys_come_from_the_local_name_where_there_is_one(cambodia: Reference) -> None:
    told = pl.DataFrame({"full_name_local": ["សុខ សុផល", None], "full_name": ["Xxx Zzz", "SOK Sophal"]})
    people = with_names(told, "family_first", cambodia)
    assert people["family_skeleton"][0] == people["family_skeleton"][1]
    assert people["given_skeleton"][0] == people["given_skeleton"][1]
    assert people["given_signs"].to_list()[1] is None


def test_a_name_as_spoken_goes_to_its_own_script(cambodia: Reference) -> None:
    spoken = ["សុខ សុផល", "Sok Sophal"]
    people = with_names(pl.DataFrame({"full_name": spoken, "full_name_local": spoken}), "family_first", cambodia)
    assert people["family_name"].to_list() == [None, "Sok"]
    assert people["family_name_local"].to_list() == ["សុខ", None]


def test_parents_are_named_too(cambodia: Reference) -> None:
    told = pl.DataFrame({"mother_name_local": ["សុខ មុំ"], "given_name_local": ["សុផល"]})
    people = with_names(told, "family_first", cambodia)
    assert (people["mother_family_name_local"][0], people["mother_given_name_local"][0]) == ("សុខ", "មុំ")
    assert people["given_name_local"][0] == "សុផល"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=10), st.sampled_from(["family_first", "given_first"]), st.booleans())
def test_no_name_raises_and_written_names_stay(cambodia: Reference, names: list[str], order: str, local: bool) -> None:
    split = split_names(pl.Series(names, dtype=pl.String), order, local, cambodia)
    assert split.height == len(names)
