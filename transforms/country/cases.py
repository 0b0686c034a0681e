"""The true cases of every rule, known from what truly happened, not from what the registers came to say.

Words used below. As-of: the night the registers are drawn for. *Card in force*: a household whose card is active and
valid at as-of, of level poor_1 or poor_2. *Listed*: on the IDPoor roster. *Enrolled*: stands in a Family Package
enrolment, open or ended (the programme is younger than any of them). Paid: status paid, in the rounds kept.
Ages are in full years by the true birth date. Each function gives one column, `person` or `household_code`.
"""

from collections.abc import Callable, Mapping

import polars as pl

from transforms.country.planting import listed, subjects_of
from transforms.country.programmes import holds_card
from transforms.country.world import Country

GRACE_AFTER_DEATH = 30
GRACE_AFTER_CHILDHOOD = 60
SEVERE = 3

Who = Mapping[str, pl.DataFrame]


def true_cases(country: Country, who: Who, meant: pl.DataFrame) -> pl.DataFrame:
    """All true cases: rule, subject_kind, subject, kind ('case'), planted.

    `who` is what the registers wrote of each person (for the rules on inconsistency), `meant` what was planted.
    """
    found = {rule: cases(country) for rule, cases in CASES.items()}
    found |= {rule: cases(country, who) for rule, cases in CASES_AS_WRITTEN.items()}
    rows = [subjects_of(rule, cases.unique().drop_nulls().to_series().sort()) for rule, cases in sorted(found.items())]
    keys = ["rule", "subject_kind", "subject"]
    planted = meant.unique().with_columns(planted=pl.lit(True))
    cases = pl.concat(rows).join(planted, on=keys, how="left", maintain_order="left")
    return cases.select(*keys, kind=pl.lit("case"), planted=pl.col("planted").fill_null(False))


def age_on(day: pl.Expr | int) -> pl.Expr:
    """Full years on a day (days since 1970), by the calendar."""
    on = (pl.lit(day) if isinstance(day, int) else day).cast(pl.Int32).cast(pl.Date)
    born = pl.col("born").cast(pl.Int32).cast(pl.Date)
    before = (on.dt.month() * 100 + on.dt.day()) < (born.dt.month() * 100 + born.dt.day())
    return on.dt.year() - born.dt.year() - before.cast(pl.Int32)


def months_after_birth(months: int) -> pl.Expr:
    """The day (since 1970) so many months after birth."""
    born = pl.col("born").cast(pl.Int32).cast(pl.Date)
    return born.dt.offset_by(f"{months}mo").cast(pl.Int32)


def enrolled(country: Country, component: str) -> pl.DataFrame:
    return country.enrolments.filter(pl.col("component") == component).select("person").unique()


def paid(country: Country, component: str) -> pl.DataFrame:
    """Paid payments of a component with the person's birth and death."""
    payments = country.payments.filter((pl.col("component") == component) & (pl.col("status") == "paid"))
    return payments.join(country.people.select("person", "born", "died"), on="person")


def severe_cards(country: Country) -> pl.DataFrame:
    return country.disability.filter(pl.col("valid") & (pl.col("severity") >= SEVERE)).select("person").unique()


def homes_that_qualify(country: Country) -> pl.DataFrame:
    """Households with a card in force and a living listed member who qualifies for a component."""
    severe = pl.col("person").is_in(severe_cards(country)["person"].implode())
    age = age_on(country.as_of)
    young = months_after_birth(24) > country.as_of
    qualifies = young | pl.col("pregnant") | age.is_between(6, 17) | (age >= 60) | severe
    return listed(country).filter(qualifies).select("household_code", "card_no").unique()


def e01(country: Country) -> pl.DataFrame:
    """Households with a card in force and at least one living listed member who would qualify (under 24 months,
    pregnant, 6 to 17, 60 or over, or with a valid disability card of severity 3 or 4), none of whose listed members
    is or was enrolled in any component, and whose card number stands on no enrolment."""
    homes = homes_that_qualify(country)
    known = country.roster.join(country.enrolments.select("person"), on="person", how="semi").select("household_code")
    return (
        homes.join(known, on="household_code", how="anti")
        .join(country.enrolments, on="card_no", how="anti")
        .select("household_code")
    )


def e02(country: Country) -> pl.DataFrame:
    """Living people of 60 or over at as-of, listed on a card in force, without an elderly enrolment."""
    return (
        listed(country)
        .filter(age_on(country.as_of) >= 60)
        .join(enrolled(country, "elderly"), on="person", how="anti")
        .select("person")
    )


def e03(country: Country) -> pl.DataFrame:
    """Living holders of a valid disability card of severity 3 or 4, listed on a card in force, without a disability
    enrolment."""
    holders = listed(country).join(severe_cards(country), on="person", how="semi")
    return holders.join(enrolled(country, "disability"), on="person", how="anti").select("person")


