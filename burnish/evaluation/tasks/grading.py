"""Tells whether code solves a task: by its hidden tests, and by what else is expected of it."""

from __future__ import annotations

import ast
import re

from burnish.errors import SandboxUnavailableError
from burnish.evaluation.formula import GROWTH_TOLERANCE
from burnish.evaluation.tasks.task import Task
from burnish.languages import toolchain
from burnish.languages.python_tests import parse
from burnish.records import Candidate, ExecutionStatus
from burnish.records.base import Record
from burnish.sandbox import Sandbox


class Grade(Record):
    """What became of code under a task's hidden tests."""

    passed: bool
    """Every hidden test passed, and every further property holds."""
    tests_passed: int
    """Hidden tests that passed."""
    tests_total: int
    """Hidden tests there are."""
    status: ExecutionStatus
    """How the run ended."""
    failed: tuple[str, ...] = ()
    """Ids of hidden tests that did not pass, and properties that do not hold."""
    message: str = ""
    """What the first failure said."""


def grade(code: str, task: Task, sandbox: Sandbox) -> Grade:
    """Run the hidden tests against code for a task.

    Time whose growth cannot be measured, as of code that is done too soon, breaks no limit.

    Raises:
        SandboxUnavailableError: nothing was run: the sandbox runs nothing, or its host failed.
    """
    run = sandbox.run(
        Candidate(code=whole_module(code, task), language=task.language), checks=task.tests
    )
    if run.status == "SANDBOX_UNAVAILABLE":
        raise SandboxUnavailableError(run.error, remedy="See `burnish doctor`.")
    judged = run.of("check")
    wrong = [test for test in judged if test.outcome != "passed"]
    broken = [f"imports {name}" for name in imported(code, task)]
    limit = task.expected.max_growth
    if limit is not None and (run.growth or 0.0) > limit + GROWTH_TOLERANCE:
        broken.append(f"time grows like n^{run.growth:.1f}")
    return Grade(
        passed=run.ended and bool(judged) and not wrong and not broken,
        tests_passed=len(judged) - len(wrong),
        tests_total=len(judged),
        status=run.status,
        failed=(*(test.id for test in wrong), *broken),
        message=wrong[0].message if wrong else run.error,
    )


def whole_module(code: str, task: Task) -> str:
    """The code with the task's preamble before it.

    In Python that is after what must come first: a docstring, and imports from `__future__`.
    """
    if not task.preamble.strip():
        return code
    lines = code.split("\n")
    first = _leading(code) if task.language == "python" else 0
    return "\n".join([*lines[:first], task.preamble, *lines[first:]])


def _leading(code: str) -> int:
    """Lines of Python that nothing may stand before."""
    try:
        body = parse(code).body
    except SyntaxError:
        return 0
    last = 0
    for number, node in enumerate(body):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not future and not (number == 0 and text):
            break
        last = node.end_lineno or 0
    return last


def imported(code: str, task: Task) -> list[str]:
    """Of the modules and globals that the task forbids, those that the code uses."""
    if not task.expected.forbidden_imports:
        return []
    names = toolchain(task.language).imported(code)
    return [
        forbidden
        for forbidden in task.expected.forbidden_imports
        if any(re.match(rf"{re.escape(forbidden)}([.:/]|$)", name) for name in names)
    ]
