"""What the comparison measures, on clusters and probabilities whose worth is known by hand."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.linkage import contest, datasets, measures, report


def records(persons: list[str | None], registers: str = "", **groups: list[bool]) -> pl.DataFrame:
    """Records as `read_records` gives them, of these persons; in register `a` unless told otherwise."""
    size = len(persons)
    nobody = {name: [False] * size for name in ("only_latin", "only_local", "men_20_29")}
    everybody = {"measured_half": [True] * size}
    columns = {"register": list(registers or "a" * size), "person": persons} | everybody | nobody | groups
    return pl.DataFrame(columns, schema_overrides={"person": pl.String}).with_row_index("rec", offset=1)


def clusters(*of_records: int) -> measures.Ints:
    return np.array(of_records)


def test_pairs_are_counted_within_and_across_registers():
    people = records(["p", "p", "p", "q", "q"], registers="aabab")
    scores = measures.cluster_scores(people, clusters(1, 1, 2, 2, 2))
    assert [scores["all"][part] for part in ("right", "found", "meant")] == [2, 4, 4]
    assert [scores["within"][part] for part in ("right", "found", "meant")] == [1, 2, 1]
    assert [scores["across"][part] for part in ("right", "found", "meant")] == [1, 2, 3]
    assert scores["all"]["f1"] == pytest.approx(0.5)


def test_bcubed_is_what_the_paper_says():
    scores = measures.cluster_scores(records(["p", "p", "p", "q"]), clusters(1, 1, 2, 2))
    assert scores["bcubed"]["precision"] == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert scores["bcubed"]["recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_a_record_of_unknown_person_counts_for_nothing():
    known = measures.cluster_scores(records(["p", "p"]), clusters(1, 1))
    assert measures.cluster_scores(records(["p", "p", None, None]), clusters(1, 1, 1, 1)) == known


def test_local_by_latin_counts_pairs_of_one_of_each_and_no_others():
    people = records(
        ["p", "p", "p", "q", "q"],
        only_latin=[True, False, False, True, False],
        only_local=[False, True, True, False, True],
    )
    scores = measures.cluster_scores(people, clusters(1, 1, 2, 3, 1))["local_by_latin"]
    assert [scores[part] for part in ("right", "found", "meant")] == [1, 2, 3]


def test_a_group_leaves_out_pairs_with_others():
    people = records(["p", "p", "q"], men_20_29=[True, True, False])
    assert measures.cluster_scores(people, clusters(1, 1, 1))["men_20_29"]["precision"] == 1.0


def test_of_the_measured_half_a_wrong_pair_with_the_other_half_counts_by_half():
    people = records(["p", "p", "q"], measured_half=[True, True, False])
    assert measures.cluster_scores(people, clusters(1, 1, 1))["measured_half"]["found"] == 1 + 2 / 2


def test_components_join_what_edges_reach():
    found = measures.components(5, np.array([1, 2]), np.array([2, 4]))
    assert found[0] == found[1] == found[3]
    assert len(set(found)) == 3


def test_the_best_threshold_of_the_grid_is_where_right_and_wrong_links_part():
    people = records(["p", "p", "q", "q"])
    pairs = pl.DataFrame({"rec_l": [1, 3, 2], "rec_r": [2, 4, 3], "probability": [0.9, 0.8, 0.4]})
    found = {t: scores["all"]["f1"] for t, scores in measures.grid_scores(people, pairs, (0.3, 0.5, 0.85)).items()}
    assert max(found, key=found.__getitem__) == 0.5
    assert found[0.5] == 1.0
    assert found[0.3] == pytest.approx(2 * 2 / (6 + 2))


def test_probabilities_are_judged_by_bin_and_by_their_square_error():
    people = records(["p", "p", "q"])
    pairs = pl.DataFrame({"rec_l": [1, 1], "rec_r": [2, 3], "probability": [1.0, 0.25]})
    told = measures.pair_scores(people, pairs)
    assert told["brier"] == pytest.approx((0 + 0.25**2) / 2)
    assert [(b["probability"], b["true"], b["pairs"]) for b in told["reliability"]] == [(0.25, 0.0, 1), (1.0, 1.0, 1)]
    assert told["best_pair_f1"] == 1.0


def test_the_curve_ends_at_all_pairs_and_counts_the_true_ones_that_nobody_proposed():
    people = records(["p", "p", "p", "q"])
    pairs = pl.DataFrame({"rec_l": [1, 2, 1], "rec_r": [2, 3, 4], "probability": [0.9, 0.6, 0.1]})
    curve = measures.pair_scores(people, pairs)["curve"]
    assert curve[0] == {"probability": 0.9, "precision": 1.0, "recall": pytest.approx(1 / 3)}
    assert curve[-1]["recall"] == pytest.approx(2 / 3)


def test_nothing_proposed_is_told_and_does_not_fail():
    pairs = pl.DataFrame({"rec_l": [], "rec_r": [], "probability": []}).cast(
        {"rec_l": pl.Int64, "rec_r": pl.Int64, "probability": pl.Float64}
    )
    told = measures.pair_scores(records(["p", "p"]), pairs)
    assert (told["curve"], told["best_pair_f1"], told["reliability"]) == ([], 0.0, [])


@pytest.mark.parametrize(("size", "number"), [("100k", 100_000), ("1M", 1_000_000)])
def test_a_size_is_read(size: str, number: int):
    assert datasets.records_of(size) == number


def test_it_refuses_what_is_no_size():
    with pytest.raises(ValueError, match="'many' is no size"):
        datasets.records_of("many")


def few(folder: Path) -> Path:
    """Forty people in two registers, with their number and without an error."""
    letters = "abcdefghij"
    rows = [
        {
            "register": register,
            "record_id": f"{number:02}",
            "person": str(number),
            "family_name": f"{letters[number % 10]}orten{letters[number // 4]}",
            "given_name": f"{letters[number // 10]}ari{letters[number % 7]}",
            "family_fold": f"{letters[number % 10]}orten{letters[number // 4]}",
            "given_fold": f"{letters[number // 10]}ari{letters[number % 7]}",
            "birth_date": date(1950 + number, 1 + number % 12, 1 + number % 28),
            "social_security": f"{number * 7919:07}",
        }
        for register in "ab"
        for number in range(40)
    ]
    return datasets.write(pl.DataFrame(rows), folder)


def test_ours_competes_in_its_own_process_and_its_numbers_can_be_written(tmp_path: Path):
    path = few(tmp_path / "data")
    result = contest.compete("ours", path, tmp_path / "out")
    assert result["scores"]["ours"]["all"]["meant"] == 40
    assert result["scores"]["ours"]["all"]["f1"] == 1.0
    assert 0 < result["measured"]["seconds"] < 300
    assert result["measured"]["peak_mib"] > 50
    report.write_json({"data": {"few": [result]}, "seed": 1}, tmp_path / "told.json")
    told = json.loads((tmp_path / "told.json").read_text())
    (again,) = told["data"]["few"]
    assert {"name", "best", "measured", "scores", "probabilities", "candidate_pairs", "settings"} <= again.keys()
    assert report.rows([again]) == report.rows([result])


def test_the_records_of_the_tables_are_in_the_order_of_their_keys(tmp_path: Path):
    people = measures.read_records(few(tmp_path))
    assert people["rec"].to_list() == list(range(1, 81))
    assert people["register"].to_list() == ["a"] * 40 + ["b"] * 40
    assert people["only_latin"].all()
    assert 0 < people["measured_half"].sum() < 80
    halves = people.group_by("person").agg(pl.col("measured_half").n_unique())
    assert halves["measured_half"].max() == 1
