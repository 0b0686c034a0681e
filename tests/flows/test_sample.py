"""The sample country as files: complete, deterministic, and with a truth that fits."""

import hashlib
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from flows.sample import write_sample
from transforms.country.cases import CASES, CASES_AS_WRITTEN, CASES_OF_CASES

PEOPLE = 16_000
RULES = {*CASES, *CASES_AS_WRITTEN, *CASES_OF_CASES}
NOT_PLANTED = {"N09", "N11"}  # clerks' slips
KEYS = {
    "idpoor_members": "household_code member_no",
    "family_package_enrolments": "enrolment_no",
    "nssf_members": "nssf_no",
    "hef_claims": "claim_no",
    "disability": "did_no",
    "civil_births": "cert_no",
    "civil_deaths": "cert_no",
    "grievances": "case_id",
    "health_line_list": "line_no",
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
    if register == "health_line_list":
        text = (folder / f"{register}.csv").read_bytes().decode("utf-16")
        return pl.read_csv(text.encode(), separator="\t", infer_schema=False)
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
    assert len(rows) == 12


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
    assert found["len"].min() >= 12
    assert found.filter(~pl.col("rule").is_in(NOT_PLANTED))["planted"].min() >= 8


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
    members = read(country, "idpoor_members")
    assert members.select("household_code", "member_no").is_duplicated().any()
    assert members["name_km"].null_count() >= 1
    assert read(country, "civil_deaths")[-1, "cert_no"] is None  # the row of totals
    dirt = pl.read_parquet(country / "truth" / "dirt.parquet").filter(pl.col("outcome") == "quarantined")
    assert set(dirt["kind"]) >= {"legacy_font", "missing", "unreadable", "sent_twice", "totals_row"}


def test_identifiers_are_missing_as_often_as_meant(country: Path) -> None:
    for register in ("idpoor_members", "family_package_enrolments", "nssf_members", "disability"):
        rows = read(country, register)
        missing = rows["id_no"].replace(dict.fromkeys(("-", "N/A", "គ្មាន"))).null_count() / rows.height
        assert 0.2 < missing < 0.8, register  # children have no national ID


def test_files_are_as_agencies_send_them(country: Path) -> None:
    folder = country / "registers"
    assert (folder / "idpoor_members.csv").read_bytes().startswith(b"\xef\xbb\xbfhousehold_code;member_no;")
    assert not (folder / "disability.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert read(country, "hef_claims")["age"].is_not_null().mean() == pytest.approx(0.35, abs=0.08)


def test_the_truth_fits_together(country: Path) -> None:
    people, records, dirt = (
        pl.read_parquet(country / "truth" / f"{name}.parquet") for name in ("people", "records", "dirt")
    )
    assert people["person"].is_unique().all()
    assert records.join(people, on="person", how="anti").is_empty()
    assert not records.select("register", "record_id").is_duplicated().any()
    assert not dirt.drop_nulls("record_id").is_duplicated().any()
    of_people = dirt.drop_nulls("record_id").join(records, on="register", how="semi")
    assert of_people.join(records, on=["register", "record_id"], how="anti").is_empty()
    assert set(dirt["outcome"]) == {"undone", "quarantined", "set_aside", "kept"}


def test_line_lists_are_in_utf_16_and_never_tell_more_than_the_service(country: Path) -> None:
    assert (country / "registers" / "health_line_list.csv").read_bytes().startswith(b"\xff\xfel\x00i\x00")
    lines = read(country, "health_line_list")
    assert set(lines["service"]) <= {"OPD", "IPD", "ANC", "DEL", "PNC"}
    text = (country / "registers" / "health_line_list.csv").read_bytes().decode("utf-16")
    assert "HIV" not in text and "AIDS" not in text


def test_line_lists_name_card_households_more_often(country: Path) -> None:
    records = pl.read_parquet(country / "truth" / "records.parquet")
    listed = records.filter(pl.col("register") == "health_line_list")["person"].unique()
    poor = records.filter(pl.col("register") == "idpoor_members")["person"].unique()
    claimed = records.filter(pl.col("register") == "hef_claims")["person"].unique()
    assert listed.is_in(poor.implode()).mean() > 0.3  # of all people a fifth
    assert listed.is_in(claimed.implode()).mean() > 0.3


def test_totals_stand_below_what_was_made_in_a_spreadsheet(country: Path) -> None:
    for register in ("family_package_enrolments", "family_package_payments", "civil_births", "civil_deaths"):
        assert "សរុប" in [str(value) for value in read(country, register).tail(1).row(0)], register
