"""Splink on the clean records of a set, with settings a competent user would choose: `python abroad_splink.py FOLDER`.

Run by a Python that has splink. Reads clean.parquet and truth.csv; prints one line of JSON: the F1 of its clusters
at the best of several thresholds, chosen with the truth in hand.
"""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = tuple(range(-4, 44, 2))  # match weight
BLOCKS = (
    ("ssn",), ("phone",), ("email",), ("family_name", "birth_date"), ("given_name", "birth_date"),
    ("family_name", "given_name"), ("birth_date", "address_postcode"), ("family_name", "address_postcode"),
    ("given_name", "address_postcode"), ("address_line",), ("given_name", "birth_year", "address_place"),
    ("family_name", "birth_year", "substr(given_name, 1, 1)"),
    ("family_name", "address_place", "substr(given_name, 1, 2)"),
)  # fmt: skip
# Not by family name and place: most pairs there are relatives, and they would be taken for matches.
TRAINING = (
    ("family_name", "given_name"),
    ("birth_date", "given_name"),
    ("birth_date", "family_name"),
    ("phone", "given_name"),
    ("given_name", "address_line"),
)


def comparisons(columns: set[str]) -> list[Any]:
    found = [cl.ForenameSurnameComparison("given_name", "family_name", forename_surname_concat_col_name="both_names")]
    if "birth_date" in columns:
        found.append(cl.DateOfBirthComparison("birth_text", input_is_string=True, invalid_dates_as_null=True))
    elif "birth_year" in columns:
        found.append(cl.CustomComparison(YEARS, "birth_year"))
    if "other_name" in columns:
        found.append(cl.CustomComparison(MIDDLES, "other_name"))
    numbers = [cl.DamerauLevenshteinAtThresholds(name, [1]) for name in ("ssn", "phone", "email") if name in columns]
    if "sex" in columns:
        found.append(cl.ExactMatch("sex"))
    return [*found, *numbers, *_places(columns)]


def _places(columns: set[str]) -> list[Any]:
    """One comparison for the whole address: its parts agree together, and would be counted several times."""
    if "address_line" in columns:
        return [cl.CustomComparison(ADDRESSES, "address")]
    names = [name for name in ("address_postcode", "address_place") if name in columns][:1]
    return [cl.ExactMatch(name).configure(term_frequency_adjustments=True) for name in names]


def _level(sql: str, label: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label}


_LINES = "jaro_winkler_similarity(address_line_l, address_line_r)"
_NONE = "coalesce(address_line_{0}, address_postcode_{0}, address_place_{0}) IS NULL"
_PLACE = "(address_postcode_l = address_postcode_r OR address_place_l = address_place_r)"
ADDRESSES = [
    _level(f"{_NONE.format('l')} OR {_NONE.format('r')}", "null") | {"is_null_level": True},
    _level(f"address_line_l = address_line_r AND {_PLACE}", "same"),
    _level(f"{_LINES} > 0.88 AND {_PLACE}", "alike"),
    _level("address_postcode_l = address_postcode_r", "postcode"),
    _level("address_place_l = address_place_r", "place"),
    _level("ELSE", "else"),
]  # fmt: skip
MIDDLES = [
    {
        "sql_condition": "other_name_l IS NULL OR other_name_r IS NULL",
        "label_for_charts": "null",
        "is_null_level": True,
    },
    {"sql_condition": "other_name_l = other_name_r", "label_for_charts": "same"},
    {
        "sql_condition": "least(length(other_name_l), length(other_name_r)) = 1 AND other_name_l[1] = other_name_r[1]",
        "label_for_charts": "initial",
    },
    {"sql_condition": "jaro_winkler_similarity(other_name_l, other_name_r) > 0.88", "label_for_charts": "alike"},
    {"sql_condition": "ELSE", "label_for_charts": "else"},
]
YEARS = [
    {
        "sql_condition": "birth_year_l IS NULL OR birth_year_r IS NULL",
        "label_for_charts": "null",
        "is_null_level": True,
    },
    {"sql_condition": "birth_year_l = birth_year_r", "label_for_charts": "same"},
    {"sql_condition": "abs(birth_year_l - birth_year_r) = 1", "label_for_charts": "next"},
    {"sql_condition": "abs(birth_year_l - birth_year_r) <= 10", "label_for_charts": "decade"},
    {"sql_condition": "ELSE", "label_for_charts": "else"},
]


def prepared(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The clean records with a number each, without columns that hold nothing; and the truth."""
    records = pd.read_parquet(folder / "clean.parquet").dropna(axis="columns", how="all")
    truth = pd.read_csv(folder / "truth.csv", dtype={"record_id": str}, usecols=["register", "record_id", "person"])
    records["unique_id"] = range(len(records))
    records["both_names"] = records["given_name"].str.cat(records["family_name"], " ")
    if "birth_date" in records and not (records["birth_precision"].isin(["day", "default_1_january"])).any():
        records = records.drop(columns=["birth_date"])
    elif "birth_date" in records:
        records["birth_text"] = pd.to_datetime(records["birth_date"]).dt.strftime("%Y-%m-%d")
        records["birth_date"] = records["birth_text"]
    return records, records[["register", "record_id", "unique_id"]].merge(truth, on=["register", "record_id"])


def trained(records: pd.DataFrame) -> Linker:
    columns = set(records.columns)
    wanted = [block_on(*rule) for rule in BLOCKS if {name.split("(")[-1].split(",")[0] for name in rule} <= columns]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(columns),
        blocking_rules_to_generate_predictions=wanted,
        retain_intermediate_calculation_columns=False,
    )
    api = DuckDBAPI()
    linker = Linker(api.register(records), settings)
    sure = [block_on(name) for name in ("ssn", "phone", "email") if name in columns]
    sure += [block_on("family_name", "given_name", "birth_date" if "birth_date" in columns else "birth_year")] if (
        "birth_year" in columns) else [block_on("family_name", "given_name", "address_line")]  # fmt: skip
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=3e6, seed=1)
    for rule in TRAINING:
        if set(rule) <= columns:
            _train(linker, rule)
    return linker


def _train(linker: Linker, rule: tuple[str, ...]) -> None:
    """One pass; where a level dies out in it Splink refuses, and its start values stay."""
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    except ValueError as error:
        print(f"{rule}: {error}", file=sys.stderr)


def best(linker: Linker, truth: pd.DataFrame) -> dict[str, float]:
    pairs = linker.inference.predict(threshold_match_weight=THRESHOLDS[0])
    found = []
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_weight=threshold
        ).as_pandas_dataframe()
        judged = clusters[["unique_id", "cluster_id"]].merge(truth, on="unique_id")
        found.append(scored(judged) | {"threshold": threshold})
    return max(found, key=lambda told: told["f1"]) | {"pairs": len(pairs.as_pandas_dataframe())}


def scored(judged: pd.DataFrame) -> dict[str, float]:
    def pairs(*by: str) -> int:
        sizes = judged.groupby(list(by)).size()
        return int((sizes * (sizes - 1) // 2).sum())

    both, found, meant = pairs("cluster_id", "person"), pairs("cluster_id"), pairs("person")
    precision, recall = both / found if found else float(not meant), both / meant if meant else float(not found)
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0,
            "false_pairs": found - both}  # fmt: skip


def main() -> None:
    logging.disable(logging.WARNING)
    records, truth = prepared(Path(sys.argv[1]))
    started = time.monotonic()
    told = best(trained(records), truth)
    print(json.dumps(told | {"seconds": round(time.monotonic() - started, 1)}))


if __name__ == "__main__":
    main()
