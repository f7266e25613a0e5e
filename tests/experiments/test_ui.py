"""MLflow's UI, really started: over HTTP, in a browser, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking
from burnish.errors import EnvironmentMissingError, InputError
from burnish.experiments import ui
from burnish.experiments.store import Store, locate
from burnish.experiments.tracking import MlflowTracker
from tests.builders import solution


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(template: Path) -> Iterator[str]:
    """Address of a real server on the store with one run."""
    with ui.running(locate(Tracking(uri=f"sqlite:///{template}")), port=free_port()) as (url, _):
        yield url


def test_a_work_is_recorded_through_a_real_server(server: str) -> None:
    tracker = MlflowTracker(Tracking(uri=server, experiment="through-http"))
    tracker.on_solution(solution())
    assert not tracker.last.problem
    assert tracker.summary() == f"Recorded in MLflow: {tracker.run_url}"
    runs = f"{server}/ajax-api/2.0/mlflow/runs/get?run_id={tracker.run_id}"
    with urllib.request.urlopen(runs) as answer:
        assert b"TESTS_PASSING_AFTER_REFINEMENT" in answer.read()


def test_the_store_and_its_password_are_on_no_command_line(server: str, template: Path) -> None:
    assert f"--port {server.rpartition(':')[2]}" in every_command_line()
    assert str(template) not in every_command_line()


@pytest.mark.browser
def test_a_person_sees_metrics_and_parameters_of_a_run(
    server: str, chromium: str, tmp_path: Path
) -> None:
    tracker = MlflowTracker(Tracking(uri=server, experiment="seen"))
    tracker.on_solution(solution())
    page = rendered(chromium, tracker.run_url, tmp_path)
    for name in ("dimension/documentation", "seconds/write_code", "spec_sha256"):
        assert name in page
    assert "TESTS_PASSING_AFTER_REFINEMENT" in page
    assert "Write double(n) that returns twice n." in page


@pytest.mark.browser
def test_a_person_sees_the_trace_of_a_run(server: str, chromium: str, tmp_path: Path) -> None:
    tracker = MlflowTracker(Tracking(uri=server, experiment="traced"))
    tracker.on_solution(solution())
    page = rendered(chromium, f"{tracker.run_url}/traces", tmp_path)
    assert tracker.last.trace_id in page
    assert ">450<" in page  # tokens of all calls


def rendered(chromium: str, url: str, folder: Path) -> str:
    """The page's HTML after its scripts have run."""
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += [f"--user-data-dir={folder / 'profile'}", "--window-size=1400,3000"]
    command += ["--virtual-time-budget=20000", "--dump-dom", url]
    return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_ui_says_where_it_is_and_leaves_no_process(
    settings: Tracking, sent: signal.Signals
) -> None:
    port = free_port()
    program = (
        "from burnish.config import Tracking; from burnish.experiments.ui import serve;"
        f"serve(Tracking(uri={settings.uri!r}), port={port},"
        " announce=lambda url: print(url, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}"
            assert port_answers(port)
            os.kill(process.pid, sent)
            assert process.wait(90) == 0
        finally:
            process.kill()  # else a failure here would wait for ever
    deadline = time.monotonic() + 60
    while port_answers(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not port_answers(port)
    assert str(settings.uri) not in every_command_line()


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_command_ends_as_other_commands_do(
    settings: Tracking, sent: signal.Signals, code: int
) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", "from burnish.cli import main; main()", "ui", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"BURNISH_TRACKING__URI": str(settings.uri)},
    ) as process:
        try:
            assert process.stdout is not None
            assert f"http://127.0.0.1:{port}" in process.stdout.readline()
            process.send_signal(sent)
            assert process.wait(90) == code
        finally:
            process.kill()
    assert str(settings.uri) not in every_command_line()


STUBBORN = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_second_ctrl_c_leaves_no_server_that_is_slow_to_end(
    settings: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(store: Store, host: str, port: int, log: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", STUBBORN, str(port)]
        return subprocess.Popen(command, stderr=log, start_new_session=True)

    monkeypatch.setattr(ui, "_start", start)
    again = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    with (
        pytest.raises(KeyboardInterrupt),
        ui.running(locate(settings), port=free_port()) as (_, process),
    ):
        again.start()
        raise KeyboardInterrupt
    again.join()
    ended = process.poll()
    process.kill()  # else a failure here would leave it
    assert ended == -signal.SIGKILL


def port_answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def every_command_line() -> str:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def test_a_busy_port_is_refused_with_the_fix(settings: Tracking) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(InputError, match=rf"port {port}.*--port {port + 1}"):
            ui.serve(settings, port=port)


def test_a_remote_store_has_its_own_ui() -> None:
    said: list[str] = []
    ui.serve(Tracking(uri="http://tracking.example:8080/"), announce=said.append)
    assert said == ["http://tracking.example:8080"]


def test_a_damaged_store_is_reported_with_the_servers_words(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"this is not a database" * 100)
    settings = Tracking(uri=f"sqlite:///{tmp_path / 'mlflow.db'}")
    with pytest.raises(EnvironmentMissingError, match="did not come up"):
        ui.serve(settings, port=free_port())
