"""Documentation of public objects, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from burnish.evaluation.analyzer import Remarks
from burnish.evaluation.examples import find_examples
from burnish.records import Candidate, Finding

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Docstrings:
    """Value: mean over the public objects of the share of what should be said and is said.

    Public objects are the module, and classes, functions and methods without a leading
    underscore; `__init__` belongs to its class. Of each is expected a docstring, and in it: every
    parameter by name; for a function that returns or yields a value, a word on it ("return",
    "yield"; a property is its value); every exception that it raises itself, by name. Google,
    NumPy and Sphinx layouts and plain prose all count: only words are looked for
    (a parameter called `a` is therefore found in any sentence with the article). A docstring with
    an example of a call and its result says of parameters and result what there is to say.
    """

    name = "docstrings"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        return said_of(list(_audit(tree)), "a docstring", self.name)


class Audit(NamedTuple):
    """What is missing of what should be said of one definition."""

    name: str
    line: int
    missing: list[str]
    expected: int
    """How many things should be said."""


def said_of(audits: list[Audit], words: str, tool: str) -> Remarks:
    """The mean share of what is said, 0.0 of nothing; `words` name what is worst to lack."""
    findings = tuple(
        Finding(
            category="documentation",
            severity="medium" if words in audit.missing else "low",
            message=f"{audit.name} lacks {', '.join(audit.missing)}",
            tool=tool,
            line=audit.line,
        )
        for audit in audits
        if audit.missing
    )
    shares = [1 - len(audit.missing) / audit.expected for audit in audits]
    value = sum(shares) / len(shares) if shares else 0.0
    return Remarks(value, findings, f"{value:.0%} of what {tool} should say")


def _audit(tree: ast.Module) -> Iterator[Audit]:
    for name, node, inherited in _public(tree):
        text = f"{ast.get_docstring(node) or ''}\n{inherited}".lower()
        expected = [("a docstring", ast.get_docstring(node) is not None)]
        function = node if isinstance(node, _Function) else _init(node)
        shown = bool(find_examples(ast.get_docstring(node) or "", getattr(node, "name", "")))
        if function is not None:
            said = [(p, shown or _says(text, p)) for p in _parameters(function)]
            expected += [(f"parameter {p}", is_said) for p, is_said in said]
            expected += [(e, _says(text, e)) for e in sorted(_raised(function))]
        if isinstance(node, _Function) and _gives(node) and not _is_property(node):
            told = shown or re.search(r"return|yield", text) is not None
            expected.append(("the result", told))
        missing = [what for what, said in expected if not said]
        yield Audit(name, getattr(node, "lineno", 1), missing, len(expected))


def _public(
    tree: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, ast.Module | ast.ClassDef | _Function, str]]:
    if isinstance(tree, ast.Module):
        yield "the module", tree, ""
    for node in _members(tree):
        if not node.name.startswith("_") and not _is_setter(node):
            init = _init(node)
            yield f"{prefix}{node.name}", node, (ast.get_docstring(init) or "") if init else ""
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{prefix}{node.name}.")


def _members(tree: ast.Module | ast.ClassDef) -> Iterator[_Function | ast.ClassDef]:
    """Functions and classes of this level, those under `if` and `try` included."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, _Function | ast.ClassDef):
            yield node
        elif isinstance(node, ast.If | ast.Try):
            pending[:0] = ast.iter_child_nodes(node)


def _is_setter(node: _Function | ast.ClassDef) -> bool:
    """A property's setter and deleter are documented by its getter."""
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter")
        for decorator in node.decorator_list
    )


def _init(node: ast.AST) -> _Function | None:
    if not isinstance(node, ast.ClassDef):
        return None
    return next((m for m in node.body if isinstance(m, _Function) and m.name == "__init__"), None)


def _parameters(function: _Function) -> list[str]:
    spec = function.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    names = [argument.arg for argument in every if argument is not None]
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def _raised(function: _Function) -> set[str]:
    """Names of exceptions in `raise X` or `raise X(...)`, nested functions left out."""
    names = set()
    for node in _own(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            exc = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(exc, ast.Name) and exc.id[:1].isupper():
                names.add(exc.id)
    return names


def _gives(function: _Function) -> bool:
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom)
        or (
            isinstance(node, ast.Return)
            and node.value is not None
            and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        )
        for node in _own(function)
    )


def _own(function: _Function) -> Iterator[ast.AST]:
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _Function | ast.ClassDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _is_property(function: _Function) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def _says(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name.lower())}\b", text) is not None
