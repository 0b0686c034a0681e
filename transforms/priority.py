"""What to look at first: a number from 0 to 100, the sum of four parts that can be read one by one.

- severity: 40 points where it is critical, 26 high, 13 medium, 0 low.
- sureness: the state counts 1 where it is confirmed, 0.7 probable, 0.3 cannot tell; times the probability that its
  links are right. An exclusion gets 16 points and 14 times that, anything else 30 times that.
- money: 20 points times log(1 + money a month / 1,000) over the same of `policy('priority_full_money')`, at most 20;
  0 where the rule knows of no money.
- age: 10 points times the days since it was first seen over `policy('priority_full_days')`, at most 10; exclusions
  alone: somebody waits.

An inclusion or duplication is held against somebody. Until it is confirmed it rests on a link that may be wrong, and
gets 10 points for sureness and 5 for money at most: together fewer than the 16 with which every exclusion starts. So
it never comes before an exclusion of the same severity. More of anything never lowers the number. It orders work; it
decides nothing.
"""

DOUBTFUL = "(kind IN ('inclusion', 'duplication') AND state <> 'confirmed')"
SURE = "probability * CASE state WHEN 'confirmed' THEN 1 WHEN 'probable' THEN 0.7 ELSE 0.3 END"
FULL_MONEY = "coalesce(TRY_CAST(policy('priority_full_money') AS DOUBLE), 400000)"
FULL_DAYS = "coalesce(TRY_CAST(policy('priority_full_days') AS DOUBLE), 365)"
PARTS = {
    "severity": "CASE severity WHEN 'critical' THEN 40 WHEN 'high' THEN 26 WHEN 'medium' THEN 13 ELSE 0 END",
    "sureness": f"""CASE
        WHEN kind = 'exclusion' THEN 16 + 14 * {SURE}
        WHEN {DOUBTFUL} THEN 10 * {SURE}
        ELSE 30 * {SURE}
    END""",
    "money": f"""CASE WHEN {DOUBTFUL} THEN 5 ELSE 20 END
        * least(1, ln(1 + coalesce(riel_a_month, 0) / 1000) / ln(1 + {FULL_MONEY} / 1000))""",
    "age": f"""CASE WHEN kind = 'exclusion'
        THEN 10 * least(1, greatest(0, date_diff('day', first_seen, last_seen)) / {FULL_DAYS}) ELSE 0 END""",
}


def ranked(query: str) -> str:
    """The query with priority and its parts, each to a tenth of a point.

    It needs kind, severity, state, probability, riel_a_month, first_seen and last_seen, and the words of `facts`.
    """
    parts = ", ".join(f"round({points}, 1)::DOUBLE AS priority_{name}" for name, points in PARTS.items())
    total = " + ".join(f"priority_{name}" for name in PARTS)
    return f"SELECT *, round({total}, 1) AS priority FROM (SELECT *, {parts} FROM ({query}))"
