"""What every sandbox must do: one function per promise, each raising AssertionError if broken.

Open the sandbox under test with `LIMITS`, so that limits are reached in seconds. `CASES` maps
the name of each promise to its check, for parametrised tests; `check_sandbox` runs them all.
Here are the promises about reports; those about walls and attackers are in `isolation.py`.
"""

from __future__ import annotations

from burnish.records import Candidate, Example
from burnish.sandbox import attacks
from burnish.sandbox.isolation import CASES
from burnish.sandbox.promises import ADD, LIMITS, ask, case, only, run, status_is
from burnish.sandbox.protocol import Sandbox

__all__ = ["CASES", "LIMITS", "check_sandbox"]


def check_sandbox(sandbox: Sandbox) -> None:
    """Run every case; takes about half a minute with `LIMITS`.

    Raises:
        AssertionError: a promise is broken; the message names the cases, and what was reported.
    """
    broken = []
    for name, check in CASES.items():
        try:
            check(sandbox)
        except AssertionError as error:
            broken.append(f"{name}: {error}")
    assert not broken, "\n".join(broken)


IMPORT_ADD = "from solution import add\n"


@case
def passing_code_passes_with_every_field_filled(sandbox: Sandbox) -> None:
    """A correct module passes its checks, tests, examples and usage example."""
    test = IMPORT_ADD + "def test_add():\n    assert add(1, 2) == 3\n"
    candidate = Candidate(
        code=ADD + "print('hello')\n",
        tests=test.replace("test_add", "test_generated"),
        docs="# add\n```python\nfrom solution import add\nprint(add(1, 1))\n```\n",
    )
    examples = (Example(call="add(2, 2)", expected="4"),)
    report = sandbox.run(candidate, checks=test, examples=examples)
    status_is(report, "PASSED")
    found = {(t.suite, t.id, t.outcome) for t in report.tests}
    assert found == {
        ("check", "test_add", "passed"),
        ("generated", "test_generated", "passed"),
        ("example", "add(2, 2)", "passed"),
        ("usage", "usage example", "passed"),
    }, found
    assert all(t.category is None and t.message == "" for t in report.tests)
    assert report.sandbox == sandbox.name and report.error == ""
    assert report.coverage is not None and report.coverage.ratio == 1.0
    assert 0 < report.wall_s < LIMITS.timeout_s and report.cpu_s > 0
    assert 2**20 < report.peak_memory_bytes < LIMITS.memory_bytes
    assert "hello" in report.output and not report.output_truncated


@case
def failing_assertion_shows_both_values(sandbox: Sandbox) -> None:
    """The message feeds a repair: it quotes the assert, the actual and the expected value."""
    report = run(sandbox, ADD, IMPORT_ADD + "def test_add():\n    assert add(1, 2) == 4\n")
    status_is(report, "FAILED")
    test = only(report, "test_add")
    assert (test.outcome, test.category) == ("failed", "assertion"), test
    assert "add(1, 2) == 4" in test.message and "3 == 4" in test.message, test.message


@case
def exception_names_the_line_of_the_module(sandbox: Sandbox) -> None:
    """A raised exception is told by type, text and line."""
    code = "def f(x):\n    y = x\n    return y['k']\n"
    report = run(sandbox, code, "from solution import f\ndef test_f():\n    f({})\n")
    test = only(report, "test_f")
    assert (test.outcome, test.category, test.line) == ("failed", "exception", 3), test
    assert "KeyError" in test.message


@case
def syntax_error_runs_nothing(sandbox: Sandbox) -> None:
    """Code that does not parse is reported with its line; its tests are errors."""
    report = run(sandbox, "def f(:\n    pass\n", "def test_a():\n    pass\n")
    status_is(report, "SYNTAX_ERROR")
    assert only(report, "test_a").outcome == "error" and "line 1" in report.error
    assert report.coverage is None and report.output == ""


