"""Reports on what was never run: every promised test still has its entry."""

from __future__ import annotations

from burnish.languages import toolchain
from burnish.languages.python_tests import parse, read_promise
from burnish.records import Candidate, Category, Example, ExecutionReport, Outcome, TestOutcome
from burnish.registries.languages import language
from burnish.sandbox.native_plan import promise_of, usage_in
from burnish.sandbox.plan import suite_files, usage_example


def promised(
    candidate: Candidate, checks: str, examples: tuple[Example, ...]
) -> tuple[TestOutcome, ...]:
    """One "missing" outcome for each test, example and usage example that a run would have."""
    tests = []
    for suite, source, _ in suite_files(candidate, checks):
        names = _names(candidate.language, source) or ("test file",)
        tests += [TestOutcome(id=name, suite=suite, outcome="missing") for name in names]
    tests += [TestOutcome(id=e.call[:120], suite="example", outcome="missing") for e in examples]
    if _has_usage(candidate):
        tests.append(TestOutcome(id="usage example", suite="usage", outcome="missing"))
    return tuple(tests)


def _names(spoken: str, source: str) -> tuple[str, ...]:
    if spoken != "python":
        return promise_of(toolchain(spoken), source).names
    try:
        return read_promise(parse(source)).names
    except SyntaxError:
        return ()


def _has_usage(candidate: Candidate) -> bool:
    if candidate.language == "python":
        return bool(usage_example(candidate.docs))
    return bool(usage_in(candidate.docs, language(candidate.language)))


def syntax_report(
    error: SyntaxError, sandbox: str, tests: tuple[TestOutcome, ...]
) -> ExecutionReport:
    """The report on a module that does not parse."""
    message = f"E SyntaxError: {error.msg}"
    quoted = (error.text or "").strip()[:200]
    if quoted:
        message += f"\n  line {error.lineno}: {quoted}"
    return ExecutionReport(
        status="SYNTAX_ERROR",
        sandbox=sandbox,
        tests=_all(tests, "error", "syntax", message, error.lineno),
        error=f"The module does not parse: {error.msg} (line {error.lineno}: {quoted}).",
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
