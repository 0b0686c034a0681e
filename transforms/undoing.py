"""How much of the dirt that was put into the registers standardising undid, and whether it spoiled what was right.

The truth tells what each record means (`records`) and which of its values were damaged, how, and what a perfect reader
makes of it (`dirt`). Measured here is what stands in the clean layer. Counts and record ids only, never a value.
"""

from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import polars as pl

from transforms.mapping import YIELDED, RegisterMapping
from transforms.repairs import REMEDIES
from transforms.tables import CLEAN, Table, number
from transforms.text import tidy

Rows = list[dict[str, Any]]
BUCKETS = ("undone", "quarantined", "set_aside", "kept", "changed", "missed", "unmeasured")
IDENTIFIERS = ("national_id", "birth_certificate", "equity_card")
# What is compared, of the truth and of clean.people alike. Only the year counts where no more is known.
_BIRTH = """CASE WHEN {0}.birth_precision IN ('year', 'age') THEN strftime({0}.birth_date, '%Y')
    ELSE strftime({0}.birth_date, '%Y-%m-%d') END || ' ' || coalesce({0}.birth_precision, '')"""
COMPARED = {
    "family_name_local": "{0}.family_name_local",
    "given_name_local": "{0}.given_name_local",
    "family_name": "strip_accents(lower({0}.family_name))",
    "given_name": "strip_accents(lower({0}.given_name))",
    "sex": "{0}.sex",
    "birth_date": _BIRTH,
    "phone": "{0}.phone",
    "area_4": "{0}.area_4",
} | {name: f"{{0}}.{name}" for name in IDENTIFIERS}
_NO_RECORD = ("identifiers", "quarantine", "repairs", "cleanliness")


@dataclass(frozen=True)
class Undoing:
    """What became of the dirt.

    `kinds`: one row a kind of dirt and column: kind, column, planted, a count a bucket, example (a record that was
    missed or changed, as register:key, or null). A value damaged in several ways counts under each.
    `columns`: one row a column, of its values without dirt in rows that are clean: right (how many), made_wrong
    (another value stands), set_aside (none stands), invented (a value where the register sent none), example.
    `damaged`, `restored`: values of which all dirt can be undone, in rows that can be read; and of them those that
    equal the truth. `lost`: records neither clean nor in quarantine. `turned_away`: records in quarantine for a reason
    of reading that the truth does not know. `unaccounted`: raw rows that are not in exactly one of clean, quarantine.
    """

    damaged: int
    restored: int
    records: int
    lost: int
    turned_away: int
    raw_rows: int
    unaccounted: int
    kinds: Rows
    columns: Rows

    @property
    def share(self) -> float:
        return self.restored / self.damaged if self.damaged else 1.0

    @property
    def right(self) -> int:
        return sum(row["right"] for row in self.columns)

    @property
    def made_wrong(self) -> int:
        return sum(row["made_wrong"] for row in self.columns)

    @property
    def fates(self) -> tuple[str, ...]:
        """The buckets that are not empty."""
        return tuple(bucket for bucket in BUCKETS if any(row[bucket] for row in self.kinds))

    def worst(self, most: int) -> Rows:
        """The kinds of which most was missed or changed: kind, planted, missed (both), example."""
        kinds: dict[str, dict[str, Any]] = {}
        for row in self.kinds:
            told = kinds.setdefault(row["kind"], {"kind": row["kind"], "planted": 0, "missed": 0, "example": None})
            told["planted"] += row["planted"]
            told["missed"] += row["missed"] + row["changed"]
            told["example"] = told["example"] or row["example"]
        return [row for row in sorted(kinds.values(), key=lambda row: -row["missed"]) if row["missed"]][:most]

    def to_dict(self) -> dict[str, Any]:
        return {"share": self.share, "right": self.right, "made_wrong": self.made_wrong} | asdict(self)


def measure_undoing(
    con: duckdb.DuckDBPyConnection, records: pl.DataFrame, dirt: pl.DataFrame, mappings: dict[str, RegisterMapping]
) -> Undoing:
    """Compare the clean layer with the truth.

    `records`: one row a record of a person: register, record_id, meant values. `dirt`: one row a damaged value:
    register, record_id, column, kind, outcome (undone, quarantined, set_aside, kept), meant (canonical text, of values
    that no record bears). `mappings`: of each register. Reads raw.<register> and ops.arrivals too. Latin names are
    compared without case and accents; an identifier only where it is valid.
    """
    _prepare(con, records, dirt, mappings)
    columns = [_compare(con, column) for column in COMPARED]
    _compare_facts(con, mappings)
    con.execute(_OTHER_PLACES)
    damaged, restored = _row(con, _SHARE)
    told, lost, turned = _row(con, _RECORDS)
    raw_rows, unaccounted = rows_accounted(con)
    kinds = _dicts(con, _KINDS)
    return Undoing(damaged, restored, told, lost, turned, raw_rows, unaccounted, kinds, columns)


