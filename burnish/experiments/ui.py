"""MLflow's own UI on the store, started so that it neither deadlocks nor outlives us."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from burnish.config import Tracking
from burnish.errors import EnvironmentMissingError, InputError
from burnish.experiments.server import STORE
from burnish.experiments.store import Store, locate
from burnish.registries.address import without_password

START_TIMEOUT_S = 90
"""Wall seconds until the server must answer; 6 to 10 s are usual on two cores."""
STOP_TIMEOUT_S = 5
"""Wall seconds between the polite signal and the other one."""
POLL_S = 0.2


def serve(
    settings: Tracking,
    host: str = "127.0.0.1",
    port: int = 5000,
    *,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the UI until Ctrl-C; `announce` gets its address once it answers.

    If runs are recorded at a tracking server, that server has the UI: its address is announced
    and nothing is started.

    Raises:
        InputError: the port is taken, or the host is not an address of this machine.
        EnvironmentMissingError: the server ended or did not answer; the message carries its
            last words.
    """
    store = locate(settings)
    if store.is_server:
        announce(store.shown)
        return
    _interrupt_on(signal.SIGTERM, signal.SIGHUP)
    try:
        with running(store, host, port) as (url, process):
            announce(url)
            process.wait()
    except KeyboardInterrupt:
        return
    raise EnvironmentMissingError(
        f"MLflow's server at {url} ended with code {process.returncode}.",
        remedy="Start `burnish ui` again.",
    )


@contextmanager
def running(
    store: Store, host: str = "127.0.0.1", port: int = 5000
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server while the block runs: its address and process, answering.

    Raises: as `serve`.
    """
    _refuse_busy(host, port)
    with tempfile.TemporaryFile() as log:
        process = _start(store, host, port, log)
        try:
            url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            _wait_for(url, process, log, store)
            yield url, process
        finally:
            _stop(process)


def _interrupt_on(*signals: signal.Signals) -> None:
    """A closed terminal and a polite kill end the server too, unless they are handled already."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for each in signals:
            if signal.getsignal(each) == signal.SIG_DFL:
                signal.signal(each, interrupt)


def _start(store: Store, host: str, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "burnish.experiments.server"]
    command += ["server", "--host", host, "--port", str(port), "--workers", "1"]
    if store.artifacts:
        command += ["--default-artifact-root", store.artifacts.as_uri()]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=_environment() | {STORE: store.uri},
        start_new_session=True,  # a group of its own, so that its workers can be ended with it
    )


def _environment() -> dict[str, str]:
    from burnish.experiments.desk import PACKAGE_ROOT

    path = [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        # either of the two keeps the server from waiting for itself offline; both are cheap
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
    }


def _refuse_busy(host: str, port: int) -> None:
    if not 1 <= port <= 65535:
        raise InputError(f"port {port} is not between 1 and 65535.", remedy="Choose --port 5001.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                f"cannot listen on {host} port {port}: {error.strerror or error}.",
                remedy=f"Choose another one, e.g. `burnish ui --port {port % 65535 + 1}`.",
            ) from None


def _wait_for(url: str, process: subprocess.Popen[bytes], log: IO[bytes], store: Store) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(POLL_S)
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    last = without_password(lines[-1], store.uri) if lines else "it said nothing"
    raise EnvironmentMissingError(
        f"MLflow's server did not come up at {url}: {last}",
        remedy="Check the tracking URI, or move a damaged store away.",
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its workers; a Ctrl-C on the way cuts the politeness short, no more."""
    try:
        _send(process, signal.SIGTERM)
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _send(process, signal.SIGKILL)
        process.wait()


def _send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
