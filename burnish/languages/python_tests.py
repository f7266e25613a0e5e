"""Python's test files: what pytest will find in them, and canaries among them."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterator
from typing import TypeGuard

from burnish.languages.call import Stated
from burnish.languages.promise import RNG, Canaries, draw_names
from burnish.languages.toolchain import Planted

Function = ast.FunctionDef | ast.AsyncFunctionDef
_quiet = threading.Lock()  # warnings.catch_warnings is not thread-safe


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


def tests_in(tree: ast.Module) -> Iterator[tuple[str, ast.stmt, bool]]:
    """The tests that pytest will find in this module: id, definition, and whether it is excused.

    Top level only: tests defined inside `if` or `try` may or may not exist. Excused is what the
    source itself marks as skipped or expected to fail.
    """
    whole = _mentions_excuse(_module_marks(tree))
    for node in tree.body:
        if _is_test(node):
            yield node.name, node, whole or _mentions_excuse(node.decorator_list)
        elif isinstance(node, ast.ClassDef) and _holds_tests(node):
            excused = whole or _mentions_excuse(node.decorator_list)
            for method in filter(_is_test, node.body):
                own = excused or _mentions_excuse(method.decorator_list)
                yield f"{node.name}::{method.name}", method, own


def _holds_tests(node: ast.ClassDef) -> bool:
    methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    if any(ast.unparse(base).endswith("TestCase") for base in node.bases):
        return True
    return node.name.startswith("Test") and "__init__" not in methods


def _is_test(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, Function):
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


def plant(source: str) -> Planted:
    """The file with canaries between its top-level statements; as it is if it does not parse."""
    try:
        tree = parse(source)
    except SyntaxError:
        return Planted(source, Canaries(frozenset(), frozenset()), (), "")
    own = tuple(name for name, _, _ in tests_in(tree))
    taken = {name.split("::")[0] for name in own}
    names = draw_names(5, taken, lambda words: "test_" + "_".join(words))
    number = RNG.randint(100, 9999)
    count = RNG.randint(2, 3)
    blocks = [
        f"def {names[0]}():\n    assert {number} == {number + RNG.randint(1, 9)}\n",
        f"def {names[1]}():\n    raise ValueError({number})\n",
        f"def {names[2]}():\n    assert len('{'x' * count}') > {count}\n",
        f"def {names[3]}():\n    assert {number} == {number}\n",
        f"@__import__('pytest').mark.parametrize('n', {list(range(count))})\n"
        f"def {names[4]}(n):\n    assert n < {count}\n",
    ]
    lines = source.split("\n")
    places = _places(tree, len(lines))
    for place, block in sorted(zip(RNG.choices(places, k=5), blocks, strict=True), reverse=True):
        lines[place:place] = ["", block]
    passing = {names[3], *(f"{names[4]}[{n}]" for n in range(count))}
    canaries = Canaries(frozenset(names[:3]), frozenset(passing))
    return Planted("\n".join(lines), canaries, (*own, *names), "")


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


def example_file(stated: Stated) -> str:
    """A test file with one test for each stated example; "" if one is no call of a name."""
    names = sorted({call.partition("(")[0].strip() for call, _ in stated})
    if not names or not all(name.isidentifier() for name in names):
        return ""
    tests = [
        f"def test_example_{number}():\n    assert {call} == {value}\n"
        for number, (call, value) in enumerate(stated, start=1)
    ]
    return "\n\n".join([f"from solution import {', '.join(names)}\n", *tests])
