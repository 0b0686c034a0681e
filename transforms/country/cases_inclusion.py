"""True cases of inclusion: what is paid or claimed though the right to it is over, or was another's.

Words are those of `cases`. Each function gives one column, `person` or `household_code`: the subjects of its rule.
"""

import polars as pl

from transforms.country.cases_facts import (
    active_workers,
    age_on,
    communes_told,
    last_months,
    month_of,
    months_after_birth,
    months_by_employer,
    paid,
    policy,
    severe_cards,
    worked_months,
)
from transforms.country.cases_inconsistency import n10, seen_after_death
from transforms.country.planting import listings, living
from transforms.country.programmes import holds_card
from transforms.country.world import Country


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
    end = months_after_birth(policy(country, "maternal_child_months")) + policy(country, "maternal_child_grace_days")
    return payments.filter(pl.col("paid_on") > end).select("person")


def i04(country: Country) -> pl.DataFrame:
    """People paid elderly who were not yet 60 on the day of payment, and whom social security knows as a member."""
    payments = paid(country, "elderly").join(country.members, on="person", how="semi")
    return payments.filter(age_on(pl.col("paid_on")) < policy(country, "elderly_age")).select("person")


def i05(country: Country) -> pl.DataFrame:
    """Households with a card in force that a living listed member truly lives in who, as an employee (private,
    public) of wage band 4 or over, contributed in each of the last six complete months. To be re-assessed, no more."""
    months = last_months(country, policy(country, "formal_contribution_months"))
    formal = (pl.col("scheme") != "self") & (pl.col("wage_band") >= policy(country, "high_wage_band"))
    people = listings(country)
    well_paid = country.members.filter(formal).join(people, on="person", how="semi")
    worked = worked_months(country, well_paid).filter(pl.col("month").is_in(months))
    steady = worked.group_by("person").agg(pl.col("month").n_unique()).filter(pl.col("month") == len(months))
    at_home = living(country, "person", "household").rename({"household": "home"})
    members = people.join(steady, on="person", how="semi").join(at_home, on="person")
    return members.filter(pl.col("home") == pl.col("household")).select("household_code")


def i06(country: Country) -> pl.DataFrame:
    """Households with a card in force and a living listed member who contributed to the public scheme, as an employee,
    in the last three complete months. State pensioners stand in no register."""
    serving = active_workers(country).filter(pl.col("scheme") == "public")
    return listings(country).join(serving, on="person", how="semi").select("household_code")


def i07(country: Country) -> pl.DataFrame:
    """People with a claim of payer HEF for a visit at least 60 days after their first day at work, in a month they
    contributed for, as employees or self-employed. Dependants are no case: nothing tells whether they are covered."""
    workers = country.members.filter(pl.col("parent").is_null()).select("member", "person", "hired")
    claims = country.claims.filter(pl.col("payer") == "HEF").select("person", "visited_on").join(workers, on="person")
    waited = pl.col("visited_on") >= pl.col("hired") + policy(country, "cover_waiting_days")
    claims = claims.filter(waited).with_columns(month=month_of(pl.col("visited_on")))
    return claims.join(country.contributions, on=["member", "month"], how="semi").select("person")


def i08(country: Country) -> pl.DataFrame:
    """People with a claim of payer HEF that shows a known card number of which every card had run out before the
    visit (withdrawn cards bear the day of withdrawal as their last)."""
    cards = country.cards.group_by("card_no").agg(pl.col("valid_to").max())
    claims = country.claims.filter(pl.col("payer") == "HEF").join(cards, on="card_no")
    return claims.filter(pl.col("visited_on") > pl.col("valid_to")).select("person")


def i09(country: Country) -> pl.DataFrame:
    """People paid disability who hold no valid disability card of severity 3 or 4."""
    return paid(country, "disability").join(severe_cards(country), on="person", how="anti").select("person")


def dependants_with_kin(country: Country) -> pl.DataFrame:
    """Living dependants in social security: person, born, kin (child, spouse, other) of the member they hang on."""
    on_whom = country.members.select(parent="member", provider="person")
    dependants = country.members.filter(pl.col("parent").is_not_null()).select("person", "parent")
    people = living(country, "person", "born", "mother", "father", "spouse")
    every = dependants.join(on_whom, on="parent").join(people, on="person")
    child = (pl.col("mother") == pl.col("provider")) | (pl.col("father") == pl.col("provider"))
    spouse = pl.col("spouse") == pl.col("provider")
    kin = pl.when(child).then(pl.lit("child")).when(spouse).then(pl.lit("spouse")).otherwise(pl.lit("other"))
    return every.select("person", "born", kin=kin)


def i11(country: Country) -> pl.DataFrame:
    """Living dependants in social security who are a child of the member and 18 or over at as-of, or the spouse and 60
    or over. The register does not send the relation: it shows in other registers only."""
    age, kin = age_on(country.as_of), pl.col("kin")
    child = (kin == "child") & (age >= policy(country, "dependant_child_age"))
    spouse = (kin == "spouse") & (age >= policy(country, "dependant_spouse_age"))
    return dependants_with_kin(country).filter(child | spouse).select("person")


def i12(country: Country) -> pl.DataFrame:
    """People who in one month contributed as self-employed and at another enterprise too, under whatever number."""
    both = pl.col("alone") & (pl.col("enterprises") > 1)
    return months_by_employer(country).filter(both).select("person")


def i14(country: Country) -> pl.DataFrame:
    """People paid, in the rounds kept, to a wallet that was paid for more than three households (of the enrolments)."""
    homes = country.enrolments.select("enrolment", "household")
    known = (pl.col("status") == "paid") & pl.col("wallet").is_not_null()
    payments = country.payments.filter(known).select("enrolment", "person", "wallet").unique()
    payments = payments.join(homes, on="enrolment")
    captured = payments.group_by("wallet").agg(pl.col("household").n_unique())
    captured = captured.filter(pl.col("household") > policy(country, "wallet_households"))
    return payments.join(captured, on="wallet", how="semi").select("person")


def i15(country: Country) -> pl.DataFrame:
    """Households with a card in force all of whose living listed members live in another commune than the one the card
    was given in, of whom somebody was paid by the Family Package in the last two rounds, and somebody named another
    commune to an agency since the interview. Of the others nothing shows that they left."""
    villages = country.reference.areas.filter(pl.col("level") == 4).select(village="code")
    cards = country.cards.filter(holds_card(country.as_of)).join(villages, on="village", how="semi")
    homes = living(country, "person", "village").select("person", home=pl.col("village").str.head(6))
    given = cards.select("household_code", "interview", commune=pl.col("village").str.head(6))
    members = (
        country.roster.select("person", "household_code").join(given, on="household_code").join(homes, on="person")
    )
    last = country.payments["round"].unique().sort().tail(policy(country, "drawing_rounds"))
    drew = country.payments.filter((pl.col("status") == "paid") & pl.col("round").is_in(last.implode()))
    drawing = members.join(drew, on="person", how="semi")
    since, elsewhere = pl.col("told_on") >= pl.col("interview"), pl.col("told") != pl.col("commune")
    telling = members.join(communes_told(country), on="person").filter(since & elsewhere)
    left = members.group_by("household_code").agg((pl.col("home") != pl.col("commune")).all()).filter("home")
    shown = left.join(drawing, on="household_code", how="semi").join(telling, on="household_code", how="semi")
    return shown.select("household_code")
