"""The sets: which people, which registers with which columns, which errors. Nothing here is known to the pipeline."""

from dataclasses import dataclass, field, replace

from abroad_people import Country

ADDRESS = ("street", "city", "state", "postcode")
Rates = dict[str, float]
MILD: Rates = {
    "typo name": 0.02, "typo place": 0.03, "nickname": 0.04, "swapped": 0.003, "maiden": 0.08, "moved": 0.1,
    "swap": 0.005, "digit": 0.01, "default": 0.005, "ssn digit": 0.005, "borrowed": 0.005, "old phone": 0.2,
    "missing": 0.03, "missing ssn": 0.05,
}  # fmt: skip
ROUGH: Rates = {
    "typo name": 0.08, "typo place": 0.12, "nickname": 0.12, "swapped": 0.02, "maiden": 0.3, "moved": 0.3,
    "swap": 0.02, "digit": 0.04, "default": 0.02, "ssn digit": 0.02, "borrowed": 0.02, "old phone": 0.4,
    "missing": 0.08, "missing ssn": 0.2,
}  # fmt: skip


@dataclass(frozen=True)
class Register:
    """`covers`: share of the people; `again`: chance that a person in it stands in it once more, and again.

    `name`: parts, full (Ann Mary Smith), comma (SMITH, ANN M.). `middle`: full, initial, none, in_given.
    `date`: a format, `year` or `age`. `words`: which of two vocabularies its columns are called in.
    """

    name: str
    columns: tuple[str, ...]
    covers: float = 0.6
    again: float = 0.0
    errors: Rates = field(default_factory=lambda: MILD)
    names: str = "parts"
    middle: str = "none"
    date: str = "%Y-%m-%d"
    capitals: bool = False
    short: bool = False  # St for Street, #3 for Apt 3, AB12CD for AB1 2CD, 12345-6789 for 12345
    words: int = 0
    single: bool = False  # the contract promises one row a person


@dataclass(frozen=True)
class Set:
    name: str
    tells: str
    country: Country
    registers: tuple[Register, ...]
    seed: int
    apart: bool = False  # no person stands in two registers


def sets() -> dict[str, Set]:
    return {made.name: made for made in (*_ordinary(), *_hard(), *_extreme())}


def _ordinary() -> list[Set]:
    agencies = (
        Register("pensions", ("ssn", "dob", "sex", *ADDRESS), date="%m/%d/%Y", middle="initial", capitals=True,
                 short=True, single=True),
        Register("clinics", ("dob", "sex", "phone", *ADDRESS), again=0.15, words=1),
        Register("benefits", ("ssn", "dob", "phone", *ADDRESS), covers=0.4, names="full", middle="full"),
    )  # fmt: skip
    health = (
        Register("gp", ("ssn", "dob", "sex", *ADDRESS), date="%d/%m/%Y", short=True, again=0.05),
        Register("council", ("dob", "phone", *ADDRESS), names="comma", middle="initial", capitals=True, words=1),
        Register("hospital", ("ssn", "dob", "sex", "phone", "postcode"), covers=0.4, middle="full", again=0.1),
    )
    febrl = Register("patients", ("ssn", "dob", *ADDRESS), covers=1, again=0.55, errors=ROUGH, date="%Y%m%d")
    return [
        Set("us_agencies", "three registers, SSN in two", Country("US", 20_000), agencies, 11),
        Set("uk_health", "number in two of three, UK postcodes both ways", Country("GB", 20_000), health, 12),
        Set("au_dedup", "one register, many duplicates, rough", Country("AU", 10_000), (febrl,), 13),
    ]


def _hard() -> list[Set]:
    no_number = (
        Register("voters", ("dob", *ADDRESS), covers=0.7, middle="full", single=True, date="%m/%d/%Y"),
        Register("drivers", ("dob", "sex", *ADDRESS), covers=0.7, names="comma", middle="initial", capitals=True,
                 short=True, single=True),
    )  # fmt: skip
    years = (
        Register("census", ("dob", "sex", "city", "state"), date="year", covers=0.7, middle="in_given"),
        Register("school", ("dob", "sex", "city", "state"), date="age", covers=0.7, middle="in_given", words=1),
    )
    rough = (
        Register("tax", ("ssn", "dob", *ADDRESS), errors=ROUGH, middle="initial", capitals=True),
        Register("courts", ("dob", "city", "state"), errors=ROUGH, names="full", middle="full", again=0.2, words=1),
        Register("housing", ("dob", "phone", *ADDRESS), errors=ROUGH, middle="in_given", short=True),
        Register("clinic", ("dob", "sex", "phone", "email", "postcode"), errors=ROUGH, words=1, again=0.1),
    )
    wrong_numbers = {"borrowed": 0.25, "ssn digit": 0.06}
    shared = (
        Register("wages", ("ssn", "dob", *ADDRESS), errors=MILD | wrong_numbers, middle="initial"),
        Register("credit", ("ssn", "street", "city", "state", "postcode"), errors=MILD | wrong_numbers, words=1),
    )
    return [
        Set("us_no_numbers", "two registers, no number anywhere", Country("US", 20_000), no_number, 21),
        Set("years_only", "a year or an age, town, sex; no street", Country("AU", 4_000), years, 22),
        Set("rough_four", "four registers, SSN in one, rough", Country("US", 10_000), rough, 23),
        Set("shared_ssn", "a quarter of relatives show another's SSN", Country("US", 10_000), shared, 24),
    ]


def _extreme() -> list[Set]:
    homes = (
        Register("births", ("dob", "sex", *ADDRESS), covers=0.8, middle="full", single=True),
        Register("schools", ("dob", "sex", *ADDRESS), covers=0.8, middle="none", words=1, again=0.1),
    )
    apart = (
        Register("north", ("dob", "sex", *ADDRESS), covers=0.5, middle="initial"),
        Register("south", ("dob", "ssn", *ADDRESS), covers=0.5, middle="initial", words=1),
    )
    bare = (
        Register("list_a", ("dob",), covers=0.7, single=True),
        Register("list_b", ("dob",), covers=0.7, single=True, words=1),
    )
    undated = (
        Register("utility", ("phone", *ADDRESS), covers=0.7, names="full", middle="initial"),
        Register("library", ("phone", "email", *ADDRESS), covers=0.6, short=True, words=1, again=0.1),
    )
    tiny = tuple(replace(r, covers=0.8) for r in apart)
    big = (
        Register("revenue", ("ssn", "dob", *ADDRESS), covers=0.8, middle="initial", capitals=True, single=True),
        Register("health", ("dob", "sex", "phone", *ADDRESS), covers=0.7, again=0.1, words=1),
        Register("labour", ("ssn", "dob", "sex", *ADDRESS), covers=0.4, errors=ROUGH, names="full", middle="full"),
        Register("shelter", ("dob", "city", "state"), covers=0.1, errors=ROUGH, again=0.3),
    )
    return [
        Set("families", "twins, juniors, full addresses, nobody moves alone",
            Country("US", 10_000, twins=0.15, juniors=0.25), homes, 31),
        Set("no_overlap", "nobody in both registers", Country("US", 10_000), apart, 32, apart=True),
        Set("names_and_dates", "nothing but names and a date of birth", Country("GB", 20_000), bare, 33),
        Set("no_dates", "names, addresses and phones, no date of birth", Country("US", 10_000), undated, 34),
        Set("tiny", "two registers, two thousand records", Country("US", 1_200), tiny, 35),
        Set("big", "four registers, 200,000 records", Country("US", 95_000), big, 36),
    ]  # fmt: skip
