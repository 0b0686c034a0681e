"""Worlds of rules on inclusion: who has what another programme or place should give, and who only seems to."""

from typing import Any

World = Any
MONTHS = tuple(f"2026-{month:02d}" for month in range(5, 11))  # the last six complete months


def working(
    world: World, person: str, months: tuple[str, ...] = MONTHS, employer: str = "E1", **values: object
) -> None:
    """A member of social security with contributions of one employer."""
    number = world.social_security(person, **values)
    for month in months:
        world.contribution(number, month, employer)


def i05_card_household_with_formal_worker(world: World) -> set[str]:
    working(world, "well paid", wage_band=4)
    working(world, "modest", wage_band=3)
    working(world, "one month short", MONTHS[1:], wage_band=5)
    working(world, "month under way", (*MONTHS[1:], "2026-11"), wage_band=5)
    working(world, "self-employed", wage_band=5, scheme="self")
    working(world, "has moved out", wage_band=5)
    working(world, "dead", wage_band=5)
    world.event("dead", "death", "2026-10-20")
    for person in (
        "well paid",
        "modest",
        "one month short",
        "month under way",
        "self-employed",
        "has moved out",
        "dead",
    ):
        world.household(person)
        world.member(person, person)
    world.claim("has moved out", "2026-06-06", area_3="020202")
    world.household("at risk", level="at_risk")
    world.member("well paid", "at risk")
    world.household("run out", valid_to="2026-10-31")
    world.member("well paid", "run out")
    world.household("two of them")
    for person in ("first of two", "second of two"):
        working(world, person, wage_band=4)
        world.member(person, "two of them")
    return {"well paid", "two of them"}


def i06_card_household_with_civil_servant(world: World) -> set[str]:
    months = {"serving": MONTHS, "last three": ("2026-08",), "left the service": MONTHS[:3], "private": MONTHS}
    for person, worked in months.items():
        world.household(person)
        world.member(person, person)
        working(world, person, worked, scheme="private" if person == "private" else "public")
    world.household("dependant")
    world.member("child", "dependant", birth_date="2015-05-05")
    parent = {"depends_on_record_id": "SS-serving", "birth_date": "2015-05-05"}
    world.social_security("child", scheme="public", **parent)
    world.household("withdrawn", status="withdrawn")
    world.member("serving", "withdrawn")
    return {"serving", "last three"}


def i07_wrong_payer(world: World) -> set[str]:
    for person in ("covered", "no contribution that month", "paid by social security", "told no first day"):
        working(world, person, started_on=None if person == "told no first day" else "2026-03-10")
    # Sixty days after 10 March are 9 May.
    world.claim("covered", "2026-05-09")
    working(world, "day before", started_on="2026-03-10")
    world.claim("day before", "2026-05-08")
    world.claim("no contribution that month", "2026-11-01")
    world.claim("paid by social security", "2026-06-09", "social_security")
    world.claim("told no first day", "2026-06-09")
    world.social_security("dependant", depends_on_record_id="SS-covered", birth_date="2015-05-05")
    world.claim("dependant", "2026-06-09", birth_date="2015-05-05")
    return {"covered"}


def i11_dependant_outside_limits(world: World) -> set[str]:
    world.social_security("provider", birth_date="1966-03-03")
    births = {
        "eighteen today": "2008-11-01",
        "eighteen tomorrow": "2008-11-02",
        "spouse of sixty": "1966-11-01",
        "spouse soon of sixty": "1966-11-02",
        "spouse of thirty-nine": "1980-12-03",
        "younger elsewhere": "2007-05-05",
        "dead": "2007-05-05",
        "wife by the roster": "1983-03-03",
    }
    for person, born in births.items():
        world.social_security(person, birth_date=born, depends_on_record_id="SS-provider")
    world.claim("younger elsewhere", "2026-06-06", birth_date="2017-05-05")
    world.event("dead", "death", "2026-06-06", birth_date="2007-05-05")
    for person, relation in {"provider": "head", "wife by the roster": "spouse"}.items():
        world.member(person, "H0", relation_to_head=relation, birth_date=births.get(person, "1966-03-03"))
    for year in ("2007", "2008"):
        only_year = {"birth_date": f"{year}-01-01", "birth_precision": "year"}
        world.social_security(f"born in {year}", depends_on_record_id="SS-provider", **only_year)
    world.social_security("of nobody known", birth_date="2001-01-05", depends_on_record_id="SS-gone")
    return {"eighteen today", "spouse of sixty", "born in 2007"}


def i12_self_employed_and_employed(world: World) -> set[str]:
    working(world, "both", MONTHS, "own stall", scheme="self")
    world.contribution("SS-both", "2026-10", "E1")
    working(world, "one after the other", MONTHS[:5], "own stall", scheme="self")
    world.contribution("SS-one after the other", "2026-10", "E1")
    working(world, "two employers", MONTHS, "E1")
    world.contribution("SS-two employers", "2026-10", "E2")
    working(world, "two numbers", ("2026-10",), "own stall", scheme="self", number="A")
    working(world, "two numbers", ("2026-10",), "E1", number="B")
    alike = {"probability": 0.9}
    working(world, "alike by name alone", ("2026-10",), "own stall", scheme="self", number="C", group="C", **alike)
    working(world, "alike by name alone", ("2026-10",), "E1", number="D", group="D", **alike)
    return {"both", "two numbers"}


