"""Wrongs of inclusion: rights used that are over, or another's.

Each function gives the country after them, and whom the rule should now hold of.
"""

import numpy as np
import polars as pl

from transforms.country.cases_facts import (
    communes_told,
    last_months,
    policy,
)
from transforms.country.chance import (
    DAYS_A_YEAR,
)
from transforms.country.employment import MONTHS_KEPT
from transforms.country.homes import village_of
from transforms.country.planting import (
    Ground,
    Plant,
    Subjects,
    aged,
    in_force,
    listed,
    living,
    next_number,
    no_number,
    paid_at_home,
    second_job,
    with_claims,
    with_enrolments,
    with_homes,
    with_members,
    with_work,
    workers_at_home,
)
from transforms.country.population import (
    day_number,
)
from transforms.country.world import Country

FORGOTTEN = 9001  # the first number in a village of cards that no register knows any more


def registered_dead(country: Country) -> pl.DataFrame:
    """People whose death is registered, those of card households first."""
    dead = country.people.join(country.deaths, on="person", how="semi")
    cards = in_force(country).select("household", "card_no")
    return dead.join(cards, on="household", how="left").sort(pl.col("card_no").is_null(), "person")


def paid_after_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    start = day_number(country.reference.parameters["family_package"]["starts"])
    old = pl.col("died") - pl.col("born") > 60.5 * DAYS_A_YEAR
    candidates = registered_dead(country).filter(pl.col("died").is_between(start + 100, country.as_of - 75) & old)
    chosen = ground.choose(candidates.head(max(ground.count * 2, candidates["card_no"].count())))
    since = pl.max_horizontal(pl.col("died") - 400, pl.lit(start + 20))
    chosen = chosen.with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, with_a_card(country, chosen), "elderly"), chosen["person"]


def with_a_card(country: Country, people: pl.DataFrame) -> pl.DataFrame:
    """The same people; who has no card was enrolled on one of the village where they lived then, since withdrawn and
    forgotten: nobody is enrolled without."""
    village = village_of(country.population, people["household"], people["enrolled_on"])
    number = FORGOTTEN + pl.int_range(pl.len()).over("lived_in")
    former = pl.col("lived_in") + number.cast(pl.String)
    return people.with_columns(lived_in=village).with_columns(pl.coalesce("card_no", former)).drop("lived_in")


def treated_after_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(registered_dead(country).filter(pl.col("died") < country.as_of - 12))
    since = chosen.select(pl.max_horizontal(pl.col("died") + 3, pl.lit(country.as_of - 300))).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 1))
    country = with_claims(country, visits.filter(pl.col("card_no").is_not_null()), "HEF")
    return with_claims(country, visits.filter(pl.col("card_no").is_null()), "self"), chosen["person"]


def child_too_old(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(listed(country).filter(aged(2.35, 3.4, country)))
    start = day_number(country.reference.parameters["family_package"]["starts"])
    since = pl.max_horizontal(pl.col("born") + 60, pl.lit(start))
    chosen = chosen.with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, chosen, "maternal_child"), chosen["person"]


def elder_too_young(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """People of 50 to 58 who gave an earlier birth date; social security knows the right one."""
    chosen = ground.choose(listed(country).filter(aged(50, 58.5, country)))
    more = pl.Series(ground.rng.integers(0, 4, chosen.height))
    older = 62 - (country.as_of - pl.col("born")) / DAYS_A_YEAR
    chosen = chosen.with_columns(
        claimed_born=(pl.col("born") - (older.ceil() + more) * DAYS_A_YEAR).cast(pl.Int64),
        enrolled_on=pl.lit(country.as_of - 400, dtype=pl.Int64),
    )
    country = with_members(country, chosen.join(country.members, on="person", how="anti"), ground)
    return with_enrolments(country, chosen, "elderly"), chosen["person"]


def card_run_out(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    over = country.cards.filter((pl.col("valid_to") < country.as_of - 20) & (pl.col("status") != "active"))
    holders = living(country, "person", "household", "born").filter(aged(1, 90, country))
    chosen = ground.choose(holders.join(over.select("household", "card_no", "valid_to"), on="household"))
    since = chosen.select(pl.max_horizontal(pl.col("valid_to") + 5, pl.lit(country.as_of - 340))).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 2))
    return with_claims(country, visits, "HEF"), chosen["person"]


