"""What the true cases ask of the facts: policy, ages, who is listed, enrolled, paid, contributing, seen by a clinic."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from transforms.country.homes import village_on
from transforms.country.planting import living
from transforms.country.population import EPOCH, as_date
from transforms.country.world import Country

Who = Mapping[str, pl.DataFrame]


def policy(country: Country, name: str) -> int:
    """A value policy sets, as data/reference/policy.yaml has it."""
    return int(country.reference.parameters["planted"]["policy"][name])


def policy_range(country: Country, name: str) -> tuple[int, int]:
    """A value policy sets that is a first and a last year of age."""
    first, last = policy_list(country, name)
    return first, last


def policy_list(country: Country, name: str) -> list[int]:
    """A value policy sets that is a list."""
    return [int(value) for value in country.reference.parameters["planted"]["policy"][name]]


def age_on(day: pl.Expr | int) -> pl.Expr:
    """Full years on a day (days since 1970), by the calendar."""
    on, born = as_date(pl.lit(day) if isinstance(day, int) else day), as_date("born")
    before = day_of_year(on) < day_of_year(born)
    return on.dt.year() - born.dt.year() - before.cast(pl.Int32)


def day_of_year(day: pl.Expr) -> pl.Expr:
    """Month and day as one number in the order of the calendar, the same in leap years."""
    return day.dt.month().cast(pl.Int32) * 100 + day.dt.day()


def months_after_birth(months: int) -> pl.Expr:
    """The day (since 1970) so many months after birth."""
    return as_date("born").dt.offset_by(f"{months}mo").cast(pl.Int32)


def month_of(day: pl.Expr) -> pl.Expr:
    """The month of a day (since 1970), as 2026-10."""
    return as_date(day).dt.strftime("%Y-%m")


def last_months(country: Country, count: int) -> list[str]:
    """The last complete months before as-of, as 2026-10, latest first."""
    today = EPOCH + timedelta(days=country.as_of)
    this = today.year * 12 + today.month - 1
    return [f"{(this - ago) // 12}-{(this - ago) % 12 + 1:02}" for ago in range(1, count + 1)]


def enrolled(country: Country, component: str) -> pl.DataFrame:
    return country.enrolments.filter(pl.col("component") == component).select("person").unique()


def paid(country: Country, component: str) -> pl.DataFrame:
    """Paid payments of a component with the person's birth and death."""
    payments = country.payments.filter((pl.col("component") == component) & (pl.col("status") == "paid"))
    return payments.join(country.people.select("person", "born", "died"), on="person")


def severe_cards(country: Country) -> pl.DataFrame:
    covered = pl.col("severity").is_in(policy_list(country, "covered_disability_severities"))
    return country.disability.filter(pl.col("valid") & covered).select("person").unique()


def live_cards(country: Country) -> pl.DataFrame:
    """Cards active and valid at as-of, of any level."""
    return country.cards.filter((pl.col("status") == "active") & (pl.col("valid_to") >= country.as_of))


def living_members(country: Country, cards: pl.DataFrame) -> pl.DataFrame:
    """Living people on the rosters of these cards (household_code and more): person, born, and the cards' columns."""
    members = country.roster.select("person", "household_code").unique()
    people = living(country, "person", "born")
    return members.join(cards, on="household_code").join(people, on="person")


def worked_months(country: Country, members: pl.DataFrame | None = None) -> pl.DataFrame:
    """Contributions with who paid them, of all members or of these: person, month, enterprise, scheme, wage_band.
    Dependants pay none."""
    of_whom = (country.members if members is None else members).select("member", "person", "scheme", "wage_band")
    return country.contributions.select("member", "month", "enterprise").join(of_whom, on="member")


def months_by_employer(country: Country) -> pl.DataFrame:
    """Months of people with two enterprises or two numbers: person, month, enterprises (how many in the month), alone
    (a contribution of scheme self among them)."""
    apart = country.contributions.group_by("member").agg(pl.col("enterprise").min() != pl.col("enterprise").max())
    moved = pl.col("member").is_in(apart.filter("enterprise")["member"].implode())
    members = country.members.filter(moved | (pl.len().over("person") > 1))
    return (
        worked_months(country, members)
        .group_by("person", "month")
        .agg(enterprises=pl.col("enterprise").n_unique(), alone=(pl.col("scheme") == "self").any())
    )


def active_workers(country: Country) -> pl.DataFrame:
    """People with a contribution in the last complete months that tell whether a job is lost: person, scheme."""
    recent = pl.col("month").is_in(last_months(country, policy(country, "lost_job_months")))
    return country.members.join(country.contributions.filter(recent), on="member", how="semi").select(
        "person", "scheme"
    )


def health_visits(country: Country) -> pl.DataFrame:
    """Every visit to a clinic that a register tells of: person, service, visited_on.

    Health claims, and the line list of health centres, on which of the claims a part stands once more.
    """
    columns = ["person", "service", "visited_on"]
    return pl.concat([country.claims.select(columns), country.line_list.select(columns)]).unique()


def communes_told(country: Country) -> pl.DataFrame:
    """Where people lived on the days on which an agency took them down: person, told_on, told (a commune). A patient is
    taken down at the first visit only; a grievance told without consent tells nothing."""
    patients = country.claims.group_by("patient").agg(pl.col("person").first(), pl.col("visited_on").min())
    agreed = country.grievances.filter("consent").select("person", told_on="opened_on")
    taken = [
        patients.select("person", told_on="visited_on"),
        country.line_list.select("person", told_on="visited_on"),
        country.disability.select("person", told_on="issued"),
        agreed,
    ]
    days = pl.concat([frame.cast({"person": pl.Int64, "told_on": pl.Int64}) for frame in taken])
    at = village_on(country.population, days["person"], days["told_on"])
    return days.with_columns(told=at.str.head(6))


def registered_deaths(country: Country) -> pl.DataFrame:
    """Deaths registered by as-of, one a person: person, died."""
    known = country.deaths.filter(pl.col("registered_on") <= country.as_of).sort("person", "registered_on", "death")
    return known.select("person", "died").unique("person", keep="first", maintain_order=True)


def differs_between_registers(values: pl.DataFrame) -> pl.DataFrame:
    """People for whom some register gives a value and another register a different one (person, value, register)."""
    said = values.unique()
    counts = said.group_by("person").agg(values=pl.col("value").n_unique(), registers=pl.col("register").n_unique())
    # With two values and two registers, whatever the second says differs from one of the first's.
    return counts.filter((pl.col("values") > 1) & (pl.col("registers") > 1)).select("person")
