"""Reference data of a country from its directory: what standardising reads by, areas and policy."""

import csv
from pathlib import Path

import duckdb
import polars as pl
import yaml

from transforms import tables
from transforms.policy import policy_rows
from transforms.reference import PLAIN, Reference, Rules, Script


def load_reference(directory: Path) -> Reference:
    """What standardising needs: `country.yaml` and the surnames of `names.csv`, where they are there.

    Raises `ValueError` naming the file and key when `country.yaml` cannot be used.
    """
    file = directory / "country.yaml"
    if not file.is_file():
        return PLAIN
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        return _reference(told, _surnames(directory / "names.csv"))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file.name}: cannot be used ({error}). Compare it with the one in the repository.") from None


def _reference(told: dict[str, object], surnames: tuple[str, ...]) -> Reference:
    titles: dict[str, list[str]] = told.get("titles") or {}  # type: ignore[assignment]
    return Reference(
        country=str(told["country"]),
        script=_script(told.get("script")),
        titles=tuple(titles.get("always", ())),
        titles_or_names=tuple(titles.get("before_two_words", ())),
        surnames=surnames,
        era_offset=told.get("era_offset"),  # type: ignore[arg-type]
        area_digits=tuple(told.get("area_digits") or ()),  # type: ignore[arg-type]
        latin_fold=_rules(told.get("latin_fold")) or PLAIN.latin_fold,
        latin_skeleton=_rules(told.get("latin_skeleton")),
        romanise=_rules(told.get("romanise")),
    )


def _script(told: object) -> Script | None:
    if not isinstance(told, dict):
        return None
    first, last = (chr(int(str(code), 16)) for code in told["signs"])
    return Script(
        name=str(told["name"]),
        letters=str(told["letters"]),
        digits=str(told["digits"]),
        signs=first + last,
        replace=_rules(told.get("replace")),
    )


def _rules(told: object) -> Rules:
    return tuple((str(pattern), str(put)) for pattern, put in told) if isinstance(told, list) else ()


def _surnames(file: Path) -> tuple[str, ...]:
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(row["khmer"] for row in csv.DictReader(lines) if row["kind"] == "surname")


def store_reference(con: duckdb.DuckDBPyConnection, directory: Path) -> None:
    """Write reference.areas (areas.csv) and reference.policy (policy.yaml); empty where a country has no such file."""
    tables.create(con, *tables.REFERENCE)
    areas = directory / "areas.csv"
    if areas.is_file():
        _store(con, tables.AREA_NAMES, pl.read_csv(areas, infer_schema=False))
    policy = directory / "policy.yaml"
    if policy.is_file():
        _store(con, tables.POLICY, policy_rows(policy.read_text(encoding="utf-8")))


def _store(con: duckdb.DuckDBPyConnection, table: tables.Table, frame: pl.DataFrame) -> None:
    con.register("reference_frame", frame)
    columns = ", ".join(f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in table.columns)
    tables.fill(con, table, f"SELECT {columns} FROM reference_frame")
    con.unregister("reference_frame")
