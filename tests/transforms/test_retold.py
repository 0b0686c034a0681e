"""What draws change beside who is covered: who is eligible by age, what registers say of links, what nobody kept."""

from typing import Any

import pytest

from tests.transforms.conftest import CLAIMS, DISABILITY, ENROLMENTS, MEMBERS
from transforms import uncertainty, unseen
from transforms.uncertainty import Spread

World = Any
pytestmark = pytest.mark.usefixtures("exact")
LONG_AGO = {"birth_date": "1950-02-02", "birth_precision": "year"}


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probabilities that are right: no shift between draws."""
    monkeypatch.setattr(uncertainty, "spread", lambda _: Spread())


def total(world: World, measure: str) -> dict[str, Any]:
    world.gaps(measure)
    query = "SELECT * FROM coverage.estimates WHERE measure = $1 AND breakdown = 'total'"
    return world.con.execute(query, [measure]).pl().row(0, named=True)


def test_who_is_old_follows_the_record_that_gave_the_date_of_birth(world: World) -> None:
    world.household("H")
    for number in range(100):
        person = f"p{number}"
        claim = world.claim(person, "2026-03-01", birth_date="1990-02-02", group=f"{person}.1")
        member = world.member(person, "H", group=f"{person}.2", **LONG_AGO)
        world.pair((MEMBERS, member), (CLAIMS, claim), 0.7)
    world.enrolment("somebody", "elderly")
    found = total(world, "elderly_benefit")
    assert found["eligible"] == 0  # the better known date counts
    assert found["eligible_adjusted"] == pytest.approx(30, abs=1)


def test_a_death_that_came_with_a_link_is_as_doubtful_as_the_link(world: World) -> None:
    world.household("H")
    for number in range(100):
        person = f"p{number}"
        member = world.member(person, "H", group=f"{person}.1", birth_date="1950-02-02")
        world.event(person, "death", "2026-01-05", birth_date="1950-02-02", group=f"{person}.2")
        world.pair((MEMBERS, member), ("civil_deaths", f"death-{person}"), 0.8)
    world.enrolment("somebody", "elderly")
    found = total(world, "elderly_benefit")
    assert (found["eligible"], found["eligible_adjusted"]) == (0, pytest.approx(20, abs=1))


def visits(world: World, first: int, payers: list[str], probability: float, linked: bool) -> None:
    for number, payer in enumerate(payers, first):
        person, other = f"p{number}", f"p{number}" if linked else f"q{number}"
        member = world.member(person, "H", group=f"{person}.1")
        claim = world.claim(other, "2026-03-01", payer, group=f"{other}.2")
        world.pair((MEMBERS, member), (CLAIMS, claim), probability)


def test_a_visit_treated_as_poor_belongs_to_a_card_holder_more_often(world: World) -> None:
    world.household("H")
    visits(world, 0, ["hef"] * 60, 0.995, linked=True)
    visits(world, 60, ["hef", "self"] * 80, 0.4, linked=False)
    found = total(world, "health_equity_fund_patients")
    assert (found["eligible"], found["covered"]) == (60, 60)
    more_covered = found["covered_adjusted"] - 60
    more_uncovered = found["eligible_adjusted"] - 60 - more_covered
    assert more_covered > 2 * more_uncovered > 0


def cards(world: World, first: int, enrolled: list[bool], probability: float, linked: bool) -> None:
    for number, is_enrolled in enumerate(enrolled, first):
        person, other = f"p{number}", f"p{number}" if linked else f"q{number}"
        member = world.member(person, "H", group=f"{person}.1")
        card = world.disability_card(other, group=f"{other}.2")
        if is_enrolled:
            world.enrolment(person, "disability", group=f"{person}.1")
        world.pair((MEMBERS, member), (DISABILITY, card), probability)


def test_a_disability_card_is_rather_of_somebody_who_draws_the_benefit(world: World) -> None:
    world.household("H")
    cards(world, 0, [True] * 60, 0.995, linked=True)
    cards(world, 60, [True, False] * 80, 0.4, linked=False)
    found = total(world, "disability_benefit")
    assert (found["eligible"], found["covered"]) == (60, 60)
    more_covered = found["covered_adjusted"] - 60
    more_uncovered = found["eligible_adjusted"] - 60 - more_covered
    assert more_covered > more_uncovered > 0


def test_pairs_that_nobody_kept_are_told_by_two_registers(world: World) -> None:
    world.household("H")
    visits(world, 0, ["hef"] * 10, 0.9, linked=True)
    world.con.execute("UPDATE linkage.pairs SET is_linked = TRUE")
    visits(world, 10, ["hef"] * 10, 0.1, linked=False)
    world.con.execute("UPDATE linkage.pairs SET is_linked = FALSE WHERE is_linked IS NULL")
    world.con.execute("INSERT INTO linkage.missed VALUES (0, 3.0, 1.0, 9.0)")
    world.con.execute(
        """INSERT INTO linkage.patterns VALUES (1, '{"registers": 4}', 20, 0, 0.5),
        (2, '{"registers": 4}', 400, -8, 0.005), (3, '{"registers": 5}', 900, -8, 0.005)"""
    )
    log_spread = unseen.prepare(world.con, 0.01)
    row = world.con.execute("SELECT register_l, register_r, found, hidden, hidden_odds FROM hidden_pairs").fetchall()
    assert row == [(CLAIMS, MEMBERS, pytest.approx(10), pytest.approx(3 + 2), pytest.approx(0.5))]
    assert log_spread == pytest.approx(0.56, abs=0.01)


def told(world: World, kind: str, first: int, found: int, records: int, **tells: Any) -> None:
    """So many enrolments, of which some are of a person with a card."""
    for number in range(first, first + records):
        member = f"p{number}" if number < first + found else f"q{number}"
        world.member(member, "H", area_1="01", birth_date="1950-02-02", birth_year=1950)
        world.enrolment(f"p{number}", kind, birth_date="1950-02-02", **tells)


def adrift(share: float, telling: int, lacking: int, found: int) -> float:
    """How many records are: what is short of the share, the less the more it may be chance."""
    short, variance = lacking * share - found, lacking * share * (1 - share) * (1 + lacking / telling)
    return short**3 / (short**2 + variance)


def test_records_that_tell_too_little_are_adrift(world: World) -> None:
    world.household("H")
    told(world, "elderly", 0, 90, 100, area_1="01", birth_year=1950)
    told(world, "elderly", 100, 20, 50, birth_year=1950)
    unseen.prepare(world.con, 0.01)
    rows = world.con.execute("FROM adrift WHERE register = $1 AND other = $2", [ENROLMENTS, MEMBERS]).fetchall()
    assert rows == [(ENROLMENTS, MEMBERS, 110, pytest.approx(adrift(0.9, 100, 50, 20)))]
    rows = world.con.execute("SELECT adrift_odds FROM hidden_pairs").fetchall()
    assert rows == [(pytest.approx(adrift(0.9, 100, 50, 20) / 110),)]


@pytest.mark.parametrize(("telling", "lacking"), [(29, 5), (90, 88)], ids=["few found", "hardly any is missing"])
def test_where_few_tell_enough_or_hardly_any_is_missing_nobody_is_adrift(
    world: World, telling: int, lacking: int
) -> None:
    world.household("H")
    told(world, "elderly", 0, telling, 100, area_1="01", birth_year=1950)
    told(world, "elderly", 100, lacking, 100, birth_year=1950)
    assert total(world, "elderly_benefit")["covered_adjusted"] == pytest.approx(telling + lacking, abs=4)


def test_a_link_that_a_human_parted_finds_nobody(world: World) -> None:
    world.household("H")
    told(world, "elderly", 0, 90, 100, area_1="01", birth_year=1950)
    told(world, "elderly", 100, 20, 50, birth_year=1950)
    pair = (MEMBERS, "H/q140"), (ENROLMENTS, "FP-p140-elderly")
    world.pair(*pair, probability=0.9)
    world.part(*pair)
    unseen.prepare(world.con, 0.01)
    (found,) = world.con.execute("SELECT found FROM adrift WHERE register = $1", [ENROLMENTS]).fetchall()
    assert found == (110,)


@pytest.mark.parametrize("homes", [1, 2], ids=["listed once", "listed twice"])
def test_one_enrolment_may_be_adrift_however_often_a_person_is_listed(world: World, homes: int) -> None:
    for home in range(homes):
        world.household(f"H{home}")
        for number in range(100):
            world.member(f"p{number}", f"H{home}", area_1="01", birth_date="1950-02-02", birth_year=1950)
    for number in range(100):
        knows = {"area_1": "01", "birth_year": 1950} if number < 60 else {"birth_year": 1950}
        of = f"p{number}" if number < 80 else f"q{number}"
        world.enrolment(of, "elderly", birth_date="1950-02-02", **knows)
    lost = adrift(1.0, 60, 40, 20)
    assert total(world, "elderly_benefit")["covered_adjusted"] == pytest.approx(80 + lost, abs=1.5)


def test_who_is_entitled_by_one_register_and_covered_by_another_is_lost_where_the_first_is_adrift(
    world: World,
) -> None:
    world.household("H")
    for number in range(100):
        member = f"p{number}"
        world.member(member, "H", area_1="01", birth_date="1950-02-02", birth_year=1950)
        knows = {"area_1": "01", "birth_year": 1950} if number < 60 else {"birth_year": 1950}
        world.disability_card(member if number < 80 else f"q{number}", birth_date="1950-02-02", **knows)
        world.enrolment(member, "disability", area_1="01", birth_date="1950-02-02", birth_year=1950)
    found = total(world, "disability_benefit")
    assert (found["eligible"], found["covered"]) == (80, 80)
    assert found["eligible_adjusted"] == pytest.approx(80 + adrift(1.0, 60, 40, 20), abs=1.5)


def test_whose_record_is_adrift_is_covered_all_the_same(world: World) -> None:
    world.household("H")
    told(world, "elderly", 0, 90, 100, area_1="01", birth_year=1950)
    told(world, "elderly", 100, 20, 50, birth_year=1950)
    found = total(world, "elderly_benefit")
    assert found["covered"] == 110
    lost = adrift(0.9, 100, 50, 20)
    assert found["covered_adjusted"] == pytest.approx(110 + lost, abs=1.5)
    assert found["gap_low"] < 1 - (110 + lost) / found["eligible"] < found["gap_high"]


def test_where_all_tell_enough_nobody_is_adrift(world: World) -> None:
    world.household("H")
    told(world, "elderly", 0, 90, 150, area_1="01", birth_year=1950)
    assert total(world, "elderly_benefit")["covered_adjusted"] == 90
