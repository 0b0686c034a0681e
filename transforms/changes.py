"""What changed since the night before, and why.

A finding changes by its state, its class of probability (`policy('probability_classes')`) or its evidence. Causes are
asked in the order of `tables.Cause`, and the first that applies is told:

- rule: its header or query, a fact it reads, or how findings are weighed is written differently; a rule is new or gone.
- policy: a value that it reads is another, or another one is valid now.
- judgement: what counts of what humans say of a record it rests on, or of any of its persons, has counted only since.
- link: a record of its persons stood with others the night before; or its evidence is the same and its state or
  probability is not, so that its links are weighed differently.
- data: a record it rests on, or any of its persons, is new, gone or says something else.
- date: none of these, and the rule asks what day it is. A rule that does not ask is changed by other people's
  records: data.
"""

import re
from collections.abc import Mapping

import duckdb

from transforms.lasting import Nights
from transforms.tables import CHANGES, fill

CLASS = "coalesce(len(list_filter(policy_list('probability_classes')::DOUBLE[], lambda edge: {} >= edge)), 0)"

# One row a finding that is new, resolved or changed.
ALTERED = f"""
    WITH standing AS (
        SELECT *, {CLASS.format("probability")}::INTEGER AS class FROM findings.kept WHERE run_id = $run
    ),
    before AS (SELECT *, {CLASS.format("probability")}::INTEGER AS class FROM earlier),
    both_nights AS (
        SELECT s.finding_id, s.rule, s.kind, s.severity, s.person_id, s.household_register, s.household_id,
            b.person_before,
            CASE
                WHEN b.finding_id IS NULL THEN 'new'
                WHEN s.resolved_on IS NOT NULL AND b.resolved_on IS NULL THEN 'resolved'
                WHEN s.resolved_on IS NULL AND (s.state, s.class, s.evidence) <> (b.state, b.class, b.evidence)
                    THEN 'changed'
            END AS change,
            b.state AS state_before, s.state AS state_after, b.class AS class_before, s.class AS class_after,
            coalesce(s.evidence <> b.evidence, FALSE) AS evidence_changed
        FROM standing s LEFT JOIN before b USING (finding_id)
    )
    SELECT * FROM both_nights WHERE change IS NOT NULL
"""

# One row a finding and a person it is about or rests on, on either night.
PERSONS = """
    SELECT DISTINCT t.finding_id, f.person
    FROM touched t JOIN findings.fingerprints f USING (record)
    WHERE f.run_id IN ($run, $before) AND f.person IS NOT NULL
    UNION SELECT finding_id, hash(person_id) FROM altered WHERE person_id IS NOT NULL
    UNION SELECT finding_id, hash(person_before) FROM altered WHERE person_before IS NOT NULL
"""

