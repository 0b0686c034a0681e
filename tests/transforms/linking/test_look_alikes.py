"""Who is easily taken for another: namesakes, relatives, spouses with one number, twins; and who for two: movers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

COMMON = ("sok", "chan", "kim", "ly", "heng", "pen", "keo", "chea", "ouk", "vong", "nuon", "prak")
SYLLABLES = (
    "so",
    "da",
    "ra",
    "vi",
    "chet",
    "na",
    "rith",
    "mom",
    "pi",
    "sey",
    "than",
    "bo",
    "kun",
    "thea",
    "lim",
    "srey",
)
GIVENS = [a + b for a in SYLLABLES for b in SYLLABLES if a != b]
VILLAGES = 60


@dataclass(frozen=True)
class Somebody:
    """One person as every register would know them."""

    key: str
    family: str
    given: str
    sex: str
    day: date
    village: int
    phone: str = ""
    number: str = ""

    def row(self, a_record: Callable[..., Any], register: str) -> dict[str, Any]:
        code = f"{self.village % 4:02}{self.village // 4 % 3:02}{self.village // 12:02}01"
        told: dict[str, Any] = {f"area_{n}": code[: 2 * n] for n in (1, 2, 3, 4)}
        told |= {"phone": self.phone} if self.phone else {}
        told |= {"identifiers": {"social_security": self.number}} if self.number else {}
        return a_record(register, self.key, f"{self.family} {self.given}", str(self.day), sex=self.sex, **told)


def somebody(chance: Random, key: str) -> Somebody:
    day = date(1945, 1, 1) + timedelta(days=chance.randrange(27000))
    return Somebody(
        key,
        chance.choice(COMMON),
        chance.choice(GIVENS),
        chance.choice("MF"),
        day,
        chance.randrange(VILLAGES),
        f"+85512{chance.randrange(10**6):06}",
        f"{chance.randrange(10**9):09}",
    )


def slips(chance: Random, one: Somebody) -> Somebody:
    """As another clerk wrote it down: now and then a sign of the name or a digit of the day is wrong."""
    given = one.given[:-1] + chance.choice("aeiou") if chance.random() < 0.05 else one.given
    day = one.day.replace(day=1 + one.day.day % 28) if chance.random() < 0.05 else one.day
    phone = "" if chance.random() < 0.3 else one.phone
    return replace(one, given=given, day=day, phone=phone)


@pytest.fixture
def world(con, fill, a_record, link):
    """Link two registers; gives the persons as sets of "register:key"."""

    def linked(a: list[Somebody], b: list[Somebody]) -> set[frozenset[str]]:
        fill(con, [one.row(a_record, "a") for one in a] + [one.row(a_record, "b") for one in b])
        return link(con)

    return linked


def wrongly(persons: set[frozenset[str]]) -> list[frozenset[str]]:
    """Persons who hold records of several people; keys differ by the digits before a point."""
    return [records for records in persons if len({record.split(":")[1] for record in records}) > 1]


def rightly(persons: set[frozenset[str]], keys: list[str]) -> float:
    """The share of these people whose two records are one person."""
    return sum(frozenset({f"a:{key}", f"b:{key}"}) in persons for key in keys) / len(keys)


def crowd(seed: int, size: int) -> tuple[Random, list[Somebody]]:
    chance = Random(seed)
    return chance, [somebody(chance, f"{n:05}") for n in range(size)]


def test_namesakes_in_one_village_are_not_linked(world) -> None:
    chance, people = crowd(1, 1200)
    others = [somebody(chance, f"x{n:04}") for n in range(400)]
    namesakes = [
        replace(other, family=one.family, given=one.given, sex=one.sex, village=one.village)
        for one, other in zip(people[:400], others, strict=True)
    ]
    persons = world(people, [slips(chance, one) for one in people[200:]] + namesakes)
    assert len(wrongly(persons)) <= 2
    assert rightly(persons, [one.key for one in people[200:]]) > 0.98


def test_where_nobody_overlaps_relatives_are_not_linked(world) -> None:
    """Households that two registers hold different members of: no two records are of one person."""
    chance, heads = crowd(2, 1500)
    others = [somebody(chance, f"x{n:04}") for n in range(len(heads))]
    relatives = [
        replace(
            other, family=head.family if chance.random() < 0.6 else other.family, village=head.village, phone=head.phone
        )
        for head, other in zip(heads, others, strict=True)
    ]
    assert len(wrongly(world(heads, relatives))) <= 0.002 * len(heads)


def test_where_nobody_overlaps_strangers_are_not_linked(world) -> None:
    _, people = crowd(3, 3000)
    assert len(wrongly(world(people[:1500], people[1500:]))) <= 2


def test_relatives_are_told_from_the_people_they_live_with(world) -> None:
    chance, heads = crowd(4, 1000)
    others = [somebody(chance, f"x{n:04}") for n in range(len(heads))]
    relatives = [
        replace(other, family=head.family, village=head.village, phone=head.phone)
        for head, other in zip(heads, others, strict=True)
    ]
    both = [one for one in heads + relatives if chance.random() < 0.5]
    persons = world(heads + relatives, [slips(chance, one) for one in both])
    assert len(wrongly(persons)) <= 2
    assert rightly(persons, [one.key for one in both]) > 0.98


def test_spouses_who_share_a_number_stay_two(world) -> None:
    """Both are told with the number of the one who is insured, in both registers."""
    chance, heads = crowd(5, 1000)
    spouses = [
        replace(somebody(chance, f"x{n:04}"), village=head.village, phone=head.phone, number=head.number)
        for n, head in enumerate(heads[:400])
    ]
    both = heads[200:] + spouses[:300]
    persons = world(heads + spouses, [slips(chance, one) for one in both])
    assert len(wrongly(persons)) <= 2
    assert rightly(persons, [one.key for one in both]) > 0.98


def test_twins_stay_two(world) -> None:
    chance, people = crowd(6, 1500)
    twins = [
        replace(one, key=f"x{n:04}", given=chance.choice(GIVENS), sex=chance.choice("MF"), number="")
        for n, one in enumerate(people[:12])
    ]
    persons = world(people + twins, [slips(chance, one) for one in people[:1000] + twins])
    assert len(wrongly(persons)) <= 1
    assert rightly(persons, [one.key for one in twins + people[:1000]]) > 0.98


@pytest.mark.xfail(
    strict=True, reason="the fit takes them for people whose given name is wrong, and having no rival adds to it"
)
def test_twins_of_whom_each_register_holds_one_stay_two(world) -> None:
    chance, people = crowd(7, 1500)
    twins = [
        replace(one, key=f"x{n:04}", given=chance.choice(GIVENS), sex=chance.choice("MF"), number="")
        for n, one in enumerate(people[:12])
    ]
    newcomers = [somebody(chance, f"y{n:04}") for n in range(500)]
    persons = world(people, [slips(chance, one) for one in people[12:1000]] + twins + newcomers)
    assert len(wrongly(persons)) <= 3


@pytest.mark.parametrize("numbered", [True, False])
def test_who_moved_house_is_found_again(world, numbered: bool) -> None:
    """Another province and another phone: names, day of birth and sex are all that stays, and a number perhaps."""
    chance, people = crowd(8, 1500)
    if not numbered:
        people = [replace(one, number="") for one in people]
    moved = [replace(one, village=chance.randrange(VILLAGES), phone="") for one in people[:150]]
    persons = world(people, [slips(chance, one) for one in moved + people[150:1000]])
    assert rightly(persons, [one.key for one in moved]) > 0.9
    assert len(wrongly(persons)) <= 2
