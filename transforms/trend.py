"""Coverage over the nights: how each group stood, and who entered and left the gap, and why.

A unit is a person or a household; it is in the gap where it is eligible and not covered, as linked. Each night leaves
its eligible units as hashes, so that the next can tell which are new in the gap and which are out of it. Why is told as
for findings (see `transforms.changes`), by the first cause that applies:

- rule: the measure or a fact it reads is written differently.
- policy: a value that it reads is another, or another one is valid now.
- judgement: what counts of what humans say of one of its persons has counted only since.
- link: a record of its persons stood with others the night before.
- data: a record of its persons, or a row or card of their household, is new, gone or says something else.
- date: none of these, and the measure asks what day it is; else data: other people's records changed it.

A measure that one of the two nights could not ask moves nobody.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

import duckdb

from transforms import changes, fingerprints, recount, tables
from transforms.headers import Query
from transforms.lasting import Nights
from transforms.tables import KEPT_COVERAGE, MEASURE_PRINTS, MOVES, TREND, UNITS

# Finer areas would make the tables that are kept as long as the country has communes.
FINE = ("area_2", "area_3")
GROUPS = tuple(name for name in recount.DIMENSIONS if name not in FINE)
BANDS = "coverage_age_bands"

# One row a person and what a row or card of the household says, on whose roster a record of the person stands.
HOUSEHOLD_ROWS = """
    SELECT DISTINCT hash(r.person_id) AS person, h.content
    FROM clean.people p
    JOIN persons.records r USING (register, record_id)
    JOIN rosters o ON o.member_register = p.register
    JOIN ({told}) h ON h.register = o.household_register AND h.household_id = p.household_id
"""
TAKEN = f"""
    WITH made_of AS (
        SELECT unit, list(DISTINCT hash(person_id) ORDER BY hash(person_id)) AS persons FROM roles
        WHERE role = 'stands' GROUP BY unit
    ),
    said AS (
        SELECT unit, bit_xor(about) AS about
        FROM (SELECT unit, unnest(persons) AS person FROM made_of) JOIN household_words USING (person) GROUP BY unit
    )
    SELECT $run AS run_id, $measure AS measure, hash(unit) AS unit, covered, {", ".join(GROUPS)}, persons, about
    FROM standing JOIN made_of USING (unit) LEFT JOIN said USING (unit)
"""
# One row a unit that is in the gap of one night and not, or in another group, in that of the other.
MOVED = f"""
    WITH asked AS (
        SELECT measure FROM coverage.measure_prints WHERE run_id IN ($run, $before) AND applied
        GROUP BY measure HAVING count(*) = 2
    ),
    gap AS (FROM coverage.units SEMI JOIN asked USING (measure) WHERE NOT covered),
    tonight AS (SELECT measure, unit, {", ".join(GROUPS)} FROM gap WHERE run_id = $run),
    earlier_gap AS (SELECT measure, unit, {", ".join(GROUPS)} FROM gap WHERE run_id = $before)
    SELECT hash(measure, unit) AS finding_id, *, TRUE AS has_entered FROM (FROM tonight EXCEPT FROM earlier_gap)
    UNION ALL
    SELECT hash(measure, unit), *, FALSE FROM (FROM earlier_gap EXCEPT FROM tonight)
"""
# The steps of `changes` name what they tell of finding_id; here it is a unit of a measure, with no records of its own.
TOUCHED = "SELECT NULL::UBIGINT AS finding_id, NULL::UBIGINT AS record WHERE FALSE"
PERSONS = """
    SELECT DISTINCT m.finding_id, unnest(u.persons) AS person
    FROM (SELECT DISTINCT finding_id, measure, unit FROM moved_units) m JOIN coverage.units u USING (measure, unit)
    WHERE u.run_id IN ($run, $before)
