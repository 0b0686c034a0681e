"""Who truly came to a health centre in the last months."""

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Floats, Parameters
from transforms.country.draws import Draws
from transforms.country.history import pregnant_on
from transforms.country.population import Population, Reference
from transforms.country.services import months

NUMBERS_A_SPAN = 3  # two visits of the person's own, and one also claimed for
VISITS_A_PERSON = 20  # room for numbers: the months before as-of, and five times as many before


def make_line_list(
    population: Population, cards: pl.DataFrame, claims: pl.DataFrame, seed: int, reference: Reference, span: int = 0
) -> pl.DataFrame:
    """Visits at health centres, one row a visit: visit, person, visited_on, service (OPD, IPD, ANC, DEL, PNC).

    Of the last months kept, or of as many months so many spans before. Members of card households and pregnant women
    come more often; of the claims of these months a part is listed too.
    """
    p = reference.parameters["line_list"]
    window = months(p["months"])
    last, first = reference.as_of - span * window, span * NUMBERS_A_SPAN
    key = population.people["person"].to_numpy().astype(np.int64) + population.first
    draws = Draws(seed, "health_line_list", key)
    poor = population.people["household"].is_in(cards["household"].implode()).to_numpy()
    expecting = pregnant_on(population.pregnancies, last)["person"]
    pregnant = population.people["person"].is_in(expecting.implode()).to_numpy()
    rate = (
        p["visits"]
        / 2
        * np.where(poor, p["card_household_factor"], 1.0)
        * np.where(pregnant, p["pregnant_factor"], 1.0)
    )
    visits = [own_visits(pregnant, draws, number, rate, p) for number in (first, first + 1)]
    visits = [frame.with_columns(visited_on=last - pl.col("visited_on")) for frame in visits]
    also = listed_claims(claims.filter(pl.col("visited_on").is_between(last - window + 1, last)), draws, first + 2, p)
    alive = population.people.select("person", "born", "died")
    every = pl.concat([*visits, also.cast(visits[0].schema)]).join(
        alive, on="person", how="left", maintain_order="left"
    )
    during = pl.col("visited_on").is_between(pl.col("born"), pl.col("died").fill_null(reference.as_of))
    return every.filter(during).drop("born", "died").sort("visit")


def listed_claims(claims: pl.DataFrame, draws: Draws, number: int, p: Parameters) -> pl.DataFrame:
    """The first visit claimed for of some of the patients."""
    first = claims.sort("person", "visited_on", "claim").unique("person", keep="first", maintain_order=True)
    listed = draws.at(first["person"].to_numpy()).hits(f"listed {number}", p["claims_listed"])
    visit = (pl.col("person") * VISITS_A_PERSON + number).alias("visit")
    return first.filter(pl.Series(listed)).select(visit, "person", "visited_on", "service")


def own_visits(pregnant: Flags, draws: Draws, number: int, rate: Floats, p: Parameters) -> pl.DataFrame:
    """Who comes for a first or second time; `visited_on` so many days ago."""
    rows = np.flatnonzero(draws.hits(f"visit {number}", rate))
    here = draws.at(rows)
    stays = np.where(here.hits(f"visit {number} stays", p["in_patient"]), "IPD", "OPD")
    service = np.where(pregnant[rows], "ANC", stays)
    return pl.DataFrame(
        {
            "visit": rows * VISITS_A_PERSON + number,
            "person": rows,
            "visited_on": 3 + here.below(f"visit {number} ago", months(p["months"])),
            "service": pl.Series(service.tolist(), dtype=pl.String),
        }
    )
