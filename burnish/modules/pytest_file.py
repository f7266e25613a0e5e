"""Edits of generated pytest files that need no model: what a machine can mend, it mends."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection

from burnish.evaluation.formatting import format_code

MAX_TESTS = 12  # small models go on for ever; beyond this, tests repeat each other


def tidy(tests: str, module: str, code: str) -> str:
    """The file with complete tests only, each once, its imports mended.

    Redefinitions of the module's own names are cut (a test must not bring its own subject), names
    of the module that are used without import are imported, and at most `MAX_TESTS` tests stay.

    Returns:
        The source, or "" if no test of the module is left.
    """
    tree = _parse(tests)
    own = defined_names(code)
    body = [node for node in tree.body if not _redefines(node, own) and not _is_main(node)]
    body = _first_of_each(body)
    used = {n.id for node in body for n in ast.walk(node) if isinstance(n, ast.Name)}
    if not any(_is_test(node) for node in body):
        return ""
    known = {name for node in body for name in _binds(node)} | set(dir(builtins))
    head = []
    if "pytest" in used - known:
        head.append("import pytest")
    missing = sorted((used - known) & own)
    if missing:
        head.append(f"from {module} import {', '.join(missing)}")
    if not missing and not any(_imports(node, module) for node in body):
        return ""
    source = ast.unparse(ast.Module(body=body, type_ignores=[]))
    return format_code("\n".join([*head, source]) + "\n")


def drop(tests: str, names: Collection[str]) -> str:
    """The file without the tests of these names ("test_x", "TestY::test_z", "test_x[1]")."""
    doomed = {name.partition("[")[0] for name in names}
    tree = _parse(tests)
    kept: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            node.body = [m for m in node.body if f"{node.name}::{_name(m)}" not in doomed]
            if not any(_name(member).startswith("test") for member in node.body):
                continue
        elif _name(node) in doomed:
            continue
        kept.append(node)
    tree.body = kept
    return format_code(ast.unparse(tree) + "\n") if any(_is_test(node) for node in kept) else ""


def merge(tests: str, new: str, replace: Collection[str] = ()) -> str:
    """`tests` with what the new file brings: imports, tests, and what those use.

    A new test whose name is taken replaces the old one only if `replace` names it, as "test_x",
    "test_x[1]" or "TestY::test_z". A helper or constant whose name is taken stays as it was.
    """
    tree, addition = _parse(tests), _parse(new)
    wanted = {name.partition("[")[0] for name in replace}
    taken = {name for node in tree.body for name in _binds(node, imports=False)}
    incoming = {_name(node): node for node in addition.body if _is_test(node)}
    body = [_renewed(node, incoming.get(_name(node)), wanted) for node in tree.body]
    body += [n for n in addition.body if (names := _binds(n, imports=False)) and not names & taken]
    imports = [node for node in addition.body if isinstance(node, ast.Import | ast.ImportFrom)]
    # a test's decorators run before what stands below it is there
    tree.body = [*imports, *sorted(body, key=_is_test)]
    return format_code(ast.unparse(tree) + "\n")


def _renewed(old: ast.stmt, new: ast.stmt | None, wanted: set[str]) -> ast.stmt:
    """The new test if it is wanted; of two classes, the old one with the new methods."""
    if new is None or _name(old) in wanted:
        return new or old
    if isinstance(old, ast.ClassDef) and isinstance(new, ast.ClassDef):
        theirs = {_name(member): member for member in new.body if _name(member)}
        ours = {_name(member) for member in old.body}
        kept = [
            theirs.get(_name(m), m) if f"{old.name}::{_name(m)}" in wanted else m for m in old.body
        ]
        old.body = [*kept, *(member for name, member in theirs.items() if name not in ours)]
    return old


def source_of(tests: str, name: str) -> str:
    """Source of a test ("test_x", "test_x[1]", "TestY::test_z"); "" if there is none."""
    outer, _, inner = name.partition("[")[0].partition("::")
    for node in _parse(tests).body:
        if _name(node) == outer:
            members = node.body if inner and isinstance(node, ast.ClassDef) else [node]
            found = [each for each in members if _name(each) == (inner or outer)]
            return ast.unparse(found[0]) if found else ""
    return ""


def defined_names(code: str) -> set[str]:
    """Top-level functions, classes and constants of a module; empty if it does not parse."""
    return {name for node in _parse(code).body for name in _binds(node, imports=False)}


def _parse(source: str) -> ast.Module:
    """The longest leading part of the source that parses, cut at blank lines."""
    parts = source.split("\n\n")
    for end in range(len(parts), 0, -1):
        try:
            return ast.parse("\n\n".join(parts[:end]))
        except (SyntaxError, ValueError):
            continue
    return ast.Module(body=[], type_ignores=[])


def _name(node: ast.stmt) -> str:
    named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return node.name if isinstance(node, named) else ""


def _is_test(node: ast.stmt) -> bool:
    return _name(node).startswith(("test", "Test"))


def _redefines(node: ast.stmt, own: set[str]) -> bool:
    return bool(_name(node)) and _name(node) in own and not _is_test(node)


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _imports(node: ast.stmt, module: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == module
    return isinstance(node, ast.Import) and any(alias.name == module for alias in node.names)


def _first_of_each(body: list[ast.stmt]) -> list[ast.stmt]:
    """Without tests that repeat an earlier one but for its name, or its name, and at most MAX_TESTS
    of them."""
    seen: set[str] = set()
    kept: list[ast.stmt] = []
    for node in body:
        if _is_test(node):
            inside = ast.unparse(node).replace(_name(node), "", 1)
            if _name(node) in seen or inside in seen or sum(map(_is_test, kept)) >= MAX_TESTS:
                continue
            seen |= {_name(node), inside}
        kept.append(node)
    return kept


def _binds(node: ast.stmt, imports: bool = True) -> set[str]:
    if _name(node):
        return {_name(node)}
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = {(a.asname or a.name).partition(".")[0] for a in node.names}
        return names if imports else set()
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {n.id for t in targets if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)}
