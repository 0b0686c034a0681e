"""What judgements and clerical review promise: that no night overrules a human, and that counts add up."""

from expectations.suites import promise, share
from transforms import tables

_KEY = ", ".join(tables.JUDGEMENTS.key)
_PERSONS = """JOIN persons.records AS l ON l.register = register_l AND l.record_id = record_id_l
    JOIN persons.records AS r ON r.register = register_r AND r.record_id = record_id_r"""
_SORTED = "(register_l, record_id_l) >= (register_r, record_id_r)"

REVIEW_PROMISES = [
    promise(
        tables.JUDGEMENTS_GIVEN,
        "sorted",
        "The first record of every judgement sorts before the second.",
        f"SELECT {_KEY} FROM {{batch}} WHERE {_SORTED}",
    ),
    promise(
        tables.JUDGEMENTS_GIVEN,
        "last_counts",
        "Of every pair that was ever judged a judgement counts, and none is later.",
        f"""SELECT DISTINCT {_KEY} FROM {{batch}} AS given ANTI JOIN linkage.judgements AS told
            ON {" AND ".join(f"told.{name} = given.{name}" for name in tables.JUDGEMENTS.key)}
            AND told.judged_at >= given.judged_at""",
    ),
    promise(
        tables.JUDGEMENTS,
        "different_is_apart",
        "No two records that a human judged different are one person.",
        f"SELECT {_KEY} FROM {{batch}} {_PERSONS} WHERE judgement = 'different' AND l.person_id = r.person_id",
    ),
    promise(
        tables.JUDGEMENTS,
        "same_is_one_person",
        "Two records that a human judged the same are one person, unless other judgements contradict it.",
        f"""SELECT {_KEY} FROM {{batch}} {_PERSONS} WHERE judgement = 'same' AND l.person_id <> r.person_id
            AND fate IS DISTINCT FROM 'contradicted'""",
    ),
    promise(
        tables.JUDGEMENTS,
        "contradicted_is_apart",
        "No judgement is called contradicted whose two records are one person.",
        f"SELECT {_KEY} FROM {{batch}} {_PERSONS} WHERE fate = 'contradicted' AND l.person_id = r.person_id",
    ),
    promise(
        tables.JUDGEMENTS,
        "contested_is_unsure",
        "What people contradict each other on at one time is unsure.",
        f"SELECT {_KEY} FROM {{batch}} WHERE is_contested AND judgement <> 'unsure'",
    ),
    promise(
        tables.JUDGEMENTS,
        "waits_for_a_record",
        "A judgement waits if and only if one of its records is not there.",
        f"""SELECT {_KEY} FROM {{batch}} WHERE (fate = 'waits') = (
                (register_l, record_id_l) IN (SELECT (register, record_id) FROM clean.people)
                AND (register_r, record_id_r) IN (SELECT (register, record_id) FROM clean.people))""",
    ),
    promise(
        tables.JUDGEMENTS_ASIDE,
        "told",
        "There is nothing in the judgements that cannot be used.",
        "SELECT file, row_no, column_name FROM {batch}",
        "warn",
    ),
    promise(
        tables.DOUBTFUL,
        "joins_records",
        "Every doubtful pair is of two records of clean.people, of which the first sorts before the second.",
        " UNION ALL ".join(
            f"""SELECT {_KEY} FROM {{batch}} ANTI JOIN clean.people AS person
                ON person.register = register_{side} AND person.record_id = record_id_{side}"""
            for side in "lr"
        )
        + f" UNION ALL SELECT {_KEY} FROM {{batch}} WHERE {_SORTED}",
    ),
    promise(
        tables.DOUBTFUL,
        "not_answered",
        "No pair is doubtful on which a human's judgement is obeyed.",
        f"SELECT {_KEY} FROM {{batch}} SEMI JOIN (FROM linkage.judgements WHERE fate = 'obeyed') USING ({_KEY})",
    ),
    share(tables.DOUBTFUL, "probability"),
    promise(
        tables.CLUSTER_SIZES,
        "records_add_up",
        "The clusters of all sizes hold every record once.",
        """SELECT sum(records) AS records FROM {batch}
           HAVING coalesce(sum(records), 0) <> (SELECT count(*) FROM persons.records)""",
    ),
    promise(
        tables.CLUSTER_SIZES,
        "parts_of_a_whole",
        "Links are some of the pairs, bridges some of the links, and cut or doubtful clusters some of the clusters.",
        """SELECT least FROM {batch} WHERE links > pairs OR bridges > links OR cut > clusters OR doubtful > clusters
           OR records < least * clusters""",
    ),
    share(tables.CLUSTER_SIZES, "density"),
    promise(
        tables.UNBLOCKED,
        "records_add_up",
        "Every register has as many records as it counts, and no more of them in no block.",
        """SELECT register, records, unblocked FROM {batch}
           FULL JOIN (SELECT register, count(*) AS there FROM clean.people GROUP BY register) USING (register)
           WHERE records IS DISTINCT FROM there OR unblocked > records OR unblocked < 0""",
    ),
]
