"""Several nights and several slices as files."""

import hashlib
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from flows import cli
from flows.sample import (
    Drop,
    Nights,
    known_by_then,
    numbered,
    plant,
    read_reference,
    registers,
    write_nights,
    write_sample,
)
from transforms.country.nights import as_at
from transforms.country.world import make_country

LAST = date(2026, 11, 1)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> list[Drop]:
    return write_nights(4000, 3, tmp_path_factory.mktemp("three"), Nights(3, 30))


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def truth(drop: Drop, name: str) -> pl.DataFrame:
    return pl.read_parquet(drop.folder / "truth" / f"{name}.parquet")


def test_nights_are_so_many_days_apart_and_each_in_its_folder(three: list[Drop]) -> None:
    assert [drop.day for drop in three] == [date(2026, 9, 2), date(2026, 10, 2), LAST]
    assert [drop.folder.name for drop in three] == [str(drop.day) for drop in three]
    for drop in three:
        assert (drop.folder / "registers" / "idpoor_members.csv").is_file()
        assert set(truth(drop, "cases")["kind"]) == {"case", "near_miss"}


def test_the_last_night_is_the_same_however_many_came_before(three: list[Drop], tmp_path: Path) -> None:
    write_sample(4000, 3, tmp_path)
    assert hashes(tmp_path) == hashes(three[-1].folder)
    assert hashes(three[0].folder) != hashes(three[-1].folder)


# What may change of a record between two nights: what happened meanwhile; an ID card got at fifteen; and, of a patient
# whose first visit the extract no longer shows, the place that the next one told.
MAY_CHANGE = {
    "idpoor_households": {"status", "valid_to"},
    "idpoor_members": {"relation_to_head", "id_type", "id_no", "pregnant"},
    "family_package_enrolments": {"status", "id_no"},
    "family_package_payments": set(),
    "nssf_members": {"last_contrib_ym", "id_no"},
    "nssf_contributions": set(),
    "hef_claims": {"admit_date", "discharge_date", "village_code", "facility_code", "phone"},
    "disability": {"valid", "id_no"},
    "civil_births": set(),
    "civil_deaths": set(),
    "grievances": set(),
    "health_line_list": {"health_centre"},
}
KEYS = {
    "idpoor_households": ["household_code"],
    "idpoor_members": ["household_code", "member_no"],
    "family_package_enrolments": ["enrolment_no"],
    "family_package_payments": ["payment_no"],
    "nssf_members": ["nssf_no"],
    "nssf_contributions": ["nssf_no", "month", "enterprise_no"],
    "hef_claims": ["claim_no"],
    "disability": ["did_no"],
    "civil_births": ["cert_no"],
    "civil_deaths": ["cert_no"],
    "grievances": ["case_id"],
    "health_line_list": ["line_no"],
}


@pytest.fixture(scope="module")
def as_sent() -> list[dict[str, pl.DataFrame]]:
    country = plant(make_country(12_000, 3, read_reference())).country
    nights = [registers(as_at(country, country.as_of - back)) for back in (60, 30, 0)]
    return [{name: register.rows for name, register in night.items()} for night in nights]


@pytest.mark.parametrize("register", KEYS)
def test_rows_that_did_not_change_are_the_same_and_new_ones_come(
    as_sent: list[dict[str, pl.DataFrame]], register: str
) -> None:
    key = KEYS[register]
    for one, other in pairwise(as_sent):
        early, late = (night[register].drop_nulls(key).unique(key, maintain_order=True) for night in (one, other))
        both = early.join(late, on=key, suffix="_later")
        assert both.height > 0.3 * early.height
        assert late.join(early, on=key, how="anti").height > 0
        changed = {
            column
            for column in early.columns
            if column not in key and both[column].ne_missing(both[f"{column}_later"]).any()
        }
        assert changed <= MAY_CHANGE[register]
        for column in changed - {"last_contrib_ym"}:
            assert both[column].eq_missing(both[f"{column}_later"]).mean() > 0.97, column  # type: ignore[operator]


