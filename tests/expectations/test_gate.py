"""Every check has a night in which it holds and one in which it fails and names the row."""

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contracts import Contract
from expectations.gate import CheckResult, check_arrival, check_layer
from expectations.promises import LAYER_TABLES, promises_of

AS_OF = date(2026, 11, 1)
COMING = 'raw."members__incoming"'
MEMBERS: dict[str, Any] = {
    "register": "members",
    "title": "Members",
    "agency": "the ministry",
    "source": {"kind": "csv", "path": "members.csv"},
    "key": ["no"],
    "columns": {"no": {"required": True}, "name": {"required": True}, "seen": {"dates": ["%d/%m/%Y", "serial"]}},
    "yields": {"people": {"columns": {"full_name": "name"}}},
    "volume": {"min_rows": 10, "min_ratio": 0.5, "max_ratio": 2.0},
    "freshness": {"column": "seen", "max_age_days": 30},
}
CONTRACT = Contract.model_validate(MEMBERS)


def come(con: duckdb.DuckDBPyConnection, columns: str = "", rows: int = 100) -> None:
    """A pull in which every promise holds, but for the columns given."""
    con.execute(f"""
        CREATE OR REPLACE TABLE {COMING} AS
        SELECT 's' AS _snapshot, 'members.csv' AS _file, i + 1 AS _row, * REPLACE ({columns or "name AS name"}) FROM (
            SELECT i, i::VARCHAR AS no, 'name' AS name, strftime(DATE '2026-10-30' - i::INTEGER, '%d/%m/%Y') AS seen
            FROM range({rows}) AS t(i))""")
    con.execute(f"ALTER TABLE {COMING} DROP i")


def broken(results: list[CheckResult]) -> dict[str, CheckResult]:
    return {result.check_name: result for result in results if not result.passed}


def arrive(con: duckdb.DuckDBPyConnection, previous_rows: int | None = None) -> dict[str, CheckResult]:
    return broken(check_arrival(con, CONTRACT, COMING, previous_rows, AS_OF))


def test_a_good_pull_passes(con: duckdb.DuckDBPyConnection) -> None:
    come(con)
    results = check_arrival(con, CONTRACT, COMING, 100, AS_OF)
    assert {r.check_name for r in results} == {
        "rows",
        "rows_against_last_time",
        "columns",
        "undeclared_columns",
        "required:no",
        "required:name",
        "duplicate_keys",
        "freshness",
    }
    assert all(r.passed and r.failing_rows == 0 and r.failing_keys == "[]" for r in results)
    assert {(r.layer, r.table_name) for r in results} == {("raw", "raw.members")}


@pytest.mark.parametrize(("rows", "told"), [(0, "It came empty"), (7, "Only 7 came")])
def test_an_empty_or_short_pull_fails(con: duckdb.DuckDBPyConnection, rows: int, told: str) -> None:
    come(con, rows=rows)
    assert told in arrive(con)["rows"].promise
    assert "ask the ministry" in arrive(con)["rows"].promise


@pytest.mark.parametrize("before", [1_000_000, 40])
def test_a_pull_unlike_the_last_fails(con: duckdb.DuckDBPyConnection, before: int) -> None:
    come(con)
    found = arrive(con, before)["rows_against_last_time"]
    assert "It came with 100" in found.promise
    assert f"{before:,} last time" in found.promise


def test_a_renamed_column_is_named_with_the_one_that_came_instead(con: duckdb.DuckDBPyConnection) -> None:
    come(con)
    con.execute(f"ALTER TABLE {COMING} RENAME name TO full_name")
    found = arrive(con)
    assert set(found) == {"columns", "undeclared_columns"}
    assert "name is missing (did full_name come instead?)" in found["columns"].promise
    assert json.loads(found["columns"].failing_keys) == [{"column": "name"}]
    assert found["undeclared_columns"].severity == "warn"


