"""Each rule in a tiny world: a case that it finds, and near misses that it must not.

Worlds stand in `worlds/`, where the name of a function begins with the id of its rule; it returns the subjects that the
rule must name, and no others.
"""

from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from transforms.findings import load_rules

World = Any
TELL: dict[str, Callable[[World], set[str]]] = {}


def anchor(world: World) -> None:
    """Somebody of every register, who is no case, so that every rule can be asked."""
    world.household("H0", level="poor_2")
    world.member("calm", "H0", relation_to_head="head")
    world.member("calm elder", "H0", birth_date="1950-06-12")
    number = world.enrolment("calm elder", "elderly", birth_date="1950-06-12", card_number="card H0")
    world.payment(number, "elderly", "2026-05-10")
    world.disability_card("calm disabled")
    world.social_security("calm worker")
    world.claim("calm", "2026-03-03")
    world.contribution("SS-calm worker", "2026-10")
    world.event("calm baby", "birth", "2026-02-02")
    world.event("calm dead", "death", "2026-02-02")
    world.grievance("calm", "2026-01-05")
    for id_type in ("national_id", "birth_certificate"):
        world.identifier("hef_claims", "of nobody", id_type, f"one {id_type}")


for file in sorted((Path(__file__).parent / "worlds").glob("*.py")):
    told = {name[:3].upper(): teller for name, teller in run_path(str(file)).items() if name[1:3].isdigit()}
    assert not told.keys() & TELL.keys(), f"{file.name} tells a rule again"
    TELL |= told


@pytest.mark.parametrize("rule", sorted(TELL))
def test_rule_finds_its_cases_and_no_near_miss(world: World, rule: str) -> None:
    anchor(world)
    expected = TELL[rule](world)
    assert world.subjects(rule) == expected


def test_every_rule_has_its_world() -> None:
    assert sorted(TELL) == [rule.id for rule in load_rules()]
