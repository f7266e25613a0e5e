"""Puts the guard behind every comparison of a test file, before pytest rewrites its asserts."""

from __future__ import annotations

import ast
import unittest
from collections.abc import Callable
from typing import Any

from burnish.sandbox.inside.guard import MAX_LEAVES, NOTHING, ask, inspect, pairs


def _is_matcher(node: ast.expr) -> bool:
    """The test wrote this operand as a matcher: ANY, approx(...), or a call of mock's."""
    words = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    words |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    return bool(words & {"ANY", "approx", "call"})


class Rewriter(ast.NodeTransformer):
    """Puts the guard around every comparison of a test module.

    A top-level `assert a == b` keeps its shape, with the operands in variables of their own,
    so that pytest still explains it; every other comparison becomes a call.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0

    def visit_Assert(self, node: ast.Assert) -> Any:
        test = node.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or self._by_identity(test):
            return self.generic_visit(node)
        sides = [test.left, test.comparators[0]]
        if any(isinstance(n, ast.NamedExpr) for side in sides for n in ast.walk(side)):
            return self.generic_visit(node)
        self.count += 1
        names = [f"@left{self.count}", f"@right{self.count}"]
        before = [
            ast.Assign([ast.Name(name, ast.Store())], self.visit(side))
            for name, side in zip(names, sides, strict=True)
        ]
        matchers = [_is_matcher(side) for side in sides]
        left, right = (ast.Name(name, ast.Load()) for name in names)
        kept = ast.Assert(ast.Compare(left, test.ops, [right]), node.msg)
        if node.msg is not None:
            kept.msg = self.visit(node.msg)
        check = ast.Expr(self._call("inspect", test.ops, matchers, [left, right]))
        return [_placed(new, node) for new in (*before, kept, check)]

    def visit_Compare(self, node: ast.Compare) -> Any:
        matchers = [_is_matcher(side) for side in (node.left, *node.comparators)]
        self.generic_visit(node)
        if self._by_identity(node):
            return node
        call = self._call("compare", node.ops, matchers, [node.left, *node.comparators])
        return _placed(call, node)

    @staticmethod
    def _by_identity(node: ast.Compare) -> bool:
        return all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops)

    def _call(
        self, verb: str, ops: list[ast.cmpop], matchers: list[bool], operands: list[ast.expr]
    ) -> ast.Call:
        kinds = [type(op).__name__ for op in ops]
        guard = ast.Name(f"{self.name}.{verb}", ast.Load())
        trusted: Any = ast.Tuple([ast.Constant(value) for value in matchers], ast.Load())
        if verb == "inspect":
            return ast.Call(guard, [ast.Constant(kinds[0]), *operands, trusted], [])
        names = ast.Tuple([ast.Constant(kind) for kind in kinds], ast.Load())
        return ast.Call(guard, [names, trusted, *operands], [])


def _placed(new: Any, old: ast.AST) -> Any:
    return ast.fix_missing_locations(ast.copy_location(new, old))


_UNITTEST = {
    "assertEqual": "Eq",
    "assertNotEqual": "NotEq",
    "assertIn": "In",
    "assertLess": "Lt",
    "assertLessEqual": "LtE",
    "assertGreater": "Gt",
    "assertGreaterEqual": "GtE",
    "assertCountEqual": "Eq",
    "assertAlmostEqual": "Eq",
}


def guard_unittest() -> None:
    """The same guard for the assert methods of unittest."""
    for method, name in _UNITTEST.items():
        setattr(unittest.TestCase, method, _guarded(getattr(unittest.TestCase, method), name))


def _guarded(original: Callable[..., None], name: str) -> Callable[..., None]:
    soft = original.__name__ in ("assertCountEqual", "assertAlmostEqual")

    def method(self: Any, first: Any, second: Any, *rest: Any, **options: Any) -> None:
        original(self, first, second, *rest, **options)
        any_type = type(unittest.mock.ANY) if hasattr(unittest, "mock") else None
        trusted = any_type is not None and type(second) is any_type
        if soft:
            for leaf, _ in pairs(first, NOTHING, [MAX_LEAVES]):
                ask(leaf, NOTHING)
        else:
            inspect(name, first, second, (False, trusted))

    method.__name__ = original.__name__
    return method
