"""Takes docstrings from a model's answer without taking anything else from it."""

from __future__ import annotations

import ast

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def same_but_docstrings(code: str, documented: str) -> bool:
    """Whether two modules differ in docstrings, comments and layout only."""
    try:
        return ast.dump(_bare(ast.parse(code))) == ast.dump(_bare(ast.parse(documented)))
    except (SyntaxError, ValueError):
        return False


def graft(code: str, documented: str) -> str:
    """`code` with the docstrings of `documented`, matched by qualified name.

    A model that was asked for docstrings may change behaviour on the way; this keeps the code and
    takes the words. Comments are lost where the tree is rewritten.
    """
    try:
        target, donor = ast.parse(code), ast.parse(documented)
    except (SyntaxError, ValueError):
        return code
    if same_but_docstrings(code, documented):
        return documented
    words = {name: ast.get_docstring(node, clean=True) for name, node in _walk(donor)}
    for name, node in _walk(target):
        text = words.get(name)
        if text:
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            node.body = [ast.Expr(ast.Constant(_indented(text, name))), *body]
    return ast.unparse(ast.fix_missing_locations(target)) + "\n"


def _indented(text: str, name: str) -> str:
    """A multi-line docstring needs its lines indented to where it will stand."""
    margin = "    " * (name.count(".") + 1 if name else 0)
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    return "\n".join([lines[0], *(margin + line if line else "" for line in lines[1:]), margin])


def _walk(node: _Documented, prefix: str = "") -> list[tuple[str, _Documented]]:
    found: list[tuple[str, _Documented]] = [(prefix, node)]
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found += _walk(child, f"{prefix}.{child.name}".lstrip("."))
    return found


def _bare(tree: ast.Module) -> ast.Module:
    for _, node in _walk(tree):
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree
