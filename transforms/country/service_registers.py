"""What other agencies send: social security, health claims, disability cards, civil registration, grievances.

Each function gives a register as the agency's file has it; those that name people give a `Written`.
"""

import numpy as np
import polars as pl

from transforms.country.chance import DAYS_A_YEAR, Flags, happens
from transforms.country.clerks import (
    Desk,
    Written,
    as_date,
    birth_text,
    day_month_year,
    full_name,
    of_whom,
    persons,
    sex_code,
)
from transforms.country.dirt import khmer_digits, replaced, sent_twice, unreadable

IMPOSSIBLE_DATE = "31/02/2025"


def iso(day: pl.Expr) -> pl.Expr:
    return day.dt.strftime("%Y-%m-%d")


def nssf_members(desk: Desk, members: pl.DataFrame, contributions: pl.DataFrame) -> Written:
    written = persons(desk, members).with_columns(
        nssf_no=desk.number(members["member"], "0"), parent_nssf_no=desk.number(members["parent"].fill_null(0), "0")
    )
    last = contributions.group_by("member").agg(pl.col("month").max().alias("last_contrib_ym"))
    worker = pl.col("parent").is_null()
    rows = written.join(last, on="member", how="left", maintain_order="left").select(
        "nssf_no", "id_no",
        pl.col("family_km").alias("surname_km"), pl.col("given_km"),
        pl.col("family_latin").str.to_uppercase().alias("surname_latin"),
        pl.col("given_latin").str.to_uppercase(),
        sex_code("1", "2").alias("sex"),
        iso(pl.col("birth")).alias("dob"),
        pl.when(worker).then(enterprise_number()).alias("enterprise_no"),
        iso(as_date("hired")).alias("hire_date"),
        pl.col("wage_band").cast(pl.String),
        pl.col("village").str.head(2).alias("province_code"),
        "last_contrib_ym",
        pl.when(worker.not_()).then("parent_nssf_no").alias("parent_nssf_no"),
        "scheme",
    )  # fmt: skip
    return Written(rows.sort("nssf_no"), of_whom(written, pl.col("nssf_no"), sends_village=False))


def enterprise_number() -> pl.Expr:
    return pl.format("E{}", pl.col("enterprise").cast(pl.String).str.zfill(6))


def nssf_contributions(desk: Desk, contributions: pl.DataFrame) -> pl.DataFrame:
    return contributions.with_columns(nssf_no=desk.number(contributions["member"], "0")).select(
        "nssf_no", "month", enterprise_number().alias("enterprise_no"), pl.col("amount").alias("amount_khr")
    ).sort("nssf_no", "month", "enterprise_no")  # fmt: skip


def hef_claims(desk: Desk, claims: pl.DataFrame) -> Written:
    """A patient is written down once; each further visit under the same patient number copies it."""
    rng, habits = desk.chance("rows"), desk.habits
    patients = claims.group_by("patient").agg(
        pl.col("person").first(), pl.col("sex_slip").any(), pl.col("birth_slip").any()
    ).sort("patient")  # fmt: skip
    patients = persons(desk, patients)
    patients = patients.with_columns(
        seat=desk.population.people["village"].gather(patients["person"]),
        name_km=full_name(desk, patients, "km"),
        off=pl.Series(
            np.where(
                happens(rng, patients.height, habits["age_off_by_one"]), rng.integers(0, 2, patients.height) * 2 - 1, 0
            )
        ),
        heaped=pl.Series(happens(rng, patients.height, habits["age_heaped"])),
    )
    written = claims.drop("sex_slip", "birth_slip").join(
        patients.drop("person"), on="patient", how="left", maintain_order="left"
    ).with_columns(age_told(), claim_no=desk.number(claims["claim"], "C"))  # fmt: skip
    wrong = happens(rng, written.height, habits["card_wrong"])
    stays = pl.col("discharged_on").is_not_null()
    facility = pl.format("{}{}", pl.col("seat").str.head(4), (pl.col("patient") % 4 + 1).cast(pl.String).str.zfill(2))
    rows = written.with_columns(
        card_no=one_visit_wrong(written["card_no"], wrong), patient_no=desk.number(written["patient"], "PT")
    ).select(
        "claim_no", "patient_no", "card_no", "payer",
        facility.alias("facility_code"),
        as_date("visited_on").alias("visit_date"),
        pl.when(stays).then(as_date("visited_on")).alias("admit_date"),
        as_date("discharged_on").alias("discharge_date"),
        "service", "referral",
        pl.col("amount").alias("amount_khr"),
        "name_km",
        sex_code("M", "F").alias("sex"),
        pl.when(pl.col("precision") == "day").then("birth").alias("dob"),
        pl.when(pl.col("precision") == "age").then("age_told").alias("age"),
        pl.col("village").alias("village_code"),
    )  # fmt: skip
    rows = sent_twice(
        rng,
        unreadable(rng, rows.sort("claim_no"), "visit_date", None, desk.files["unreadable"]),
        desk.files["sent_twice"],
    )
    return Written(rows, of_whom(written, pl.col("claim_no")))


def age_told() -> pl.Expr:
    """Full years at the visit, for some a year off, for some adults rounded to fives."""
    age = ((pl.col("visited_on") - pl.col("birth").cast(pl.Int32)) / DAYS_A_YEAR).floor().cast(pl.Int64)
    age = (age + pl.when(age > 1).then("off").otherwise(0)).clip(lower_bound=0)
    heaped = pl.col("heaped") & (age >= 20)
    return pl.when(heaped).then((age / 5).round().cast(pl.Int64) * 5).otherwise(age).alias("age_told")


