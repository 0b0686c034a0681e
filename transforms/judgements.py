"""Judgements: what humans said of pairs of records. They outrank the model, and are kept from night to night.

Whatever was ever given is kept; of each pair the last judgement counts. Where people said different things of it at one
time, nobody is sure. A judgement about a record that is not there tonight waits for it.
"""

from datetime import datetime

import duckdb
import numpy as np

from transforms.kinds import Judged
from transforms.tables import (
    JUDGEMENTS,
    JUDGEMENTS_ASIDE,
    JUDGEMENTS_GIVEN,
    KEPT_JUDGEMENTS,
    ensure,
    exists,
    fill,
    number,
)

ENOUGH = 100  # judged candidate pairs, from which on a fit learns from them
COLUMNS = ("register_l", "record_id_l", "register_r", "record_id_r", "judgement", "judged_by", "judged_at", "reason")
_NEEDED = {
    "register_l": "Write the register of the first record.",
    "record_id_l": "Write the key of the first record.",
    "register_r": "Write the register of the second record.",
    "record_id_r": "Write the key of the second record.",
    "judgement": "Write same, different or unsure.",
    "judged_by": "Write who judged.",
    "judged_at": "Write when it was judged, as in 2026-11-01T09:30:00+07:00.",
}


def take(con: duckdb.DuckDBPyConnection, now: datetime) -> tuple[int, int]:
    """Keep the judgements that were read; returns how many pairs are judged, and how many rows and files went aside.

    `now`: UTC; what claims to be judged later cannot be used, since it would outrank whatever is said until then.
    Reads the temporary tables judgements_read (file, row_no and COLUMNS, all text) and judgements_unread, which has
    the columns of linkage.judgements_aside. Writes linkage.judgements_given, which only grows; linkage.judgements,
    in which the fate of a judgement stays while the judgement does; and linkage.judgements_aside.
    """
    ensure(con, *KEPT_JUDGEMENTS)
    con.execute("SET TimeZone = 'UTC'")  # a time without a zone is UTC
    con.execute(f"CREATE OR REPLACE TEMP TABLE judgements_trimmed AS {_TRIMMED}")
    con.execute("RESET TimeZone")
    wrong = f"SELECT file, row_no, {_WRONG} AS wrong, * EXCLUDE (file, row_no) FROM judgements_trimmed"
    con.execute(f"CREATE OR REPLACE TEMP TABLE judgements_checked AS {wrong}", {"now": now})
    con.execute(
        f"""INSERT INTO {JUDGEMENTS_GIVEN.full_name} BY NAME
        SELECT * FROM ({_USABLE}) ANTI JOIN {JUDGEMENTS_GIVEN.full_name} USING ({", ".join(JUDGEMENTS_GIVEN.key)})"""
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged_before AS FROM {JUDGEMENTS.full_name}")
    fill(con, JUDGEMENTS, _COUNTING, {"now": now})
    aside = fill(con, JUDGEMENTS_ASIDE, f"{_ASIDE} UNION ALL BY NAME FROM judgements_unread")
    for name in ("judgements_trimmed", "judgements_checked", "judged_before"):
        con.execute(f"DROP TABLE {name}")
    return number(con, f"SELECT count(*) FROM {JUDGEMENTS.full_name}"), aside


_TRIMMED = f"""
    SELECT file, row_no, {", ".join(f"nullif(trim({name}), '') AS {name}" for name in COLUMNS if name != "judgement")},
        nullif(lower(trim(judgement)), '') AS judgement,
        TRY_CAST(trim(judged_at) AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS moment
    FROM judgements_read"""

# The first column of a row that cannot be used; null where all can.
_WRONG = f"""CASE
    {" ".join(f"WHEN {name} IS NULL THEN '{name}'" for name in _NEEDED)}
    WHEN (register_l, record_id_l) = (register_r, record_id_r) THEN 'record_id_r'
    WHEN judgement NOT IN ('same', 'different', 'unsure') THEN 'judgement'
    WHEN moment IS NULL OR moment > $now + INTERVAL 1 HOUR THEN 'judged_at' END"""

_SWAPPED = "(register_l, record_id_l) > (register_r, record_id_r)"
_USABLE = f"""
    SELECT DISTINCT ON ({", ".join(JUDGEMENTS_GIVEN.key)}) * FROM (
        SELECT {
    ", ".join(
        f"CASE WHEN {_SWAPPED} THEN {name}_{other} ELSE {name}_{side} END AS {name}_{side}"
        for side, other in ("lr", "rl")
        for name in ("register", "record_id")
    )
}, judgement, judged_by, moment AS judged_at, reason
        FROM judgements_checked WHERE wrong IS NULL)
    ORDER BY {", ".join(JUDGEMENTS_GIVEN.key)}, reason"""

# Of those who spoke last of a pair, the first by name stands for all.
_COUNTING = f"""
    WITH last AS (
        SELECT * FROM {JUDGEMENTS_GIVEN.full_name}
        QUALIFY judged_at = max(judged_at) OVER (PARTITION BY register_l, record_id_l, register_r, record_id_r)
    ), counting AS (
        SELECT register_l, record_id_l, register_r, record_id_r, count(DISTINCT judgement) > 1 AS is_contested,
            CASE WHEN is_contested THEN 'unsure' ELSE min(judgement) END AS judgement,
            min(judged_by) AS judged_by, max(judged_at) AS judged_at,
            arg_min(reason, (judged_by, judgement)) AS reason
        FROM last GROUP BY ALL
    )
    SELECT c.*, coalesce(b.counts_since, $now) AS counts_since,
        CASE WHEN c.judged_at = b.judged_at THEN b.fate END AS fate
    FROM counting c LEFT JOIN judged_before b USING (register_l, record_id_l, register_r, record_id_r, judgement)"""

_FOUND = " ".join(f"WHEN '{name}' THEN {name}" for name in _NEEDED)
_REMEDY = " ".join(f"WHEN wrong = '{name}' AND {name} IS NULL THEN '{words}'" for name, words in _NEEDED.items())
_ASIDE = f"""
    SELECT file, row_no, wrong AS column_name, CASE wrong {_FOUND} END AS found,
        CASE {_REMEDY} WHEN wrong = 'record_id_r' THEN 'Name two different records.'
            WHEN wrong = 'judgement' THEN '{_NEEDED["judgement"]}'
            WHEN moment IS NOT NULL THEN 'Write when it was judged: this is still to come.'
            ELSE '{_NEEDED["judged_at"]}' END AS remedy
    FROM judgements_checked WHERE wrong IS NOT NULL"""


def judged_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table judged (rec_l, rec_r, is_same): the pairs judged same or different that are there.

    Reads linkage.judgements, which is made where it is not there, and the temporary table numbered.
    """
    ensure(con, JUDGEMENTS)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE judged AS
        SELECT l.rec AS rec_l, r.rec AS rec_r, judgement = 'same' AS is_same FROM {JUDGEMENTS.full_name}
        JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
        JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r
        WHERE judgement <> 'unsure' ORDER BY rec_l, rec_r"""
    )


