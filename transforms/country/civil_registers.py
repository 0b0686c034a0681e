"""What civil registration sends: births and deaths, each with a row of totals, as the spreadsheet it was made in."""

import polars as pl

from transforms.country.assistance_registers import TOTAL
from transforms.country.clerks import Desk, persons
from transforms.country.fields import LOCAL, identifier, in_words, parts_in_khmer, sex, village_code, whole_local
from transforms.country.ledger import replaced
from transforms.country.population import as_date
from transforms.country.truth import Written, with_totals, written

SEX_CODES = (("ប្រុស", "ស្រី"), ("ប", "ស"), ("1", "2"))


def civil_births(desk: Desk, births: pl.DataFrame) -> Written:
    """Certificates of birth; a second one of the same child has a number of its own."""
    page = persons(desk, births, desk.key(births["certificate"]), "registered_on")
    people = desk.population.people
    true = people[births["person"].to_numpy()]
    first = births.select(pl.int_range(pl.len()).over("person") == 0).to_series().to_numpy()
    second = desk.number(births["certificate"], "01")
    number = replaced(second, first, true["birth_certificate"])
    names = parts_in_khmer(page)
    rows = page.frame.select(
        number.alias("cert_no"),
        pl.format("B{}", pl.Series(desk.key(births["certificate"])) // 100 + 1).alias("book_no"),
        as_date("registered_on").dt.strftime("%Y").alias("book_year"),
        village_code(page).alias("village_code"),
        names["family_km"].alias("child_surname_km"),
        names["given_km"].alias("child_given_km"),
        sex(page, ("M", "F"), SEX_CODES).alias("sex"),
        page.births(lost="quarantined").alias("birth_date"),
        *(parent_name(people, true, who) for who in ("mother", "father")),
        page.days("registered_on", "registered_on").alias("registered_on"),
    )  # fmt: skip
    page = page.but(birth_certificate=number)
    sends = (*LOCAL, "sex", "birth_date", "area_4", "birth_certificate")
    done = written(page, rows, ["cert_no"], sends, ["registered_on"])
    return with_totals(done, desk.register, {"village_code": TOTAL, "child_surname_km": str(rows.height)})


def parent_name(people: pl.DataFrame, children: pl.DataFrame, who: str) -> pl.Series:
    parents = children.select(pl.col(who).alias("person")).join(
        people.select("person", name=pl.col("family_km") + " " + pl.col("given_km")),
        on="person",
        how="left",
        maintain_order="left",
    )
    return parents["name"].alias(f"{who}_name_km")


def civil_deaths(desk: Desk, deaths: pl.DataFrame) -> Written:
    """Certificates of death."""
    page = persons(desk, deaths, desk.key(deaths["death"]), "died")
    died = page.days("died", "death_date", lost="quarantined")
    never = page.hits("rows", "unreadable")
    page.ledger.lose(("death_date",), "impossible_date", never, "quarantined")
    zero = pl.Series(["00/00/0000"]).new_from_index(0, page.size)
    rows = page.frame.select(
        desk.number(deaths["death"], "DC").alias("cert_no"),
        village_code(page).alias("village_code"),
        whole_local(page).alias("name_km"),
        sex(page, ("M", "F"), SEX_CODES).alias("sex"),
        in_words(page, "dob", page.births()).alias("dob"),
        in_words(page, "id_no", identifier(page, "national_id", page.frame["id_no"])).alias("id_no"),
        replaced(died, never, zero).alias("death_date"),
        page.days("registered_on", "registered_on").alias("registered_on"),
    )  # fmt: skip
    sends = (*LOCAL, "sex", "birth_date", "area_4", "national_id")
    done = written(page, rows, ["cert_no"], sends, ["death_date", "registered_on"])
    return with_totals(done, desk.register, {"village_code": TOTAL, "name_km": str(rows.height)})
