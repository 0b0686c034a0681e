"""How much dirt was undone, against a handful of records whose fate is known by sight."""

import datetime as dt
import json
from typing import Any

import duckdb
import polars as pl
import pytest

from transforms import tables
from transforms.mapping import RegisterMapping
from transforms.undoing import BUCKETS, COMPARED, Undoing, measure_undoing

RIGHT: dict[str, Any] = {
    "family_name_local": "សុខ",
    "given_name_local": "សុផល",
    "family_name": "Sok",
    "given_name": "Srey Mom",
    "sex": "F",
    "birth_date": dt.date(1980, 5, 17),
    "birth_precision": "day",
    "phone": "+85512345678",
    "area_4": "01020304",
}
MEANT = (*RIGHT, "national_id", "birth_certificate", "equity_card")
DATES = {"birth_date": pl.Date}
SCHEMA = {"register": pl.String, "record_id": pl.String} | {name: DATES.get(name, pl.String) for name in MEANT}
DIRT = ("register", "record_id", "column", "kind", "outcome", "meant")
MAPPING = RegisterMapping.model_validate(
    {
        "register": "r",
        "key": ["k"],
        "columns": {"k": {}, "day": {"dates": ["%d/%m/%Y"]}},
        "yields": {"payments": {"columns": {"programme": {"value": "p"}, "paid_on": "day"}}},
    }
)


