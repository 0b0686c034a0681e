"""Worlds of rules on inconsistency: what cannot be, and what is only rare."""

from typing import Any

World = Any
HOUSEHOLDS, MEMBERS, SOCIAL_SECURITY = "idpoor_households", "idpoor_members", "nssf_members"


def n03_household_area_unknown(world: World) -> set[str]:
    world.household("no such village")
    row = {"row_no": world.number - 1}
    world.repair(HOUSEHOLDS, "no such village", "village_code", "unknown_area", "01010199", became="010101", **row)
    world.household("lost zero")
    row = {"row_no": world.number - 1}
    world.repair(HOUSEHOLDS, "lost zero", "village_code", "lost_zero", "1010101", became="01010101", **row)
    world.household("another province's commune", area_1="02", area_2="0201", area_3="010101")
    world.household("no village told", area_3=None)
    world.household("well placed", area_2="0101")
    world.repair(MEMBERS, "somebody", "card_no", "unknown_area", "01010199", row_no=world.number - 1)
    return {"no such village", "another province's commune"}


def n05_impossible_relation(world: World) -> set[str]:
    roster = {
        "child of eleven years less": ("child", "1991-05-16", "M"),
        "child of twelve years less": ("child", "1992-05-17", "M"),
        "parent of eleven years more": ("parent", "1969-05-18", "F"),
        "parent of twelve years more": ("parent", "1968-05-17", "F"),
        "spouse of fourteen": ("spouse", "2011-11-02", "M"),
        "spouse of fifteen": ("spouse", "2011-11-01", "M"),
        "spouse of one sex": ("spouse", "1979-03-03", "F"),
        "spouse without a sex": ("spouse", "1979-03-03", None),
        "old brother": ("other", "1979-03-03", "F"),
    }
    world.household("H1")
    world.member("head", "H1", relation_to_head="head")
    for person, (relation, born, sex) in roster.items():
        world.member(person, "H1", relation_to_head=relation, birth_date=born, sex=sex)
    world.member("of unknown age", "H1", relation_to_head="child", birth_date="1980-01-01", birth_precision="age")
    world.household("two heads")
    for person in ("first", "second"):
        world.member(person, "two heads", relation_to_head="head")
    world.member("whose child", "two heads", relation_to_head="child")
    return {person for person in roster if "eleven" in person or "fourteen" in person or "one sex" in person}


def n08_amount_off_tariff(world: World) -> set[str]:
    for person, component, amount, status in (
        ("twice the amount", "elderly", 56000, "paid"),
        ("as the tariff says", "elderly", 28000, "paid"),
        ("not paid", "elderly", 56000, "rejected"),
        ("delivery", "maternal_child", 400000, "paid"),
        ("antenatal", "maternal_child", 80000, "paid"),
        ("another component's amount", "scholarship", 28000, "paid"),
        ("component without a tariff", "rice", 5, "paid"),
    ):
        world.payment(world.enrolment(person, component), component, "2026-09-10", amount=amount, status=status)
    world.con.execute("UPDATE reference.policy SET valid_to = '2026-06-30' WHERE name = 'tariff_disability'")
    world.con.execute(
        """INSERT INTO reference.policy BY NAME
        SELECT * REPLACE ('35000' AS value, DATE '2026-07-01' AS valid_from, NULL AS valid_to)
        FROM reference.policy WHERE name = 'tariff_disability'"""
    )
    for person, day, amount in (("new tariff too early", "2026-06-10", 35000), ("new tariff", "2026-07-10", 35000)):
        world.payment(world.enrolment(person, "disability"), "disability", day, amount=amount)
    return {"twice the amount", "another component's amount", "new tariff too early"}


