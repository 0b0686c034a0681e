"""The true country: does it look like the one the census describes, and does it hold together?"""

import polars as pl
import pytest

from flows.sample import read_reference
from transforms.country.chance import DAYS_A_YEAR
from transforms.country.world import Country, make_country

PEOPLE = 20_000


@pytest.fixture(scope="module")
def country() -> Country:
    return make_country(PEOPLE, 5, read_reference())


def years(country: Country) -> pl.Expr:
    return (country.as_of - pl.col("born")) / DAYS_A_YEAR


def test_ages_and_sexes_follow_the_census(country: Country) -> None:
    people = country.people
    shares = country.reference.parameters["population"]["age_shares"]
    band = people.select((years(country) // 5).clip(upper_bound=15).cast(pl.Int64).alias("band"))
    counted = band.group_by("band").len().sort("band")["len"] / people.height
    assert counted.to_list() == pytest.approx([share / sum(shares) for share in shares], abs=0.012)
    men = people["man"].sum()
    assert 100 * men / (people.height - men) == pytest.approx(94.9, abs=3)


def test_households_have_the_census_size_and_one_head(country: Country) -> None:
    heads = country.people.filter(pl.col("relation") == "head")
    assert heads["household"].is_unique().all()
    assert heads.height == country.population.households.height
    assert country.people.height / heads.height == pytest.approx(4.38, abs=0.15)


def test_people_live_where_the_census_counts_them(country: Country) -> None:
    provinces = country.reference.provinces
    counted = country.people.group_by("province").len().join(provinces, left_on="province", right_on="code")
    assert counted.height == provinces.height
    share = counted["len"] / counted["len"].sum() - counted["population"] / counted["population"].sum()
    assert share.abs().max() < 0.015  # type: ignore[operator]


def test_parents_are_old_enough_and_of_the_right_sex(country: Country) -> None:
    people = country.people.select("person", "born", "man")
    for who, man in (("mother", False), ("father", True)):
        pairs = country.people.filter(pl.col(who).is_not_null()).join(
            people, left_on=who, right_on="person", suffix="_of"
        )
        gap = (pairs["born"] - pairs["born_of"]) / DAYS_A_YEAR
        assert pairs["man_of"].unique().to_list() == [man]
        assert gap.min() > 14  # type: ignore[operator]
        assert gap.quantile(0.99) < 60  # type: ignore[operator]


def test_siblings_share_a_surname_and_mostly_not_a_birthday(country: Country) -> None:
    siblings = (
        country.people.filter(pl.col("father").is_not_null())
        .group_by("father", "mother")
        .agg(pl.len(), pl.col("family").n_unique(), pl.col("born").n_unique().alias("days"))
    )
    assert siblings["family"].max() == 1
    twins = (siblings["len"] - siblings["days"]).sum()
    assert 20 < twins < 150
    assert country.people["twin"].sum() >= 2 * twins * 0.9


def test_cham_people_bear_their_fathers_given_name(country: Country) -> None:
    people = country.people.filter(pl.col("cham"))
    assert 0.001 < people.height / PEOPLE < 0.06
    given = country.people.select(father="person", of_father="given")
    known = people.join(given, on="father")
    assert (known["family"] == known["of_father"]).all()
    assert set(country.population.names.kind[people["given"].to_numpy()]) == {"cham_male", "cham_female"}


def test_one_surname_in_ten_people_and_no_more(country: Country) -> None:
    common = country.people["family"].value_counts(sort=True)["count"]
    assert 0.03 < common[0] / PEOPLE < 0.15
    assert common[0] > 5 * common[80]


def test_identifiers_are_unique_and_begin_at_fifteen(country: Country) -> None:
    held = country.people.filter(pl.col("national_id").is_not_null())
    assert held["national_id"].is_unique().all()
    assert held["national_id"].str.contains(r"^\d{9}$").all()
    assert held.select(years(country).min()).item() >= 15


def test_poverty_cards_follow_the_country(country: Country) -> None:
    listed = country.roster.select("person").unique().join(country.people, on="person")
    assert listed.height / PEOPLE == pytest.approx(0.19, abs=0.04)  # 17% and those whose card has run out
    assert listed.select((years(country) >= 60).mean()).item() == pytest.approx(0.14, abs=0.035)
    assert country.cards["card_no"].is_unique().all()
    assert country.cards["card_no"].str.contains(r"^\d{12}$").all()


def test_half_of_the_deaths_are_registered(country: Country) -> None:
    dead = country.people["died"].count()
    assert dead / PEOPLE == pytest.approx(0.0195, abs=0.001)
    assert 0.4 < country.deaths["person"].n_unique() / dead < 0.6


def test_nothing_happens_to_people_before_they_are_born(country: Country) -> None:
    for facts, day in (
        (country.enrolments, "enrolled_on"),
        (country.claims, "visited_on"),
        (country.disability, "issued"),
    ):
        born = facts.join(country.people.select("person", "born"), on="person")
        assert (born[day] >= born["born"]).all(), day


def test_by_itself_nobody_is_treated_after_death(country: Country) -> None:
    claims = country.claims.join(country.people.select("person", "died"), on="person").drop_nulls("died")
    assert (claims["visited_on"] <= claims["died"]).all()


def test_most_households_entitled_are_enrolled(country: Country) -> None:
    entitled = country.cards.filter((pl.col("level") != "at_risk") & (pl.col("status") == "active"))
    enrolled = entitled.join(country.enrolments, on="household", how="semi").height / entitled.height
    assert 0.6 < enrolled < 0.85


def test_payments_belong_to_enrolments_that_were_open(country: Country) -> None:
    payments = country.payments.join(country.enrolments, on="enrolment")
    assert payments.height == country.payments.height
    assert payments["round"].n_unique() == 6
    assert (payments["paid_on"] >= payments["enrolled_on"]).all()
    assert (payments["paid_on"] <= payments["ended_on"].fill_null(10**6)).all()


def test_the_gazetteer_holds_together() -> None:
    areas = read_reference().areas
    assert areas["code"].is_unique().all()
    assert (areas["code"].str.len_chars() == areas["level"] * 2).all()
    below = areas.filter(pl.col("level") > 1)
    assert (below["code"].str.head(-2) == below["parent"]).all()
    assert set(below["parent"]) <= set(areas["code"])
    names = pl.concat([areas["name_en"], areas["name_km"]])
    assert not names.str.contains("[\u200b\u200c\u200d\ufeff\u00a0]").any()
    assert areas.group_by("level").len().sort("level")["len"].to_list() == [25, 210, 1661, 14505]
