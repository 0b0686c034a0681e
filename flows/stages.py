"""A stage of the night each: open the warehouse, call a transform, commit its tables and its line in the ledger.

Every stage is a Prefect task that takes the night and the run's id and gives back one line of what it did.
A stage that is in the ledger already is not done again, so a night that was cut off goes on where it stood.
"""

import logging
import os
import time
from collections.abc import Callable

import duckdb
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from expectations import gate
from expectations.contracts import Contract, load_contracts
from expectations.promises import LAYER_TABLES
from flows import arrivals, judging, release, rules, rules_costs, standardising, tell, warehouse
from flows.reference import load_reference, store_reference
from flows.settings import Night
from flows.sources import SourceUnavailable
from transforms import (
    block,
    clerical,
    cluster,
    compare,
    coverage,
    findings,
    identity,
    judgements,
    kept_models,
    missed,
    model,
    models,
    tables,
)

Work = Callable[[duckdb.DuckDBPyConnection], str]
Aside = Callable[[duckdb.DuckDBPyConnection], object]
log = logging.getLogger("reconcile")
HELD = "SELECT count(*) FROM ops.arrivals WHERE run_id = ? AND state = 'held'"
RETRY_SECONDS = [float(s) for s in os.environ.get("RECONCILE_RETRY_SECONDS", "10,60,300").split(",") if s]


class ReleaseRefused(RuntimeError):
    """Nothing is released and the last release stands; the text says why."""


def _stage(night: Night, run_id: str, name: str, work: Work, aside: Aside | None = None) -> str:
    """Do `work` and record it, in one transaction; say what was done, or that it was done before.

    `aside` is done first and outside the transaction: what writes files or has its own transactions, and may be
    done twice; and what is much work, since DuckDB reads tables of an open transaction with one thread alone.
    """
    started = time.monotonic()
    log.info("%s ...", name, extra={"stage": name})
    warehouse.announce(night.home, run_id, name)
    with warehouse.opened(night.warehouse) as con:
        if warehouse.is_done(con, run_id, name):
            note = "done before the night was cut off"
        else:
            if aside is not None:
                aside(con)
            with warehouse.transaction(con):
                note = work(con)
                warehouse.record_stage(con, run_id, name, note, started)
    log.info("%s: %s", name, note, extra={"stage": name, "note": note, "seconds": time.monotonic() - started})
    return note


def begin(night: Night) -> tuple[str, dict[str, Contract]]:
    """Read the contracts, and start a run or take up the one that was cut off.

    Raises `ContractError`, `RuleError`, and `UnknownModelError` where the linkage model that is asked for is not kept.
    """
    contracts = load_contracts(night.registers)
    asked = rules.fingerprint(rules.load(night.rules))
    vintage = load_reference(night.reference).areas_vintage
    told = {
        "contracts": night.fingerprint(),
        "rules": asked,
        "full": night.full,
        "areas_vintage": vintage,
        "model": night.model,
    }
    with warehouse.opened(night.warehouse) as con, warehouse.transaction(con):
        kept_models.find(con, night.model)
        run_id = warehouse.begin(con, night.as_of, told)
        store_reference(con, night.reference)
    return run_id, contracts


@task(cache_policy=NO_CACHE)
def take_judgements(night: Night, run_id: str) -> str:
    """Keep what humans have said of pairs."""
    return _stage(night, run_id, "judgements", lambda con: judging.take(con, night.judgements))


def _can_help(_task: Task[..., str], _run: TaskRun, state: State[str]) -> bool:
    """Retry what may pass by itself: a locked database, an address that does not answer."""
    try:
        state.result(raise_on_failure=True)
    except SourceUnavailable:
        return True
    except Exception:
        return False
    return False


@task(
    task_run_name="pull {contract.register_name}",
    retries=len(RETRY_SECONDS),
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=_can_help,
    cache_policy=NO_CACHE,
)
def pull(night: Night, run_id: str, contract: Contract) -> str:
    """Keep every row of a register as it came."""
    name = f"pull {contract.register_name}"
    return _stage(night, run_id, name, lambda con: arrivals.take(con, night, run_id, contract))


