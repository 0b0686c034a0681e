"""A finding in one sentence: dates, amounts, lists and codes in both languages, and what a header may not say."""

import json
import re

import duckdb
import pytest

from tests.transforms.made_up_rule import HEADER
from transforms import sentences
from transforms.findings import Rule, load_rules
from transforms.headers import RuleError, parse


def tell(
    template: str, language: str = "en", absent_from: str | None = None, nearest: object = None, **told: object
) -> str:
    evidence = {"card": "0102", "day": "2025-02-03", "riel": 1234567, "rounds": ["2026-03", "2026-04"], "none": None}
    with duckdb.connect() as con:
        sentences.prepare(con)
        row = con.execute(
            f"""SELECT {sentences.sentence_sql(template, language)}
                FROM (SELECT $evidence::VARCHAR AS evidence, $absent::VARCHAR AS absent_from,
                    $nearest::VARCHAR AS nearest_id, 0.123::DOUBLE AS nearest_probability)""",
            {"evidence": json.dumps(evidence | told), "absent": absent_from, "nearest": nearest},
        ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("template", "language", "sentence"),
    [
        ("Card {card}.", "en", "Card 0102."),
        ("Card {card}.", "km", "Card 0102."),
        ("{day:date}", "en", "3 February 2025"),
        ("{day:date}", "km", "ថ្ងៃទី ៣ ខែកុម្ភៈ ឆ្នាំ ២០២៥"),
        ("{riel:riel}", "en", "1,234,567 riel"),
        ("{riel:riel}", "km", "១,២៣៤,៥៦៧ រៀល"),
        ("{rounds:month}", "en", "March 2026 and April 2026"),
        ("{rounds:month}", "km", "ខែមីនា ឆ្នាំ ២០២៦ និង ខែមេសា ឆ្នាំ ២០២៦"),
        ("A[, since {day:date}]", "en", "A, since 3 February 2025"),
        ("A[, since {none:date}] {none}", "en", "A (unknown)"),
        ("{nothing_such}", "km", "(មិនដឹង)"),
        ("it's 'quoted' {card}", "en", "it's 'quoted' 0102"),
    ],
)
def test_fields_are_written_in_the_words_of_the_language(template: str, language: str, sentence: str) -> None:
    assert tell(template, language) == sentence


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["a"], "a"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdefgh"), "a, b, c, d, e, f and 2 more"),
        ([], "(unknown)"),
    ],
)
def test_a_list_is_told_in_words_and_cut(values: list[str], told: str) -> None:
    assert tell("{list}", list=values) == told


def test_a_number_takes_the_word_that_fits_it() -> None:
    assert [tell("{n:count visit/visits}", n=n) for n in (1, 2, 1000)] == ["1 visit", "2 visits", "1,000 visits"]


def test_a_truth_chooses_between_two_texts() -> None:
    assert [tell("{is:if yes/no}", **{"is": is_so}) for is_so in (True, False, None)] == ["yes", "no", "(unknown)"]


def test_a_code_has_a_meaning_for_each_kind_and_an_unknown_one_loses_its_underscores() -> None:
    assert tell("{c:register}", c="disability") == "the disability register"
    assert tell("{c:component}", c="disability") == "disability benefit"
    assert tell("{c:words}", c="not_in_the_list") == "not in the list"


def test_an_absence_names_the_nearest_record() -> None:
    english = tell("Not found.", absent_from="disability", nearest="D-7")
    assert english.endswith(
        "The nearest record of the disability register is D-7, the same person with probability 0.12."
    )
    assert "០.១២" in tell("X", "km", absent_from="disability", nearest="D-7")
    assert tell("X", absent_from="disability").endswith("No record of the disability register comes near.")


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Card {card}.", "card: no field of the evidence"),
        ("{sex:nonsense}", "cannot be read"),
        ("{sex:count one}", "cannot be read"),
        ("{sex", "not closed"),
        ("x [no field]", "holds no field"),
    ],
)
def test_it_rejects_a_template_that_cannot_be_filled(template: str, why: str) -> None:
    header = f"{HEADER}-- sentence_en: {json.dumps(template)}\n"
    with pytest.raises(RuleError, match=re.escape("x.sql, line 11: sentence_en")) as refused:
        parse(f"{header}SELECT 1\n", "x.sql", Rule)
    assert why in str(refused.value)


def test_both_languages_tell_the_same_fields() -> None:
    """But for a year in words, which one language may need and the other not, what one tells the other tells."""
    for rule in load_rules():
        assert sentences.fields(rule.sentence_en) == sentences.fields(rule.sentence_km), rule.id


def test_khmer_sentences_are_in_khmer() -> None:
    for rule in load_rules():
        assert not rule.sentence_km or re.search(r"[\u1780-\u17ff]{4}", rule.sentence_km), rule.id


def test_every_word_is_told_in_both_languages() -> None:
    for kind, codes in sentences.words().items():
        assert kind in sentences.WORDED
        assert {code for code, told in codes.items() if set(told) != set(sentences.LANGUAGES)} == set()