def test_a_column_that_is_blank_too_often_fails(con: duckdb.DuckDBPyConnection) -> None:
    come(con, "CASE WHEN i < 20 THEN ' ' WHEN i < 40 THEN NULL ELSE name END AS name")
    found = arrive(con)
    assert set(found) == {"required:name"}
    assert found["required:name"].failing_rows == 40
    assert {"_row": 1} in json.loads(found["required:name"].failing_keys)
    assert "missing in 40 of 100" in found["required:name"].promise


def test_a_column_that_is_blank_at_times_passes(con: duckdb.DuckDBPyConnection) -> None:
    come(con, "CASE WHEN i < 20 THEN NULL ELSE name END AS name")
    assert not arrive(con)


def test_repeated_keys_fail(con: duckdb.DuckDBPyConnection) -> None:
    come(con, "(i % 60)::VARCHAR AS no")
    found = arrive(con)
    assert set(found) == {"duplicate_keys"}
    assert found["duplicate_keys"].failing_rows == 40
    assert {"_row": 1, "times": 2} in json.loads(found["duplicate_keys"].failing_keys)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("strftime(DATE '2026-09-01' - i::INTEGER, '%d/%m/%Y')", "It is of 2026-09-01"),
        ("CASE i WHEN 0 THEN '01/01/2062' ELSE '02/09/2026' END", "It is of 2026-09-02"),
        ("'yesterday'", "No date in it could be read"),
    ],
)
def test_an_old_pull_fails(con: duckdb.DuckDBPyConnection, seen: str, told: str) -> None:
    come(con, f"{seen} AS seen")
    found = arrive(con)
    assert set(found) == {"freshness"}
    assert told in found["freshness"].promise


@pytest.mark.parametrize("seen", ["'46320'", "'៣០/១០/២០២៦'", "'2026-10-30'"])
def test_dates_are_read_as_the_contract_says(con: duckdb.DuckDBPyConnection, seen: str) -> None:
    come(con, f"{seen} AS seen")
    assert not arrive(con)


def test_a_night_that_is_well_keeps_every_promise(con: duckdb.DuckDBPyConnection) -> None:
    results = [result for layer in LAYER_TABLES for result in check_layer(con, layer)]
    assert not broken(results)
    assert len({(r.layer, r.table_name, r.check_name) for r in results}) == len(results)


