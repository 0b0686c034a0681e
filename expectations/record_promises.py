"""What clean tables, links and persons promise: that no row is lost and every record is one person's."""

from collections.abc import Iterable

from expectations.suites import AS_OF, THIS_RUN, Promise, in_order, not_negative, promise, share
from transforms import tables
from transforms.tables import CLEAN, Table

QUARANTINE_SHARE = 0.05  # of a register's rows: above it, somebody should look
OLDEST_YEARS = 120
KEPT = 0.01  # a pair less likely than that is counted in its pattern, and not kept
WITH_ROWS = tuple(table for table in CLEAN if "row_no" in table.column_names)
CLEAN_ROWS = " UNION ALL ".join(
    f"SELECT register, row_no FROM {t.full_name}" for t in WITH_ROWS if t.name not in ("quarantine", "repairs")
)
SNAPSHOTS_USED = " UNION ".join(f"SELECT DISTINCT register, snapshot_id FROM {table.full_name}" for table in WITH_ROWS)


def kept_whole(there: Iterable[str]) -> list[Promise]:
    """Asked only where raw registers are kept; each holds as many rows as the ledger says were read."""
    raw = sorted(t.removeprefix("raw.") for t in there if t.startswith("raw.") and "__" not in t)
    counts = " UNION ALL ".join(f"SELECT '{name}' AS register, count(*) AS kept FROM raw.{name}" for name in raw)
    failing = f"""SELECT register, rows_in, kept FROM {{batch}} JOIN ({counts}) USING (register)
        WHERE run_id = {THIS_RUN} AND snapshot_id IS NOT NULL AND rows_in <> kept"""
    sentence = "Every row of the snapshot in use is kept as it came."
    return [Promise("ops.arrivals", "kept_whole", sentence, failing)] if raw else []


def _joins_records(table: Table) -> Promise:
    sides = " UNION ALL ".join(
        f"""SELECT {", ".join(table.key)} FROM {{batch}} AS pair ANTI JOIN clean.people AS person
            ON person.register = pair.register_{side} AND person.record_id = pair.record_id_{side}"""
        for side in "lr"
    )
    name = table.name.removesuffix("s")
    return promise(table, "joins_records", f"Every {name} joins two records of clean.people.", sides)


def _sorted_pair(table: Table) -> Promise:
    return promise(
        table,
        "sorted",
        f"The first record of every {table.name.removesuffix('s')} sorts before the second.",
        f"""SELECT {", ".join(table.key)} FROM {{batch}}
            WHERE register_l > register_r OR (register_l = register_r AND record_id_l >= record_id_r)""",
    )


