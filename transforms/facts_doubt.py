"""Facts about who may be one person all the same, though tonight they are two."""

from transforms.fact import Fact

FACTS = (
    Fact(
        "possible_persons",
        """one row a person and another who is likely enough to be the same, by their likeliest two records: linking
        has kept them apart, but could not rule it out, nor did a human""",
        """
        WITH open AS (
            SELECT register_l, record_id_l, register_r, record_id_r, probability FROM linkage.pairs
            ANTI JOIN (FROM linkage.judgements WHERE judgement = 'different')
                USING (register_l, record_id_l, register_r, record_id_r)
            WHERE probability >= policy('possible_link_floor')::DOUBLE
        ),
        apart AS (
            SELECT l.person_id AS person_l, r.person_id AS person_r, p.*
            FROM open p
            JOIN persons.records l ON l.register = p.register_l AND l.record_id = p.record_id_l
            JOIN persons.records r ON r.register = p.register_r AND r.record_id = p.record_id_r
            WHERE l.person_id <> r.person_id
        ),
        sides AS (
            SELECT person_l AS person_id, register_l AS register, record_id_l AS record_id,
                person_r AS other_person_id, register_r AS other_register, record_id_r AS other_record_id, probability
            FROM apart
            UNION ALL
            SELECT person_r, register_r, record_id_r, person_l, register_l, record_id_l, probability FROM apart
        )
        FROM sides
        QUALIFY row_number() OVER (
            PARTITION BY person_id, other_person_id
            ORDER BY probability DESC, register, record_id, other_register, other_record_id
        ) = 1
        """,
    ),
)
