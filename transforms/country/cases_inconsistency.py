"""True cases of inconsistency: what registers say that cannot be, or that another register says otherwise.

Words are those of `cases`. Each function gives one column, `person` or `household_code`: the subjects of its rule.
Those that take `who` are about what the registers wrote, not about what is true.
"""

import polars as pl

from transforms.country.cases_facts import (
    Who,
    age_on,
    differs_between_registers,
    months_by_employer,
    policy,
    policy_list,
    policy_range,
    registered_deaths,
)
from transforms.country.world import Country

CHILD, SPOUSE, PARENT = "child", "spouse", "parent"


def n01(_: Country, who: Who) -> pl.DataFrame:
    """People whose sex, as written, differs between two registers."""
    told = pl.concat(frame.select("person", value="man", register=pl.lit(name)) for name, frame in who.items())
    return differs_between_registers(told.drop_nulls())


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


def n03(country: Country) -> pl.DataFrame:
    """Households whose card bears a village code that the gazetteer does not have, be it for the village or for the
    commune, district or province above it. Codes that were right once and lost zeros are no case: they can be read."""
    villages = country.reference.areas.filter(pl.col("level") == 4)
    return country.cards.join(villages, left_on="village", right_on="code", how="anti").select("household_code")


def written_roster(who: Who) -> pl.DataFrame:
    """The IDPoor roster as written: household_code, person, relation, man, birth, precision."""
    rows = who["idpoor_members"].with_columns(household_code=pl.col("record_id").str.split("/").list.first())
    return rows.select("household_code", "person", "relation", "man", "birth", "precision")


def n04(_: Country, who: Who) -> pl.DataFrame:
    """IDPoor households with no head, or with more than one, on the roster as written."""
    heads = written_roster(who).group_by("household_code").agg(heads=(pl.col("relation") == "head").sum())
    return heads.filter(pl.col("heads") != 1).select("household_code")


def n05(country: Country, who: Who) -> pl.DataFrame:
    """People on the IDPoor roster of a household with one head who, by what is written there, are the head's child but
    not 12 years younger, the head's parent but not 12 years older, or the head's spouse but under 15 at as-of or of
    the head's sex. Birth dates count where the year is written."""
    rows = written_roster(who).with_columns(pl.when(pl.col("precision").is_in(["day", "year"])).then("birth"))
    head = pl.col("relation") == "head"
    only = rows.filter(head).filter(pl.len().over("household_code") == 1)
    head_of = only.select("household_code", head_birth="birth", head_man="man")
    rows = rows.filter(~head).join(head_of, on="household_code")
    gap, later = f"{policy(country, 'parent_gap_years')}y", f"{policy(country, 'spouse_age')}y"
    relation, today = pl.col("relation"), pl.lit(country.as_of, dtype=pl.Int32).cast(pl.Date)
    impossible = (
        ((relation == CHILD) & (pl.col("birth") < pl.col("head_birth").dt.offset_by(gap)))
        | ((relation == PARENT) & (pl.col("head_birth") < pl.col("birth").dt.offset_by(gap)))
        | ((relation == SPOUSE) & (pl.col("birth").dt.offset_by(later) > today))
        | ((relation == SPOUSE) & (pl.col("man") == pl.col("head_man")))
    )
    return rows.filter(impossible).select("person")


def n06(country: Country, who: Who) -> pl.DataFrame:
    """Pregnancy recorded (noted on the roster at as-of; an ANC or DEL claim at the visit; a maternal_child enrolment
    of someone of 10 or over at enrolment) for somebody written as male wherever a sex is written, or younger than 12
    or older than 55 on that day by the true birth date. Where registers differ on the sex, that is N01."""
    noted = country.roster.filter("pregnant").select("person", on=pl.lit(country.as_of, dtype=pl.Int64))
    visits = country.claims.filter(pl.col("service").is_in(["ANC", "DEL"])).select("person", on="visited_on")
    enrolments = country.enrolments.filter(pl.col("component") == "maternal_child").select("person", on="enrolled_on")
    people = country.people.select("person", "born")
    sexes = pl.concat(frame.select("person", "man") for frame in who.values()).drop_nulls()
    men = sexes.group_by("person").agg(pl.col("man").all()).filter("man")
    mothers = age_on(pl.col("on")) >= policy(country, "maternal_child_mother_age")
    enrolments = enrolments.join(people, on="person").filter(mothers).select("person", "on")
    recorded = pl.concat([noted, visits, enrolments]).join(people, on="person")
    possible = age_on(pl.col("on")).is_between(*policy_range(country, "pregnancy_ages"))
    return (
        recorded.join(men, on="person", how="left").filter(pl.col("man").fill_null(False) | ~possible).select("person")
    )


