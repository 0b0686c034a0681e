"""Facts about numbers that name one person for life, and stand on several people's records."""

from transforms.fact import Fact

FACTS = (
    Fact(
        "disputed_numbers",
        "one row two records of two people that bear one lifelong number; not of namesakes, who may be one person",
        """
        WITH borne AS (
            SELECT r.person_id, r.identifier_group, i.register, i.record_id, i.id_type, i.value
            FROM clean.identifiers i JOIN persons.records r USING (register, record_id)
            WHERE i.is_valid AND list_contains(policy_list('lifelong_numbers'), i.id_type)
        ),
        disputed AS (
            SELECT b.*, p.sex, coalesce(p.family_name_local || ' ' || p.given_name_local,
                p.family_name || ' ' || p.given_name) AS name
            FROM borne b JOIN clean.people p USING (register, record_id)
            SEMI JOIN (SELECT id_type, value FROM borne GROUP BY ALL HAVING min(person_id) < max(person_id)) several
                ON several.id_type = b.id_type AND several.value = b.value
        )
        SELECT a.person_id, a.identifier_group, a.register, a.record_id, a.id_type, a.value,
            b.person_id AS other_person_id, b.register AS other_register, b.record_id AS other_record_id
        FROM disputed a JOIN disputed b USING (id_type, value)
        WHERE a.person_id <> b.person_id AND NOT coalesce(a.name = b.name AND a.sex = b.sex, FALSE)
        """,
    ),
)
