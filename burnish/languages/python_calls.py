"""Calls of a Python module that a test or an example makes: to time them, and to show them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from burnish.languages.call import SHOWN, Stated
from burnish.languages.outline import Outline
from burnish.languages.python_tests import parse

GROWTH_CALLS = 6


def growth_calls(code: str, tests: Sequence[str], stated: Sequence[str]) -> list[str]:
    """Calls of the module's functions with literal arguments, examples first, no duplicates.

    At least one argument of each can grow: it is no flag, and neither empty nor 1.
    """
    functions = {node.name for node in _tree(code).body if isinstance(node, ast.FunctionDef)}
    calls: dict[str, None] = {}
    for example in stated:
        calls |= dict.fromkeys(_simple_calls(example, functions))
    for test in tests:
        if len(calls) < GROWTH_CALLS:
            calls |= dict.fromkeys(_simple_calls(test, functions))
    return list(calls)[:GROWTH_CALLS]


def _tree(source: str) -> ast.Module:
    try:
        return parse(source)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def _simple_calls(source: str, functions: set[str]) -> list[str]:
    found = [
        node
        for node in ast.walk(_tree(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in functions
        and _can_grow(node.args)
    ]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return [ast.unparse(node) for node in found]


def _can_grow(arguments: list[ast.expr]) -> bool:
    try:
        values = [ast.literal_eval(argument) for argument in arguments]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return any(
        value > 1 if type(value) is int else isinstance(value, Collection) and len(value) > 0
        for value in values
    )


def usage(outline: Outline, stated: Stated, module: str) -> str:
    """See `LanguageToolchain.usage`; calls of anything that the module defines."""
    tops = {found.name for found in outline.definitions if "." not in found.name}
    lines: dict[str, set[str]] = {}
    for call, value in stated:
        names = {node.id for node in ast.walk(_tree(call)) if isinstance(node, ast.Name)}
        if names and names <= tops and len(lines) < SHOWN:
            lines[f"print({call})  # {_told(value)}"] = names
    if not lines:
        return ""
    used = ", ".join(sorted(set().union(*lines.values())))
    return "\n".join([f"from {module} import {used}", "", *lines])


def _told(value: str) -> str:
    """A stated result in one line."""
    try:
        return repr(ast.literal_eval(value.strip()))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return " ".join(value.split())
