"""The Engine restarts, dies, loses its image, or fills its disk: no run is judged by that."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport
from burnish.sandbox import Sandbox, capacity, open_sandbox, supervised
from burnish.sandbox.images import image_tag
from burnish.sandbox.pool import UNDONE
from burnish.testing import sandbox_limits
from tests.conftest import missing
from tests.sandbox.own_engine import OwnEngine
from tests.sandbox.test_lifecycle import wait_until

# docker-py leaves a socket to the collector when the Engine goes away under its hands
pytestmark = [
    pytest.mark.docker,
    pytest.mark.filterwarnings("ignore:.*<socket.socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket:ResourceWarning"),
]
SLOW = Candidate(code="import time\ndef answer():\n    time.sleep(2)\n    return 42\n")
QUICK = Candidate(code="def answer():\n    return 42\n")
ANSWER = (Example(call="answer()", expected="42"),)


@pytest.fixture(scope="module")
def engine(docker_engine: None) -> Iterator[OwnEngine]:
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        missing("A second Engine", "Run as root, with dockerd installed.")
    own = OwnEngine()
    try:
        own.start()
        own.load_image()
        yield own
    finally:
        own.remove()
    assert not own.folder.exists()


@pytest.fixture(autouse=True)
def nothing_left(engine: OwnEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests use this Engine by DOCKER_HOST; after each it has no container and no new layer."""
    monkeypatch.setenv("DOCKER_HOST", engine.host)
    layers = engine.layers()
    yield
    assert wait_until(lambda: engine.containers() == [])
    assert wait_until(lambda: engine.layers() == layers)
    gc.collect()  # docker-py's sockets, here where they are forgiven


def opened(pool_size: int = 0, **update: object) -> Sandbox:
    more = {"kind": "docker", "test_timeout_s": 5, "pool_size": pool_size, **update}
    return open_sandbox(sandbox_limits().model_copy(update=more))


def begin(sandbox: Sandbox, engine: OwnEngine) -> Future[ExecutionReport]:
    """A run that has just begun, in a thread."""
    future: Future[ExecutionReport] = Future()

    def run() -> None:
        try:
            future.set_result(sandbox.run(SLOW, examples=ANSWER))
        except SandboxUnavailableError as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    assert isinstance(sandbox, supervised.SupervisedSandbox)
    assert wait_until(lambda: bool(sandbox._used) and engine.containers() != [])
    time.sleep(1)
    return future


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_engine_that_restarts_during_a_run_costs_only_time(
    engine: OwnEngine, how: signal.Signals
) -> None:
    with closing(opened(pool_size=1)) as sandbox:
        sandbox.run(QUICK)
        run = begin(sandbox, engine)
        engine.stop(how)
        engine.start()
        report = run.result(120)
        assert report.status == "PASSED", report
        assert sandbox.run(QUICK, examples=ANSWER).status == "PASSED"


def test_engine_that_stays_away_is_an_error_with_a_remedy(
    engine: OwnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "RETURN_S", 1.0)
    sandbox = opened()
    run = begin(sandbox, engine)
    engine.stop()
    try:
        with pytest.raises(SandboxUnavailableError, match="Start Docker"):
            run.result(120)
        sandbox.close()
    finally:
        engine.start()
    opened().close()  # removes what could not be removed while the Engine was away


def test_container_killed_from_outside_is_run_once_more(engine: OwnEngine) -> None:
    with closing(opened()) as sandbox:
        run = begin(sandbox, engine)
        engine.says("kill", *engine.containers())
        report = run.result(120)
        assert report.status == "PASSED", report


def test_container_removed_from_outside_twice_is_an_error(
    engine: OwnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "RETURN_S", 2.0)
    with closing(opened()) as sandbox:
        run = begin(sandbox, engine)
        while not run.done():
            if found := engine.containers():
                engine.says("rm", "--force", *found, check=False)
            time.sleep(0.1)
        with pytest.raises(SandboxUnavailableError, match=r"lost twice|cannot be started|start:"):
            run.result(0)


def test_container_that_is_paused_is_no_timeout(
    engine: OwnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "GRACE_S", 0.5)
    with closing(opened(timeout_s=10)) as sandbox:  # the second run has to end within it
        run = begin(sandbox, engine)
        engine.says("pause", *engine.containers())
        report = run.result(120)
        assert report.status == "PASSED", report


def test_image_that_is_removed_in_the_middle_is_an_error_with_a_remedy(engine: OwnEngine) -> None:
    tag = image_tag()
    engine.says("tag", tag, "kept:1")
    with closing(opened()) as sandbox:
        assert sandbox.run(QUICK, examples=ANSWER).status == "PASSED"
        engine.says("rmi", tag)
        try:
            with pytest.raises(SandboxUnavailableError, match="burnish sandbox build"):
                sandbox.run(QUICK, examples=ANSWER)
        finally:
            engine.says("tag", "kept:1", tag)
            engine.says("rmi", "kept:1")


def test_full_disk_of_the_engine_is_an_error_until_there_is_room(engine: OwnEngine) -> None:
    filler = engine.data / "filler"
    with closing(opened()) as sandbox:
        disk = os.statvfs(engine.data)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize)
        try:
            with pytest.raises(SandboxUnavailableError, match="Free disk space"):
                sandbox.run(QUICK, examples=ANSWER)
        finally:
            filler.unlink()
        assert sandbox.run(QUICK, examples=ANSWER).status == "PASSED"


def test_runtime_that_the_engine_does_not_know_is_an_error_with_a_remedy() -> None:
    with (
        closing(opened(runtime="no-such-runtime")) as sandbox,
        pytest.raises(SandboxUnavailableError, match="Register that runtime"),
    ):
        sandbox.run(QUICK)


def test_hundred_runs_at_once_are_queued_and_none_is_lost(engine: OwnEngine) -> None:
    most = 0
    with closing(opened(pool_size=1)) as sandbox, ThreadPoolExecutor(100) as threads:
        runs = [threads.submit(sandbox.run, QUICK, examples=ANSWER) for _ in range(100)]
        while not all(run.done() for run in runs):
            most = max(most, len(engine.containers()))
            time.sleep(0.2)
        assert [run.result().status for run in runs] == ["PASSED"] * 100
    assert 2 <= most <= capacity.parallel(sandbox_limits()) + 1 + UNDONE + 1