def e05(country: Country) -> pl.DataFrame:
    """Living children under 24 months at as-of whose birth is registered and who are themselves listed on a card in
    force, without a maternal_child enrolment of their own."""
    children = (
        listed(country).filter(months_after_birth(24) > country.as_of).join(country.births, on="person", how="semi")
    )
    return children.join(enrolled(country, "maternal_child"), on="person", how="anti").select("person")


def e07(country: Country) -> pl.DataFrame:
    """People with at least two claims of payer exempt or HEF who are on no IDPoor roster and none of whose claims
    shows the number of any card the register knows."""
    claims = (
        country.claims.filter(pl.col("payer").is_in(["exempt", "HEF"]))
        .group_by("person")
        .len()
        .filter(pl.col("len") >= 2)
    )
    shown = country.claims.join(country.cards, on="card_no", how="semi")
    return claims.join(country.roster, on="person", how="anti").join(shown, on="person", how="anti").select("person")


def e10(country: Country) -> pl.DataFrame:
    """People listed on a card in force with a claim of payer self on or after the day of the interview."""
    charged = country.claims.filter(pl.col("payer") == "self").select("person", "visited_on")
    members = country.roster.join(country.cards.filter(holds_card(country.as_of)), on="household_code").select(
        "person", "interview"
    )
    return members.join(charged, on="person").filter(pl.col("visited_on") >= pl.col("interview")).select("person")


def e11(country: Country) -> pl.DataFrame:
    """People with an open enrolment for which the last two rounds of the register were tried and none of the tries
    was paid."""
    last = country.payments["round"].unique().sort().tail(2)
    open_now = country.enrolments.filter(pl.col("ended_on").is_null()).select("enrolment")
    tries = country.payments.join(open_now, on="enrolment", how="semi").filter(pl.col("round").is_in(last.implode()))
    per_enrolment = tries.group_by("enrolment").agg(
        pl.col("person").first(), rounds=pl.col("round").n_unique(), lost=(pl.col("status") == "rejected").all()
    )
    return per_enrolment.filter((pl.col("rounds") == 2) & pl.col("lost")).select("person")


def registered_deaths(country: Country) -> pl.DataFrame:
    return country.deaths.select("person", "died").unique("person", keep="first", maintain_order=True)


def seen_after_death(country: Country) -> pl.DataFrame:
    """People with a registered death and what registers saw of them afterwards: person, register."""
    paid_late = pl.col("paid_on") > pl.col("died") + GRACE_AFTER_DEATH
    deaths = registered_deaths(country)
    payments = country.payments.filter(pl.col("status") == "paid").join(deaths, on="person").filter(paid_late)
    claims = country.claims.join(deaths, on="person").filter(pl.col("visited_on") > pl.col("died"))
    months = country.contributions.join(country.members.select("member", "person"), on="member").join(
        deaths, on="person"
    )
    months = months.filter((pl.col("month") + "-01").str.to_date().cast(pl.Int32) > pl.col("died"))
    seen = {"family_package_payments": payments, "hef_claims": claims, "nssf_contributions": months}
    return pl.concat(frame.select("person", register=pl.lit(name)) for name, frame in seen.items())


def n10(country: Country) -> pl.DataFrame:
    """People with a registered death whom two or more registers saw afterwards: paid more than 30 days after it, on a
    visit, or contributing for a month that began later. The death is then in doubt, and I01 and I02 are silent."""
    registers = seen_after_death(country).group_by("person").agg(pl.col("register").n_unique())
    return registers.filter(pl.col("register") >= 2).select("person")


def i01(country: Country) -> pl.DataFrame:
    """People with a registered death and a Family Package payment paid more than 30 days after it, but not the
    cases of N10."""
    seen = seen_after_death(country).filter(pl.col("register") == "family_package_payments")
    return seen.join(n10(country), on="person", how="anti").select("person")


def i02(country: Country) -> pl.DataFrame:
    """People with a registered death and a claim for a visit after the day of death, but not the cases of N10."""
    seen = seen_after_death(country).filter(pl.col("register") == "hef_claims")
    return seen.join(n10(country), on="person", how="anti").select("person")


def i03(country: Country) -> pl.DataFrame:
    """Children paid maternal_child more than 60 days after they became 24 months old; women enrolled for a pregnancy
    are no case."""
    payments = paid(country, "maternal_child").filter(age_on(country.as_of) < 12)
    return payments.filter(pl.col("paid_on") > months_after_birth(24) + GRACE_AFTER_CHILDHOOD).select("person")


def i04(country: Country) -> pl.DataFrame:
    """People paid elderly who were not yet 60 on the day of payment, and whom social security knows as a member."""
    payments = paid(country, "elderly").join(country.members, on="person", how="semi")
    return payments.filter(age_on(pl.col("paid_on")) < 60).select("person")


def i08(country: Country) -> pl.DataFrame:
    """People with a claim of payer HEF that shows a known card number of which every card had run out before the
    visit (withdrawn cards bear the day of withdrawal as their last)."""
    cards = country.cards.group_by("card_no").agg(pl.col("valid_to").max())
    claims = country.claims.filter(pl.col("payer") == "HEF").join(cards, on="card_no")
    return claims.filter(pl.col("visited_on") > pl.col("valid_to")).select("person")