def judged_patterns(con: duckdb.DuckDBPyConnection, patterns: int) -> Judged | None:
    """How many pairs of each of the patterns, numbered from 1, were judged same, and how many different.

    None where they are fewer than ENOUGH. Reads linkage.judgements and the temporary tables numbered and compared.
    """
    judged_pairs(con)
    rows = con.execute(
        """SELECT pattern_id, count(*) FILTER (is_same) AS same, count(*) FILTER (NOT is_same) AS different
        FROM judged JOIN compared USING (rec_l, rec_r) GROUP BY pattern_id"""
    ).fetchnumpy()
    same, different = np.zeros(patterns), np.zeros(patterns)
    places = np.asarray(rows["pattern_id"], dtype=np.int64) - 1
    same[places], different[places] = rows["same"], rows["different"]
    return Judged(same, different) if same.sum() + different.sum() >= ENOUGH else None


def tell_fates(con: duckdb.DuckDBPyConnection) -> None:
    """Write down in linkage.judgements what the night did with each.

    Reads the temporary tables numbered and clusters. A judgement that others contradict is a `same` that was cut.
    """
    con.execute(
        f"""UPDATE {JUDGEMENTS.full_name} AS j SET fate = told.fate FROM (
            SELECT t.rowid AS row, CASE WHEN a.cluster IS NULL OR b.cluster IS NULL THEN 'waits'
                WHEN judgement = 'unsure' THEN 'nothing_to_obey'
                WHEN (judgement = 'same') = (a.cluster = b.cluster) THEN 'obeyed'
                WHEN judgement = 'same' THEN 'contradicted' ELSE 'overruled' END AS fate
            FROM {JUDGEMENTS.full_name} t
            LEFT JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
            LEFT JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r
            LEFT JOIN clusters a ON a.rec = l.rec LEFT JOIN clusters b ON b.rec = r.rec
        ) told WHERE j.rowid = told.row"""
    )


def judgement_of(con: duckdb.DuckDBPyConnection, left: tuple[str, str], right: tuple[str, str]) -> str | None:
    """What counts of what humans said of two records; None where nobody said anything. Reads linkage.judgements."""
    if not exists(con, JUDGEMENTS.schema, JUDGEMENTS.name):
        return None  # a warehouse of before there were any
    key = " AND ".join(f"{name} = ?" for name in JUDGEMENTS.key)
    query = f"SELECT judgement FROM {JUDGEMENTS.full_name} WHERE {key}"
    row = con.execute(query, [*min(left, right), *max(left, right)]).fetchone()
    return str(row[0]) if row else None


def fates(con: duckdb.DuckDBPyConnection) -> str:
    """What the night did with the judgements, for its note; empty where there are none."""
    rows = con.execute(f"SELECT fate, count(*) FROM {JUDGEMENTS.full_name} GROUP BY fate ORDER BY fate").fetchall()
    told = ", ".join(f"{pairs:,} {fate.replace('_', ' ')}" for fate, pairs in rows)
    return f"; judgements: {told}" if told else ""


def calibration(con: duckdb.DuckDBPyConnection) -> str:
    """How sure the model was of the pairs that humans have judged, beside what they said; empty where there are none.

    Reads linkage.judgements and linkage.pairs.
    """
    row = con.execute(
        f"""SELECT count(*), avg(CAST(probability AS DECIMAL(18, 9))), avg(CAST(judgement = 'same' AS INTEGER))
        FROM {JUDGEMENTS.full_name} JOIN linkage.pairs USING (register_l, record_id_l, register_r, record_id_r)
        WHERE judgement <> 'unsure'"""
    ).fetchone()
    if not row or not row[0]:
        return ""
    return f"; of {row[0]:,} judged pairs said to be {row[1]:.2f}, {row[2]:.2f} are the same"
