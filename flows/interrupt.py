"""Ctrl-C ends a night soon, whatever is at work."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 10.0


@contextmanager
def ends_soon(grace: float = GRACE_SECONDS) -> Iterator[None]:
    """Ctrl-C raises `KeyboardInterrupt` here, also where a library makes another error of it.

    DuckDB can go on with a query that was interrupted, and no other thread of Python gets a turn then: `grace` seconds
    later the system's alarm ends the process (SIGALRM). That is safe: a night killed anywhere goes on where it stood.
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
        yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
