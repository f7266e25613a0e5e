"""Tests of the labels themselves: does the reference pass, do the hidden tests notice mistakes?"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from burnish.errors import EnvironmentMissingError
from burnish.evaluation.side_by_side import side_by_side
from burnish.evaluation.tasks.grading import Grade, grade
from burnish.evaluation.tasks.task import Task
from burnish.languages import toolchain
from burnish.records.base import Record
from burnish.sandbox import Sandbox

KILLED = 0.8
"""Share of mutants that the hidden tests of a task must notice."""
MUTANTS = 24
"""Mutants of a reference that are tried, drawn from all there are."""
LIMITS = {"test_timeout_s": 3.0, "timeout_s": 15.0}
"""Of the sandbox in which labels are tested: an endless mutant is to cost little, and a right
solution to be right on a slow machine, too."""
_NO_GROWTH = "no test calls a function with a literal that can grow, so max_growth holds nothing"
_RULES = {
    "python": ("universal", "python"),
    "javascript": ("universal", "javascript", "c_like"),
    "java": ("universal", "java", "c_like"),
    "go": ("universal", "go", "c_like"),
    "rust": ("universal", "rust", "c_like"),
}


def label_hash(task: Task) -> str:
    """Twelve hex digits of what a measurement of the labels depends on."""
    parts = (task.language, task.reference, task.tests, task.expected.model_dump_json())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


class Mutation(Record):
    """What the hidden tests of a task noticed of mistakes made on purpose."""

    tried: int
    """Mutants that compile."""
    killed: int
    """Of these, failed by a hidden test."""
    survivors: tuple[str, ...] = ()
    """The changed line of each that passed, "LINE: text"."""

    @property
    def score(self) -> float:
        """Share killed; 1.0 if nothing could be mutated."""
        return self.killed / self.tried if self.tried else 1.0


def reference_grade(task: Task, sandbox: Sandbox) -> Grade:
    """The grade of the task's own reference solution.

    A limit of growth that no test lets anyone measure is one that even the reference breaks.

    Raises:
        SandboxUnavailableError: nothing can be run.
    """
    found = grade(task.reference, task.model_copy(update={"preamble": ""}), sandbox)
    chain = toolchain(task.language)
    if task.expected.max_growth is None or chain.growth_calls(task.reference, [task.tests], []):
        return found
    return found.model_copy(update={"passed": False, "failed": (*found.failed, _NO_GROWTH)})


def mutation(task: Task, sandbox: Sandbox, limit: int = MUTANTS, workers: int = 1) -> Mutation:
    """Make mistakes in the reference, one at a time, and see whether the hidden tests notice.

    Mutants are those of universalmutator (Groce et al., ICSE 2018) for the language, on lines
    that hold statements, without those that only say an error in other words; drawn in an order
    that depends on the task's id only. One that does not compile is replaced by the next.

    Raises:
        EnvironmentMissingError: universalmutator is not installed.
    """
    tried, killed, survivors = 0, 0, []
    drawn = mutants(task)

    def judged(found: tuple[str, str]) -> tuple[str, Grade]:
        return found[0], grade(found[1], task, sandbox)

    while tried < limit:
        batch = list(islice(drawn, limit - tried))
        if not batch:
            break
        for line, noticed in side_by_side(judged, batch, workers):
            if noticed.status in ("SYNTAX_ERROR", "IMPORT_ERROR"):
                continue
            tried += 1
            killed += not noticed.passed
            survivors += [line] if noticed.passed else []
    return Mutation(tried=tried, killed=killed, survivors=tuple(survivors))


_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_COMPLAINS = re.compile(r"\b(raise|throw|panic!?|Err|errors\.New|fmt\.Errorf)\b")


def _differs(line: str, changed: str) -> bool:
    """It is another program: not only laid out otherwise, nor an error in other words."""
    if _COMPLAINS.search(line):
        line, changed = _TEXT.sub("text", line), _TEXT.sub("text", changed)
    return line.split() != changed.split()


_JUMP = re.compile(r"(?:continue|break);?$")
_LOOP = re.compile(r"(?:'\w+: *)?(?:for|while|loop|do)\b")


def _is_idle(lines: Sequence[str], number: int, changed: str) -> bool:
    """A jump was put where nothing can come after it: no test can notice that.

    After a `return`, or a `continue` at the end of its loop's body, closing braces aside.
    """
    before = lines[number - 1].strip().rstrip(";")
    jump = _JUMP.search(changed.strip())
    if jump is None or not changed.strip().startswith(before):
        return False
    if before.startswith(("return", "throw", "break", "continue")):
        return True
    depth = _indent(lines[number - 1])
    for above in reversed(lines[: number - 1]):
        if above.strip() and _indent(above) < depth:
            depth = _indent(above)
            if _LOOP.match(above.strip()):
                break
    else:
        return False
    after = [line for line in lines[number:] if line.strip()]
    rest = itertools.takewhile(lambda line: _indent(line) > depth, after)
    return jump[0].startswith("continue") and all(set(line.strip()) <= set("});") for line in rest)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def mutants(task: Task) -> Iterator[tuple[str, str]]:
    """The changed line, as "LINE: text", and the whole mutated source of each mutant."""
    try:
        from universalmutator import mutator
    except ImportError:
        raise EnvironmentMissingError(
            "universalmutator is not installed.", remedy="Run `pip install 'burnish[dev]'`."
        ) from None
    lines = task.reference.splitlines(keepends=True)
    statements = set(toolchain(task.language).outline(task.reference).statements)
    goes_on = (".", "&&", "||")  # a statement's further lines
    statements |= {n for n, line in enumerate(lines, 1) if line.strip().startswith(goes_on)}
    with contextlib.redirect_stdout(io.StringIO()):
        found = mutator.mutants_regexp(
            lines, ruleFiles=[f"{name}.rules" for name in _RULES[task.language]], ignorePatterns=[]
        )
    unique = {(number, changed) for number, changed, *_ in found if number in statements}
    unique = {(n, text) for n, text in unique if _differs(lines[n - 1], text)}
    drawn = sorted(unique)
    random.Random(task.id).shuffle(drawn)
    for number, changed in drawn:
        if _is_idle(lines, number, changed):
            continue
        source = [*lines[: number - 1], changed, *lines[number:]]
        yield f"{number}: {' '.join(changed.split())}", "".join(source)
