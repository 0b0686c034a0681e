"""Error rates by group: told by identifiers, they are what linking without identifiers would miss and make up."""

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from transforms import block, cluster, compare, error_rates, identity, model, models, tables

Row = dict[str, Any]
Country = tuple[list[Row], pl.DataFrame]
Fill = Callable[[duckdb.DuckDBPyConnection, list[Row]], None]
AS_OF = date(2026, 11, 1)


def measured(con: duckdb.DuckDBPyConnection, fill: Fill, rows: list[Row]) -> pl.DataFrame:
    """coverage.error_rates of a night on these records."""
    fill(con, rows)
    tables.create(con, *tables.KEPT_MODELS, *tables.REFERENCE)
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    models.record(con, model.score_pairs(con), AS_OF, None)
    cluster.cluster_links(con, frozenset())
    identity.assign_persons(con)
    error_rates.measure(con, AS_OF)
    return con.execute("SELECT * FROM coverage.error_rates").pl()


def group(rates: pl.DataFrame, breakdown: str, code: str) -> Row:
    return rates.row(by_predicate=(pl.col("breakdown") == breakdown) & (pl.col("group_code") == code), named=True)


def without_numbers(row: Row) -> Row:
    return row | {"identifiers": {kind: held for kind, held in row["identifiers"].items() if kind != "national_id"}}


def moved_away(row: Row) -> Row:
    """A record from elsewhere that does not know when its person was born."""
    return row | {"area_1": "99", "birth_date": None, "birth_year": None, "birth_precision": None}


def test_what_is_missed_is_what_linking_without_identifiers_misses(
    con: duckdb.DuckDBPyConnection, fill: Fill, country: Country
) -> None:
    rows, truth = country
    told = group(measured(con, fill, rows), "total", "all")
    assert told["pairs"] > 60
    shown = {(r["register"], r["record_id"]): r.get("identifiers", {}).get("national_id") for r in rows}
    con.execute("DELETE FROM clean.identifiers WHERE id_type = 'national_id'")
    block.candidate_pairs(con)
    compare.compare_pairs(con)
    model.score_pairs(con)
    found = con.execute("SELECT register_l, record_id_l, register_r, record_id_r FROM linkage.pairs WHERE is_linked")
    linked = {((rl, il), (rr, ir)) for rl, il, rr, ir in found.fetchall()}
    people: dict[str, list[tuple[str, str]]] = {}
    for register, record_id, person in truth.sort("register", "record_id").iter_rows():
        if shown[register, record_id]:
            people.setdefault(person, []).append((register, record_id))
    pairs = [
        (left, right)
        for records in people.values()
        for place, left in enumerate(records)
        for right in records[place + 1 :]
        if shown[left] == shown[right]
    ]
    missed = sum(pair not in linked for pair in pairs) / len(pairs)
    assert told["pairs"] == pytest.approx(len(pairs), rel=0.02)
    assert told["missed_share"] == pytest.approx(missed, abs=0.06)
    assert told["missed_low"] <= told["missed_share"] < told["missed_high"]


def test_groups_that_linking_misses_more_stand_out(
    con: duckdb.DuckDBPyConnection, fill: Fill, country: Country
) -> None:
    held = [r for r in country[0] if r["register"] == "fund" and "national_id" in r.get("identifiers", {})]
    chosen = {row["record_id"] for row in held[:20]}
    rows = [moved_away(r) if r["register"] == "fund" and r["record_id"] in chosen else r for r in country[0]]
    rates = measured(con, fill, rows)
    moved, stayed = (group(rates, "moved", code) for code in ("moved", "stayed"))
    assert moved["missed_low"] > stayed["missed_high"]
    assert moved["pairs"] + stayed["pairs"] <= group(rates, "total", "all")["pairs"]


def test_links_whose_numbers_differ_are_contradicted(
    con: duckdb.DuckDBPyConnection, fill: Fill, country: Country
) -> None:
    wrong, rows = 0, []
    for row in country[0]:
        numbers = row.get("identifiers", {})
        if row["register"] == "fund" and "national_id" in numbers and wrong < 30:
            wrong += 1
            numbers = numbers | {"national_id": f"{7 * 10**8 + wrong * 1_111_111}"}
        rows.append(row | ({"identifiers": numbers} if numbers else {}))
    told = group(measured(con, fill, rows), "total", "all")
    assert 10 <= told["contradicted"] <= 35
    assert told["links"] == told["found"] + told["contradicted"]


def test_nothing_is_told_where_registers_share_no_identifier(
    con: duckdb.DuckDBPyConnection, fill: Fill, country: Country
) -> None:
    rows = [without_numbers(row) if "identifiers" in row else row for row in country[0]]
    assert measured(con, fill, rows).is_empty()
