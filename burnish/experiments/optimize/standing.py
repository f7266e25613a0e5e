"""Which of a model's answers were right as they stood: those alone can be shown to another."""

from __future__ import annotations

from collections.abc import Callable

from burnish.modules.editing import editor
from burnish.records import Solution


def stood(solution: Solution) -> Callable[[str], bool]:
    """Tells of code that a model answered whether it was delivered, or passed its tests as it was.

    A module that was repaired later, or lost against another, is nothing to learn from.
    """
    passed = [each.candidate.code for each in solution.history if each.execution.tests_pass]
    right = {_bare(code) for code in [*passed, solution.code]}
    return lambda code: _bare(as_taken(code, solution)) in right


def as_taken(code: str, solution: Solution) -> str:
    """A module that a model answered, as the loop took it: tidied, and called what was asked."""
    return editor(solution.spec.language).module(code, solution.analysis.entry_point)


def _bare(code: str) -> str:
    """The code however it is laid out."""
    return "".join(code.split())
