"""Canary tests: mixed into a test file, some must fail and some must pass.

Their names are drawn at random and look like any other test's. A run in which a canary has the
wrong outcome is void: something inside turned failing tests green, or dropped tests.
"""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass

_rng = random.SystemRandom()
_WORDS = (
    "empty", "single", "large", "small", "basic", "input", "order", "value", "zero", "case",
    "mixed", "nested", "simple", "edge", "result", "type", "length", "first", "last", "same",
    "sorted", "unicode", "repeat", "limit", "border", "default", "many", "pair", "short", "long",
)  # fmt: skip


@dataclass(frozen=True)
class Canaries:
    """Which outcomes a run must show; test ids as pytest reports them."""

    failing: frozenset[str]
    passing: frozenset[str]

    def void(self, passed: set[str], failed: set[str], complete: bool) -> str:
        """Why these outcomes cannot be believed; empty if they can."""
        if self.failing & passed:
            return "a test that must fail was reported as passed"
        reported = passed | failed
        if complete and not (self.failing | self.passing) <= reported:
            return "tests that were planted in the file were never reported"
        return ""


def insert(source: str, tree: ast.Module, taken: set[str]) -> tuple[str, Canaries]:
    """`source` with canaries between its top-level statements, and what they must report."""
    names = _names(5, taken)
    number = _rng.randint(100, 9999)
    count = _rng.randint(2, 3)
    blocks = [
        f"def {names[0]}():\n    assert {number} == {number + _rng.randint(1, 9)}\n",
        f"def {names[1]}():\n    raise ValueError({number})\n",
        f"def {names[2]}():\n    assert len('{'x' * count}') > {count}\n",
        f"def {names[3]}():\n    assert {number} == {number}\n",
        f"@__import__('pytest').mark.parametrize('n', {list(range(count))})\n"
        f"def {names[4]}(n):\n    assert n < {count}\n",
    ]
    lines = source.split("\n")
    places = _places(tree, len(lines))
    for place, block in sorted(zip(_rng.choices(places, k=5), blocks, strict=True), reverse=True):
        lines[place:place] = ["", block]
    passing = {names[3], *(f"{names[4]}[{n}]" for n in range(count))}
    return "\n".join(lines), Canaries(frozenset(names[:3]), frozenset(passing))


def _names(count: int, taken: set[str]) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        name = "test_" + "_".join(_rng.sample(_WORDS, _rng.randint(2, 3)))
        if name not in taken and name not in names:
            names.append(name)
    return names


def _places(tree: ast.Module, end: int) -> list[int]:
    """Line indexes before which a top-level statement may be inserted."""
    places, previous_end, early = [end], 0, True
    for node in tree.body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(d.lineno for d in decorators)])
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        early = early and (is_docstring or is_future)
        if not early and first > previous_end:
            places.append(first - 1)
        previous_end = node.end_lineno or first
    return places
