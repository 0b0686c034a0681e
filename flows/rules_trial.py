"""Try a rule before a night asks it: on a small sample country, or on what the last night of a home linked."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from flows import rules_costs, settings, stages, warehouse
from flows.reference import store_policy
from flows.sample import read_reference, write_sample
from transforms import findings, tables
from transforms.country.population import EPOCH
from transforms.findings import Rule
from transforms.tables import State

READ = ("clean", "linkage", "persons")  # the layers that rules are asked of
EXAMPLES = """
    SELECT state, probability, evidence, list(ROW(r.register, r.role)::STRUCT(register VARCHAR, "role" VARCHAR)
        ORDER BY r.role, r.register) AS records
    FROM (SELECT * FROM weighed WHERE rule = $rule ORDER BY finding_id LIMIT $wanted)
    JOIN found_records r USING (finding_id)
    GROUP BY finding_id, state, probability, evidence ORDER BY finding_id
"""
STATES = "SELECT state, count(*) FROM weighed WHERE rule = $rule GROUP BY ALL"
CATALOG = "home"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """What a rule would answer: why it was held back (else empty), findings by state, and some of them."""

    rule: str
    where: str
    as_of: date
    held_back: str
    states: dict[str, int]
    seconds: float
    examples: list[dict[str, Any]]


def on_sample(rule: Rule, reference: Path, people: int, say: Say) -> Trial:
    """Ask one rule of a sample country, and show some findings: its people are made up."""
    as_of = EPOCH + timedelta(days=read_reference().as_of)
    home = sample_home(people, as_of, say)
    with _beside(home, reference) as con:
        return _tried(con, rule, f"a sample country of {people:,} people", as_of, show=3)


def on_home(rule: Rule, home: Path, reference: Path, show: int) -> Trial:
    """Ask one rule of what the last night of a home linked. Nothing is written there."""
    with _beside(home, reference) as con:
        last = con.execute(f"SELECT run_id, as_of FROM {CATALOG}.ops.runs ORDER BY rowid DESC LIMIT 1").fetchone()
        done = f"SELECT 1 FROM {CATALOG}.ops.stages WHERE run_id = $1 AND stage = 'resolve'"
        if last is None or con.execute(done, [last[0]]).fetchone() is None:
            raise warehouse.WarehouseMissing(f"The last night in {home} linked nothing: let it end, then try again.")
        return _tried(con, rule, str(home), last[1], show)


@contextmanager
def _beside(home: Path, reference: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Tables that look like those of a home, read-only, and the policy of today."""
    path = home / "warehouse.duckdb"
    with warehouse.opened(path, read_only=True):
        pass  # it is there, and no night holds it
    with duckdb.connect() as con:
        quoted = str(path).replace("'", "''")
        con.execute(f"ATTACH '{quoted}' AS {CATALOG} (READ_ONLY)")
        for layer in (*READ, "reference"):
            con.execute(f"CREATE SCHEMA {layer}")
        for table in (*tables.CLEAN, *tables.LINKAGE, *tables.PERSON_LAYER):
            con.execute(f"CREATE VIEW {table.full_name} AS FROM {CATALOG}.{table.full_name}")
        store_policy(con, reference)
        yield con


def _tried(con: duckdb.DuckDBPyConnection, rule: Rule, where: str, as_of: date, show: int) -> Trial:
    stopwatch = rules_costs.Stopwatch()
    read = tuple(one for one in findings.load_rules() if one.id in rule.after)
    held_back = findings.answer(con, (*read, rule), as_of, stopwatch)[rule.id]
    found = Counter(dict(con.execute(STATES, {"rule": rule.id}).fetchall()))
    some = con.execute(EXAMPLES, {"rule": rule.id, "wanted": show}).pl().to_dicts()
    return Trial(
        rule=rule.id,
        where=where,
        as_of=as_of,
        held_back=held_back,
        states={str(state): found[state] for state in State},
        seconds=round(stopwatch.seconds[rule.id], 3),
        examples=[row | {"evidence": json.loads(row["evidence"])} for row in some],
    )


def sample_home(people: int, as_of: date, say: Say) -> Path:
    """A home in which a sample country is linked; made once, and again when contracts or reference data change."""
    home = settings.folder("HOME", None, settings.HOME) / "trial"
    night = settings.Night(home, home / "registers", settings.CONTRACTS, settings.REFERENCE, home / "judgements", as_of)
    made_of, wanted = home / "made-of.txt", f"{people} people, {night.fingerprint()}\n"
    if not made_of.is_file() or made_of.read_text("utf-8") != wanted:
        shutil.rmtree(home, ignore_errors=True)
        _make(night, people, say)
        made_of.write_text(wanted, "utf-8")
    return home


def _make(night: settings.Night, people: int, say: Say) -> None:
    """A night up to the persons, without Prefect: rules need no more."""
    write_sample(people, 1, night.home, say)
    say("linking the sample country")
    run_id, contracts = stages.begin(night)
    for contract in contracts.values():
        stages.pull.fn(night, run_id, contract)
    stages.check_raw.fn(night, run_id, contracts)
    stages.standardise_registers.fn(night, run_id, contracts)
    stages.link.fn(night, run_id)
    stages.resolve.fn(night, run_id, contracts)
