"""The public fakes and the conformance suite do what their docstrings say."""

from __future__ import annotations

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport
from burnish.testing import FakeRun, FakeSandbox, check_sandbox, sandbox_cases

PASSED = ExecutionReport(status="PASSED", sandbox="fake")
FAILED = ExecutionReport(status="FAILED", sandbox="fake")


def test_fake_sandbox_hands_out_reports_in_order_and_repeats_the_last() -> None:
    sandbox = FakeSandbox([FAILED, PASSED])
    statuses = [sandbox.run(Candidate(code=str(n))).status for n in range(3)]
    assert statuses == ["FAILED", "PASSED", "PASSED"]
    assert [run.candidate.code for run in sandbox.runs] == ["0", "1", "2"]


def test_fake_sandbox_asks_a_function_and_remembers_what_it_was_given() -> None:
    def answer(run: FakeRun) -> ExecutionReport:
        return PASSED if "good" in run.candidate.code else FAILED

    sandbox = FakeSandbox(answer)
    example = Example(call="f()", expected="1")
    report = sandbox.run(Candidate(code="good"), checks="c", examples=(example,))
    assert report is PASSED and sandbox.runs[0].checks == "c"
    assert sandbox.runs[0].examples == (example,)
    sandbox.close()
    assert sandbox.closed


def test_fake_sandbox_raises_what_the_host_would() -> None:
    sandbox = FakeSandbox([SandboxUnavailableError("The Engine is gone.")])
    with pytest.raises(SandboxUnavailableError, match="gone"):
        sandbox.run(Candidate(code=""))


def test_fake_sandbox_without_reports_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FakeSandbox([])


def test_conformance_suite_names_every_promise_that_a_gullible_sandbox_breaks() -> None:
    gullible = FakeSandbox(lambda run: PASSED)
    with pytest.raises(AssertionError) as broken:
        check_sandbox(gullible)
    kept = {"files_of_one_run_are_gone_in_the_next", "threads_and_processes_work_within_the_limits"}
    named = {name for name in sandbox_cases() if f"{name}: " in str(broken.value)}
    attacks = {name for name in sandbox_cases() if name.startswith("attack_fails_")}
    assert attacks <= named and len(attacks) >= 25
    assert "memory_hog_is_stopped" in named and not kept & named
