"""What rules and measures are written with: facts by person, and words such as `as_of()` and `policy('name')`.

Facts are temporary tables of one connection, made by `prepare` and dropped by `clear`:

Words a query may use
- `as_of()`: the date everything is evaluated at.
- `policy('name')`, `policy_list('name')`: a policy value as at that date, as text to be cast; a list of texts.
- `last_months(count)`: the last complete months before the as-of date, as 2026-10.
- `age_on(born, day)`: age in full years. `valid_on(first, last, day)`: an open end counts as valid.
- `is_exact(birth_date, precision)`: known to the day, and not 1 January, which mostly stands for "year only".
- `latest_birth(birth_date, precision)`: the last day that a date may stand for: of a year alone, and of a 1 January,
  its 31 December.
- `swapped(birth_date)`: with day and month in each other's place; NULL where that is no date.
- `both_names(family, given)`: the two in one order, for clerks swap them; NULL where one is missing.
- `record(register, record_id, role)`: a record that a finding rests on, and what it shows.
- `enrolling_register('programme')`, `card_register('programme')`: the register whose people are enrolled, or hold
  cards of their own; the first by name where several do.
"""

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

import duckdb

from transforms import (
    facts_complaints,
    facts_doubt,
    facts_households,
    facts_left_out,
    facts_numbers,
    facts_places,
    facts_social_security,
)
from transforms.fact import Fact
from transforms.headers import NEEDABLE, POLICY_NAME, Query
from transforms.watch import Watch, unwatched

MACROS = (
    "valid_on(first, last, day) AS (coalesce(first <= day, TRUE) AND coalesce(last >= day, TRUE))",
    """policy(wanted) AS (
        SELECT value FROM reference.policy WHERE name = wanted AND valid_on(valid_from, valid_to, as_of())
    )""",
    "policy_list(wanted) AS string_split(policy(wanted), ',')",
    """last_months(wanted) AS list_transform(
        range(1, wanted + 1), lambda ago: strftime(date_trunc('month', as_of()) - to_months(ago::INTEGER), '%Y-%m')
    )""",
    "age_on(born, on_day) AS date_sub('year', born, on_day)",
    "is_exact(born, known) AS (known = 'day' AND NOT (day(born) = 1 AND month(born) = 1))",
    """latest_birth(born, known) AS CASE
        WHEN is_exact(born, known) THEN born
        WHEN known = 'month' THEN last_day(born)
        ELSE make_date(year(born), 12, 31) END""",
    """swapped(born) AS CASE WHEN day(born) <= 12 THEN make_date(year(born), day(born), month(born)) END""",
    """both_names(family, given) AS
        CASE WHEN family IS NOT NULL AND given IS NOT NULL THEN list_sort([family, given]) END""",
    """record(its_register, its_id, its_role) AS
        struct_pack(register := its_register, record_id := its_id, role := its_role)""",
    "enrolling_register(wanted) AS (SELECT min(of_register) FROM clean.enrolments WHERE programme = wanted)",
    "card_register(wanted) AS (SELECT min(of_register) FROM clean.entitlements WHERE programme = wanted)",
)


