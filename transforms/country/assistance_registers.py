"""What social assistance sends: equity cards and their members, Family Package enrolments and payments.

Each function gives a register as the agency's file has it; those that name people give a `Written`.
"""

import numpy as np
import polars as pl

from transforms.country.chance import Flags, happens
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
from transforms.country.dirt import khmer_digits, phone, replaced, sent_twice, unreadable

COMPONENTS = {"maternal_child": "PW", "scholarship": "SCH", "elderly": "ELD", "disability": "DIS"}


def idpoor_households(desk: Desk, cards: pl.DataFrame) -> pl.DataFrame:
    rng = desk.chance("rows")
    short = happens(rng, cards.height, desk.files["area_zero_lost"])
    village = replaced(cards["village"], short, cards["village"].str.strip_chars_start("0"))
    codes = [(name, 8 - width) for name, width in (("province", 2), ("district", 4), ("commune", 6), ("village", 8))]
    return cards.with_columns(written=village, phone=phone(rng, cards["phone"], cards["village"], desk.files)).select(
        "household_code", "card_no",
        pl.col("level").replace_strict({"poor_1": "1", "poor_2": "2", "at_risk": "AR"}).alias("poverty_level"),
        "score", "round_no",
        day_month_year(as_date("interview")).alias("interview_date"),
        day_month_year(as_date("valid_to")).alias("valid_to"),
        "status",
        *(pl.col("written").str.head(-cut if cut else 8).alias(f"{name}_code") for name, cut in codes),
        "phone",
    )  # fmt: skip


def idpoor_members(desk: Desk, roster: pl.DataFrame, cards: pl.DataFrame) -> Written:
    written = persons(
        desk,
        roster.join(cards.select("household_code", "card_no"), on="household_code", how="left", maintain_order="left"),
    )
    true = desk.population.people[written["person"].to_numpy()]
    rng, habits = desk.chance("rows"), desk.habits
    certificate = true["birth_certificate"].set(pl.Series(happens(rng, written.height, habits["id"]["missing"])), None)
    disabled = pl.Series(
        (true["severity"].to_numpy() > 0)
        & happens(rng, written.height, desk.reference.parameters["cards"]["disability_recorded"])
    )
    id_no = pl.coalesce(pl.col("id_no"), pl.col("certificate"))
    rows = written.with_columns(
        name_km=full_name(desk, written, "km"), name_latin=full_name(desk, written, "latin").str.to_uppercase(),
        certificate=certificate, disabled=disabled, job=occupation(rng, written.height),
    ).select(
        "household_code", "member_no", "card_no", "name_km", "name_latin",
        sex_code("ប្រុស", "ស្រី").alias("sex"),
        birth_text().alias("dob"),
        pl.col("relation").alias("relation_to_head"),
        pl.when(pl.col("id_no").is_not_null()).then(pl.lit("NID")).when(pl.col("certificate").is_not_null()).then(pl.lit("BC"))
        .otherwise(pl.lit("none")).alias("id_type"),
        id_no.alias("id_no"),
        pl.col("disabled").cast(pl.Int8).alias("disability"),
        pl.col("pregnant").cast(pl.Int8),
        pl.col("job").alias("occupation"),
    )  # fmt: skip
    rows = rows.with_columns(khmer_digits(rng, rows["dob"], habits["khmer_digits"]))
    rows = sent_twice(rng, unreadable(rng, rows, "name_km", None, desk.files["unreadable"]), desk.files["sent_twice"])
    return Written(rows, of_whom(written, pl.format("{}/{}", "household_code", "member_no"), sends_village=False))


def occupation(rng: np.random.Generator, size: int) -> pl.Series:
    jobs = np.asarray(["farmer", "worker", "vendor", "pupil", "none", None], dtype=object)
    return pl.Series(jobs[rng.integers(0, len(jobs), size)].tolist(), dtype=pl.String)


def family_package_enrolments(desk: Desk, enrolments: pl.DataFrame) -> Written:
    written = persons(desk, enrolments)
    rng, habits = desk.chance("rows"), desk.habits
    wrong = happens(rng, written.height, habits["card_wrong"]) | written["card_slip"].to_numpy()
    card = digits_wrong_where(rng, written["card_no"], wrong).set(
        pl.Series(happens(rng, written.height, habits["card_missing"])), None
    )
    numbers = desk.number(written["enrolment"], "FP")
    rows = written.with_columns(name_km=full_name(desk, written, "km"), card_no=card, enrolment_no=numbers).select(
        "enrolment_no",
        pl.format("F{}", pl.col("household").cast(pl.String).str.zfill(7)).alias("family_id"),
        "card_no",
        pl.int_range(1, pl.len() + 1).over("household").alias("person_no"),
        "name_km",
        sex_code("M", "F").alias("sex"),
        pl.col("birth").alias("dob"),
        "id_no",
        pl.col("component").replace_strict(COMPONENTS).alias("component"),
        as_date("enrolled_on").alias("enrolled_on"),
        pl.when(pl.col("ended_on").is_null()).then(pl.lit("active")).otherwise(pl.lit("ended")).alias("status"),
    )  # fmt: skip
    rows = unreadable(rng, rows, "component", "?", desk.files["unreadable"])
    return Written(
        rows.sort("enrolment_no"),
        of_whom(written.with_columns(enrolment_no=numbers), pl.col("enrolment_no"), sends_village=False),
    )


def digits_wrong_where(rng: np.random.Generator, number: pl.Series, hit: Flags) -> pl.Series:
    """The numbers with the last two digits changed where hit."""
    shift = pl.Series(rng.integers(1, 99, len(number)))
    tail = ((number.str.tail(2).cast(pl.Int64, strict=False) + shift) % 100).cast(pl.String).str.zfill(2)
    return replaced(number, hit, number.str.head(-2) + tail)


def family_package_payments(desk: Desk, payments: pl.DataFrame) -> pl.DataFrame:
    village = desk.population.people["village"].gather(payments["person"])
    wallet = phone(desk.chance("wallets"), payments["wallet"], village, desk.files)
    return payments.with_columns(
        wallet_msisdn=wallet,
        payment_no=desk.number(payments["payment"], "PM"),
        enrolment_no=desk.number(payments["enrolment"], "FP"),
    ).select(
        "payment_no", "enrolment_no",
        pl.col("component").replace_strict(COMPONENTS), "round",
        pl.col("amount").alias("amount_khr"),
        as_date("paid_on").alias("pay_date"),
        "wallet_msisdn", "status",
        pl.col("reason").alias("reject_reason"),
    ).sort("payment_no")  # fmt: skip
