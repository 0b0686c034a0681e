"""An estimate, without labels, of the true pairs that all blocking rules miss.

Capture and recapture: rules are gathered into five lists by the field that leads their key (numbers, both names, birth,
address, one name with something else), because what spoils one field seldom spoils another. From the matches in
just one list, f1, and in just two, f2, Chao's lower bound (Biometrics 43, 1987, 783-791) tells how many are in none:

    f0 = (t - 1) / t * f1^2 / (2 (f2 + 1))        with t lists

Matches are not known, only probable: each candidate pair counts as much as its probability. Rules need several fields
at once, so lists are not independent; and some pairs can be in one list only, since a register knows nothing else.
`BESIDE_CHANCE` is how far that puts the estimate off; docs/linkage.md has it beside the truth of twelve sets.
"""

import math
from dataclasses import dataclass

import duckdb
import polars as pl

from transforms.block import Rule, rules
from transforms.comparable import identifier_types
from transforms.tables import MISSED, UNBLOCKED, fill, number

# The root mean square of log(estimate / truth): 0.32 on twelve sets with all rules, 0.50 with one rule taken away.
BESIDE_CHANCE = 0.5
NOT_A_LIST = 0.001  # of the matches: what finds fewer is no list of its own
_FIELDS = (("birth", "birth_"), ("address", "address_"), ("address", "area_"), ("one name", "_key"))


@dataclass(frozen=True)
class Missed:
    """How many true pairs are in no block: the estimate, and a 95% interval around it."""

    pairs: float
    low: float
    high: float


def estimate_missed(con: duckdb.DuckDBPyConnection) -> Missed | None:
    """Estimate how many true pairs no blocking rule proposes; None where fewer than two lists find any.

    Reads clean.people, clean.identifiers, linkage.pairs and the temporary tables numbered and candidates. Writes
    linkage.missed: the expected number of matches by how many lists they are in, and for none the estimate.
    """
    found, lists = _found(con, list_masks(rules(identifier_types(con))))
    missed = chao(found.get(1, 0.0), found.get(2, 0.0), lists)
    rows = [(count, pairs, pairs, pairs) for count, pairs in found.items()]
    if missed:
        rows.append((0, missed.pairs, missed.low, missed.high))
    con.register("rows", pl.DataFrame(rows, schema=list(MISSED.column_names), orient="row"))
    fill(con, MISSED, "SELECT * FROM rows")
    con.unregister("rows")
    return missed


def records_in_no_block(con: duckdb.DuckDBPyConnection) -> int:
    """How many records know too little for any rule: no other record can be proposed for them.

    Reads clean.people, clean.identifiers and the temporary tables numbered and comparable. Writes linkage.unblocked.
    """
    known = " OR ".join(
        f"({' AND '.join(f'({key}) IS NOT NULL' for key in rule.first)})" for rule in rules(identifier_types(con))
    )
    fill(
        con,
        UNBLOCKED,
        f"""SELECT register, count(*) AS records, count(*) FILTER (NOT ({known})) AS unblocked
        FROM comparable JOIN numbered USING (rec) GROUP BY register""",
    )
    return number(con, f"SELECT coalesce(sum(unblocked), 0) FROM {UNBLOCKED.full_name}")


def list_masks(chosen: list[Rule]) -> dict[str, int]:
    """For each list the bits of its rules, as they stand in candidates."""
    masks: dict[str, int] = {}
    for place, rule in enumerate(chosen):
        masks[list_of(rule)] = masks.get(list_of(rule), 0) | 1 << place
    return masks


def list_of(rule: Rule) -> str:
    """The list a rule belongs to: by the field that leads its key; by both names where they lead together."""
    lead = rule.first[0]
    if "family_key" in lead and "given_key" in lead:
        return "names"
    return next((name for name, field in _FIELDS if field in lead), "numbers")


def chao(once: float, twice: float, lists: int) -> Missed | None:
    """Chao's lower bound of what is in none of the lists; one more pair in two lists keeps it finite."""
    if lists < 2:
        return None
    share, ratio = (lists - 1) / lists, once / (twice + 1)
    pairs = share * once * ratio / 2
    if not pairs:
        return Missed(0.0, 0.0, 0.0)
    variance = (twice + 1) * (share * ratio**2 / 2 + share**2 * ratio**3 + share**2 * ratio**4 / 4)
    spread = math.exp(1.96 * math.sqrt(math.log1p(variance / pairs**2) + BESIDE_CHANCE**2))
    return Missed(pairs, pairs / spread, pairs * spread)


def _found(con: duckdb.DuckDBPyConnection, masks: dict[str, int]) -> tuple[dict[int, float], int]:
    """The expected matches by the number of lists they are in, and how many lists there are."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE matches AS
        SELECT rules, CAST(sum(CAST(probability AS DECIMAL(18, 9))) AS DOUBLE) AS pairs FROM linkage.pairs
        JOIN numbered l ON l.register = register_l AND l.record_id = record_id_l
        JOIN numbered r ON r.register = register_r AND r.record_id = record_id_r
        JOIN candidates ON rec_l = l.rec AND rec_r = r.rec GROUP BY rules ORDER BY rules"""
    )
    each = ", ".join(f"coalesce(sum(pairs) FILTER ((rules & {mask}) > 0) / sum(pairs), 0)" for mask in masks.values())
    shares = con.execute(f"SELECT {each} FROM matches").fetchall()[0]
    used = [mask for mask, share in zip(masks.values(), shares, strict=True) if share >= NOT_A_LIST]
    in_lists = " + ".join(f"CAST((rules & {mask}) > 0 AS INTEGER)" for mask in used) or "0"
    rows = con.execute(
        f"SELECT {in_lists} AS lists, sum(pairs) FROM matches GROUP BY lists HAVING lists > 0 ORDER BY lists"
    ).fetchall()
    con.execute("DROP TABLE matches")
    return {int(count): float(pairs) for count, pairs in rows}, len(used)
