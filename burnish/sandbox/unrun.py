"""Reports on what was never run: every promised test still has its entry."""

from __future__ import annotations

from burnish.languages import toolchain
from burnish.records import Candidate, Category, Example, ExecutionReport, Outcome, TestOutcome
from burnish.registries.languages import language
from burnish.sandbox.plan import promise_of, suites_of, usage_in


def promised(
    candidate: Candidate, checks: str, examples: tuple[Example, ...]
) -> tuple[TestOutcome, ...]:
    """One "missing" outcome for each test, example and usage example that a run would have."""
    tests, chain = [], toolchain(candidate.language)
    for suite, source in suites_of(candidate, checks):
        names = promise_of(chain, source).names or ("test file",)
        tests += [TestOutcome(id=name, suite=suite, outcome="missing") for name in names]
    tests += [TestOutcome(id=e.call[:120], suite=e.suite, outcome="missing") for e in examples]
    if usage_in(candidate.docs, language(candidate.language)):
        tests.append(TestOutcome(id="usage example", suite="usage", outcome="missing"))
    return tuple(tests)


def syntax_report(
    problem: str, line: int, quoted: str, sandbox: str, tests: tuple[TestOutcome, ...]
) -> ExecutionReport:
    """The report on a module that does not parse.

    Args:
        quoted: The line in question.
    """
    quoted = quoted.strip()[:200]
    message = f"E SyntaxError: {problem}\n  line {line}: {quoted}"
    return ExecutionReport(
        status="SYNTAX_ERROR",
        sandbox=sandbox,
        tests=_all(tests, "error", "syntax", message, line),
        error=f"The module does not parse: {problem} (line {line}: {quoted}).",
    )


def unavailable_report(
    reason: str, sandbox: str, tests: tuple[TestOutcome, ...]
) -> ExecutionReport:
    """The report of a host that can run nothing."""
    return ExecutionReport(
        status="SANDBOX_UNAVAILABLE",
        sandbox=sandbox,
        tests=_all(tests, "missing", "environment", "nothing was run", None),
        error=f"Nothing was run. {reason}",
    )


def _all(
    tests: tuple[TestOutcome, ...],
    outcome: Outcome,
    category: Category,
    message: str,
    line: int | None,
) -> tuple[TestOutcome, ...]:
    update = {"outcome": outcome, "category": category, "message": message, "line": line}
    return tuple(test.model_copy(update=update) for test in tests)
