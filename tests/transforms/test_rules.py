"""Each rule in a tiny world: a case that it finds, and near misses that it must not.

Worlds stand here and in `worlds/`, where the name of a function begins with the id of its rule.
"""

from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from transforms.findings import load_rules

World = Any
TELL: dict[str, Callable[[World], set[str]]] = {}


def tells(rule: str) -> Callable[[Callable[[World], set[str]]], Callable[[World], set[str]]]:
    """Register the world of a rule; it returns the subjects that the rule must name, and no others."""

    def keep(teller: Callable[[World], set[str]]) -> Callable[[World], set[str]]:
        TELL[rule] = teller
        return teller

    return keep


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


@tells("E01")
def household_without_family_package(world: World) -> set[str]:
    anchor(world)
    world.household("left out")
    world.member("a", "left out", birth_date="2015-04-04")
    world.household("nobody qualifies")
    world.member("b", "nobody qualifies", birth_date="1985-04-04")
    world.household("only the dead qualify")
    world.member("c", "only the dead qualify", birth_date="1950-04-04")
    world.event("c", "death", "2026-01-01")
    world.household("under another name")
    world.member("d", "under another name", birth_date="2015-04-04")
    world.enrolment("somebody not linked", "scholarship", card_number="card under another name")
    world.household("enrolled elsewhere")
    world.member("e", "enrolled elsewhere", birth_date="2015-04-04")
    world.enrolment("e", "scholarship", status="ended")
    world.household("expired", valid_to="2026-10-31")
    world.member("f", "expired", birth_date="2015-04-04")
    world.household("at risk", level="at_risk")
    world.member("g", "at risk", birth_date="2015-04-04")
    world.household("withdrawn", status="withdrawn")
    world.member("h", "withdrawn", birth_date="2015-04-04")
    world.household("pregnant")
    world.member("i", "pregnant", is_pregnant=True)
    world.household("pregnancy in doubt")
    world.member("j", "pregnancy in doubt", sex="M", is_pregnant=True)
    world.member("k", "pregnancy in doubt", birth_date="1970-10-31", is_pregnant=True)
    return {"left out", "pregnant"}


@tells("E02")
def elder_without_benefit(world: World) -> set[str]:
    anchor(world)
    for person, born in {"sixty today": "1966-11-01", "sixty tomorrow": "1966-11-02", "has it": "1950-01-02"}.items():
        world.member(person, "H0", birth_date=born)
    world.enrolment("has it", "elderly", birth_date="1950-01-02")
    world.member("has another", "H0", birth_date="1950-01-02")
    world.enrolment("has another", "disability", birth_date="1950-01-02")
    world.member("dead", "H0", birth_date="1950-01-02")
    world.event("dead", "death", "2026-05-05", birth_date="1950-01-02")
    world.member("certified younger", "H0", birth_date="1950-03-02")
    world.social_security("certified younger", birth_date="1970-03-02")
    world.disability_card("no card household", birth_date="1950-01-02")
    return {"sixty today", "has another"}


@tells("E03")
def disabled_without_benefit(world: World) -> set[str]:
    anchor(world)
    for person, severity in {"severe": "3", "mild": "2", "enrolled": "4"}.items():
        world.member(person, "H0")
        world.disability_card(person, severity)
    world.enrolment("enrolled", "disability")
    world.member("card withdrawn", "H0")
    world.disability_card("card withdrawn", "4", "withdrawn")
    return {"severe"}


@tells("E04")
def pregnant_without_benefit(world: World) -> set[str]:
    anchor(world)
    visited = {"left out": "2026-09-01", "in the days of grace": "2026-10-03", "covered": "2026-09-01"}
    for person, day in visited.items():
        world.member(person, "H0")
        world.claim(person, day, service="antenatal")
    world.enrolment("covered", "maternal_child", status="ended", enrolled_on="2026-02-01")
    world.member("covered for another child", "H0")
    world.claim("covered for another child", "2026-09-01", service="antenatal")
    world.enrolment("covered for another child", "maternal_child", status="ended", enrolled_on="2025-03-01")
    world.household("H1")
    world.member("mother", "H1")
    world.claim("mother", "2026-03-01", service="antenatal")
    world.enrolment("her child", "maternal_child", birth_date="2026-06-01", card_number="card H1")
    world.member("other service", "H0")
    world.claim("other service", "2026-09-01", service="outpatient")
    world.claim("no card, no work", "2026-09-01", service="antenatal")
    world.member("too old", "H0", birth_date="1965-05-05")
    world.claim("too old", "2026-09-01", service="antenatal", birth_date="1965-05-05")
    for worker, month in {"worker": "2026-08", "former worker": "2026-07"}.items():
        world.claim(worker, "2026-09-01", "social_security", service="antenatal")
        world.social_security(worker)
        world.contribution(f"SS-{worker}", month)
    return {"left out", "covered for another child", "worker"}


