"""Worlds of rules on duplication: who stands twice, and who only seems to."""

from typing import Any

World = Any
MEMBERS, SOCIAL_SECURITY, CLAIMS = "idpoor_members", "nssf_members", "hef_claims"


def d02_two_households_same_members(world: World) -> set[str]:
    households = {
        "old": ["a", "b", "c", "d", "e"],
        "split off": ["a", "b", "new baby"],
        "one in common": ["a", "f"],
        "fewer than half": ["c", "d", "g", "h", "i"],
        "withdrawn": ["g", "h"],
    }
    for household, members in households.items():
        world.household(household, status="withdrawn" if household == "withdrawn" else "active")
        for person in members:
            world.member(person, household)
    return {"old", "split off"}


def d04_deliveries_too_close(world: World) -> set[str]:
    days = {
        "too close": ["2025-06-01", "2025-12-01"],
        "two years apart": ["2024-06-01", "2026-06-01"],
        "seven months apart": ["2025-06-01", "2025-12-28"],
        "twins": ["2025-06-01", "2025-06-01"],
        "sent on": ["2025-06-01", "2025-06-02", "2025-06-15"],
        "once": ["2025-06-01"],
    }
    for person, visits in days.items():
        for day in visits:
            world.claim(person, day, service="delivery")
        world.claim(person, "2025-09-01", service="antenatal")
    return {"too close"}


def d07_episode_claimed_twice(world: World) -> set[str]:
    stay = {"service": "inpatient", "discharged_on": "2026-05-09"}
    for person, day, more in (
        ("same day", "2026-05-05", {"service": "outpatient", "facility": "B"}),
        ("other service", "2026-05-05", {"service": "antenatal"}),
        ("next day", "2026-05-06", {"service": "outpatient"}),
        ("sent on the same day", "2026-05-05", {"service": "outpatient", "is_referral": True}),
    ):
        world.claim(person, "2026-05-05", service="outpatient", facility="A")
        world.claim(person, day, **more)
    for person, day, more in (
        ("overlap", "2026-05-08", {"service": "delivery", "discharged_on": "2026-05-11"}),
        ("day after day", "2026-05-09", {"service": "inpatient", "discharged_on": "2026-05-11"}),
        ("visit before admission", "2026-05-05", {"service": "outpatient"}),
        ("transferred", "2026-05-06", {"service": "inpatient", "discharged_on": "2026-05-11"}),
    ):
        world.claim(person, "2026-05-05", **stay, is_referral=person == "transferred")
        world.claim(person, day, **more)
    listed = world.claim("also on a line list", "2026-05-05", service="outpatient")
    again = world.claim("also on a line list", "2026-05-05", None, service="outpatient")
    assert listed != again
    return {"same day", "overlap"}


def d09_number_on_two_people(world: World) -> set[str]:
    def bearer(person: str, number: str, id_type: str = "national_id", **values: object) -> None:
        name = {"family_name_local": "ជា", "given_name_local": person} | values
        record_id = world.member(person, "H0", **name)
        world.identifier(MEMBERS, record_id, id_type, number)

    bearer("lender", "111222333")
    bearer("borrower", "111222333")
    bearer("sister", "111222334")
    bearer("one record", "444555666")
    world.social_security("one record", number="A")
    world.identifier(SOCIAL_SECURITY, "A", "national_id", "444555666")
    bearer("not linked to itself", "777888999", given_name_local="ធីតា")
    bearer("the same again", "777888999", given_name_local="ធីតា")
    bearer("shares a patient number", "PT1", "patient_no")
    bearer("with another", "PT1", "patient_no")
    bearer("certificate", "0000000001", "birth_certificate")
    bearer("card of that number", "0000000001")
    return {"lender", "borrower"}


def d01_person_in_two_card_households(world: World) -> set[str]:
    world.household("H1")
    world.household("H2", status="expired")
    for person, households in {"two": ["H0", "H1"], "one expired": ["H0", "H2"], "one": ["H1"]}.items():
        for household in households:
            world.member(person, household)
    world.member("dead", "H0")
    world.member("dead", "H1")
    world.event("dead", "death", "2026-05-01")
    return {"two"}


def d03_paid_twice(world: World) -> set[str]:
    for number in ("A", "B"):
        world.payment(world.enrolment("twice", "elderly", number=number), "elderly", "2026-09-10")
    once = world.enrolment("second attempt", "elderly")
    world.payment(once, "elderly", "2026-09-10", status="rejected")
    world.payment(once, "elderly", "2026-09-12")
    world.payment(once, "elderly", "2026-10-12")
    for component in ("elderly", "disability"):
        world.payment(world.enrolment("two components", component), component, "2026-09-10")
    return {"twice"}


def d06_two_social_security_numbers(world: World) -> set[str]:
    world.social_security("two", number="A")
    world.social_security("two", number="B")
    world.social_security("one")
    world.claim("one", "2026-05-05")
    return {"two"}


def d08_two_disability_cards(world: World) -> set[str]:
    for status, person in {"active": "two", "withdrawn": "renewed"}.items():
        world.disability_card(person, number=f"{person} A", status=status)
        world.disability_card(person, number=f"{person} B")
    return {"two"}


def d10_card_number_twice(world: World) -> set[str]:
    for household, status in {"H1": "active", "H2": "active", "H3": "active", "H4": "withdrawn"}.items():
        world.household(household, number="one" if household in {"H1", "H2"} else "two", status=status)
    return {"H1", "H2"}
