"""Ctrl-C ends a process in which a query does not heed it, and is told apart from a failure."""

import signal
import subprocess
import sys

import pytest

from flows.interrupt import ends_soon

BEGIN = """
import time, duckdb
from flows.interrupt import ends_soon
with ends_soon({grace}):
    print("at work", flush=True)
"""
QUERY = """
    duckdb.execute("SELECT count(*) FROM range(1000000) a, range(10000000) b WHERE hash(a.range + b.range) = 1")
"""
DEAF = """
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass
"""
MADE_ANOTHER_ERROR = """
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted")
"""


def interrupted(work: str, grace: float) -> tuple[int, str]:
    """Exit code and last words of a process to which Ctrl-C is sent half a second after its start."""
    code = BEGIN.format(grace=grace) + work
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    return process.returncode, told.rstrip()


@pytest.mark.parametrize("work", [QUERY, DEAF], ids=["query", "deaf"])
def test_ctrl_c_ends_what_does_not_heed_it(work: str) -> None:
    code, _ = interrupted(work, 1)
    assert code in (-signal.SIGALRM, -signal.SIGINT)


def test_an_error_after_ctrl_c_is_ctrl_c() -> None:
    code, told = interrupted(MADE_ANOTHER_ERROR, 20)
    assert code == -signal.SIGINT
    assert told.endswith("KeyboardInterrupt")


def test_an_error_without_it_stays_what_it_is() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError, match="another"), ends_soon():
        raise RuntimeError("another")
    assert signal.getsignal(signal.SIGINT) is before
