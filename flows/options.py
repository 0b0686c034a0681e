"""What the commands have in common: options, exit codes, and how they stop."""

from enum import IntEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows import screen


class Exit(IntEnum):
    """What the exit code says. 0: done; the night is released."""

    FAILED = 1
    USAGE = 2
    INCOMPLETE = 3
    REFUSED = 4
    BUSY = 5
    CUT_OFF = 130


Home = Annotated[Path | None, typer.Option(help="Folder of the warehouse and releases. [RECONCILE_HOME]")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
Rules = Annotated[Path | None, typer.Option(help="Folder of rules beside the catalogue's own. [RECONCILE_RULES]")]


def stop(message: str, code: Exit) -> NoReturn:
    screen.error(message)
    raise SystemExit(int(code))


def record(text: str) -> tuple[str, str]:
    """Register and key of a record. Raises `typer.BadParameter`."""
    register, found, key = text.partition(":")
    if not found or not register or not key:
        raise typer.BadParameter(f"'{text}' is no record: write register:key, as in nssf_members:001234567.")
    return register, key
