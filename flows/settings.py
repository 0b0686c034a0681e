"""Where a night reads and writes, and what date it is held for: from flags, else from the environment."""

import hashlib
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

REPOSITORY = Path(__file__).resolve().parent.parent
CONTRACTS = REPOSITORY / "expectations" / "registers"
REFERENCE = REPOSITORY / "data" / "reference"
HOME = REPOSITORY / "data" / "home"
DEMO = REPOSITORY / "data" / "demo"


@dataclass(frozen=True)
class Night:
    """One night: `home` keeps the warehouse and releases, `inbox` is where registers arrive, `judgements` where
    humans' judgements on pairs do.

    `rules` holds rules beside those of the catalogue, if there are any.
    `full` reads and checks again the registers whose content has not changed since the last night. `model` is the
    linkage model to score with: the id of a kept one, 'latest', or 'new' to fit one.
    """

    home: Path
    inbox: Path
    registers: Path
    reference: Path
    judgements: Path
    as_of: date
    full: bool = False
    model: str = "new"
    rules: Path | None = None

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    def fingerprint(self) -> str:
        """First 12 signs of a hash over the contracts and reference data: another night if they change."""
        digest = hashlib.sha256()
        for folder in (self.registers, self.reference):
            for path in sorted(p for p in folder.glob("*") if p.is_file()):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]


def today() -> date:
    """Today where the registers are kept: `RECONCILE_TIMEZONE`, else Asia/Phnom_Penh."""
    return datetime.now(ZoneInfo(os.environ.get("RECONCILE_TIMEZONE", "Asia/Phnom_Penh"))).date()


def folder(name: str, given: Path | None, default: Path) -> Path:
    """The folder given by flag, else by the environment variable `RECONCILE_<name>`, else the default."""
    return (given or Path(os.environ.get(f"RECONCILE_{name}", default))).expanduser().resolve()


def rules_folder(given: Path | None) -> Path | None:
    """The folder of further rules given by flag, else by `RECONCILE_RULES`, else none."""
    told = given or os.environ.get("RECONCILE_RULES")
    return Path(told).expanduser().resolve() if told else None


def pinned_model() -> str:
    """The linkage model that the environment asks for: `RECONCILE_MODEL`, else a new one every night."""
    return os.environ.get("RECONCILE_MODEL", "new")


def night(  # noqa: PLR0913, PLR0917
    home: Path | None = None,
    inbox: Path | None = None,
    registers: Path | None = None,
    as_of: date | None = None,
    full: bool = False,
    model: str | None = None,
    rules: Path | None = None,
) -> Night:
    """A night from what was given, the environment and the defaults, in this order."""
    home = folder("HOME", home, HOME)
    return Night(
        home=home,
        inbox=folder("INBOX", inbox, home / "inbox"),
        registers=folder("REGISTERS", registers, CONTRACTS),
        reference=folder("REFERENCE", None, REFERENCE),
        judgements=folder("JUDGEMENTS", None, home / "judgements"),
        as_of=as_of or today(),
        full=full,
        model=model or pinned_model(),
        rules=rules_folder(rules),
    )