FACTS = (
    Fact(
        "person_records",
        "one row a record of clean.people, with the person it belongs to",
        """
        SELECT p.register, p.record_id, r.person_id, r.identifier_group, p.household_id, p.relation_to_head,
            p.sex, p.birth_date, p.birth_precision, p.is_pregnant, p.identity_paper
        FROM clean.people p JOIN persons.records r USING (register, record_id)
        """,
    ),
    Fact(
        "certified_births",
        """one row a person whose date of birth certifying registers give to the day, and all the same; a 1 January
        is a day where the birth was registered within the time in which it is still remembered""",
        """
        SELECT r.person_id, min(r.birth_date) AS birth_date, arg_min(r.register, (r.register, r.record_id)) AS register,
            arg_min(r.record_id, (r.register, r.record_id)) AS record_id
        FROM person_records r
        LEFT JOIN clean.events e ON e.of_register = r.register AND e.of_record_id = r.record_id
            AND e.kind = 'birth' AND e.happened_on = r.birth_date
            AND e.registered_on <= e.happened_on + policy('timely_registration_days')::INTEGER
        WHERE (is_exact(r.birth_date, r.birth_precision) OR e.event_id IS NOT NULL)
            AND list_contains(policy_list('certified_birth_registers'), r.register)
        GROUP BY r.person_id
        HAVING count(DISTINCT r.birth_date) = 1
        """,
    ),
    Fact(
        "individuals",
        """one row a person: sex, best date of birth (a certified one before any other), area; latest_birth: the last
        day that the best date may mean, or that another record gives, where none is certified; or that a certified one
        gives with day and month in each other's place, where another record has them so""",
        """
        WITH told AS (
            SELECT person_id, max(birth_date) AS birth_date, list(birth_date) AS dates FROM person_records
            WHERE is_exact(birth_date, birth_precision) GROUP BY person_id
        )
        SELECT s.person_id, s.sex, coalesce(c.birth_date, s.birth_date) AS birth_date,
            CASE WHEN c.person_id IS NULL THEN s.birth_precision ELSE 'day' END AS birth_precision,
            CASE WHEN c.person_id IS NULL THEN greatest(latest_birth(s.birth_date, s.birth_precision), t.birth_date)
                WHEN list_contains(t.dates, swapped(c.birth_date)) THEN greatest(c.birth_date, swapped(c.birth_date))
                ELSE c.birth_date END AS latest_birth,
            c.person_id IS NOT NULL AS is_certified, s.is_dead, s.area_1, s.area_3
        FROM persons.persons s LEFT JOIN certified_births c USING (person_id) LEFT JOIN told t USING (person_id)
        """,
    ),
    Fact(
        "birth_differences",
        "one row two records of a person, in different registers, that give different exact dates of birth",
        """
        WITH dated AS (
            SELECT person_id, register, record_id, identifier_group, birth_date FROM person_records
            WHERE is_exact(birth_date, birth_precision)
        ),
        differing AS (
            SELECT * FROM dated
            WHERE person_id IN (SELECT person_id FROM dated GROUP BY ALL HAVING min(birth_date) < max(birth_date))
        )
        SELECT a.person_id, a.register, a.record_id, a.birth_date,
            b.register AS other_register, b.record_id AS other_record_id, b.birth_date AS other_birth_date,
            coalesce(a.identifier_group = b.identifier_group, FALSE) AS same_identifier,
            CASE
                WHEN day(a.birth_date) = month(b.birth_date) AND month(a.birth_date) = day(b.birth_date)
                    AND year(a.birth_date) = year(b.birth_date) THEN 'day_month_swapped'
                WHEN hamming(strftime(a.birth_date, '%Y%m%d'), strftime(b.birth_date, '%Y%m%d')) = 1 THEN 'one_digit'
                WHEN strftime(a.birth_date, '%m%d') = strftime(b.birth_date, '%m%d') THEN 'year'
                ELSE 'other'
            END AS difference
        FROM differing a JOIN differing b
            ON a.person_id = b.person_id AND a.register < b.register AND a.birth_date <> b.birth_date
        """,
    ),
    *facts_households.FACTS,
    Fact(
        "person_enrolments",
        "one row an enrolment that was not rejected, with its person",
        """
        SELECT e.register, e.enrolment_id AS record_id, r.person_id, e.programme, e.component, e.card_number,
            e.enrolled_on, e.ended_on, e.status, e.of_register, e.of_record_id
        FROM clean.enrolments e
        LEFT JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
        WHERE e.status IS DISTINCT FROM 'rejected'
        """,
    ),
    Fact(
        "person_payments",
        "one row a payment or an attempt at one, with its person and the enrolment it pays",
        """
        SELECT p.register, p.payment_id AS record_id, r.person_id, p.programme, p.component, p.round, p.amount,
            p.paid_on, p.status, p.reject_reason, p.of_register, p.of_record_id
        FROM clean.payments p
        LEFT JOIN persons.records r ON r.register = p.of_register AND r.record_id = p.of_record_id
        """,
    ),
    Fact(
        "person_claims",
        "one row a health claim, with its person, and how sure the claim is linked to it",
        """
        SELECT c.register, c.claim_id AS record_id, r.person_id, c.payer, c.service, c.card_number, c.visited_on,
            c.amount, r.link_probability
        FROM clean.claims c
        LEFT JOIN persons.records r ON r.register = c.of_register AND r.record_id = c.of_record_id
        """,
    ),
    Fact(
        "deaths",
        "one row a person whose death is registered; the last date where several are, so that nobody is accused early",
        """
        SELECT r.person_id, e.happened_on AS died_on, e.register, e.event_id AS record_id
        FROM clean.events e
        JOIN persons.records r ON r.register = e.of_register AND r.record_id = e.of_record_id
        WHERE e.kind = 'death' AND e.happened_on <= as_of()
        QUALIFY row_number() OVER (
            PARTITION BY r.person_id ORDER BY e.happened_on DESC, e.register, e.event_id
        ) = 1
        """,
    ),
    Fact(
        "sightings_after_death",
        "one row a payment, claim or contribution of a person dated after the registered death and its grace",
        """
        WITH sightings AS (
            SELECT person_id, register, record_id, paid_on AS seen_on,
                policy('death_payment_grace_days')::INTEGER AS grace
            FROM person_payments WHERE status = 'paid'
            UNION ALL
            SELECT person_id, register, record_id, visited_on, 0 FROM person_claims
            UNION ALL
            SELECT r.person_id, c.register, c.contribution_id, TRY_CAST(c.month || '-01' AS DATE), 0
            FROM clean.contributions c
            JOIN persons.records r ON r.register = c.of_register AND r.record_id = c.of_record_id
        )
        SELECT s.person_id, d.died_on, d.register AS death_register, d.record_id AS death_record_id,
            s.register, s.record_id, s.seen_on
        FROM sightings s JOIN deaths d USING (person_id)
        WHERE s.seen_on > d.died_on + s.grace
        """,
    ),
    Fact(
        "doubtful_deaths",
        "one row a person whom several registers saw after the registered death: the death or its link is doubtful",
        """
        SELECT person_id FROM sightings_after_death
        GROUP BY person_id HAVING count(DISTINCT register) >= policy('false_death_registers')::INTEGER
        """,
    ),
    *facts_numbers.FACTS,
    *facts_social_security.FACTS,
    *facts_doubt.FACTS,
    *facts_places.FACTS,
    *facts_left_out.FACTS,
    *facts_complaints.FACTS,
)