"""
# One row a moved unit: whether its households' rows and cards say something else now.
TOLD_OTHERWISE = """
    WITH said_now AS (
        SELECT finding_id, bit_xor(about) AS about FROM concerned JOIN household_words USING (person) GROUP BY ALL
    ),
    said_then AS (
        SELECT DISTINCT m.finding_id, u.about FROM moved_units m JOIN coverage.units u USING (measure, unit)
        WHERE u.run_id = $before
    )
    SELECT finding_id FROM said_then t LEFT JOIN said_now n USING (finding_id) WHERE n.about IS DISTINCT FROM t.about
"""
STEPS = (
    ("moved_units", MOVED),
    ("touched", TOUCHED),
    ("concerned", PERSONS),
    ("compared", changes.COMPARED),
    ("moved", changes.MOVED),
    ("judged", changes.JUDGED),
    ("told_otherwise", TOLD_OTHERWISE),
)
CAUSES = """
    WITH prints AS (
        SELECT n.measure, b.as_of AS since, n.query <> b.query AS is_rewritten,
            n.policy <> b.policy AS is_set_otherwise,
            n.reads_date AND n.as_of <> b.as_of AS may_be_time
        FROM (FROM coverage.measure_prints WHERE run_id = $run) n
        JOIN (FROM coverage.measure_prints WHERE run_id = $before) b USING (measure)
    )
    SELECT u.*, p.since,
        CASE
            WHEN p.is_rewritten THEN 'rule'
            WHEN p.is_set_otherwise THEN 'policy'
            WHEN j.finding_id IS NOT NULL THEN 'judgement'
            WHEN m.is_regrouped THEN 'link'
            WHEN m.is_changed OR t.finding_id IS NOT NULL THEN 'data'
            WHEN p.may_be_time THEN 'date'
            ELSE 'data'
        END AS cause
    FROM moved_units u
    JOIN prints p USING (measure)
    LEFT JOIN moved m USING (finding_id)
    LEFT JOIN judged j USING (finding_id)
    LEFT JOIN told_otherwise t USING (finding_id)
"""
# A unit that left a group of the gap and entered the same is where it was.
COUNTED = """
    WITH each AS (
        SELECT breakdown, group_code, finding_id, any_value(cause) AS cause, any_value(since) AS since,
            bool_or(has_entered) AS entered, bool_or(NOT has_entered) AS left_gap
        FROM ({by}) WHERE measure = $measure GROUP BY ALL HAVING entered <> left_gap
    )
    SELECT $measure AS measure, breakdown, group_code, cause, count(*) FILTER (entered) AS entered,
        count(*) FILTER (left_gap) AS left_gap, any_value(since) AS since
    FROM each GROUP BY breakdown, group_code, cause
"""


def prepare(con: duckdb.DuckDBPyConnection, nights: Nights) -> None:
    """Make room for the units of this run. Reads clean.*, persons.records and the fact rosters.

    Writes coverage.units (none of this run any more) and the temporary table household_words (person, about).
    """
    tables.ensure(con, *KEPT_COVERAGE)
    con.execute(f"DELETE FROM {UNITS.full_name} WHERE run_id = $run", {"run": nights.run})
    told = " UNION ALL ".join(
        f"SELECT register, household_id, {fingerprints.content(table)} AS content FROM {table.full_name}"
        for table in (tables.HOUSEHOLDS, tables.ENTITLEMENTS)
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE household_words AS
        SELECT person, bit_xor(content) AS about FROM ({HOUSEHOLD_ROWS.format(told=told)}) GROUP BY person"""
    )


def take(con: duckdb.DuckDBPyConnection, nights: Nights, measure: str) -> None:
    """Keep the eligible units of a measure: call it while `recount` has its tables standing and roles."""
    con.execute(f"INSERT INTO {UNITS.full_name} BY NAME {TAKEN}", {"run": nights.run, "measure": measure})


