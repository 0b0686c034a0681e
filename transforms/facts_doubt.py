"""Facts about who may be one person all the same, though tonight they are two."""

from transforms.between import between
from transforms.fact import Fact

FACTS = (
    Fact(
        "pairs_apart",
        """one row a record and a record of another person whom linking kept apart, though the pair is likely enough to
        be kept; both ways""",
        """
        WITH pairs AS (
            SELECT l.person_id AS person_l, r.person_id AS person_r, p.register_l, p.record_id_l, p.register_r,
                p.record_id_r, p.probability
            FROM linkage.pairs p
            JOIN persons.records l ON l.register = p.register_l AND l.record_id = p.record_id_l
            JOIN persons.records r ON r.register = p.register_r AND r.record_id = p.record_id_r
            WHERE l.person_id <> r.person_id
        )
        SELECT person_l AS person_id, person_r AS other_person_id, register_l AS register,
            record_id_l AS record_id, register_r AS other_register, record_id_r AS other_record_id, probability
        FROM pairs
        UNION ALL
        SELECT person_r, person_l, register_r, record_id_r, register_l, record_id_l, probability
        FROM pairs
        """,
    ),
    Fact(
        "parted_persons",
        "one row a person and another of whom a human said that they are two; both ways",
        """
        WITH parted AS (
            SELECT l.person_id AS person_l, r.person_id AS person_r FROM linkage.judgements j
            JOIN persons.records l ON l.register = j.register_l AND l.record_id = j.record_id_l
            JOIN persons.records r ON r.register = j.register_r AND r.record_id = j.record_id_r
            WHERE j.judgement = 'different' AND l.person_id <> r.person_id
        )
        SELECT person_l AS person_id, person_r AS other_person_id FROM parted
        UNION SELECT person_r, person_l FROM parted
        """,
    ),
    Fact(
        "persons_apart",
        """one row a person and another whom linking kept apart, though a pair of their records is likely enough to be
        kept: the probability that they are one, and the same without what their best dates of birth add (undated; see
        `transforms.between`); both ways; none whom a human parted""",
        f"""
        WITH halves AS (
            SELECT person_id AS one, other_person_id AS other, register, other_register, probability
            FROM pairs_apart ANTI JOIN parted_persons USING (person_id, other_person_id)
            WHERE person_id < other_person_id
        ),
        told AS ({between("halves")})
        SELECT one AS person_id, other AS other_person_id, probability, undated FROM told
        UNION ALL SELECT other, one, probability, undated FROM told
        """,
    ),
    Fact(
        "possible_persons",
        "one row a person and another who may be the same: those of persons_apart from possible_link_floor on",
        "FROM persons_apart WHERE probability >= policy('possible_link_floor')::DOUBLE",
    ),
    Fact(
        "born_alike",
        "one row a person and another with the very same names, day of birth and sex on some record: mostly one person "
        "whom linking kept apart; both ways; none whom a human parted",
        """
        WITH told AS (
            SELECT r.person_id, c.birth_date, c.sex, least(c.family_name_local, c.given_name_local) AS name,
                greatest(c.family_name_local, c.given_name_local) AS other_name
            FROM clean.people c JOIN persons.records r USING (register, record_id)
            WHERE is_exact(c.birth_date, c.birth_precision)
                AND c.family_name_local IS NOT NULL AND c.given_name_local IS NOT NULL
        ),
        alike AS (
            SELECT birth_date, name, other_name FROM told GROUP BY ALL HAVING min(person_id) < max(person_id)
        ),
        born AS (SELECT DISTINCT * FROM told SEMI JOIN alike USING (birth_date, name, other_name))
        SELECT DISTINCT a.person_id, b.person_id AS other_person_id
        FROM born a JOIN born b USING (birth_date, name, other_name)
        ANTI JOIN parted_persons p ON p.person_id = a.person_id AND p.other_person_id = b.person_id
        WHERE a.person_id <> b.person_id AND coalesce(a.sex = b.sex, TRUE)
        """,
    ),
    Fact(
        "unread_people",
        """one row a person and a row in quarantine, of a register, which may be theirs: it carries a valid number of
        theirs, or their day of birth and their village; share: how often a row of that register that was read and
        carries the same is of one of those it leads to; people: how many of these have no row there that was read, null
        where it leads to a whole household""",
        """
        WITH unread AS (
            SELECT register, snapshot_id, row_no, unnest(json_extract_string(raw, '$.*')) AS value
            FROM clean.quarantine WHERE reason <> 'repeated_row'
        ),
        days AS (
            SELECT * EXCLUDE (value), try_strptime(value, ['%d/%m/%Y', '%Y-%m-%d', '%d-%m-%Y', '%d.%m.%Y'])::DATE AS day
            FROM unread WHERE day IS NOT NULL
        ),
        told AS (
            FROM unread
            UNION ALL SELECT u.register, snapshot_id, row_no, u.value || '/' || d.day
            FROM unread u JOIN days d USING (register, snapshot_id, row_no)
        ),
        carried AS NOT MATERIALIZED (
            SELECT register, record_id, id_type AS kind, scope, value FROM clean.identifiers WHERE is_valid
            UNION ALL
            SELECT register, record_id, 'born', 'person', area_4 || '/' || birth_date FROM clean.people
            WHERE birth_precision = 'day' AND area_4 IS NOT NULL
        ),
        theirs AS MATERIALIZED (
            SELECT t.register, snapshot_id, row_no, kind, scope, r.person_id, count(o.record_id) = 0 AS is_missing
            FROM told t JOIN carried c USING (value)
            JOIN persons.records r ON r.register = c.register AND r.record_id = c.record_id
            LEFT JOIN persons.records o ON o.register = t.register AND o.person_id = r.person_id
            GROUP BY ALL
        ),
        -- Some five thousand rows tell the share well enough.
        were_read AS (
            SELECT c.* FROM carried c SEMI JOIN theirs USING (register, kind)
            JOIN (SELECT register, kind, count(*)::UBIGINT AS records FROM carried GROUP BY ALL)
            USING (register, kind)
            WHERE hash(record_id) % records < 5000
        ),
        met AS (
            SELECT q.register, kind, q.record_id, c.register AS other_register, c.record_id AS other_record_id
            FROM were_read q JOIN carried c USING (kind, value) WHERE c.register <> q.register
        ),
        shares AS (
            SELECT m.register, kind,
                (count(DISTINCT m.record_id) FILTER (q.person_id = c.person_id) + 1) / (count(DISTINCT m.record_id) + 2)
                    AS share
            FROM met m JOIN persons.records q USING (register, record_id)
            JOIN persons.records c ON c.register = other_register AND c.record_id = other_record_id
            GROUP BY ALL
        )
        SELECT person_id, register, snapshot_id, row_no, coalesce(share, 0.5) AS share,
            CASE scope WHEN 'person' THEN greatest(count(*) FILTER (is_missing) OVER same, 1) END AS people
        FROM theirs LEFT JOIN shares USING (register, kind)
        WINDOW same AS (PARTITION BY register, snapshot_id, row_no, kind)
        QUALIFY row_number() OVER (
            PARTITION BY person_id, register, snapshot_id, row_no ORDER BY scope DESC, share DESC, kind
        ) = 1
        """,
    ),
)
