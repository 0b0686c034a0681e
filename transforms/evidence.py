"""All that one finding rests on: records as they came and as they were read, links, rejected candidates, policy.

Read-only: writes temporary tables and macros alone. A warehouse holds everything; a release has no raw and clean
records, and there they are told by their keys. It holds what registers say of people: show it where that is allowed.
"""

import json
from collections.abc import Sequence
from typing import Any

import duckdb

from transforms import facts, tables
from transforms.complaints import SPEAKS_AGAINST, SPEAKS_FOR
from transforms.explain import Explanation, UnknownRecordError, explain_pair
from transforms.feature import MISSING
from transforms.findings import Rule
from transforms.told import NEAREST, told

Rows = list[dict[str, Any]]
MOST_RECORDS, MOST_LINKS, MOST_CANDIDATES = 40, 6, 3
OF_RECORDS = tuple(t for t in tables.CLEAN if t.name not in ("quarantine", "repairs", "identifiers"))
PLACE = ("register", "snapshot_id", "row_no")
RECORDS = """
    SELECT r.register, r.record_id, r.role, p.person_id, p.link_probability, p.identifier_group
    FROM findings.records r LEFT JOIN persons.records p USING (register, record_id)
    WHERE finding_id = $1 ORDER BY r.role <> 'subject', r.role, r.register, r.record_id
"""
# Pairs that join the records of the finding's people: those of two records it rests on come first.
LINKS = f"""
    WITH mine AS (
        SELECT register, record_id FROM findings.records
        WHERE finding_id = $1 AND role NOT IN ('{SPEAKS_FOR}', '{SPEAKS_AGAINST}')
    )
    SELECT p.register_l, p.record_id_l, p.register_r, p.record_id_r, p.probability, p.identifier_exact, p.is_linked,
        ((p.register_l, p.record_id_l) IN (SELECT (register, record_id) FROM mine))::INTEGER
            + ((p.register_r, p.record_id_r) IN (SELECT (register, record_id) FROM mine))::INTEGER AS rests_on
    FROM linkage.pairs p
    JOIN persons.records l ON l.register = p.register_l AND l.record_id = p.record_id_l
    JOIN persons.records r ON r.register = p.register_r AND r.record_id = p.record_id_r
    WHERE l.person_id = r.person_id
        AND l.person_id IN (SELECT person_id FROM persons.records SEMI JOIN mine USING (register, record_id))
        AND rests_on > 0
    ORDER BY rests_on DESC, p.is_linked DESC, p.probability DESC, p.register_l, p.record_id_l, p.register_r,
        p.record_id_r
    LIMIT {MOST_LINKS}
"""
PERSON = """
    SELECT family_name, given_name, family_name_local, given_name_local, sex, birth_date, birth_precision
    FROM persons.persons WHERE person_id = $1
"""
POLICY = """
    SELECT name, value, unit, source, valid_from, valid_to FROM reference.policy
    WHERE list_contains($names, name) AND coalesce(valid_from <= $as_of, TRUE) AND coalesce(valid_to >= $as_of, TRUE)
    ORDER BY name
"""


class UnknownFindingError(LookupError):
    """A finding that findings.findings does not hold."""


def evidence_of(
    con: duckdb.DuckDBPyConnection, finding_id: str, rules: Sequence[Rule], as_of: object
) -> dict[str, Any]:
    """{finding, person, facts, records, left_out, links, candidates, policy} of one finding.

    `finding`: its row as `told` gives it. `facts`: fields of its evidence with what they mean. `records`: register,
    record_id, role, and where it came from, as it came, what standardising mended, and as it was read. `left_out`: how
    many more records there are. `links`, `candidates`: pairs with their explanation, where it can be worked out.
    `policy`: the values its rule used on `as_of`. Raises `UnknownFindingError`.
    """
    chosen = told(con, rules, "SELECT * FROM findings.findings WHERE finding_id = $id", {"id": finding_id}).to_dicts()
    if not chosen:
        raise UnknownFindingError(f"There is no finding {finding_id}: `reconcile findings` lists them.")
    finding = chosen[0] | {"evidence": json.loads(chosen[0]["evidence"])}
    rule, held = {rule.id: rule for rule in rules}.get(finding["rule"]), _held(con)
    records, links = _rows(con, RECORDS, [finding_id]), _rows(con, LINKS, [finding_id])
    means = rule.evidence if rule else {}
    names = sorted(facts.policies(rule.sql)) if rule else []
    return {
        "finding": finding,
        "person": next(iter(_rows(con, PERSON, [finding["person_id"]])), None),
        "facts": [{"field": f, "value": v, "means": means.get(f, "")} for f, v in finding["evidence"].items()],
        "records": [record | _origin(con, held, record) for record in records[:MOST_RECORDS]],
        "left_out": max(0, len(records) - MOST_RECORDS),
        "links": [pair | {"explanation": _explained(con, held, _ends(pair))} for pair in links],
        "candidates": _candidates(con, held, finding_id),
        "policy": _rows(con, POLICY, {"names": names, "as_of": as_of}),
    }