def test_what_ends_is_seen_in_the_registers(as_sent: list[dict[str, pl.DataFrame]]) -> None:
    first, last = as_sent[0], as_sent[-1]
    for register, key, column, became in (
        ("idpoor_households", "household_code", "status", "expired"),
        ("family_package_enrolments", "enrolment_no", "status", "ended"),
    ):
        both = first[register].unique(key).join(last[register].unique(key), on=key, suffix="_later")
        ended = both.filter((pl.col(column) == "active") & (pl.col(f"{column}_later") == became))
        assert ended.height > 0, register


def test_records_stay_the_same_persons(three: list[Drop]) -> None:
    early, late = truth(three[0], "records"), truth(three[-1], "records")
    both = early.join(late, on=["register", "record_id"], suffix="_later")
    assert both.height > 0.8 * early.height
    assert (both["person"] == both["person_later"]).all()
    assert late.join(early, on=["register", "record_id"], how="anti").height > 50


def test_truth_tells_only_of_those_known_by_then(three: list[Drop]) -> None:
    planted = plant(make_country(4000, 3, read_reference()))
    early = as_at(planted.country, planted.country.as_of - 60)
    unborn = early.people.filter(pl.col("born") > early.as_of)["person"]
    subjects = pl.DataFrame({"subject": "P" + unborn.cast(pl.String).str.zfill(8)})
    assert subjects.height > 3
    assert known_by_then(subjects, early).is_empty()
    households = truth(three[0], "cases").filter(pl.col("subject_kind") == "household")["subject"]
    assert set(households) <= set("idpoor_households/" + early.cards["household_code"])


def test_people_of_later_slices_are_numbered_through_the_country() -> None:
    subjects = pl.DataFrame(
        {"subject_kind": ["person", "household"], "subject": ["P00000012", "idpoor_households/120101-000001"]}
    )
    assert numbered(subjects, 3_000_000)["subject"].to_list() == ["P03000012", "idpoor_households/120101-000001"]


@pytest.mark.parametrize(
    ("nights", "says"), [(Nights(30, 30), "fewer nights"), (Nights(0), "at least one"), (Nights(2, 0), "at least one")]
)
def test_it_rejects_nights_that_cannot_be(tmp_path: Path, nights: Nights, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        write_nights(200, 1, tmp_path, nights)
    assert not list(tmp_path.iterdir())


def test_it_rejects_more_people_than_numbers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ask for fewer"):
        write_sample(30_000_000, 1, tmp_path)


def test_a_large_country_is_written_slice_by_slice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = read_reference()
    reference.parameters["population"]["people_per_slice"] = 2500
    monkeypatch.setattr("flows.sample.read_reference", lambda: reference)
    said: list[str] = []
    rows = write_sample(5000, 3, tmp_path, said.append)
    assert [text for text in said if text.startswith("slice 2 of 2")]
    records = pl.read_parquet(tmp_path / "truth" / "records.parquet")
    number = records["person"].str.strip_prefix("P").cast(pl.Int64)
    assert number.min() < 2500 <= number.max() < 5000  # type: ignore[operator]
    assert not records.select("register", "record_id").is_duplicated().any()
    assert pl.read_parquet(tmp_path / "registers" / "hef_claims.parquet").height == rows["hef_claims"]


def test_the_command_tells_how_to_run_each_night(tmp_path: Path) -> None:
    asked = ["sample", "--people", "1_000", "--nights", "2", "--every", "10", "--out", str(tmp_path)]
    told = " ".join(CliRunner().invoke(cli.app, asked).stdout.split())
    for day in ("2026-10-22", "2026-11-01"):
        assert f"RECONCILE_INBOX={tmp_path / day / 'registers'}" in told
        assert f"run --as-of {day}" in told


def test_too_few_people_are_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["reconcile", "sample", "--people", "50", "--out", str(tmp_path)])
    with pytest.raises(SystemExit):
        cli.main()
    assert "--people 100" in capsys.readouterr().err
