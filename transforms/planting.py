"""Wrongs done on purpose, so that every rule has true cases whatever chance brings.

Each function changes facts so that its rule should hold of the chosen people or households. What then is a case is
decided by `cases`, not here. Households are used for one wrong only, so that wrongs do not undo one another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from transforms.chance import DAYS_A_YEAR, between, stream
from transforms.country import Country
from transforms.population import day_number
from transforms.programmes import holds_card, payment_rows, rounds_due

Subjects = pl.Series  # persons, or household codes


@dataclass
class Ground:
    """Where to plant: how many a rule, by what chance, and the households already used."""

    rng: np.random.Generator
    count: int
    used: list[int] = field(default_factory=list)

    def choose(self, candidates: pl.DataFrame, count: int | None = None) -> pl.DataFrame:
        """Some of the candidates (column `household`), one a household, none of a household used before."""
        free = candidates.filter(~pl.col("household").is_in(self.used)).unique("household", keep="first", maintain_order=True)
        chosen = free[np.sort(self.rng.permutation(free.height)[: count or self.count])]
        self.used.extend(chosen["household"].to_list())
        return chosen

    def days(self, low: pl.Series, high: int | pl.Series) -> pl.Series:
        top = high.to_numpy() if isinstance(high, pl.Series) else np.full(len(low), high)
        return pl.Series(between(self.rng, low.to_numpy(), top))


Plant = Callable[[Country, Ground], tuple[Country, Subjects]]


def plant_wrongs(country: Country) -> tuple[Country, pl.DataFrame]:
    """The country with wrongs planted for every rule, and what was meant: rule, subject_kind, subject."""
    p = country.reference.parameters["planted"]
    count = max(p["minimum"], p["per_million"] * country.people.height // 1_000_000)
    ground = Ground(stream(country.seed, "planting"), count)
    meant = []
    for rule, plant in PLANTS.items():
        country, subjects = plant(country, ground)
        meant.append(subjects_of(rule, subjects))
    return country, pl.concat(meant)


def subjects_of(rule: str, subjects: Subjects) -> pl.DataFrame:
    """Subjects as the truth names them."""
    of_household = subjects.dtype == pl.String
    named = "idpoor_households/" + subjects if of_household else person_id(subjects)
    kind = "household" if of_household else "person"
    return pl.DataFrame({"rule": pl.repeat(rule, len(subjects), eager=True), "subject_kind": pl.repeat(kind, len(subjects), eager=True), "subject": named})


def person_id(person: pl.Series) -> pl.Series:
    return "P" + person.cast(pl.String).str.zfill(8)


def living(country: Country) -> pl.DataFrame:
    return country.people.filter(pl.col("died").is_null())


def in_force(country: Country) -> pl.DataFrame:
    return country.cards.filter(holds_card(country.as_of)).select("household", "household_code", "card_no", "interview", "valid_to")


def listed(country: Country) -> pl.DataFrame:
    """Living people on the roster of a card in force: person, household, born, man, card columns, relation there."""
    roster = country.roster.join(in_force(country), on="household_code").unique("person", keep="first", maintain_order=True)
    people = living(country).select("person", "born", "man", "pregnant", "mother")
    return roster.select("person", "household", "household_code", "card_no", "interview", "relation").join(people, on="person").sort("person")


def aged(low: float, high: float, country: Country) -> pl.Expr:
    return ((country.as_of - pl.col("born")) / DAYS_A_YEAR).is_between(low, high)


def without_enrolments(country: Country, condition: pl.Expr) -> Country:
    """The country without these enrolments and their payments."""
    gone = country.enrolments.filter(condition)["enrolment"].implode()
    return country.but(
        enrolments=country.enrolments.filter(~pl.col("enrolment").is_in(gone)),
        payments=country.payments.filter(~pl.col("enrolment").is_in(gone)),
    )


def with_enrolments(country: Country, people: pl.DataFrame, component: str) -> Country:
    """The country with these people (person, household, card_no, enrolled_on, claimed_born) enrolled, and paid
    every round since; an earlier enrolment of theirs in the component is replaced."""
    country = without_enrolments(country, pl.col("person").is_in(people["person"].implode()) & (pl.col("component") == component))
    first = int(country.enrolments["enrolment"].max()) + 1  # type: ignore[arg-type]
    rows = people.select(
        pl.int_range(first, first + pl.len()).alias("enrolment"), "person", "household", "card_no", component=pl.lit(component),
        enrolled_on="enrolled_on", ended_on=pl.lit(None, dtype=pl.Int64), claimed_born="claimed_born", card_slip=pl.lit(False),
    )  # fmt: skip
    due = rounds_due(rows, country.reference)
    paid = payment_rows(due, pl.repeat(None, due.height, dtype=pl.String, eager=True), next_payment(country), country.population,
                        country.reference.parameters["family_package"])  # fmt: skip
    return country.but(enrolments=pl.concat([country.enrolments, rows]), payments=pl.concat([country.payments, paid]))


def next_payment(country: Country) -> int:
    return int(country.payments["payment"].max()) + 1  # type: ignore[arg-type]


def with_claims(country: Country, people: pl.DataFrame, payer: str, service: str = "OPD") -> Country:
    """The country with a claim for each row (person, visited_on, card_no)."""
    first = int(country.claims["claim"].max()) + 1  # type: ignore[arg-type]
    rows = people.select(
        pl.int_range(first, first + pl.len()).alias("claim"), "person", (pl.col("person") * 4).alias("patient"), "card_no",
        payer=pl.lit(payer), visited_on="visited_on", discharged_on=pl.lit(None, dtype=pl.Int64), service=pl.lit(service),
        referral=pl.lit(False), amount=pl.lit(9000, dtype=pl.Int64), sex_slip=pl.lit(False), birth_slip=pl.lit(False),
    )  # fmt: skip
    return country.but(claims=pl.concat([country.claims, rows.cast(country.claims.schema)]))  # type: ignore[arg-type]


def no_text() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def no_number() -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64)


def excluded_household(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(in_force(country).join(country.enrolments.select("household").unique(), on="household").sort("household"))
    country = without_enrolments(country, pl.col("household").is_in(chosen["household"].implode()) | pl.col("card_no").is_in(chosen["card_no"].implode()))
    return country, chosen["household_code"]


def excluded_from(component: str) -> Plant:
    """People of households that are enrolled, but not they in this component."""

    def plant(country: Country, ground: Ground) -> tuple[Country, Subjects]:
        open_now = country.enrolments.filter((pl.col("component") == component) & pl.col("ended_on").is_null())
        candidates = listed(country).join(open_now.select("person"), on="person", how="semi")
        if component == "maternal_child":
            candidates = candidates.filter(aged(0, 1.95, country)).join(country.births, on="person", how="semi")
        chosen = ground.choose(candidates)
        gone = pl.col("person").is_in(chosen["person"].implode()) & (pl.col("component") == component)
        return without_enrolments(country, gone), chosen["person"]

    return plant


def poor_patient_without_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    others = living(country).join(country.cards, on="household", how="anti").filter(aged(1, 80, country))
    chosen = ground.choose(others.select("person", "household"))
    for low, high in ((300, 180), (150, 20)):
        visited_on = ground.days(pl.Series([country.as_of - low] * chosen.height), country.as_of - high)
        country = with_claims(country, chosen.with_columns(visited_on=visited_on, card_no=no_text()), "exempt")
    return country, chosen["person"]


def charged_card_holder(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(listed(country))
    since = chosen.select(pl.max_horizontal("interview", pl.lit(country.as_of - 300), "born") + 1).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 2))
    return with_claims(country, visits, "self"), chosen["person"]


def always_rejected(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    rounds = country.payments.group_by("enrolment").len().filter(pl.col("len") >= 3)
    open_now = country.enrolments.filter(pl.col("ended_on").is_null()).join(rounds, on="enrolment", how="semi")
    chosen = ground.choose(open_now.select("enrolment", "person", "household"))
    last = country.payments["round"].unique().sort().tail(3).implode()
    hit = pl.col("enrolment").is_in(chosen["enrolment"].implode()) & pl.col("round").is_in(last)
    payments = country.payments.with_columns(
        status=pl.when(hit).then(pl.lit("rejected")).otherwise("status"),
        reason=pl.when(hit).then(pl.lit("wallet closed")).otherwise("reason"),
    )
    return country.but(payments=payments), chosen["person"]


def registered_dead(country: Country) -> pl.DataFrame:
    """People whose death is registered, those of card households first."""
    dead = country.people.join(country.deaths.unique("person").select("person"), on="person", how="semi")
    dead = dead.join(in_force(country).select("household", "card_no"), on="household", how="left", maintain_order="left")
    return dead.sort(pl.col("card_no").is_null(), "person")


def paid_after_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    start = day_number(country.reference.parameters["family_package"]["starts"])
    fits = pl.col("died").is_between(start + 100, country.as_of - 75) & (pl.col("died") - pl.col("born") > 60.5 * DAYS_A_YEAR)
    candidates = registered_dead(country).filter(fits)
    chosen = ground.choose(candidates.head(max(ground.count * 2, candidates["card_no"].count())))
    chosen = chosen.with_columns(enrolled_on=pl.max_horizontal(pl.col("died") - 400, pl.lit(start + 20)), claimed_born=no_number())
    return with_enrolments(country, chosen, "elderly"), chosen["person"]


def treated_after_death(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(registered_dead(country).filter(pl.col("died") < country.as_of - 12))
    since = chosen.select(pl.max_horizontal(pl.col("died") + 3, pl.lit(country.as_of - 300))).to_series()
    visits = chosen.with_columns(visited_on=ground.days(since, country.as_of - 1))
    for payer, group in (("HEF", visits.filter(pl.col("card_no").is_not_null())), ("self", visits.filter(pl.col("card_no").is_null()))):
        country = with_claims(country, group, payer)
    return country, chosen["person"]


def child_too_old(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(listed(country).filter(aged(2.35, 3.4, country)))
    start = day_number(country.reference.parameters["family_package"]["starts"])
    chosen = chosen.with_columns(enrolled_on=pl.max_horizontal(pl.col("born") + 60, pl.lit(start)), claimed_born=no_number())
    return with_enrolments(country, chosen, "maternal_child"), chosen["person"]


def elder_too_young(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """People of 50 to 58 who gave an earlier birth date; social security knows the right one."""
    chosen = ground.choose(listed(country).filter(aged(50, 58.5, country)))
    older = ((62 * DAYS_A_YEAR - (country.as_of - pl.col("born"))) / DAYS_A_YEAR).ceil() + pl.Series(ground.rng.integers(0, 4, chosen.height))
    chosen = chosen.with_columns(claimed_born=(pl.col("born") - older * DAYS_A_YEAR).cast(pl.Int64), enrolled_on=pl.lit(country.as_of - 400, dtype=pl.Int64))
    country = with_members(country, chosen.join(country.members, on="person", how="anti"), ground)
    return with_enrolments(country, chosen, "elderly"), chosen["person"]


def with_members(country: Country, people: pl.DataFrame, ground: Ground) -> Country:
    """The country with these people members of social security (once more)."""
    first = int(country.members["member"].max()) + 1  # type: ignore[arg-type]
    workers = country.members.filter(pl.col("parent").is_null())
    like = workers[ground.rng.integers(0, workers.height, people.height)]
    rows = like.with_columns(
        member=pl.int_range(first, first + pl.len()), person=people["person"], months=pl.lit(0, dtype=pl.Int64),
        hired=pl.lit(country.as_of - 900, dtype=pl.Int64),
    )  # fmt: skip
    return country.but(members=pl.concat([country.members, rows]))


def card_run_out(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    over = country.cards.filter((pl.col("valid_to") < country.as_of - 20) & (pl.col("status") != "active"))
    candidates = living(country).filter(aged(1, 90, country)).join(over.select("household", "card_no", "valid_to"), on="household").sort("person")
    chosen = ground.choose(candidates)
    since = chosen.select(pl.max_horizontal(pl.col("valid_to") + 5, pl.lit(country.as_of - 340))).to_series()
    return with_claims(country, chosen.with_columns(visited_on=ground.days(since, country.as_of - 2)), "HEF"), chosen["person"]


def disabled_without_card(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    candidates = listed(country).filter(aged(20, 55, country)).join(country.disability, on="person", how="anti")
    chosen = ground.choose(candidates).with_columns(enrolled_on=pl.lit(country.as_of - 350, dtype=pl.Int64), claimed_born=no_number())
    return with_enrolments(country, chosen, "disability"), chosen["person"]


def listed_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    movers = ground.choose(listed(country).filter((pl.col("relation") != "head") & aged(16, 95, country)))
    homes = ground.choose(in_force(country), movers.height)
    movers = movers.head(homes.height)
    return with_roster(country, movers["person"], homes["household_code"]), movers["person"]


def with_roster(country: Country, person: pl.Series, household_code: pl.Series) -> Country:
    """The country with these people also listed, as others, in these households."""
    last = country.roster.group_by("household_code").agg((pl.col("member_no").max() + 1).alias("member_no"))
    rows = pl.DataFrame({"household_code": household_code, "person": person}).join(last, on="household_code", maintain_order="left")
    rows = rows.with_columns(relation=pl.lit("other"), pregnant=pl.lit(False), sex_slip=pl.lit(False), birth_slip=pl.lit(False))
    roster = pl.concat([country.roster, rows.select(country.roster.columns)])
    return country.but(roster=roster.sort("household_code", "member_no"))


def paid_twice(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    homes = country.enrolments.select("enrolment", "household")
    chosen = ground.choose(country.payments.filter(pl.col("status") == "paid").join(homes, on="enrolment", maintain_order="left"))
    first = next_payment(country)
    again = chosen.drop("household").with_columns(payment=pl.int_range(first, first + pl.len()), paid_on=pl.col("paid_on") + 2)
    return country.but(payments=pl.concat([country.payments, again])), chosen["person"]


def two_member_numbers(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    homes = country.people.select("person", "household")
    chosen = ground.choose(country.members.filter(pl.col("parent").is_null()).join(homes, on="person", maintain_order="left"))
    return with_members(country, chosen, ground), chosen["person"]


def two_disability_cards(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    homes = country.people.select("person", "household")
    chosen = ground.choose(country.disability.filter("valid").join(homes, on="person", maintain_order="left"))
    first = int(country.disability["did"].max()) + 1  # type: ignore[arg-type]
    again = chosen.drop("household").with_columns(did=pl.int_range(first, first + pl.len()), issued=(pl.col("issued") + 30))
    return country.but(disability=pl.concat([country.disability, again])), chosen["person"]


def card_number_shared(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    chosen = ground.choose(in_force(country), ground.count * 2)
    pairs = chosen.height // 2
    one, other = chosen[:pairs], chosen[pairs : 2 * pairs]
    became = dict(zip(other["card_no"], one["card_no"], strict=True))
    number = pl.col("card_no").replace(became)
    country = country.but(**{name: getattr(country, name).with_columns(number) for name in ("cards", "enrolments", "claims")})
    return country, chosen[: 2 * pairs]["household_code"]


def slip_of(column: str) -> Plant:
    """People in another register too whose row on the IDPoor roster has this value wrong."""

    def plant(country: Country, ground: Ground) -> tuple[Country, Subjects]:
        elsewhere = pl.concat(frame.select("person") for frame in (country.members, country.enrolments, country.disability))
        chosen = ground.choose(listed(country).join(elsewhere, on="person", how="semi").sort("person"))
        roster = country.roster.with_columns((pl.col(column) | pl.col("person").is_in(chosen["person"].implode())).alias(column))
        return country.but(roster=roster), chosen["person"]

    return plant


def wrong_number_of_heads(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    homes = country.roster.filter(pl.col("relation") == "spouse").select("household_code").unique().join(in_force(country), on="household_code")
    chosen = ground.choose(homes.sort("household_code"))["household_code"]
    headless, two_headed = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    at = pl.col("household_code")
    relation = (
        pl.when((pl.col("relation") == "head") & at.is_in(headless.implode())).then(pl.lit("other"))
        .when((pl.col("relation") == "spouse") & at.is_in(two_headed.implode())).then(pl.lit("head"))
        .otherwise("relation")
    )  # fmt: skip
    return country.but(roster=country.roster.with_columns(relation.alias("relation"))), chosen


def impossible_pregnancy(country: Country, ground: Ground) -> tuple[Country, Subjects]:
    """Antenatal claims of men and of women over 57; men noted as pregnant on the roster."""
    people = listed(country)
    patients = ground.choose(people.filter((pl.col("man") & aged(18, 60, country)) | aged(57.5, 80, country)), ground.count // 2)
    patients = patients.with_columns(visited_on=pl.Series([country.as_of - 40] * patients.height, dtype=pl.Int64))
    noted = ground.choose(people.filter(pl.col("man") & aged(15, 70, country)), ground.count - patients.height)
    roster = country.roster.with_columns(pl.col("pregnant") | pl.col("person").is_in(noted["person"].implode()))
    country = with_claims(country.but(roster=roster), patients, "HEF", "ANC")
    return country, pl.concat([patients["person"], noted["person"]])


PLANTS: dict[str, Plant] = {
    "I01": paid_after_death,
    "I02": treated_after_death,
    "E01": excluded_household,
    "E03": excluded_from("disability"),
    "E05": excluded_from("maternal_child"),
    "E02": excluded_from("elderly"),
    "E07": poor_patient_without_card,
    "E10": charged_card_holder,
    "E11": always_rejected,
    "I03": child_too_old,
    "I04": elder_too_young,
    "I08": card_run_out,
    "I09": disabled_without_card,
    "D01": listed_twice,
    "D03": paid_twice,
    "D06": two_member_numbers,
    "D08": two_disability_cards,
    "D10": card_number_shared,
    "N01": slip_of("sex_slip"),
    "N02": slip_of("birth_slip"),
    "N04": wrong_number_of_heads,
    "N06": impossible_pregnancy,
}
