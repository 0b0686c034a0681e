"""Worlds of rules on exclusion: who is left out, and who only seems to be."""

from typing import Any

World = Any


def e01_household_without_family_package(world: World) -> set[str]:
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
    for home, named, born in (
        ("enrolled as somebody else", "Dara", "2015-06-07"),
        ("namesake enrolled", "Dara", "2015-06-08"),
        ("twin enrolled", "Dany", "2015-06-07"),
    ):
        world.household(home)
        world.member(home, home, birth_date=born, family_name_local="Sok", given_name_local=named)
    other = {"birth_date": "2015-06-07", "family_name_local": "Dara", "given_name_local": "Sok"}
    world.enrolment("listed there too", "scholarship", **other)
    return {"left out", "pregnant", "namesake enrolled", "twin enrolled"}


def e02_elder_without_benefit(world: World) -> set[str]:
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
    world.member("sixty this year", "H0", birth_date="1966-01-01", birth_precision="year")
    world.member("born on 1 January", "H0", birth_date="1966-01-01")
    world.member("day and month swapped elsewhere", "H0", birth_date="1966-12-06")
    world.social_security("day and month swapped elsewhere", birth_date="1966-06-12")
    world.member("younger elsewhere", "H0", birth_date="1960-03-02")
    world.claim("younger elsewhere", "2026-05-05", birth_date="1970-03-02")
    return {"sixty today", "has another"}


def e03_disabled_without_benefit(world: World) -> set[str]:
    for person, severity in {"severe": "3", "mild": "2", "enrolled": "4"}.items():
        world.member(person, "H0")
        world.disability_card(person, severity)
    world.enrolment("enrolled", "disability")
    world.member("card withdrawn", "H0")
    world.disability_card("card withdrawn", "4", "withdrawn")
    return {"severe"}


def e04_pregnant_without_benefit(world: World) -> set[str]:
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


def e05_child_without_benefit(world: World) -> set[str]:
    for child, born in {"under two": "2024-11-02", "two today": "2024-11-01", "enrolled": "2026-01-05"}.items():
        world.member(child, "H0", birth_date=born)
        world.event(child, "birth", born)
    world.enrolment("enrolled", "maternal_child", birth_date="2026-01-05")
    world.member("no certificate", "H0", birth_date="2026-01-05")
    world.event("no card", "birth", "2026-01-05")
    return {"under two"}


def e07_repeat_patient_without_card(world: World) -> set[str]:
    for person, payers in {"twice": ["hef", "exempt"], "once": ["hef"], "paid himself": ["hef", "self"]}.items():
        for month, payer in enumerate(payers, 3):
            world.claim(person, f"2026-{month:02d}-05", payer)
    world.claim("calm", "2026-04-05")
    for day in ("2026-04-05", "2026-04-06"):
        world.claim("showed a card", day, card_number="card H0")
        world.claim("showed an unknown card", day, card_number="of another cover")
    return {"twice", "showed an unknown card"}


def e10_card_holder_charged(world: World) -> set[str]:
    for person, day in {"charged": "2025-01-01", "before the card": "2024-12-31"}.items():
        world.member(person, "H0")
        world.claim(person, day, "self")
    world.member("free", "H0")
    world.claim("free", "2026-01-01", "hef")
    world.claim("no card", "2026-01-01", "self")
    world.member("rather another's claim", "H0")
    world.claim("rather another's claim", "2026-01-01", "self", group="of the claim", probability=0.55)
    return {"charged"}


def e11_enrolled_but_unpaid(world: World) -> set[str]:
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


def e12_card_run_out_still_poor(world: World) -> set[str]:
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


def e13_grievance_not_answered(world: World) -> set[str]:
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


def e14_member_without_papers(world: World) -> set[str]:
    for person, born in {
        "without": "2025-11-01",
        "in the first year": "2025-11-02",
        "registered": "2020-02-02",
    }.items():
        world.member(person, "H0", birth_date=born, identity_paper="none")
    world.event("registered", "birth", "2020-02-02")
    world.member("year alone", "H0", birth_date="2025-01-01", birth_precision="year", identity_paper="none")
    world.member("number not noted", "H0", identity_paper="national_id")
    world.household("other home")
    world.member("shown to another interviewer", "H0", identity_paper="none")
    world.member("shown to another interviewer", "other home", identity_paper="national_id")
    world.member("not said", "H0")
    world.member("shown elsewhere", "H0", identity_paper="none")
    world.social_security("shown elsewhere")
    world.identifier("nssf_members", "SS-shown elsewhere", "national_id", "123456789")
    world.member("dead", "H0", identity_paper="none")
    world.event("dead", "death", "2026-05-05")
    world.household("expired", valid_to="2026-10-31")
    world.member("no card in force", "expired", identity_paper="none")
    return {"without"}


HOME = {"area_1": "01", "area_4": "01010101"}