# One row a record that some such finding rests on, or that is about one of its persons.
TOUCHED = """
    SELECT DISTINCT finding_id, record
    FROM (SELECT finding_id, unnest(records) AS record FROM findings.kept WHERE run_id IN ($run, $before))
    SEMI JOIN altered USING (finding_id)
"""
COMPARED = """
    WITH near AS (
        SELECT record FROM touched
        UNION SELECT record FROM findings.fingerprints SEMI JOIN concerned USING (person)
        WHERE run_id IN ($run, $before)
    ),
    sides AS (
        SELECT record,
            bit_xor(content) FILTER (run_id = $run) AS content,
            bit_xor(content) FILTER (run_id = $before) AS content_before,
            max(person) FILTER (run_id = $run) AS person, max(person) FILTER (run_id = $before) AS person_before,
            max(person) FILTER (run_id = $run AND is_person) AS own,
            max(person) FILTER (run_id = $before AND is_person) AS own_before
        FROM findings.fingerprints SEMI JOIN near USING (record)
        WHERE run_id IN ($run, $before)
        GROUP BY record
    )
    SELECT record, person, person_before, content IS DISTINCT FROM content_before AS is_changed,
        coalesce(own <> own_before, FALSE) AS is_regrouped
    FROM sides
"""
MOVED = """
    WITH reached AS (
        SELECT finding_id, record FROM touched
        UNION SELECT finding_id, record FROM concerned JOIN compared USING (person)
        UNION SELECT finding_id, record FROM concerned JOIN compared ON compared.person_before = concerned.person
    )
    SELECT finding_id, bool_or(is_changed) AS is_changed, bool_or(is_regrouped) AS is_regrouped
    FROM reached JOIN compared USING (record)
    GROUP BY finding_id
"""
# One row a finding of which a record is in a pair that was judged since the night before.
JUDGED = """
    WITH spoken_of AS (
        SELECT hash(register_l, record_id_l) AS record FROM linkage.judgements WHERE counts_since >= $before_ended
        UNION SELECT hash(register_r, record_id_r) FROM linkage.judgements WHERE counts_since >= $before_ended
    ),
    people AS (
        SELECT person FROM compared SEMI JOIN spoken_of USING (record)
        UNION SELECT person_before FROM compared SEMI JOIN spoken_of USING (record)
    )
    SELECT finding_id FROM touched SEMI JOIN spoken_of USING (record)
    UNION SELECT finding_id FROM concerned SEMI JOIN people USING (person)
"""
STEPS = (
    ("altered", ALTERED),
    ("touched", TOUCHED),
    ("concerned", PERSONS),
    ("compared", COMPARED),
    ("moved", MOVED),
    ("judged", JUDGED),
)

TOLD = """
    WITH rules AS (
        SELECT coalesce(n.rule, b.rule) AS rule, n.query IS DISTINCT FROM b.query AS is_rewritten,
            n.policy IS DISTINCT FROM b.policy AS is_set_otherwise,
            n.applied IS DISTINCT FROM b.applied AS is_asked_otherwise,
            n.reads_date AND n.as_of <> b.as_of AS may_be_time
        FROM (SELECT * FROM findings.rule_prints WHERE run_id = $run) n
        FULL JOIN (SELECT * FROM findings.rule_prints WHERE run_id = $before) b USING (rule)
    )
    SELECT a.*,
        CASE
            WHEN $before IS NULL THEN 'data'
            WHEN r.is_rewritten THEN 'rule'
            WHEN r.is_set_otherwise THEN 'policy'
            WHEN j.finding_id IS NOT NULL THEN 'judgement'
            WHEN m.is_regrouped THEN 'link'
            WHEN m.is_changed OR r.is_asked_otherwise THEN 'data'
            WHEN a.change = 'changed' AND NOT a.evidence_changed THEN 'link'
            WHEN r.may_be_time THEN 'date'
            ELSE 'data'
        END AS cause,
        (SELECT any_value(as_of) FROM findings.rule_prints WHERE run_id = $before) AS since,
        CASE WHEN change <> 'resolved' THEN state_after END AS state,
        CASE WHEN change <> 'resolved' THEN class_after END AS class
    FROM altered a
    LEFT JOIN rules r USING (rule)
    LEFT JOIN moved m USING (finding_id)
    LEFT JOIN judged j USING (finding_id)
"""


def tell(con: duckdb.DuckDBPyConnection, nights: Nights) -> None:
    """Write findings.changes.

    Reads findings.kept, findings.fingerprints, findings.rule_prints, linkage.judgements, the temporary table earlier
    and the words of `facts`. On a first night every finding is new, by its data.
    """
    named = {"run": nights.run, "before": nights.before, "before_ended": nights.before_ended}
    for name, query in STEPS:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", given(query, named))
    fill(con, CHANGES, TOLD, {"run": nights.run, "before": nights.before})
    for name, _ in STEPS:
        con.execute(f"DROP TABLE temp.{name}")


def given(query: str, named: Mapping[str, object]) -> dict[str, object]:
    """Those of the named parameters that a query asks for: DuckDB refuses others."""
    return {key: value for key, value in named.items() if re.search(rf"\${key}\b", query)}
