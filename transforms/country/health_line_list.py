"""The line lists of provincial health departments: who came to a health centre in the last months, told in Khmer by
name, age and the names of village and commune. What the visits were for is never more than the kind of service."""

import numpy as np
import polars as pl

from transforms.country.assistance_registers import unreadable
from transforms.country.clerks import Desk, Page, persons, slipped
from transforms.country.dirt_text import mistyped
from transforms.country.fields import LOCAL, area_code, khmer, phone, sex, whole_local
from transforms.country.ledger import differs, replaced
from transforms.country.service_registers import habits_of_age, with_age
from transforms.country.truth import Written, written
from transforms.country.visits import VISITS_A_PERSON

OUTCOMES = ("recovered", "referred", "follow-up", None)


def health_line_list(desk: Desk, visits: pl.DataFrame) -> Written:
    key = desk.key(visits["visit"], VISITS_A_PERSON)
    page = persons(desk, visits, key, "visited_on")
    page = with_age(page.but(**habits_of_age(page)))
    page = with_places(page)
    home = desk.population.people["village"].gather(visits["person"])
    centre = pl.format("HC{}{}", home.str.head(6), (pl.col("person") % 2 + 1).cast(pl.String).str.zfill(2))
    age = page.frame["age_told"].cast(pl.String)
    uses = page.precision("age")
    visit = page.days("visited_on", "visit_date", lost="quarantined")
    rows = page.frame.select(
        desk.scattered(key, "L", 9).alias("line_no"),
        centre.alias("health_centre"),
        unreadable(page, "visit_date", visit, "?").alias("visit_date"),
        whole_local(page).alias("name_km"),
        khmer(page, "birth_date", age, uses, "age").alias("age"),
        sex(page, ("ប", "ស"), (("ប្រុស", "ស្រី"), ("M", "F"))).alias("sex"),
        pl.col("village_text").alias("village"),
        pl.col("commune_text").alias("commune"),
        area_code(page, "district_code", page.frame["district"]).alias("district_code"),
        "service",
        pl.Series(OUTCOMES).gather(page.draws.below("outcome", len(OUTCOMES))).alias("outcome"),
        phone(page).alias("phone"),
    )  # fmt: skip
    sends = (*LOCAL, "sex", "birth_date", "area_4", "phone")
    return written(page, rows, ["line_no"], sends, ["district_code", "visit_date"])


def with_places(page: Page) -> Page:
    """Adds `district`, and `commune_text` and `village_text`: names in Khmer or Latin letters, as they are written.

    A name that two villages of the commune bear (or two communes of the district) tells nobody which is meant.
    A misspelt village stays as it is: a reader may find it in the commune, or not.
    """
    areas = unmistakable(page.desk.reference.areas)
    village = page.frame["village"]
    text = {}
    latin = page.hits("area", "latin")
    clear = np.ones(page.size, dtype=bool)
    for name, digits in (("commune", 6), ("village", 8)):
        found = pl.DataFrame({"code": village.str.head(digits)}).join(
            areas, on="code", how="left", maintain_order="left"
        )
        text[f"{name}_text"] = replaced(found["name_km"], latin, found["name_en"])
        clear &= np.where(latin, found["clear_en"].fill_null(False), found["clear_km"].fill_null(False)).astype(bool)
    missing = page.hits("area", "village_missing")
    page.ledger.lose(("area_4",), "missing", missing)
    typed, alike = mistyped(page.draws, "village", text["village_text"], page.desk.rate("area", "typo"))
    misspelt = differs(text["village_text"], typed) & ~missing & clear
    text["village_text"] = slipped(
        page, "area_4", text["village_text"], replaced(text["village_text"], misspelt, typed), alike
    )
    page.ledger.note(("area_4",), "area_name", ~missing & clear & ~misspelt)
    page.ledger.note(("area_4",), "area_name", ~missing & ~clear, "set_aside")
    text["village_text"] = replaced(
        text["village_text"], missing, pl.Series([None], dtype=pl.String).new_from_index(0, page.size)
    )
    return page.but(district=village.str.head(4), village=village.set(pl.Series(missing), None), **text)


def unmistakable(areas: pl.DataFrame) -> pl.DataFrame:
    """Areas with whether each name is the only one of its kind (`clear_km`, `clear_en`) within its parent."""
    plain = pl.col("name_en").str.to_lowercase().str.replace_all("[^a-z]", "")
    return areas.select(
        "code", "name_km", "name_en",
        clear_km=pl.len().over("parent", pl.col("name_km").str.replace_all(r"\s", "")) == 1,
        clear_en=pl.len().over("parent", plain) == 1,
    )  # fmt: skip
