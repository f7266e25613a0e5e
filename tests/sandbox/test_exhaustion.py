"""Named attacks on the limits: each ends as a recorded failure, in time, and leaves nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport
from burnish.sandbox import Sandbox, open_sandbox
from burnish.sandbox.exhaustion import LEAK, MEMORY, OTHERS, module
from burnish.testing import sandbox_limits
from tests.conftest import missing
from tests.sandbox.conftest import KINDS
from tests.sandbox.test_lifecycle import left_by, wait_until

CHECK = "from solution import attack\ndef test_attack():\n    assert attack() is None\n"
OTHER = "import solution\ndef test_other():\n    assert callable(solution.attack)\n"
TIMEOUT_S = 3


@pytest.fixture(scope="module", params=KINDS)
def cold(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox without a pool, so that between two runs nothing of it may be there."""
    update = {"kind": request.param, "timeout_s": TIMEOUT_S, "pool_size": 0}
    try:
        opened = open_sandbox(sandbox_limits().model_copy(update=update))
    except SandboxUnavailableError as error:
        missing(f"The {request.param} sandbox", str(error))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def nothing_left(cold: Sandbox) -> Iterator[None]:
    """After each attack neither a process nor a container is there that was not before."""
    before = len(left_by(cold.name, os.getpid()))
    yield
    assert wait_until(lambda: len(left_by(cold.name, os.getpid())) <= before)


def attack(sandbox: Sandbox, body: str) -> ExecutionReport:
    """The report of a module whose attack fails its check if it ever returns."""
    started = time.monotonic()
    report = sandbox.run(Candidate(code=module(body), tests=OTHER), checks=CHECK)
    assert time.monotonic() - started < TIMEOUT_S + 60
    assert report.passed("check") == 0 and len(report.of("check")) == 1, report
    return report


def ended(report: ExecutionReport) -> str:
    """How the attack ended: "returned", "refused", or the limit that ended it."""
    test = report.of("check")[0]
    if test.category == "assertion":
        return "returned"
    refusals = ("[Errno ", "MemoryError", "can't start new thread")
    if test.category == "exception" and any(words in test.message for words in refusals):
        return "refused"
    return str(test.category)


@pytest.mark.parametrize("name", MEMORY)
def test_memory_is_not_to_be_had(cold: Sandbox, name: str) -> None:
    report = attack(cold, MEMORY[name])
    allowed = {"refused", "memory"} | ({"timeout"} if name == "many_processes" else set())
    assert ended(report) in allowed, report.tests
    assert report.peak_memory_bytes < 2 * sandbox_limits().memory_bytes


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("inodes", {"memory", "refused", "timeout"}),
        ("open_files", {"refused"}),
        ("threads", {"refused"}),
        ("growing_fork_bomb", {"timeout", "memory"}),
        ("ignored_signals", {"timeout"}),
        ("stopped_itself", {"timeout"}),
        ("gigabyte_line", {"returned", "timeout"}),
        ("gigabyte_result", {"returned", "memory", "refused"}),
        ("child_that_holds_the_pipe", {"returned"}),
        ("daemon", {"returned"}),
    ],
)
def test_limit_ends_it(cold: Sandbox, name: str, how: set[str]) -> None:
    report = attack(cold, OTHERS[name])
    assert ended(report) in how, report.tests
    assert len(report.output) <= sandbox_limits().output_bytes
    assert report.output_truncated or name != "gigabyte_line"


def test_result_of_a_gigabyte_is_a_failure(cold: Sandbox) -> None:
    examples = (Example(call="attack()", expected="''"),)
    report = cold.run(Candidate(code=module(OTHERS["gigabyte_result"])), examples=examples)
    assert report.status != "PASSED" and report.passed() == 0


def test_folders_too_deep_to_name_do_not_hurt_the_next_suite(cold: Sandbox) -> None:
    report = attack(cold, OTHERS["deep_folders"])
    assert report.passed("generated") == 1, report


def test_nothing_leaks_into_the_next_run(cold: Sandbox) -> None:
    """Files, processes, shared memory, and a warmed interpreter: two runs find none."""
    candidate = Candidate(code=module(LEAK))
    for _ in range(2):
        report = cold.run(candidate, examples=(Example(call="attack()", expected="[]"),))
        assert report.status == "PASSED", report.tests
