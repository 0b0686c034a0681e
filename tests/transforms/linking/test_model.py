"""Weights, scores and links: what they mean, and that they are what the tables promise."""

import json

import numpy as np
import pytest

from transforms import block, compare, evaluate, model
from transforms.feature import MISSING
from transforms.model import best_threshold


def test_the_weights_of_a_pattern_add_up(linked) -> None:
    weights = {
        (f, level): w for f, level, w in linked.execute("SELECT feature, level, weight FROM linkage.weights").fetchall()
    }
    prior = weights.pop(("prior", 0))
    for levels, bits, probability in linked.execute(
        "SELECT levels, match_weight, probability FROM linkage.patterns"
    ).fetchall():
        total = sum(weights[feature, level] for feature, level in json.loads(levels).items())
        assert bits == pytest.approx(total)
        assert probability == pytest.approx(1 / (1 + 2 ** -(total + prior)))


def test_missing_weighs_nothing(linked) -> None:
    weights = linked.execute("SELECT weight FROM linkage.weights WHERE level = ?", [MISSING]).fetchall()
    assert {weight for (weight,) in weights} == {0.0}


def test_agreement_speaks_for_and_difference_against(linked) -> None:
    weights = {
        (f, level): w for f, level, w in linked.execute("SELECT feature, level, weight FROM linkage.weights").fetchall()
    }
    for feature, best in (("given_name", 7), ("birth_date", 6), ("national_id", 2), ("sex", 1)):
        assert weights[feature, 0] < 0 < weights[feature, best], feature


def test_every_candidate_is_scored_and_the_sure_ones_are_linked(linked) -> None:
    counts = linked.execute(
        """SELECT (SELECT count(*) FROM linkage.pairs), (SELECT sum(pairs) FROM linkage.patterns),
        (SELECT count(*) FROM candidates WHERE rules > 0), (SELECT count(*) FROM linkage.links),
        (SELECT count(*) FROM linkage.pairs WHERE probability >= (SELECT min(probability) FROM linkage.links))"""
    ).fetchone()
    assert counts[0] == counts[1] == counts[2]
    assert counts[3] == counts[4] > 0


def test_pairs_are_in_the_order_of_their_keys(linked) -> None:
    wrong = "(register_l, record_id_l) >= (register_r, record_id_r)"
    assert linked.execute(f"SELECT count(*) FROM linkage.pairs WHERE {wrong}").fetchone() == (0,)


def test_identifier_exact_needs_one_that_agrees_and_none_that_differs(con, fill, a_record, link) -> None:
    same, other = {"national_id": "123456789"}, {"national_id": "987654321"}
    fill(con, [a_record("a", "1", "sok dara", "1980-05-17", identifiers=same | {"fund_no": "1"})])
    fill(con, [a_record("b", "2", "sok dara", "1980-05-17", identifiers=same)])
    fill(con, [a_record("b", "3", "sok dara", "1980-05-17", identifiers=other)])
    fill(con, [a_record("a", "4", "sok dara", "1980-05-17", identifiers=same | {"fund_no": "2"})])
    link(con)
    exact = con.execute(
        "SELECT record_id_l, record_id_r FROM linkage.pairs WHERE identifier_exact ORDER BY ALL"
    ).fetchall()
    assert exact == [("1", "2"), ("1", "4"), ("4", "2")]


def test_a_country_is_linked(linked, country) -> None:
    scores = evaluate.linkage_scores(linked, country[1])
    assert min(scores[which]["f1"] for which in ("pairwise", "within", "cross", "bcubed")) > 0.985


def test_it_links_well_without_any_identifier(con, fill, link, country) -> None:
    rows, truth = country
    fill(con, [row | {"identifiers": {}} for row in rows])
    link(con)
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.93


def test_the_threshold_is_the_best_expected_f1_and_never_below_one_half() -> None:
    assert best_threshold(np.array([0.99, 0.6, 0.01]), np.array([10.0, 10.0, 10.0])) == 0.6
    assert best_threshold(np.array([0.4, 0.3]), np.array([10.0, 10.0])) == 0.5
    assert best_threshold(np.array([]), np.array([])) == 0.5


def test_a_threshold_that_is_given_is_used(con, fill, country) -> None:
    fill(con, country[0][:800])
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    assert model.score_pairs(con, 0.97).threshold == 0.97
    assert con.execute("SELECT min(probability) FROM linkage.links").fetchone()[0] >= 0.97
