"""How promises of a sandbox are registered, and the words that their checks are written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from burnish import config
from burnish.records import Candidate, Example, ExecutionReport, ExecutionStatus, TestOutcome
from burnish.sandbox.protocol import Sandbox

LIMITS = config.Sandbox(
    timeout_s=6,
    test_timeout_s=1,
    memory_bytes=192 * config.MIB,
    pids=32,
    work_bytes=16 * config.MIB,
    output_bytes=4096,
    pool_size=1,
)
"""Limits for the suite: small, so that reaching them takes seconds."""

Check = Callable[[Sandbox], None]
AnyCheck = TypeVar("AnyCheck", bound=Callable[..., None])


def register(cases: dict[str, AnyCheck]) -> Callable[[AnyCheck], AnyCheck]:
    """A decorator that enters a promise under its function's name."""

    def case(check: AnyCheck) -> AnyCheck:
        cases[check.__name__] = check
        return check

    return case


def run(
    sandbox: Sandbox, code: str, checks: str = "", tests: str = "", docs: str = ""
) -> ExecutionReport:
    """Run a module with its tests and documentation."""
    candidate = Candidate(code=code, tests=tests, docs=docs)
    return sandbox.run(candidate, checks=checks)


def ask(sandbox: Sandbox, code: str, *examples: Example) -> ExecutionReport:
    """Run a module with stated examples only."""
    return sandbox.run(Candidate(code=code), examples=examples)


def status_is(report: ExecutionReport, *statuses: ExecutionStatus) -> None:
    """The status is one of these."""
    assert report.status in statuses, f"status {report.status}, expected {statuses}: {report}"


def only(report: ExecutionReport, name: str) -> TestOutcome:
    """The one outcome with this id."""
    found = [test for test in report.tests if test.id == name]
    assert len(found) == 1, f"expected one outcome {name!r} among {[t.id for t in report.tests]}"
    return found[0]


ADD = "def add(a, b):\n    return a + b\n"
