"""What other agencies send: social security, health claims, disability cards, grievances."""

import numpy as np
import polars as pl

from transforms.country.assistance_registers import name_missing, unreadable, with_card
from transforms.country.chance import DAYS_A_YEAR
from transforms.country.clerks import ISO, Desk, Page, persons
from transforms.country.fields import (
    LATIN,
    LOCAL,
    begins_with_family_name,
    identifier,
    in_words,
    parts_in_khmer,
    phone,
    sex,
    village_code,
    whole_latin,
    whole_local,
)
from transforms.country.ledger import DIRT, replaced
from transforms.country.population import as_date
from transforms.country.truth import Sent, Written, written


def nssf_members(desk: Desk, members: pl.DataFrame, contributions: pl.DataFrame) -> Written:
    page = persons(desk, members, desk.key(members["member"]), "hired")
    last = contributions.group_by("member").agg(pl.col("month").max().alias("last_contrib_ym"))
    worker = pl.col("parent").is_null()
    parent = desk.number(members["parent"].fill_null(0), "0")
    names = parts_in_khmer(page)
    page = page.but(
        last_contrib_ym=page.frame.join(last, on="member", how="left", maintain_order="left")["last_contrib_ym"]
    )
    rows = page.frame.select(
        desk.number(members["member"], "0").alias("nssf_no"),
        identifier(page, "national_id", page.frame["id_no"]).alias("id_no"),
        names["family_km"].alias("surname_km"), names["given_km"],
        pl.col("family_latin").str.to_uppercase().alias("surname_latin"),
        pl.col("given_latin").str.to_uppercase(),
        sex(page, ("1", "2"), (("M", "F"), ("ប", "ស"))).alias("sex"),
        page.births(ISO).alias("dob"),
        pl.when(worker).then(enterprise_number()).alias("enterprise_no"),
        page.days("hired", "hire_date", ISO).alias("hire_date"),
        pl.col("wage_band").cast(pl.String),
        pl.col("village").str.head(2).alias("province_code"),
        "last_contrib_ym",
        pl.when(worker.not_()).then(parent).alias("parent_nssf_no"),
        "scheme",
    )  # fmt: skip
    return written(page, rows, ["nssf_no"], (*LOCAL, *LATIN, "sex", "birth_date", "national_id"), ["hire_date"])


def enterprise_number() -> pl.Expr:
    return pl.format("E{}", pl.col("enterprise").cast(pl.String).str.zfill(6))


def nssf_contributions(desk: Desk, contributions: pl.DataFrame) -> Sent:
    """Contributions as the fund's own system books them: nothing is wrong with them."""
    rows = contributions.with_columns(nssf_no=desk.number(contributions["member"], "0")).select(
        "nssf_no", "month", enterprise_number().alias("enterprise_no"), pl.col("amount").alias("amount_khr")
    ).sort("nssf_no", "month", "enterprise_no")  # fmt: skip
    return Sent(rows, pl.DataFrame(schema=DIRT))


