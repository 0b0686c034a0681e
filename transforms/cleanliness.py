"""How clean a register came: how many rows of each kind of damage, and how many rows with none. No personal data."""

import duckdb
import polars as pl

from transforms.repairs import advice
from transforms.tables import CLEANLINESS

WHOLE_ROW = "_row"
KINDS = """
    SELECT column_name, from_kind, to_kind, count(*) AS rows, NULL AS remedy
    FROM clean.repairs WHERE register = $register GROUP BY ALL
    UNION ALL
    SELECT column_name, reason, 'quarantined', count(*), min(remedy)
    FROM clean.quarantine WHERE register = $register GROUP BY ALL
    ORDER BY ALL
"""
ROWS = """
    WITH touched AS (
        SELECT bool_or(to_kind = 'set_aside') AS aside FROM clean.repairs WHERE register = $register GROUP BY row_no)
    INSERT INTO ops.cleanliness
    SELECT $run_id, $register, $whole, 'row', to_kind, rows, '' FROM (
        SELECT 'as_sent' AS to_kind, $rows_clean - count(*) AS rows FROM touched
        UNION ALL SELECT 'mended', count(*) FILTER (NOT aside) FROM touched
        UNION ALL SELECT 'set_aside', count(*) FILTER (aside) FROM touched
        UNION ALL SELECT 'quarantined', count(*) FROM clean.quarantine WHERE register = $register)
"""


def measure(con: duckdb.DuckDBPyConnection, run_id: str, register: str, rows_clean: int) -> None:
    """Append a register's rows of ops.cleanliness. Reads clean.repairs and clean.quarantine."""
    con.execute(ROWS, {"run_id": run_id, "register": register, "whole": WHOLE_ROW, "rows_clean": rows_clean})
    kinds = con.execute(KINDS, {"register": register}).pl()
    told = [told or advice(kind, column) for column, kind, _, _, told in kinds.rows()]
    rows = kinds.drop("remedy").with_columns(
        run_id=pl.lit(run_id), register=pl.lit(register), advice=pl.Series(told, dtype=pl.String)
    )
    con.register("kinds", rows)
    con.execute(f"INSERT INTO {CLEANLINESS.full_name} BY NAME SELECT * FROM kinds")
    con.unregister("kinds")
