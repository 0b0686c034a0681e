"""Candidate pairs: the few pairs of records worth comparing, by named rules, each for the errors it forgives.

A rule is a chain of keys, coarse to fine. A block of the coarse key that holds too many records is split by
the next key; what is still too large at the end of the chain is paired with its neighbours in a sorted order
(the sorted-neighbourhood method of Hernandez and Stolfo, 1995). So are records that know no place with those that do,
where a block is split by place. No block is dropped and none explodes, so the pairs a record takes part in are bounded
however large the country is.
"""

import math
from dataclasses import dataclass, replace

import duckdb

from transforms.comparable import IdentifierType, prepare
from transforms.tables import BLOCKING, Scope, fill, number

LARGEST_BLOCK, SMALL_BLOCK, SMALLEST_BLOCK = 40, 12, 2
AT_EASE = 100_000  # records, up to which a rule that asks for little may have small blocks
NEIGHBOURS, NEIGHBOURS_BY_PLACE = 5, 3
BACKGROUND = 150_000


@dataclass(frozen=True)
class Rule:
    """`first` must be known of a record for it to be in a block; `then` splits what is too large, in turn.

    A block of more than `most` records is too large: few where what the rule asks for says little, and then the fewer
    (SMALLEST_BLOCK at least) the larger the country is.
    """

    name: str
    forgives: str
    first: tuple[str, ...]
    then: tuple[str, ...] = ()
    most: int = LARGEST_BLOCK

    def keys(self) -> list[str]:
        """One SQL hash a step of the chain, each finer than the one before."""
        return [f"hash({', '.join(self.first + self.then[:step])})" for step in range(len(self.then) + 1)]


_LIKENESS = "birth_year, birth_day, family_key, given_key, household_id, rec"
_NAMES = ("least(family_key, given_key)", "greatest(family_key, given_key)")
_DAY = "birth_day"
_INITIAL = "left(given_key, 1)"
_LINE, _PLACE, _POSTCODE = "address_line", "address_place", "address_postcode"
_WORD = "nullif(regexp_extract(address_line, '[a-z]{4,}'), '')"
_STREET = "nullif(regexp_extract(address_line, '^\\S+ \\S+'), '')"

RULES = (
    Rule(
        "names and birth year, from even years on",
        "family and given name swapped, day and month wrong, an age, moved house",
        (*_NAMES, "birth_year // 2"),
        ("area_1", "birth_day", "area_3"),
        most=SMALL_BLOCK,
    ),
    Rule(
        "names and birth year, from odd years on",
        "the same, for years that the other rule parts",
        (*_NAMES, "(birth_year + 1) // 2"),
        ("area_1", "birth_day", "area_3"),
        most=SMALL_BLOCK,
    ),
    Rule("names", "any date of birth, moved house", _NAMES, ("area_1", "birth_year", "area_3"), most=SMALLEST_BLOCK),
    Rule("names and birth date", "no place, moved house", (*_NAMES, _DAY), ("sex",)),
    Rule("names and commune", "any date of birth", (*_NAMES, "area_3"), ("birth_year // 5", "area_4")),
    Rule(
        "birth date and given name",
        "any family name, moved house",
        (_DAY, "given_key"),
        ("sex", "area_1", "area_3"),
        most=SMALLEST_BLOCK,
    ),
    Rule(
        "birth date and family name",
        "any given name, moved house",
        (_DAY, "family_key"),
        ("sex", "area_1", "area_3"),
        most=SMALLEST_BLOCK,
    ),
    Rule("birth date", "any name, moved house", (_DAY,), ("sex", _INITIAL, "area_1", "area_3"), most=SMALLEST_BLOCK),
    Rule("birth date and village", "any name", (_DAY, "area_4"), ("sex", "household_id")),
    Rule(
        "given name, birth year and commune",
        "any family name, day and month wrong",
        ("given_key", "birth_year", "area_3"),
        ("sex", "area_4"),
    ),
    Rule(
        "family name, initial and birth year",
        "spelling of the given name, day and month wrong, moved house",
        ("family_key", _INITIAL, "birth_year"),
        ("area_1", "area_3"),
        most=SMALLEST_BLOCK,
    ),
    Rule(
        "given name and village",
        "any family name and date of birth",
        ("given_key", "area_4"),
        ("sex", "birth_year // 5"),
        most=SMALLEST_BLOCK,
    ),
    Rule("phone and given name", "any family name and date of birth", ("phone", "given_key"), ("birth_year",)),
    Rule("phone and birth year", "any name", ("phone", "birth_year"), ("sex",)),
    Rule("mother and birth date", "any name of the child", ("coalesce(mother_local, mother)", _DAY), ("sex",)),
    Rule("birth date and postcode", "any name", (_DAY, _POSTCODE), ("sex", _INITIAL)),
    Rule("postcode and family name", "any given name and date of birth", (_POSTCODE, "family_key"), (_LINE, _INITIAL)),
    Rule("place and family name", "any given name and postcode", (_PLACE, "family_key"), (_LINE, _INITIAL)),
    Rule("place and given name", "any family name and postcode", (_PLACE, "given_key"), ("birth_year", _LINE)),
    Rule(
        "postcode, initial and birth year",
        "spelling of both names, day and month wrong",
        (_POSTCODE, _INITIAL, "birth_year"),
        ("sex", "birth_day"),
    ),
    Rule("street", "any name, date of birth, postcode and place", (_LINE,), ("birth_year", "given_key")),
    Rule(
        "word of the street and postcode",
        "any name and date of birth, spelling of the street",
        (_WORD, _POSTCODE),
        ("birth_year", "given_key"),
    ),
    Rule(
        "beginning of the street", "any name, spelling of the street", (_STREET, "area_1"), ("birth_year", "given_key")
    ),
)