def _family(
    world: World,
    name: str,
    father: str,
    born: str = "2026-06-01",
    child: dict[str, str] | None = None,
    **mother: object,
) -> None:
    """A listed couple, in the household of their name, and the registered birth of a child by that mother and this
    father; as the certificate has it, both are named after the household."""
    world.household(name)
    told = HOME | {"family_name_local": "Sok", "given_name_local": f"she of {name}"} | mother
    world.member(f"mother {name}", name, relation_to_head="spouse", **told)
    him = HOME | {"family_name_local": "Chan", "given_name_local": f"he of {name}", "sex": "M"}
    world.member(f"father {name}", name, relation_to_head="head", **him)
    parents = {"mother_family_name_local": "Sok", "mother_given_name_local": f"she of {name}"}
    parents |= {"father_family_name_local": "Chan", "father_given_name_local": father}
    world.event(f"baby {name}", "birth", born, **HOME, **parents, **(child or {}))


def e15_baby_not_listed(world: World) -> set[str]:
    _family(world, "left out", "he of left out")
    _family(world, "born of late", "he of born of late", born="2026-08-04")
    _family(world, "over two", "he of over two", born="2024-10-31")
    _family(world, "namesake", "another", birth_date="1990-02-02")
    _family(world, "moved", "he of moved", area_4="01020202")
    _family(world, "swapped", "he of swapped", family_name_local="she of swapped", given_name_local="Sok")
    _family(world, "a child herself", "he of a child herself", birth_date="2020-02-02")
    _family(world, "listed with kin", "he of listed with kin")
    world.member("baby listed with kin", "H0", birth_date="2026-06-01")
    _family(world, "at risk of death", "he of at risk of death")
    world.event("baby at risk of death", "death", "2026-07-07")
    of_namesakes, alone = _babies_of_listed_names(world), _babies_of_mothers_who_head_alone(world)
    return {"baby left out", "baby moved", "baby swapped"} | of_namesakes | alone


def _babies_of_listed_names(world: World) -> set[str]:
    for born, where in (
        ("2026-06-01", "on that day"),
        ("2026-06-02", "on another day"),
        ("2026-01-01", "in that year"),
        ("2025-01-01", "in another year"),
    ):
        named = {"family_skeleton": "san", "given_skeleton": where}
        _family(world, f"namesake listed, born {where}", f"he of namesake listed, born {where}", child=named)
        world.member(f"namesake born {where}", "H0", birth_date=born, birth_year=int(born[:4]), **named)
    many = {"family_skeleton": "san", "given_skeleton": "common"}
    _family(world, "of a common name", "he of of a common name", child=many)
    for n in range(7):
        world.member(f"namesake {n}", "H0", birth_date="2026-01-01", birth_year=2026, **many)
    swapped = {"family_skeleton": "he", "given_skeleton": "san"}
    _family(world, "listed in the other order", "he of listed in the other order", child=swapped)
    turned = {"family_skeleton": "san", "given_skeleton": "he"}
    world.member("baby turned", "H0", birth_date="2026-06-01", birth_year=2026, **turned)
    found = {f"namesake listed, born {where}" for where in ("on another day", "in another year")} | {"of a common name"}
    return {f"baby {name}" for name in found}


def _babies_of_mothers_who_head_alone(world: World) -> set[str]:
    for twin in ("one", "two"):
        world.household(f"heads alone {twin}")
        told = HOME | {"family_name_local": "Sok", "given_name_local": "twice"}
        world.member(f"namesake {twin}", f"heads alone {twin}", relation_to_head="head", **told)
    parents = {"mother_family_name_local": "Sok", "mother_given_name_local": "twice"}
    world.event("of one of two", "birth", "2026-06-01", **HOME, **parents)
    world.household("heads alone")
    told = HOME | {"family_name_local": "Sok", "given_name_local": "once"}
    world.member("mother alone", "heads alone", relation_to_head="head", **told)
    parents = {"mother_family_name_local": "Sok", "mother_given_name_local": "once"}
    world.event("of one alone", "birth", "2026-06-01", **HOME, **parents)
    return {"of one alone"}


def e16_lost_job_without_cover(world: World) -> set[str]:
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
    born = {"family_name_local": "Sok", "given_name_local": "Dara", "birth_date": "1985-06-07"}
    world.social_security("listed as another", **born)
    world.member("that other", "H0", **born)
    for person, probability in {"perhaps listed": 0.3, "hardly listed": 0.1}.items():
        world.social_security(person, birth_date="1990-01-01")
        world.member(f"other of {person}", "H0", birth_date="1990-01-02")
        ends = ("nssf_members", f"SS-{person}"), ("idpoor_members", f"H0/other of {person}")
        world.pair(*ends, probability)
    for person in ("listed as another", "perhaps listed", "hardly listed"):
        world.contribution(f"SS-{person}", "2026-07", amount=20800)
    return {"lost", "treated before", "hardly listed"}


def e17_shock_near_the_line(world: World) -> set[str]:
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