@tells("E05")
def child_without_benefit(world: World) -> set[str]:
    anchor(world)
    for child, born in {"under two": "2024-11-02", "two today": "2024-11-01", "enrolled": "2026-01-05"}.items():
        world.member(child, "H0", birth_date=born)
        world.event(child, "birth", born)
    world.enrolment("enrolled", "maternal_child", birth_date="2026-01-05")
    world.member("no certificate", "H0", birth_date="2026-01-05")
    world.event("no card", "birth", "2026-01-05")
    return {"under two"}


@tells("E07")
def repeat_patient_without_card(world: World) -> set[str]:
    anchor(world)
    for person, payers in {"twice": ["hef", "exempt"], "once": ["hef"], "paid himself": ["hef", "self"]}.items():
        for month, payer in enumerate(payers, 3):
            world.claim(person, f"2026-{month:02d}-05", payer)
    world.claim("calm", "2026-04-05")
    for day in ("2026-04-05", "2026-04-06"):
        world.claim("showed a card", day, card_number="card H0")
        world.claim("showed an unknown card", day, card_number="of another cover")
    return {"twice", "showed an unknown card"}


@tells("E10")
def card_holder_charged(world: World) -> set[str]:
    anchor(world)
    for person, day in {"charged": "2025-01-01", "before the card": "2024-12-31"}.items():
        world.member(person, "H0")
        world.claim(person, day, "self")
    world.member("free", "H0")
    world.claim("free", "2026-01-01", "hef")
    world.claim("no card", "2026-01-01", "self")
    return {"charged"}


@tells("E11")
def enrolled_but_unpaid(world: World) -> set[str]:
    anchor(world)
    rounds = {
        "unpaid": ["paid", "rejected", "rejected"],
        "paid last": ["rejected", "rejected", "paid"],
        "rejected once": ["paid", "paid", "rejected"],
        "ended": ["rejected", "rejected", "rejected"],
    }
    for person, statuses in rounds.items():
        number = world.enrolment(person, "elderly", status="ended" if person == "ended" else "active")
        for month, status in enumerate(statuses, 7):
            world.payment(number, "elderly", f"2026-{month:02d}-10", status=status)
    retried = world.enrolment("paid on a second attempt", "elderly")
    for month in (8, 9):
        world.payment(retried, "elderly", f"2026-{month:02d}-10", status="rejected")
        world.payment(retried, "elderly", f"2026-{month:02d}-12")
    return {"unpaid"}


@tells("E12")
def card_run_out_still_poor(world: World) -> set[str]:
    anchor(world)
    over = {"status": "expired", "valid_to": "2026-03-31"}
    cards = {
        "treated as poor": over,
        "still called active": over | {"status": "active"},
        "once only": over,
        "before it ran out": over,
        "withdrawn": over | {"status": "withdrawn"},
        "at risk": over | {"level": "at_risk"},
        "paid": over,
        "renewed": over,
    }
    for home, card in cards.items():
        world.household(home, **card)
        for n in (1, 2):
            person = f"{home} {n}"
            world.member(person, home)
            if n == 1 or home != "once only":
                day = "2026-03-31" if home == "before it ran out" else f"2026-05-0{n}"
                world.claim(person, day, "self" if home == "paid" else ("hef", "exempt")[n - 1])
    for n in (1, 2):
        world.member(f"renewed {n}", "H0")
    return {"treated as poor", "still called active"}