def _half(column: str, side: str) -> tuple[str, ...]:
    return (f"{side}({column}, CAST(length({column}) // 2 AS BIGINT))", f"length({column})", _DAY)


def rules(types: list[IdentifierType], records: int = 0) -> list[Rule]:
    """The named rules for so many records, after those that the identifiers in the data make possible."""
    found: list[Rule] = []
    for kind in types:
        words = kind.name.replace("_", " ")
        if kind.scope is Scope.PERSON:
            found.append(
                Rule(f"same {words}", "any name and date of birth", (kind.column,), ("given_key", "birth_day"))
            )
            found += [
                Rule(f"{side} half of {words}", "any name, the other half of the number", _half(kind.column, side))
                for side in ("left", "right")
                if kind.shared
            ]
        else:
            found.append(
                Rule(
                    f"{words} and given name",
                    "any family name and date of birth",
                    (kind.column, "given_key"),
                    ("birth_year",),
                )
            )
            found.append(Rule(f"{words} and birth year", "any name", (kind.column, "birth_year"), ("sex", "birth_day")))
    few = max(SMALLEST_BLOCK, round(SMALL_BLOCK * math.sqrt(min(1.0, AT_EASE / max(records, 1)))))
    return [replace(rule, most=few) if rule.most == SMALLEST_BLOCK else rule for rule in (*found, *RULES)]


def candidate_pairs(con: duckdb.DuckDBPyConnection) -> int:
    """Propose the pairs to compare; returns how many there are.

    Reads clean.people, clean.identifiers. Writes linkage.blocking, and the temporary tables comparable and
    candidates (rec_l < rec_r, rules: one bit a rule that proposes the pair, 0 for the random pairs that no rule
    proposes, from which the model learns how strangers compare).
    """
    chosen = rules(prepare(con), number(con, "SELECT count(*) FROM numbered"))
    con.execute("CREATE OR REPLACE TEMP TABLE proposals (rec_l INTEGER, rec_r INTEGER, rule BIGINT)")
    largest = [_propose(con, rule, number) for number, rule in enumerate(chosen)]
    _add_background(con)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE candidates AS
        SELECT rec_l, rec_r, bit_or(rule) AS rules FROM proposals GROUP BY rec_l, rec_r"""
    )
    for name in ("blocks", "proposals"):
        con.execute(f"DROP TABLE {name}")
    _report(con, chosen, largest)
    return number(con, "SELECT count(*) FROM candidates WHERE rules > 0")


def _propose(con: duckdb.DuckDBPyConnection, rule: Rule, place: int) -> int:
    """Add the rule's pairs to proposals; returns the number of records in its largest block."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE blocks AS {_blocks(rule)}")
    con.execute(
        """INSERT INTO proposals SELECT l.rec, r.rec, $bit
        FROM blocks l JOIN blocks r ON l.step = r.step AND l.block = r.block AND l.rec < r.rec
        WHERE l.step >= 0""",
        {"bit": 1 << place},
    )
    _propose_neighbours(con, 1 << place, NEIGHBOURS if rule.most == LARGEST_BLOCK else 1)
    _propose_across_places(con, 1 << place)
    of_blocks = "SELECT count(*) AS n FROM blocks WHERE step >= -1 GROUP BY step, block"
    return number(con, f"SELECT coalesce(max(n), 0) FROM ({of_blocks})")


