"""Phones and identifiers that stand on too many records of a register to be anybody's own."""

import duckdb

from transforms.mapping import YIELDED, RegisterMapping
from transforms.staging import REPEATS, staged
from transforms.tables import IDENTIFIERS, REPAIRS

BY_HOUSEHOLD = {"people": "coalesce(household_id, record_id)", "households": "household_id"}


def set_aside_phones(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping) -> None:
    """Set aside in staged people and households what more holders share than the source column allows.

    A holder is a household where the row tells one, else a record. Every value set aside is a repair, `over_shared`.
    """
    for name, who in BY_HOUSEHOLD.items():
        for column, value in mapping.yields[name].columns.items() if name in mapping.yields else ():
            most = mapping.columns[value.column].shared_by_at_most if value.column else None
            if most is not None:
                _set_aside(con, mapping.register_name, (name, column, str(value.column)), who, most)


def _set_aside(con: duckdb.DuckDBPyConnection, register: str, place: tuple[str, str, str], who: str, most: int) -> None:
    """`place`: the table, its column, and the source column that fills it."""
    name, column, source = place
    rows, raw_column = staged(YIELDED[name]), source.replace('"', '""')
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE over_shared AS SELECT "{column}" AS value FROM {rows}
            ANTI JOIN {REPEATS} USING (row_no) WHERE "{column}" IS NOT NULL
            GROUP BY value HAVING count(DISTINCT {who}) > {most}"""
    )
    con.execute(
        f"""INSERT INTO {staged(REPAIRS)} BY NAME
            SELECT row_no, used.record_id, $source AS column_name, 'over_shared' AS from_kind,
                   'set_aside' AS to_kind, raw_row."{raw_column}" AS found
            FROM {rows} AS rows JOIN over_shared ON value = rows."{column}" JOIN staged_used AS used USING (row_no)
            JOIN raw."{register}" AS raw_row ON _row = row_no
            ANTI JOIN {staged(REPAIRS)} AS told
            ON told.row_no = used.row_no AND column_name = $source AND from_kind = 'over_shared'""",
        {"source": source},
    )
    con.execute(f'UPDATE {rows} SET "{column}" = NULL WHERE "{column}" IN (FROM over_shared)')
    con.execute("DROP TABLE over_shared")


def distrust_identifiers(con: duckdb.DuckDBPyConnection, mapping: RegisterMapping) -> None:
    """Make staged identifiers not valid that more records carry than the strictest entry of their type allows."""
    most: dict[str, int] = {}
    for kind in mapping.identifiers:
        most[kind.type] = min(kind.shared_by_at_most, most.get(kind.type, kind.shared_by_at_most))
    rows = staged(IDENTIFIERS)
    for id_type, allowed in most.items():
        con.execute(
            f"""UPDATE {rows} SET is_valid = FALSE WHERE is_valid AND id_type = $id_type AND value IN (
                SELECT value FROM {rows} ANTI JOIN {REPEATS} USING (row_no) WHERE id_type = $id_type
                GROUP BY value HAVING count(*) > {allowed})""",
            {"id_type": id_type},
        )
