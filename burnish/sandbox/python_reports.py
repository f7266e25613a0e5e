"""What a report on Python holds beside what `conformance` asks of every language."""

from __future__ import annotations

from burnish.records import Example
from burnish.sandbox.promises import ADD, Check, ask, only, register, run, status_is
from burnish.sandbox.protocol import Sandbox

CASES: dict[str, Check] = {}
case = register(CASES)


@case
def coverage_counts_branches(sandbox: Sandbox) -> None:
    """Of four statements and two exits, four are covered."""
    code = "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n"
    checks = "from solution import sign\ndef test_sign():\n    assert sign(2) == 1\n"
    report = run(sandbox, code, checks)
    status_is(report, "PASSED")
    assert report.coverage is not None
    assert (report.coverage.covered, report.coverage.total) == (4, 6), report.coverage
    assert report.coverage.missing_lines == (3,)


@case
def coverage_joins_checks_and_generated_tests(sandbox: Sandbox) -> None:
    """What either suite runs is covered."""
    code = "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n"
    test = "from solution import sign\ndef test_sign():\n    assert sign({0}) == {1}\n"
    report = run(sandbox, code, test.format(2, 1), tests=test.format(-2, -1))
    assert report.coverage is not None and report.coverage.ratio == 1.0, report.coverage


@case
def examples_are_compared_by_value(sandbox: Sandbox) -> None:
    """Stated examples pass by value, with tolerance for floats, or by the exception raised."""
    code = "def div(a, b):\n    return a / b\ndef pair():\n    return {'k': [1, (2.0, None)]}\n"
    report = ask(
        sandbox,
        code,
        Example(call="div(1, 3)", expected="0.3333333333333"),
        Example(call="div(1, 0)", raises="ZeroDivisionError"),
        Example(call="pair()", expected="{'k': [1, (2.0, None)]}"),
        Example(call="div(4, 2)", expected="3.0"),
        Example(call="div(1, 1)", raises="ValueError"),
    )
    assert [t.outcome for t in report.tests] == ["passed"] * 3 + ["failed"] * 2, report.tests
    assert "2.0" in report.tests[3].message and "3.0" in report.tests[3].message


@case
def an_example_that_raises_names_the_line(sandbox: Sandbox) -> None:
    """A repair begins where the trace ends: at a line of the module, quoted."""
    code = "def inner(n):\n    return 1 / n\ndef outer(n):\n    return inner(n)\n"
    test = only(ask(sandbox, code, Example(call="outer(0)", expected="1")), "outer(0)")
    assert (test.outcome, test.line) == ("failed", 2), test
    assert "ZeroDivisionError" in test.message and "line 2: return 1 / n" in test.message, test


@case
def failing_usage_example_is_reported(sandbox: Sandbox) -> None:
    """Documentation whose example does not run fails in its own suite."""
    report = run(sandbox, ADD, docs="```python\nfrom solution import nope\n```\n")
    test = only(report, "usage example")
    assert (test.suite, test.outcome) == ("usage", "failed"), test
