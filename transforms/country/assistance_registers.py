"""What social assistance sends: equity cards and their members, Family Package enrolments and payments."""

import numpy as np
import polars as pl

from transforms.country.chance import Flags, Ints
from transforms.country.clerks import ISO, Desk, Page, none_of, persons, phone_told
from transforms.country.dirt_numbers import tail_wrong
from transforms.country.draws import mixed
from transforms.country.fields import (
    LATIN,
    LOCAL,
    area_code,
    coded,
    identifier,
    in_words,
    phone,
    sex,
    whole_latin,
    whole_local,
)
from transforms.country.ledger import Ledger, replaced
from transforms.country.truth import Sent, Written, sent, with_totals, written

COMPONENTS = {"maternal_child": "PW", "scholarship": "SCH", "elderly": "ELD", "disability": "DIS"}
RELATION_VARIANTS = {
    "head": ("មេគ្រួសារ", "មេគ្រួសារ"),
    "spouse": ("husband", "wife"),
    "child": ("son", "daughter"),
    "parent": ("father", "mother"),
    "other": ("ផ្សេងៗ", "ផ្សេងៗ"),
}
TOTAL = "សរុប"


def idpoor_households(desk: Desk, cards: pl.DataFrame) -> Sent:
    page = Page(desk, desk.draws(digits_of(cards["household_code"])), Ledger(), cards)
    page = page.but(phone=phone_told(page, cards["phone"], cards["village"]))
    village = area_code(page, "area_4", page.frame["village"])
    # The upper codes are cut from the village's, and suffer what it suffers.
    cut = {name: village.str.head(-back) for name, back in (("province", 6), ("district", 4), ("commune", 2))}
    rows = page.frame.select(
        "household_code", "card_no",
        pl.col("level").replace_strict({"poor_1": "1", "poor_2": "2", "at_risk": "AR"}).alias("poverty_level"),
        "score", "round_no",
        page.days("interview", "interview_date").alias("interview_date"),
        page.days("valid_to", "valid_to").alias("valid_to"),
        "status",
        *(code.alias(f"{name}_code") for name, code in cut.items()),
        village.alias("village_code"),
        phone(page).alias("phone"),
    )  # fmt: skip
    return sent(page, rows, ["household_code"])


def digits_of(code: pl.Series) -> Ints:
    """The digits of codes as keys."""
    return code.str.replace_all("[^0-9]", "").cast(pl.Int64).to_numpy()


def idpoor_members(desk: Desk, roster: pl.DataFrame, cards: pl.DataFrame) -> Written:
    told = cards.select("household_code", "card_no", "interview", card_village="village")
    facts = roster.join(told, on="household_code", how="left", maintain_order="left")
    again = facts.select(pl.int_range(pl.len()).over("household_code", "person")).to_series().to_numpy()
    key = mixed(desk.key(facts["person"], 1), digits_of(facts["household_code"]), again)
    page = persons(desk, facts, key, "interview")
    page.ledger.forget(("area_4",), np.ones(page.size, dtype=bool))  # told by the card's number
    page = with_papers(page).but(equity_card=facts["card_no"], village=facts["card_no"].str.head(8))
    card = identifier(page, "equity_card", page.frame["equity_card"])
    draws, recorded = page.draws, desk.reference.parameters["cards"]["disability_recorded"]
    severe = (desk.population.people["severity"].gather(facts["person"]) > 0).to_numpy()
    numbers = [identifier(page, column, page.frame[name]) for column, name in PAPERS.items()]
    rows = page.frame.select(
        "household_code", "member_no", card.alias("card_no"),
        name_missing(page, whole_local(page)).alias("name_km"),
        whole_latin(page, capitals=True).alias("name_latin"),
        sex(page, ("ប្រុស", "ស្រី"), (("ប", "ស"), ("M", "F"), ("1", "2"))).alias("sex"),
        in_words(page, "dob", page.births()).alias("dob"),
        relation(page).alias("relation_to_head"),
        paper_held(page).alias("id_type"),
        in_words(page, "id_no", pl.select(pl.coalesce(numbers)).to_series()).alias("id_no"),
        pl.Series("disability", severe & draws.hits("disability", recorded)).cast(pl.Int8),
        pl.col("pregnant").cast(pl.Int8),
        occupation(page).alias("occupation"),
    )  # fmt: skip
    sends = (*LOCAL, *LATIN, "sex", "birth_date", "area_4", *PAPERS, "equity_card")
    return written(page, rows, ["household_code", "member_no"], sends, ["relation_to_head"])


PAPERS = {"national_id": "id_no", "birth_certificate": "birth_certificate"}


def with_papers(page: Page) -> Page:
    """Adds the birth certificate shown where no national ID was."""
    own = page.desk.population.people["birth_certificate"].gather(page.frame["person"])
    missing = page.draws.hits("certificate", page.desk.rate("id", "missing"))
    shown = page.ledger.damage(("birth_certificate",), "missing", own, missing, none_of(own))
    beside = page.frame["id_no"].is_not_null().to_numpy()
    page.ledger.forget(("birth_certificate",), beside)
    return page.but(birth_certificate=replaced(shown, beside, none_of(own)))


def paper_held(page: Page) -> pl.Series:
    """The paper shown; where none was at hand the one told of, which some who hold one leave untold."""
    people = page.desk.population.people
    has = {name: people[name].gather(page.frame["person"]).is_not_null() for name in PAPERS}
    untold = page.draws.hits("paper", page.desk.reference.parameters["cards"]["paper_untold"])
    return page.frame.select(
        pl.when(pl.col("id_no").is_not_null()).then(pl.lit("NID"))
        .when(pl.col("birth_certificate").is_not_null()).then(pl.lit("BC"))
        .when(pl.Series(untold)).then(pl.lit("none"))
        .when(has["national_id"]).then(pl.lit("NID"))
        .when(has["birth_certificate"]).then(pl.lit("BC")).otherwise(pl.lit("none"))
    ).to_series()  # fmt: skip