@task(task_run_name="miss {contract.register_name}", cache_policy=NO_CACHE)
def miss(night: Night, run_id: str, contract: Contract, why: str) -> str:
    """Write down that a register did not come, and go on."""
    name = f"pull {contract.register_name}"
    return _stage(night, run_id, name, lambda con: arrivals.miss(con, run_id, contract, why))


@task(cache_policy=NO_CACHE)
def check_raw(night: Night, run_id: str, contracts: dict[str, Contract]) -> str:
    """Hold every register to its contract; hold back the ones that break it."""

    def work(con: duckdb.DuckDBPyConnection) -> str:
        results = [r for c in contracts.values() for r in arrivals.inspect(con, night, run_id, c)]
        arrivals.record_checks(con, run_id, results)
        held = tables.number(con, HELD, [run_id])
        return f"{len(results)} promises checked, {held} of {len(contracts)} registers held back"

    return _stage(night, run_id, "check raw", work)


@task(name="standardise", cache_policy=NO_CACHE)
def standardise_registers(night: Night, run_id: str, contracts: dict[str, Contract]) -> str:
    """Raw rows to clean people and facts; what cannot be read to quarantine."""

    def read(con: duckdb.DuckDBPyConnection) -> None:
        if not standardising.standardise_all(con, night, run_id, contracts):
            raise ReleaseRefused("No register has come yet that could be used: `reconcile status` says why for each.")

    def work(con: duckdb.DuckDBPyConnection) -> str:
        rows, quarantined = tables.count(con, tables.PEOPLE), tables.count(con, tables.QUARANTINE)
        return f"{rows:,} records of people, {quarantined:,} rows in quarantine"

    return _stage(night, run_id, "standardise", work, aside=read)


@task(cache_policy=NO_CACHE)
def link(night: Night, run_id: str) -> str:
    """Propose pairs, compare them, and judge which are one person."""

    pinned: models.Pinned | None = None
    scored: model.Scored
    unblocked = 0

    def score(con: duckdb.DuckDBPyConnection) -> None:
        nonlocal pinned, scored, unblocked
        warehouse.economise(con)
        block.candidate_pairs(con)
        compare.compare_pairs(con)
        pinned = models.load(con, night.model)
        scored = model.score_pairs(con, pinned.threshold, pinned.model) if pinned else model.score_pairs(con)
        unblocked = missed.records_in_no_block(con)

    def work(con: duckdb.DuckDBPyConnection) -> str:
        used = models.record(con, scored, night.as_of, pinned)
        unseen = missed.estimate_missed(con)
        told = f", some {unseen.pairs:,.0f} true pairs that no blocking rule proposes" if unseen else ""
        links = tables.number(con, "SELECT count(*) FROM linkage.pairs WHERE is_linked")
        compared = tables.number(con, "SELECT coalesce(sum(pairs), 0) FROM linkage.patterns")
        told += f", {unblocked:,} records in no block"
        return f"{compared:,} pairs compared, {links:,} links{told}; {used}{judgements.calibration(con)}"

    return _stage(night, run_id, "link", work, aside=score)


@task(cache_policy=NO_CACHE)
def resolve(night: Night, run_id: str, contracts: dict[str, Contract]) -> str:
    """Add the links up to persons with ids that last."""

    def add_up(con: duckdb.DuckDBPyConnection) -> None:
        warehouse.economise(con)
        single = frozenset(name for name, contract in contracts.items() if contract.one_row_per_person)
        cluster.cluster_links(con, one_row_per_person=single)
        identity.assign_persons(con)
        clerical.report_clusters(con)
        judgements.tell_fates(con)

    def work(con: duckdb.DuckDBPyConnection) -> str:
        records, persons = tables.count(con, tables.PERSON_RECORDS), tables.count(con, tables.PERSONS)
        doubtful, fates = tables.count(con, tables.DOUBTFUL), judgements.fates(con)
        return f"{records:,} records are {persons:,} people, {doubtful:,} pairs are doubtful{fates}"

    return _stage(night, run_id, "resolve", work, aside=add_up)


