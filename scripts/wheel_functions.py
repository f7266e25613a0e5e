"""Functions that a model may call, and what classes are made with, out of a wheel's source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wheel_source import Unknown, Wheel

INJECTED = frozenset({"self", "cls", "agent", "tool_context", "kwargs"})
"""Parameters that Strands fills in, not the model."""
_LOGGED = re.compile(r"DEPRECATION WARNING: (?!%s)(.+)", re.DOTALL)


@dataclass
class Function:
    """One tool, or all those of one class."""

    names: list[str]
    """As the model sees them."""
    description: str
    """In a sentence."""
    parameters: list[dict[str, Any]] | None
    """What the model passes; None if there are several tools."""
    owner: str = ""
    """The class whose method it is."""
    deprecated: str | None = field(default=None)
    """What its authors say of it, if they withdraw it."""


def tool_functions(wheel: Wheel, module: str, inside: str = "") -> Iterator[Function]:
    """The tools of a module: TOOL_SPEC, functions under @tool, classes with methods under it.

    Args:
        wheel: Where the module is.
        module: Its dotted name.
        inside: Of a function; then only those that are made in it.
    """
    body: list[Any] = list(wheel.modules[module].body)
    if inside:
        body = [inner for node in body if getattr(node, "name", "") == inside for inner in node.body]
    seen = set()
    for node in body:
        found = None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_tool(node):
            found = _function(wheel, module, node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _target(node) == "TOOL_SPEC":
            found = _specified(wheel, module, node.value)
        if found is not None:
            seen.update(found.names)
            yield found
    for node in body:
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if _is_tool(each)]
            if methods and not seen & {each.name for each in methods}:  # type: ignore[attr-defined]
                yield _class(wheel, module, node, methods)


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    return ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)


def _is_tool(node: ast.AST) -> bool:
    return any(
        ast.unparse(each.func if isinstance(each, ast.Call) else each) == "tool"
        for each in getattr(node, "decorator_list", [])
    )


def _function(wheel: Wheel, module: str, node: Any) -> Function:
    return Function(
        names=[node.name],
        description=first_sentence(ast.get_docstring(node) or ""),
        parameters=_parameters(wheel, module, node),
        deprecated=_deprecated(node) or _withdrawn(wheel, module),
    )


def _class(wheel: Wheel, module: str, node: ast.ClassDef, methods: list[Any]) -> Function:
    alone = len(methods) == 1
    said = ast.get_docstring(methods[0] if alone else node) or ""
    return Function(
        names=[each.name for each in methods],
        description=first_sentence(said),
        parameters=_parameters(wheel, module, methods[0]) if alone else None,
        owner=node.name,
        deprecated=_deprecated(node),
    )


def _specified(wheel: Wheel, module: str, node: ast.expr | None) -> Function:
    spec = wheel.value(node, module)
    schema = spec.get("inputSchema", {}).get("json", {})
    required = schema.get("required", [])
    parameters = []
    for name, given in schema.get("properties", {}).items():
        one: dict[str, Any] = {"name": name, "type": _schema_type(given)}
        if name in required:
            one["required"] = True
        if "default" in given:
            one["default"] = given["default"]
        parameters.append(one)
    own = [each for each in wheel.modules[module].body if getattr(each, "name", "") == spec["name"]]
    deprecated = _deprecated(own[0]) if own else None
    return Function(
        names=[spec["name"]],
        description=first_sentence(spec["description"]),
        parameters=parameters,
        deprecated=deprecated or _withdrawn(wheel, module),
    )


def _schema_type(given: dict[str, Any]) -> str:
    if "enum" in given:
        return " | ".join(map(repr, given["enum"]))
    if "anyOf" in given:
        return " | ".join(_schema_type(each) for each in given["anyOf"])
    kind = given.get("type", "any")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _parameters(wheel: Wheel, module: str, node: Any) -> list[dict[str, Any]]:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(positional) - len(given.defaults)) + list(given.defaults)
    pairs = [*zip(positional, defaults, strict=True),
             *zip(given.kwonlyargs, given.kw_defaults, strict=True)]  # fmt: skip
    found = []
    for argument, default in pairs:
        if argument.arg in INJECTED:
            continue
        one: dict[str, Any] = {"name": argument.arg}
        if argument.annotation is not None:
            one["type"] = ast.unparse(argument.annotation)
        if default is None:
            one["required"] = True
        else:
            try:
                value = wheel.value(default, module)
            except Unknown:
                value = None
            if value is not None:  # a default of None says that there is none
                one["default"] = value
        found.append(one)
    return found


def options(wheel: Wheel, module: str, name: str) -> list[dict[str, Any]] | None:
    """What a class or factory of that name is made with; None if its source does not say so."""
    found = _options(wheel, module, name)
    for one in found or []:
        if one["name"] == "description":
            one.pop("default", None)  # it is the entry's own
    return found


def _options(wheel: Wheel, module: str, name: str) -> list[dict[str, Any]] | None:
    for node in wheel.modules[module].body:
        if getattr(node, "name", "") != name:
            continue
        if isinstance(node, ast.ClassDef):
            made = [each for each in node.body if getattr(each, "name", "") == "__init__"]
            return _parameters(wheel, module, made[0]) if made else None
        return _parameters(wheel, module, node)
    return None


def described(wheel: Wheel, module: str, name: str) -> str:
    """What a class or factory says it is, in a sentence; a default `description` comes first."""
    for option in _options(wheel, module, name) or []:
        if option["name"] == "description" and "default" in option:
            return first_sentence(option["default"])
    for node in wheel.modules[module].body:
        if getattr(node, "name", "") == name and isinstance(
            node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            return first_sentence(ast.get_docstring(node) or "")
    return ""


def first_sentence(text: str) -> str:
    """Of a docstring, in one line."""
    start = " ".join(text.strip().partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9*`-])", start)[0].rstrip(":")


def _deprecated(node: Any) -> str | None:
    for each in getattr(node, "decorator_list", []):
        if isinstance(each, ast.Call) and ast.unparse(each.func).endswith("deprecated"):
            return str(ast.literal_eval(each.args[0]))
    return None


def _withdrawn(wheel: Wheel, module: str) -> str | None:
    """What a module logs of itself, where it has no decorator for it."""
    for node in ast.walk(wheel.modules[module]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if found := _LOGGED.match(node.value):
                return " ".join(found.group(1).split())
    return None
