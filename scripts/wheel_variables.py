"""Environment variables that a wheel's modules read, with types and defaults."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from wheel_source import Unknown, Wheel

READS = frozenset({"os.environ.get", "os.getenv", "environ.get", "getenv"})
_TYPES = {"int": "integer", "float": "number"}


def variables(wheel: Wheel, modules: list[str]) -> Iterator[dict[str, Any]]:
    """Each variable once, by name; the default only if all that read it agree on one."""
    found: dict[str, dict[str, Any]] = {}
    for module in modules:
        for name, kind, default in _reads(wheel, module):
            one = found.setdefault(name, {"name": name, "type": kind, "defaults": set()})
            one["defaults"].add(default)
            if one["type"] == "string":
                one["type"] = kind
    for name in sorted(found):
        one = found[name]
        defaults = one.pop("defaults")
        if len(defaults) == 1 and None not in defaults:
            one["default"] = defaults.pop()
        yield one


def _reads(wheel: Wheel, module: str) -> Iterator[tuple[str, str, str | None]]:
    tree = wheel.modules[module]
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        default: ast.expr | None = None
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READS and node.args:
            asked = node.args[0]
            default = node.args[1] if len(node.args) > 1 else None
        elif (
            isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
            and ast.unparse(node.value) == "os.environ"
        ):  # fmt: skip
            asked = node.slice
        else:
            continue
        try:
            name = wheel.value(asked, module)
        except Unknown:
            continue
        if isinstance(name, str) and name.isupper():
            yield name, _kind(node, parents), _default(wheel, module, default)


def _kind(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    """What its text is read as."""
    around = parents.get(node)
    if isinstance(around, ast.Call) and node in around.args:
        return _TYPES.get(ast.unparse(around.func), "string")
    if isinstance(around, ast.Attribute) and around.attr == "lower":
        compared = parents.get(parents.get(around, around))
        if isinstance(compared, ast.Compare) and "true" in ast.unparse(compared):
            return "boolean"
    return "string"


def _default(wheel: Wheel, module: str, node: ast.expr | None) -> str | None:
    try:
        found = wheel.value(node, module)
    except Unknown:
        return None
    return None if found is None or found == "" else str(found)
