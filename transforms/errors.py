"""Errors among the people a programme serves: how many of whom, how sure, and how much money, by group.

A population is one SQL file in `populations/` with a header (see `Population`): the people or households of a
programme, such as all who were paid a benefit. Its query gives one row or more each, with `person_id`, or
`household_register` and `household_id`. Of them those are found who have a finding of one of its rules. So every
count has its denominator. docs/coverage.md says what the figures mean, `transforms.error_gaps` what of them may leave.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import duckdb

from transforms import facts, tables
from transforms.group_names import named, names
from transforms.headers import CommaList, Query, RuleError, load
from transforms.recount import AREA_2, AREA_3, CROSS, DIMENSIONS, SETTING, by_breakdown, known_breakdowns
from transforms.tables.errors import ALL_RULES


class Population(Query):
    """One population as its file states it: what is counted, the rules that tell of errors in it, and its breakdowns.

    `published`: the rules that count in what may leave, where not all do. A rule may count in one population alone:
    what two tell of it could be subtracted.
    """

    unit: Literal["person", "household"]
    rules: CommaList
    breakdowns: CommaList = ()
    published: CommaList | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The rules that count in what may leave."""
        return self.rules if self.published is None else self.published


# One row a finding and whom it is about. `sureness`: the probability that it is right, as far as links go: that those
# it rests on are right, and that no link was missed to where somebody seems to be absent.
FOUND = """
    SELECT coalesce(person_id, household_register || '/' || household_id) AS unit, rule, kind, state, stake,
        riel_a_month, probability * (1 - coalesce(missed_link_probability, 0)) AS sureness
    FROM findings.findings
"""
# One row a person: the groups it is counted in.
PEOPLE = """
    SELECT i.person_id AS unit, p.area_1, p.area_2, p.area_3, i.sex,
        (SELECT max(first) FROM bands WHERE first <= age_on(i.birth_date, as_of()))::VARCHAR AS age_band,
        CASE WHEN d.person_id IS NOT NULL THEN 'yes' WHEN EXISTS (FROM disability_cards) THEN 'no' END AS disability,
        coalesce(m.level, 'no_card') AS poverty_level
    FROM individuals i
    JOIN persons.persons p USING (person_id)
    LEFT JOIN (SELECT DISTINCT person_id FROM disability_cards WHERE is_covered) d USING (person_id)
    LEFT JOIN (SELECT person_id, min(level) AS level FROM household_members GROUP BY ALL) m USING (person_id)
"""
# One row a household with a card.
HOUSEHOLDS = """
    SELECT household_register || '/' || household_id AS unit, area_1, area_2, area_3, NULL::VARCHAR AS sex,
        NULL::VARCHAR AS age_band, NULL::VARCHAR AS disability, level AS poverty_level
    FROM card_households
"""
GROUPS = {"person": PEOPLE, "household": HOUSEHOLDS}
UNITS = {"person": "person_id", "household": "household_register || '/' || household_id"}
_PLACES = {name: place.format("g.") for name, place in (("area_2", AREA_2), ("area_3", AREA_3), ("setting", SETTING))}
STANDING = f"""
    SELECT unit, {", ".join(f"coalesce({_PLACES.get(name, name)}, 'unknown') AS {name}" for name in DIMENSIONS)}
    FROM (SELECT DISTINCT {{unit}} AS unit FROM ({{query}})) LEFT JOIN grouped_{{of}} g USING (unit)
    WHERE unit IS NOT NULL
"""
# Of somebody with several findings of a kind the surest counts. Two findings may be of the same money: the most counts.
COUNTED = f"""
    WITH members AS ({{by}}),
    sizes AS (
        SELECT breakdown, group_code, count(*) AS people FROM members GROUP BY ALL
        UNION ALL SELECT 'total', 'all', 0 WHERE NOT EXISTS (FROM {{served}})
    ),
    wanted AS (SELECT rule, kind FROM findings.rules WHERE applied AND list_contains($rules, rule)),
    asked AS (SELECT kind, rule FROM wanted UNION SELECT kind, '{ALL_RULES}' FROM wanted),
    each AS (FROM found_errors SEMI JOIN wanted USING (rule) SEMI JOIN {{served}} USING (unit)),
    hits AS (
        FROM each
        UNION ALL BY NAME
        SELECT unit, '{ALL_RULES}' AS rule, kind,
            CASE WHEN bool_or(state = 'confirmed') THEN 'confirmed' WHEN bool_or(state = 'probable') THEN 'probable'
                ELSE 'cannot_tell' END AS state,
            min(stake) AS stake, max(riel_a_month) AS riel_a_month, max(sureness) AS sureness
        FROM each GROUP BY unit, kind
    ),
    hit_counts AS (
        SELECT breakdown, group_code, kind, rule, count(*) AS found,
            count(*) FILTER (state = 'confirmed') AS confirmed, count(*) FILTER (state = 'probable') AS probable,
            count(*) FILTER (state = 'cannot_tell') AS cannot_tell,
            sum(sureness::DECIMAL(18, 9))::DOUBLE AS expected, count(*) FILTER (sureness = 1) AS sure,
            sqrt(sum((sureness * (1 - sureness))::DECIMAL(18, 9))::DOUBLE) AS spread,
            count(riel_a_month) AS with_money, min(stake) FILTER (riel_a_month IS NOT NULL) AS stake,
            sum(riel_a_month)::BIGINT AS riel_a_month
        FROM hits JOIN members USING (unit) GROUP BY ALL
    )
    SELECT $population AS population, kind, rule, breakdown, group_code, people, coalesce(found, 0) AS found,
        coalesce(found, 0) / nullif(people, 0) AS share, coalesce(confirmed, 0) AS confirmed,
        coalesce(probable, 0) AS probable, coalesce(cannot_tell, 0) AS cannot_tell,
        round(coalesce(expected, 0), 6) AS expected, {{low}} AS expected_low, {{high}} AS expected_high,
        coalesce(with_money, 0) AS with_money, stake, riel_a_month
    FROM sizes CROSS JOIN asked LEFT JOIN hit_counts USING (breakdown, group_code, kind, rule)
"""
# The number of right findings is a sum of independent trials; by its normal approximation, widened to whole numbers,
# and never fewer than those that need no link, nor more than are found.
_LOW = "coalesce(greatest(sure, floor(expected - 1.959964 * spread)), 0)::BIGINT"
_HIGH = "coalesce(least(found, ceil(expected + 1.959964 * spread)), 0)::BIGINT"