def one_visit_wrong(number: pl.Series, hit: Flags) -> pl.Series:
    """The card number with its last digit raised by one, on the visits hit."""
    last = ((number.str.tail(1).cast(pl.Int64, strict=False) + 1) % 10).cast(pl.String)
    return replaced(number, hit, number.str.head(-1) + last)


def disability(desk: Desk, cards: pl.DataFrame) -> Written:
    written = persons(desk, cards).with_columns(did_no=desk.number(cards["did"], "D", 7))
    rng = desk.chance("rows")
    names = {f"name_{script}": full_name(desk, written, script) for script in ("km", "latin")}
    rows = written.with_columns(**names).select(
        "did_no", "type",
        pl.col("severity").cast(pl.String),
        day_month_year(as_date("issued")).alias("issued"),
        pl.when("valid").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("valid"),
        pl.col("village").alias("village_code"),
        "name_km", "name_latin",
        sex_code("M", "F").alias("sex"),
        birth_text().alias("dob"),
        "id_no",
    )  # fmt: skip
    rows = rows.with_columns(khmer_digits(rng, rows["dob"], desk.habits["khmer_digits"])).sort("did_no")
    return Written(unreadable(rng, rows, "severity", "?", desk.files["unreadable"]), of_whom(written, pl.col("did_no")))


def civil_births(desk: Desk, births: pl.DataFrame) -> Written:
    """Certificates of birth; a second one of the same child has a number of its own."""
    written = persons(desk, births)
    people = desk.population.people
    true = people[births["person"].to_numpy()]
    first = written.select(pl.int_range(pl.len()).over("person") == 0).to_series().to_numpy()
    second = desk.number(births["certificate"], "01")
    written = written.with_columns(replaced(second, first, true["birth_certificate"]).alias("cert_no"))
    rng = desk.chance("rows")
    parents = [parent_name(people, true, who) for who in ("mother", "father")]
    rows = written.with_columns(parents).select(
        "cert_no",
        pl.format("B{}", pl.col("certificate") // 100 + 1).alias("book_no"),
        as_date("registered_on").dt.strftime("%Y").alias("book_year"),
        pl.col("village").alias("village_code"),
        pl.col("family_km").alias("child_surname_km"),
        pl.col("given_km").alias("child_given_km"),
        sex_code("M", "F").alias("sex"),
        birth_text().alias("birth_date"),
        "mother_name_km", "father_name_km",
        day_month_year(as_date("registered_on")).alias("registered_on"),
    )  # fmt: skip
    rows = rows.with_columns(khmer_digits(rng, rows["birth_date"], desk.habits["khmer_digits"])).sort("cert_no")
    return Written(
        unreadable(rng, rows, "birth_date", IMPOSSIBLE_DATE, desk.files["unreadable"]),
        of_whom(written, pl.col("cert_no")),
    )


def parent_name(people: pl.DataFrame, children: pl.DataFrame, who: str) -> pl.Series:
    parents = children.select(pl.col(who).alias("person")).join(
        people.select("person", name=pl.col("family_km") + " " + pl.col("given_km")),
        on="person",
        how="left",
        maintain_order="left",
    )
    return parents["name"].alias(f"{who}_name_km")


def civil_deaths(desk: Desk, deaths: pl.DataFrame) -> Written:
    """Certificates of death, with a row of totals at the end, as the spreadsheet it was made in had it."""
    written = persons(desk, deaths).with_columns(cert_no=desk.number(deaths["death"], "DC"))
    rng = desk.chance("rows")
    rows = written.with_columns(name_km=full_name(desk, written, "km")).select(
        "cert_no",
        pl.col("village").alias("village_code"),
        "name_km",
        sex_code("M", "F").alias("sex"),
        birth_text().alias("dob"),
        "id_no",
        day_month_year(as_date("died")).alias("death_date"),
        day_month_year(as_date("registered_on")).alias("registered_on"),
    )  # fmt: skip
    rows = rows.with_columns(khmer_digits(rng, rows["dob"], desk.habits["khmer_digits"])).sort("cert_no")
    rows = sent_twice(
        rng, unreadable(rng, rows, "death_date", "00/00/0000", desk.files["unreadable"]), desk.files["sent_twice"]
    )
    totals = pl.DataFrame({"village_code": ["សរុប"], "name_km": [str(rows.height)]})
    return Written(pl.concat([rows, totals], how="diagonal"), of_whom(written, pl.col("cert_no")))


def grievances(desk: Desk, cases: pl.DataFrame) -> Written:
    """Cases with the name as spoken, in either script; the village may be missing and the commune is free text."""
    written = persons(desk, cases).with_columns(case_id=desk.number(cases["case"], "G", 6))
    rng, p = desk.chance("rows"), desk.reference.parameters["grievances"]
    latin = happens(rng, written.height, desk.habits["latin"])
    name = replaced(full_name(desk, written, "km"), latin, full_name(desk, written, "latin"))
    communes = desk.reference.areas.filter(pl.col("level") == 3).select(
        commune_code="code", commune="name_en", commune_km="name_km"
    )
    place = written.select(commune_code=pl.col("village").str.head(6)).join(
        communes, on="commune_code", how="left", maintain_order="left"
    )
    unknown = pl.Series(happens(rng, written.height, p["village_missing"]))
    commune = replaced(place["commune_km"], latin, place["commune"])
    about = pl.col("programme").str.replace_all("_", " ")
    rows = written.with_columns(name=name, commune=commune, unknown=unknown).select(
        "case_id", "organisation",
        iso(as_date("opened_on")).alias("date"),
        "channel", "name", "phone",
        pl.when(~pl.col("unknown")).then("village").alias("village_code"),
        "commune", "programme", "complaint",
        pl.format("Complaint about {}: {}", about, "complaint").alias("narrative"),
        "consent",
    )  # fmt: skip
    return Written(rows.sort("case_id"), of_whom(written, pl.col("case_id")))
