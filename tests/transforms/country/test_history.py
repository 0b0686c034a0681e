"""Lives over the last years: weddings, moves, pregnancies and jobs that fit together, at the census's rates."""

import numpy as np
import polars as pl
import pytest

from flows.sample import read_reference
from transforms.country.chance import DAYS_A_YEAR
from transforms.country.employment import HUBS, is_own
from transforms.country.world import Country, make_country

PEOPLE = 120_000


@pytest.fixture(scope="module")
def country() -> Country:
    return make_country(PEOPLE, 11, read_reference())


@pytest.fixture(scope="module")
def living(country: Country) -> pl.DataFrame:
    return country.people.filter(pl.col("died").is_null()).with_columns(
        years=(country.as_of - pl.col("born")) / DAYS_A_YEAR
    )


def test_the_living_are_as_the_census_counts_them(living: pl.DataFrame) -> None:
    men = living["man"].sum()
    assert 100 * men / (living.height - men) == pytest.approx(94.9, abs=1.5)
    assert (living["years"] >= 60).mean() == pytest.approx(0.089, abs=0.003)
    assert (living["years"] < 15).mean() == pytest.approx(0.294, abs=0.005)
    assert living.height / living["household"].n_unique() == pytest.approx(4.38, abs=0.06)


def test_births_and_deaths_are_as_many_as_known(country: Country, living: pl.DataFrame) -> None:
    born = country.people.filter(pl.col("born") > country.as_of - 2 * DAYS_A_YEAR).height / 2
    assert 20.5 < 1000 * born / living.height < 23.5
    assert 6 < 1000 * country.people["died"].count() / 3 / living.height < 7
    lately = country.people.filter(pl.col("died") > country.as_of - DAYS_A_YEAR).height
    assert 5.7 < 1000 * lately / living.height < 7.7
    registered = country.people.filter("death_registered").height / country.people["died"].count()
    assert 0.4 < registered < 0.6


def test_poverty_cards_follow_the_provinces(country: Country, living: pl.DataFrame) -> None:
    provinces = country.reference.provinces
    valid = country.cards.filter((pl.col("status") == "active") & (pl.col("valid_to") >= country.as_of))
    shares = (
        living.group_by("province")
        .agg(pl.len(), pl.col("household").is_in(valid["household"].implode()).mean().alias("poor"))
        .join(provinces, left_on="province", right_on="code")
    )
    assert shares.height == provinces.height
    people = shares["len"] / shares["len"].sum() - shares["population"] / shares["population"].sum()
    assert people.abs().max() < 0.01  # type: ignore[operator]
    large = shares.filter(pl.col("len") > 1000)
    assert large.select(pl.corr("poor", "poverty_rate")).item() > 0.9
    assert (shares["poor"] * shares["len"]).sum() / living.height == pytest.approx(0.17, abs=0.012)


def test_newly_weds_came_from_the_home_of_a_mother_of_fitting_age(country: Country) -> None:
    people = country.people
    wed = people.filter(pl.col("married_on").is_not_null())
    assert wed.height > 0.01 * PEOPLE
    assert (wed["married_on"] - wed["born"] > 17 * DAYS_A_YEAR).all()
    partners = wed.join(wed, left_on="spouse", right_on="person", suffix="_of")
    assert partners.height == wed.height
    assert (partners["married_on"] == partners["married_on_of"]).all()
    came = wed.filter(pl.col("household_before").is_not_null())
    mothers = came.join(people, left_on="mother", right_on="person", suffix="_of")
    assert came.height == mothers.height > 0.4 * wed.height
    assert (mothers["household_of"] == mothers["household_before"]).mean() == 1
    assert (mothers["born"] - mothers["born_of"]).is_between(15.9 * DAYS_A_YEAR, 46 * DAYS_A_YEAR).all()
    siblings = partners.filter(pl.col("mother").is_not_null() & (pl.col("mother") == pl.col("mother_of")))
    assert siblings.is_empty()


def test_children_of_newly_weds_came_after_the_wedding(country: Country) -> None:
    wed = country.people.filter(pl.col("married_on").is_not_null()).select(mother="person", wed="married_on")
    children = country.people.join(wed, on="mother")
    assert children.height > 0
    assert (children["born"] > children["wed"]).all()


def test_no_card_is_older_than_its_household(country: Country) -> None:
    founded = country.cards.join(country.population.households.drop("village"), on="household").drop_nulls("founded")
    assert founded.height > 0
    assert (founded["interview"] >= founded["founded"]).all()


def test_a_card_bears_the_village_of_its_interview(country: Country) -> None:
    moved = country.cards.join(country.population.households, on="household", suffix="_now").drop_nulls("moved_on")
    before = moved["interview"] < moved["moved_on"]
    assert before.any() and not before.all()
    assert (moved.filter(before)["village"] == moved.filter(before)["village_before"]).all()
    assert (moved.filter(~before)["village"] == moved.filter(~before)["village_now"]).all()
    assert (country.cards["card_no"].str.head(8) == country.cards["village"]).all()


