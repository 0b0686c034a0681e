"""Phones and identifiers that stand on too many records of a register to be anybody's own."""

import duckdb

from transforms.mapping import YIELDED, RegisterMapping
from transforms.staging import REPEATS, USED, staged
from transforms.tables import IDENTIFIERS, REPAIRS

BY_HOUSEHOLD = {"people": "coalesce(household_id, record_id)", "households": "household_id"}


def set_aside_phones(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping) -> None:
    """Set aside in staged people and households what more holders share than the source column allows.

    A holder is a household where the row tells one, else a record. Every value set aside is a repair, `over_shared`.
    """
    for name, who in BY_HOUSEHOLD.items():
        phone = mapping.yields[name].columns.get("phone") if name in mapping.yields else None
        most = mapping.columns[phone.column].shared_by_at_most if phone and phone.column else None
        if phone is not None and most is not None:
            _set_aside(con, mapping.register_name, (name, str(phone.column)), who, most)


def _set_aside(con: duckdb.DuckDBPyConnection, register: str, place: tuple[str, str], who: str, most: int) -> None:
    """`place`: the table, and the source column that fills its phone."""
    name, source = place
    rows = staged(YIELDED[name])
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE over_shared AS SELECT phone AS value FROM {rows}
            ANTI JOIN {REPEATS} USING (row_no) WHERE phone IS NOT NULL
            GROUP BY value HAVING count(DISTINCT {who}) > {most}"""
    )
    _tell(con, register, source, f"SELECT row_no FROM {rows} JOIN over_shared ON value = phone")
    con.execute(f"UPDATE {rows} SET phone = NULL WHERE phone IN (FROM over_shared)")
    con.execute("DROP TABLE over_shared")


def _tell(con: duckdb.DuckDBPyConnection, register: str, source: str, rows: str) -> None:
    """Stage the repair `over_shared` of a source column for rows (`row_no`), once."""
    raw_column = source.replace('"', '""')
    con.execute(
        f"""INSERT INTO {staged(REPAIRS)} BY NAME
            SELECT row_no, used.record_id, $source AS column_name, 'over_shared' AS from_kind,
                   'set_aside' AS to_kind, raw_row."{raw_column}" AS found
            FROM (SELECT DISTINCT row_no FROM ({rows})) AS shared JOIN {staged(USED)} AS used USING (row_no)
            JOIN raw."{register}" AS raw_row ON _row = row_no
            ANTI JOIN {staged(REPAIRS)} AS told
            ON told.row_no = used.row_no AND column_name = $source AND from_kind = 'over_shared'""",
        {"source": source},
    )


def distrust_identifiers(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping) -> None:
    """Make staged identifiers not valid that more records carry than the strictest entry of their type allows.

    Every one of them is a repair, `over_shared`, of the column it came from.
    """
    most: dict[str, int] = {}
    for kind in mapping.identifiers:
        most[kind.type] = min(kind.shared_by_at_most, most.get(kind.type, kind.shared_by_at_most))
    for id_type, allowed in most.items():
        _distrust(con, mapping, id_type, allowed)


def _distrust(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping, id_type: str, most: int) -> None:
    rows, sources = staged(IDENTIFIERS), dict.fromkeys(k.column for k in mapping.identifiers if k.type == id_type)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE over_shared AS SELECT value FROM {rows} ANTI JOIN {REPEATS} USING (row_no)
            WHERE id_type = $id_type GROUP BY value HAVING count(*) > {most}""",
        {"id_type": id_type},
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE distrusted AS SELECT row_no, column_name FROM {rows} "
        "WHERE is_valid AND id_type = $id_type AND value IN (FROM over_shared)",
        {"id_type": id_type},
    )
    for source in sources:
        _tell(con, mapping.register_name, source, "SELECT row_no FROM distrusted WHERE column_name = $source")
    con.execute(
        f"UPDATE {rows} SET is_valid = FALSE WHERE id_type = $id_type AND value IN (FROM over_shared)",
        {"id_type": id_type},
    )
    con.execute("DROP TABLE over_shared; DROP TABLE distrusted")
