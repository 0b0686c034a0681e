"""Ctrl-C ends a night soon, whatever is at work."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType

GRACE_SECONDS = 10.0


@contextmanager
def ends_soon(grace: float = GRACE_SECONDS) -> Iterator[None]:
    """Ctrl-C raises `KeyboardInterrupt` here, also where a library makes another error of it.

    DuckDB can go on with a query that was interrupted, or keep Python from ever hearing of it: `grace` seconds later
    the system's alarm ends the process (SIGALRM). That is safe: a night killed anywhere goes on where it stood.
    """
    pressed = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        if not pressed:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, grace)
        pressed = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        with _alarmed(grace):
            yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _alarmed(grace: float) -> Iterator[None]:
    """Set the alarm from a thread that the system wakes, for a query may keep the main one from its turn."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    Thread(target=_watch, args=(reading, grace), daemon=True).start()
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writing)


def _watch(reading: int, grace: float) -> None:
    """Until the other end is closed; the first Ctrl-C alone sets the alarm."""
    is_set = False
    while number := os.read(reading, 1):
        if number[0] == signal.SIGINT and not is_set:
            signal.setitimer(signal.ITIMER_REAL, grace)
            is_set = True
    os.close(reading)
