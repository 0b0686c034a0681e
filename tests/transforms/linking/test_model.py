"""Weights, scores and links: what they mean, and that they are what the tables promise."""

import json
import math

import numpy as np
import pytest

from transforms import block, compare, evaluate, model
from transforms.comparable import populations, prepare
from transforms.feature import MISSING, PRIOR, TWINS
from transforms.features import features
from transforms.model import KEPT, best_threshold
from transforms.stored import stored_model


def test_the_stored_weights_give_back_the_score_of_every_pattern(linked) -> None:
    """Worked out again by hand, in plain sums and logarithms, from linkage.weights alone."""
    columns = ("m", "relatives", "namesakes", "u")
    query = f"SELECT feature, level, {', '.join(columns)} FROM linkage.weights"
    shares = {(feature, level): kinds for feature, level, *kinds in linked.execute(query).fetchall()}
    starts, twins = shares[PRIOR, 0], shares[TWINS, 0][-1]
    unlike = {"given_name", "given_sound", "other_name", "sex", "sex_of_name", "national_id", "fund_no"}
    for told, bits, probability in linked.execute(
        "SELECT levels, match_weight, probability FROM linkage.patterns"
    ).fetchall():
        levels = json.loads(told)
        joint = [starts[kind] * math.prod(shares[at][kind] for at in levels.items()) for kind in range(4)]
        joint.append(starts[0] * twins * math.prod(shares[f, n][3 if f in unlike else 0] for f, n in levels.items()))
        assert bits == pytest.approx(math.log2(joint[0] / sum(joint[1:])), abs=3e-6)
        assert probability == pytest.approx(joint[0] / sum(joint), abs=1e-6)


def test_the_model_read_back_from_its_table_is_the_one_that_was_stored(linked) -> None:
    chosen = features(prepare(linked), populations(linked))
    found = linked.execute("SELECT levels, match_weight FROM linkage.patterns ORDER BY pattern_id").fetchall()
    levels = np.array([[json.loads(told)[feature.name] for feature in chosen] for told, _ in found])
    bits, look_alike = stored_model(linked, chosen).bits(levels)
    np.testing.assert_allclose(bits - look_alike, [weight for _, weight in found], atol=3e-6)


def test_the_shares_of_a_feature_that_pairs_show_add_up(linked) -> None:
    sums = linked.execute(
        """SELECT feature, sum(m), sum(u) FROM linkage.weights WHERE level <> ?
        AND feature IN ('given_name', 'sex', 'birth_date', 'national_id', 'registers') GROUP BY feature""",
        [MISSING],
    ).fetchall()
    assert len(sums) == 5
    for feature, *kinds in sums:
        assert kinds == pytest.approx([1.0, 1.0], abs=0.02), feature


def test_a_weight_says_how_much_likelier_a_level_is_among_matches_than_among_strangers(linked) -> None:
    rows = linked.execute("SELECT m, u, weight FROM linkage.weights WHERE feature <> ?", [TWINS]).fetchall()
    assert [weight for *_, weight in rows] == pytest.approx([math.log2(m / u) for m, u, _ in rows])


def test_missing_weighs_nothing(linked) -> None:
    rows = linked.execute(
        "SELECT m, relatives, namesakes, u, weight FROM linkage.weights WHERE level = ?", [MISSING]
    ).fetchall()
    assert set(rows) == {(1.0, 1.0, 1.0, 1.0, 0.0)}


def test_agreement_speaks_for_and_difference_against(linked) -> None:
    weights = {
        (f, level): w for f, level, w in linked.execute("SELECT feature, level, weight FROM linkage.weights").fetchall()
    }
    for feature, best in (("given_name", 7), ("family_name", 6), ("birth_date", 6), ("national_id", 2), ("sex", 1)):
        assert weights[feature, 0] < 0 < weights[feature, best], feature


def test_every_candidate_is_counted_the_likely_ones_are_kept_and_the_sure_ones_linked(linked) -> None:
    candidates, counted, least, pairs, links, least_linked = linked.execute(
        """SELECT (SELECT count(*) FROM candidates WHERE rules > 0), (SELECT sum(pairs) FROM linkage.patterns),
        (SELECT min(match_weight - least(rival_weight, 0)) FROM linkage.pairs), (SELECT count(*) FROM linkage.pairs),
        (SELECT count(*) FROM linkage.pairs WHERE is_linked),
        (SELECT min(probability) FROM linkage.pairs WHERE is_linked)"""
    ).fetchone()
    assert counted == candidates > pairs > links > 0
    assert least >= math.log2(KEPT / (1 - KEPT))  # what rivals take off loses no pair
    sure = "SELECT count(*) FROM linkage.pairs WHERE probability >= ?"
    assert linked.execute(sure, [least_linked]).fetchone() == (links,)


