"""How often linking errs, by group of people: told by pairs whose identifiers tell, linked again without them.

Two records that show the same valid identifier of a kind that registers share, and are linked, are one person; two
whose numbers differ are not. Both kinds are weighed as if nobody had any identifier of persons, by the weights of
the night and before rivals, and are found where that reaches the night's threshold and a blocking rule without such an
identifier gives both records one key. Of the pairs of one person, those not found are missed; of the pairs found,
those whose identifiers differ are contradicted. It is an estimate for people who show identifiers, and says nothing of
who never does; a number that a clerk got wrong counts as contradicted.

A block that is too large is split by finer keys, and a pair may be parted there: missed is a lower bound.
docs/coverage.md has this beside the truth.
"""

import datetime as dt

import duckdb
import numpy as np
import polars as pl

from transforms import wilson
from transforms.block import rules
from transforms.comparable import identifier_types, number_records, populations, prepare
from transforms.feature import DIFFERS, Feature
from transforms.features import features
from transforms.stored import stored_model
from transforms.tables import ERROR_RATES, MODEL_USED, PAIRS, PATTERNS, PERSON_RECORDS, PERSONS, Scope, create, fill
from transforms.weights import Model

NAMES = {
    "all": ("All", "សរុប"),
    "unknown": ("Not known", "មិនដឹង"),
    "F": ("Female", "ស្រី"),
    "M": ("Male", "ប្រុស"),
    "local": ("A record has its name in Khmer script alone", "មានកំណត់ត្រាដែលសរសេរឈ្មោះជាអក្សរខ្មែរប៉ុណ្ណោះ"),
    "latin": ("A record has its name in Latin script alone", "មានកំណត់ត្រាដែលសរសេរឈ្មោះជាអក្សរឡាតាំងប៉ុណ្ណោះ"),
    "across": ("One record in Khmer script alone, one in Latin", "កំណត់ត្រាមួយជាអក្សរខ្មែរ មួយទៀតជាអក្សរឡាតាំង"),
    "both": ("Both records in both scripts", "កំណត់ត្រាទាំងពីរមានអក្សរទាំងពីរ"),
    "moved": ("Records from two provinces", "កំណត់ត្រាមកពីខេត្តពីរ"),
    "stayed": ("Records from one province", "កំណត់ត្រាមកពីខេត្តតែមួយ"),
}


