"""The header of a rule or a measure: the comment lines at the top of its SQL file, written as YAML."""

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from transforms import plain_yaml

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
POLICY_NAME = re.compile(r"policy(?:_list)?\('([^']*)'\)")
# What a rule may need, and the column of that clean table that a value after ':' must be found in.
NEEDABLE = {
    "people": "register",
    "identifiers": "id_type",
    "households": "register",
    "entitlements": "programme",
    "enrolments": "programme",
    "payments": "programme",
    "claims": "register",
    "contributions": "register",
    "memberships": "scheme",
    "events": "kind",
    "grievances": "programme",
}


class RuleError(ValueError):
    """A rule or measure cannot be used; the message names its file, the line and what to mend."""


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def _needable(needs: tuple[str, ...]) -> tuple[str, ...]:
    for need in needs:
        if need.partition(":")[0] not in NEEDABLE:
            raise ValueError(f"'{need}' is no canonical table; it may be one of {', '.join(NEEDABLE)}")
    return needs


CommaList = Annotated[tuple[str, ...], BeforeValidator(_split)]
Needs = Annotated[CommaList, AfterValidator(_needable)]


class Query(BaseModel):
    """What rules and measures share: a statement in two languages, what must be there, and the query."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    statement_en: Sentence
    statement_km: Sentence
    needs: Needs
    file: str
    sql: str


Q = TypeVar("Q", bound=Query)


def load(folder: str, model: type[Q], more: Mapping[str, str] | None = None) -> tuple[Q, ...]:
    """Every `*.sql` of a folder of this package, and `more` texts by file, ordered by id.

    Raises `RuleError`, also when two share an id.
    """
    texts = [(f.name, f.read_text("utf-8")) for f in (files("transforms") / folder).iterdir() if f.name[-4:] == ".sql"]
    texts += (more or {}).items()
    loaded = sorted((parse(text, name, model) for name, text in texts), key=lambda query: (query.id, query.file))
    for one, other in pairwise(loaded):
        if one.id == other.id:
            raise RuleError(f"{one.file} and {other.file} both have the id {one.id}: give one of them another.")
    return tuple(loaded)


def parse(text: str, file: str, model: type[Q]) -> Q:
    """One file as a `model`. Raises `RuleError` naming the file and the header line at fault."""
    header, sql = _split_header(text)
    try:
        loaded = plain_yaml.load("\n".join(header))
        values = loaded if isinstance(loaded, dict) else {}
        return model.model_validate({**values, "file": file, "sql": sql})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(
            f"{file}, line {line}: the header cannot be read: {error.problem}; a text that holds ': ' needs quotes."
        ) from error
    except ValidationError as error:
        fault = error.errors()[0]
        key = str(fault["loc"][0]) if fault["loc"] else ""
        raise RuleError(f"{file}, line {_line_of(header, key)}: {key}: {fault['msg']}.") from error


def _split_header(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = [line[2:].removeprefix(" ") for line in lines[:end]]
    return header, "\n".join(lines[end:]).strip().rstrip(";")


def _line_of(header: Iterable[str], key: str) -> int:
    """The line of a header key; 1 where the key is not there at all."""
    return next((n for n, line in enumerate(header, 1) if line.startswith(f"{key}:")), 1)
