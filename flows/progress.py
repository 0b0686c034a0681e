"""Progress of long work on standard error: what is being done, then one line of what was done."""

import logging
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status

log = logging.getLogger("reconcile")


class Progress(logging.Handler):
    """Shows the night's own log lines while the block runs: a spinner for the stage at work, a line a finished one."""

    def __init__(self) -> None:
        super().__init__(level=logging.INFO)
        self.console = Console(stderr=True, highlight=False)
        self.status = Status("starting", console=self.console)
        self.since = time.monotonic()

    def __enter__(self) -> Self:
        log.setLevel(logging.INFO)
        log.addHandler(self)
        self.status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.status.stop()
        log.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        note, stage = getattr(record, "note", None), getattr(record, "stage", None)
        if stage is None or note is None:
            self.status.update(record.getMessage())
            return
        seconds = getattr(record, "seconds", 0.0)
        self.console.print(f"[green]✓[/] {stage:<31} [dim]{seconds:6.1f} s[/]  {note}", soft_wrap=True)
        self.status.update("")

    def say(self, message: str) -> None:
        """Finish a step that has no stage: one line with the time since the last."""
        now = time.monotonic()
        self.console.print(f"[green]✓[/] {message} [dim]{now - self.since:.1f} s[/]", soft_wrap=True)
        self.since = now
