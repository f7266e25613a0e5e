"""Compilers have a time of their own; the candidate's begins when they are done."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from burnish.config import Sandbox as Settings
from burnish.records import Candidate
from burnish.sandbox import open_sandbox
from burnish.sandbox.inside import supervisor

LIMITS = {"timeout_s": 1.0, "own_user": False, "memory_bytes": 1 << 30}


@pytest.mark.parametrize(
    ("worker", "allowed", "ended_by"),
    [
        ("import time; time.sleep(1.5); print('compiled', flush=True)", 60, ""),
        ("import time; print('compiled', flush=True); time.sleep(60)", 60, "timeout"),
        ("import time; time.sleep(60)", 0.5, "compiling"),
    ],
    ids=["slow compiler", "slow candidate", "compiler without an end"],
)
def test_the_limit_of_the_run_counts_from_the_first_event(
    worker: str, allowed: float, ended_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WRITABLE", (str(tmp_path),))
    process = subprocess.Popen(
        [sys.executable, "-c", worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin and process.stdout
    owner = subprocess.Popen(["sleep", "90"], stdout=subprocess.PIPE)  # silent while it lives
    assert owner.stdout
    try:
        watch = supervisor._Watch(owner.stdout.fileno(), 1000, compiling=True)
        pipes = {process.stdout.fileno(): True}
        supervisor._drain(watch, pipes, process.pid, LIMITS, time.monotonic() + allowed)
        assert watch.ended_by == ended_by
    finally:
        for one in (process, owner):
            one.kill()
            one.communicate()


def test_a_compiler_that_takes_too_long_is_told_as_such() -> None:
    box = open_sandbox(Settings(kind="bubblewrap", pool_size=0, compile_timeout_s=0.01), "rust")
    try:
        report = box.run(Candidate(code="pub fn one() -> i32 { 1 }\n", language="rust"))
    finally:
        box.close()
    assert report.status == "TIMEOUT"
    assert "the time limit for compilers" in report.error.lower(), report.error


LATE = """import { test } from "node:test";
import assert from "node:assert";
import { one } from "./solution.mjs";
const until = Date.now() + 60000;
while (Date.now() < until) {}
test("one is one", () => { assert.strictEqual(one(), 1); });
"""


def test_a_program_that_is_late_before_its_first_test_forged_nothing() -> None:
    """So it is on a busy machine; a planted test that never began is no sign of a forger."""
    code = "export function one() { return 1; }\n"
    box = open_sandbox(Settings(kind="bubblewrap", pool_size=0, test_timeout_s=0.5), "javascript")
    try:
        report = box.run(Candidate(code=code, tests=LATE, language="javascript"))
    finally:
        box.close()
    assert report.status == "FAILED"
    late = "the time limit ended the program while no test was running"
    assert [(test.category, test.message) for test in report.tests] == [("timeout", late)]
