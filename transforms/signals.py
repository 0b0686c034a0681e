"""What registers say of people, as evidence of who is who.

A claim that was treated as poor is a card holder's more often than one that was paid; an enrolment for the elderly is
an old person's. Linking compares names, dates and numbers, and knows nothing of that; whoever counts who is covered
must, or the links in doubt make too many of the eligible uncovered. The measures themselves say what counts: on an edge
between records that stand for somebody and records that do not, the latter cover, entitle, do both or neither. And who
stands may be covered by a third register: who draws a benefit that a card entitles to has had one. How often each is so
is counted for each measure and two registers among links that are nearly sure, and among persons that were kept apart.
The ratio of the two shares multiplies the odds of an edge; of several measures, the one with most to say. Nothing but
the night's own links is used.
"""

from collections.abc import Iterable

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SURE = 0.99
FEWEST = 30  # edges of both kinds, below which a ratio of shares says nothing
MOST = 8.0  # times the odds, or as many times less
COVERED = 4  # added to what a record says where another register covers whom it may be of
KINDS = 2 * COVERED

# Registers as bits, so that the registers of a node are one number.
_REGISTERS = """
    SELECT register, 1::HUGEINT << ((row_number() OVER (ORDER BY register) - 1) % 126)::INTEGER AS bit
    FROM (SELECT DISTINCT register FROM placed_records)
"""
# One row a node that has a role in a measure: what it says, the registers that it is of, and those that cover it.
_NODE_ROLES = """
    SELECT r.node, any_value(r.person) AS person, bool_or(role = 'stands') AS stands,
        2 * bool_or(role = 'covers')::INTEGER + bool_or(role = 'entitles')::INTEGER AS said,
        bit_or(bit) AS registers, coalesce(bit_or(bit) FILTER (role = 'covers'), 0) AS covering
    FROM (SELECT role, register, record_id FROM ({query})) q
    JOIN placed_records r USING (register, record_id) JOIN register_bits USING (register)
    WHERE r.node IS NOT NULL GROUP BY r.node
"""

# One row an edge that stands at one end alone: what is said at the other and, of who is entitled or covered there,
# whether another register covers the one that stands. A bridge joins whole persons, a tie nodes.
_ENDS = f"""
    WITH standing AS (
        SELECT person, bit_or(covering) AS covering FROM node_roles GROUP BY person HAVING bool_or(stands)
    ),
    ends AS (
        SELECT e.edge, e.registers, e.is_tie, e.probability,
            CASE WHEN e.is_tie THEN coalesce(a.stands, FALSE) ELSE p.person IS NOT NULL END AS l_stands,
            CASE WHEN e.is_tie THEN coalesce(b.stands, FALSE) ELSE q.person IS NOT NULL END AS r_stands,
            a.said + {COVERED} * (coalesce(q.covering & ~a.registers, 0) <> 0)::INTEGER AS l_said,
            b.said + {COVERED} * (coalesce(p.covering & ~b.registers, 0) <> 0)::INTEGER AS r_said
        FROM edges_now e
        LEFT JOIN node_roles a ON a.node = e.l LEFT JOIN node_roles b ON b.node = e.r
        LEFT JOIN standing p ON p.person = e.l_person LEFT JOIN standing q ON q.person = e.r_person
    )
    SELECT edge, registers, is_tie, probability, coalesce(CASE WHEN l_stands THEN r_said ELSE l_said END, 0) AS said
    FROM ends WHERE l_stands <> r_stands
"""

# One row an edge: how many times likelier what is said makes it, as a logarithm.
_RATIOS = f"""
    WITH counted AS (
        SELECT registers, said, count(*) FILTER (is_tie AND probability >= {SURE}) AS sure,
            coalesce(sum((1 - probability)::DECIMAL(18, 9)) FILTER (NOT is_tie), 0)::DOUBLE AS apart
        FROM ends GROUP BY registers, said
    ),
    shares AS (
        SELECT registers, said, sum(sure) OVER same AS all_sure, sum(apart) OVER same AS all_apart,
            ln((sure + 1) / (all_sure + {KINDS}) / ((apart + 1) / (all_apart + {KINDS}))) AS ratio
        FROM counted WINDOW same AS (PARTITION BY registers)
    )
    SELECT edge, greatest(-ln({MOST}), least(ln({MOST}), ratio)) AS ratio
    FROM ends JOIN shares USING (registers, said) WHERE least(all_sure, all_apart) >= {FEWEST}
"""


def ratios(con: duckdb.DuckDBPyConnection, edges: pl.DataFrame, queries: Iterable[str]) -> Floats:
    """For each edge the logarithm of what multiplies its odds, 0 where nothing is said.

    `edges`: edge (from 0), l, r (nodes), l_person, r_person (numbers), is_tie, probability, registers. `queries`: of
    measures, see `transforms.coverage`. Reads the temporary table placed_records.
    """
    told = np.zeros(edges.height)
    con.register("edges_frame", edges)
    con.execute("CREATE OR REPLACE TEMP TABLE edges_now AS FROM edges_frame")
    con.execute(f"CREATE OR REPLACE TEMP TABLE register_bits AS {_REGISTERS}")
    for query in queries:
        for name, step in (("node_roles", _NODE_ROLES.format(query=query)), ("ends", _ENDS)):
            con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {step}")
        found = con.execute(_RATIOS).fetchnumpy()
        edge, ratio = np.asarray(found["edge"], dtype=np.int64), np.asarray(found["ratio"], dtype=np.float64)
        told[edge] = np.where(np.abs(ratio) > np.abs(told[edge]), ratio, told[edge])
        for name in ("node_roles", "ends"):
            con.execute(f"DROP TABLE temp.{name}")
    for name in ("edges_now", "register_bits"):
        con.execute(f"DROP TABLE temp.{name}")
    con.unregister("edges_frame")
    return told