def name_missing(page: Page, name: pl.Series) -> pl.Series:
    """The name, left out of some rows, which nobody can use then."""
    hit = page.hits("rows", "required_missing")
    page.ledger.lose(LOCAL, "missing", hit, "quarantined")
    return replaced(name, hit, none_of(name))


def relation(page: Page) -> pl.Series:
    right, man = page.frame["relation"], page.flags("man")
    page.ledger.means("relation_to_head", right)
    his, hers = (right.replace_strict({code: pair[n] for code, pair in RELATION_VARIANTS.items()}) for n in (0, 1))
    return coded(page, "relation_to_head", right, replaced(hers, man, his))


def occupation(page: Page) -> pl.Series:
    jobs = pl.Series(["farmer", "worker", "vendor", "pupil", "none", None])
    return jobs.gather(page.draws.below("occupation", len(jobs)))


def family_package_enrolments(desk: Desk, enrolments: pl.DataFrame) -> Written:
    page = persons(desk, enrolments, desk.key(enrolments["enrolment"]), "enrolled_on")
    page.ledger.forget(("area_4",), np.ones(page.size, dtype=bool))  # told by the card's number
    page = with_card(page, page.flags("card_slip"))
    page = page.but(village=page.frame["equity_card"].str.head(8))
    card = identifier(page, "equity_card", page.frame["equity_card"])
    component = unreadable(page, "component", page.frame["component"].replace_strict(COMPONENTS), "?")
    family = pl.Series(page.desk.key(page.frame["household"], 1)).cast(pl.String).str.zfill(7)
    rows = page.frame.select(
        desk.number(enrolments["enrolment"], "FP").alias("enrolment_no"),
        ("F" + family).alias("family_id"),
        in_words(page, "card_no", card).alias("card_no"),
        # By the day they were enrolled, so that a newcomer's number is the next one.
        (pl.col("enrolled_on") * 10**8 + pl.col("enrolment")).rank("ordinal").over("household").alias("person_no"),
        name_missing(page, whole_local(page)).alias("name_km"),
        sex(page, ("M", "F"), (("ប្រុស", "ស្រី"), ("ប", "ស"), ("1", "2"))).alias("sex"),
        cells(page.births(ISO)).alias("dob"),
        in_words(page, "id_no", identifier(page, "national_id", page.frame["id_no"])).alias("id_no"),
        component.alias("component"),
        cells(page.days("enrolled_on", "enrolled_on", ISO)).alias("enrolled_on"),
        pl.when(pl.col("ended_on").is_null()).then(pl.lit("active")).otherwise(pl.lit("ended")).alias("status"),
    )  # fmt: skip
    sends = (*LOCAL, "sex", "birth_date", "area_4", "national_id", "equity_card")
    done = written(page, rows, ["enrolment_no"], sends, ["component", "enrolled_on"])
    return with_totals(done, desk.register, {"family_id": TOTAL, "person_no": rows.height})


def cells(text: pl.Series) -> pl.Series:
    """Dates as the cells of a workbook: a day, a bare number, or a text where something else was typed."""
    s = pl.col("s")
    is_day, is_number = s.str.contains(r"^(?:19|20)\d\d-\d\d-\d\d$"), s.str.contains(r"^\d{5}$")
    cell = pl.struct(
        day=pl.when(is_day).then(s).otherwise(None).str.to_date(ISO, strict=False),
        number=pl.when(is_number).then(s).otherwise(None).cast(pl.Int64),
        text=pl.when(~is_day & ~is_number).then(s),
    )
    return pl.DataFrame({"s": text}).select(cell).to_series()


def with_card(page: Page, slip: Flags) -> Page:
    """Adds the number of the equity card as told: with digits wrong, or missing."""
    column, true = ("equity_card",), page.frame["card_no"]
    kinds = page.draws.kind("card", page.desk.shares("card", "wrong", "missing"))
    wrong = kinds["wrong"] | slip
    number = page.ledger.damage(column, "digit_error", true, wrong, tail_wrong(page.draws, "card", true, wrong))
    missing = kinds["missing"] & ~slip
    number = page.ledger.damage(column, "missing", number, missing, none_of(number))
    return page.but(equity_card=number)


def unreadable(page: Page, column: str, values: pl.Series, rubbish: str | None) -> pl.Series:
    """A required value that nobody can read in some rows."""
    hit = page.hits("rows", "unreadable")
    page.ledger.lose((column,), "missing" if rubbish is None else "unreadable", hit, "quarantined")
    return replaced(values, hit, pl.Series([rubbish], dtype=pl.String).new_from_index(0, page.size))


def family_package_payments(desk: Desk, payments: pl.DataFrame) -> Sent:
    page = Page(desk, desk.draws(desk.key(payments["payment"])), Ledger(), payments)
    page = page.but(phone=payments["wallet"])
    rows = payments.select(
        desk.number(payments["payment"], "PM").alias("payment_no"),
        desk.number(payments["enrolment"], "FP").alias("enrolment_no"),
        pl.col("component").replace_strict(COMPONENTS), "round",
        pl.col("amount").alias("amount_khr"),
        cells(page.days("paid_on", "pay_date", ISO)).alias("pay_date"),
        phone(page, "wallet_msisdn").alias("wallet_msisdn"),
        "status",
        pl.col("reason").alias("reject_reason"),
    )  # fmt: skip
    done = sent(page, rows, ["payment_no"])
    return with_totals(done, desk.register, {"enrolment_no": TOTAL, "amount_khr": int(payments["amount"].sum())})
