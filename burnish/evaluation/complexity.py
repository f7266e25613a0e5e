"""Cyclomatic complexity and maintainability index, both by radon."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from burnish.evaluation.analyzer import Remarks
from burnish.records import Candidate, Finding

# 85 of 171 on the original scale, "highly maintainable"; radon's scale ends at 100.
# Source: Coleman, Ash, Lowther, Oman, "Using Metrics to Evaluate Software System
# Maintainability", IEEE Computer 27(8), 1994.
HIGHLY_MAINTAINABLE = 50.0


class Complexity:
    """Value: share of functions whose cyclomatic complexity is under the bound; 1.0 of none.

    Functions, methods and closures count each for itself.
    """

    name = "radon"

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        from radon.visitors import ComplexityVisitor

        blocks = list(_functions(ComplexityVisitor.from_ast(tree).blocks))
        over = [block for block in blocks if block.complexity >= self.bound]
        findings = tuple(
            Finding(
                category="complexity",
                severity="medium",
                message=f"{b.name} has cyclomatic complexity {b.complexity}, the bound is "
                f"under {self.bound}",
                tool=self.name,
                line=b.lineno,
            )
            for b in over
        )
        worst = max(blocks, key=lambda block: block.complexity, default=None)
        detail = f"highest is {worst.complexity} in {worst.name}" if worst else "no function"
        return Remarks(1 - len(over) / len(blocks) if blocks else 1.0, findings, detail)


class Maintainability:
    """Value: radon's maintainability index over `HIGHLY_MAINTAINABLE`, at most 1.0."""

    name = "radon"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        from radon.metrics import mi_visit

        index = mi_visit(candidate.code, multi=True)
        detail = f"maintainability index {index:.0f}"
        if index >= HIGHLY_MAINTAINABLE:
            return Remarks(1.0, (), detail)
        finding = Finding(
            category="complexity",
            severity="low",
            message=f"{detail}, {HIGHLY_MAINTAINABLE:.0f} is highly maintainable",
            tool=self.name,
        )
        return Remarks(max(0.0, index / HIGHLY_MAINTAINABLE), (finding,), detail)


def _functions(blocks: list[Any]) -> Iterator[Any]:
    """radon lists methods beside their class; closures hang inside their function."""
    for block in blocks:
        if not hasattr(block, "closures"):  # a class: its methods stand in the list themselves
            continue
        yield block
        yield from _functions(block.closures)
