"""A contract that cannot be used is refused with the place, what was found, and what to do."""

import re
from pathlib import Path

import pytest
import yaml

from expectations.contracts import ContractError, load_contracts

CONTRACTS = Path(__file__).resolve().parents[2] / "expectations" / "registers"
REGISTERS = {
    *("idpoor_households", "idpoor_members", "family_package_enrolments", "family_package_payments"),
    *("nssf_members", "nssf_contributions", "hef_claims", "disability", "civil_births", "civil_deaths", "grievances"),
    "health_line_list",
}
PLAIN = """
register: pupils
title: Pupils
agency: Ministry of Education
source: {kind: csv, path: pupils.csv}
key: [no]
columns:
  no: {}
  name: {required: true}
  sex: {codes: {B: M, G: F}}
  dob: {dates: ['%d/%m/%Y']}
yields:
  people:
    columns: {full_name: name, sex: sex, birth_date: dob}
"""


def test_the_contracts_of_the_country_can_be_used() -> None:
    contracts = load_contracts(CONTRACTS)
    assert set(contracts) == REGISTERS
    for contract in contracts.values():
        assert all(column.describes for column in contract.columns.values()), contract.register_name


def _refusal(tmp_path: Path, text: str, name: str = "pupils.yaml") -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as refused:
        load_contracts(tmp_path)
    return str(refused.value)


def test_a_plain_contract_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "pupils.yaml").write_text(PLAIN, encoding="utf-8")
    assert load_contracts(tmp_path)["pupils"].yields["people"].columns["sex"].column == "sex"


@pytest.mark.parametrize(
    ("found", "put", "told"),
    [
        ("required: true", "requird: true", "columns.name.requird: unknown key 'requird'. Did you mean 'required'?"),
        ("agency: Ministry of Education", "", "agency: missing. Add 'agency'."),
        ("kind: csv", "kind: cvs", "source.kind: 'cvs' cannot be used"),
        ("path: pupils.csv", "delimiter: ','", "source: cannot be used. give exactly one of path and url_env."),
        ("required: true", "shared_by_at_most: 9", "columns.name.shared_by_at_most: 'name' fills no phone of people"),
        ("'%d/%m/%Y'", "'%d/%m'", "is not made of %d, %m and %Y"),
        ("[no]", "[nos]", "key: column 'nos' is not declared. Did you mean 'no'?"),
        ("sex: sex,", "sex: gender,", "yields.people.columns.sex: column 'gender' is not declared"),
        (
            "full_name: name",
            "ful_name: name",
            "'ful_name' is not a column to fill in clean.people. Did you mean 'full_name'",
        ),
        ("G: F", "G: W", "yields.people.columns.sex: 'W' is not a value of sex. Allowed: F, M."),
        ("birth_date: dob", "birth_date: name", "column 'name' has no date formats"),
        ("people:", "peple:", "yields.peple: no table 'peple' can be filled. Did you mean 'people'?"),
        ("register: pupils", "register: pupil", "'pupil' in a file called 'pupils'"),
        ("  name:", "  no: {}\n  name:", "line 9: key 'no' stands twice"),
        ("key: [no]", "key: [no", "not YAML"),
        ("title: Pupils", "title: Pupils\nfreshness: {column: dat, max_age_days: 3}", "freshness.column: column 'dat'"),
        ("full_name: name", "full_name: name, phone: name", "would be read as name and as phone"),
    ],
)
def test_a_typo_is_told(tmp_path: Path, found: str, put: str, told: str) -> None:
    assert found in PLAIN
    assert told in _refusal(tmp_path, PLAIN.replace(found, put))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    refusal = _refusal(tmp_path, PLAIN.replace("[no]", "[nos]").replace("G: F", "G: W"))
    assert len(refusal.splitlines()) == 2
    assert all(line.startswith("pupils.yaml: ") for line in refusal.splitlines())


def test_what_a_table_needs_must_be_filled(tmp_path: Path) -> None:
    text = PLAIN + "  events:\n    columns: {happened_on: dob}\n"
    assert "'kind' of clean.events is needed and not filled" in _refusal(tmp_path, text)


def test_what_a_table_needs_must_be_required_of_the_column(tmp_path: Path) -> None:
    text = PLAIN.replace("no: {}", "no: {}\n  house: {}") + "  households:\n    columns: {household_id: house}\n"
    assert "column 'house' may be missing. Say `required: true` of the column." in _refusal(tmp_path, text)


def test_codes_keep_their_zeros(tmp_path: Path) -> None:
    (tmp_path / "pupils.yaml").write_text(PLAIN.replace("B: M", "01: M"), encoding="utf-8")
    assert load_contracts(tmp_path)["pupils"].columns["sex"].codes == {"01": "M", "G": "F"}


def test_a_folder_without_contracts(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no contract"):
        load_contracts(tmp_path)


def test_a_contract_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "pupils.yaml").write_bytes(PLAIN.replace("Pupils", "Écoliers").encode("cp1252"))
    with pytest.raises(ContractError, match="not UTF-8"):
        load_contracts(tmp_path)


def test_the_shipped_contracts_name_no_column_twice() -> None:
    for file in CONTRACTS.glob("*.yaml"):
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["register"] == file.stem


def test_the_contract_in_the_guide_can_be_used(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operating-guide.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "clinic_visits.yaml").write_text(example, encoding="utf-8")
    assert list(load_contracts(tmp_path)) == ["clinic_visits"]