PAIR = "'idpoor_members', '{}', 'nssf_members', '{}'"
GAP = "measure = 'elderly_benefit' AND group_code ="
# Layer and check, what breaks it, and what its failing keys must name.
BREAKS = [
    (
        "clean",
        "rows_add_up",
        "UPDATE ops.arrivals SET rows_clean = 290 WHERE register = 'nssf_members'",
        "nssf_members",
    ),
    ("clean", "clean_counted", "UPDATE ops.arrivals SET rows_clean = 290 WHERE register = 'nssf_members'", "290"),
    ("clean", "cleanliness_adds_up", "UPDATE ops.cleanliness SET rows = 41 WHERE to_kind = 'mended'", '"there": 305'),
    ("clean", "quarantine_counted", "DELETE FROM clean.quarantine WHERE row_no = 301", '"there": 3'),
    ("clean", "kept_whole", "DELETE FROM raw.idpoor_members WHERE _row = 9", '"kept": 303'),
    (
        "clean",
        "clean_or_quarantined",
        "UPDATE clean.quarantine SET row_no = 17 WHERE row_no = 302",
        '"row_no": 17',
    ),
    ("clean", "snapshot_in_use", "UPDATE clean.payments SET snapshot_id = 'older' WHERE payment_id = 'P1'", "older"),
    (
        "clean",
        "quarantine_share",
        "UPDATE ops.arrivals SET rows_quarantined = 30, rows_in = 300 WHERE register = 'nssf_members'",
        "nssf_members",
    ),
    (
        "clean",
        "valid_is_filled",
        "UPDATE clean.identifiers SET value = ' ' WHERE record_id = 'nssf_members/3'",
        "nssf_members/3",
    ),
    (
        "clean",
        "birth_plausible",
        "UPDATE clean.people SET birth_date = '2026-11-02' WHERE record_id = 'nssf_members/4'",
        "nssf_members/4",
    ),
    ("clean", "order:valid_from", "UPDATE clean.entitlements SET valid_to = '2020-01-01'", "E1"),
    ("clean", "order:enrolled_on", "UPDATE clean.enrolments SET ended_on = '2020-01-01'", "F1"),
    ("clean", "order:visited_on", "UPDATE clean.claims SET discharged_on = '2020-01-01'", "C1"),
    ("clean", "order:happened_on", "UPDATE clean.events SET registered_on = '2020-01-01'", "V1"),
    (
        "clean",
        "clean.payments not_negative:amount",
        "UPDATE clean.payments SET amount = -1 WHERE payment_id = 'P2'",
        "P2",
    ),
    ("clean", "clean.claims not_negative:amount", "UPDATE clean.claims SET amount = -1", "C1"),
    ("clean", "clean.contributions not_negative:amount", "UPDATE clean.contributions SET amount = -1", "N1"),
    (
        "linkage",
        "linkage.pairs joins_records",
        f"INSERT INTO linkage.pairs VALUES ({PAIR.format('c', 'd')}, 1, 0, 14.2, 0.9, FALSE, TRUE)",
        '"d"',
    ),
    (
        "linkage",
        "linkage.pairs sorted",
        "INSERT INTO linkage.pairs VALUES ('a', '2', 'a', '1', 1, 0, 14.2, 0.9, FALSE, TRUE)",
        '"2"',
    ),
    (
        "linkage",
        "linked_by_threshold",
        f"INSERT INTO linkage.pairs VALUES ({PAIR.format('e', 'f')}, 1, 0, 14.2, 0.999, FALSE, FALSE)",
        '"e"',
    ),
    (
        "linkage",
        "explained",
        f"INSERT INTO linkage.pairs VALUES ({PAIR.format('g', 'h')}, 77, 0, 1, 0.9, FALSE, TRUE)",
        '"g"',
    ),
    ("linkage", "pairs_add_up", "UPDATE linkage.patterns SET pairs = 299 WHERE pattern_id = 1", '"pattern_id": 1'),
    (
        "linkage",
        "linkage.pairs share:probability",
        f"INSERT INTO linkage.pairs VALUES ({PAIR.format('i', 'j')}, 1, 0, 14.2, 1.2, FALSE, TRUE)",
        '"i"',
    ),
    (
        "linkage",
        "linkage.patterns share:probability",
        "INSERT INTO linkage.patterns VALUES (4, '', 0, 1, 2)",
        '"pattern_id": 4',
    ),
    ("linkage", "share:m", "INSERT INTO linkage.weights VALUES ('sex', 0, '', 1.5, 0.1, 0.1, 0.1, 1)", "sex"),
    ("linkage", "share:u", "INSERT INTO linkage.weights VALUES ('age', 0, '', 0.5, 0.1, 0.1, -0.1, 1)", "age"),
    ("linkage", "share:relatives", "INSERT INTO linkage.weights VALUES ('kin', 0, '', 0.5, 2, 0.1, 0.1, 1)", "kin"),
    ("linkage", "share:namesakes", "INSERT INTO linkage.weights VALUES ('kin', 0, '', 0.5, 0.1, -1, 0.1, 1)", "kin"),
    (
        "linkage",
        "likely_enough",
        "UPDATE linkage.pairs SET match_weight = -9 WHERE record_id_l = 'idpoor_members/7'",
        "/7",
    ),
    (
        "linkage",
        "weight_adds_up",
        "UPDATE linkage.pairs SET rival_weight = 3 WHERE record_id_l = 'idpoor_members/7'",
        "/7",
    ),
    (
        "linkage",
        "linkage.judgements_given sorted",
        "INSERT INTO linkage.judgements_given VALUES ('b', '1', 'a', '2', 'same', 'x', TIMESTAMP '2020-01-01', NULL)",
        '"b"',
    ),
    (
        "linkage",
        "last_counts",
        "UPDATE linkage.judgements SET judged_at = TIMESTAMP '2020-01-01' WHERE record_id_r = 'nssf_members/24'",
        "nssf_members/24",
    ),
    (
        "linkage",
        "different_is_apart",
        "UPDATE linkage.judgements SET judgement = 'different' WHERE record_id_r = 'nssf_members/20'",
        "nssf_members/20",
    ),
    (
        "linkage",
        "same_is_one_person",
        "UPDATE linkage.judgements SET judgement = 'same' WHERE record_id_r = 'nssf_members/21'",
        "nssf_members/21",
    ),
    (
        "linkage",
        "contradicted_is_apart",
        "UPDATE linkage.judgements SET fate = 'contradicted' WHERE record_id_r = 'nssf_members/27'",
        "nssf_members/27",
    ),
    (
        "linkage",
        "contested_is_unsure",
        "UPDATE linkage.judgements SET is_contested = true WHERE record_id_r = 'nssf_members/20'",
        "nssf_members/20",
    ),
    (
        "linkage",
        "waits_for_a_record",
        "UPDATE linkage.judgements SET fate = 'waits' WHERE record_id_r = 'nssf_members/20'",
        "nssf_members/20",
    ),
    (
        "linkage",
        "told",
        "INSERT INTO linkage.judgements_aside VALUES ('said.csv', 3, 'judgement', 'perhaps', 'Write same.')",
        "said.csv",
    ),
    (
        "linkage",
        "linkage.doubtful joins_records",
        "UPDATE linkage.doubtful SET record_id_r = 'nobody' WHERE record_id_l = 'idpoor_members/0'",
        "nobody",
    ),
    (
        "linkage",
        "not_answered",
        "UPDATE linkage.doubtful SET record_id_l = 'idpoor_members/20', record_id_r = 'nssf_members/21' "
        "WHERE record_id_l = 'idpoor_members/2'",
        "idpoor_members/20",
    ),
    (
        "linkage",
        "linkage.doubtful share:probability",
        "UPDATE linkage.doubtful SET probability = 2 WHERE record_id_l = 'idpoor_members/1'",
        "idpoor_members/1",
    ),
    (
        "linkage",
        "linkage.cluster_sizes records_add_up",
        "UPDATE linkage.cluster_sizes SET records = records + 1000",
        "records",
    ),
    ("linkage", "parts_of_a_whole", "UPDATE linkage.cluster_sizes SET bridges = links + 1", "least"),
    ("linkage", "share:density", "UPDATE linkage.cluster_sizes SET density = 1.5", "least"),
    ("linkage", "linkage.unblocked records_add_up", "UPDATE linkage.unblocked SET unblocked = 9999", "nssf_members"),
    (
        "persons",
        "every_record_has_a_person",
        "DELETE FROM persons.records WHERE record_id = 'nssf_members/5'",
        "nssf_members/5",
    ),
    (
        "persons",
        "no_made_up_record",
        "INSERT INTO persons.records VALUES ('nssf_members', 'nobody', 'person-001', 1, 'g')",
        "nobody",
    ),
    ("persons", "person_exists", "DELETE FROM persons.persons WHERE person_id = 'person-009'", "person-009"),
    (
        "persons",
        "records_add_up",
        "UPDATE persons.persons SET registers = 3 WHERE person_id = 'person-010'",
        "person-010",
    ),
    (
        "persons",
        "identifier_group_is_one_person",
        "UPDATE persons.records SET identifier_group = 'one' WHERE record_id[-3:] IN ('/11', '/12')",
        "one",
    ),
    (
        "persons",
        "share:link_probability",
        "UPDATE persons.records SET link_probability = 1.1 WHERE record_id = 'nssf_members/6'",
        "nssf_members/6",
    ),
    ("findings", "rule_exists", "UPDATE findings.findings SET rule = 'X99' WHERE finding_id = 'I04-1'", "X99"),
    ("findings", "findings_add_up", "UPDATE findings.rules SET findings = 5 WHERE rule = 'I01'", "I01"),
    ("findings", "one_subject", "UPDATE findings.findings SET person_id = NULL WHERE finding_id = 'I04-2'", "I04-2"),
    (
        "findings",
        "person_exists",
        "UPDATE findings.findings SET person_id = 'nobody' WHERE finding_id = 'I04-3'",
        "I04-3",
    ),
    (
        "findings",
        "household_exists",
        "UPDATE findings.findings SET household_id = 'H999' WHERE finding_id = 'E01-1'",
        "E01-1",
    ),
    (
        "findings",
        "record_exists",
        "INSERT INTO findings.records VALUES ('I04-4', 'nssf_members', 'nothing', 'subject')",
        "nothing",
    ),
    (
        "findings",
        "finding_exists",
        "INSERT INTO findings.records VALUES ('gone', 'nssf_members', 'nssf_members/1', 'subject')",
        "gone",
    ),
    ("findings", "rests_on_records", "DELETE FROM findings.records WHERE finding_id = 'I04-6'", "I04-6"),
    (
        "findings",
        "adverse_needs_identifier",
        "UPDATE findings.findings SET state = 'confirmed' WHERE finding_id = 'I04-7'",
        "I04-7",
    ),
    (
        "findings",
        "share:probability",
        "UPDATE findings.findings SET probability = 1.5 WHERE finding_id = 'I04-8'",
        "I04-8",
    ),
    (
        "findings",
        "share:missed_link_probability",
        "UPDATE findings.findings SET missed_link_probability = -0.5 WHERE finding_id = 'E02-8'",
        "E02-8",
    ),
    ("findings", "lasts", "UPDATE findings.lasting SET episode = 2 WHERE finding_id = 'N01-1'", "N01-1"),
    (
        "findings",
        "open_is_found",
        """INSERT INTO findings.lasting BY NAME
           SELECT * REPLACE ('lost' AS finding_id) FROM findings.lasting WHERE finding_id = 'N01-2'""",
        "lost",
    ),
    (
        "findings",
        "one_open",
        """UPDATE findings.lasting SET person_id = 'person-004' WHERE finding_id = 'N01-5'""",
        "N01",
    ),
    (
        "findings",
        "days_in_order",
        "UPDATE findings.lasting SET first_seen = '2026-12-01' WHERE finding_id = 'N01-6'",
        "N01-6",
    ),
    (
        "findings",
        "continued_exists",
        "UPDATE findings.lasting SET continued_by = 'nothing' WHERE finding_id = 'N01-7'",
        "N01-7",
    ),
    (
        "findings",
        "new_or_changed_is_found",
        "UPDATE findings.changes SET state = 'changed' WHERE finding_id = 'N01-8'",
        "N01-8",
    ),
    (
        "findings",
        "resolved_is_resolved",
        "UPDATE findings.changes SET change = 'resolved' WHERE finding_id = 'N01-9'",
        "N01-9",
    ),
    (
        "findings",
        "new_is_new",
        "UPDATE findings.findings SET first_seen = '2026-10-01' WHERE finding_id = 'N01-10'",
        "N01-10",
    ),
    (
        "findings",
        "priority_adds_up",
        "UPDATE findings.findings SET priority = priority + 1 WHERE finding_id = 'N01-11'",
        "N01-11",
    ),
    (
        "findings",
        "doubt_comes_after",
        "UPDATE findings.findings SET priority = 90 WHERE finding_id = 'I04-9'",
        "I04-9",
    ),
    (
        "coverage",
        "groups_add_up",
        f"UPDATE coverage.estimates SET eligible = eligible + 1 WHERE {GAP} 'F'",
        '"sex"',
    ),
    (
        "coverage",
        "covered_at_most_eligible",
        f"UPDATE coverage.gaps SET covered = eligible + 1 WHERE {GAP} '01'",
        '"01"',
    ),
    (
        "coverage",
        "share_is_the_gap",
        f"UPDATE coverage.gaps SET gap_share = gap_share + 0.001 WHERE {GAP} '02'",
        '"02"',
    ),
    (
        "coverage",
        "interval_holds_share",
        f"UPDATE coverage.gaps SET gap_low = gap_share_adjusted + 0.01 WHERE {GAP} '03'",
        '"03"',
    ),
    (
        "coverage",
        "coverage.gaps no_small_cell",
        f"UPDATE coverage.gaps SET covered = eligible - 10 WHERE {GAP} '04'",
        '"04"',
    ),
    (
        "coverage",
        "coverage.gaps suppressed_is_empty",
        f"UPDATE coverage.gaps SET gap_share = 0.1 WHERE {GAP} '09'",
        '"09"',
    ),
    ("coverage", "not_recoverable", f"UPDATE coverage.gaps SET suppressed = 'yes' WHERE {GAP} 'F'", '"sex"'),
    (
        "coverage",
        "measure_exists",
        "UPDATE coverage.gaps SET measure = 'unknown' WHERE measure[1] = 'f' AND group_code = '05'",
        "unknown",
    ),
    ("coverage", "found_among_people", "UPDATE coverage.errors SET probable = 40 WHERE group_code = 'F'", '"F"'),
    ("coverage", "groups_add_up", "UPDATE coverage.errors SET people = 601 WHERE group_code = 'M'", '"sex"'),
    (
        "coverage",
        "coverage.error_gaps no_small_cell",
        "UPDATE coverage.error_gaps SET found = 10 WHERE group_code = 'F'",
        '"F"',
    ),
    (
        "coverage",
        "coverage.error_gaps suppressed_is_empty",
        "UPDATE coverage.error_gaps SET money_suppressed = 'yes' WHERE group_code = 'M'",
        '"M"',
    ),
    (
        "coverage",
        "overlap_is_in_both",
        "UPDATE coverage.completeness SET in_both = in_b + 1 WHERE group_code = 'F'",
        '"F"',
    ),
    (
        "coverage",
        "coverage.completeness groups_add_up",
        "UPDATE coverage.completeness SET in_a = 301 WHERE group_code = 'M'",
        '"sex"',
    ),
    (
        "coverage",
        "estimates_in_order",
        "UPDATE coverage.completeness SET people_low = people + 1 WHERE group_code = 'M'",
        '"M"',
    ),
    (
        "coverage",
        "coverage.completeness_gaps no_small_cell",
        "UPDATE coverage.completeness_gaps SET in_both = in_b - 10 WHERE group_code = 'M'",
        '"M"',
    ),
    (
        "coverage",
        "coverage.completeness_gaps suppressed_is_empty",
        "UPDATE coverage.completeness_gaps SET suppressed = 'yes' WHERE group_code = 'F'",
        '"F"',
    ),
    (
        "coverage",
        "coverage.completeness_gaps not_recoverable",
        "SELECT 1",  # the group that is hidden above stands alone
        '"sex"',
    ),
    (
        "coverage",
        "capture_exists",
        "UPDATE coverage.completeness_gaps SET capture = 'unknown' WHERE group_code = 'M'",
        "unknown",
    ),
    (
        "coverage",
        "nothing_happens_tomorrow",
        "UPDATE coverage.staleness SET median_days = -1 WHERE register = 'hef_claims'",
        "hef_claims",
    ),
]


