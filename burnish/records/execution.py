"""What was tried, and what happened when it ran."""

from __future__ import annotations

import hashlib
from typing import Literal

from burnish.records.base import Category, ExecutionStatus, Move, Outcome, Record, Suite


class Candidate(Record):
    """One complete proposal: module, its tests, its documentation. Filled by `modules/`."""

    code: str
    """Source of the module."""
    tests: str = ""
    """Source of the generated test file; evidence, not truth."""
    docs: str = ""
    """README in Markdown; its first code block of the language is the usage example."""
    language: str = "python"
    """Name of a registered language."""
    module: str = "solution"
    """Name of the module that tests import."""
    round: int = 0
    """Which refinement round made it; 0 is the first attempt."""
    parent: str = ""
    """`id` of the candidate that this one was made from; empty for the first."""
    move: Move = "write"
    """What made it."""
    note: str = ""
    """Why, in one sentence, where the move needs a reason (e.g. which test was dropped)."""

    @property
    def id(self) -> str:
        """Twelve hex digits of the SHA-256 over code, tests and docs: same content, same id."""
        text = "\0".join((self.code, self.tests, self.docs))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class TestOutcome(Record):
    """What became of one test."""

    __test__ = False  # not a pytest class

    id: str
    """Test name within its suite, e.g. "test_empty" or "TestStack::test_pop[0]"."""
    suite: Suite
    """Who stands behind it: caller's check, stated example, generated test, usage example; nobody
    behind a probe, a call that only asks for its answer."""
    outcome: Outcome
    """"missing" means expected from the source but never reported: a run that ended early."""
    category: Category | None = None
    """Kind of failure; None if passed."""
    message: str = ""
    """Error text, trimmed: what was compared, with the actual value."""
    answer: str = ""
    """What the call of an example or a probe gave, e.g. "[1, 2]" or "raised ValueError"; equal for
    equal values."""
    line: int | None = None
    """1-based line of the module where it failed, if the trace passes through the module."""
    seconds: float = 0.0
    """Wall seconds."""


class Coverage(Record):
    """Coverage of the module alone, measured in the sandbox."""

    covered: int
    """Statements plus branch exits that ran."""
    total: int
    """Statements plus branch exits there are."""
    missing_lines: tuple[int, ...] = ()
    """1-based lines that never ran."""

    @property
    def ratio(self) -> float:
        """covered / total in [0, 1]; 1.0 for a module with nothing to cover."""
        return self.covered / self.total if self.total else 1.0


class Finding(Record):
    """One remark of one analyzer."""

    category: Category
    """What kind of problem; decides which mend is tried."""
    severity: Literal["info", "low", "medium", "high"]
    """How much it matters; "high" in "security" closes a gate."""
    message: str
    """One sentence."""
    tool: str
    """Which analyzer said so, e.g. "radon", "pylint", "bandit"."""
    line: int | None = None
    """1-based line of the module; None for the file as a whole."""


class ExecutionReport(Record):
    """What happened when a candidate ran. Filled by a sandbox; a failing candidate is data."""

    status: ExecutionStatus
    """How the run ended as a whole."""
    sandbox: str
    """Name of the sandbox used: "docker", "bubblewrap", "none"."""
    tests: tuple[TestOutcome, ...] = ()
    """One entry per expected or reported test."""
    coverage: Coverage | None = None
    """None where nothing ran or the run did not end properly."""
    wall_s: float = 0.0
    """Wall seconds of the test run, without sandbox start."""
    cpu_s: float = 0.0
    """CPU seconds, user and system, of the candidate's processes."""
    peak_memory_bytes: int = 0
    """Peak resident memory of the candidate's process."""
    growth: float | None = None
    """Measured exponent k of time ~ n^k for the entry point; None where it cannot be driven."""
    output: str = ""
    """What the candidate printed, stdout and stderr together, cut at `sandbox.output_bytes`."""
    output_truncated: bool = False
    """True if more was printed than `output` holds."""
    formatted: str | None = None
    """The module as its language's own formatter lays it out, where that runs in the sandbox."""
    findings: tuple[Finding, ...] = ()
    """What the language's own checkers said of the module in the sandbox."""
    error: str = ""
    """One sentence on why the status is not PASSED or FAILED; empty otherwise."""

    @property
    def ended(self) -> bool:
        """The run came to a proper end, whatever its tests said."""
        return self.status in ("PASSED", "FAILED")

    @property
    def tests_pass(self) -> bool:
        """It ended, and every check, example and generated test passed; usage aside."""
        judging = self.of("check", "example", "generated")
        return self.ended and all(test.outcome == "passed" for test in judging)

    def of(self, *suites: Suite) -> tuple[TestOutcome, ...]:
        """The outcomes of these suites, in order."""
        return tuple(test for test in self.tests if test.suite in suites)

    def passed(self, *suites: Suite) -> int:
        """How many tests of these suites (all, if none is named) passed."""
        return sum(t.outcome == "passed" for t in (self.of(*suites) if suites else self.tests))