def test_movers_had_another_home(country: Country) -> None:
    movers = country.people.filter(pl.col("moved_on").is_not_null())
    assert (movers["household"] != movers["household_before"]).all()
    assert (movers["moved_on"] > movers["born"]).all()
    homes = country.population.households.filter(pl.col("moved_on").is_not_null())
    assert (homes["village"] != homes["village_before"]).all()
    assert homes.height / country.population.households.height == pytest.approx(0.036, abs=0.01)


def test_pregnancies_end_with_the_births_that_are_known(country: Country) -> None:
    pregnancies = country.population.pregnancies
    ended = pregnancies.drop_nulls("delivered_on")
    assert (ended["delivered_on"] - ended["conceived"]).is_between(250, 290).all()
    births = country.people.select(person="mother", delivered_on="born").unique()
    assert ended.join(births, on=["person", "delivered_on"], how="anti").is_empty()
    last = pregnancies.sort("person", "conceived")
    again = last.filter(pl.col("person") == pl.col("person").shift(1))
    before = last.filter(pl.col("person") == pl.col("person").shift(-1))
    assert (again["conceived"].to_numpy() > before["delivered_on"].to_numpy()).all()
    assert 1000 * country.people["pregnant"].sum() / PEOPLE == pytest.approx(14, abs=2)
    assert set(country.people.filter("pregnant")["person"]) == set(
        pregnancies.filter(pl.col("delivered_on").is_null())["person"]
    )


def test_care_fits_the_pregnancy(country: Country) -> None:
    claims = country.claims.filter(pl.col("service").is_in(["ANC", "DEL", "PNC"]))
    known = claims.join(country.population.pregnancies, on="person")
    day, birth = pl.col("visited_on"), pl.col("delivered_on")
    fits = {
        "ANC": (day > pl.col("conceived")) & (birth.is_null() | (day < birth)),
        "DEL": day == birth,
        "PNC": day == birth + 7,
    }
    for service, fit in fits.items():
        of_service = claims.filter(pl.col("service") == service)
        assert of_service.height > 20
        served = known.filter((pl.col("service") == service) & fit)["claim"]
        assert set(served) == set(of_service["claim"]), service


def test_parents_live_until_their_children_are_born(country: Country) -> None:
    died = country.people.filter(pl.col("died").is_not_null()).select("person", "died")
    for parent in ("mother", "father"):
        children = country.people.select("born", person=parent).join(died, on="person")
        assert children.height > 0
        assert (children["born"] <= children["died"]).all()


def seat_of(enterprise: pl.Expr) -> pl.Expr:
    """The province an enterprise is in, by its number."""
    return ((enterprise - 1) // 4 % 25 + 1).cast(pl.String).str.zfill(2)


def is_garment(enterprise: pl.Expr) -> pl.Expr:
    return (enterprise - 1) // 2 % 2 == 1


def test_a_quarter_to_a_third_of_garment_workers_have_a_rural_home(country: Country) -> None:
    workers = country.members.filter(pl.col("parent").is_null()).join(
        country.people.select("person", "province"), on="person"
    )
    workers = workers.with_columns(seat=seat_of(pl.col("enterprise")))
    garment = workers.filter(is_garment(pl.col("enterprise")))
    assert garment["seat"].is_in(list(HUBS)).all()
    assert 0.25 < (~garment["province"].is_in(list(HUBS))).mean() < 0.35  # type: ignore[operator]
    others = workers.filter(~is_garment(pl.col("enterprise")))
    assert (others["seat"] == others["province"]).all()


def test_contributions_last_as_long_as_the_job(country: Country) -> None:
    months = country.contributions.join(country.members, on="member").with_columns(
        first=(pl.col("month") + "-01").str.to_date().cast(pl.Int32)
    )
    assert (months["first"] >= months["hired"]).all()
    assert (months["first"] < months["left"].fill_null(10**6)).all()
    jobs = months.unique(["member", "month"]).group_by("member").len().join(country.members, on="member")
    assert (jobs["len"] == jobs["months"]).all()
    lost = country.members.filter(pl.col("left").is_not_null())
    assert (lost["left"] > lost["hired"]).all()
    assert np.unique(lost["months"].to_numpy()).tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_the_self_employed_are_their_own_enterprise_and_pay_one_amount(country: Country) -> None:
    alone = country.members.filter((pl.col("scheme") == "self") & pl.col("parent").is_null())
    assert alone.height > 100
    assert alone["enterprise"].is_unique().all()
    assert not set(alone["enterprise"]) & set(country.members.filter(pl.col("scheme") != "self")["enterprise"])
    paid = country.contributions.join(alone, on="member")
    own = is_own(pl.col("enterprise"))
    assert paid.filter(own)["amount"].unique().to_list() == [15_600]
    assert not paid.filter(~own).is_empty()  # a few of them are employed too
    employed = country.contributions.join(alone, on="member", how="anti")
    assert employed.filter(own).is_empty()
    assert 15_600 not in employed["amount"]
