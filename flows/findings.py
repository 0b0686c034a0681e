"""What `reconcile findings` tells: findings of the last night or of a release, one in full, and counts of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import release, rules, warehouse
from transforms import evidence, public_counts, tables
from transforms.tables import Severity
from transforms.told import told

Rows = list[dict[str, Any]]
BREAKDOWNS = ("total", "province", "state")
SEVERITIES = ", ".join(f"'{severity}'" for severity in Severity)
# How to sort: the expression, and the columns it needs; what is worth looking at first comes first.
SORTS = {
    "severity": (f"list_position([{SEVERITIES}], severity), rule, probability DESC", ()),
    "rule": ("rule, probability DESC", ()),
    "probability": ("probability DESC, rule", ()),
    "province": ("area_1 NULLS LAST, area_3 NULLS LAST, rule", ()),
    "complaints": ("complaints DESC, rule, probability DESC", ()),
    "priority": ("priority DESC, rule", ("priority",)),
    "since": ("first_seen, rule", ("first_seen",)),
}
FILTERS = {
    "rule": "rule = upper($rule)",
    "kind": "kind = $kind",
    "state": "state = $state",
    "severity": "severity = $severity",
    "province": "area_1 IN (SELECT code FROM reference.areas WHERE level = 1"
    " AND (code = lpad($province, 2, '0') OR lower(name_en) = lower($province) OR name_km = $province))",
    "since": "first_seen >= $since",
}
COUNTS = """
    SELECT f.rule, f.area_1, coalesce(a.name_en, f.area_1, 'unknown') AS province,
        count(*) FILTER (state = 'confirmed') AS confirmed, count(*) FILTER (state = 'probable') AS probable,
        count(*) FILTER (state = 'cannot_tell') AS cannot_tell, count(*) AS findings
    FROM findings.findings f LEFT JOIN reference.areas a ON a.code = f.area_1
    GROUP BY ALL ORDER BY f.rule, f.area_1 NULLS LAST
"""


@dataclass(frozen=True)
class Wanted:
    """Which findings, how many at most (none: all) and in which order."""

    rule: str | None = None
    kind: str | None = None
    state: str | None = None
    severity: str | None = None
    province: str | None = None
    since: date | None = None
    limit: int | None = None
    sort: str = "severity"

    @property
    def given(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name) is not None}

    def without_limit(self) -> "Wanted":
        return replace(self, limit=None)


@dataclass(frozen=True)
class Night:
    """The findings to read, and the date they were asked at."""

    con: duckdb.DuckDBPyConnection
    as_of: date


@contextmanager
def opened(home: Path, run_id: str | None) -> Iterator[Night]:
    """The last night of a home, or one of its releases, read-only.

    Raises `WarehouseMissing` where there are no findings to read, `ReleaseError` where there is no such release.
    """
    path = home / "warehouse.duckdb" if run_id is None else _released(home, run_id)
    with warehouse.opened(path, read_only=True) as con:
        if set(tables.FINDINGS.column_names) - _columns(con):
            raise warehouse.WarehouseMissing(
                f"{path} holds no findings that can be shown, or those of an older version: hold a night first."
            )
        yield Night(con, _as_of(con) if run_id is None else _released_as_of(path))


def _released(home: Path, run_id: str) -> Path:
    path = home / "releases" / run_id / release.DATABASE
    if not path.is_file():
        there = ", ".join(sorted(p.name for p in (home / "releases").glob("[!.]*"))) or "none"
        raise release.ReleaseError(f"There is no release {run_id} in {home}. There is: {there}.")
    return path


def _as_of(con: duckdb.DuckDBPyConnection) -> date:
    query = """SELECT as_of FROM ops.runs WHERE run_id IN (SELECT run_id FROM ops.stages WHERE stage = 'find')
               ORDER BY rowid DESC LIMIT 1"""
    row = con.execute(query).fetchone()
    if row is None:
        raise warehouse.WarehouseMissing("No night has asked the rules yet: hold one with `reconcile run`.")
    return date.fromisoformat(str(row[0]))


def _released_as_of(path: Path) -> date:
    return date.fromisoformat(json.loads((path.parent / "manifest.json").read_text("utf-8"))["as_of"])


def _columns(con: duckdb.DuckDBPyConnection) -> set[str]:
    query = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'findings' AND table_name = 'findings'"
    return {name for (name,) in con.execute(query).fetchall()}


def listed(night: Night, wanted: Wanted, folder: Path | None) -> tuple[pl.DataFrame, int]:
    """The wanted findings with their sentences, and how many there are without the limit.

    Raises `ValueError` where they are sorted or filtered by what this night does not keep.
    """
    order, needs = SORTS[wanted.sort]
    lacking = {*needs, *(["first_seen"] if wanted.since else [])} - _columns(night.con)
    if lacking:
        raise ValueError(f"The findings of this night do not tell {' and '.join(sorted(lacking))}.")
    where = " AND ".join([FILTERS[name] for name in wanted.given] or ["TRUE"])
    chosen = f"SELECT * FROM findings.findings WHERE {where}"
    there = tables.number(night.con, f"SELECT count(*) FROM ({chosen})", wanted.given)
    limit = "" if wanted.limit is None else f"LIMIT {wanted.limit}"
    first = f"{order}, finding_id"
    query = f"{chosen} ORDER BY {first} {limit}"
    return told(night.con, rules.load(folder), query, wanted.given, first), there


def shown(night: Night, finding_id: str, folder: Path | None) -> dict[str, Any]:
    """All that one finding rests on (see `evidence.evidence_of`). Raises `ValueError` where there is none."""
    try:
        return evidence.evidence_of(night.con, finding_id, rules.load(folder), night.as_of)
    except evidence.UnknownFindingError as error:
        raise ValueError(str(error)) from None


def summary(night: Night) -> Rows:
    """Findings by rule and province: {rule, area_1, province, confirmed, probable, cannot_tell, findings}."""
    return night.con.execute(COUNTS).pl().to_dicts()


def public_summary(night: Night) -> Rows:
    """What may leave the administration: {rule, breakdown, name, findings, hidden}; findings null where hidden.

    The same counts as in the public pack, with the same ones hidden (see `transforms.public_counts`).
    """
    told = public_counts.findings(night.con, night.as_of).with_columns(
        pl.col("breakdown").replace("area_1", "province")
    )
    names = night.con.execute("SELECT code AS group_code, name_en FROM reference.areas WHERE level = 1").pl()
    named = told.join(names, on="group_code", how="left", maintain_order="left").with_columns(
        name=pl.coalesce("name_en", "group_code")
    )
    rows = named.select("rule", "breakdown", "name", "findings", "hidden").to_dicts()
    return sorted(rows, key=lambda row: (row["rule"], BREAKDOWNS.index(row["breakdown"])))
