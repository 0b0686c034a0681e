"""Findings as somebody reads them: with their sentences, places and nearest rejected records. Read-only.

Works on the warehouse and on a release alike: it reads findings.*, persons.*, linkage.pairs and reference.areas, and
writes temporary macros alone.
"""

from collections.abc import Sequence

import duckdb
import polars as pl

from transforms import sentences
from transforms.complaints import SPEAKS_AGAINST, SPEAKS_FOR
from transforms.findings import Rule

# One row a finding of absence among `chosen` and a record of the register it names: one that was a candidate for its
# person, or for somebody its household's records are of, and is another person's after all. The likeliest is place 1.
NEAREST = f"""
    SELECT finding_id, register, record_id, other_register, other_record_id, probability,
        row_number() OVER (PARTITION BY finding_id ORDER BY probability DESC, other_record_id, register, record_id)
            AS place
    FROM (
        SELECT c.finding_id, s.register, s.record_id, p.other_register, p.other_record_id, p.probability
        FROM (
            SELECT DISTINCT c.finding_id, c.absent_from, coalesce(c.person_id, p.person_id) AS person_id
            FROM chosen c JOIN findings.records r USING (finding_id) JOIN persons.records p USING (register, record_id)
            WHERE c.absent_from IS NOT NULL AND r.role NOT IN ('{SPEAKS_FOR}', '{SPEAKS_AGAINST}')
        ) c
        JOIN persons.records s USING (person_id)
        JOIN (
            SELECT register_l AS register, record_id_l AS record_id, register_r AS other_register,
                record_id_r AS other_record_id, probability FROM linkage.pairs
            UNION ALL
            SELECT register_r, record_id_r, register_l, record_id_l, probability FROM linkage.pairs
        ) p ON p.register = s.register AND p.record_id = s.record_id AND p.other_register = c.absent_from
        JOIN persons.records o ON o.register = p.other_register AND o.record_id = p.other_record_id
        WHERE o.person_id <> s.person_id
        QUALIFY row_number() OVER (
            PARTITION BY c.finding_id, p.other_record_id ORDER BY p.probability DESC, s.register, s.record_id
        ) = 1
    )
"""


def told(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    query: str,
    parameters: dict[str, object] | None = None,
    order: str = "finding_id",
) -> pl.DataFrame:
    """The findings that `query` chooses, in `order`, with statement, sentences and names of places.

    `query` selects all columns of findings.findings. Adds statement_en, statement_km, confirm, sentence_en,
    sentence_km, province_en, province_km, commune_en, nearest_id and nearest_probability (of a finding of absence).
    """
    sentences.prepare(con)
    chosen = {rule for (rule,) in con.execute(f"SELECT DISTINCT rule FROM ({query})", parameters).fetchall()}
    rules = [rule for rule in rules if rule.id in chosen]
    templates = {language: sentences.told_sql(_templates(rules, language), language, f"statement_{language}")
                 for language in sentences.LANGUAGES}  # fmt: skip
    confirm = {rule.id: rule.confirm for rule in rules}
    return (
        con.execute(
            f"""
        WITH chosen AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY {order}) AS nth FROM ({query})),
        nearest AS (FROM ({NEAREST}) WHERE place = 1),
        placed AS (
            SELECT c.*, r.statement_en, r.statement_km, n.other_record_id AS nearest_id,
                n.probability AS nearest_probability, a.name_en AS province_en, a.name_km AS province_km,
                k.name_en AS commune_en
            FROM chosen c JOIN findings.rules r USING (rule) LEFT JOIN nearest n USING (finding_id)
            LEFT JOIN reference.areas a ON a.code = c.area_1
            LEFT JOIN reference.areas k ON k.code = c.area_3
        )
        SELECT * EXCLUDE (nth), {templates["en"]} AS sentence_en, {templates["km"]} AS sentence_km
        FROM placed ORDER BY nth
        """,
            parameters,
        )
        .pl()
        .with_columns(confirm=pl.col("rule").replace_strict(confirm, default=None, return_dtype=pl.String))
    )


def _templates(rules: Sequence[Rule], language: str) -> list[tuple[str, str]]:
    return [(rule.id, rule.sentence_en if language == "en" else rule.sentence_km) for rule in rules]
