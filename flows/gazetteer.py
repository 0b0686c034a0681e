"""The gazetteer of a country, checked before anything is read by it."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from transforms.tables import AreaSetting
from transforms.text import HIDDEN

AREAS, CHANGES, SETTINGS = "areas.csv", "area_changes.csv", "area_settings.csv"
AREA_COLUMNS = ("code", "level", "name_en", "name_km")
CHANGE_COLUMNS = ("old_code", "new_code", "since", "source")
SETTING_COLUMNS = ("code", "setting", "source")
LINES_BEFORE = 2  # the header, and lines are counted from 1


@dataclass(frozen=True)
class _Check:
    """What a column must hold. `fails`: a truth for every row; `remedy`: what to do."""

    column: str
    fails: pl.Expr
    remedy: str


def load_areas(directory: Path, digits: tuple[int, ...], vintage: str | None) -> pl.DataFrame | None:
    """The areas of `areas.csv` with code, level and names; null where a country has no such file.

    `digits`: how many a code of each level has; `vintage`: of which year the list is. Raises `ValueError` naming
    file, line, column, what was found and what to do when the list is not sound.
    """
    file = directory / AREAS
    if not file.is_file():
        return None
    if not vintage:
        raise ValueError(f"country.yaml: areas_vintage: missing. Say of which year {AREAS} is, as '2025'.")
    areas = _table(file, AREA_COLUMNS)
    for check in _area_checks(areas, digits):
        _hold(areas, check, AREAS)
    return areas


def _table(file: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        table = pl.read_csv(file, infer_schema=False, encoding="utf8")
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{file.name}: cannot be read as CSV in UTF-8 ({type(error).__name__}). Save it so.") from None
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{file.name}: line 1: no column {missing[0]!r}. It needs the columns {', '.join(columns)}.")
    return table.select(columns)


def _area_checks(areas: pl.DataFrame, digits: tuple[int, ...]) -> list[_Check]:
    code = pl.col("code").fill_null("")
    lengths = pl.col("level").replace_strict({str(n): size for n, size in enumerate(digits, 1)}, default=None)
    parents = {size: upper for upper, size in pairwise(digits)}
    parent = pl.coalesce(
        pl.lit(None, dtype=pl.String),
        *(pl.when(code.str.len_bytes() == size).then(code.str.slice(0, upper)) for size, upper in parents.items()),
    )
    orphan = parent.is_not_null() & ~parent.is_in(areas["code"].drop_nulls().to_list())
    names = [
        check
        for column in ("name_en", "name_km")
        for check in (
            _Check(column, pl.col(column).fill_null("").str.strip_chars() == "", "Give the area its name."),
            _Check(column, pl.col(column).str.contains(HIDDEN).fill_null(False), "Take out the sign that nobody sees."),
        )
    ]
    return [
        _Check("code", ~code.str.contains(r"^[0-9]+$"), "Write the code in ASCII digits."),
        _Check("level", lengths.is_null(), f"Write a level from 1 to {len(digits)}."),
        _Check(
            "code",
            code.str.len_bytes() != lengths.fill_null(0),
            f"Give it the digits of its level: {', '.join(map(str, digits))}.",
        ),
        _Check("code", pl.col("code").is_duplicated(), "Give every area its own code."),
        _Check("code", orphan, "It begins with the code of no area: add that area above it, or correct the code."),
        *names,
    ]


def _hold(table: pl.DataFrame, check: _Check, name: str) -> None:
    wrong = table.with_row_index("_line", LINES_BEFORE).filter(check.fails)
    if not wrong.is_empty():
        found = ascii(wrong[check.column][0]).replace("\\\\", "\\")
        more = f" (and {wrong.height - 1:,} more)" if wrong.height > 1 else ""
        raise ValueError(f"{name}: line {wrong['_line'][0]}: {check.column}: found {found}{more}. {check.remedy}")


def load_changes(directory: Path, areas: pl.DataFrame | None) -> tuple[tuple[str, str], ...]:
    """Old codes and what became of them, out of `area_changes.csv`; none where there is no such file.

    Raises `ValueError` as `load_areas` does.
    """
    file = directory / CHANGES
    if not file.is_file() or areas is None:
        return ()
    changes = _table(file, CHANGE_COLUMNS)
    known = {name: pl.col(name).is_in(areas["code"].to_list()).fill_null(False) for name in ("old_code", "new_code")}
    same_level = pl.col("old_code").str.len_bytes() == pl.col("new_code").str.len_bytes()
    for check in (
        _Check("old_code", known["old_code"], f"It is a code of {AREAS} today, so nobody can tell which is meant."),
        _Check("old_code", ~pl.col("old_code").str.contains(r"^[0-9]+$").fill_null(False), "Write it in ASCII digits."),
        _Check("old_code", pl.col("old_code").is_duplicated(), "An old code can have one successor."),
        _Check("new_code", ~known["new_code"], f"Name a code that stands in {AREAS}."),
        _Check("new_code", ~same_level, "Name an area of the same level as the old one."),
        _Check("source", pl.col("source").fill_null("") == "", "Say where the change is written."),
    ):
        _hold(changes, check, CHANGES)
    return tuple(changes.select("old_code", "new_code").iter_rows())


def with_settings(directory: Path, areas: pl.DataFrame) -> pl.DataFrame:
    """The areas (code, and any more) with `setting`: urban or rural, as `area_settings.csv` says of the area or of one
    that it lies in; null where neither is told, or where there is no such file.

    Raises `ValueError` as `load_areas` does.
    """
    file = directory / SETTINGS
    if not file.is_file():
        return areas.with_columns(setting=pl.lit(None, pl.String))
    settings = _table(file, SETTING_COLUMNS)
    sizes = settings["code"].drop_nulls().str.len_bytes().unique().sort()
    for check in _setting_checks(settings, areas["code"], sizes):
        _hold(settings, check, SETTINGS)
    told = dict(settings.select("code", "setting").iter_rows())
    begins = (_front("code", size).replace_strict(told, default=None, return_dtype=pl.String) for size in sizes)
    return areas.with_columns(setting=pl.coalesce(pl.lit(None, pl.String), *begins))


def _setting_checks(settings: pl.DataFrame, areas: pl.Series, sizes: pl.Series) -> list[_Check]:
    code, listed = pl.col("code").fill_null(""), settings["code"].drop_nulls().to_list()
    within = pl.any_horizontal(
        pl.lit(False), *((code.str.len_bytes() > size) & _front("code", size).is_in(listed) for size in sizes)
    )
    return [
        _Check("code", ~code.is_in(areas.to_list()), f"Name a code that stands in {AREAS}."),
        _Check("code", pl.col("code").is_duplicated(), "List an area once."),
        _Check("code", within, "It lies in an area that is listed, too: list what is wholly urban or rural alone."),
        _Check(
            "setting",
            ~pl.col("setting").is_in(list(AreaSetting)).fill_null(False),
            f"Write {' or '.join(AreaSetting)}.",
        ),
        _Check("source", pl.col("source").fill_null("") == "", "Say where that is written."),
    ]


def _front(column: str, size: int) -> pl.Expr:
    """The first digits of a code."""
    return pl.col(column).str.head(size)
