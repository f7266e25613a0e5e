"""Killed processes, full disks, a hundred runs, Ctrl-C: nothing is misjudged or left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example
from burnish.sandbox import Sandbox, capacity, open_sandbox, supervised
from burnish.sandbox.pool import UNDONE
from burnish.testing import sandbox_limits
from tests.conftest import missing
from tests.sandbox.conftest import KINDS
from tests.sandbox.test_lifecycle import alive, containers_of, descendants, wait_until

SLOW = Candidate(code="import time\ndef answer():\n    time.sleep(1.5)\n    return 42\n")
QUICK = Candidate(code="def answer():\n    return 42\n")
ANSWER = (Example(call="answer()", expected="42"),)


def opened(**update: object) -> Sandbox:
    more = {"kind": "bubblewrap", "test_timeout_s": 5, "pool_size": 0, **update}
    return open_sandbox(sandbox_limits().model_copy(update=more))


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No process is there that was not before, whoever has inherited it."""
    before = {*descendants(os.getpid()), *sandboxed()}
    yield
    assert wait_until(lambda: not [p for p in descendants(os.getpid()) if p not in before])
    assert wait_until(lambda: not sandboxed() - before)


def sandboxed() -> set[int]:
    """Orphans in a sandbox of bubblewrap, known by the interpreter's path in there."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            inside = (entry / "cmdline").read_bytes().startswith(b"/opt/python/bin/")
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if inside and parent == "1":
                found.add(int(entry.name))
    return found


def disturbed(sandbox: Sandbox, disturb: Callable[[list[int]], object], times: int = 1) -> str:
    """Status of a run whose processes, bubblewrap's first, are disturbed once it has a worker."""
    before = set(descendants(os.getpid()))
    done = threading.Event()

    def watch() -> None:
        for _ in range(times):
            while not done.wait(0.1):
                found = [pid for pid in descendants(os.getpid()) if pid not in before]
                if len(found) >= 3:  # bwrap, supervisor, worker
                    disturb(found)
                    before.update(found)
                    break

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return sandbox.run(SLOW, examples=ANSWER).status
    finally:
        done.set()
        watcher.join()


@pytest.mark.parametrize(
    ("which", "number"), [(0, signal.SIGKILL), (0, signal.SIGTERM), (1, signal.SIGKILL)]
)
def test_bwrap_or_supervisor_killed_from_outside_costs_only_time(which: int, number: int) -> None:
    with closing(opened()) as sandbox:
        assert disturbed(sandbox, lambda pids: os.kill(pids[which], number)) == "PASSED"


def test_process_killed_twice_is_an_error_with_a_remedy() -> None:
    with closing(opened()) as sandbox, pytest.raises(SandboxUnavailableError, match="lost twice"):
        disturbed(sandbox, lambda pids: os.kill(pids[1], signal.SIGKILL), times=2)


def test_process_that_was_stopped_is_no_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervised, "GRACE_S", 0.5)

    def stop(pids: list[int]) -> None:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)

    with closing(opened(timeout_s=10)) as sandbox:  # the second run has to end within it
        assert disturbed(sandbox, stop) == "PASSED"


def test_sandbox_closed_during_a_run_is_an_error_and_no_verdict() -> None:
    sandbox = opened()
    with pytest.raises(SandboxUnavailableError, match="closed"):
        disturbed(sandbox, lambda pids: sandbox.close())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        missing("The right to mount", "Run as root.")
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def test_full_disk_leaves_no_half_toolkit(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_CACHE_DIR", str(small_disk))
    with pytest.raises(SandboxUnavailableError, match="Free disk space"):
        opened()
    assert list(small_disk.iterdir()) == []


def test_full_folder_of_temporary_files_does_not_matter(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_disk / "filler").write_bytes(bytes(os.statvfs(small_disk).f_bavail * 4096))
    monkeypatch.setenv("TMPDIR", str(small_disk))
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    with closing(opened()) as sandbox:
        assert sandbox.run(QUICK, examples=ANSWER).status == "PASSED"


def test_hundred_runs_at_once_are_queued_and_none_is_lost() -> None:
    def ask(number: int) -> str:
        examples = (Example(call="f()", expected=str(number)),)
        return sandbox.run(
            Candidate(code=f"def f():\n    return {number}\n"), examples=examples
        ).status

    before, most = len(children()), 0
    with closing(opened(pool_size=1)) as sandbox, ThreadPoolExecutor(100) as threads:
        runs = [threads.submit(ask, number) for number in range(100)]
        while not all(run.done() for run in runs):
            most = max(most, len(children()) - before)
            time.sleep(0.05)
        assert [run.result() for run in runs] == ["PASSED"] * 100
    assert 2 <= most <= capacity.parallel(sandbox_limits()) + 1 + UNDONE + 1


def children() -> list[int]:
    """Processes that this one started itself: one for each bubblewrap sandbox."""
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for file in listed for pid in file.read_text().split()]


@pytest.mark.parametrize(
    ("free_gib", "size", "at_once"), [(64, 2, 8), (1, 1, 2), (0.6, 0, 1), (0.1, 0, 1)]
)
def test_pool_and_parallel_runs_follow_the_memory_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, free_gib: float, size: int, at_once: int
) -> None:
    monkeypatch.setattr(capacity, "cpus", lambda: 4)
    monkeypatch.setattr(capacity, "available_bytes", lambda: int(free_gib * 2**30))
    limits = config.Sandbox()
    assert (capacity.pool_size(limits), capacity.parallel(limits)) == (size, at_once)
    fixed = config.Sandbox(pool_size=0, parallel=3)
    assert (capacity.pool_size(fixed), capacity.parallel(fixed)) == (0, 3)


SCRIPT = """
import sys, time
from burnish.records import Candidate
from burnish.sandbox import open_sandbox
from burnish.testing import sandbox_limits
settings = sandbox_limits().model_copy(update={"kind": sys.argv[1], "pool_size": 1})
print("ready", flush=True)
sandbox = open_sandbox(settings)
while True:
    sandbox.run(Candidate(code="import time\\ntime.sleep(0.2)\\n"))
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", [0.0, 0.03, 0.1, 0.25, 0.6, 1.1])
def test_ctrl_c_at_any_moment_leaves_nothing(kind: str, moment: float, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    if moment == 0.1 and kind == "bubblewrap":  # in the middle of making the toolkit
        environment["BURNISH_CACHE_DIR"] = str(tmp_path / "cache")
    owner = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, kind], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment,
    )  # fmt: skip
    assert owner.stdout is not None
    if owner.stdout.readline() != b"ready\n":
        pytest.fail(str(owner.communicate()))
    time.sleep(moment)
    inside = set(descendants(owner.pid))
    owner.send_signal(signal.SIGINT)
    while owner.poll() is None and len(inside) < 1000:
        inside |= set(descendants(owner.pid))
        time.sleep(0.02)
    _, said = owner.communicate(timeout=90)
    assert b"KeyboardInterrupt" in said, said
    assert wait_until(lambda: not any(alive(pid) for pid in inside))
    assert containers_of(owner.pid) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not list(tmp_path.glob("cache/.toolkit-*"))
