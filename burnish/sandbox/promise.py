"""What a test file promises, read from its source on the host.

A test that the source promises and the run never reports is "missing".
"""

from __future__ import annotations

import ast
import threading
import warnings
from dataclasses import dataclass
from typing import TypeGuard

_quiet = threading.Lock()  # warnings.catch_warnings is not thread-safe


@dataclass(frozen=True)
class Promise:
    """The tests of one file."""

    names: tuple[str, ...]
    """Test names in order, "test_a" or "TestStack::test_pop"; one for all its parameters."""
    excused: frozenset[str]
    """Names that the source itself marks as skipped or expected to fail."""


def parse(source: str, filename: str = "<source>") -> ast.Module:
    """Parse and compile quietly.

    Raises:
        SyntaxError: it does not parse, holds a null byte, or is nested too deeply.
    """
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, filename, "exec", dont_inherit=True)
            return ast.parse(source, filename)
        except (ValueError, RecursionError, MemoryError) as error:
            reason = str(error) or "nested too deeply"
            raise SyntaxError(reason, (filename, 1, 0, source[:80])) from None


def read_promise(tree: ast.Module) -> Promise:
    """The tests that pytest will find in this module, top level only.

    Tests defined inside `if` or `try` may or may not exist and are not promised.
    """
    names: dict[str, bool] = {}
    whole = _mentions_excuse(_module_marks(tree))
    for node in tree.body:
        if _is_test(node):
            names[node.name] = whole or _mentions_excuse(node.decorator_list)
        elif isinstance(node, ast.ClassDef) and _holds_tests(node):
            excused = whole or _mentions_excuse(node.decorator_list)
            for method in filter(_is_test, node.body):
                own = excused or _mentions_excuse(method.decorator_list)
                names[f"{node.name}::{method.name}"] = own
    return Promise(tuple(names), frozenset(name for name, excused in names.items() if excused))


def _holds_tests(node: ast.ClassDef) -> bool:
    methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    if any(ast.unparse(base).endswith("TestCase") for base in node.bases):
        return True
    return node.name.startswith("Test") and "__init__" not in methods


def _is_test(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    fixture = any("fixture" in ast.unparse(item) for item in node.decorator_list)
    return node.name.startswith("test") and not fixture


def _module_marks(tree: ast.Module) -> list[ast.expr]:
    return [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
    ]


def _mentions_excuse(decorators: list[ast.expr]) -> bool:
    return any(
        word in ast.unparse(item)
        for item in decorators
        for word in ("skip", "xfail", "expectedFailure")
    )