def test_a_pair_weighs_what_its_pattern_does_and_what_its_rivals_say(linked) -> None:
    rows = linked.execute(
        """SELECT k.match_weight, p.match_weight + k.rival_weight, k.probability, k.rival_weight
        FROM linkage.pairs k JOIN linkage.patterns p USING (pattern_id)"""
    ).fetchall()
    weight, added, probability, rivals = (np.array(column) for column in zip(*rows, strict=True))
    np.testing.assert_allclose(weight, added, atol=1e-9)
    np.testing.assert_allclose(probability, 1 / (1 + np.exp2(-weight)), atol=1e-9)
    assert (rivals > 0).any()
    assert (rivals < 0).any()


def test_no_likely_pair_is_lost(linked) -> None:
    """Whatever its rivals take off, a pair of a likely pattern stands in linkage.pairs."""
    lost = linked.execute(
        """SELECT p.pairs - count(k.pattern_id) FROM linkage.patterns p LEFT JOIN linkage.pairs k USING (pattern_id)
        WHERE p.probability >= ? GROUP BY p.pattern_id, p.pairs""",
        [KEPT],
    ).fetchall()
    assert {n for (n,) in lost} == {0}


def test_pairs_are_in_the_order_of_their_keys(linked) -> None:
    wrong = "(register_l, record_id_l) >= (register_r, record_id_r)"
    assert linked.execute(f"SELECT count(*) FROM linkage.pairs WHERE {wrong}").fetchone() == (0,)


def test_identifier_exact_needs_one_that_agrees_and_none_that_differs(con, fill, a_record, link, country) -> None:
    fill(con, country[0])  # the few below say nothing of how people compare
    same, other = {"national_id": "123456789"}, {"national_id": "987654321"}
    fill(con, [a_record("a", "A1", "vongna darasok", "1980-05-17", identifiers=same | {"own_no": "1"})])
    fill(con, [a_record("b", "A2", "vongna darasok", "1980-05-17", identifiers=same)])
    fill(con, [a_record("b", "A3", "vongna darasok", "1980-05-17", identifiers=other)])
    fill(con, [a_record("a", "A4", "vongna darasok", "1980-05-17", identifiers=same | {"own_no": "2"})])
    link(con)
    exact = con.execute(
        """SELECT record_id_l, record_id_r FROM linkage.pairs
        WHERE identifier_exact AND record_id_l LIKE 'A%' ORDER BY ALL"""
    ).fetchall()
    assert exact == [("A1", "A2"), ("A1", "A4"), ("A4", "A2")]


def test_a_country_is_linked(linked, country) -> None:
    scores = evaluate.linkage_scores(linked, country[1])
    assert min(scores[which]["f1"] for which in ("pairwise", "within", "cross", "bcubed")) > 0.995


@pytest.mark.parametrize("numbered", [True, False])
def test_probabilities_are_calibrated(con, fill, link, larger_country, numbered: bool) -> None:
    """Of the pairs said to match with some probability about so many do; all in all as many as are expected."""
    rows, truth = larger_country
    fill(con, rows if numbered else [row | {"identifiers": {}} for row in rows])
    link(con)
    people = dict(zip(truth["record_id"], truth["person"], strict=True))
    pairs = con.execute("SELECT record_id_l, record_id_r, probability FROM linkage.pairs").fetchall()
    said = np.array([probability for *_, probability in pairs])
    was = np.array([people[left] == people[right] for left, right, _ in pairs])
    assert abs(said.sum() - was.sum()) < 0.004 * was.sum()
    for low, high in ((0.01, 0.5), (0.5, 0.99), (0.99, 1.01)):
        band = (said >= low) & (said < high)
        slack = 3 * np.sqrt((said[band] * (1 - said[band])).sum()) + 0.1 * band.sum() * (high < 1)
        assert abs(said[band].sum() - was[band].sum()) <= slack + 3, (low, high)
    brier = ((said - was) ** 2).mean()
    assert brier < 0.004


def test_it_links_well_without_any_identifier(con, fill, link, country) -> None:
    rows, truth = country
    fill(con, [row | {"identifiers": {}} for row in rows])
    link(con)
    assert evaluate.linkage_scores(con, truth)["pairwise"]["f1"] > 0.99


def test_the_threshold_is_the_best_expected_f1_and_never_below_one_half() -> None:
    assert best_threshold(np.array([0.99, 0.6, 0.01]), np.array([10.0, 10.0, 10.0])) == 0.6
    assert best_threshold(np.array([0.4, 0.3]), np.array([10.0, 10.0])) == 0.5
    assert best_threshold(np.array([]), np.array([])) == 0.5


def test_a_threshold_that_is_given_is_used(con, fill, country) -> None:
    fill(con, country[0][:800])
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    assert model.score_pairs(con, 0.97).threshold == 0.97
    assert con.execute("SELECT min(probability) FROM linkage.pairs WHERE is_linked").fetchone()[0] >= 0.97
