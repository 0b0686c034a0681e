"""Prefect on this machine alone: no server to start first, nothing that leaves the machine."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_UI_ENABLED": "false",
}


def configure(home: Path) -> None:
    """Set what Prefect reads when it is imported; what the environment already says stands.

    Without PREFECT_API_URL the flow starts a server of its own for as long as it runs, kept in HOME/prefect.
    """
    kept = Path(os.environ.setdefault("PREFECT_HOME", str(home / "prefect")))
    kept.mkdir(parents=True, exist_ok=True)
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def start() -> Callable[[], None]:
    """Start Prefect's own server beside other work, which takes it about fifteen seconds. Returns what waits for it."""
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        return lambda: None
    thread = threading.Thread(target=SubprocessASGIServer().start, kwargs={"timeout": 180}, daemon=True)
    thread.start()
    return thread.join