@tells("E13")
def grievance_not_answered(world: World) -> set[str]:
    anchor(world)
    elders = {
        "left out": ("2026-10-02", "excluded"),
        "told of late": ("2026-10-03", "excluded"),
        "not paid": ("2026-01-05", "unpaid"),
    }
    for person, (day, complaint) in elders.items():
        world.member(person, "H0", birth_date="1950-04-04")
        world.grievance(person, day, complaint, birth_date="1950-04-04")
    world.household("H1")
    world.member("pupil", "H1", birth_date="2015-04-04")
    world.member("parent", "H1")
    world.grievance("parent", "2026-01-05")
    world.member("dead", "H1", birth_date="1950-04-04")
    world.grievance("dead", "2026-01-05", birth_date="1950-04-04")
    world.event("dead", "death", "2026-05-05", birth_date="1950-04-04")
    return {"left out", "parent"}


@tells("E14")
def member_without_papers(world: World) -> set[str]:
    anchor(world)
    for person, born in {
        "without": "2025-11-01",
        "in the first year": "2025-11-02",
        "registered": "2020-02-02",
    }.items():
        world.member(person, "H0", birth_date=born, identity_paper="none")
    world.event("registered", "birth", "2020-02-02")
    world.member("number not noted", "H0", identity_paper="national_id")
    world.member("not said", "H0")
    world.member("shown elsewhere", "H0", identity_paper="none")
    world.social_security("shown elsewhere")
    world.identifier("nssf_members", "SS-shown elsewhere", "national_id", "123456789")
    world.member("dead", "H0", identity_paper="none")
    world.event("dead", "death", "2026-05-05")
    world.household("expired", valid_to="2026-10-31")
    world.member("no card in force", "expired", identity_paper="none")
    return {"without"}


@tells("E15")
def baby_not_listed(world: World) -> set[str]:
    anchor(world)
    home = {"area_1": "01", "area_4": "01010101"}

    def family(name: str, father: str, born: str = "2026-06-01", **mother: object) -> None:
        """A listed couple, in the household of their name, and the registered birth of a child by that mother and
        this father; as the certificate has it, both are named after the household."""
        world.household(name)
        told = home | {"family_name_local": "Sok", "given_name_local": f"she of {name}"} | mother
        world.member(f"mother {name}", name, relation_to_head="spouse", **told)
        him = home | {"family_name_local": "Chan", "given_name_local": f"he of {name}", "sex": "M"}
        world.member(f"father {name}", name, relation_to_head="head", **him)
        parents = {"mother_family_name_local": "Sok", "mother_given_name_local": f"she of {name}"}
        parents |= {"father_family_name_local": "Chan", "father_given_name_local": father}
        world.event(f"baby {name}", "birth", born, **home, **parents)

    family("left out", "he of left out")
    family("born of late", "he of born of late", born="2026-08-04")
    family("over two", "he of over two", born="2024-10-31")
    family("namesake", "another", birth_date="1990-02-02")
    family("moved", "he of moved", area_4="01020202")
    family("swapped", "he of swapped", family_name_local="she of swapped", given_name_local="Sok")
    family("a child herself", "he of a child herself", birth_date="2020-02-02")
    family("listed with kin", "he of listed with kin")
    world.member("baby listed with kin", "H0", birth_date="2026-06-01")
    family("at risk of death", "he of at risk of death")
    world.event("baby at risk of death", "death", "2026-07-07")
    for twin in ("one", "two"):
        world.household(f"heads alone {twin}")
        told = home | {"family_name_local": "Sok", "given_name_local": "twice"}
        world.member(f"namesake {twin}", f"heads alone {twin}", relation_to_head="head", **told)
    parents = {"mother_family_name_local": "Sok", "mother_given_name_local": "twice"}
    world.event("of one of two", "birth", "2026-06-01", **home, **parents)
    world.household("heads alone")
    told = home | {"family_name_local": "Sok", "given_name_local": "once"}
    world.member("mother alone", "heads alone", relation_to_head="head", **told)
    parents = {"mother_family_name_local": "Sok", "mother_given_name_local": "once"}
    world.event("of one alone", "birth", "2026-06-01", **home, **parents)
    return {"baby left out", "baby moved", "baby swapped", "of one alone"}


