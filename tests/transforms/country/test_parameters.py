"""Every parameter of the sample country is used, and every one that is used is told in the file."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.sample import plant, read_reference, registers, sent_by
from transforms.country.cases import true_cases
from transforms.country.near_misses import near_misses
from transforms.country.nights import as_at
from transforms.country.truth import Sent, Written
from transforms.country.world import Country, make_country

Keys = tuple[str, ...]
CONTRACTS = Path(__file__).parents[3] / "expectations" / "registers"
ONLY_THE_COMMAND = {("population", "people_per_slice")}


class Watched(dict[str, Any]):
    """Parameters that put down which of them are asked for, with those that are not there."""

    def __init__(self, values: dict[str, Any], path: Keys, asked: set[Keys]) -> None:
        super().__init__({key: watched(value, (*path, key), asked) for key, value in values.items()})
        self.path, self.asked = path, asked

    def __getitem__(self, key: str) -> Any:
        self.asked.add((*self.path, key))
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add((*self.path, key))
        return super().get(key, default)

    def items(self) -> Any:
        self.asked.update((*self.path, key) for key in self)
        return super().items()

    def values(self) -> Any:
        self.asked.update((*self.path, key) for key in self)
        return super().values()


def watched(value: Any, path: Keys, asked: set[Keys]) -> Any:
    return Watched(value, path, asked) if isinstance(value, dict) else value


def leaves(values: dict[str, Any], path: Keys = ()) -> Iterator[Keys]:
    for key, value in values.items():
        yield from leaves(value, (*path, key)) if isinstance(value, dict) else [(*path, key)]


@pytest.fixture(scope="module")
def told_and_asked() -> tuple[set[Keys], set[Keys]]:
    asked: set[Keys] = set()
    reference = read_reference()
    parameters = reference.parameters
    planted = plant(make_country(3000, 1, replace(reference, parameters=Watched(parameters, (), asked))))
    for country in (planted.country, as_at(planted.country, planted.country.as_of - 40)):
        sent = registers(country)
        who = {name: register.who for name, register in sent.items() if isinstance(register, Written)}
        near_misses(country, planted.near, true_cases(country, who, planted.meant))
    return set(leaves(parameters)), asked


def test_every_parameter_is_used(told_and_asked: tuple[set[Keys], set[Keys]]) -> None:
    told, asked = told_and_asked
    assert told - asked == ONLY_THE_COMMAND


def test_every_kind_of_dirt_that_can_happen_happens_somewhere(told_and_asked: tuple[set[Keys], set[Keys]]) -> None:
    told, asked = told_and_asked
    of_registers = {path[2:] for path in told if path[0] == "registers"}
    assert {path[2:] for path in asked if path[0] == "registers" and len(path) == 4} <= of_registers
    assert {path for path in asked if path[0] != "registers"} <= {path[:n] for path in told for n in range(1, 5)}


def rates() -> Iterator[Keys]:
    """Every rate of every register: register, group, kind."""
    yield from (path for path in leaves(read_reference().parameters["registers"]) if len(path) == 3)


@pytest.fixture(scope="module")
def clean() -> Country:
    reference = read_reference()
    reference.parameters["names"]["cham_share"]["elsewhere"] = 0.3
    reference.parameters["grievances"]["per_person"] = 0.05
    return make_country(5000, 1, reference)


@pytest.fixture(scope="module")
def as_told(clean: Country) -> dict[str, Sent]:
    return registers(clean)


@pytest.mark.parametrize(("register", "group", "kind"), list(rates()), ids=map("-".join, rates()))
def test_every_rate_changes_what_is_written(
    clean: Country, as_told: dict[str, Sent], register: str, group: str, kind: str
) -> None:
    parameters = copy.deepcopy(clean.reference.parameters)
    told = parameters["registers"][register][group]
    told[kind] = 0.0 if told[kind] > 0.5 else 1.0
    other = sent_by(register, replace(clean, reference=replace(clean.reference, parameters=parameters)))
    assert not other.rows.equals(as_told[register].rows)


def test_phones_are_overshared_where_the_contracts_say_so() -> None:
    limit = read_reference().parameters["files"]["phone_shared_by_at_most"]
    contracts = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in CONTRACTS.glob("*.yaml")]
    told = [
        contract["columns"]["phone"]["shared_by_at_most"] for contract in contracts if "phone" in contract["columns"]
    ]
    assert told == [limit] * 3