def n08(country: Country) -> pl.DataFrame:
    """People with a paid payment of an amount that no tariff of its component knows."""
    components = ("maternal_child", "scholarship", "elderly", "disability")
    known = pl.any_horizontal(
        (pl.col("component") == name) & pl.col("amount").is_in(policy_list(country, f"tariff_{name}"))
        for name in components
    )
    return country.payments.filter((pl.col("status") == "paid") & ~known).select("person")


def n09(_: Country, who: Who) -> pl.DataFrame:
    """People of whom some record bears a number of an identity card that is not nine digits, as it was sent
    (`id_malformed`, where a register tells what came on top of the number meant)."""
    length = ~pl.col("id_no").str.contains(r"^\d{9}$")
    as_sent = {True: length | pl.col("id_malformed"), False: length}
    return pl.concat(frame.filter(as_sent["id_malformed" in frame.columns]).select("person") for frame in who.values())


def seen_after_death(country: Country) -> pl.DataFrame:
    """People with a registered death and what registers saw of them afterwards: person, register."""
    paid_late = pl.col("paid_on") > pl.col("died") + policy(country, "death_payment_grace_days")
    deaths = registered_deaths(country)
    payments = country.payments.filter(pl.col("status") == "paid").join(deaths, on="person").filter(paid_late)
    claims = country.claims.join(deaths, on="person").filter(pl.col("visited_on") > pl.col("died"))
    dead_members = country.members.select("member", "person").join(deaths, on="person")
    months = country.contributions.join(dead_members, on="member")
    months = months.filter((pl.col("month") + "-01").str.to_date().cast(pl.Int32) > pl.col("died"))
    seen = {"family_package_payments": payments, "hef_claims": claims, "nssf_contributions": months}
    return pl.concat(frame.select("person", register=pl.lit(name)) for name, frame in seen.items())


def n10(country: Country) -> pl.DataFrame:
    """People with a registered death whom two or more registers saw afterwards: paid more than 30 days after it, on a
    visit, or contributing for a month that began later. The death is then in doubt, and I01 and I02 are silent."""
    registers = seen_after_death(country).group_by("person").agg(pl.col("register").n_unique())
    return registers.filter(pl.col("register") >= policy(country, "false_death_registers")).select("person")


def n11(country: Country, who: Who) -> pl.DataFrame:
    """People whose Khmer name stands in one register as it is, and in another with family and given name in each
    other's place."""
    written = pl.concat(
        frame.select("person", "family_km", "given_km", register=pl.lit(name)) for name, frame in who.items()
    )
    true = country.people.select("family_km", "given_km")[written["person"].to_numpy()]  # a person is a row's number
    family, given = true["family_km"], true["given_km"]
    kept = (pl.col("family_km") == family) & (pl.col("given_km") == given)
    turned = (pl.col("family_km") == given) & (pl.col("given_km") == family)
    written = written.with_columns(value=turned).filter((kept | turned) & (family != given))
    return differs_between_registers(written.select("person", "register", "value"))


def n12(country: Country) -> pl.DataFrame:
    """People who in one month contributed at two enterprises, under whatever number, not as self-employed (which is
    I12). It is legal, and told for information."""
    apart = (pl.col("enterprises") > 1) & ~pl.col("alone")
    return months_by_employer(country).filter(apart).select("person")