@tells("E16")
def lost_job_without_cover(world: World) -> set[str]:
    anchor(world)
    last = {"lost": "2026-07", "two months without": "2026-08", "listed": "2026-07", "treated": "2026-07"}
    last |= {"treated before": "2026-07", "dead": "2026-07", "self-employed": "2026-07", "two numbers": "2026-06"}
    for person, month in last.items():
        world.social_security(person)
        world.contribution(f"SS-{person}", month, amount=15600 if person == "self-employed" else 20800)
    world.social_security("two numbers", number="B")
    world.contribution("B", "2026-10")
    world.member("listed", "H0")
    world.claim("treated", "2026-08-01")
    world.claim("treated before", "2026-07-31")
    world.event("dead", "death", "2026-08-08")
    return {"lost", "treated before"}


@tells("E17")
def shock_near_the_line(world: World) -> set[str]:
    anchor(world)
    # 180 days before the night is 5 May 2026.
    stays = {"stayed": "2026-05-05", "long ago": "2026-05-04", "enrolled": "2026-06-01", "poor": "2026-06-01"}
    for home, day in stays.items():
        world.household(home, level="poor_2" if home == "poor" else "at_risk")
        world.member(f"ill of {home}", home)
        world.claim(f"ill of {home}", day, "self", service="inpatient")
    world.enrolment("ill of enrolled", "disability")
    for home, service, payer in (("saw a doctor", "outpatient", "self"), ("free", "inpatient", "hef")):
        world.household(home, level="at_risk")
        world.member(f"ill of {home}", home)
        world.claim(f"ill of {home}", "2026-06-01", payer, service=service)
    for home, born in {"lost an earner": "1966-06-02", "lost an elder": "1966-06-01"}.items():
        world.household(home, level="at_risk")
        world.member(f"dead of {home}", home, birth_date=born)
        world.event(f"dead of {home}", "death", "2026-06-01", birth_date=born)
    return {"stayed", "lost an earner"}


@tells("I01")
def paid_after_death(world: World) -> set[str]:
    anchor(world)
    for person, paid in {"late": "2026-06-01", "within grace": "2026-05-31", "before": "2026-04-01"}.items():
        world.event(person, "death", "2026-05-01")
        world.payment(world.enrolment(person, "elderly"), "elderly", paid)
    world.event("rejected", "death", "2026-05-01")
    world.payment(world.enrolment("rejected", "elderly"), "elderly", "2026-07-01", status="rejected")
    world.event("seen by two", "death", "2026-05-01")
    world.payment(world.enrolment("seen by two", "elderly"), "elderly", "2026-07-01")
    world.claim("seen by two", "2026-08-01")
    return {"late"}


@tells("I02")
def claim_after_death(world: World) -> set[str]:
    anchor(world)
    for person, visited in {"after": "2026-05-02", "same day": "2026-05-01", "before": "2026-04-01"}.items():
        world.event(person, "death", "2026-05-01")
        world.claim(person, visited)
    world.event("seen by two", "death", "2026-05-01")
    world.claim("seen by two", "2026-05-09")
    world.payment(world.enrolment("seen by two", "elderly"), "elderly", "2026-07-01")
    return {"after"}


@tells("I03")
def child_too_old(world: World) -> set[str]:
    anchor(world)
    # Two years and sixty days after 10 March 2024 is 9 May 2026.
    for child, paid in {"late": "2026-05-10", "within grace": "2026-05-09"}.items():
        number = world.enrolment(child, "maternal_child", birth_date="2024-03-10")
        world.payment(number, "maternal_child", paid)
    new_years_day = {"birth_date": "2024-01-01", "birth_precision": "default_1_january"}
    mother = world.enrolment("mother", "maternal_child", birth_date="1998-03-10")
    world.payment(mother, "maternal_child", "2026-08-10")
    certified = world.enrolment("certified younger", "maternal_child", birth_date="2023-03-10")
    world.event("certified younger", "birth", "2025-03-11")
    world.payment(certified, "maternal_child", "2026-08-10")
    swapped = world.enrolment("swapped", "maternal_child", birth_date="2024-03-05")
    world.event("swapped", "birth", "2024-05-03")
    world.payment(swapped, "maternal_child", "2026-06-10")
    surely = world.enrolment("swapped but late", "maternal_child", birth_date="2023-03-05")
    world.event("swapped but late", "birth", "2023-05-03")
    world.payment(surely, "maternal_child", "2026-06-10")
    for child, registered in {
        "told": None,
        "registered in time": "2024-02-05",
        "registered late": "2026-02-05",
    }.items():
        new_year = world.enrolment(child, "maternal_child", **new_years_day)
        world.payment(new_year, "maternal_child", "2026-08-10")
        if registered:
            world.event(child, "birth", "2024-01-01", registered_on=registered, **new_years_day)
    return {"late", "swapped but late", "registered in time"}


