"""Turn a candidate into the job for a sandbox, and keep what the sandbox must not know."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

from burnish import config
from burnish.languages.promise import Canaries, Promise
from burnish.languages.python_tests import insert, parse, read_promise
from burnish.records import Candidate, Example, Suite

_FENCE = re.compile(r"^[ \t]*```[ \t]*(?:python|py|python3)\b[^\n]*\n(.*?)^[ \t]*```", re.M | re.S)
GROWTH_CALLS = 6


@dataclass(frozen=True)
class SuitePlan:
    """One test file and what it must report."""

    suite: Suite
    step: int
    promise: Promise
    canaries: Canaries
    error: SyntaxError | None = None
    """The test file itself does not parse; there is no step then."""


@dataclass
class Plan:
    """The job as sent, and the expectations that stay on the host."""

    job: dict[str, Any]
    suites: list[SuitePlan] = field(default_factory=list)
    examples: tuple[Example, ...] = ()
    kinds: list[str] = field(default_factory=list)
    """Kind of each step, by index."""
    neutral: bool = False
    """Values come from another language than the examples are written in: only what languages
    share is compared."""


def make_plan(
    candidate: Candidate, checks: str, examples: tuple[Example, ...], limits: config.Sandbox
) -> Plan:
    """Lay out one run of Python. The expected values of examples do not enter the job.

    Raises:
        SyntaxError: the module does not parse.
    """
    tree = parse(candidate.code, f"{candidate.module}.py")
    plan = Plan(job={"module": candidate.module, "code": candidate.code}, examples=examples)
    steps: list[dict[str, Any]] = []
    groups: list[list[int]] = []
    trees = []
    for suite, source, file in suite_files(candidate, checks):
        laid, test_tree = _suite(suite, source, file, steps)
        plan.suites.append(laid)
        if test_tree is not None:
            groups.append([laid.step])
            trees.append(test_tree)
    last: list[int] = []
    usage = usage_example(candidate.docs)
    if examples:
        last.append(_add(steps, kind="examples", calls=[example.call for example in examples]))
    if usage:
        last.append(_add(steps, kind="usage", source=usage))
    calls = growth_calls(tree, trees, examples)
    if calls:
        last.append(_add(steps, kind="growth", calls=calls))
    if last or not groups:
        groups.append(last)
    fields = ("timeout_s", "test_timeout_s", "memory_bytes", "pids", "output_bytes", "cpus")
    bounds = {name: getattr(limits, name) for name in (*fields, "work_bytes")}
    plan.kinds = [step["kind"] for step in steps]
    plan.job |= {"steps": steps, "groups": groups, "limits": bounds}
    return plan


def suite_files(candidate: Candidate, checks: str) -> list[tuple[Suite, str, str]]:
    """Suite, source and file name of each test file that is not blank."""
    files: tuple[tuple[Suite, str, str], ...] = (
        ("check", checks, "test_checks.py"),
        ("generated", candidate.tests, f"test_{candidate.module}.py"),
    )
    return [entry for entry in files if entry[1].strip()]


def _add(steps: list[dict[str, Any]], **step: Any) -> int:
    steps.append(step)
    return len(steps) - 1


def _suite(
    suite: Suite, source: str, file: str, steps: list[dict[str, Any]]
) -> tuple[SuitePlan, ast.Module | None]:
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        tree = parse(source, file)
    except SyntaxError as error:
        empty = Canaries(frozenset(), frozenset())
        return SuitePlan(suite, -1, Promise((), frozenset()), empty, error), None
    promise = read_promise(tree)
    mixed, canaries = insert(source, tree, {name.split("::")[0] for name in promise.names})
    step = _add(steps, kind="suite", file=file, source=mixed)
    return SuitePlan(suite, step, promise, canaries), tree


def usage_example(docs: str) -> str:
    """The first Python code block of a Markdown text, as a script; doctest prompts removed."""
    found = _FENCE.search(docs)
    if found is None:
        return ""
    text = found.group(1)
    if ">>>" in text:
        rows = [line.strip() for line in text.splitlines()]
        rows = [row[4:] for row in rows if row.startswith((">>> ", "... "))]
        return "\n".join(rows) + "\n"
    indent = min(
        (len(row) - len(row.lstrip()) for row in text.splitlines() if row.strip()), default=0
    )
    return "\n".join(row[indent:] for row in text.splitlines()) + "\n"


def growth_calls(
    tree: ast.Module, tests: list[ast.Module], examples: tuple[Example, ...]
) -> list[str]:
    """Calls of the module's functions with literal arguments, examples first, no duplicates."""
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    calls: dict[str, None] = {}
    for example in examples:
        if not example.raises:
            calls |= dict.fromkeys(_simple_calls(example.call, functions))
    for test in tests:
        if len(calls) < GROWTH_CALLS:
            calls |= dict.fromkeys(_simple_calls(test, functions))
    return list(calls)[:GROWTH_CALLS]


def _simple_calls(source: str | ast.Module, functions: set[str]) -> list[str]:
    try:
        tree = ast.parse(source) if isinstance(source, str) else source
    except SyntaxError:
        return []
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in functions
        and node.args
        and all(_is_literal(argument) for argument in node.args)
    ]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return [ast.unparse(node) for node in found]


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
