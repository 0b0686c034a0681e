"""Which linkage models are kept, and which of them was asked for: without what scoring with one takes to load."""

from typing import Any

import duckdb

from transforms.tables import MODELS

NEW, LATEST = "new", "latest"


class UnknownModelError(ValueError):
    """A model was asked for that is not kept; the text names those that are."""


def kept(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of linkage.models, the one fitted last first."""
    return con.execute(f"SELECT * FROM {MODELS.full_name} ORDER BY rowid DESC").pl().to_dicts()


def find(con: duckdb.DuckDBPyConnection, asked: str) -> str | None:
    """The id of the model asked for: an id, LATEST, or NEW; None where one is to be fitted, as on the first night.

    Raises `UnknownModelError`.
    """
    there = [str(row["model_id"]) for row in kept(con)]
    if asked == NEW or (asked == LATEST and not there):
        return None
    if asked == LATEST:
        return there[0]
    if asked not in there:
        known = ", ".join(there) or "none yet"
        raise UnknownModelError(f"There is no linkage model {asked}: give one of {known}; or '{LATEST}' or '{NEW}'.")
    return asked
