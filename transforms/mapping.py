"""How a register's columns become canonical ones: the part of a contract that standardising needs.

A register yields one or more canonical tables (`people`, `identifiers`, `households`, `entitlements`, ...).
For each, the contract says which source column, constant or combination fills which canonical column.
"""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from transforms.tables import CLEAN, Scope, Table

FULL_NAMES = ("full_name", "full_name_local", "mother_name", "mother_name_local", "father_name", "father_name_local")
AREA_INPUTS = ("area_1_name", "area_2_name", "area_3_name", "area_4_name")  # free text, to be found in the gazetteer
PEOPLE_INPUTS = (*FULL_NAMES, *AREA_INPUTS, "age", "age_on")
YIELDED: dict[str, Table] = {table.name: table for table in CLEAN if table.name not in ("quarantine", "repairs")}


class Strict(BaseModel):
    """A model that names every key it does not know: a typo in a contract is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceColumn(Strict):
    """What a register promises of one column.

    `required`: a row without it goes to quarantine. `pattern`: a regular expression the whole value matches.
    `codes`: source code to canonical code; a value outside goes to quarantine if required, else is set aside.
    `width`: digits a code has, so that zeros lost in a spreadsheet can be put back.
    `dates`: formats of %d, %m and %Y (%y: two digits) tried in order, before those that may come anywhere; `year`
    reads a year alone, `serial` a spreadsheet's day number. `future`: dates after the as-of date are possible.
    `missing`: what the agency writes for nothing.
    `shared_by_at_most`: a phone on more households (records, where there are none) is set aside: the chief's.
    """

    required: bool = False
    pattern: str | None = None
    codes: dict[str, str] | None = None
    width: int | None = Field(default=None, gt=0)
    dates: tuple[str, ...] = ()
    future: bool = False
    missing: tuple[str, ...] = ()
    shared_by_at_most: int | None = Field(default=None, gt=0)
    describes: str = ""

    @field_validator("pattern")
    @classmethod
    def pattern_compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return pattern

    @field_validator("dates")
    @classmethod
    def formats_are_known(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for form in formats:
            parts = re.findall(r"%[dmYy]", form)
            once = len({part.lower() for part in parts}) == len(parts) > 1
            if form not in ("year", "serial") and not (once and {"%Y", "%y"} & set(parts)):
                raise ValueError(f"{form!r} is not made of %d, %m and %Y (or %y), nor 'year' or 'serial'")
        return formats


class Value(Strict):
    """Where a canonical value comes from: exactly one of a column, several joined by `join`, or a constant.

    `first`: only so many signs from the front (the village in a card's number).
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    value: str | bool | None = None
    join: str = "/"
    first: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if sum((self.column is not None, bool(self.columns), self.value is not None)) != 1:
            raise ValueError("give exactly one of column, columns, value")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        return self.columns or ((self.column,) if self.column else ())


class Identifier(Strict):
    """A typed identifier: taken from `column` where `when` (other column: its value) holds."""

    type: str
    column: str
    scope: Scope = Scope.PERSON
    pattern: str | None = None
    width: int | None = None
    shared_by_at_most: int = Field(default=20, gt=0, description="more records with the value make it invalid")
    when: dict[str, str] = Field(default_factory=dict)


class Yield(Strict):
    """One canonical table a register fills. `when`: only rows in which these columns have these values."""

    columns: dict[str, Value]
    when: dict[str, str] = Field(default_factory=dict)


class Admission(Strict):
    """Which rows may be used at all: those in which these columns have these values; others go to quarantine.

    `withhold_row`: of a row turned away only its key is kept in quarantine (a case told without consent).
    """

    when: dict[str, str]
    reason: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    remedy: str
    withhold_row: bool = False


class RegisterMapping(Strict):
    """What a register is to the canonical tables.

    `country`: ISO 3166 code; it chooses the name folds, the area code lengths and the phone numbering plan.
    `admit`, `when` and `codes` compare the value after `codes` of its column were applied.
    """

    register_name: str = Field(alias="register", pattern=r"^[a-z][a-z0-9_]*$")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, SourceColumn]
    admit: tuple[Admission, ...] = ()
    name_order: Literal["family_first", "given_first"] = "family_first"
    yields: dict[str, Yield]
    identifiers: tuple[Identifier, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def plain_text_is_a_column(cls, data: object) -> object:
        """`birth_date: dob` stands for `birth_date: {column: dob}`."""
        if isinstance(data, dict):
            for table in _dicts(data.get("yields")):
                columns = table.get("columns")
                if isinstance(columns, dict):
                    table["columns"] = {k: {"column": v} if isinstance(v, str) else v for k, v in columns.items()}
        return data


def _dicts(tables: object) -> list[dict[str, object]]:
    return [t for t in tables.values() if isinstance(t, dict)] if isinstance(tables, dict) else []