def tell(
    con: duckdb.DuckDBPyConnection,
    nights: Nights,
    as_of: dt.date,
    measures: Mapping[str, tuple[Query, tuple[str, ...]]],
    asked: Mapping[str, bool],
) -> None:
    """Write coverage.trend, coverage.moves and what the next night compares with.

    `measures`: by id the measure and its breakdowns. Reads coverage.estimates, coverage.units, findings.fingerprints,
    linkage.judgements and reference.policy by the words of `facts`; drops what `prepare` made.
    """
    _take_prints(con, nights, as_of, [measure for measure, _ in measures.values()], asked)
    _follow(con, nights, as_of)
    tables.create(con, MOVES)
    if nights.before is not None:
        _tell_moves(con, nights, {name: breakdowns for name, (_, breakdowns) in measures.items()})
    con.execute("DROP TABLE temp.household_words")
    _forget(con, nights)


def coarse(breakdowns: Iterable[str]) -> tuple[str, ...]:
    """The breakdowns that are followed over the nights."""
    return tuple(name for name in breakdowns if not set(name.split(recount.CROSS)) & set(FINE))


def _take_prints(
    con: duckdb.DuckDBPyConnection, nights: Nights, as_of: dt.date, measures: list[Query], asked: Mapping[str, bool]
) -> None:
    con.execute(f"DELETE FROM {MEASURE_PRINTS.full_name} WHERE run_id = $run", {"run": nights.run})
    policy = fingerprints.valid_policy(con)
    rows = [
        [
            nights.run,
            as_of,
            one.id,
            asked[one.id],
            fingerprints.reads_date(one.sql),
            fingerprints.print_of(one, *recount.COUNTING),
            fingerprints.print_of_policy(one.sql, policy, [BANDS]),
        ]
        for one in measures
    ]
    con.executemany(f"INSERT INTO {MEASURE_PRINTS.full_name} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _follow(con: duckdb.DuckDBPyConnection, nights: Nights, as_of: dt.date) -> None:
    """Add the night to coverage.trend, in the place of another of its date."""
    con.execute(f"DELETE FROM {TREND.full_name} WHERE as_of = $1 OR run_id = $2", [as_of, nights.run])
    fine = " AND ".join(f"NOT contains(breakdown, '{name}')" for name in FINE)
    con.execute(
        f"""INSERT INTO {TREND.full_name} BY NAME
        SELECT $run AS run_id, $as_of AS as_of, measure, breakdown, group_code, eligible, covered, gap_share_adjusted,
            gap_low, gap_high, verdict
        FROM {tables.ESTIMATES.full_name} WHERE {fine} ORDER BY measure, breakdown, group_code""",
        {"run": nights.run, "as_of": as_of},
    )


def _tell_moves(con: duckdb.DuckDBPyConnection, nights: Nights, measures: Mapping[str, tuple[str, ...]]) -> None:
    named = {"run": nights.run, "before": nights.before, "before_ended": nights.before_ended}
    for name, query in STEPS:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", changes.given(query, named))
    con.execute(f"CREATE OR REPLACE TEMP TABLE caused AS {CAUSES}", changes.given(CAUSES, named))
    for measure, breakdowns in measures.items():
        by = recount.by_breakdown(coarse(breakdowns), "caused", "measure, finding_id, has_entered, cause, since")
        con.execute(f"INSERT INTO {MOVES.full_name} BY NAME {COUNTED.format(by=by)} ORDER BY ALL", {"measure": measure})
    for name in (*(name for name, _ in STEPS), "caused"):
        con.execute(f"DROP TABLE temp.{name}")


def _forget(con: duckdb.DuckDBPyConnection, nights: Nights) -> None:
    keep = [run for run in (nights.run, nights.before, *nights.kept) if run is not None]
    for table in KEPT_COVERAGE:
        if table is not TREND:
            con.execute(f"DELETE FROM {table.full_name} WHERE NOT list_contains($keep, run_id)", {"keep": keep})
