"""Tells whether code solves a task: by its hidden tests, and by what else is expected of it."""

from __future__ import annotations

import re

from burnish.evaluation.formula import GROWTH_TOLERANCE
from burnish.evaluation.tasks.task import Task
from burnish.languages import toolchain
from burnish.languages.grammar import Tree, walk
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

    Raises:
        SandboxUnavailableError: the sandbox's host failed.
    """
    source = f"{task.preamble}\n{code}" if task.preamble.strip() else code
    run = sandbox.run(Candidate(code=source, language=task.language), checks=task.tests)
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


def imported(code: str, task: Task) -> list[str]:
    """Of the modules that the task forbids, those that the code imports.

    In languages other than Python what is there without an import counts where it is named.
    """
    if not task.expected.forbidden_imports:
        return []
    outline = toolchain(task.language).outline(code)
    text = "\n".join(code[start:end] for start, end in outline.imports)
    if task.language != "python":
        text += "\n" + _without_texts(code, task.language)
    return [
        name
        for name in task.expected.forbidden_imports
        if re.search(rf"(?<![\w.]){re.escape(name)}\b", text)
    ]


def _without_texts(code: str, language: str) -> str:
    """The source with strings and comments blanked."""
    tree = Tree(language, code)
    for node in walk(tree.root, stop=("string", "template_string")):
        if "comment" in node.type or "string" in node.type:
            start, end = tree.span(node, node)
            code = code[:start] + " " * (end - start) + code[end:]
    return code