def hef_claims(desk: Desk, claims: pl.DataFrame) -> Written:
    """A patient is taken down once; each further visit under the same patient number copies it."""
    patients = claims.group_by("patient").agg(
        pl.col("person").first(), pl.col("sex_slip").any(), pl.col("birth_slip").any(), pl.col("visited_on").min()
    ).sort("patient")  # fmt: skip
    first = persons(desk, patients, desk.key(patients["patient"]), "visited_on")
    first = first.but(name=whole_local(first, "set_aside"), code=sex(first, ("M", "F"), (("ប្រុស", "ស្រី"), ("ប", "ស"))))
    first = first.but(dob=first.births(ISO), village_code=village_code(first))
    first = first.but(**habits_of_age(first), seat=desk.population.people["village"].gather(patients["person"]))
    place = np.searchsorted(patients["patient"].to_numpy(), claims["patient"].to_numpy())
    page = first.spread(place, claims, desk.key(claims["claim"]))
    page = with_age(with_card(page, np.zeros(page.size, dtype=bool)))
    stays = pl.col("discharged_on").is_not_null()
    facility = pl.format("{}{}", pl.col("seat").str.head(4), (pl.col("patient") % 4 + 1).cast(pl.String).str.zfill(2))
    visit = unreadable(page, "visit_date", page.days("visited_on", "visit_date", ISO, "quarantined"), None)
    age = pl.Series(page.precision("age"))
    rows = page.frame.select(
        desk.number(claims["claim"], "C").alias("claim_no"),
        desk.number(claims["patient"], "PT").alias("patient_no"),
        identifier(page, "equity_card", page.frame["equity_card"]).alias("card_no"),
        "payer", facility.alias("facility_code"),
        visit.alias("visit_date"),
        pl.when(stays).then(as_date("visited_on").dt.strftime(ISO)).alias("admit_date"),
        as_date("discharged_on").dt.strftime(ISO).alias("discharge_date"),
        "service", "referral",
        pl.col("amount").alias("amount_khr"),
        pl.col("name").alias("name_km"),
        pl.col("code").alias("sex"),
        pl.when(~age).then("dob").alias("dob"),
        pl.when(age).then("age_told").alias("age"),
        "village_code",
    )  # fmt: skip
    return written(page, rows, ["claim_no"], (*LOCAL, "sex", "birth_date", "area_4", "equity_card"), ["visit_date"])


def habits_of_age(page: Page) -> dict[str, pl.Series]:
    """By how much an age is told wrong (`off`), and whether it is rounded (`heaped`)."""
    off = page.hits("age", "off_by_one")
    sign = np.where(page.draws.hits("age sign", 0.5), 1, -1)
    return {"off": pl.Series(np.where(off, sign, 0)), "heaped": pl.Series(page.hits("age", "heaped"))}


def with_age(page: Page) -> Page:
    """Adds `age_told`: full years at the visit, for some a year off, for some adults rounded to fives. The birth
    then is meant to be in the year of the visit less that age; of those who tell a date it stays as it is."""
    page.ledger.forget(("age",), np.ones(page.size, dtype=bool))
    true = ((pl.col("visited_on") - pl.col("birth").cast(pl.Int32)) / DAYS_A_YEAR).floor().cast(pl.Int64)
    true = true.clip(lower_bound=0)
    told = (true + pl.when(true > 1).then("off").otherwise(0)).clip(lower_bound=0)
    told = pl.when(pl.col("heaped") & (told >= 20)).then((told / 5).round().cast(pl.Int64) * 5).otherwise(told)
    page = page.but(age_true=page.frame.select(true).to_series(), age_told=page.frame.select(told).to_series())
    uses = page.precision("age")
    wrong = uses & (page.frame["age_told"] != page.frame["age_true"]).fill_null(False).to_numpy()
    page.ledger.note(("birth_date",), "age_rounded", wrong)
    year = as_date("visited_on").dt.year() - pl.col("age_told").cast(pl.Int32)
    return page.but(
        birth=page.frame.select(pl.when(pl.Series(uses)).then(pl.date(year, 1, 1)).otherwise("birth")).to_series()
    )


def disability(desk: Desk, cards: pl.DataFrame) -> Written:
    page = persons(desk, cards, desk.key(cards["did"]), "issued")
    rows = page.frame.select(
        desk.number(cards["did"], "D").alias("did_no"),
        "type",
        unreadable(page, "severity", page.frame["severity"].cast(pl.String), "?").alias("severity"),
        page.days("issued", "issued").alias("issued"),
        pl.when("valid").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("valid"),
        village_code(page).alias("village_code"),
        name_missing(page, whole_local(page)).alias("name_km"),
        whole_latin(page, capitals=False).alias("name_latin"),
        sex(page, ("M", "F"), (("ប្រុស", "ស្រី"), ("ប", "ស"), ("1", "2"))).alias("sex"),
        in_words(page, "dob", page.births()).alias("dob"),
        in_words(page, "id_no", identifier(page, "national_id", page.frame["id_no"])).alias("id_no"),
    )  # fmt: skip
    sends = (*LOCAL, *LATIN, "sex", "birth_date", "area_4", "national_id")
    return written(page, rows, ["did_no"], sends, ["issued", "severity"])