@pytest.mark.parametrize("layer", LAYER_TABLES)
def test_every_promise_can_be_broken_and_names_the_row(con: duckdb.DuckDBPyConnection, layer: str) -> None:
    """All breaks of a layer in one night: each check must name its own."""
    mine = [(check, sql, named) for broken_layer, check, sql, named in BREAKS if broken_layer == layer]
    for _, sql, _ in mine:
        con.execute(sql)
    results = [result for result in check_layer(con, layer) if not result.passed]
    by_name = {name: r for r in results for name in (r.check_name, f"{r.table_name} {r.check_name}")}
    for check, _, named in mine:
        assert check in by_name, f"{check} did not fail"
        assert by_name[check].failing_rows > 0
        assert named in by_name[check].failing_keys, (check, by_name[check].failing_keys)


@pytest.mark.parametrize("layer", LAYER_TABLES)
def test_every_written_promise_has_a_night_in_which_it_is_broken(con: duckdb.DuckDBPyConnection, layer: str) -> None:
    rows = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    tried = {check for _, check, _, _ in BREAKS}
    written = promises_of(layer, {row[0] for row in rows})
    assert not [p for p in written if p.name not in tried and f"{p.table} {p.name}" not in tried]


@pytest.mark.parametrize(
    ("sql", "check", "keys"),
    [
        ("ALTER TABLE coverage.measures DROP unit", "columns", [{"column": "unit"}]),
        ("ALTER TABLE coverage.measures ADD COLUMN extra INTEGER", "columns", [{"column": "extra"}]),
        (
            "ALTER TABLE coverage.gaps ALTER eligible TYPE INTEGER",
            "types",
            [{"column": "eligible", "wanted": "BIGINT", "came": "INTEGER"}],
        ),
        (
            "INSERT INTO coverage.measures SELECT * FROM coverage.measures WHERE measure = 'family_package'",
            "key",
            [{"measure": "family_package", "times": 2}],
        ),
        (
            "UPDATE coverage.measures SET statement_km = NULL WHERE measure = 'family_package'",
            "required:statement_km",
            [{"measure": "family_package"}],
        ),
        (
            "UPDATE coverage.measures SET unit = 'village' WHERE measure = 'family_package'",
            "values:unit",
            [{"measure": "family_package"}],
        ),
    ],
)
def test_what_a_table_definition_says_is_held(
    con: duckdb.DuckDBPyConnection, sql: str, check: str, keys: list[dict[str, Any]]
) -> None:
    con.execute(sql)
    result = broken(check_layer(con, "coverage"))[check]
    assert json.loads(result.failing_keys) == keys
    assert result.failing_rows == 1
    assert result.severity == "stop"