def n09_identifier_malformed(world: World) -> set[str]:
    for person, value, kind, found in (
        ("zero lost", "012345670", "lost_zero", "12345670"),
        ("spaces", "912345670", "spaced_code", "912 345-670"),
        ("made up", "000000000", "placeholder", "000000000"),
        ("too long", "9123456701", "unexpected_form", "9123456701"),
        ("Khmer digits", "912345671", "local_digits", "៩១២៣៤៥៦៧១"),
        ("another column", "912345672", "lost_zero", "1010101"),
        ("nothing", "912345673", None, None),
    ):
        record_id = world.member(person, "H0")
        is_valid = kind not in ("placeholder", "unexpected_form")
        world.identifier(MEMBERS, record_id, "national_id", value, is_valid)
        if kind:
            world.repair(MEMBERS, record_id, "id_no", kind, found, became=value if is_valid else None)
    record_id = world.member("patient number", "H0")
    world.identifier(MEMBERS, record_id, "patient_no", "007")
    world.repair(MEMBERS, record_id, "patient_no", "lost_zero", "7", became="007")
    return {"zero lost", "spaces", "made up", "too long"}


def n11_name_order_reversed(world: World) -> set[str]:
    for person, family, given in (
        ("turned", "ធីតា", "ជា"),
        ("the same", "ជា", "ធីតា"),
        ("another given name", "ជា", "សុខា"),
        ("half turned", "ធីតា", "សុខា"),
        ("not told", None, "ជា"),
    ):
        world.member(person, "H0", family_name_local="ជា", given_name_local="ធីតា")
        world.social_security(person, family_name_local=family, given_name_local=given)
    for n, (family, given) in enumerate((("ជា", "ធីតា"), ("ធីតា", "ជា"))):
        world.social_security("in one register", number=f"N{n}", family_name_local=family, given_name_local=given)
    world.member("one name twice", "H0", family_name_local="ជា", given_name_local="ជា")
    world.social_security("one name twice", family_name_local="ជា", given_name_local="ជា")
    return {"turned"}


def n12_two_employers(world: World) -> set[str]:
    for person in ("two at once", "changed", "self-employed too", "one"):
        world.social_security(person, number=person)
        world.contribution(person, "2026-07", "E1")
    world.contribution("two at once", "2026-07", "E2")
    world.contribution("changed", "2026-08", "E2")
    world.contribution("self-employed too", "2026-07", "E9", 15600)
    for number, employer in {"A": "E1", "B": "E2"}.items():
        world.social_security("under two numbers", number=number)
        world.contribution(number, "2026-07", employer)
    for number, employer in {"C": "E1", "D": "E2"}.items():
        world.social_security("alike by name alone", number=number, group=number, probability=0.9)
        world.contribution(number, "2026-07", employer)
    return {"two at once", "under two numbers"}


def n01_sex_differs(world: World) -> set[str]:
    world.member("differs", "H0", sex="F")
    world.social_security("differs", sex="M")
    world.member("agrees", "H0", sex="F")
    world.social_security("agrees", sex="F")
    world.member("not said", "H0", sex="F")
    world.social_security("not said", sex=None)
    return {"differs"}


def n02_birth_date_differs(world: World) -> set[str]:
    others = {"day": "1980-05-18", "default": "1980-01-01", "same": "1980-05-17"}
    for person, other in others.items():
        world.member(person, "H0", birth_date="1980-05-17")
        world.social_security(person, birth_date=other)
    world.member("only a year", "H0", birth_date="1980-05-17")
    world.social_security("only a year", birth_date="1981-06-01", birth_precision="year")
    return {"day"}


def n04_household_without_one_head(world: World) -> set[str]:
    for household, heads in {"none": 0, "one": 1, "two": 2}.items():
        world.household(household)
        for n in range(3):
            world.member(f"{household} {n}", household, relation_to_head="head" if n < heads else "child")
    world.household("head not read")
    world.member("child", "head not read", relation_to_head="child")
    world.unread("idpoor_members", household_code="head not read")
    return {"none", "two"}


def n06_impossible_pregnancy(world: World) -> set[str]:
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


def n10_seen_after_death(world: World) -> set[str]:
    for person in ("by two", "by one", "by two before"):
        world.event(person, "death", "2026-05-01")
        day = "2026-04-01" if person == "by two before" else "2026-07-01"
        world.payment(world.enrolment(person, "elderly"), "elderly", day)
        if person != "by one":
            world.claim(person, day)
    return {"by two"}
