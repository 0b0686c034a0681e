"""The sample country as files: complete, deterministic, and with a truth that fits."""

import hashlib
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from flows.sample import write_sample, write_workbook

PEOPLE = 12_000
RULES = set("E01 E02 E03 E05 E07 E10 E11 I01 I02 I03 I04 I08 I09 D01 D03 D06 D08 D10 N01 N02 N04 N06 N10".split())  # noqa: SIM905
KEYS = {
    "idpoor_members": "household_code member_no",
    "family_package_enrolments": "enrolment_no",
    "nssf_members": "nssf_no",
    "hef_claims": "claim_no",
    "disability": "did_no",
    "civil_births": "cert_no",
    "civil_deaths": "cert_no",
    "grievances": "case_id",
}


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_sample(PEOPLE, 1, folder)
    return folder


def read(country: Path, register: str) -> pl.DataFrame:
    folder = country / "registers"
    if register in ("nssf_members", "nssf_contributions"):
        with sqlite3.connect(folder / "nssf.sqlite") as database:
            table = {"nssf_members": "member", "nssf_contributions": "contribution"}[register]
            return pl.read_database(f"SELECT * FROM {table}", database, infer_schema_length=None)
    if (folder / f"{register}.xlsx").exists():
        return pl.read_excel(folder / f"{register}.xlsx", engine="calamine")
    if (folder / f"{register}.parquet").exists():
        return pl.read_parquet(folder / f"{register}.parquet")
    if (folder / f"{register}.jsonl").exists():
        return pl.read_ndjson(folder / f"{register}.jsonl")
    separator = ";" if register.startswith("idpoor") else ","
    return pl.read_csv(folder / f"{register}.csv", separator=separator, infer_schema=False)


def cases(country: Path) -> pl.DataFrame:
    return pl.read_parquet(country / "truth" / "cases.parquet")


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(1500, seed, tmp_path / name)
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert not set(hashes(tmp_path / "a").values()) & set(hashes(tmp_path / "c").values())


@pytest.mark.parametrize("people", [100, 300])
def test_a_tiny_country_is_written_too(tmp_path: Path, people: int) -> None:
    rows = write_sample(people, 1, tmp_path)
    assert len(rows) == 11


def test_it_rejects_a_country_too_small_to_fill_its_registers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 100 people"):
        write_sample(5, 1, tmp_path)


def test_it_tells_how_many_rows_each_register_has(country: Path, tmp_path: Path) -> None:
    rows = write_sample(2000, 1, tmp_path)
    assert all(count > 0 for count in rows.values())
    assert {name: read(tmp_path, name).height for name in rows} == rows


@pytest.mark.parametrize("register", KEYS)
def test_every_record_has_one_truth_row(country: Path, register: str) -> None:
    key = KEYS[register].split()
    rows = read(country, register).drop_nulls(key)
    keys = rows.select(pl.concat_str([pl.col(column).cast(pl.String) for column in key], separator="/")).to_series()
    records = pl.read_parquet(country / "truth" / "records.parquet").filter(pl.col("register") == register)
    assert records["record_id"].is_unique().all()
    assert set(records["record_id"]) == set(keys)


def test_every_rule_has_true_cases_and_planted_ones(country: Path) -> None:
    found = cases(country).filter(pl.col("kind") == "case").group_by("rule").agg(pl.len(), pl.col("planted").sum())
    assert set(found["rule"]) == RULES
    assert found["len"].min() >= 15
    assert found["planted"].min() >= 8


def test_nothing_is_both_a_case_and_a_near_miss(country: Path) -> None:
    every = cases(country)
    assert set(every["kind"].unique()) == {"case", "near_miss"}
    assert not every.select("rule", "subject_kind", "subject").is_duplicated().any()


def test_subjects_of_cases_are_known(country: Path) -> None:
    every = cases(country)
    people = every.filter(pl.col("subject_kind") == "person")["subject"]
    households = every.filter(pl.col("subject_kind") == "household")["subject"]
    codes = "idpoor_households/" + read(country, "idpoor_households")["household_code"]
    assert people.str.contains(r"^P\d{8}$").all()
    assert set(households) <= set(codes)


def test_some_rows_come_twice_and_some_cannot_be_read(country: Path) -> None:
    members, deaths = read(country, "idpoor_members"), read(country, "civil_deaths")
    assert members.select("household_code", "member_no").is_duplicated().any()
    assert members["name_km"].null_count() >= 2
    assert deaths[-1, "cert_no"] is None  # the row of totals
    assert "00/00/0000" in deaths["death_date"]
    assert "31/02/2025" in read(country, "civil_births")["birth_date"]
    assert read(country, "hef_claims")["visit_date"].null_count() >= 2


def test_identifiers_are_missing_as_often_as_meant(country: Path) -> None:
    for register in ("idpoor_members", "family_package_enrolments", "nssf_members", "disability"):
        rows = read(country, register)
        missing = rows["id_no"].null_count() / rows.height
        assert 0.2 < missing < 0.8, register  # children have no national ID


def test_files_are_as_agencies_send_them(country: Path) -> None:
    folder = country / "registers"
    assert (folder / "idpoor_members.csv").read_bytes().startswith(b"\xef\xbb\xbfhousehold_code;member_no;")
    assert not (folder / "disability.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    enrolments = read(country, "family_package_enrolments")
    assert enrolments.schema["dob"] == pl.Date
    assert read(country, "hef_claims")["age"].is_not_null().mean() == pytest.approx(0.35, abs=0.08)


def test_wrong_values_tell_the_truth_of_values_that_stand_wrong(country: Path) -> None:
    values = pl.read_parquet(country / "truth" / "values.parquet")
    claims = read(country, "hef_claims").unique("claim_no")
    claims = claims.select("sex", record_id="claim_no", village="village_code")
    for column, written in (("sex", "sex"), ("area_4", "village")):
        wrong = values.filter((pl.col("register") == "hef_claims") & (pl.col("column") == column))
        both = wrong.join(claims, on="record_id")
        assert wrong.height == both.height > 0
        assert (both["value"] != both[written]).all()


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.sample.SHEET_ROWS", 4)
    write_workbook(pl.DataFrame({"n": range(10)}), tmp_path / "long.xlsx")
    sheets = pl.read_excel(tmp_path / "long.xlsx", sheet_id=0, engine="calamine")
    assert [sheet.height for sheet in sheets.values()] == [4, 4, 2]
    assert pl.concat(sheets.values())["n"].to_list() == list(range(10))
