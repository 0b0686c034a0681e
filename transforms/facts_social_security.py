"""Facts on social security: who is a member, as what, and which months were contributed for."""

from transforms.fact import Fact

FACTS = (
    Fact(
        "person_memberships",
        "one row a membership of social security with its person; a dependant's says on which membership it hangs",
        """
        SELECT m.register, m.membership_id AS record_id, r.person_id, r.identifier_group, m.scheme, m.employer,
            m.wage_band, m.started_on, m.of_register, m.of_record_id, m.depends_on_record_id
        FROM clean.memberships m
        JOIN persons.records r ON r.register = m.of_register AND r.record_id = m.of_record_id
        """,
    ),
    Fact(
        "person_contributions",
        "one row a month's contribution at an employer, with its person and the membership it was paid for",
        """
        SELECT c.register, c.contribution_id AS record_id, m.person_id, m.identifier_group, c.month, c.employer,
            c.amount, m.scheme, m.wage_band, m.started_on, m.register AS member_register,
            m.record_id AS member_record_id
        FROM clean.contributions c JOIN person_memberships m USING (of_register, of_record_id)
        WHERE m.depends_on_record_id IS NULL
        """,
    ),
)
