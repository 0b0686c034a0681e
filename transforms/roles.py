"""What each source column is for, and so how its values are read: worked out from what it fills."""

from enum import StrEnum

from transforms.mapping import AREA_INPUTS, FULL_NAMES, PEOPLE_INPUTS, YIELDED, RegisterMapping
from transforms.tables import PEOPLE, Column, Table

AUTOMATIC = ("register", "record_id", "snapshot_id", "row_no")
OWN_KEY_CAN_BE_FILLED = ("households",)
CODE_TARGETS = ("number", "card_number", "certificate")
PHONE_TARGETS = ("phone", "wallet")


class Role(StrEnum):
    TEXT = "text"
    NAME = "name"
    LOCAL_NAME = "local_name"
    EITHER_NAME = "either_name"  # as spoken: the value's own script decides
    CODE = "code"  # identifiers and numbers of cards: compared without spaces and dashes
    AREA = "area"
    PHONE = "phone"
    BIRTH = "birth"
    DATE = "date"
    NUMBER = "number"
    AGE = "age"
    TRUTH = "truth"


class RoleConflictError(ValueError):
    """One source column is to be read in two ways."""

    def __init__(self, column: str, found: set[Role]) -> None:
        super().__init__(f"column {column!r} would be read as {' and as '.join(sorted(found))}")
        self.column = column


def targets(table: Table) -> dict[str, Column]:
    """The canonical columns of a table that a contract may fill, with the inputs that people and areas have."""
    made = {f"{part}_{key}" for part in ("family", "given") for key in ("fold", "signs", "skeleton")}
    made |= {"birth_year", "birth_precision", "birth_calendar"} if table is PEOPLE else set()
    own = () if table.name in OWN_KEY_CAN_BE_FILLED else table.key[-1:]
    columns = {c.name: c for c in table.columns if c.name not in (*AUTOMATIC, *own) and c.name not in made}
    inputs = (*(PEOPLE_INPUTS if table is PEOPLE else ()), *(AREA_INPUTS if "area_1" in columns else ()))
    return columns | {name: Column(name, "VARCHAR", "input") for name in inputs}


def roles(mapping: RegisterMapping) -> dict[str, Role]:
    """The role of every source column. Raises `RoleConflictError` when a column has two.

    A column with codes or without a use is read as text; a key column is kept as it was sent.
    """
    found: dict[str, set[Role]] = {column: set() for column in mapping.columns}
    for name, fills in mapping.yields.items():
        known = targets(YIELDED[name]) if name in YIELDED else {}
        for canonical, value in fills.columns.items():
            for source in value.sources:
                if canonical in known and source in found and value.first is None:
                    found[source].add(_role(known[canonical]))
    for identifier in mapping.identifiers:
        if identifier.column in found:
            found[identifier.column].add(Role.CODE)
    return {column: _settled(mapping, column, wanted) for column, wanted in found.items()}


def _settled(mapping: RegisterMapping, column: str, wanted: set[Role]) -> Role:
    declared = mapping.columns[column]
    if declared.dates:
        return Role.BIRTH if Role.BIRTH in wanted else Role.DATE
    if declared.codes is not None or column in mapping.key:
        return Role.TEXT
    if wanted == {Role.NAME, Role.LOCAL_NAME}:
        return Role.EITHER_NAME
    specific = wanted - {Role.TEXT}
    if len(specific) > 1:
        raise RoleConflictError(column, specific)
    return next(iter(specific or wanted), Role.TEXT)


def _role(target: Column) -> Role:
    if target.name in FULL_NAMES or target.name.removesuffix("_local").endswith(("family_name", "given_name")):
        return Role.LOCAL_NAME if target.name.endswith("_local") else Role.NAME
    if target.name in ("other_name", "other_name_local"):
        return Role.LOCAL_NAME if target.name.endswith("_local") else Role.NAME
    if target.name.startswith("area_") and target.name not in AREA_INPUTS:
        return Role.AREA
    if target.name in ("age", "age_on", "birth_date"):
        return {"age": Role.AGE, "age_on": Role.DATE, "birth_date": Role.BIRTH}[target.name]
    if target.name in PHONE_TARGETS:
        return Role.PHONE
    by_type = {"DATE": Role.DATE, "BIGINT": Role.NUMBER, "INTEGER": Role.NUMBER, "BOOLEAN": Role.TRUTH}
    return by_type.get(target.type, Role.CODE if target.name in CODE_TARGETS else Role.TEXT)
