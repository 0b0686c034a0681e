"""Persons: clusters given an id that survives nights, and the best that their records know of them."""

import duckdb
import polars as pl

from transforms.best import PERSONS_QUERY
from transforms.connected import components
from transforms.tables import PERSON_RECORDS, PERSONS, PREVIOUS, fill, number


def assign_persons(con: duckdb.DuckDBPyConnection) -> int:
    """Make each cluster a person; returns how many there are.

    A person keeps the id that most of its records had in persons.previous; where several claim one id, the one with
    most records of it takes it, then the one with the smallest record. The others get an id made of their
    smallest record's key. Reads clean.people, persons.previous and the temporary tables numbered,
    kept, judged, clusters and inner_pairs. Writes persons.persons and persons.records.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE ids (cluster INTEGER, person_id VARCHAR)")
    _keep_ids(con)
    _make_ids(con)
    _group_by_identifier(con)
    fill(con, PERSON_RECORDS, _RECORDS_QUERY, by="rec")
    con.execute("DROP TABLE ids")
    con.execute("DROP TABLE identifier_groups")
    return fill(con, PERSONS, PERSONS_QUERY)


def _keep_ids(con: duckdb.DuckDBPyConnection) -> None:
    """Give old ids to the clusters that hold most of their records: best pairs first, each id and cluster once."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE claims AS
        SELECT cluster, person_id, count(*) AS shared FROM {PREVIOUS.full_name}
        JOIN numbered USING (register, record_id) JOIN clusters USING (rec) GROUP BY ALL"""
    )
    while con.execute("SELECT 1 FROM claims LIMIT 1").fetchone():
        con.execute(
            """INSERT INTO ids SELECT cluster, person_id FROM claims
            QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY shared DESC, person_id) = 1
                AND row_number() OVER (PARTITION BY person_id ORDER BY shared DESC, cluster) = 1"""
        )
        con.execute(
            """DELETE FROM claims WHERE cluster IN (SELECT cluster FROM ids)
            OR person_id IN (SELECT person_id FROM ids)"""
        )
    con.execute("DROP TABLE claims")


def _make_ids(con: duckdb.DuckDBPyConnection) -> None:
    """Hash the key of the smallest record; again with a number, where an older person holds that id."""
    attempt = 0
    unnamed = "SELECT DISTINCT cluster FROM clusters ANTI JOIN ids USING (cluster)"
    while con.execute(f"SELECT 1 FROM ({unnamed}) LIMIT 1").fetchone():
        con.execute(
            f"""INSERT INTO ids SELECT cluster, person_id FROM (
                SELECT cluster, 'P' || left(md5(concat_ws('/', register, record_id, $attempt)), 16) AS person_id
                FROM ({unnamed}) JOIN numbered ON rec = cluster)
            WHERE person_id NOT IN (SELECT person_id FROM {PREVIOUS.full_name})""",
            {"attempt": attempt or None},
        )
        attempt += 1


def _group_by_identifier(con: duckdb.DuckDBPyConnection) -> None:
    """Write identifier_groups (rec, first_rec): the components of the exact and the judged links inside clusters."""
    exact = con.execute(
        """SELECT rec_l, rec_r FROM (
            SELECT rec_l, rec_r FROM kept WHERE is_linked AND identifier_exact
            UNION ALL SELECT rec_l, rec_r FROM judged WHERE is_same
        ) JOIN clusters a ON a.rec = rec_l JOIN clusters b ON b.rec = rec_r WHERE a.cluster = b.cluster"""
    ).fetchnumpy()
    groups = components(number(con, "SELECT count(*) FROM numbered"), exact["rec_l"], exact["rec_r"])
    con.register("grouped", pl.DataFrame({"first_rec": groups}).with_row_index("rec", offset=1))
    con.execute("CREATE OR REPLACE TEMP TABLE identifier_groups AS SELECT * FROM grouped")
    con.unregister("grouped")


_RECORDS_QUERY = """
WITH scored AS (
    SELECT rec_l, rec_r, probability FROM kept UNION ALL SELECT rec_l, rec_r, probability FROM inner_pairs
), inside AS (
    SELECT s.* FROM scored s JOIN clusters a ON a.rec = rec_l JOIN clusters b ON b.rec = rec_r
    WHERE a.cluster = b.cluster
), best AS (
    SELECT rec, max(probability) AS probability FROM (
        SELECT rec_l AS rec, probability FROM inside UNION ALL SELECT rec_r, probability FROM inside
    ) GROUP BY rec
), groups AS (
    SELECT first_rec, row_number() OVER (PARTITION BY cluster ORDER BY first_rec) AS place
    FROM (SELECT DISTINCT cluster, first_rec FROM clusters JOIN identifier_groups USING (rec))
)
SELECT rec, register, record_id, person_id, coalesce(probability, 1.0) AS link_probability,
    person_id || '.' || place AS identifier_group
FROM clusters JOIN numbered USING (rec) JOIN ids USING (cluster) JOIN identifier_groups USING (rec)
JOIN groups USING (first_rec) LEFT JOIN best USING (rec)"""