def i09(country: Country) -> pl.DataFrame:
    """People paid disability who hold no valid disability card of severity 3 or 4."""
    return paid(country, "disability").join(severe_cards(country), on="person", how="anti").select("person")


def d01(country: Country) -> pl.DataFrame:
    """People listed in two households whose cards are active and valid at as-of, of any level."""
    cards = country.cards.filter((pl.col("status") == "active") & (pl.col("valid_to") >= country.as_of))
    homes = (
        country.roster.join(cards, on="household_code", how="semi")
        .group_by("person")
        .agg(pl.col("household_code").n_unique())
    )
    return homes.filter(pl.col("household_code") > 1).select("person")


def d03(country: Country) -> pl.DataFrame:
    """People with two paid payments of the same component and round."""
    times = country.payments.filter(pl.col("status") == "paid").group_by("person", "component", "round").len()
    return times.filter(pl.col("len") > 1).select("person")


def d06(country: Country) -> pl.DataFrame:
    """People with two social security numbers."""
    return country.members.group_by("person").len().filter(pl.col("len") > 1).select("person")


def d08(country: Country) -> pl.DataFrame:
    """People with two valid disability cards."""
    return country.disability.filter("valid").group_by("person").len().filter(pl.col("len") > 1).select("person")


def d10(country: Country) -> pl.DataFrame:
    """Households whose card number another household bears too, both cards being active and valid at as-of."""
    cards = country.cards.filter((pl.col("status") == "active") & (pl.col("valid_to") >= country.as_of))
    return cards.filter(pl.len().over("card_no") > 1).select("household_code")


def n01(_: Country, who: Who) -> pl.DataFrame:
    """People whose sex, as written, differs between two registers."""
    return differs_between_registers(
        pl.concat(
            frame.select("person", value="man", register=pl.lit(name))
            for name, frame in who.items()
            if name != "grievances"
        )
    )


def n02(_: Country, who: Who) -> pl.DataFrame:
    """People whose birth date, as written, differs between two registers, where both are written to the day and
    neither is a 1 January."""
    first_january = (pl.col("birth").dt.month() == 1) & (pl.col("birth").dt.day() == 1)
    to_the_day = (pl.col("precision") == "day") & ~first_january
    return differs_between_registers(
        pl.concat(
            frame.filter(to_the_day).select("person", value="birth", register=pl.lit(name))
            for name, frame in who.items()
        )
    )


def differs_between_registers(values: pl.DataFrame) -> pl.DataFrame:
    """People for whom some register gives a value and another register a different one (person, value, register)."""
    said = values.unique()
    counts = said.group_by("person").agg(values=pl.col("value").n_unique(), registers=pl.col("register").n_unique())
    # With two values and two registers, whatever the second says differs from one of the first's.
    return counts.filter((pl.col("values") > 1) & (pl.col("registers") > 1)).select("person")


def n04(_: Country, who: Who) -> pl.DataFrame:
    """IDPoor households with no head, or with more than one, on the roster as written."""
    rows = who["idpoor_members"].with_columns(household_code=pl.col("record_id").str.split("/").list.first())
    heads = rows.group_by("household_code").agg(heads=(pl.col("relation") == "head").sum())
    return heads.filter(pl.col("heads") != 1).select("household_code")


def n06(country: Country) -> pl.DataFrame:
    """Pregnancy recorded (noted on the roster at as-of; an ANC or DEL claim at the visit; a maternal_child enrolment
    of someone of 5 or over at enrolment) for a man or boy, or a woman younger than 12 or older than 55 on that day."""
    noted = country.roster.filter("pregnant").select("person", on=pl.lit(country.as_of, dtype=pl.Int64))
    visits = country.claims.filter(pl.col("service").is_in(["ANC", "DEL"])).select("person", on="visited_on")
    enrolments = country.enrolments.filter(pl.col("component") == "maternal_child").select("person", on="enrolled_on")
    people = country.people.select("person", "born", "man")
    enrolments = enrolments.join(people, on="person").filter(age_on(pl.col("on")) >= 5).select("person", "on")
    recorded = pl.concat([noted, visits, enrolments]).join(people, on="person")
    return recorded.filter(pl.col("man") | ~age_on(pl.col("on")).is_between(12, 55)).select("person")


CASES: dict[str, Callable[[Country], pl.DataFrame]] = {
    "E01": e01, "E02": e02, "E03": e03, "E05": e05, "E07": e07, "E10": e10, "E11": e11,
    "I01": i01, "I02": i02, "I03": i03, "I04": i04, "I08": i08, "I09": i09,
    "D01": d01, "D03": d03, "D06": d06, "D08": d08, "D10": d10, "N06": n06, "N10": n10,
}  # fmt: skip
CASES_AS_WRITTEN: dict[str, Callable[[Country, Who], pl.DataFrame]] = {"N01": n01, "N02": n02, "N04": n04}