def i14_wallet_of_many_households(world: World) -> set[str]:
    wallets = {"of four": 4, "of three": 3}
    for wallet, households in wallets.items():
        for home in range(households):
            paid_to(world, f"{wallet} {home}", f"{wallet} household {home}", wallet)
    for child in range(5):
        paid_to(world, f"child {child}", "one household", "of a household")
    for home in range(4):
        paid_to(world, f"turned down {home}", f"turned down household {home}", "turned down", status="rejected")
        paid_to(world, f"in cash {home}", f"in cash household {home}", None)
    return {f"of four {home}" for home in range(4)}


def paid_to(world: World, person: str, household: str, wallet: str | None, **values: object) -> None:
    number = world.enrolment(person, "elderly", household_id=household)
    world.payment(number, "elderly", "2026-09-10", wallet=wallet, **values)


def i15_household_has_left(world: World) -> set[str]:
    """The card's commune is 010101 everywhere; what agencies were told since, and whether it draws."""
    told = {
        "left": {"a": [("2026-06-06", "020202")], "b": []},
        "left after a first visit": {"c": [("2025-06-06", "010101"), ("2026-06-06", "020202")]},
        "two left, one not asked since": {
            "d": [("2026-06-06", "020202")],
            "e": [("2026-06-07", "020202")],
            "f": [("2026-06-05", "010101")],
        },
        "one of two left": {"g": [("2026-06-06", "020202")], "h": [("2026-06-05", "010101")]},
        "some still there": {
            "i": [("2026-06-06", "020202")],
            "j": [("2026-06-06", "020202")],
            "k": [("2026-07-07", "010101")],
        },
        "told before the interview": {"l": [("2024-12-31", "020202")]},
        "old book copied": {"m": [("2024-12-31", "020202"), ("2026-06-06", "020202")]},
        "never met": {"n": []},
        "does not draw": {"o": [("2026-06-06", "020202")]},
        "one names a place nearby": {"q": [("2026-06-06", "010102")]},
        "two name a place nearby": {"r": [("2026-06-06", "010102")], "s": [("2026-06-06", "010102")]},
        "commune not known": {"t": [("2026-06-06", "020202")]},
        "back again": {"p": [("2025-06-06", "020202"), ("2026-06-06", "010101")]},
    }
    for household, members in told.items():
        world.household(household, **({"area_3": None} if household == "commune not known" else {}))
        for person, places in members.items():
            world.member(person, household)
            for day, commune in places:
                world.claim(person, day, area_1=commune[:2], area_3=commune)
        first = world.enrolment(next(iter(members)), "elderly")
        # Rounds are those in which anybody was paid: the latest two are of September and October.
        world.payment(first, "elderly", "2026-08-10" if household == "does not draw" else "2026-09-10")
        world.payment(first, "elderly", "2026-10-10", status="rejected")
    alone = {"one of two left", "one names a place nearby"}  # where nobody can tell
    return alone | {"left", "left after a first visit", "two left, one not asked since", "two name a place nearby"}


def i01_paid_after_death(world: World) -> set[str]:
    for person, paid in {"late": "2026-06-01", "within grace": "2026-05-31", "before": "2026-04-01"}.items():
        world.event(person, "death", "2026-05-01")
        world.payment(world.enrolment(person, "elderly"), "elderly", paid)
    world.event("rejected", "death", "2026-05-01")
    world.payment(world.enrolment("rejected", "elderly"), "elderly", "2026-07-01", status="rejected")
    world.event("seen by two", "death", "2026-05-01")
    world.payment(world.enrolment("seen by two", "elderly"), "elderly", "2026-07-01")
    world.claim("seen by two", "2026-08-01")
    return {"late"}


def i02_claim_after_death(world: World) -> set[str]:
    for person, visited in {"after": "2026-05-02", "same day": "2026-05-01", "before": "2026-04-01"}.items():
        world.event(person, "death", "2026-05-01")
        world.claim(person, visited)
    world.event("seen by two", "death", "2026-05-01")
    world.claim("seen by two", "2026-05-09")
    world.payment(world.enrolment("seen by two", "elderly"), "elderly", "2026-07-01")
    return {"after"}


def i03_child_too_old(world: World) -> set[str]:
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


def i04_elderly_too_young(world: World) -> set[str]:
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


def i08_claim_on_dead_card(world: World) -> set[str]:
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


def i09_disability_paid_without_card(world: World) -> set[str]:
    for person in ("no card", "mild", "entitled", "withdrawn"):
        world.payment(world.enrolment(person, "disability"), "disability", "2026-09-10")
    world.disability_card("mild", "2")
    world.disability_card("entitled", "3")
    world.disability_card("withdrawn", "4", "withdrawn")
    world.payment(world.enrolment("not paid", "disability"), "disability", "2026-09-10", status="rejected")
    paid = world.enrolment("has one apart", "disability")
    world.payment(paid, "disability", "2026-09-10")
    world.disability_card("apart", "3")
    world.pair(("family_package_enrolments", paid), ("disability", "DI-apart"), 0.05)
    for person, village in (("card unread", "01010101"), ("neighbour of it", "01010102")):
        number = world.enrolment(person, "disability", birth_date="1971-08-09", area_4=village)
        world.payment(number, "disability", "2026-09-10")
    world.unread("disability", severity="?", dob="09/08/1971", village_code="01010101")
    number = world.enrolment("new card unread", "disability", birth_date="1972-08-09", area_4="01010103")
    world.payment(number, "disability", "2026-09-10")
    world.disability_card("new card unread", "4", "withdrawn")
    world.unread("disability", severity="?", dob="09/08/1972", village_code="01010103")
    return {"no card", "mild", "withdrawn", "neighbour of it"}