@task(cache_policy=NO_CACHE)
def find(night: Night, run_id: str) -> str:
    """Ask every rule of the linked registers. Outside the transaction: a rule that fails would end it."""
    stopwatch = rules_costs.Stopwatch()
    made: dict[str, int] = {}

    def ask(con: duckdb.DuckDBPyConnection) -> None:
        nights = warehouse.nights(con, run_id, night.as_of)
        made.update(findings.find(con, night.as_of, rules.load(night.rules), stopwatch, nights))

    def work(con: duckdb.DuckDBPyConnection) -> str:
        rules_costs.record(con, run_id, stopwatch.seconds, made)
        asked = tables.number(con, "SELECT count(*) FROM findings.rules WHERE applied")
        held = tables.count(con, tables.RULES) - asked
        told = f" ({held} held back)" if held else ""
        altered = tables.count(con, tables.CHANGES)
        return f"{asked} rules asked{told}, {tables.count(con, tables.FINDINGS):,} findings, {altered:,} changes"

    return _stage(night, run_id, "find", work, aside=ask)


@task(cache_policy=NO_CACHE)
def summarise(night: Night, run_id: str) -> str:
    """Count who is covered, with intervals and without small cells."""

    def count(con: duckdb.DuckDBPyConnection) -> None:
        coverage.summarise(con, night.as_of, warehouse.nights(con, run_id, night.as_of))

    def work(con: duckdb.DuckDBPyConnection) -> str:
        return f"{tables.count(con, tables.GAPS):,} coverage figures"

    return _stage(night, run_id, "summarise", work, aside=count)


@task(cache_policy=NO_CACHE)
def check(night: Night, run_id: str) -> str:
    """Hold every layer to its promises."""

    def work(con: duckdb.DuckDBPyConnection) -> str:
        results = [result for layer in LAYER_TABLES for result in gate.check_layer(con, layer)]
        arrivals.record_checks(con, run_id, results)
        failed = sum(not result.passed for result in results)
        return f"{len(results)} promises checked, {failed} broken"

    return _stage(night, run_id, "check", work)


@task(name="release", cache_policy=NO_CACHE)
def publish(night: Night, run_id: str) -> str:
    """Publish all of it or nothing. Raises `ReleaseRefused` while a promise that must hold is broken."""

    def write(con: duckdb.DuckDBPyConnection) -> str:
        _refuse_if_broken(con, run_id)
        return release.publish(con, night.home, run_id).name

    def work(con: duckdb.DuckDBPyConnection) -> str:
        tables.fill(con, tables.PREVIOUS, f"SELECT * FROM {tables.PERSON_RECORDS.full_name}")
        warehouse.end(con, run_id, "released")
        return f"releases/{run_id}"

    return _stage(night, run_id, "release", work, aside=write)


def _refuse_if_broken(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    broken = con.execute(
        """SELECT table_name, promise FROM ops.checks
           WHERE run_id = ? AND layer <> 'raw' AND severity = 'stop' AND NOT passed ORDER BY ALL""",
        [run_id],
    ).fetchall()
    if broken:
        told = "; ".join(f"{table}: {promise}" for table, promise in broken[:5])
        raise ReleaseRefused(f"{len(broken)} promises are broken, the last release stands. {told}")


def refuse(night: Night, run_id: str, why: str) -> None:
    """End a run without a release."""
    with warehouse.opened(night.warehouse) as con:
        warehouse.end(con, run_id, "refused", why)


@task(name="tell", cache_policy=NO_CACHE)
def tell_all(night: Night, run_id: str) -> str:
    """Show what came and what was found where the night is watched."""
    with warehouse.opened(night.warehouse, read_only=True) as con:
        return tell.artifacts(con, night.home, run_id)
