"""A small country and one night on it, made once a session by the real command."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.flows import hard_night

PEOPLE = 3000
AS_OF = "2026-11-01"
BIN = Path(sys.executable).parent
# A file's tests run on one worker, which makes its fixtures once. These files take longest and start first, in this
# order: the night that most tests read is held while the other worker does what needs none.
LONGEST = (
    "flows/test_nightly.py",
    "transforms/linking/test_bad_input.py",
    "transforms/linking/test_model.py",
    "transforms/disclosing/test_disclosure_label.py",
    "flows/test_quality.py",
    "flows/test_rules.py",
)
Command = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    turn = {tests / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(item.path, len(turn)))


@pytest.fixture(scope="session")
def prefect_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a real Prefect server on this machine, shared by every night of the tests."""
    home = tmp_path_factory.mktemp("prefect")
    port = _free_port()
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "RECONCILE_RETRY_SECONDS": "0.1",
    }
    command = [BIN / "prefect", "server", "start", "--port", str(port), "--no-ui"]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/health", server)
        yield environment
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the Prefect server ended at its start"
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise TimeoutError("the Prefect server did not come up in two minutes")


@pytest.fixture(scope="session")
def reconcile(prefect_environment: dict[str, str]) -> Command:
    """Run the `reconcile` command, as a person would."""

    def call(*arguments: object, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [BIN / "reconcile", *map(str, arguments)],
            env=prefect_environment | environment,
            capture_output=True,
            text=True,
            timeout=900,  # a machine may be busy with other things
            check=False,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stderr[-3000:]}"
        return done

    return call


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _made_once(folder: Path, make: Callable[[], object]) -> Path:
    """The folder, made by whichever worker needs it first; the others wait."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".made")
        if not done.exists():
            make()
            done.touch()
    return folder


@pytest.fixture(scope="session")
def country(reconcile: Command, shared: Path) -> Path:
    """The registers and the truth of a small country."""
    out = shared / "country"
    return _made_once(out, lambda: reconcile("sample", "--people", PEOPLE, "--seed", 1, "--out", out))


@pytest.fixture(scope="session")
def first_night(reconcile: Command, country: Path, shared: Path) -> Path:
    """A home in which one night has been released. Copy it before changing it."""
    home, inbox = shared / "home", country / "registers"
    return _made_once(home, lambda: reconcile("run", "--home", home, "--inbox", inbox, "--as-of", AS_OF))


@pytest.fixture(scope="session")
def hard(reconcile: Command, first_night: Path, country: Path, shared: Path) -> Path:
    """A folder with the home of a second night, to which much came in a bad state, and what the night said."""
    folder = shared / "hard"

    def make() -> None:
        hard_night.hold(reconcile, copy_of(first_night, folder / "home"), country / "registers", folder, AS_OF)

    return _made_once(folder, make)


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    """A home of one's own in which one night has been released."""
    return copy_of(first_night, tmp_path / "home")


def copy_of(home: Path, to: Path) -> Path:
    """A home again, without its Prefect server."""
    return Path(shutil.copytree(home, to, symlinks=True, ignore=shutil.ignore_patterns("prefect")))


@pytest.fixture
def inbox(country: Path, tmp_path: Path) -> Path:
    """An inbox of one's own with every register of the country."""
    shutil.copytree(country / "registers", tmp_path / "inbox")
    return tmp_path / "inbox"


@pytest.fixture(scope="session")
def status(reconcile: Command) -> Callable[[Path], dict[str, object]]:
    """What `reconcile status --json` tells of a home."""
    return lambda home: json.loads(reconcile("status", "--home", home, "--json").stdout)