def disabled_without_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    candidates = listed(country).filter(aged(20, 55, country)).join(country.disability, on="person", how="anti")
    since = pl.lit(country.as_of - 350, dtype=pl.Int64)
    chosen = ground.choose(candidates).with_columns(enrolled_on=since, claimed_born=no_number())
    return with_enrolments(country, chosen, "disability"), chosen["person"]


def steady_workers(country: Country) -> pl.DataFrame:
    """Listed people who live with the household of the card and contributed in each of the last six months as
    employees of one enterprise: person, household, household_code, member, scheme, wage_band, hired, card_no."""
    home = living(country, "person", "household").rename({"household": "home"})
    rows = country.contributions.group_by("member").len().filter(pl.col("len") == MONTHS_KEPT)
    workers = country.members.filter(pl.col("scheme") != "self").join(rows, on="member", how="semi")
    workers = workers.select("person", "member", "scheme", "wage_band", "hired")
    people = listed(country).join(workers, on="person").join(home, on="person")
    return people.filter(pl.col("home") == pl.col("household"))


def well_paid_worker(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """A listed worker whose wage rose since the interview."""
    modest = pl.col("wage_band") < policy(country, "high_wage_band")
    chosen = ground.choose(steady_workers(country).filter(modest))
    rose = pl.col("member").is_in(chosen["member"].implode())
    top, most = country.members["wage_band"].max(), country.contributions["amount"].max()
    members = country.members.with_columns(pl.when(rose).then(pl.lit(top)).otherwise("wage_band").alias("wage_band"))
    amount = pl.when(rose).then(pl.lit(most)).otherwise("amount").alias("amount")
    country = country.but(
        members=members.cast(country.members.schema),
        contributions=country.contributions.with_columns(amount).cast(country.contributions.schema),
    )
    return country, chosen["household_code"]


def became_civil_servant(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """A listed worker who found a post in the administration."""
    chosen = ground.choose(steady_workers(country).filter(pl.col("scheme") == "private"))
    serving = pl.col("member").is_in(chosen["member"].implode())
    scheme = pl.when(serving).then(pl.lit("public")).otherwise("scheme").alias("scheme")
    return country.but(members=country.members.with_columns(scheme)), chosen["household_code"]


def wrong_payer(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Insured workers who showed the household's equity card at the desk, and were treated on it."""
    insured = pl.col("hired") < country.as_of - 200
    in_force_by_then = pl.col("interview") < country.as_of - 90
    chosen = ground.choose(steady_workers(country).filter(insured & in_force_by_then))
    low = pl.Series([country.as_of - 85] * chosen.height, dtype=pl.Int64)
    visits = chosen.with_columns(visited_on=ground.days(low, country.as_of - 3))
    return with_claims(country, visits, "HEF"), chosen["person"]


def grown_up_dependant(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Children of members who stayed dependants after their eighteenth birthday."""
    workers = country.members.filter(pl.col("parent").is_null()).select("member", "scheme", provider="person")
    grown = (
        living(country, "person", "household", "mother", "father", "born")
        .filter(aged(18.2, 26, country))
        .join(country.members, on="person", how="anti")
    )
    kin = pl.concat(grown.select("person", "household", provider=of) for of in ("mother", "father"))
    children = kin.join(workers, on="provider").sort("person", "member")
    chosen = ground.choose(children.unique("person", keep="first", maintain_order=True))
    like = country.members.filter(pl.col("parent").is_not_null())
    like = like[ground.rng.integers(0, max(like.height, 1), min(chosen.height, like.height * chosen.height))]
    chosen = chosen.head(like.height)
    first = next_number(country.members, "member")
    rows = like.with_columns(
        member=pl.int_range(first, first + pl.len()), person=chosen["person"], parent=chosen["member"],
        scheme=chosen["scheme"],
    )  # fmt: skip
    return country.but(members=pl.concat([country.members, rows.cast(country.members.schema)])), chosen["person"]


def self_employed_at_work(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Self-employed members who took a job and went on paying as self-employed."""
    chosen = ground.choose(workers_at_home(country, pl.col("scheme") == "self"))
    return with_work(country, second_job(country, chosen["member"], last_months(country, 3))), chosen["person"]


def captured_wallets(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Villages in which the agent registered his own phone as the wallet of some of the households."""
    sharing = policy(country, "wallet_households") + 2
    homes = country.people.select("person", "village", "phone")
    last = country.payments["round"].unique().sort().tail(3).implode()
    drawn = paid_at_home(country).filter(pl.col("round").is_in(last)).select("person", "household").unique()
    drawn = drawn.filter(~pl.col("household").is_in(ground.used)).join(homes, on="person").sort("person")
    drawn = drawn.unique("household", keep="first", maintain_order=True)
    full = drawn.filter(pl.len().over("village") >= sharing)
    villages = full["village"].unique().sort()
    groups = villages.gather(np.sort(ground.rng.permutation(len(villages))[: -(-ground.count // sharing)]))
    chosen = full.filter(pl.col("village").is_in(groups.implode()))
    chosen = ground.choose(chosen.filter(pl.int_range(pl.len()).over("village") < sharing), full.height)
    agents = (
        living(country, "person", "village", "phone", "born")
        .filter(aged(30, 60, country) & pl.col("phone").is_not_null())
        .sort("person")
    )
    agents = agents.unique("village", keep="first", maintain_order=True).select("village", agent="phone")
    wallets = chosen.join(agents, on="village", maintain_order="left").select("person", "agent")
    payments = country.payments.join(wallets, on="person", how="left", maintain_order="left")
    taken = pl.col("round").is_in(last) & pl.col("agent").is_not_null()
    payments = payments.with_columns(wallet=pl.when(taken).then("agent").otherwise("wallet")).drop("agent")
    return country.but(payments=payments), wallets["person"]


def left_the_commune(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Households, all of whose listed members live in them, that moved to another province; the card stayed behind and
    goes on drawing. Some agency asked one of them since the interview where they live."""
    drawing = paid_at_home(country).filter(pl.col("round") == pl.col("round").max())
    here = living(country, "person", "household").rename({"household": "home"})
    people = listed(country).join(here, on="person")
    whole = (pl.col("home") == pl.col("household")).all().over("household_code")
    asked = people.join(communes_told(country), on="person").filter(pl.col("told_on") >= pl.col("interview"))
    people = people.filter(whole).drop("home").join(asked, on="household_code", how="semi")
    chosen = ground.choose(people.join(drawing, on="person", how="semi"))
    homes = country.population.households.select("village", "province").unique().sort("village")
    at = pl.Series(ground.rng.integers(0, homes.height, chosen.height))
    left = chosen["household_code"].str.head(2)
    near = pl.Series(homes["province"].gather(at) == left)
    # Half the list away is another province, unless the country is a small one.
    moved = homes[pl.select(pl.when(near).then((at + homes.height // 2) % homes.height).otherwise(at)).to_series()]
    chosen = chosen.with_columns(village=moved["village"], province=moved["province"])
    return with_homes(country, chosen.select("household", "village", "province")), chosen["household_code"]


PLANTS: dict[str, Plant] = {
    "I01": paid_after_death,
    "I02": treated_after_death,
    "I07": wrong_payer,
    "I06": became_civil_servant,
    "I05": well_paid_worker,
    "I14": captured_wallets,
    "I03": child_too_old,
    "I04": elder_too_young,
    "I08": card_run_out,
    "I09": disabled_without_card,
    "I11": grown_up_dependant,
    "I12": self_employed_at_work,
    "I15": left_the_commune,
}
