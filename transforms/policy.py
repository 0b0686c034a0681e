"""Values that policy sets: ages, tariffs, grace days, thresholds; each with its unit, source and time of validity."""

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import Annotated

import polars as pl
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from transforms import plain_yaml

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


# Values that no rule but every night reads: each number of one must be one of these.
EVERY_NIGHT: dict[str, type[int] | type[float]] = {
    "coverage_age_bands": int,
    "kept_link_odds": float,
    "kept_link_slope": float,
    "least_list_overlap": int,
    "list_odds_ratios": float,
    "missed_link_ceiling": float,
    "probability_classes": float,
    "small_cell_minimum": int,
    "small_cell_minimum_inside": int,
    "widest_completeness_range": float,
}


class PolicyError(ValueError):
    """The policy file cannot be used; the message names the value and what to mend."""


def _as_text(value: object) -> object:
    """Numbers and dates stand in the file as such, and in the table as text."""
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value) if isinstance(value, int | float | dt.date) and not isinstance(value, bool) else value


class PolicyValue(BaseModel):
    """One value and its time of validity; a list is kept as text, joined with commas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    value: Annotated[Text, BeforeValidator(_as_text)]
    unit: Text
    source: Text
    valid_from: dt.date
    valid_to: dt.date | None = None


def policy_rows(text: str) -> pl.DataFrame:
    """The text of a policy file as rows of `reference.policy`, ordered by name and `valid_from`.

    Raises `PolicyError` when the text is not a list of values, a key is missing or unknown, a value ends before
    it starts, two values of one name are valid on one day, or one of EVERY_NIGHT is no number.
    """
    values = sorted(_read(text), key=lambda value: (value.name, value.valid_from))
    for value in values:
        _refuse_words(value)
    _refuse_overlaps(values)
    return pl.DataFrame(
        [value.model_dump() for value in values],
        schema={
            "name": pl.String,
            "value": pl.String,
            "unit": pl.String,
            "source": pl.String,
            "valid_from": pl.Date,
            "valid_to": pl.Date,
        },
    )


def _read(text: str) -> list[PolicyValue]:
    try:
        loaded = plain_yaml.load(text)
        return TypeAdapter(list[PolicyValue]).validate_python(loaded or [])
    except yaml.YAMLError as error:
        raise PolicyError(f"The policy file is not YAML: {error}") from error
    except ValidationError as error:
        raise PolicyError(_first_fault(error, loaded)) from error


def _first_fault(error: ValidationError, loaded: object) -> str:
    fault = error.errors()[0]
    place, *keys = fault["loc"] or (None,)
    if not isinstance(loaded, list) or not isinstance(place, int):
        return "The policy file must be a list of values, each with name, value, unit, source and valid_from."
    entry = loaded[place]
    name = entry.get("name", "without a name") if isinstance(entry, dict) else "that is not a mapping"
    return f"Policy value {place + 1} ({name}), {'.'.join(map(str, keys)) or 'entry'}: {fault['msg']}."


def _refuse_words(value: PolicyValue) -> None:
    kind = EVERY_NIGHT.get(value.name)
    try:
        _ = [kind(part) for part in value.value.split(",")] if kind else []
    except ValueError:
        wanted = "whole numbers" if kind is int else "numbers"
        raise PolicyError(f"Policy value {value.name} is '{value.value}': every night needs {wanted} here.") from None


def _refuse_overlaps(values: list[PolicyValue]) -> None:
    by_name: dict[str, list[PolicyValue]] = defaultdict(list)
    for value in values:
        if value.valid_to is not None and value.valid_to < value.valid_from:
            raise PolicyError(f"Policy value {value.name} ends on {value.valid_to}, before {value.valid_from}.")
        by_name[value.name].append(value)
    for name, same in by_name.items():
        for earlier, later in pairwise(same):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise PolicyError(
                    f"Policy value {name} is given twice for {later.valid_from}: end the earlier one before that day."
                )