@tells("I04")
def elderly_too_young(world: World) -> set[str]:
    anchor(world)
    births = {
        "young": "1966-09-11",
        "sixty at payment": "1966-09-10",
        "year that is young on any day": "1970-01-01",
        "year that may be sixty": "1966-01-01",
        "only declared": None,
        "swapped": "1966-11-03",
    }
    for person, certified in births.items():
        declared = "1966-03-11" if person == "swapped" else "1955-08-08"
        number = world.enrolment(person, "elderly", birth_date=declared)
        world.payment(number, "elderly", "2026-09-10")
        if certified:
            precision = "default_1_january" if certified.endswith("01-01") else "day"
            world.social_security(person, birth_date=certified, birth_precision=precision)
    two_dates = world.enrolment("two certified dates", "elderly", birth_date="1955-08-08")
    world.payment(two_dates, "elderly", "2026-09-10")
    world.social_security("two certified dates", number="A", birth_date="1970-08-09")
    world.social_security("two certified dates", number="B", birth_date="1955-08-08")
    return {"young", "year that is young on any day"}


@tells("I08")
def claim_on_dead_card(world: World) -> set[str]:
    anchor(world)
    world.household("H1", status="expired", valid_to="2026-03-31")
    world.household("H2", status="withdrawn", valid_to=None)
    world.household("H3", number="reissued", status="withdrawn", valid_to="2025-12-31")
    world.household("H4", number="reissued")
    world.claim("expired", "2026-04-01", card_number="card H1")
    world.claim("last day", "2026-03-31", card_number="card H1")
    world.claim("withdrawn", "2026-03-31", card_number="card H2")
    world.claim("paid himself", "2026-04-01", "self", card_number="card H1")
    world.claim("reissued", "2026-04-01", card_number="reissued")
    world.claim("unknown card", "2026-04-01", card_number="of another cover")
    world.household("H5", status="withdrawn", valid_to="2026-05-31")
    world.claim("before it was withdrawn", "2026-05-31", card_number="card H5")
    world.claim("calm", "2026-06-02", card_number="card H1")
    return {"expired", "withdrawn"}


@tells("I09")
def disability_paid_without_card(world: World) -> set[str]:
    anchor(world)
    for person in ("no card", "mild", "entitled", "withdrawn"):
        world.payment(world.enrolment(person, "disability"), "disability", "2026-09-10")
    world.disability_card("mild", "2")
    world.disability_card("entitled", "3")
    world.disability_card("withdrawn", "4", "withdrawn")
    world.payment(world.enrolment("not paid", "disability"), "disability", "2026-09-10", status="rejected")
    return {"no card", "mild", "withdrawn"}


@tells("D01")
def person_in_two_card_households(world: World) -> set[str]:
    anchor(world)
    world.household("H1")
    world.household("H2", status="expired")
    for person, households in {"two": ["H0", "H1"], "one expired": ["H0", "H2"], "one": ["H1"]}.items():
        for household in households:
            world.member(person, household)
    world.member("dead", "H0")
    world.member("dead", "H1")
    world.event("dead", "death", "2026-05-01")
    return {"two"}


@tells("D03")
def paid_twice(world: World) -> set[str]:
    anchor(world)
    for number in ("A", "B"):
        world.payment(world.enrolment("twice", "elderly", number=number), "elderly", "2026-09-10")
    once = world.enrolment("second attempt", "elderly")
    world.payment(once, "elderly", "2026-09-10", status="rejected")
    world.payment(once, "elderly", "2026-09-12")
    world.payment(once, "elderly", "2026-10-12")
    for component in ("elderly", "disability"):
        world.payment(world.enrolment("two components", component), component, "2026-09-10")
    return {"twice"}


@tells("D06")
def two_social_security_numbers(world: World) -> set[str]:
    anchor(world)
    world.social_security("two", number="A")
    world.social_security("two", number="B")
    world.social_security("one")
    world.claim("one", "2026-05-05")
    return {"two"}


