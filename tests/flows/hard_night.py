"""A night to which much comes in a bad state: deliveries, a register that nobody foresaw, and rules that fail."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.transforms.made_up_rule import HEADER

# Of each register that does not come: its state, and a word of why.
TROUBLED = {
    "civil_births": ("missing", "empty"),
    "civil_deaths": ("missing", "utf-16"),
    "disability": ("missing", "disability.csv"),
    "family_package_enrolments": ("missing", "family_package_enrolments.xlsx"),
    "grievances": ("held", "came with 2"),
    "hef_claims": ("missing", "hef_claims.parquet"),
    "idpoor_households": ("held", "household_code"),
    "idpoor_members": ("held", "row 7 of idpoor_members.csv"),
    "nssf_contributions": ("missing", "locked"),
    "nssf_members": ("missing", "locked"),
}
MONSTER = "MONSTER"
# Put before everything else in the command's process: reading the monstrous cell raises, telling its value.
UNFORESEEN = f"""
import polars as pl
from transforms import standardise

real = standardise.read_sheet

def failing(raw, *rest):
    if any((raw[name] == "{MONSTER}").any() for name in raw.columns if name != "_row"):
        raise pl.exceptions.ComputeError("cannot read {MONSTER}")
    return real(raw, *rest)

standardise.read_sheet = failing
"""
RULE = (
    HEADER.replace("E98", "N50").replace("inclusion", "inconsistency")
    + """
SELECT person_id, {sex: min(sex)} AS evidence, list(record(register, record_id, 'subject')) AS records
FROM person_records WHERE is_pregnant GROUP BY person_id
"""
)
# Of each rule that fails: what of RULE is replaced, by what, and what is told of it.
FAILING = {
    "N51": ("is_pregnant", "is_pregnnt", 'Referenced column "is_pregnnt" not found'),
    "N52": ("is_pregnant", "person_id::INTEGER > 0", "does not have the type it is cast to"),
    "N53": ("is_pregnant", "policy('nonsense') IS NULL", "No policy value is valid on the as-of date for nonsense."),
    "N54": ("min(sex)", "1 / sum(0)", "divided by zero"),
    "N55": ("needs: people", "needs: payments:pension", "No register in use tells of payments:pension."),
}


@contextmanager
def troubled(inbox: Path) -> Iterator[None]:
    """Every kind of bad delivery in an inbox; its database is locked while this is held."""
    (inbox / "disability.csv").unlink()
    (inbox / "civil_births.csv").write_bytes(b"")
    households = inbox / "idpoor_households.csv"
    households.write_text(households.read_text("utf-8-sig").replace("household_code;", "hh_code;", 1), "utf-8-sig")
    deaths = inbox / "civil_deaths.csv"
    deaths.write_text(deaths.read_text("utf-8-sig"), "utf-16")
    enrolments = inbox / "family_package_enrolments.xlsx"
    enrolments.write_bytes(enrolments.read_bytes()[:2000])
    grievances = inbox / "grievances.jsonl"
    grievances.write_text("".join(grievances.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")
    (inbox / "hef_claims.parquet").write_bytes(b"PAR1 this was cut off")
    put_monster(inbox)
    hold = sqlite3.connect(inbox / "nssf.sqlite", isolation_level=None)
    hold.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        hold.close()


def put_monster(inbox: Path) -> None:
    """Put a cell that cannot be read into the seventh member."""
    members = inbox / "idpoor_members.csv"
    lines = members.read_text("utf-8-sig").splitlines()
    lines[7] = ";".join([*lines[7].split(";")[:-1], MONSTER])
    members.write_text("\n".join(lines) + "\n", "utf-8-sig")


def unforeseen(folder: Path) -> dict[str, str]:
    """The environment in which a monstrous cell cannot be read; its code lies in the folder."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(UNFORESEEN)
    return {"PYTHONPATH": str(folder)}


def write_rules(folder: Path) -> dict[str, str]:
    """Write a rule that works and those that fail; returns the environment that asks them."""
    folder.mkdir()
    (folder / "n50.sql").write_text(RULE)
    for number, (words, instead, _) in FAILING.items():
        (folder / f"{number}.sql").write_text(RULE.replace("N50", number).replace(words, instead, 1))
    return {"RECONCILE_RULES": str(folder)}


def hold(reconcile: Callable, home: Path, registers: Path, folder: Path, as_of: str) -> None:
    """Hold the night in a home, with what it needs in a folder; what it said is in folder/said.txt."""
    inbox = Path(shutil.copytree(registers, folder / "inbox"))
    environment = unforeseen(folder / "code") | write_rules(folder / "rules")
    with troubled(inbox):
        done = reconcile("run", "--home", home, "--inbox", inbox, "--as-of", as_of, "--strict", code=3, **environment)
    (folder / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