@case
def import_error_fails_every_test(sandbox: Sandbox) -> None:
    """A module that raises while it is imported cannot pass anything."""
    report = run(sandbox, "import no_such_module\n", "def test_a():\n    pass\n")
    status_is(report, "IMPORT_ERROR")
    assert only(report, "test_a").category == "import"
    assert "no_such_module" in report.error


@case
def test_file_that_does_not_parse_is_its_own_failure(sandbox: Sandbox) -> None:
    """A broken generated test file is no fault of the module."""
    report = run(sandbox, ADD, "def test_ok():\n    pass\n", tests="def test_x(:\n")
    status_is(report, "FAILED")
    assert only(report, "test_ok").outcome == "passed"
    assert only(report, "test file").category == "syntax"


@case
def endless_test_times_out_alone(sandbox: Sandbox) -> None:
    """One endless test costs its own limit; the others still report."""
    code = "def spin():\n    while True:\n        pass\n"
    checks = "from solution import spin\ndef test_spin():\n    spin()\ndef test_ok():\n    pass\n"
    report = run(sandbox, code, checks)
    status_is(report, "FAILED")
    test = only(report, "test_spin")
    assert (test.outcome, test.category) == ("timeout", "timeout"), test
    assert only(report, "test_ok").outcome == "passed"


@case
def wall_clock_ends_what_ignores_its_limit(sandbox: Sandbox) -> None:
    """Code that swallows the interruption is ended by the limit of the run."""
    report = run(sandbox, attacks.STUBBORN, attacks.CHECK_STUBBORN)
    status_is(report, "TIMEOUT")
    assert only(report, "test_stubborn").outcome == "timeout"
    assert only(report, "test_later").outcome == "missing"


@case
def endless_import_times_out(sandbox: Sandbox) -> None:
    """An import that never ends is a timeout, not an import error."""
    report = run(sandbox, "while True:\n    pass\n", "def test_a():\n    pass\n")
    status_is(report, "TIMEOUT")
    assert report.passed() == 0


@case
def memory_hog_is_stopped(sandbox: Sandbox) -> None:
    """More memory than the limit is not to be had, and is called by its name."""
    code = "def hog():\n    return [bytearray(2**20) for _ in range(4096)]\n"
    checks = "from solution import hog\ndef test_hog():\n    assert len(hog()) == 4096\n"
    report = run(sandbox, code, checks)
    status_is(report, "OUT_OF_MEMORY")
    assert only(report, "test_hog").category == "memory", report


@case
def memory_of_children_counts_together(sandbox: Sandbox) -> None:
    """Spreading memory over processes does not get round the limit."""
    report = run(sandbox, attacks.MANY_HOGS, attacks.CHECK_MANY_HOGS)
    status_is(report, "OUT_OF_MEMORY", "FAILED", "TIMEOUT")
    assert report.passed() == 0, report


@case
def output_flood_is_cut_and_flagged(sandbox: Sandbox) -> None:
    """Printed output is capped; the flag says so; the verdict stands."""
    code = "def loud():\n    for _ in range(2000):\n        print('x' * 1000)\n    return 1\n"
    checks = "from solution import loud\ndef test_loud():\n    assert loud() == 1\n"
    report = run(sandbox, code, checks)
    status_is(report, "PASSED")
    assert report.output_truncated and 0 < len(report.output) <= LIMITS.output_bytes


@case
def coverage_names_the_lines_that_never_ran(sandbox: Sandbox) -> None:
    """Branch coverage of the module alone: 4 of 6 here, line 3 never ran."""
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
def failing_usage_example_is_reported(sandbox: Sandbox) -> None:
    """Documentation whose example does not run fails in its own suite."""
    report = run(sandbox, ADD, docs="```python\nfrom solution import nope\n```\n")
    test = only(report, "usage example")
    assert (test.suite, test.outcome) == ("usage", "failed"), test