@tells("D08")
def two_disability_cards(world: World) -> set[str]:
    anchor(world)
    for status, person in {"active": "two", "withdrawn": "renewed"}.items():
        world.disability_card(person, number=f"{person} A", status=status)
        world.disability_card(person, number=f"{person} B")
    return {"two"}


@tells("D10")
def card_number_twice(world: World) -> set[str]:
    anchor(world)
    for household, status in {"H1": "active", "H2": "active", "H3": "active", "H4": "withdrawn"}.items():
        world.household(household, number="one" if household in {"H1", "H2"} else "two", status=status)
    return {"H1", "H2"}


@tells("N01")
def sex_differs(world: World) -> set[str]:
    anchor(world)
    world.member("differs", "H0", sex="F")
    world.social_security("differs", sex="M")
    world.member("agrees", "H0", sex="F")
    world.social_security("agrees", sex="F")
    world.member("not said", "H0", sex="F")
    world.social_security("not said", sex=None)
    return {"differs"}


@tells("N02")
def birth_date_differs(world: World) -> set[str]:
    anchor(world)
    others = {"day": "1980-05-18", "default": "1980-01-01", "same": "1980-05-17"}
    for person, other in others.items():
        world.member(person, "H0", birth_date="1980-05-17")
        world.social_security(person, birth_date=other)
    world.member("only a year", "H0", birth_date="1980-05-17")
    world.social_security("only a year", birth_date="1981-06-01", birth_precision="year")
    return {"day"}


@tells("N04")
def household_without_one_head(world: World) -> set[str]:
    anchor(world)
    for household, heads in {"none": 0, "one": 1, "two": 2}.items():
        world.household(household)
        for n in range(3):
            world.member(f"{household} {n}", household, relation_to_head="head" if n < heads else "child")
    world.household("head not read")
    world.member("child", "head not read", relation_to_head="child")
    world.unread("idpoor_members", household_code="head not read")
    return {"none", "two"}


@tells("N06")
def impossible_pregnancy(world: World) -> set[str]:
    anchor(world)
    world.member("man", "H0", sex="M", is_pregnant=True)
    world.member("woman", "H0", is_pregnant=True)
    world.claim("old", "2026-05-05", service="delivery", birth_date="1960-05-05")
    world.claim("fifty-five", "2026-05-05", service="antenatal", birth_date="1970-05-06")
    world.claim("other service", "2026-05-05", service="outpatient", birth_date="1960-05-05")
    world.enrolment("father", "maternal_child", sex="M")
    world.member("sex in doubt", "H0", sex="M", is_pregnant=True)
    world.disability_card("sex in doubt", sex="F")
    world.enrolment("baby boy", "maternal_child", sex="M", birth_date="2025-01-05")
    world.event("baby made older", "birth", "2014-01-05")
    world.enrolment("baby made older", "maternal_child", birth_date="2024-01-05")
    world.social_security("young by the claim", birth_date="1950-05-05")
    world.claim("young by the claim", "2026-05-05", service="delivery", birth_date="1990-05-05")
    return {"man", "old", "father"}


@tells("N10")
def seen_after_death(world: World) -> set[str]:
    anchor(world)
    for person in ("by two", "by one", "by two before"):
        world.event(person, "death", "2026-05-01")
        day = "2026-04-01" if person == "by two before" else "2026-07-01"
        world.payment(world.enrolment(person, "elderly"), "elderly", day)
        if person != "by one":
            world.claim(person, day)
    return {"by two"}


for file in sorted((Path(__file__).parent / "worlds").glob("*.py")):
    told = {name[:3].upper(): teller for name, teller in run_path(str(file)).items() if name[1:3].isdigit()}
    assert not told.keys() & TELL.keys(), f"{file.name} tells a rule again"
    TELL |= told


@pytest.mark.parametrize("rule", sorted(TELL))
def test_rule_finds_its_cases_and_no_near_miss(world: World, rule: str) -> None:
    expected = TELL[rule](world)
    assert world.subjects(rule) == expected


def test_every_rule_has_its_world() -> None:
    assert sorted(TELL) == [rule.id for rule in load_rules()]
