"""What an agency promises of a register: one YAML file each, read into a `Contract`."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from expectations.contract_checks import Problem, explain, problems
from expectations.contract_files import read_mapping
from transforms.mapping import RegisterMapping, Strict


class Source(Strict):
    """Where a register comes from.

    `path`: a file below the inbox, or a pattern of which the last match in name order is taken; for `sql` a
    database file below the inbox. `url_env`: the environment variable that holds a database or HTTP address
    with its secrets. `query`: what to ask a database. `sheet`: the sheet of a workbook, all sheets if none.
    `skip_rows`: rows above the header.
    """

    kind: Literal["csv", "xlsx", "parquet", "jsonl", "sql", "http"]
    path: str | None = None
    url_env: str | None = None
    query: str | None = None
    format: Literal["csv", "xlsx", "parquet", "jsonl"] | None = None  # of what HTTP answers
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    sheet: str | None = None
    skip_rows: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def can_be_found(self) -> Self:
        if (self.path is None) == (self.url_env is None):
            raise ValueError("give exactly one of path and url_env")
        if self.kind == "sql" and not self.query:
            raise ValueError("a source of kind sql needs a query")
        if self.kind == "http" and (self.url_env is None or self.format is None):
            raise ValueError("a source of kind http needs url_env and format")
        if self.kind in ("csv", "xlsx", "parquet", "jsonl") and self.path is None:
            raise ValueError(f"a source of kind {self.kind} needs a path; for an address use kind http or sql")
        return self


class Volume(Strict):
    """How many rows may come: at least `min_rows`, and between these ratios of the last accepted snapshot."""

    min_rows: int = 1
    min_ratio: float = 0.5
    max_ratio: float = 2.0


class Freshness(Strict):
    """The newest value of a date column may be at most so many days before the as-of date."""

    column: str
    max_age_days: int = Field(gt=0)


class Contract(RegisterMapping):
    """A register: who keeps it, where it comes from, what it promises, what its columns mean."""

    title: str
    agency: str
    one_row_per_person: bool = False  # the agency promises that nobody stands in it twice
    source: Source
    volume: Volume = Volume()
    freshness: Freshness | None = None
    max_missing_share: float = 0.2  # of a required column: above it the register is held back
    max_duplicate_share: float = 0.2  # of keys that came more than once


class ContractError(ValueError):
    """A contract cannot be used; the text names file, key, what was found and what to do."""


def load_contracts(directory: Path) -> dict[str, Contract]:
    """Every contract of a directory (`*.yaml`), by register, in name order. Raises `ContractError`."""
    files = sorted(directory.glob("*.yaml"))
    if not files:
        raise ContractError(f"{directory}: no contract (*.yaml) found; write one file a register there.")
    contracts = (_load(file) for file in files)
    return {contract.register_name: contract for contract in contracts}


def _load(file: Path) -> Contract:
    try:
        contract = Contract.model_validate(read_mapping(file))
    except ValidationError as error:
        told = [explain(dict(detail)) for detail in error.errors(include_url=False)]
        raise ContractError(_sentences(file, told)) from None
    except ValueError as error:
        raise ContractError(f"{file.name}: {error}") from None
    freshness = contract.freshness.column if contract.freshness else None
    found = list(problems(contract, file.stem, freshness))
    if found:
        raise ContractError(_sentences(file, found))
    return contract


def _sentences(file: Path, found: list[Problem]) -> str:
    return "\n".join(f"{file.name}: {problem.path}: {problem.found}. {problem.remedy}" for problem in found)
