"""Cyclomatic complexity and maintainability index, both by radon."""

from __future__ import annotations

import ast
from typing import NamedTuple

from burnish.evaluation.analyzer import Remarks
from burnish.records import Candidate, Finding

# 85 of 171 on the original scale, "highly maintainable"; radon's scale ends at 100.
# Source: Coleman, Ash, Lowther, Oman, "Using Metrics to Evaluate Software System
# Maintainability", IEEE Computer 27(8), 1994.
HIGHLY_MAINTAINABLE = 50.0


class Complexity:
    """Value: share of functions whose cyclomatic complexity is under the bound.

    Functions, methods and closures count each for itself wherever they are defined, and so does
    the module's top level.
    """

    name = "radon"

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        return complexity_of(_blocks(tree), self.bound, self.name)


class Maintainability:
    """Value: radon's maintainability index over `HIGHLY_MAINTAINABLE`, at most 1.0."""

    name = "radon"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        from radon.metrics import mi_visit

        return index_of(mi_visit(candidate.code, multi=True), self.name)


class Block(NamedTuple):
    """One function, or a module's top level."""

    name: str
    complexity: int
    line: int


def complexity_of(blocks: list[Block], bound: int, tool: str) -> Remarks:
    """The share of blocks under the bound, and a finding for each that is not."""
    if not blocks:
        return Remarks(1.0, (), "there is no function")
    over = [block for block in blocks if block.complexity >= bound]
    findings = tuple(
        Finding(
            category="complexity",
            severity="medium",
            message=f"{b.name} has cyclomatic complexity {b.complexity}, the bound is under "
            f"{bound}",
            tool=tool,
            line=b.line,
        )
        for b in over
    )
    worst = max(blocks, key=lambda block: block.complexity)
    detail = f"highest is {worst.complexity} in {worst.name}"
    return Remarks(1 - len(over) / len(blocks), findings, detail)


def index_of(index: float, tool: str) -> Remarks:
    """The share of `HIGHLY_MAINTAINABLE` that an index reaches; a finding if not all of it."""
    detail = f"maintainability index {index:.0f}"
    if index >= HIGHLY_MAINTAINABLE:
        return Remarks(1.0, (), detail)
    finding = Finding(
        category="complexity",
        severity="low",
        message=f"{detail}, {HIGHLY_MAINTAINABLE:.0f} is highly maintainable",
        tool=tool,
    )
    return Remarks(max(0.0, index / HIGHLY_MAINTAINABLE), (finding,), detail)


def _blocks(tree: ast.Module) -> list[Block]:
    """Every function wherever it stands, and the module's own level with its lambdas."""
    from radon.visitors import ComplexityVisitor

    module = ComplexityVisitor.from_ast(tree)
    blocks = [Block("the module's top level", module.complexity, 1)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            visitor = ComplexityVisitor.from_ast(ast.Module(body=[node], type_ignores=[]))
            blocks.append(Block(node.name, visitor.functions[0].complexity, node.lineno))
    return blocks