def measure(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Count by group what is missed and what is contradicted.

    Reads clean.people, clean.identifiers, linkage.patterns, linkage.pairs, linkage.weights, linkage.model_used,
    persons.*, reference.areas. Writes coverage.error_rates; empty where registers share no identifier or nothing was
    compared.
    """
    chosen = features(identifier_types(con), populations(con))
    telling = [feature for feature in chosen if feature.identifier and feature.shared]
    if not telling or not con.execute(f"SELECT 1 FROM {PATTERNS.full_name} LIMIT 1").fetchone():
        create(con, ERROR_RATES)
        return
    number_records(con)
    _weigh(con, chosen, telling)
    for name, query in (("told", _TOLD), ("told_records", _TOLD_RECORDS)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    _propose(con)
    names = [{"code": code, "en": en, "km": km} for code, (en, km) in NAMES.items()]
    fill(con, ERROR_RATES, _COUNTED, {"as_of": as_of, "names": names})
    for name in ("weighed_without", "told", "told_records", "proposed", "comparable", "numbered"):
        con.execute(f"DROP TABLE temp.{name}")


def _weigh(con: duckdb.DuckDBPyConnection, chosen: list[Feature], telling: list[Feature]) -> None:
    """Write the temporary table weighed_without: of each pattern that identifiers tell of, what it weighs without.

    pattern_id, is_same (the numbers agree; else they differ), bits.
    """
    level = "CAST(json_extract_string(levels, '$.{0}') AS INTEGER)"
    same = " OR ".join(f"{level.format(f.name)} = {f.best}" for f in telling)
    differs = " OR ".join(f"{level.format(f.name)} = {DIFFERS}" for f in telling)
    columns = ", ".join(f'{level.format(f.name)} AS "{f.name}"' for f in chosen if not f.identifier)
    found = con.execute(
        f"""SELECT pattern_id, {same} AS is_same, {columns} FROM {PATTERNS.full_name}
        WHERE ({same}) <> ({differs}) ORDER BY pattern_id"""
    ).fetchnumpy()
    model = _without_identifiers(stored_model(con, chosen))
    levels = np.column_stack([found[feature.name] for feature in model.chosen]).astype(np.int64)
    bits = np.round(model.odds(levels), 6)
    weighed = pl.DataFrame({"pattern_id": found["pattern_id"], "is_same": found["is_same"], "bits": bits})
    con.register("weighed_now", weighed)
    con.execute("CREATE OR REPLACE TEMP TABLE weighed_without AS SELECT * FROM weighed_now")
    con.unregister("weighed_now")


def _without_identifiers(model: Model) -> Model:
    kept = np.repeat([not f.identifier for f in model.chosen], [f.best + 1 for f in model.chosen])
    chosen = tuple(feature for feature in model.chosen if not feature.identifier)
    return Model(chosen, model.shares[:, kept], model.pairs, model.twins)


# One row a pair that identifiers tell of. Who shares a number and nothing else is not linked, and not one person.
_TOLD = f"""
    WITH sure AS MATERIALIZED (SELECT threshold FROM {MODEL_USED.full_name}),
    telling AS MATERIALIZED (
        SELECT register_l, record_id_l, register_r, record_id_r, is_same,
            1 / (1 + pow(2, least(-bits, 1000.0))) >= (SELECT threshold FROM sure) AS is_heavy
        FROM {PAIRS.full_name} JOIN weighed_without USING (pattern_id) WHERE is_linked OR NOT is_same
    )
    SELECT l.rec AS rec_l, r.rec AS rec_r, is_same, is_heavy FROM telling
    JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
    JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r
"""
_TOLD_RECORDS = "SELECT rec_l AS rec FROM told UNION SELECT rec_r FROM told"


def _propose(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table proposed: the pairs of told that some rule without an identifier of persons puts
    under one key."""
    types = prepare(con, "told_records")
    own = [kind.column for kind in types if kind.scope is Scope.PERSON]
    free = [rule for rule in rules(types) if not any(column in key for column in own for key in rule.first)]
    keys = [
        f"CASE WHEN {' AND '.join(f'({key}) IS NOT NULL' for key in rule.first)} THEN {rule.keys()[0]} END AS key_{n}"
        for n, rule in enumerate(free)
    ]
    alike = " OR ".join(f"l.key_{n} = r.key_{n}" for n in range(len(free)))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE proposed AS
        WITH keyed AS (SELECT rec, {", ".join(keys)} FROM comparable)
        SELECT rec_l, rec_r FROM told JOIN keyed l ON l.rec = rec_l JOIN keyed r ON r.rec = rec_r WHERE {alike}"""
    )


_SCRIPT = """CASE WHEN p.family_name IS NULL AND p.given_name IS NULL
    THEN CASE WHEN coalesce(p.family_name_local, p.given_name_local) IS NULL THEN NULL ELSE 'local' END
    WHEN coalesce(p.family_name_local, p.given_name_local) IS NULL THEN 'latin' ELSE 'both' END"""

_COUNTED = f"""
    WITH names AS (SELECT unnest($names, recursive := TRUE)),
    records AS (
        SELECT rec, p.area_1, {_SCRIPT} AS script, s.sex, s.area_1 AS home,
            (date_sub('year', s.birth_date, $as_of) // 10 * 10)::INTEGER AS decade
        FROM told_records JOIN numbered n USING (rec) JOIN clean.people p ON p.rowid = n.row_id
        JOIN {PERSON_RECORDS.full_name} r ON r.register = n.register AND r.record_id = n.record_id
        JOIN {PERSONS.full_name} s USING (person_id)
    ),
    pairs AS (
        SELECT t.is_same, t.is_heavy AND p.rec_l IS NOT NULL AS is_found, coalesce(l.home, 'unknown') AS area_1,
            coalesce(l.sex, 'unknown') AS sex, coalesce(l.decade::VARCHAR, 'unknown') AS decade,
            CASE WHEN l.area_1 <> r.area_1 THEN 'moved' WHEN l.area_1 = r.area_1 THEN 'stayed' ELSE 'unknown' END
                AS moved,
            CASE WHEN l.script IS NULL OR r.script IS NULL THEN 'unknown'
                WHEN l.script = r.script THEN l.script WHEN l.script = 'both' THEN r.script
                WHEN r.script = 'both' THEN l.script ELSE 'across' END AS script
        FROM told t JOIN records l ON l.rec = t.rec_l JOIN records r ON r.rec = t.rec_r
        LEFT JOIN proposed p USING (rec_l, rec_r)
    ),
    counted AS (
        SELECT CASE WHEN grouping(sex, decade) = 0 THEN 'sex*decade' WHEN grouping(script) = 0 THEN 'script'
                WHEN grouping(moved) = 0 THEN 'moved' WHEN grouping(area_1) = 0 THEN 'area_1' ELSE 'total' END
                AS breakdown,
            CASE WHEN grouping(sex, decade) = 0 THEN sex || '*' || decade
                ELSE coalesce(script, moved, area_1, 'all') END AS group_code,
            sex, decade || '-' || (try_cast(decade AS INTEGER) + 9) AS ages,
            count(*) FILTER (is_same) AS pairs, count(*) FILTER (is_same AND is_found) AS found,
            count(*) FILTER (is_found) AS links, count(*) FILTER (is_found AND NOT is_same) AS contradicted
        FROM pairs GROUP BY GROUPING SETS ((), (sex, decade), (script), (moved), (area_1))
    )
    SELECT breakdown, group_code, pairs, found, links, contradicted,
        coalesce(a.name_en, n.en, s.en || ', ' || coalesce(ages, 'age not known'), group_code) AS group_name_en,
        coalesce(a.name_km, n.km, s.km || ', ' || coalesce(translate(ages, '0123456789', '០១២៣៤៥៦៧៨៩'), 'មិនដឹងអាយុ'),
            group_code) AS group_name_km,
        (pairs - found) / nullif(pairs, 0) AS missed_share,
        {wilson.low("(pairs - found)", "pairs")} AS missed_low,
        {wilson.high("(pairs - found)", "pairs")} AS missed_high,
        contradicted / nullif(links, 0) AS contradicted_share,
        {wilson.low("contradicted", "links")} AS contradicted_low,
        {wilson.high("contradicted", "links")} AS contradicted_high
    FROM counted LEFT JOIN reference.areas a ON breakdown = 'area_1' AND a.code = group_code
    LEFT JOIN names n ON n.code = group_code LEFT JOIN names s ON breakdown = 'sex*decade' AND s.code = sex
"""
