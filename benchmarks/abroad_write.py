"""Write a set to disk: CSV files of its registers, a contract for each, and the truth about every row."""

from pathlib import Path

import numpy as np
import polars as pl
import yaml
from abroad_errors import Errors
from abroad_people import AS_OF, WORDS, Rng, made
from abroad_sets import Register, Set

CALLED = (
    {"id": "id", "given": "first_name", "middle": "middle_name", "family": "last_name", "full": "name", "dob": "dob",
     "sex": "gender", "ssn": "ssn", "phone": "phone", "email": "email", "street": "address", "city": "city",
     "state": "state", "postcode": "zip"},
    {"id": "Record No", "given": "Forename", "middle": "Other Names", "family": "Surname", "full": "Full Name",
     "dob": "Birth Date", "sex": "Sex", "ssn": "Number", "phone": "Telephone", "email": "E-mail", "street": "Street",
     "city": "Town", "state": "Region", "postcode": "Post Code"},
)  # fmt: skip
CANONICAL = {
    "given": "given_name", "middle": "other_name", "family": "family_name", "full": "full_name", "sex": "sex",
    "phone": "phone", "street": "address_line", "city": "address_place", "state": "area_1",
    "postcode": "address_postcode",
}  # fmt: skip


def write_set(wanted: Set, out: Path) -> pl.DataFrame:
    """Write registers/*.csv, contracts/*.yaml and truth.csv below `out`; returns the truth.

    truth: one row a record: register, record_id, person, household, kind (of person), errors (joined with '+').
    """
    rng = np.random.default_rng(wanted.seed)
    people = made(rng, wanted.country)
    for folder in ("registers", "contracts"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    side = rng.integers(0, len(wanted.registers), people.height)
    truths = []
    for place, register in enumerate(wanted.registers):
        chosen = (side == place) if wanted.apart else rng.random(people.height) < register.covers
        rows, truth = _register(rng, people.filter(pl.Series(chosen)), register, wanted.country.code)
        rows.write_csv(out / "registers" / f"{register.name}.csv")
        text = yaml.safe_dump(contract(register, wanted.country.code), sort_keys=False, allow_unicode=True)
        (out / "contracts" / f"{register.name}.yaml").write_text(text, encoding="utf-8")
        truths.append(truth)
    truth = pl.concat(truths)
    truth.write_csv(out / "truth.csv")
    return truth


def _register(rng: Rng, people: pl.DataFrame, register: Register, code: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    copies = np.minimum(rng.geometric(1 - register.again, people.height), 8)
    rows = people[np.repeat(np.arange(people.height), copies)]
    rows = rows[rng.permutation(rows.height)]
    errors = Errors(rng, rows)
    _spoil(errors, register)
    frame = errors.frame.with_columns(pl.Series("id", 100_001 + np.arange(rows.height)).cast(pl.String))
    truth = frame.select(
        pl.lit(register.name).alias("register"), pl.col("id").alias("record_id"), "person", "household", "kind"
    ).with_columns(errors.kinds().alias("errors"))
    return _styled(rng, frame, register, code), truth


def _spoil(errors: Errors, register: Register) -> None:
    """Older facts first, then wrong ones, then slips of the pen, then what is not there at all."""
    rate = register.errors
    errors.put("maiden name", rate["maiden"], pl.col("maiden").is_not_null(), family=pl.col("maiden"))
    errors.moved(rate["moved"])
    errors.put("old phone", rate["old phone"], None, phone=pl.col("phone_old"))
    errors.nickname(rate["nickname"])
    errors.borrowed(rate["borrowed"])
    errors.birth(rate["swap"], rate["digit"], rate["default"])
    for column, kind in (("given", "name"), ("family", "name"), ("street", "place"), ("city", "place")):
        errors.typo(column, rate[f"typo {kind}"])
    errors.digit("ssn", rate["ssn digit"])
    errors.digit("postcode", rate["typo place"] / 3)
    errors.put("names swapped", rate["swapped"], None, given=pl.col("family"), family=pl.col("given"))
    nothing = pl.lit(None)
    for column in ("middle", "sex", "phone", "street", "postcode", "birth_date", "given"):
        share = rate["missing"] * (0.2 if column == "given" else 1)
        errors.put(f"no {column}", share, None, **{column: nothing})
    errors.put("no ssn", rate["missing ssn"], None, ssn=nothing)


def _styled(rng: Rng, frame: pl.DataFrame, register: Register, code: str) -> pl.DataFrame:
    """The columns of the register as it writes them, under its own names."""
    shown = {"id": pl.col("id"), **_named(register)}
    born = pl.col("birth_date")
    age = (pl.lit(AS_OF.item()) - born).dt.total_days() // 365.25
    told = {
        "dob": age.cast(pl.Int32).cast(pl.String) if register.date == "age" else born.dt.to_string(
            "%Y" if register.date == "year" else register.date
        ),
        "street": _street(register.short),
        "email": pl.col("given").str.to_lowercase() + pl.col("person").cast(pl.String) + "@example.org",
        "postcode": _postcode(rng, frame.height, register.short, code),
    }  # fmt: skip
    for name in register.columns:
        shown[name] = told.get(name, pl.col(name))
    if register.capitals:
        shown = {name: value if name == "email" else value.str.to_uppercase() for name, value in shown.items()}
    called = CALLED[register.words]
    return frame.select(value.alias(called[name]) for name, value in shown.items())


def _named(register: Register) -> dict[str, pl.Expr]:
    initial = pl.col("middle").str.slice(0, 1) + ("." if register.names == "comma" else "")
    middle = {"full": pl.col("middle"), "in_given": pl.col("middle"), "initial": initial, "none": pl.lit(None)}
    family = _joined(" ", pl.col("family"), pl.col("suffix")) if register.middle != "none" else pl.col("family")
    if register.names == "comma":
        return {"full": _joined(", ", family, _joined(" ", pl.col("given"), middle[register.middle]))}
    if register.names == "full":
        return {"full": _joined(" ", pl.col("given"), middle[register.middle], family)}
    if register.middle == "in_given":
        return {"given": _joined(" ", pl.col("given"), pl.col("middle")), "family": family}
    parts = {"given": pl.col("given"), "family": family}
    return parts if register.middle == "none" else {**parts, "middle": middle[register.middle]}


def _joined(sign: str, *parts: pl.Expr) -> pl.Expr:
    return pl.concat_str(parts, separator=sign, ignore_nulls=True)


def _street(short: bool) -> pl.Expr:
    kind, unit = pl.col("street_type"), pl.col("unit_word") + " " + pl.col("unit")
    if short:
        kind, unit = kind.replace(WORDS["street_types"]), "#" + pl.col("unit")
    line = pl.when(pl.col("street").is_not_null()).then(_joined(" ", pl.col("number"), pl.col("street"), kind))
    return _joined(" ", line, unit) if short else pl.when(line.is_not_null()).then(_joined(", ", line, unit))


def _postcode(rng: Rng, size: int, short: bool, code: str) -> pl.Expr:
    if short and code == "US":
        return pl.col("postcode") + "-" + pl.lit(pl.Series(rng.integers(1000, 9999, size)).cast(pl.String))
    return pl.col("postcode").str.replace(" ", "") if short else pl.col("postcode")


def contract(register: Register, code: str) -> dict[str, object]:
    """The contract of a register, as its agency would write it."""
    called = CALLED[register.words]
    told = [*_named(register), *register.columns]
    people = {CANONICAL[name]: called[name] for name in told if name in CANONICAL}
    columns: dict[str, dict[str, object]] = {called[name]: {} for name in ("id", *told)}
    if "sex" in told:
        columns[called["sex"]]["codes"] = {"M": "M", "F": "F"}
    if "dob" in told:
        people["age" if register.date == "age" else "birth_date"] = called["dob"]
        if register.date != "age":
            columns[called["dob"]]["dates"] = [register.date]
    numbers = [{"type": "ssn", "column": called["ssn"], "pattern": r"\d{9}"}] if "ssn" in told else []
    emails = [{"type": "email", "column": called["email"]}] if "email" in told else []
    return {
        "register": register.name,
        "title": register.name.title(),
        "agency": register.name.title(),
        "country": code,
        "name_order": "given_first",
        "one_row_per_person": register.single,
        "source": {"kind": "csv", "path": f"{register.name}.csv"},
        "key": [called["id"]],
        "columns": columns,
        "yields": {"people": {"columns": people}},
        "identifiers": numbers + emails,
    }
