"""Sandboxes start fresh, may be used from many threads, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example
from burnish.sandbox import Sandbox, open_sandbox
from burnish.testing import sandbox_limits

SCRIPT = """
import sys
from burnish.records import Candidate
from burnish.sandbox import open_sandbox
from burnish.testing import sandbox_limits

sandbox = open_sandbox(sandbox_limits().model_copy(update={"kind": sys.argv[1], "timeout_s": 60,
                                                         "test_timeout_s": 60}))
print("ready", flush=True)
sandbox.run(Candidate(code="while True:\\n    pass\\n"))
"""


def wait_until(holds: Callable[[], bool], timeout_s: float = 60) -> bool:
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def containers_of(pid: int, *, running: bool = False) -> list[str]:
    command = ["docker", "ps", "--format", '{{.Label "burnish.owner"}}']
    listed = subprocess.run(
        command if running else [*command, "--all"], capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if f"/{pid}/" in line]


def descendants(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found += [int(entry.name), *descendants(int(entry.name))]
    return found


def left_by(kind: str, pid: int) -> list[str]:
    return containers_of(pid) if kind == "docker" else [str(p) for p in descendants(pid)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_many_threads_get_their_own_answers(sandbox: Sandbox) -> None:
    def ask(number: int) -> tuple[str, str]:
        code = f"print('number {number}')\ndef f():\n    return {number}\n"
        examples = (Example(call="f()", expected=str(number)),)
        report = sandbox.run(Candidate(code=code), examples=examples)
        return report.status, report.output.strip()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(8)))
    assert answers == [("PASSED", f"number {n}") for n in range(8)]


def test_runs_at_the_same_time_use_different_cores() -> None:
    usable = sorted(os.sched_getaffinity(0))
    code = "import os, time\ndef core():\n    time.sleep(0.5)\n    return os.sched_getaffinity(0)\n"
    ask = Example(call="core()", expected="None")
    box = open_sandbox(sandbox_limits().model_copy(update={"kind": "bubblewrap", "parallel": 2}))
    try:
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(box.run, Candidate(code=code), examples=(ask,)) for _ in range(2)]
            said = " ".join(run.result().model_dump_json() for run in runs)
    finally:
        box.close()
    assert all(f"{{{core}}}" in said for core in usable[:2]), said


def test_closed_sandbox_leaves_nothing_and_runs_nothing(sandbox: Sandbox) -> None:
    before = left_by(sandbox.name, os.getpid())
    settings = sandbox_limits().model_copy(update={"kind": sandbox.name, "pool_size": 2})
    other = open_sandbox(settings)
    other.run(Candidate(code="x = 1\n"))
    other.close()
    other.close()
    wait_until(lambda: len(left_by(sandbox.name, os.getpid())) <= max(1, len(before)))
    assert len(left_by(sandbox.name, os.getpid())) <= max(2, len(before))
    with pytest.raises(SandboxUnavailableError, match="closed"):
        other.run(Candidate(code="x = 1\n"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_owner_leaves_nothing_running(sandbox: Sandbox, number: int) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), sandbox.name],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == b"ready\n"
    if sandbox.name == "docker":
        assert wait_until(lambda: len(containers_of(owner.pid, running=True)) >= 1)
    else:
        assert wait_until(lambda: len(descendants(owner.pid)) >= 2)
    time.sleep(1.5)  # into the run
    inside = descendants(owner.pid)
    owner.send_signal(number)
    owner.wait(60)
    if sandbox.name == "bubblewrap":
        assert inside and wait_until(lambda: not any(alive(pid) for pid in inside))
        return
    if number == signal.SIGINT:
        assert containers_of(owner.pid) == []
    assert wait_until(lambda: containers_of(owner.pid, running=True) == [])
    settings = sandbox_limits().model_copy(update={"kind": "docker", "pool_size": 0})
    open_sandbox(settings).close()  # opening sweeps what dead owners left
    assert containers_of(owner.pid) == []
