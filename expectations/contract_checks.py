"""What a contract must agree with: its own columns, and the canonical tables it fills."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from transforms.mapping import PEOPLE_INPUTS, YIELDED, Identifier, RegisterMapping, SourceColumn, Value, Yield
from transforms.roles import RoleConflictError, roles, targets
from transforms.shared import BY_HOUSEHOLD
from transforms.tables import Column, Table


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a contract: where, what was found, what to do."""

    path: str
    found: str
    remedy: str


KEYS = (
    *("register", "title", "agency", "one_row_per_person", "source", "volume", "freshness"),
    *("max_missing_share", "max_duplicate_share", "kind", "path", "url_env", "query", "format", "encoding"),
    *("delimiter", "sheet", "skip_rows", "min_rows", "min_ratio", "max_ratio", "max_age_days", "reason", "remedy"),
    *("withhold_row", "country", "key", "columns", "admit", "name_order", "yields", "identifiers"),
    *SourceColumn.model_fields,
    *Value.model_fields,
    *Identifier.model_fields,
    *Yield.model_fields,
)


def explain(detail: Mapping[str, object]) -> Problem:
    """One of pydantic's errors as a problem: a key it does not know, one that is missing, a value it cannot read."""
    place = detail["loc"]
    steps = [str(step) for step in place] if isinstance(place, tuple) else []
    path = ".".join(steps) or "contract"
    if detail["type"] == "extra_forbidden":
        return Problem(path, f"unknown key {steps[-1]!r}", _did_you_mean(steps[-1], KEYS) or "Remove it.")
    if detail["type"] == "missing":
        return Problem(path, "missing", f"Add {steps[-1]!r}.")
    message = str(detail["msg"]).removeprefix("Value error, ")
    value = detail["input"]
    return Problem(path, f"{value!r} cannot be used" if isinstance(value, str) else "cannot be used", f"{message}.")


def _did_you_mean(found: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(found, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def problems(contract: RegisterMapping, stem: str, freshness: str | None) -> Iterator[Problem]:
    """Everything that pydantic cannot see: references between the contract's parts and to the tables."""
    if contract.register_name != stem:
        yield Problem("register", f"{contract.register_name!r} in a file called {stem!r}", "Give both the same name.")
    yield from _undeclared(contract, freshness)
    for name, table in contract.yields.items():
        yield from _table_problems(contract, name, table)
    yield from _shared_in_vain(contract)
    if not contract.yields:
        yield Problem("yields", "fills no table", f"Name at least one of {', '.join(YIELDED)}.")
    try:
        roles(contract)
    except RoleConflictError as error:
        yield Problem(f"columns.{error.column}", str(error), "Let one column mean one thing.")


def _undeclared(contract: RegisterMapping, freshness: str | None) -> Iterator[Problem]:
    for path, column in _named_columns(contract, freshness):
        if column not in contract.columns:
            hint = _did_you_mean(column, tuple(contract.columns))
            yield Problem(path, f"column {column!r} is not declared", hint or f"Add it below `columns`: {column}: {{}}")
    if freshness in contract.columns and not contract.columns[freshness].dates:
        yield Problem("freshness.column", f"{freshness!r} has no date formats", "Give the column `dates`.")


def _named_columns(contract: RegisterMapping, freshness: str | None) -> Iterator[tuple[str, str]]:
    yield from (("key", column) for column in contract.key)
    if freshness:
        yield "freshness.column", freshness
    for number, admission in enumerate(contract.admit):
        yield from ((f"admit.{number}.when", column) for column in admission.when)
    for number, identifier in enumerate(contract.identifiers):
        yield f"identifiers.{number}.column", identifier.column
        yield from ((f"identifiers.{number}.when", column) for column in identifier.when)
    for name, table in contract.yields.items():
        yield from ((f"yields.{name}.when", column) for column in table.when)
        for canonical, value in table.columns.items():
            yield from ((f"yields.{name}.columns.{canonical}", column) for column in value.sources)


def _table_problems(contract: RegisterMapping, name: str, fills: Yield) -> Iterator[Problem]:
    path = f"yields.{name}"
    table = YIELDED.get(name)
    if table is None or name == "identifiers":
        tables = tuple(known for known in YIELDED if known != "identifiers")
        hint = "List them below `identifiers`." if name == "identifiers" else _did_you_mean(name, tables)
        yield Problem(path, f"no table {name!r} can be filled", hint or f"Known: {', '.join(tables)}.")
        return
    known = targets(table)
    for canonical, value in fills.columns.items():
        if canonical not in known:
            hint = _did_you_mean(canonical, tuple(known))
            found = f"{canonical!r} is not a column to fill in {table.full_name}"
            yield Problem(f"{path}.columns.{canonical}", found, hint or f"Known: {', '.join(known)}.")
        elif canonical not in PEOPLE_INPUTS:
            yield from _value_problems(contract, f"{path}.columns.{canonical}", known[canonical], value)
    yield from _missing_targets(contract, path, table, fills)


def _shared_in_vain(contract: RegisterMapping) -> Iterator[Problem]:
    """A bound on sharing is kept for the phones of people and households; elsewhere nothing would come of it."""
    phones = {
        fills.columns["phone"].column
        for name, fills in contract.yields.items()
        if name in BY_HOUSEHOLD and "phone" in fills.columns
    }
    for name, column in contract.columns.items():
        if column.shared_by_at_most is not None and name not in phones:
            path = f"columns.{name}.shared_by_at_most"
            remedy = "Remove it, or fill `phone` with the column. For an identifier say it below `identifiers`."
            yield Problem(path, f"{name!r} fills no phone of {' or '.join(BY_HOUSEHOLD)}", remedy)


def _value_problems(contract: RegisterMapping, path: str, target: Column, value: Value) -> Iterator[Problem]:
    declared = [contract.columns[column] for column in value.sources if column in contract.columns]
    if target.type == "DATE" and any(not column.dates for column in declared):
        yield Problem(path, f"column {value.column!r} has no date formats", "Give the column `dates`.")
    allowed = target.values or (("true", "false") if target.type == "BOOLEAN" else ())
    given = [str(value.value).lower() if target.type == "BOOLEAN" else str(value.value)] if value.value else []
    coded = [code for column in declared if not column.dates for code in (column.codes or {}).values()]
    for code in dict.fromkeys((*given, *coded)):
        if allowed and code not in allowed:
            hint = _did_you_mean(code, allowed)
            yield Problem(path, f"{code!r} is not a value of {target.name}", hint or f"Allowed: {', '.join(allowed)}.")
    if target.values and declared and not any(column.codes for column in declared):
        found = f"column {value.column!r} has no codes"
        yield Problem(path, found, f"Give the column `codes` that lead to {', '.join(target.values)}.")


def _missing_targets(contract: RegisterMapping, path: str, table: Table, fills: Yield) -> Iterator[Problem]:
    for column in targets(table).values():
        if not column.required:
            continue
        value = fills.columns.get(column.name)
        if value is None:
            remedy = f"Fill it: {column.meaning}."
            yield Problem(f"{path}.columns", f"{column.name!r} of {table.full_name} is needed and not filled", remedy)
            continue
        for source in value.sources:
            declared = contract.columns.get(source)
            if declared and not declared.required and source not in contract.key:
                found = f"{column.name!r} is needed, and column {source!r} may be missing"
                yield Problem(f"{path}.columns.{column.name}", found, "Say `required: true` of the column.")
