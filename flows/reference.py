"""Reference data of a country from its directory: what standardising reads by, areas and policy."""

import csv
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import yaml

from flows.gazetteer import AREAS, load_areas, load_changes, with_settings
from transforms import tables
from transforms.policy import policy_rows
from transforms.reference import PLAIN, Era, Reference, Rules, Script
from transforms.text import canonical


def load_reference(directory: Path) -> Reference:
    """What standardising needs: `country.yaml`, and names, areas and their changes where the country has such files.

    Raises `ValueError` naming the file and what to do when one of them cannot be used.
    """
    file = directory / "country.yaml"
    if not file.is_file():
        return PLAIN
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        reference = _with_names(_reference(told), directory / "names.csv")
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file.name}: cannot be used ({error}). Compare it with the one in the repository.") from None
    areas = load_areas(directory, reference.area_digits, reference.areas_vintage)
    return replace(reference, areas=areas, area_changes=load_changes(directory, areas))


def _reference(told: dict[str, object]) -> Reference:
    titles: dict[str, list[str]] = told.get("titles") or {}  # type: ignore[assignment]
    vintage = told.get("areas_vintage")
    return Reference(
        country=str(told["country"]),
        script=_script(told.get("script")),
        titles=tuple(titles.get("always", ())),
        titles_or_names=tuple(titles.get("before_two_words", ())),
        alias_words=_words(told.get("alias_words")),
        era=_era(told),
        months=_lists(told.get("months")),
        date_words=_words(told.get("date_words")),
        area_digits=tuple(told.get("area_digits") or ()),  # type: ignore[arg-type]
        area_words=_lists(told.get("area_words")),
        areas_vintage=str(vintage) if vintage is not None else None,
        latin_fold=_rules(told.get("latin_fold")) or PLAIN.latin_fold,
        latin_skeleton=_rules(told.get("latin_skeleton")),
        romanise=_rules(told.get("romanise")),
    )


def _era(told: dict[str, object]) -> Era | None:
    if told.get("era_offset") is None:
        return None
    first, last = (int(str(year)) for year in told["era_years"])  # type: ignore[attr-defined]
    return Era(int(str(told["era_offset"])), str(told["era_change"]).replace("-", ""), first, last)


def _words(told: object) -> tuple[str, ...]:
    return tuple(str(word) for word in told) if isinstance(told, list) else ()


def _lists(told: object) -> tuple[tuple[str, ...], ...]:
    return tuple(_words(words) for words in told) if isinstance(told, list) else ()


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
        old_font=told.get("old_font"),
    )


def _rules(told: object) -> Rules:
    return tuple((str(pattern), str(put)) for pattern, put in told) if isinstance(told, list) else ()


def _with_names(reference: Reference, file: Path) -> Reference:
    """Surnames and given names in the canonical form in which they are met."""
    if not file.is_file():
        return reference
    with file.open(encoding="utf-8", newline="") as lines:
        told = [(row["khmer"], row["kind"] == "surname") for row in csv.DictReader(lines)]
    names = canonical(pl.Series([name for name, _ in told], dtype=pl.String), reference.script)
    kinds = [is_surname for _, is_surname in told]
    surnames = tuple(name for name, is_surname in zip(names, kinds, strict=True) if is_surname)
    given_names = tuple(name for name, is_surname in zip(names, kinds, strict=True) if not is_surname)
    return replace(reference, surnames=surnames, given_names=given_names)


def load_spellings(file: Path) -> pl.DataFrame:
    """Every Latin spelling of a list of names (`khmer`, `roman`, `variants` parted by '|'): `local`, `latin`."""
    told = pl.read_csv(file, infer_schema=False)
    spelled = pl.concat_str("roman", "variants", separator="|", ignore_nulls=True).str.split("|")
    every = told.select(local="khmer", latin=spelled).explode("latin")
    return every.filter(pl.col("latin") != "")


def store_reference(con: duckdb.DuckDBPyConnection, directory: Path) -> None:
    """Write reference.areas (areas.csv, area_settings.csv), .tiles (tiles.csv) and .policy (policy.yaml); empty where
    there is no file. Raises `ValueError` where the settings of areas are not sound."""
    tables.create(con, *tables.REFERENCE)
    areas, tiles = directory / AREAS, directory / "tiles.csv"
    if areas.is_file():
        _store(con, tables.AREA_NAMES, with_settings(directory, pl.read_csv(areas, infer_schema=False)))
    if tiles.is_file():
        _store(con, tables.TILES, pl.read_csv(tiles, infer_schema=False))
    store_policy(con, directory)


def load_policy(directory: Path) -> pl.DataFrame:
    """The values of policy.yaml as rows of reference.policy; none where a country has no such file."""
    policy = directory / "policy.yaml"
    return policy_rows(policy.read_text(encoding="utf-8") if policy.is_file() else "")


def store_policy(con: duckdb.DuckDBPyConnection, directory: Path) -> None:
    """Write reference.policy (policy.yaml)."""
    _store(con, tables.POLICY, load_policy(directory))


def _store(con: duckdb.DuckDBPyConnection, table: tables.Table, frame: pl.DataFrame) -> None:
    con.register("reference_frame", frame)
    columns = ", ".join(f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in table.columns)
    tables.fill(con, table, f"SELECT {columns} FROM reference_frame")
    con.unregister("reference_frame")