class Desk:
    """A register `r` with the key `k`: what each row says, what it means, and what was done to it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.rows = con, 0
        self.records: list[dict[str, Any]] = []
        self.dirt: list[tuple[str | None, ...]] = []
        tables.create(con, *tables.LEDGER)
        con.execute("CREATE TABLE raw.r (_snapshot VARCHAR, _row VARCHAR)")
        self._row(tables.RUNS, run_id="1", started_at=dt.datetime(2026, 11, 1))
        self._row(tables.ARRIVALS, run_id="1", register="r", snapshot_id="s")

    def _row(self, table: tables.Table, **values: Any) -> None:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        self.con.execute(f"INSERT INTO {table.full_name} ({columns}) VALUES ({marks})", list(values.values()))

    def came(self) -> dict[str, Any]:
        self.rows += 1
        self.con.execute("INSERT INTO raw.r VALUES ('s', ?)", [str(self.rows)])
        return {"register": "r", "snapshot_id": "s", "row_no": self.rows}

    def clean(self, record: str, meant: dict[str, Any] | None = None, **read: Any) -> None:
        """A record read as `RIGHT` but for `read`; it means `RIGHT` but for `meant`."""
        told = RIGHT | read
        self._row(tables.PEOPLE, **self.came(), record_id=record, **{k: v for k, v in told.items() if k in RIGHT})
        self.means(record, **(meant or {}))

    def means(self, record: str, **meant: Any) -> None:
        self.records.append({"register": "r", "record_id": record} | RIGHT | meant)

    def identifier(self, record: str, value: str, valid: bool = True) -> None:
        told = {"register": "r", "record_id": record, "id_type": "national_id", "scope": "person"}
        self._row(tables.IDENTIFIERS, **told, value=value, is_valid=valid)

    def turned_away(self, record: str | None, reason: str = "unreadable_date") -> None:
        self._row(tables.QUARANTINE, **self.came(), reason=reason, raw=json.dumps({"k": record}))

    def damaged(self, record: str | None, column: str, kind: str, outcome: str, meant: str | None = None) -> None:
        self.dirt.append(("r", record, column, kind, outcome, meant))

    def paid(self, payment: str, day: str | None) -> None:
        self._row(tables.PAYMENTS, **self.came(), payment_id=payment, programme="p", paid_on=day)

    def measured(self) -> Undoing:
        records = pl.DataFrame(self.records, schema=SCHEMA)
        dirt = pl.DataFrame(self.dirt, schema=dict.fromkeys(DIRT, pl.String), orient="row")
        return measure_undoing(self.con, records, dirt, {"r": MAPPING})


@pytest.fixture
def desk(con: duckdb.DuckDBPyConnection) -> Desk:
    return Desk(con)


def fates(told: Undoing, kind: str) -> dict[str, int]:
    """The buckets of a kind that are not empty, over all columns."""
    rows = [row for row in told.kinds if row["kind"] == kind]
    assert sum(row["planted"] for row in rows) == sum(row[bucket] for row in rows for bucket in BUCKETS)
    return {b: n for b in BUCKETS if (n := sum(row[b] for row in rows))}


def columns(told: Undoing, fate: str) -> dict[str, int]:
    return {row["column"]: row[fate] for row in told.columns if row[fate]}


def test_a_night_without_dirt_is_whole(desk: Desk) -> None:
    desk.clean("a")
    told = desk.measured()
    assert (told.share, told.damaged, told.lost, told.turned_away, told.unaccounted) == (1.0, 0, 0, 0, 0)
    assert (told.right, told.made_wrong, told.kinds) == (9 - 1, 0, [])  # birth date and precision are one value


def test_what_was_undone_and_what_was_missed(desk: Desk) -> None:
    desk.clean("a")
    desk.clean("b", given_name_local="សុផ\u200bល")
    for record in "ab":
        desk.damaged(record, "given_name_local", "zero_width", "undone")
    told = desk.measured()
    assert fates(told, "zero_width") == {"undone": 1, "missed": 1}
    assert (told.restored, told.damaged, told.share) == (1, 2, 0.5)
    assert told.kinds[0]["example"] == "r:b"
    assert told.made_wrong == 0


def test_a_right_value_made_wrong_is_seen_by_column(desk: Desk) -> None:
    desk.clean("a", sex="M")
    desk.clean("b", phone=None)
    desk.clean("c", meant={"area_4": None})
    told = desk.measured()
    assert columns(told, "made_wrong") == {"sex": 1}
    assert columns(told, "set_aside") == {"phone": 1}
    assert columns(told, "invented") == {"area_4": 1}
    assert {row["example"] for row in told.columns} == {None, "r:a", "r:b"}


def test_latin_names_are_compared_whatever_their_case_but_not_their_spaces(desk: Desk) -> None:
    desk.clean("a", family_name="SOK", given_name="Sreymom")
    assert columns(desk.measured(), "made_wrong") == {"given_name": 1}


@pytest.mark.parametrize(("read", "fate"), [(dt.date(1980, 1, 1), "undone"), (dt.date(1981, 1, 1), "missed")])
def test_of_a_year_alone_only_the_year_is_compared(desk: Desk, read: dt.date, fate: str) -> None:
    desk.clean("a", meant={"birth_precision": "year"}, birth_date=read, birth_precision="year")
    desk.damaged("a", "birth_date", "year_only", "undone")
    assert fates(desk.measured(), "year_only") == {fate: 1}


def test_a_date_of_the_wrong_precision_is_missed(desk: Desk) -> None:
    meant = {"birth_date": dt.date(1980, 1, 1), "birth_precision": "default_1_january"}
    desk.clean("a", meant=meant, birth_date=meant["birth_date"])
    desk.damaged("a", "birth_precision", "first_january", "undone")
    assert fates(desk.measured(), "first_january") == {"missed": 1}


def test_identifiers_are_found_by_type_where_they_are_valid(desk: Desk) -> None:
    for record in "abc":
        desk.clean(record, meant={"national_id": "012345671"})
        desk.damaged(record, "national_id", "leading_zero", "undone")
    desk.identifier("a", "012345671")
    desk.identifier("a", "000345671")
    desk.identifier("b", "12345671")
    desk.identifier("c", "012345671", valid=False)
    assert fates(desk.measured(), "leading_zero") == {"undone": 1, "missed": 2}


def test_a_value_that_should_be_set_aside_may_not_stand(desk: Desk) -> None:
    desk.clean("a", phone=None)
    desk.clean("b")
    for record in "ab":
        desk.damaged(record, "phone", "over_shared_phone", "set_aside")
    told = desk.measured()
    assert fates(told, "over_shared_phone") == {"set_aside": 1, "missed": 1}
    assert told.damaged == 0


def test_what_nobody_can_see_stays(desk: Desk) -> None:
    desk.clean("a")
    desk.clean("b", given_name="Sophal")
    desk.clean("c", given_name=None)
    for record in "abc":
        desk.damaged(record, "given_name", "typing_error", "kept")
    assert fates(desk.measured(), "typing_error") == {"kept": 1, "changed": 1, "set_aside": 1}


def test_a_value_with_several_kinds_counts_under_each(desk: Desk) -> None:
    desk.clean("a")
    desk.damaged("a", "family_name_local", "zero_width", "undone")
    desk.damaged("a", "family_name_local", "typing_error", "kept")
    told = desk.measured()
    assert fates(told, "zero_width") == {"undone": 1}
    assert fates(told, "typing_error") == {"kept": 1}
    assert told.damaged == 0  # not every dirt of the value can be undone


def test_dirt_in_a_row_that_cannot_be_read_goes_with_it(desk: Desk) -> None:
    desk.turned_away("\ufeffa ")
    desk.means("a")
    desk.damaged("a", "visit_date", "impossible_date", "quarantined")
    desk.damaged("a", "given_name_local", "zero_width", "undone")
    told = desk.measured()
    assert fates(told, "impossible_date") == {"quarantined": 1}
    assert fates(told, "zero_width") == {"quarantined": 1}
    assert (told.damaged, told.lost, told.turned_away, told.right) == (0, 0, 0, 0)


def test_a_row_turned_away_without_need_is_seen(desk: Desk) -> None:
    desk.turned_away("a")
    desk.turned_away("b", "no_consent")
    for record in "ab":
        desk.means(record)
    desk.damaged("a", "sex", "code_variant", "undone")
    told = desk.measured()
    assert fates(told, "code_variant") == {"missed": 1}
    assert (told.turned_away, told.share) == (1, 0.0)


def test_a_row_sent_twice_stands_in_both(desk: Desk) -> None:
    desk.clean("a")
    desk.turned_away("a", "repeated_row")
    desk.damaged("a", "_row", "sent_twice", "quarantined")
    desk.clean("b")
    desk.damaged("b", "_row", "sent_twice", "quarantined")
    told = desk.measured()
    assert fates(told, "sent_twice") == {"quarantined": 1, "missed": 1}
    assert told.right == 2 * 8


def test_a_row_without_a_key_is_found_in_quarantine(desk: Desk) -> None:
    desk.clean("a")
    desk.turned_away(None, "required_missing")
    desk.damaged(None, "_row", "totals_row", "quarantined")
    assert fates(desk.measured(), "totals_row") == {"quarantined": 1}


def test_dirt_of_a_source_column_is_told_as_far_as_it_is_known(desk: Desk) -> None:
    desk.clean("a")
    desk.damaged("a", "registered_on", "khmer_digits", "undone")
    desk.damaged("a", "fee", "unreadable", "set_aside")
    repair = {"column_name": "fee", "from_kind": "unreadable_number", "to_kind": "set_aside", "found": "x"}
    desk._row(tables.REPAIRS, register="r", snapshot_id="s", row_no=1, record_id="a", **repair)
    told = desk.measured()
    assert fates(told, "khmer_digits") == {"unmeasured": 1}
    assert fates(told, "unreadable") == {"set_aside": 1}
    assert told.damaged == 0


def test_a_file_was_read_where_its_rows_came(desk: Desk) -> None:
    desk.clean("a")
    desk.damaged(None, "_file", "bom", "undone")
    desk.dirt.append(("other", None, "_file", "bom", "undone", None))
    assert fates(desk.measured(), "bom") == {"undone": 1, "missed": 1}


def test_a_record_that_is_nowhere_is_lost(desk: Desk) -> None:
    desk.means("a")
    told = desk.measured()
    assert (told.records, told.lost) == (1, 1)


@pytest.mark.parametrize(("row", "unaccounted"), [("nowhere", 1), ("twice", 1), ("once", 0)])
def test_every_raw_row_is_in_exactly_one_place(desk: Desk, row: str, unaccounted: int) -> None:
    desk.clean("a")
    if row == "nowhere":
        desk.came()
    if row == "twice":
        twice = {"register": "r", "snapshot_id": "s", "row_no": 1}
        desk._row(tables.QUARANTINE, **twice, reason="unknown_code", raw="{}")
    told = desk.measured()
    assert (told.raw_rows, told.unaccounted) == (1 + (row == "nowhere"), unaccounted)


def test_what_is_told_has_no_value_in_it(desk: Desk) -> None:
    desk.clean("a", given_name_local="សុខា", sex="M", phone=None)
    desk.damaged("a", "given_name_local", "zero_width", "undone")
    told = str(desk.measured())
    assert not [value for value in RIGHT.values() if str(value) in told and len(str(value)) > 1]


def test_every_meant_value_is_compared() -> None:
    assert set(COMPARED) == set(MEANT) - {"birth_precision"}


@pytest.mark.parametrize(
    ("stands", "fate"), [("2026-03-01", "undone"), ("2026-01-03", "missed"), (None, "missed")], ids=str
)
def test_a_damaged_fact_is_held_against_what_was_meant(desk: Desk, stands: str | None, fate: str) -> None:
    desk.paid("1", stands)
    desk.damaged("1", "day", "spreadsheet_day", "undone", "2026-03-01")
    told = desk.measured()
    assert [(row["column"], row["planted"], row[fate]) for row in told.kinds] == [("day", 1, 1)]
    assert (told.damaged, told.restored) == (1, int(fate == "undone"))


def test_what_nobody_told_the_meaning_of_is_not_measured(desk: Desk) -> None:
    desk.paid("1", "2026-03-01")
    desk.damaged("1", "day", "spreadsheet_day", "undone")
    told = desk.measured()
    assert [row["unmeasured"] for row in told.kinds] == [1]
    assert told.damaged == 0


def test_a_row_that_the_contract_does_not_admit_is_neither_missed_nor_counted(desk: Desk) -> None:
    for record, reason in (("1", "no_consent"), ("2", "unreadable_date")):
        desk.turned_away(record, reason)
        desk.means(record)
        desk.damaged(record, "phone", "spaced_phone", "undone")
    told = desk.measured()
    assert fates(told, "spaced_phone") == {"quarantined": 1, "missed": 1}
    assert (told.damaged, told.restored) == (1, 0)