def prepare(
    con: duckdb.DuckDBPyConnection,
    as_of: dt.date,
    watch: Watch = unwatched,
    queries: Iterable[str] | None = None,
) -> None:
    """Make the words and the facts: all, or those that `queries` read.

    Reads clean.*, persons.*, reference.policy; writes temporary tables only. A fact that fails (a policy value that is
    no number where one is needed) is not there afterwards.
    """
    wanted = {fact.name for fact in FACTS} if queries is None else set(read_by(" ".join(queries)))
    con.execute(f"CREATE OR REPLACE TEMP MACRO as_of() AS DATE '{as_of.isoformat()}'")
    for macro in MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    clear(con)
    for fact in FACTS:
        if fact.name not in wanted:
            continue
        with watch(fact.name), suppress(duckdb.DataError, duckdb.ProgrammingError):
            con.execute(f"CREATE TEMP TABLE {fact.name} AS {fact.sql}")


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the facts, so that their memory is free for the stages that follow."""
    for fact in FACTS:
        con.execute(f"DROP TABLE IF EXISTS temp.{fact.name}")


def missing(con: duckdb.DuckDBPyConnection, query: Query) -> str:
    """Why a rule or measure cannot be asked tonight, in one sentence; empty where it can."""
    absent = [need for need in query.needs if not _is_there(con, need)]
    if absent:
        return f"No register in use tells of {' or '.join(absent)}."
    unknown = [name for name in sorted(policies(query.sql)) if not _has_policy(con, name)]
    return f"No policy value is valid on the as-of date for {', '.join(unknown)}." if unknown else ""


def policies(sql: str) -> set[str]:
    """Names of the policy values that a query uses, itself or through the facts it reads."""
    made = {fact.name: fact.sql for fact in FACTS}
    return set(POLICY_NAME.findall(sql)).union(*(POLICY_NAME.findall(made[name]) for name in read_by(sql)))


def read_by(sql: str) -> list[str]:
    """Names of the facts that a query reads, itself or through others, in the order in which they are made."""
    read = set(_named(sql))
    for fact in reversed(FACTS):
        if fact.name in read:
            read |= _named(fact.sql)
    return [fact.name for fact in FACTS if fact.name in read]


@cache
def _named(sql: str) -> frozenset[str]:
    """Names of the facts in a query's own words."""
    return frozenset(re.findall(r"\w+", sql)) & {fact.name for fact in FACTS}


def _is_there(con: duckdb.DuckDBPyConnection, need: str) -> bool:
    table, _, value = need.partition(":")
    where = f'WHERE "{NEEDABLE[table]}" = $value' if value else ""
    parameters = {"value": value} if value else None
    return con.execute(f"SELECT 1 FROM clean.{table} {where} LIMIT 1", parameters).fetchone() is not None


def _has_policy(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return con.execute("SELECT 1 WHERE policy($name) IS NOT NULL", {"name": name}).fetchone() is not None
