"""Names are parted, brought to one form, and given keys that survive spelling habits and scripts."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.reference import load_spellings
from transforms.filling import people
from transforms.folds import skeleton_report
from transforms.mapping import RegisterMapping
from transforms.name_parts import parted_by_names
from transforms.names import part_of_name, split_names, with_names
from transforms.reference import PLAIN, Reference
from transforms.tables import PEOPLE

NAMES = Path(__file__).resolve().parents[3] / "data" / "reference" / "names.csv"


def _split(name: str, reference: Reference, local: bool = False, order: str = "family_first") -> tuple[str | None, ...]:
    return split_names(pl.Series([name]), order, local, reference).drop("repair").row(0)


def _kinds(name: str, reference: Reference, local: bool = False, order: str = "family_first") -> str | None:
    return split_names(pl.Series([name]), order, local, reference)["repair"].item()


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
        ("MR.Sok Sophal", ("Sok", "Sophal", None)),
        ("H.E. Mr Sok Sophal", ("Sok", "Sophal", None)),
        ("Mrak Sophal", ("Mrak", "Sophal", None)),  # a title must not eat a name
        ("Sok Sophal (Mom)", ("Sok", "Sophal", "Mom")),
        ("Sok Sophal called Mom", ("Sok", "Sophal", "Mom")),
        ("Sok Sophal a.k.a. Mom", ("Sok", "Sophal", "Mom")),
        ("Sophal (Mom)", (None, "Sophal", "Mom")),
        ("Sok (សុខ)", (None, "Sok", None)),  # the other script is no other name here
        ("Akara Called", ("Akara", "Called", None)),
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
        ("SMITH, ROBERT J.", ("Smith", "Robert", "J")),
        ("DE LA CRUZ, Maria", ("De La Cruz", "Maria", None)),
        ("Maria De La Cruz", ("De La Cruz", "Maria", None)),
        ("Ann Mc Donald", ("Mc Donald", "Ann", None)),
        ("Van Morrison", ("Morrison", "Van", None)),  # a particle in front is a given name
        ("Ann Taylor-Brown", ("Taylor-Brown", "Ann", None)),
        ("Robert Smith Jr.", ("Smith", "Robert", "Jr")),
        ("Robert James Smith, III", ("Smith", "Robert", "James Iii")),
        ("SMITH JR, ROBERT", ("Smith", "Robert", "Jr")),
        ("Smith, Robert, Jr.", ("Smith", "Robert", "Jr")),
        ("Junior Smith", ("Smith", "Junior", None)),
        ("Dr. Ann Smith", ("Smith", "Ann", None)),
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
        ("ស្រីមុំ", (None, "ស្រីមុំ", None)),  # a given name that could be two names
        ("សុខចាន់ណារី", (None, "សុខចាន់ណារី", None)),  # two families could be meant
        ("ចាន់សុផលី", (None, "ចាន់សុផលី", None)),  # the rest is no name known
        ("លោកសុខ សុផល", ("សុខ", "សុផល", None)),
        ("លោកសុខា", (None, "សុខា", None)),
        ("លោកាភិវឌ្ឍ សុផល", ("លោកាភិវឌ្ឍ", "សុផល", None)),  # a longer word that begins like a title
        ("លោក", (None, "លោក", None)),
        ("កញ្ញា មុំ", ("កញ្ញា", "មុំ", None)),
        ("ឯកឧត្តម លោក សុខ សុផល", ("សុខ", "សុផល", None)),
        ("សុខ សុផល ហៅ មុំ", ("សុខ", "សុផល", "មុំ")),
        ("សុខ សុផលហៅមុំ", ("សុខ", "សុផល", "មុំ")),
        ("សុខ សុផល (ហៅ មុំ)", ("សុខ", "សុផល", "មុំ")),
        ("សុខ សុផល (មុំ)", ("សុខ", "សុផល", "មុំ")),
        ("សុខសុផល ហៅ មុំ", ("សុខ", "សុផល", "មុំ")),
        ("សុខ ហៅលី", ("សុខ", "ហៅលី", None)),  # a given name that begins like the word
        ("ហៅ សុផល", ("ហៅ", "សុផល", None)),
    ],
)
def test_local_names(cambodia: Reference, name: str, parts: tuple[str | None, ...]) -> None:
    assert _split(name, cambodia, local=True) == parts


@pytest.mark.parametrize(
    ("name", "local", "kinds"),
    [
        ("លោក សុខ សុផល", True, "title"),
        ("សុខសុផល", True, "joined_name"),
        ("លោក សុខសុផល ហៅ មុំ", True, "title+alias+joined_name"),
        ("សុខ សុផល", True, None),
        ("Sophal SOK", False, "capitals_order"),
        ("SOK Sophal", False, None),
        ("SOK, Sophal", False, None),
        ("SOK SOPHAL", False, None),
        ("Sok Sok", False, None),
        ("Mr. Sok Sophal (Mom)", False, "title+alias"),
    ],
)
def test_each_repair_of_a_name_is_told(cambodia: Reference, name: str, local: bool, kinds: str | None) -> None:
    assert _kinds(name, cambodia, local) == kinds


def test_capitals_tell_the_family_where_it_stands_last_too(cambodia: Reference) -> None:
    assert _kinds("SMITH John", PLAIN, order="given_first") == "capitals_order"
    assert _kinds("John Smith", PLAIN, order="given_first") is None


def test_joined_names_are_parted_rightly_and_known_names_never(cambodia: Reference) -> None:
    """Every surname with every given name of names.csv, joined; then every name by itself."""
    pairs = [(family, given) for family in cambodia.surnames for given in cambodia.given_names]
    known = {*cambodia.surnames, *cambodia.given_names}
    words = pl.Series([family + given for family, given in pairs])
    parted = parted_by_names(words, cambodia)
    right = [got == pair for got, pair in zip(parted.iter_rows(), pairs, strict=True)]
    assert sum(right) / len(pairs) >= 0.999
    wrong = [word for word, got, is_right in zip(words, parted["family"], right, strict=True) if got and not is_right]
    assert not wrong
    assert parted_by_names(pl.Series(sorted(known)), cambodia)["family"].null_count() == len(known)


def test_parts_of_names_lose_titles_and_other_names_too(cambodia: Reference) -> None:
    told = pl.DataFrame({"family_name_local": ["លោក សុខ", "កញ្ញា"], "given_name_local": ["សុផល ហៅ មុំ", "មុំ"]})
    people = with_names(told, "family_first", cambodia)
    assert people["family_name_local"].to_list() == ["សុខ", "កញ្ញា"]
    assert people["given_name_local"].to_list() == ["សុផល", "មុំ"]
    assert people["other_name_local"].to_list() == ["មុំ", None]
    assert part_of_name(told["given_name_local"], True, cambodia)["repair"].to_list() == ["alias", None]


@pytest.mark.parametrize(
    ("told", "parts"),
    [
        ({"given_name": "Robert J.", "family_name": "Smith Jr"}, ("Robert", "J Jr")),
        ({"given_name": "Mary Ann", "family_name": "Smith"}, ("Mary Ann", None)),
        ({"given_name": "Mary Ann B", "family_name": "Smith"}, ("Mary Ann", "B")),
        ({"given_name": "Mary Ann", "family_name": "Smith", "other_name": "B"}, ("Mary Ann", "B")),
        ({"given_name": "R J", "family_name": "Smith", "other_name": None}, ("R J", None)),  # which of them is it?
    ],
)
def test_words_behind_the_given_name(told: dict[str, str | None], parts: tuple[str, str | None]) -> None:
    schema = dict.fromkeys(told, pl.String)
    people = with_names(
        pl.DataFrame({name: [value] for name, value in told.items()}, schema=schema), "given_first", PLAIN
    )
    assert people.select("family_name", "given_name", "other_name").row(0) == ("Smith", *parts)


def test_a_family_name_is_not_cut_out_of_a_syllable(cambodia: Reference) -> None:
    family, given_name, _ = _split("សុំ", cambodia, local=True)
    assert (family, given_name) == (None, "សុំ")


def test_a_name_and_its_romanisations_share_a_skeleton(cambodia: Reference) -> None:
    """Recall over every spelling in names.csv, at buckets of less than two names."""
    report = skeleton_report(load_spellings(NAMES), cambodia)
    assert (report.names, report.spellings) == (298, 945)
    assert report.recall >= 0.975
    assert report.mean_bucket < 2
    assert report.mean_bucket <= report.met_by_a_name <= report.largest_bucket


def test_a_skeleton_that_brings_nothing_together_is_seen_in_the_report(cambodia: Reference) -> None:
    spelled = pl.DataFrame({"local": ["សុខ", "មាស"], "latin": ["Sok", "Xyz"]})
    report = skeleton_report(spelled, cambodia)
    assert (report.recall, report.mean_bucket, report.largest_bucket) == (0.5, 1.0, 1)


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


def test_what_was_mended_of_names_is_told_under_the_source_column(
    cambodia: Reference, noted: Callable[..., list[tuple[object, ...]]]
) -> None:
    mapping = RegisterMapping.model_validate(
        {
            "register": "list",
            "key": ["no"],
            "columns": {"no": {}, "name": {}, "latin": {}},
            "yields": {
                "people": {"columns": {"full_name_local": {"column": "name"}, "full_name": {"column": "latin"}}}
            },
        }
    )
    frame = pl.DataFrame(
        {
            "_row": [1, 2, 3],
            "record_id": ["1", "2", "3"],
            "name": ["លោក សុខសុផល", "សុខ សុផល", None],
            "latin": ["Sok Sophal", "Sophal SOK", "Mr Sok"],
        }
    )
    told = noted(PEOPLE, people(frame, mapping, cambodia, date(2026, 11, 1)), mapping)
    assert told == [
        (1, "name", "title+joined_name", "លោក សុខសុផល", "សុខ សុផល"),
        (2, "latin", "capitals_order", "Sophal SOK", "Sok Sophal"),
        (3, "latin", "title", "Mr Sok", "Sok"),
    ]