CLEAN_PROMISES = [
    promise(
        tables.ARRIVALS,
        "rows_add_up",
        "Rows in are rows clean plus rows in quarantine, for every register.",
        f"""SELECT register, rows_in, rows_clean, rows_quarantined FROM {{batch}}
            WHERE run_id = {THIS_RUN} AND rows_in <> rows_clean + rows_quarantined""",
    ),
    promise(
        tables.ARRIVALS,
        "quarantine_counted",
        "Every row counted as quarantined is in the quarantine, with its reason.",
        f"""SELECT register, rows_quarantined, coalesce(there, 0) AS there FROM {{batch}}
            LEFT JOIN (SELECT register, count(*) AS there FROM clean.quarantine GROUP BY register) USING (register)
            WHERE run_id = {THIS_RUN} AND rows_quarantined <> coalesce(there, 0)""",
    ),
    promise(
        tables.ARRIVALS,
        "clean_counted",
        "Every row counted as clean fills at least one clean table: nothing is lost on the way.",
        f"""SELECT register, rows_clean, coalesce(there, 0) AS there FROM {{batch}} LEFT JOIN
            (SELECT register, count(DISTINCT row_no) AS there FROM ({CLEAN_ROWS}) GROUP BY register) USING (register)
            WHERE run_id = {THIS_RUN} AND rows_clean <> coalesce(there, 0)""",
    ),
    promise(
        tables.QUARANTINE,
        "clean_or_quarantined",
        "No row is both clean and in quarantine.",
        f"SELECT register, row_no FROM {{batch}} SEMI JOIN ({CLEAN_ROWS}) USING (register, row_no)",
    ),
    promise(
        tables.ARRIVALS,
        "snapshot_in_use",
        "Clean rows come from the snapshots that this run accepted, and from no other.",
        f"""SELECT register, snapshot_id FROM ({SNAPSHOTS_USED})
            ANTI JOIN (SELECT register, snapshot_id FROM {{batch}} WHERE run_id = {THIS_RUN})
            USING (register, snapshot_id)""",
    ),
    promise(
        tables.ARRIVALS,
        "cleanliness_adds_up",
        "Rows as sent, mended, with a value set aside and in quarantine are all rows in, for every register.",
        f"""SELECT register, rows_in, coalesce(there, 0) AS there FROM {{batch}} LEFT JOIN
            (SELECT register, sum(rows)::BIGINT AS there FROM ops.cleanliness
             WHERE run_id = {THIS_RUN} AND column_name = '_row' GROUP BY register) USING (register)
            WHERE run_id = {THIS_RUN} AND rows_in <> coalesce(there, 0)""",
    ),
    promise(
        tables.ARRIVALS,
        "quarantine_share",
        f"At most {QUARANTINE_SHARE:.0%} of a register's rows are in quarantine.",
        f"""SELECT register, rows_in, rows_quarantined FROM {{batch}}
            WHERE run_id = {THIS_RUN} AND rows_quarantined > {QUARANTINE_SHARE} * rows_in""",
        "warn",
    ),
    promise(
        tables.IDENTIFIERS,
        "valid_is_filled",
        "An identifier marked valid is not empty.",
        "SELECT register, record_id, id_type FROM {batch} WHERE is_valid AND trim(value) = ''",
    ),
    promise(
        tables.PEOPLE,
        "birth_plausible",
        f"Dates of birth lie in the {OLDEST_YEARS} years before the as-of date.",
        f"""SELECT register, record_id FROM {{batch}}
            WHERE birth_date NOT BETWEEN {AS_OF} - INTERVAL {OLDEST_YEARS} YEAR AND {AS_OF}""",
        "warn",
    ),
    in_order(tables.ENTITLEMENTS, "valid_from", "valid_to"),
    in_order(tables.ENROLMENTS, "enrolled_on", "ended_on"),
    in_order(tables.CLAIMS, "visited_on", "discharged_on"),
    in_order(tables.EVENTS, "happened_on", "registered_on"),
    not_negative(tables.PAYMENTS, "amount"),
    not_negative(tables.CLAIMS, "amount"),
    not_negative(tables.CONTRIBUTIONS, "amount"),
]
LINKAGE_PROMISES = [
    _joins_records(tables.PAIRS),
    _sorted_pair(tables.PAIRS),
    *(share(table, "probability") for table in (tables.PATTERNS, tables.PAIRS)),
    *(share(tables.WEIGHTS, column) for column in ("m", "relatives", "namesakes")),
    promise(
        tables.WEIGHTS,
        "share:u",
        "u in linkage.weights lies between 0 and 1; of a crowd it tells how many times more strangers there are.",
        """SELECT feature, level FROM {batch} WHERE u < 0 OR isnan(u) OR u > 1 AND feature <> 'crowd'""",
    ),
    promise(
        tables.PAIRS,
        "linked_by_threshold",
        "Pairs are linked from one probability on.",
        f"""SELECT {", ".join(tables.PAIRS.key)} FROM {{batch}}
            WHERE NOT is_linked AND probability >= (SELECT min(probability) FROM linkage.pairs WHERE is_linked)""",
    ),
    promise(
        tables.PAIRS,
        "explained",
        "Every pair points to its agreement pattern, so that it can be explained.",
        f"SELECT {', '.join(tables.PAIRS.key)} FROM {{batch}} ANTI JOIN linkage.patterns USING (pattern_id)",
    ),
    promise(
        tables.PATTERNS,
        "pairs_add_up",
        "No pattern has more pairs kept than it counts.",
        """SELECT pattern_id, pairs, there FROM {batch}
           JOIN (SELECT pattern_id, count(*) AS there FROM linkage.pairs GROUP BY pattern_id) USING (pattern_id)
           WHERE pairs < there""",
    ),
    promise(
        tables.PAIRS,
        "likely_enough",
        f"Every pair kept is one person with a probability of {KEPT:.0%} at least, were it not for its rivals.",
        f"""SELECT {", ".join(tables.PAIRS.key)}, match_weight, rival_weight FROM {{batch}}
            WHERE match_weight - least(rival_weight, 0) < log2({KEPT} / (1 - {KEPT}))""",
    ),
    promise(
        tables.PAIRS,
        "weight_adds_up",
        "The weight of every pair is that of its agreement pattern and what its rivals say.",
        f"""SELECT {", ".join(tables.PAIRS.key)} FROM {{batch}} AS pair JOIN linkage.patterns USING (pattern_id)
            WHERE abs(pair.match_weight - patterns.match_weight - pair.rival_weight) > 1e-6""",
    ),
]
PERSON_PROMISES = [
    promise(
        tables.PERSON_RECORDS,
        "every_record_has_a_person",
        "Every record of clean.people belongs to a person.",
        """SELECT register, record_id FROM clean.people
           ANTI JOIN (SELECT register, record_id FROM {batch}) USING (register, record_id)""",
    ),
    promise(
        tables.PERSON_RECORDS,
        "no_made_up_record",
        "Every record of a person is a record of clean.people.",
        "SELECT register, record_id FROM {batch} ANTI JOIN clean.people USING (register, record_id)",
    ),
    promise(
        tables.PERSON_RECORDS,
        "person_exists",
        "Every record belongs to a person of persons.persons.",
        "SELECT register, record_id, person_id FROM {batch} ANTI JOIN persons.persons USING (person_id)",
    ),
    promise(
        tables.PERSONS,
        "records_add_up",
        "Every person has as many records and registers as it counts.",
        """SELECT person_id FROM {batch} AS person LEFT JOIN (
               SELECT person_id, count(*) AS records, count(DISTINCT register) AS registers
               FROM persons.records GROUP BY person_id) AS there USING (person_id)
           WHERE (person.records, person.registers) IS DISTINCT FROM (there.records, there.registers)""",
    ),
    promise(
        tables.PERSON_RECORDS,
        "identifier_group_is_one_person",
        "Records that exact identifiers or humans join belong to one person.",
        """SELECT identifier_group, count(DISTINCT person_id) AS persons FROM {batch}
           GROUP BY identifier_group HAVING count(DISTINCT person_id) > 1""",
        "warn",
    ),
    share(tables.PERSON_RECORDS, "link_probability"),
]