def load_populations() -> tuple[Population, ...]:
    """Every population, ordered by id. Raises `RuleError` naming the file and header line at fault."""
    populations = load("populations", Population)
    for one in populations:
        unknown = {name for breakdown in one.breakdowns for name in breakdown.split(CROSS)} - set(DIMENSIONS)
        if unknown:
            raise RuleError(f"{one.file}: unknown breakdown {', '.join(sorted(unknown))}: use {', '.join(DIMENSIONS)}.")
    return populations


def queries() -> tuple[str, ...]:
    """What is asked of the facts."""
    return (*GROUPS.values(), *(one.sql for one in load_populations()))


def count(con: duckdb.DuckDBPyConnection) -> None:
    """Count the errors of every population.

    Reads findings.findings, findings.rules, persons.persons, the words and facts of `facts`, the temporary table bands
    and reference.areas; writes coverage.populations, coverage.errors and, for `error_gaps`, the temporary tables
    found_errors, grouped_person and grouped_household. Raises `RuleError` when the query of a population fails.
    """
    clear(con)
    con.execute(f"CREATE TEMP TABLE found_errors AS {FOUND}")
    for of, query in GROUPS.items():
        con.execute(f"CREATE TEMP TABLE grouped_{of} AS {query}")
    populations = load_populations()
    _write_populations(con, populations)
    tally(con, "counted_errors", {one: one.rules for one in populations if not facts.missing(con, one)})
    tables.fill(con, tables.ERRORS, named("counted_errors"), {"names": names()})
    con.execute("DROP TABLE temp.counted_errors")


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `count` left."""
    served = (_served(one) for one in load_populations())
    for name in ("found_errors", *(f"grouped_{of}" for of in GROUPS), *served):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


def tally(
    con: duckdb.DuckDBPyConnection,
    into: str,
    asked: Mapping[Population, Iterable[str]],
    only: tuple[str, ...] | None = None,
) -> None:
    """Count populations by these of their rules, into a temporary table with the columns of coverage.errors but the
    names of groups: by all breakdowns, or by `only` these and the total. Raises as `count` does. Who is of a population
    is asked once, until `clear`."""
    columns = ", ".join(f"{c.name} {c.type}" for c in tables.ERRORS.columns if not c.name.startswith("group_name"))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {into} ({columns})")
    for one, rules in asked.items():
        standing = STANDING.format(unit=UNITS[one.unit], query=one.sql, of=one.unit)
        breakdowns = [name for name in one.breakdowns if only is None or name in only]
        by = by_breakdown(known_breakdowns(con, breakdowns), _served(one), "unit")
        try:
            con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_served(one)} AS {standing}")
        except duckdb.Error as error:
            # The message of a failed cast holds the value it failed on, so neither it nor its cause may be passed on.
            raise RuleError(f"{one.file}: the query failed ({type(error).__name__}).") from None
        query = COUNTED.format(by=by, served=_served(one), low=_LOW, high=_HIGH)
        con.execute(f"INSERT INTO {into} BY NAME {query}", {"population": one.id, "rules": list(rules)})


def _served(one: Population) -> str:
    """The temporary table of a population: one row a unit, with its groups."""
    return f"served_{one.id}"


def _write_populations(con: duckdb.DuckDBPyConnection, populations: Iterable[Population]) -> None:
    """A rule that could not be asked tells nothing, which is not the same as finding nobody."""
    asked = {rule for (rule,) in con.execute("SELECT rule FROM findings.rules WHERE applied").fetchall()}
    tables.create(con, tables.POPULATIONS)
    con.executemany(
        f"INSERT INTO {tables.POPULATIONS.full_name} VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            [
                *(one.id, one.statement_en, one.statement_km, one.unit, not facts.missing(con, one)),
                ", ".join(rule for rule in one.rules if rule in asked),
                ", ".join(rule for rule in one.rules if rule not in asked),
            ]
            for one in populations
        ],
    )
