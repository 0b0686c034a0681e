"""Who truly came to a health centre in the last months."""

import numpy as np
import polars as pl

from transforms.country.chance import Floats
from transforms.country.draws import Draws
from transforms.country.population import Population, Reference

VISITS_A_PERSON = 4  # room for numbers: two visits of the person's own, and one also claimed for


def make_line_list(
    population: Population, cards: pl.DataFrame, claims: pl.DataFrame, seed: int, reference: Reference
) -> pl.DataFrame:
    """Visits at health centres, one row a visit: visit, person, visited_on, service (OPD, IPD, ANC, DEL, PNC).

    Members of card households and pregnant women come more often; of the claims of these months a part is listed too.
    """
    p = reference.parameters["line_list"]
    window = int(p["months"] * 30.44)
    key = population.people["person"].to_numpy().astype(np.int64) + population.first
    draws = Draws(seed, "health_line_list", key)
    poor = population.people["household"].is_in(cards["household"].implode()).to_numpy()
    pregnant = population.people["pregnant"].to_numpy()
    rate = (
        p["visits"]
        / 2
        * np.where(poor, p["card_household_factor"], 1.0)
        * np.where(pregnant, p["pregnant_factor"], 1.0)
    )
    visits = [own_visits(population.people, draws, number, rate, window) for number in (0, 1)]
    visits = [frame.with_columns(visited_on=reference.as_of - pl.col("visited_on")) for frame in visits]
    listed = claims.filter(pl.col("visited_on") > reference.as_of - window).sort("person", "visited_on", "claim")
    listed = listed.unique("person", keep="first", maintain_order=True)
    also = draws.at(listed["person"].to_numpy()).hits("listed", p["claims_listed"])
    listed = listed.filter(pl.Series(also)).select(
        (pl.col("person") * VISITS_A_PERSON + 2).alias("visit"), "person", "visited_on", "service"
    )
    alive = population.people.select("person", "born", "died")
    every = pl.concat([*visits, listed.cast(visits[0].schema)]).join(
        alive, on="person", how="left", maintain_order="left"
    )
    during = (pl.col("visited_on") >= pl.col("born")) & (
        pl.col("visited_on") <= pl.col("died").fill_null(reference.as_of)
    )
    return every.filter(during).drop("born", "died").sort("visit")


def own_visits(people: pl.DataFrame, draws: Draws, number: int, rate: Floats, window: int) -> pl.DataFrame:
    """Who comes for a first or second time; `visited_on` so many days ago."""
    rows = np.flatnonzero(draws.hits(f"visit {number}", rate))
    here = draws.at(rows)
    stays = np.where(here.hits(f"visit {number} stays", 0.06), "IPD", "OPD")
    service = np.where(people["pregnant"].to_numpy()[rows], "ANC", stays)
    return pl.DataFrame(
        {
            "visit": rows * VISITS_A_PERSON + number,
            "person": rows,
            "visited_on": 3 + here.below(f"visit {number} ago", window),
            "service": pl.Series(service.tolist(), dtype=pl.String),
        }
    )
