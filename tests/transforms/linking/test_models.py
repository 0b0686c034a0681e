"""Models that are kept: the same weights have one name, and a night that pins one links as the night that fitted it."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from transforms import block, compare, kept_models, model, models, tables
from transforms.comparable import identifier_types, populations
from transforms.features import features

FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)


def a_night(con, as_of: date, asked: str = "new") -> str:
    """Link what clean.people holds, as a night does; returns what it says of its model."""
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    pinned = models.load(con, asked)
    scored = model.score_pairs(con, pinned.threshold, pinned.model) if pinned else model.score_pairs(con)
    return models.record(con, scored, as_of, pinned)


def links(con) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT register_l, record_id_l, register_r, record_id_r FROM linkage.pairs WHERE is_linked ORDER BY ALL"
    ).fetchall()


@pytest.fixture
def some(country: Any) -> list[dict[str, Any]]:
    return country[0][:800]


@pytest.fixture
def con(con: Any) -> Any:
    tables.create(con, *tables.KEPT_MODELS)
    return con


def test_the_same_data_with_the_pinned_model_gives_the_same_links(con, fill: Callable, some) -> None:
    fill(con, some)
    said = a_night(con, FIRST)
    fitted, weights = (
        links(con),
        con.execute("SELECT feature, level, weight FROM linkage.weights ORDER BY ALL").fetchall(),
    )
    (kept,) = kept_models.kept(con)
    assert f"model {kept['model_id']}, fitted tonight" == said
    said = a_night(con, SECOND, kept["model_id"])
    assert said == f"model {kept['model_id']}, fitted 2026-11-01"
    assert links(con) == fitted != []
    again = con.execute("SELECT feature, level, weight FROM linkage.weights ORDER BY ALL").fetchall()
    for was, now in zip(weights, again, strict=True):
        assert was[:2] == now[:2]
        assert was[2] == pytest.approx(now[2])
    assert len(kept_models.kept(con)) == 1


def test_other_data_scores_with_the_pinned_weights_and_not_with_its_own(con, fill: Callable, some) -> None:
    fill(con, some[:500])
    a_night(con, FIRST)
    pinned = kept_models.kept(con)[0]["model_id"]
    was = dict(con.execute("SELECT level, weight FROM linkage.weights WHERE feature = 'birth_date'").fetchall())
    fill(con, some[500:])
    a_night(con, SECOND, "latest")
    now = dict(con.execute("SELECT level, weight FROM linkage.weights WHERE feature = 'birth_date'").fetchall())
    assert now == pytest.approx(was)
    assert con.execute("SELECT model_id, is_pinned, unknown FROM linkage.model_used").fetchall() == [(pinned, True, "")]
    assert links(con)


def test_a_model_is_kept_with_what_it_was_fitted_on(con, fill: Callable, some) -> None:
    fill(con, some)
    a_night(con, FIRST)
    (row,) = kept_models.kept(con)
    assert row["fitted_as_of"] == FIRST
    assert row["records"] == len(some)
    assert row["candidate_pairs"] >= row["expected_matches"] > 0
    assert row["candidate_pairs"] >= row["patterns"] > 0
    assert 0.5 <= row["threshold"] <= 1
    assert row["iterations"] > 1
    assert '"birth_date"' in row["features"]
    assert row["registers"] == '["claims", "fund", "roster"]'


def test_fitting_the_same_again_keeps_one_model_and_other_weights_another(con, fill: Callable, some) -> None:
    fill(con, some[:500])
    a_night(con, FIRST)
    a_night(con, SECOND)
    (row,) = kept_models.kept(con)
    assert row["fitted_as_of"] == SECOND
    stored = con.execute("SELECT count(*), count(DISTINCT (feature, level)) FROM linkage.model_weights").fetchone()
    assert stored[0] == stored[1] > 0
    fill(con, some[500:])
    a_night(con, SECOND)
    assert len({row["model_id"] for row in kept_models.kept(con)}) == 2


def test_an_unknown_model_is_told_with_those_there_are(con, fill: Callable, some) -> None:
    with pytest.raises(kept_models.UnknownModelError, match="none yet"):
        models.load(con, "abc")
    fill(con, some[:500])
    a_night(con, FIRST)
    with pytest.raises(kept_models.UnknownModelError, match=kept_models.kept(con)[0]["model_id"]):
        kept_models.find(con, "abc")


def test_the_latest_of_none_is_a_new_one(con) -> None:
    assert kept_models.find(con, "latest") is None
    assert models.load(con, "new") is None


def test_what_a_pinned_model_does_not_know_weighs_nothing_and_is_told(con, fill: Callable, some, a_record) -> None:
    fill(con, [row for row in some if row["register"] != "fund"])
    a_night(con, FIRST)
    pinned = kept_models.kept(con)[0]["model_id"]
    fill(con, [row for row in some if row["register"] == "fund"])
    fill(con, [a_record("asylum", "1", "sok dara", "1980-05-17", identifiers={"asylum_no": "7"})])
    said = a_night(con, SECOND, pinned)
    assert "'asylum no'" in said
    assert "'fund no'" in said
    assert "7 of 10 pairs of registers" in said
    weights = {
        (f, words): w for f, words, w in con.execute("SELECT feature, means, weight FROM linkage.weights").fetchall()
    }
    assert weights["asylum_no", "the same number"] == weights["registers", "fund and roster"] == 0
    assert weights["registers", "claims and roster"] != 0
    assert weights["birth_date", "the same day"] > 5
    crossing = "register_l = 'fund' OR register_r = 'fund'"
    assert con.execute(f"SELECT count(*) FROM linkage.pairs WHERE is_linked AND {crossing}").fetchone()[0] > 0


def prior(con) -> float:
    return con.execute("SELECT weight FROM linkage.weights WHERE feature = 'prior'").fetchone()[0]


def test_in_a_country_that_has_grown_a_pair_starts_where_a_new_fit_would_start_it(con, fill: Callable, country) -> None:
    """Three times the people: three times the matches, among nine times the pairs."""
    rows = country[0]
    fill(con, rows[: len(rows) // 3])
    a_night(con, FIRST)
    was = prior(con)
    fill(con, rows[len(rows) // 3 :])
    a_night(con, SECOND, "latest")
    pinned = prior(con)
    a_night(con, SECOND)
    assert pinned == pytest.approx(was - math.log2(3), abs=0.01)
    assert pinned == pytest.approx(prior(con), abs=0.3)


def test_a_register_that_comes_or_goes_is_no_growth(con, fill: Callable, some, a_record) -> None:
    fill(con, some)
    a_night(con, FIRST)
    was = prior(con)
    fill(con, [a_record("village", f"{n}", "sok dara", "1980-05-17") for n in range(400)])
    a_night(con, SECOND, "latest")
    assert prior(con) == pytest.approx(was, abs=1e-6)
    for table in ("people", "identifiers"):
        con.execute(f"DELETE FROM clean.{table} WHERE register IN ('fund', 'village')")
    a_night(con, SECOND, "latest")
    assert prior(con) == pytest.approx(was, abs=1e-6)


def test_a_pair_of_registers_keeps_its_weight_when_their_numbers_change(con, fill: Callable, some, a_record) -> None:
    """A new register that sorts first renumbers all the others."""
    fill(con, some)
    a_night(con, FIRST)
    query = "SELECT means, weight FROM linkage.weights WHERE feature = 'registers' AND level > 0"
    was = dict(con.execute(query).fetchall())
    fill(con, [a_record("aaa", "1", "sok dara", "1980-05-17")])
    a_night(con, SECOND, "latest")
    now = dict(con.execute(query).fetchall())
    assert {pair: now[pair] for pair in was} == pytest.approx(was)
    assert len(now) > len(was)


def test_levels_of_a_feature_have_words_of_their_own(con, fill: Callable, some) -> None:
    """Weights are found again by them."""
    fill(con, some)
    for feature in features(identifier_types(con), populations(con)):
        words = [feature.words()[level] for level in range(feature.best + 1)]
        assert len(set(words)) == len(words), feature.name