def _rows(con: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> Rows:
    return con.execute(query, parameters).pl().to_dicts()


def _held(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """The tables that are there, as (schema, name)."""
    return set(con.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall())


def _origin(con: duckdb.DuckDBPyConnection, held: set[tuple[str, str]], record: dict[str, Any]) -> dict[str, Any]:
    """Where a record came from: {snapshot, file, row, came, mended, read}; nothing where the layers are not held."""
    nothing: dict[str, Any] = {"snapshot": None, "file": None, "row": None, "came": {}, "mended": [], "read": {}}
    if ("clean", "people") not in held:
        return nothing
    read = {table.name: row for table in OF_RECORDS for row in _clean(con, table, record)}
    if not read:
        return nothing
    register, snapshot, row = (next(iter(read.values()))[name] for name in PLACE)
    came = _came(con, register, snapshot, row) if ("raw", register) in held else {}
    mended = """SELECT column_name, from_kind, to_kind, found, became FROM clean.repairs
                WHERE register = $1 AND snapshot_id = $2 AND row_no = $3 ORDER BY ALL"""
    shown = {
        name: {k: v for k, v in values.items() if v is not None and k not in PLACE} for name, values in read.items()
    }
    return {
        "snapshot": snapshot, "file": came.pop("_file", None), "row": row, "came": came,
        "mended": _rows(con, mended, [register, snapshot, row]), "read": shown,
    }  # fmt: skip


def _clean(con: duckdb.DuckDBPyConnection, table: tables.Table, record: dict[str, Any]) -> Rows:
    query = f"SELECT * FROM {table.full_name} WHERE {' AND '.join(f'{name} = ?' for name in table.key)}"
    return _rows(con, query, [record["register"], record["record_id"]])


def _came(con: duckdb.DuckDBPyConnection, register: str, snapshot: str, row: int) -> dict[str, Any]:
    """The row as it came, without empty columns; nothing where another snapshot has taken its place."""
    query = f'FROM raw."{register}" WHERE _snapshot = ? AND _row = ?'
    came: dict[str, Any] = next(iter(_rows(con, query, [snapshot, row])), {})
    return {
        name: value for name, value in came.items() if name not in ("_snapshot", "_row") and value not in (None, "")
    }


def _ends(pair: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    return (pair["register_l"], pair["record_id_l"]), (pair["register_r"], pair["record_id_r"])


def _explained(
    con: duckdb.DuckDBPyConnection, held: set[tuple[str, str]], ends: tuple[tuple[str, str], tuple[str, str]]
) -> Explanation | None:
    if ("clean", "people") not in held or tables.count(con, tables.WEIGHTS) == 0:
        return None
    try:
        return explain_pair(con, *ends)
    except UnknownRecordError:
        return None


def _candidates(con: duckdb.DuckDBPyConnection, held: set[tuple[str, str]], finding_id: str) -> Rows:
    """The likeliest rejected records of the register somebody is absent from, and what differs."""
    chosen = "WITH chosen AS (SELECT * FROM findings.findings WHERE finding_id = $id)"
    query = f"{chosen} SELECT * EXCLUDE (finding_id) FROM ({NEAREST}) WHERE place <= {MOST_CANDIDATES} ORDER BY place"
    found = _rows(con, query, {"id": finding_id})
    for row in found:
        ends = (row["register"], row["record_id"]), (row["other_register"], row["other_record_id"])
        row["differs"] = differing(_explained(con, held, ends))
    return found


def differing(explanation: Explanation | None) -> Rows:
    """The features that speak against a pair, the strongest first: {feature, value_l, value_r, means, weight}."""
    against = [row for row in explanation.rows if row.level != MISSING and row.weight < 0] if explanation else []
    ordered = sorted(against, key=lambda row: (row.weight, row.feature))
    return [{"feature": r.feature, "value_l": r.value_l, "value_r": r.value_r, "means": r.means, "weight": r.weight}
            for r in ordered]  # fmt: skip