def grievances(desk: Desk, cases: pl.DataFrame) -> Written:
    """Cases with the name as spoken, in either script; the village may be missing and the commune is free text."""
    page = as_spoken(persons(desk, cases, desk.key(cases["case"]), "opened_on"))
    latin = page.hits("names", "latin")
    name = replaced(whole_local(page, rows=~latin), latin, whole_latin(page, capitals=False, rows=latin))
    page = in_one_script(page, latin)
    places = desk.reference.areas.filter(pl.col("level") == 3).select("code", "name_en", "name_km")
    place = page.frame.select(code=pl.col("village").str.head(6)).join(
        places, on="code", how="left", maintain_order="left"
    )
    unknown = page.draws.hits("village missing", desk.reference.parameters["grievances"]["village_missing"])
    code = replaced(village_code(page), unknown, pl.Series([None], dtype=pl.String).new_from_index(0, page.size))
    page.ledger.lose(("area_4",), "missing", unknown)
    page.ledger.note(("consent",), "no_consent", ~page.flags("consent"))
    about = pl.col("programme").str.replace_all("_", " ")
    rows = page.frame.select(
        desk.number(cases["case"], "G").alias("case_id"),
        "organisation",
        as_date("opened_on").dt.strftime(ISO).alias("date"),
        "channel", name.alias("name"), phone(page).alias("phone"),
        code.alias("village_code"),
        replaced(place["name_km"], latin, place["name_en"]).alias("commune"),
        "programme", "complaint",
        pl.format("Complaint about {}: {}", about, "complaint").alias("narrative"),
        "consent",
    )  # fmt: skip
    gone = pl.Series(unknown)
    page = page.but(village=page.frame["village"].set(gone, None))
    return written(page, rows, ["case_id"], (*LOCAL, *LATIN, "area_4", "phone"), ["consent"])


def as_spoken(page: Page) -> Page:
    """Some are told by their given name alone, some by a nickname."""
    people = page.desk.population.people
    nickname = people["nickname"].gather(page.frame["person"])
    latin = people["nickname_latin"].gather(page.frame["person"])
    kinds = page.draws.kind("spoken", {kind: page.desk.rate("names", kind) for kind in ("given_only", "nickname")})
    for kind, given, spelled in (
        ("given_only", page.frame["given_km"], page.frame["given_latin"]),
        ("nickname", nickname, latin),
    ):
        hit = kinds[kind] & page.flags("exact") & given.is_not_null().to_numpy() & ~begins_with_family_name(page, given)
        hit = hit & ~spelled.str.contains(" ", literal=True).fill_null(False).to_numpy()
        columns = (*LOCAL, *LATIN)
        page.ledger.lose(columns, kind, hit)
        nobody = pl.Series([None], dtype=pl.String).new_from_index(0, page.size)
        page = page.but(
            given_km=replaced(page.frame["given_km"], hit, given),
            given_latin=replaced(page.frame["given_latin"], hit, spelled),
            **{name: replaced(page.frame[name], hit, nobody) for name in ("family_km", "family_latin")},
        )
        page = page.but(exact=pl.Series(page.flags("exact") & ~hit))
    return page


def in_one_script(page: Page, latin: np.ndarray) -> Page:
    """Only what the script written tells is meant."""
    page.ledger.forget(LOCAL, latin)
    page.ledger.forget(LATIN, ~latin)
    frame = page.frame
    return page.but(
        **{name: frame[name].set(pl.Series(latin), None) for name in ("family_km", "given_km")},
        **{name: frame[name].set(pl.Series(~latin), None) for name in ("family_latin", "given_latin")},
    )
