"""The night, one line per stage, in order: read this first."""

from datetime import date
from pathlib import Path

from prefect import flow

from expectations.contracts import Contract
from flows import settings, stages, warehouse
from flows.settings import Night
from flows.sources import SourceError


@flow(name="nightly")
def nightly(  # noqa: PLR0913, PLR0917
    home: Path | None = None,
    inbox: Path | None = None,
    registers: Path | None = None,
    as_of: date | None = None,
    full: bool = False,
    model: str | None = None,
    rules: Path | None = None,
) -> str:
    """Pull the registers, link the people in them, find what agencies disagree on, and release it. Returns the run id.

    What is not given is taken from RECONCILE_HOME, RECONCILE_INBOX, RECONCILE_REGISTERS, RECONCILE_MODEL and
    RECONCILE_RULES, else from the defaults; the as-of date is today. Raises `ReleaseRefused` when a check stops the
    release.
    """
    night = settings.night(home, inbox, registers, as_of, full, model, rules)
    with warehouse.only_run(night.home):
        return hold(night)


def hold(night: Night) -> str:
    """Every stage in its order."""
    run_id, contracts = stages.begin(night)
    try:
        stages.take_judgements(night, run_id)
        for contract in contracts.values():
            pull(night, run_id, contract)
        stages.check_raw(night, run_id, contracts)
        stages.standardise_registers(night, run_id, contracts)
        stages.link(night, run_id)
        stages.resolve(night, run_id, contracts)
        stages.find(night, run_id)
        stages.summarise(night, run_id)
        stages.check(night, run_id)
        stages.publish(night, run_id)
    except stages.ReleaseRefused as refusal:
        stages.refuse(night, run_id, str(refusal))
        raise
    finally:
        stages.tell_all(night, run_id)
    return run_id


def pull(night: Night, run_id: str, contract: Contract) -> None:
    """One register that does not come is written down; it never stops the night."""
    try:
        stages.pull(night, run_id, contract)
    except SourceError as error:
        stages.miss(night, run_id, contract, f"{error.file}: {error.problem}. {error.remedy}")