def test_an_absent_table_is_a_failed_check(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DROP TABLE linkage.blocking")
    found = broken(check_layer(con, "linkage"))
    assert found["exists"].table_name == "linkage.blocking"


def test_many_failing_rows_are_counted_and_the_first_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM persons.records WHERE register = 'nssf_members'")
    found = broken(check_layer(con, "persons"))["every_record_has_a_person"]
    assert found.failing_rows == 300
    assert len(json.loads(found.failing_keys)) == 20
    assert all(row.keys() == {"register", "record_id"} for row in json.loads(found.failing_keys))


def test_the_gate_sees_what_is_committed_and_leaves_the_transaction_alone(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("BEGIN")
    con.execute("CREATE TABLE ops.scratch AS SELECT 1 AS one")
    assert not broken(check_layer(con, "persons"))
    con.execute("COMMIT")
    assert con.execute("SELECT one FROM ops.scratch").fetchone() == (1,)


def test_the_gate_is_silent_and_writes_no_file(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    con.execute("ALTER TABLE coverage.gaps DROP eligible")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), caplog.at_level(logging.DEBUG, logger="great_expectations"):
        check_layer(con, "coverage")
    assert (out.getvalue(), err.getvalue(), list(tmp_path.iterdir())) == ("", "", [])
    assert not [record for record in caplog.records if record.name.startswith("great_expectations")]