def _blocks(rule: Rule) -> str:
    """The query of rec, step of the chain, block, and whether the record lacks the key that comes next.

    Step -1 holds what stayed too large. Steps below hold once more what is split by place, of blocks in which some
    record knows none: it would meet nobody who does.
    """
    keys = rule.keys()
    known = " AND ".join(f"({key}) IS NOT NULL" for key in rule.first)
    columns = [f"{key} AS key_{step}" for step, key in enumerate(keys)]
    columns += [f"{key} IS NULL AS lacks_{step}" for step, key in enumerate(rule.then)]
    steps = [f"rest_0 AS (SELECT rec, {', '.join(columns)} FROM comparable WHERE {known})"]
    found = [f"SELECT rec, -1 AS step, key_{len(keys) - 1} AS block, FALSE AS lacks FROM rest_{len(keys)}"]
    for n in range(len(keys)):
        too_many = f"GROUP BY key_{n} HAVING count(*) > {rule.most}"
        steps.append(f"large_{n} AS (SELECT key_{n} FROM rest_{n} {too_many})")
        steps.append(f"rest_{n + 1} AS (SELECT * FROM rest_{n} SEMI JOIN large_{n} USING (key_{n}))")
        found.append(f"SELECT rec, {n}, key_{n}, FALSE FROM rest_{n} ANTI JOIN large_{n} USING (key_{n})")
    for n, key in enumerate(rule.then):
        if key.startswith("area_"):
            lacking = f"(SELECT key_{n} FROM rest_{n + 1} GROUP BY ALL HAVING count(DISTINCT lacks_{n}) = 2)"
            found.append(
                f"SELECT rec, {-2 - n}, key_{n}, lacks_{n} FROM rest_{n + 1} SEMI JOIN {lacking} USING (key_{n})"
            )
    return f"WITH {', '.join(steps)} {' UNION ALL '.join(found)}"


def _propose_neighbours(con: duckdb.DuckDBPyConnection, bit: int, neighbours: int) -> None:
    """Pair each record of the blocks that stayed too large with the next few in order of likeness."""
    con.execute(
        f"""INSERT INTO proposals
        WITH sorted AS (
            SELECT rec, block, row_number() OVER (ORDER BY block, {_LIKENESS}) AS place
            FROM blocks JOIN comparable USING (rec) WHERE step = -1
        )
        SELECT least(l.rec, r.rec), greatest(l.rec, r.rec), $bit
        FROM (SELECT *, unnest(range(1, $neighbours + 1)) AS apart FROM sorted) l
        JOIN sorted r ON r.place = l.place + l.apart AND r.block = l.block""",
        {"bit": bit, "neighbours": neighbours},
    )


def _propose_across_places(con: duckdb.DuckDBPyConnection, bit: int) -> None:
    """Pair each record that lacks the place its block is split by with the few around it that do not."""
    con.execute(
        f"""INSERT INTO proposals
        WITH placed AS (
            SELECT rec, step, block, lacks, count(*) FILTER (NOT lacks) OVER (
                PARTITION BY step, block ORDER BY {_LIKENESS} ROWS UNBOUNDED PRECEDING) AS place
            FROM blocks JOIN comparable USING (rec) WHERE step < -1
        )
        SELECT least(l.rec, r.rec), greatest(l.rec, r.rec), $bit
        FROM (SELECT *, unnest(range(place - $few + 1, place + $few + 1)) AS beside FROM placed WHERE lacks) l
        JOIN (FROM placed WHERE NOT lacks) r ON r.step = l.step AND r.block = l.block AND r.place = l.beside""",
        {"bit": bit, "few": NEIGHBOURS_BY_PLACE},
    )


def _add_background(con: duckdb.DuckDBPyConnection) -> None:
    """Add pairs of records that have nothing to do with each other: records drawn by a hash of their numbers."""
    records = number(con, "SELECT count(*) FROM numbered")
    # `size` has the type of the hashes: between two types DuckDB divides in 128 bits, which takes 40 times as long.
    con.execute(
        """INSERT INTO proposals
        SELECT DISTINCT least(rec, other), greatest(rec, other), 0 FROM (
            SELECT CAST(1 + hash(n, 'left') % size AS INTEGER) AS rec,
                CAST(1 + hash(n, 'right') % size AS INTEGER) AS other
            FROM (SELECT n, CAST($records AS UBIGINT) AS size FROM range($wanted) AS drawn(n))
        ) WHERE rec <> other""",
        {"records": max(records, 1), "wanted": min(BACKGROUND, records * (records - 1))},
    )


def _report(con: duckdb.DuckDBPyConnection, chosen: list[Rule], largest: list[int]) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE blocking_rules (bit BIGINT, rule VARCHAR, forgives VARCHAR, largest BIGINT)"
    )
    con.executemany(
        "INSERT INTO blocking_rules VALUES (?, ?, ?, ?)",
        [(1 << n, rule.name, rule.forgives, largest[n]) for n, rule in enumerate(chosen)],
    )
    fill(
        con,
        BLOCKING,
        """WITH masks AS (SELECT rules, count(*) AS pairs FROM candidates WHERE rules > 0 GROUP BY rules)
        SELECT rule, forgives, largest AS largest_block,
            coalesce(sum(pairs) FILTER ((rules & bit) > 0), 0) AS pairs,
            coalesce(sum(pairs) FILTER (rules = bit), 0) AS pairs_alone
        FROM blocking_rules LEFT JOIN masks ON true GROUP BY ALL""",
    )
    con.execute("DROP TABLE blocking_rules")
