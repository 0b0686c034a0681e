"""Progress of long work on standard error: what is being done, then one line of what was done."""

import logging
import resource
import sys
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
        self.doing, self.began, self.since = "", time.monotonic(), time.monotonic()

    def __enter__(self) -> Self:
        log.setLevel(logging.INFO)
        log.propagate = False
        log.addHandler(self)
        self.status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done()
        self.status.stop()
        log.removeHandler(self)
        log.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        note, stage = getattr(record, "note", None), getattr(record, "stage", None)
        if stage is None or note is None:
            self.status.update(record.getMessage())
            return
        seconds = getattr(record, "seconds", 0.0)
        self._line(stage, seconds, note)
        self.status.update("")

    def say(self, message: str) -> None:
        """Begin a step that is no stage of a night: the step before is done."""
        self._done()
        self.doing, self.since = message, time.monotonic()
        self.status.update(message)

    def say_peak(self) -> None:
        """End the step at work, and tell the time and the most memory that all of them took."""
        self._done()
        mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
        self._line("in all", time.monotonic() - self.began, f"{mebibytes:,.0f} MiB at most")

    def _done(self) -> None:
        if self.doing:
            self._line(self.doing, time.monotonic() - self.since, "")
        self.doing = ""

    def _line(self, what: str, seconds: float, note: str) -> None:
        self.console.print(f"[green]✓[/] {what:<31} [dim]{seconds:6.1f} s[/]  {note}", soft_wrap=True)
