"""Dirt: each kind is planted about as often as told, changes what it should, and comes off again by hand."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sample import read_reference, registers
from transforms.country.clerks import Desk, Page, phone_told
from transforms.country.dirt_dates import birth_as_written
from transforms.country.dirt_numbers import one_digit_misread, one_digit_wrong
from transforms.country.dirt_text import WELL_FORMED, in_old_font, mistyped, with_hidden_sign
from transforms.country.draws import Draws
from transforms.country.ledger import KEPT, OF_ROWS, SET_ASIDE, UNDONE, Ledger
from transforms.country.truth import Sent, Written
from transforms.country.world import make_country

AS_OF = 20_758
DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
SOURCES = {
    "idpoor_members": {
        "family_name_local": "name_km", "family_name": "name_latin", "sex": "sex", "birth_date": "dob",
        "national_id": "id_no", "birth_certificate": "id_no", "equity_card": "card_no",
    },
    "nssf_members": {"given_name_local": "given_km", "sex": "sex", "birth_date": "dob", "national_id": "id_no"},
    "hef_claims": {"family_name_local": "name_km", "sex": "sex", "birth_date": "dob", "area_4": "village_code",
                   "equity_card": "card_no"},
    "disability": {"family_name_local": "name_km", "family_name": "name_latin", "sex": "sex", "birth_date": "dob",
                   "national_id": "id_no", "area_4": "village_code"},
    "civil_births": {"given_name_local": "child_given_km", "sex": "sex", "birth_date": "birth_date",
                     "area_4": "village_code"},
    "civil_deaths": {"family_name_local": "name_km", "birth_date": "dob", "area_4": "village_code",
                     "national_id": "id_no"},
    "health_line_list": {"family_name_local": "name_km", "sex": "sex", "phone": "phone", "area_4": "village"},
    "grievances": {"family_name_local": "name", "family_name": "name", "phone": "phone", "area_4": "village_code"},
}  # fmt: skip
KEYS = {"idpoor_members": ("household_code", "member_no"), "nssf_members": ("nssf_no",), "hef_claims": ("claim_no",),
        "disability": ("did_no",), "civil_births": ("cert_no",), "civil_deaths": ("cert_no",),
        "health_line_list": ("line_no",), "grievances": ("case_id",)}  # fmt: skip
Row = dict[str, str]


@pytest.fixture(scope="module")
def sent() -> dict[str, Sent]:
    return registers(make_country(30_000, 11, read_reference()))


@pytest.fixture(scope="module")
def areas() -> dict[tuple[str, str], str]:
    villages = read_reference().areas.filter(pl.col("level") == 4)
    named = [villages.select("parent", "code", name=name) for name in ("name_km", "name_en")]
    return {(row["parent"], row["name"]): row["code"] for row in pl.concat(named).iter_rows(named=True)}


def damaged(sent: dict[str, Sent], kind: str) -> list[tuple[str, str, str, Row]]:
    """Values with this dirt and no other on the record: register, column, as written, the record as meant."""
    found = []
    for register, columns in SOURCES.items():
        done = sent[register]
        assert isinstance(done, Written)
        key = pl.concat_str([pl.col(k).cast(pl.String) for k in KEYS[register]], separator="/")
        rows = done.rows.with_columns(record_id=key).unique("record_id", keep="first")
        for column, source in columns.items():
            ours = done.dirt.filter((pl.col("kind") == kind) & (pl.col("column") == column))
            group = [c for c in ("family_name_local", "given_name_local") if column.endswith("_local")] or (
                ["family_name", "given_name"] if column == "family_name" else [column]
            )
            undone = done.dirt.filter(pl.col("column").is_in(group) & pl.col("kind").is_in(UNDONE))
            others = undone.filter(~pl.col("kind").is_in([kind, "area_name", "first_january"]))
            alone = ours.join(others, on="record_id", how="anti")
            both = alone.select("record_id").join(rows.select("record_id", written=source), on="record_id")
            both = both.join(done.records, on="record_id").drop_nulls("written")
            found += [(register, column, str(row.pop("written")), row) for row in both.iter_rows(named=True)]
    return found


def whole(row: Row, script: str = "_local") -> str:
    return " ".join(part for part in (row[f"family_name{script}"], row[f"given_name{script}"]) if part)


def plain(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not "\u0300" <= sign <= "\u036f")


def day(text: str, form: str) -> date:
    parts = dict(zip(re.findall(r"%(\w)", form), map(int, re.findall(r"\d+", text)), strict=True))
    return date(parts["Y"], parts["m"], parts["d"])


def in_any_order(text: str) -> date:
    parts = [int(part) for part in re.split(r"[-./]", text)]
    return date(*(parts if parts[0] > 31 else parts[::-1]))


def from_buddhist(text: str) -> date | int:
    if re.fullmatch(r"\d{4}", text):
        return int(text) - 543
    y, m, d = re.split(r"[-/]", text) if text[4:5] == "-" else re.split(r"[-/]", text)[::-1]
    return date(int(y) - (544 if (int(m), int(d)) >= (5, 15) else 543), int(m), int(d))


def same_letters(one: str, other: str) -> bool:
    apart = str.maketrans({"\u17c4": "\u17c1\u17b6", "\u17be": "\u17c1\u17b8"})
    return sorted(one.translate(apart)) == sorted(other.translate(apart))


SEXES = {"ប្រុស": "M", "ស្រី": "F", "ប": "M", "ស": "F", "1": "M", "2": "F", "M": "M", "F": "F"}
INVERSES: dict[str, Callable[[str, str, Row], bool]] = {
    "zero_width": lambda _, w, r: (
        re.sub("[\u200b\u200c\u200d\ufeff]", "", w).replace("\u00a0", " ") in (whole(r), r["given_name_local"])
    ),
    "sign_order": lambda _, w, r: same_letters(w, whole(r)) or same_letters(w, r["given_name_local"]),
    "sign_variant": lambda _, w, r: (
        re.sub("([\u17b6-\u17bd])\\1", "\\1", w.replace("\u17d2\u178a", "\u17d2\u178f").replace(":", "\u17c8")
               .replace("\u17b2", "\u17b1")) in (whole(r), r["given_name_local"])
    ),
    "joined_name": lambda _, w, r: w == whole(r).replace(" ", ""),
    "title": lambda c, w, r: (
        plain(w.split(" ", 1)[1]).casefold() == whole(r, "_local" if "local" in c else "").casefold()
    ),
    "alias": lambda _, w, r: w.split(" ហៅ ")[0] == whole(r),
    "capitals_order": lambda _, w, r: (
        w.split(" ")[-1].isupper()
        and plain(f"{w.split(' ')[-1]} {w.rsplit(' ', 1)[0]}").title() == whole(r, "").title()
    ),
    "leading_zero": lambda c, w, r: (
        ("+855" + w if c == "phone" else w.zfill(len(r[c]))) == r[c]
    ),
    "spaced_identifier": lambda c, w, r: re.sub("[ -]", "", w) == r[c],
    "spaced_phone": lambda c, w, r: "+855" + re.sub(r"\D", "", w)[1:] == r[c],
    "international_phone": lambda c, w, r: "+" + re.sub(r"\D", "", w).removeprefix("00") == r[c],
    "code_variant": lambda c, w, r: SEXES[w] == r[c],
    "month_first": lambda c, w, r: day(w, "%m/%d/%Y") == r[c],
    "other_date_form": lambda c, w, r: in_any_order(w) == r[c],
    "buddhist_year": lambda c, w, r: from_buddhist(w) in (r[c], r[c].year),  # type: ignore[attr-defined]
    "spreadsheet_day": lambda c, w, r: date(1899, 12, 30) + timedelta(int(w)) == r[c],
    "khmer_digits": lambda c, w, r: (
        w.translate(DIGITS) != w
        and re.sub(r"\D", "", w.translate(DIGITS)) in (str(r[c]), re.sub("^0", "", str(r[c])), str(r[c])[:4],
                                                       "0" + str(r[c])[4:], "".join(str(r[c]).split("-")[::-1]),
                                                       str(r[c]).replace("-", ""))
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", INVERSES)
def test_what_can_be_undone_comes_off_by_hand(sent: dict[str, Sent], kind: str) -> None:
    values = damaged(sent, kind)
    assert values
    wrong = [value[:3] for value in values if not INVERSES[kind](*value[1:])]
    assert wrong == []


def test_old_codes_are_of_districts_that_moved(sent: dict[str, Sent]) -> None:
    old = {
        "0304": "2501",
        "0309": "2502",
        "0310": "2503",
        "0311": "2504",
        "0312": "2505",
        "0316": "2507",
        "0317": "2506",
    }
    values = damaged(sent, "old_area_code")
    assert values
    assert all(old[written[:4]] + written[4:] == row[column] for _, column, written, row in values)


def test_names_of_villages_tell_the_village(sent: dict[str, Sent], areas: dict[tuple[str, str], str]) -> None:
    lines = sent["health_line_list"]
    assert isinstance(lines, Written)
    undone = lines.dirt.filter((pl.col("kind") == "area_name") & (pl.col("outcome") == "undone"))
    told = undone.join(lines.rows, left_on="record_id", right_on="line_no").join(lines.records, on="record_id")
    assert told.height > 500
    assert all(areas[(row["area_4"][:6], row["village"])] == row["area_4"] for row in told.iter_rows(named=True))


RATES = [  # register, kind, column, share of the records
    ("idpoor_members", "legacy_font", "given_name_local", 0.0015),
    ("idpoor_members", "code_variant", "sex", 0.05),
    ("idpoor_members", "year_only", "birth_date", 0.05),
    ("idpoor_members", "first_january", "birth_date", 0.045),
    ("idpoor_members", "other_date_form", "birth_date", 0.03),
    ("idpoor_members", "khmer_digits", "birth_date", 0.012),
    ("idpoor_members", "other_spelling", "given_name", 0.14),  # a fifth draw a spelling, which may be their own
    ("idpoor_members", "title", "family_name_local", 0.01),
    ("nssf_members", "missing", "national_id", 0.186),  # of those who hold one, 93%
    ("nssf_members", "digit_error", "national_id", 0.006),
    ("nssf_members", "wrong_sex", "sex", 0.005),
    ("hef_claims", "age_only", "birth_date", 0.35),
    ("hef_claims", "joined_name", "family_name_local", 0.052),
    ("hef_claims", "wrong_village", "area_4", 0.03),
    ("civil_births", "khmer_digits", "birth_date", 0.03),
    ("civil_births", "buddhist_year", "birth_date", 0.025),
    ("health_line_list", "spaced_phone", "phone", 0.07),
    ("health_line_list", "missing", "area_4", 0.04),
]


@pytest.mark.parametrize(("register", "kind", "column", "share"), RATES)
def test_dirt_is_planted_as_often_as_told(
    sent: dict[str, Sent], register: str, kind: str, column: str, share: float
) -> None:
    done = sent[register]
    assert isinstance(done, Written)
    found = done.dirt.filter((pl.col("kind") == kind) & (pl.col("column") == column)).height
    spread = 4 * np.sqrt(share * done.records.height) * (2 if register == "hef_claims" else 1)  # a patient comes again
    assert found == pytest.approx(share * done.records.height, abs=spread + 2)


def test_every_kind_is_planted_and_has_the_outcome_it_should(sent: dict[str, Sent]) -> None:
    dirt = pl.concat(register.dirt for register in sent.values())
    kinds = set(dirt["kind"])
    rare = {"over_shared_phone"}  # needs a larger country
    assert {*UNDONE, *SET_ASIDE, *KEPT, *OF_ROWS} - rare <= kinds
    outcomes = {row[0]: set(row[1]) for row in dirt.group_by("kind").agg(pl.col("outcome").unique()).iter_rows()}
    assert all(outcomes[kind] == {"undone"} for kind in UNDONE if kind != "area_name")
    assert all(outcomes[kind] <= {"set_aside", "quarantined"} for kind in SET_ASIDE if kind in kinds)
    assert all(outcomes[kind] == {"kept"} for kind in KEPT if kind != "missing")


def test_what_is_lost_means_nothing(sent: dict[str, Sent]) -> None:
    for done in sent.values():
        if isinstance(done, Written):
            lost = done.dirt.filter(pl.col("outcome").is_in(["set_aside", "quarantined"]))
            for column in set(lost["column"]) & set(done.records.columns):
                rows = lost.filter(pl.col("column") == column).join(done.records, on="record_id")
                assert (
                    rows[column + "_right" if column + "_right" in rows.columns else column].null_count() == rows.height
                )


def draws(size: int) -> Draws:
    return Draws(1, "test", np.arange(size))


@given(st.lists(st.text(min_size=0, max_size=12), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_typing_error_changes_at_most_one_sign(texts: list[str]) -> None:
    written = mistyped(draws(len(texts)), "x", pl.Series(texts, dtype=pl.String), 1.0)[0].to_list()
    assert all(abs(len(w) - len(t)) <= 1 for t, w in zip(texts, written, strict=True))
    assert all(w == t or re.match(WELL_FORMED, w) for t, w in zip(texts, written, strict=True))


@given(st.lists(st.text(min_size=0, max_size=12), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_hidden_sign_is_one_sign_more_within_the_text(texts: list[str]) -> None:
    hit = np.ones(len(texts), dtype=bool)
    written = with_hidden_sign(draws(len(texts)), "x", pl.Series(texts, dtype=pl.String), hit).to_list()
    assert all(len(w) == len(t) + (len(t) > 1) for t, w in zip(texts, written, strict=True))


def test_one_digit_of_a_number_is_wrong_or_misread() -> None:
    numbers = pl.Series(["012345678", None, "987654321", "2492492"] * 50)
    hit = np.ones(200, dtype=bool)
    for slip, least in ((one_digit_wrong, 1), (one_digit_misread, 0)):
        for before, after in zip(numbers, slip(draws(200), "x", numbers, hit), strict=True):
            assert (before is None) == (after is None)
            if before is not None:
                assert least <= sum(a != b for a, b in zip(before, after, strict=True)) <= 1


def test_an_old_font_leaves_no_khmer() -> None:
    names = pl.concat([read_reference().names["khmer"], pl.Series(["ឥន្ទ្រា ឯក", "សេង"])])
    rubbish = in_old_font(names, np.ones(len(names), dtype=bool))
    assert not rubbish.str.contains("[\u1780-\u17ff]").any()
    assert rubbish[-1] == "esg"


@pytest.mark.parametrize("kind", ["swapped", "first_january", "digit", "year_only", "missing", "age"])
def test_birth_dates_are_real_and_not_in_the_future(kind: str) -> None:
    born = np.arange(AS_OF - 40_000, AS_OF, 7)
    forced = np.zeros(len(born), dtype=bool)
    written = birth_as_written(draws(len(born)), pl.Series(born), forced, {kind: 1.0}, AS_OF)
    known = written["birth"].drop_nulls()
    assert len(known) == (0 if kind == "missing" else len(born))
    assert (known.cast(pl.Int32) <= AS_OF).all()
    if kind == "first_january":
        assert (known.dt.ordinal_day() == 1).all()


def test_a_forced_slip_changes_the_date_and_nothing_else_does() -> None:
    born = pl.Series(np.arange(AS_OF - 20_000, AS_OF - 8_000, 3))
    for forced in (True, False):
        flags = np.full(len(born), forced)
        written = birth_as_written(draws(len(born)), born, flags, {}, AS_OF)
        assert ((written["birth"].cast(pl.Int32) != born) == pl.Series(flags)).all()


def test_dirt_that_changes_nothing_is_no_dirt() -> None:
    ledger, numbers = Ledger(), pl.Series(["012", "12", None])
    hit = np.ones(3, dtype=bool)
    written = ledger.damage(("n",), "leading_zero", numbers, hit, numbers.str.strip_chars_start("0"))
    assert written.to_list() == ["12", "12", None]
    assert ledger.frame("r", pl.Series(["a", "b", "c"]))["record_id"].to_list() == ["a"]


def test_what_cannot_be_read_hides_other_damage() -> None:
    ledger = Ledger()
    ledger.note(("n",), "typing_error", np.array([True, True]))
    ledger.lose(("n",), "legacy_font", np.array([True, False]))
    rows = ledger.frame("r", pl.Series(["a", "b"])).select("record_id", "kind", "outcome").rows()
    assert sorted(rows) == [("a", "legacy_font", "set_aside"), ("b", "typing_error", "kept")]


def test_an_office_stands_on_far_too_many_records_or_is_nobodys_fault() -> None:
    reference = read_reference()
    size = 4000
    people = make_country(300, 3, reference).population
    page = Page(
        Desk("idpoor_households", people, reference, 1), draws(size), Ledger(), pl.DataFrame({"n": range(size)})
    )
    own = pl.Series([f"012{n:07}" for n in range(size)])
    told = phone_told(page, own, pl.Series([f"{n:08}" for n in range(size)])).alias("phone")
    counts = told.value_counts().filter(pl.col("count") > 30)
    assert 1 <= counts.height <= 3
    dirt = page.ledger.frame("r", pl.Series(range(size)).cast(pl.String))
    often = dirt.filter(pl.col("kind") == "over_shared_phone")["record_id"].cast(pl.Int64)
    assert set(often) == set(told.is_in(counts["phone"].implode()).arg_true())


def test_wallets_are_sent_as_they_truly_were(sent: dict[str, Sent]) -> None:
    true = make_country(30_000, 11, read_reference()).payments
    told = sent["family_package_payments"].rows["wallet_msisdn"].drop_nulls()
    plain = told.str.replace_all(r"\D", "").str.replace(r"^(00)?855", "").str.strip_chars_start("0")
    wallets = true["wallet"].drop_nulls().str.strip_chars_start("0")
    assert set(plain) == set(wallets)


def test_a_case_told_without_consent_is_turned_away(sent: dict[str, Sent]) -> None:
    rows = sent["grievances"].rows
    told = sent["grievances"].dirt.filter(pl.col("kind") == "no_consent")
    assert set(told["record_id"]) == set(rows.filter(~pl.col("consent"))["case_id"])
    assert told["outcome"].unique().to_list() == ["quarantined"]