def rows_accounted(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Raw rows of the last night's snapshots, and how many are not in exactly one of clean and quarantine."""
    used = con.execute(
        """SELECT register, snapshot_id FROM ops.arrivals WHERE snapshot_id IS NOT NULL
        AND run_id = (SELECT run_id FROM ops.runs ORDER BY started_at DESC LIMIT 1)"""
    ).fetchall()
    clean = " UNION ".join(
        f"SELECT register, row_no FROM {table.full_name}"
        for table in CLEAN
        if "row_no" in table.column_names and table.name not in _NO_RECORD
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE undo_rows AS SELECT register, row_no, count(*) AS places FROM
        (({clean}) UNION ALL SELECT register, row_no FROM clean.quarantine) GROUP BY ALL"""
    )
    total = wrong = 0
    for register, snapshot in used:
        raw = f'SELECT CAST(_row AS BIGINT) AS row_no FROM raw."{register}" WHERE _snapshot = $1'
        total += number(con, f"SELECT count(*) FROM ({raw})", [snapshot])
        ours = f"(SELECT * FROM undo_rows WHERE register = '{register}')"
        joined = f"SELECT count(*) FROM ({raw}) FULL JOIN {ours} o USING (row_no)"
        wrong += number(con, f"{joined} WHERE o.places IS DISTINCT FROM 1", [snapshot])
    return total, wrong


def _prepare(
    con: duckdb.DuckDBPyConnection, records: pl.DataFrame, dirt: pl.DataFrame, mappings: dict[str, RegisterMapping]
) -> None:
    """The truth, what stands where, and nothing compared yet, as temporary tables."""
    frames = {"records": records, "dirt": dirt, "turned": _turned_away(con, mappings)}
    for name, frame in frames.items():
        con.register("undo_frame", frame)
        con.execute(f"CREATE OR REPLACE TEMP TABLE undo_{name} AS SELECT * FROM undo_frame")
        con.unregister("undo_frame")
    kept = [table for table in CLEAN if table.name not in _NO_RECORD]
    ids = " UNION ".join(f'SELECT register, "{table.key[-1]}" AS record_id FROM {table.full_name}' for table in kept)
    con.execute(f"CREATE OR REPLACE TEMP TABLE undo_clean AS {ids}")
    for statement in _PREPARED:
        con.execute(statement)


def _turned_away(con: duckdb.DuckDBPyConnection, mappings: dict[str, RegisterMapping]) -> pl.DataFrame:
    """The records in quarantine: register, record_id (null where the key is), and whether reading was the reason."""
    frames = [pl.DataFrame(schema={"register": pl.String, "record_id": pl.String, "unread": pl.Boolean})]
    for register, key in ((name, mapping.key) for name, mapping in mappings.items()):
        parts = ", ".join(f"""json_extract_string(raw, '$."{part}"') AS "{part}" """ for part in key)
        query = f"SELECT reason, {parts} FROM clean.quarantine WHERE register = $1"
        rows = con.execute(query, [register]).pl()
        record = pl.concat_str([tidy(pl.col(part).cast(pl.String)) for part in key], separator="/")
        unread = pl.col("reason").is_in(list(REMEDIES))
        frames.append(rows.select(register=pl.lit(register), record_id=record, unread=unread))
    return pl.concat(frames)


def _compare(con: duckdb.DuckDBPyConnection, column: str) -> dict[str, Any]:
    """Add a column's damaged values to undo_values; gives how its right values fared."""
    con.execute(_compared(column))
    con.execute(_DAMAGED, {"place": column})
    return {"column": column} | _dicts(con, _RIGHT, {"place": column})[0]


def _compared(column: str) -> str:
    """The statement that lays what was meant beside what stands, for every record of the truth."""
    meant = COMPARED[column].format("t")
    if column in IDENTIFIERS:
        source = f"""(SELECT register, record_id, list(value ORDER BY value) AS found FROM clean.identifiers
            WHERE id_type = '{column}' AND is_valid GROUP BY ALL)"""
        got = f"CASE WHEN list_contains(c.found, {meant}) THEN {meant} ELSE c.found[1] END"
    else:
        source, got = "clean.people", COMPARED[column].format("c")
    return f"""CREATE OR REPLACE TEMP TABLE undo_compared AS
        SELECT t.register, t.record_id, {meant} IS NULL AS meant_nothing, CASE WHEN s.in_clean THEN
            CASE WHEN ({got}) IS NULL THEN 'nothing' WHEN ({got}) = {meant} THEN 'equal' ELSE 'other' END
            WHEN s.in_quarantine THEN 'quarantined' ELSE 'lost' END AS observed
        FROM undo_records t JOIN undo_standing s USING (register, record_id)
        LEFT JOIN {source} c USING (register, record_id)"""


def _compare_facts(con: duckdb.DuckDBPyConnection, mappings: dict[str, RegisterMapping]) -> None:
    """Add the damaged values that no record of a person bears: what was meant beside what stands in its table."""
    places = con.execute("SELECT DISTINCT register, place FROM undo_meant ORDER BY ALL").fetchall()
    for register, place in places:
        for table, column in _stands_in(mappings[register], place)[:1]:
            con.execute(_OF_FACTS.format(key=table.key[-1], column=column, table=table.full_name), [register, place])


def _stands_in(mapping: RegisterMapping, place: str) -> list[tuple[Table, str]]:
    """The clean columns that a source column fills, or that bear the name."""
    return [
        (YIELDED[name], column)
        for name, fills in mapping.yields.items()
        for column, value in fills.columns.items()
        if place in (value.column, column) and value.first is None and column in YIELDED[name].column_names
    ]


def _row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return tuple(int(value) for value in con.execute(query).fetchone() or ())


def _dicts(con: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> Rows:
    return con.execute(query, parameters).pl().to_dicts()


_PREPARED = (
    """CREATE OR REPLACE TEMP TABLE undo_meant AS
        SELECT register, record_id, "column" AS place, any_value(meant) AS meant
        FROM undo_dirt WHERE meant IS NOT NULL GROUP BY ALL""",
    # The precision is a part of the birth date: only both together say what is known.
    """CREATE OR REPLACE TEMP TABLE undo_dirt AS SELECT DISTINCT register, record_id, kind, outcome,
        CASE "column" WHEN 'birth_precision' THEN 'birth_date' ELSE "column" END AS place FROM undo_dirt""",
    """CREATE OR REPLACE TEMP TABLE undo_places AS SELECT register, record_id, place,
        bool_or(outcome = 'quarantined') AS turned, bool_or(outcome = 'set_aside') AS aside,
        bool_or(outcome = 'kept') AS kept FROM undo_dirt GROUP BY ALL""",
    # Rightly out: as the truth has it, or since the contract does not admit the row (a case told without consent).
    """CREATE OR REPLACE TEMP TABLE undo_standing AS
    WITH named AS (SELECT register, record_id FROM undo_records UNION SELECT register, record_id FROM undo_places),
    turned AS (SELECT register, record_id, bool_or(unread) AS unread FROM undo_turned GROUP BY ALL),
    meant AS (SELECT register, record_id FROM undo_places WHERE turned AND place <> '_row' GROUP BY ALL)
    SELECT n.register, n.record_id, c.register IS NOT NULL AS in_clean, t.register IS NOT NULL AS in_quarantine,
        coalesce(t.unread, FALSE) AS unread, m.register IS NOT NULL AS meant_turned,
        c.register IS NULL AND (m.register IS NOT NULL OR (t.register IS NOT NULL AND NOT t.unread)) AS rightly_out
    FROM named n LEFT JOIN undo_clean c ON c.register = n.register AND c.record_id = n.record_id
    LEFT JOIN turned t ON t.register = n.register AND t.record_id IS NOT DISTINCT FROM n.record_id
    LEFT JOIN meant m ON m.register = n.register AND m.record_id IS NOT DISTINCT FROM n.record_id""",
    """CREATE OR REPLACE TEMP TABLE undo_values
        (register VARCHAR, record_id VARCHAR, place VARCHAR, meant_nothing BOOLEAN, observed VARCHAR)""",
)

_DAMAGED = """INSERT INTO undo_values SELECT c.register, c.record_id, p.place, c.meant_nothing, c.observed
    FROM undo_compared c JOIN undo_places p USING (register, record_id) WHERE p.place = $place"""

_OF_FACTS = """INSERT INTO undo_values SELECT m.register, m.record_id, m.place, FALSE,
    CASE WHEN CAST(c."{column}" AS VARCHAR) = m.meant THEN 'equal' WHEN c."{column}" IS NULL THEN 'nothing'
        ELSE 'other' END
FROM undo_meant m JOIN {table} c ON c.register = m.register AND c."{key}" = m.record_id
WHERE m.register = $1 AND m.place = $2 AND NOT EXISTS (FROM undo_values v
    WHERE v.register = m.register AND v.record_id = m.record_id AND v.place = m.place)"""

_RIGHT = """SELECT count(*) FILTER (NOT meant_nothing) AS "right",
    count(*) FILTER (NOT meant_nothing AND observed = 'other') AS made_wrong,
    count(*) FILTER (NOT meant_nothing AND observed = 'nothing') AS set_aside,
    count(*) FILTER (meant_nothing AND observed = 'other') AS invented,
    coalesce(min(register || ':' || record_id) FILTER (NOT meant_nothing AND observed = 'other'),
        min(register || ':' || record_id) FILTER (NOT meant_nothing AND observed = 'nothing')) AS example
FROM undo_compared c WHERE observed IN ('equal', 'other', 'nothing') AND NOT EXISTS
    (FROM undo_places p WHERE p.register = c.register AND p.record_id = c.record_id AND p.place = $place)"""

# Rows, files, and columns of the source that have no meant value: what stands is known, not whether it is right.
_OTHER_PLACES = """INSERT INTO undo_values
SELECT p.register, p.record_id, p.place, FALSE, CASE
    WHEN p.place = '_file' THEN CASE WHEN p.register IN (SELECT register FROM undo_clean) THEN 'equal' ELSE 'lost' END
    WHEN s.in_quarantine AND (p.place = '_row' OR NOT s.in_clean) THEN 'quarantined'
    WHEN NOT s.in_clean THEN 'lost'
    WHEN EXISTS (FROM clean.repairs r WHERE r.register = p.register AND r.record_id = p.record_id
        AND r.column_name = p.place AND r.to_kind = 'set_aside') THEN 'nothing'
    ELSE 'unknown' END
FROM undo_places p JOIN undo_standing s ON s.register = p.register AND s.record_id IS NOT DISTINCT FROM p.record_id
WHERE NOT EXISTS (FROM undo_values v
    WHERE v.register = p.register AND v.record_id = p.record_id AND v.place = p.place)"""

_SHARE = """SELECT count(*), count(*) FILTER (observed = 'equal' OR (observed = 'nothing' AND meant_nothing))
FROM undo_values v JOIN undo_places p USING (register, record_id, place)
JOIN undo_standing s USING (register, record_id)
WHERE NOT (p.turned OR p.aside OR p.kept) AND NOT s.rightly_out AND observed <> 'unknown'
    AND place NOT IN ('_row', '_file')"""

_RECORDS = """SELECT count(*), count(*) FILTER (NOT s.in_clean AND NOT s.in_quarantine),
    count(*) FILTER (NOT s.in_clean AND s.unread AND NOT s.meant_turned)
FROM undo_records JOIN undo_standing s USING (register, record_id)"""

_KINDS = f"""
WITH fates AS (
    SELECT d.register, d.record_id, d.kind, d.place, CASE
        WHEN v.observed = 'quarantined' THEN
            CASE WHEN d.outcome = 'undone' AND NOT s.rightly_out THEN 'missed' ELSE 'quarantined' END
        WHEN v.observed = 'lost' THEN 'missed'
        WHEN v.observed = 'unknown' THEN CASE d.outcome WHEN 'kept' THEN 'kept' WHEN 'undone' THEN 'unmeasured'
            ELSE 'missed' END
        WHEN d.outcome IN ('set_aside', 'quarantined') THEN
            CASE WHEN v.observed = 'nothing' THEN 'set_aside' ELSE 'missed' END
        WHEN v.observed = 'equal' OR (v.observed = 'nothing' AND v.meant_nothing) THEN d.outcome
        WHEN v.observed = 'nothing' AND (d.outcome = 'kept' OR p.aside OR p.turned) THEN 'set_aside'
        WHEN d.outcome = 'kept' THEN 'changed'
        ELSE 'missed' END AS fate
    FROM undo_dirt d JOIN undo_values v ON v.register = d.register AND v.place = d.place
        AND v.record_id IS NOT DISTINCT FROM d.record_id
    JOIN undo_places p ON p.register = d.register AND p.place = d.place AND p.record_id IS NOT DISTINCT FROM d.record_id
    JOIN undo_standing s ON s.register = d.register AND s.record_id IS NOT DISTINCT FROM d.record_id
)
SELECT kind, place AS "column", count(*) AS planted,
    {", ".join(f"count(*) FILTER (fate = '{bucket}') AS {bucket}" for bucket in BUCKETS)},
    coalesce(min(register || ':' || coalesce(record_id, '')) FILTER (fate = 'missed'),
        min(register || ':' || record_id) FILTER (fate = 'changed')) AS example
FROM fates GROUP BY ALL ORDER BY kind, "column" """
